//! Swarm services: the Swarm starts and stops their tasks, so that they are operated through the
//! service.

use crate::model::{OperationKind, Service, Snapshot, Step, StepTarget, StepWait, SwarmTask};
use crate::plan::PlanRefusal;

/// The task of a service that the Swarm made; `None` for any other.
fn task(service: &Service) -> Option<SwarmTask<'_>> {
    service.primary()?.facts.swarm_task()
}

/// The name of the service as the Swarm knows it.
fn full_name(task: &SwarmTask<'_>) -> String {
    task.stack.map_or_else(
        || task.service.to_owned(),
        |stack| format!("{stack}_{}", task.service),
    )
}

/// The one step of a restart: the Swarm replaces the tasks; `None` for a service of other
/// containers.
pub(super) fn restart(service: &Service, wave: usize) -> Option<Step> {
    let task = task(service)?;
    Some(Step {
        kind: OperationKind::Restart,
        service: service.id.clone(),
        target: StepTarget::SwarmService(task.service_id.to_owned()),
        name: format!("Swarm service {}", full_name(&task)),
        wait: StepWait::Healthy,
        wave,
    })
}

/// Why `kind` cannot be done to `service`: the Swarm would undo it, or does it by itself.
pub(super) fn refusal(kind: OperationKind, service: &Service) -> Option<PlanRefusal> {
    let name = full_name(&task(service)?);
    let service = service.id.clone();
    match kind {
        OperationKind::Remove { .. } => Some(PlanRefusal::SwarmRemove { service, name }),
        OperationKind::Stop => Some(PlanRefusal::SwarmStop { service, name }),
        OperationKind::Kill { signal } if signal.is_ending() => {
            Some(PlanRefusal::SwarmStop { service, name })
        }
        OperationKind::Start => Some(PlanRefusal::SwarmStart { service, name }),
        OperationKind::Recreate => Some(PlanRefusal::SwarmRecreate { service, name }),
        OperationKind::Update { .. } => Some(PlanRefusal::SwarmUpdate { service, name }),
        _ => None,
    }
}

/// "web is a Swarm service: the Swarm replaces its 2 tasks", for each that `steps` restart.
pub(super) fn warnings(steps: &[Step], snapshot: &Snapshot) -> Vec<String> {
    let steps = steps.iter();
    steps.filter_map(|step| warning(step, snapshot)).collect()
}

fn warning(step: &Step, snapshot: &Snapshot) -> Option<String> {
    if !matches!(step.target, StepTarget::SwarmService(_)) {
        return None;
    }
    let service = snapshot.service(&step.service)?;
    let tasks = match service.replicas().1 {
        0 | 1 => "its task".to_owned(),
        many => format!("its {many} tasks one after the other"),
    };
    Some(format!(
        "{} is a Swarm service: the Swarm replaces {tasks} by new containers",
        service.name
    ))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::{Operation, Plan, ServiceId};
    use crate::plan::plan;
    use crate::plan::testing::world;

    /// `web` is the Swarm service `shop_web`.
    fn swarm(services: &str, edges: &str) -> Snapshot {
        let mut snapshot = world(services, edges);
        let web = snapshot
            .services
            .iter_mut()
            .find(|service| service.name.as_str() == "web")
            .expect("web");
        for instance in &mut Arc::make_mut(web).instances {
            let facts = Arc::make_mut(&mut instance.facts);
            facts.name = format!("shop_web.{}.x", facts.number.unwrap_or(1));
            facts.labels = [
                ("com.docker.stack.namespace", "shop"),
                ("com.docker.swarm.service.id", "ga9vph4f"),
                ("com.docker.swarm.service.name", "shop_web"),
                ("com.docker.swarm.task.name", facts.name.as_str()),
            ]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into();
        }
        snapshot
    }

    fn made(
        kind: OperationKind,
        targets: &str,
        with: bool,
        snapshot: &Snapshot,
    ) -> Result<Plan, String> {
        let targets = targets.split(' ').map(ServiceId::new).collect();
        plan(
            &Operation {
                kind,
                targets,
                with_dependents: with,
                image: None,
            },
            snapshot,
        )
        .map_err(|refusal| refusal.to_string())
    }

    use OperationKind::{Pause, Restart, Start, Stop};

    #[test]
    fn a_restart_is_one_update_of_the_service() {
        let snapshot = swarm("web++ db+", "web>db");
        let plan = made(Restart, "db", true, &snapshot).expect("a plan");
        let steps: Vec<_> = plan
            .steps
            .iter()
            .map(|step| (step.name.as_str(), step.target.clone(), step.wave))
            .collect();
        let db = StepTarget::Container("id-db-1".into());
        let web = StepTarget::SwarmService("ga9vph4f".to_owned());
        assert_eq!(steps, [("db-1", db, 0), ("Swarm service shop_web", web, 1)]);
        let told = "web is a Swarm service: the Swarm replaces its 2 tasks one after the other by new containers";
        assert!(
            plan.warnings.contains(&told.to_owned()),
            "{:?}",
            plan.warnings
        );
        let one = made(Restart, "web", false, &swarm("web+", "")).expect("a plan");
        let told = "web is a Swarm service: the Swarm replaces its task by new containers";
        assert!(
            one.warnings.contains(&told.to_owned()),
            "{:?}",
            one.warnings
        );
    }

    #[test]
    fn the_hash_does_not_depend_on_the_task() {
        let hash =
            |snapshot: &Snapshot| made(Restart, "web", false, snapshot).expect("a plan").hash;
        let mut other = swarm("web++", "");
        let first = hash(&other);
        Arc::make_mut(&mut Arc::make_mut(&mut other.services[0]).instances[0].facts).id =
            "another".into();
        assert_eq!(hash(&other), first);
    }

    #[test]
    fn what_the_swarm_would_undo_is_refused() {
        let snapshot = swarm("web+ db+", "web>db");
        let stop = "web is a Swarm service: the Swarm replaces tasks that are stopped; `docker service scale \
                    shop_web=0` stops all of them";
        assert_eq!(made(Stop, "web", false, &snapshot), Err(stop.to_owned()));
        let kill = |signal: &str| OperationKind::Kill {
            signal: signal.parse().expect("a signal"),
        };
        assert_eq!(
            made(kill("KILL"), "web", false, &snapshot),
            Err(stop.to_owned())
        );
        assert!(made(kill("HUP"), "web", false, &snapshot).is_ok());
        let remove = "web is a Swarm service: the Swarm replaces tasks that are removed; `docker service rm \
                      shop_web` removes the service";
        let removal = OperationKind::Remove { force: true };
        assert_eq!(
            made(removal, "web", false, &snapshot),
            Err(remove.to_owned())
        );
        let both = made(Stop, "web db", false, &snapshot).expect("a plan");
        assert_eq!(
            both.steps
                .iter()
                .map(|step| step.name.as_str())
                .collect::<Vec<_>>(),
            ["db-1"]
        );
        assert!(
            both.warnings.contains(&stop.to_owned()),
            "{:?}",
            both.warnings
        );
        let with = made(Stop, "db", true, &snapshot).expect("a plan");
        assert_eq!(with.impact.hard, [ServiceId::new("web")], "it stays");
        assert!(
            with.warnings.contains(&stop.to_owned()),
            "and that is told: {:?}",
            with.warnings
        );
        let start = "web is a Swarm service: the Swarm starts its tasks; `docker service scale shop_web=N` tells it \
                     how many, and a restart replaces them";
        assert_eq!(
            made(Start, "web", false, &swarm("web-", "")),
            Err(start.to_owned())
        );
        assert_eq!(
            made(Pause, "web", false, &snapshot)
                .expect("a plan")
                .steps
                .len(),
            1,
            "it does not notice that"
        );
    }
}
