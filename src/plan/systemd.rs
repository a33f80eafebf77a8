//! Containers that a systemd unit runs, such as those of Quadlet: systemd starts, stops and removes
//! them, so that they are operated through the unit.

use std::collections::BTreeMap;

use crate::model::commands::is_safe;
use crate::model::{InstanceFacts, InstanceId, OperationKind, Service, Snapshot};
use crate::plan::PlanRefusal;

/// The label by which Podman finds the unit of a container (podman-auto-update(1)).
const UNIT: &str = "PODMAN_SYSTEMD_UNIT";
/// podman-compose labels every container so, whether or not there is such a unit; that unit runs
/// `podman-compose`, not the container.
const PODMAN_COMPOSE: &str = "podman-compose@";
/// In the path of sockets that belong to one user.
const OF_USER: &str = "/run/user/";

/// The unit that runs the container; `None` for any other.
fn unit(facts: &InstanceFacts) -> Option<&str> {
    let unit = facts.labels.reveal().get(UNIT)?.as_str();
    (!unit.is_empty() && !unit.starts_with(PODMAN_COMPOSE)).then_some(unit)
}

/// Whether `facts` are those of a container that a unit runs, to which systemd would answer `kind`.
fn answers(kind: OperationKind, facts: &InstanceFacts) -> bool {
    let is_noticed = match kind {
        OperationKind::Pause | OperationKind::Unpause => false,
        OperationKind::Silence { .. } | OperationKind::Lift => false,
        OperationKind::Kill { signal } => signal.is_ending(),
        _ => true,
    };
    is_noticed && unit(facts).is_some()
}

/// Why `kind` cannot be done to `service`: systemd would start it again, or remove it.
pub(super) fn refusal(
    kind: OperationKind,
    service: &Service,
    snapshot: &Snapshot,
) -> Option<PlanRefusal> {
    let facts = service.instances.iter().map(|instance| &*instance.facts);
    let of_unit = facts.into_iter().find(|facts| answers(kind, facts))?;
    Some(PlanRefusal::SystemdUnit {
        service: service.id.clone(),
        how: how(kind, unit(of_unit)?, snapshot),
    })
}

/// Takes the containers that a unit runs out of `users`, which go along with the owner of their
/// network; returns why each is left alone.
pub(super) fn leave_alone(
    users: &mut BTreeMap<InstanceId, OperationKind>,
    snapshot: &Snapshot,
) -> Vec<PlanRefusal> {
    let mut refused = Vec::new();
    users.retain(|id, kind| {
        let found = snapshot.services.iter().find_map(|service| {
            let mut facts = service.instances.iter().map(|instance| &*instance.facts);
            Some((service, facts.find(|facts| facts.id == *id)?))
        });
        let of_unit = found.filter(|(_, facts)| answers(*kind, facts));
        refused.extend(of_unit.and_then(|(service, _)| refusal(*kind, service, snapshot)));
        of_unit.is_none()
    });
    refused
}

/// What the operator can run, as a clause.
fn how(kind: OperationKind, unit: &str, snapshot: &Snapshot) -> String {
    let verb = match kind {
        OperationKind::Update { .. } => return "run `podman auto-update`".to_owned(),
        OperationKind::Start => "start".to_owned(),
        // A unit of Podman removes its container when it stops.
        OperationKind::Stop | OperationKind::Remove { .. } => "stop".to_owned(),
        OperationKind::Kill { signal } => format!("kill --signal={signal}"),
        // It makes the container anew.
        _ => "restart".to_owned(),
    };
    if !is_safe(unit) {
        return format!("use `systemctl {verb}` on its unit");
    }
    let info = snapshot.engine.info.as_ref();
    let user = info.filter(|info| info.endpoint.contains(OF_USER));
    let user = user.map_or("", |_| "--user ");
    format!("run `systemctl {user}{verb} {unit}`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EngineInfo, Operation, Plan, ServiceId};
    use crate::plan::plan;
    use crate::plan::testing::{change, world};

    use OperationKind::{Kill, Pause, Recreate, Remove, Restart, Start, Stop, Update};

    const UPDATE: OperationKind = Update {
        with_volumes: false,
    };

    /// `web` is run by the unit `name`.
    fn units(services: &str, edges: &str, name: &str) -> Snapshot {
        let mut snapshot = world(services, edges);
        change(&mut snapshot, "web", |facts| {
            facts.labels = [(UNIT.to_owned(), name.to_owned())].into();
        });
        snapshot
    }

    fn made(
        kind: OperationKind,
        target: &str,
        with: bool,
        snapshot: &Snapshot,
    ) -> Result<Plan, String> {
        let operation = Operation {
            kind,
            targets: vec![ServiceId::new(target)],
            with_dependents: with,
            image: None,
        };
        plan(&operation, snapshot).map_err(|refusal| refusal.to_string())
    }

    fn signal(name: &str) -> OperationKind {
        Kill {
            signal: name.parse().expect("a signal"),
        }
    }

    #[test]
    fn a_unit_is_operated_by_systemd() {
        for (kind, services, command) in [
            (Start, "web-", "systemctl start web.service"),
            (Stop, "web+", "systemctl stop web.service"),
            (Restart, "web+", "systemctl restart web.service"),
            (
                signal("KILL"),
                "web+",
                "systemctl kill --signal=SIGKILL web.service",
            ),
            (Remove { force: true }, "web+", "systemctl stop web.service"),
            (Recreate, "web+", "systemctl restart web.service"),
            (UPDATE, "web+", "podman auto-update"),
        ] {
            let refused = format!(
                "web is run by a systemd unit, which would start it again or remove it; run `{command}`"
            );
            let snapshot = units(services, "", "web.service");
            assert_eq!(
                made(kind, "web", false, &snapshot),
                Err(refused),
                "{kind:?}"
            );
        }
        // What systemd does not notice is done.
        let snapshot = units("web+", "", "web.service");
        for kind in [Pause, signal("HUP")] {
            assert_eq!(
                made(kind, "web", false, &snapshot).map(|plan| plan.steps.len()),
                Ok(1)
            );
        }
    }

    #[test]
    fn the_systemd_of_the_user_runs_what_a_rootless_engine_has() {
        let mut snapshot = units("web+", "", "web.service");
        snapshot.engine.info = Some(EngineInfo {
            endpoint: "unix:///run/user/1000/podman/podman.sock".to_owned(),
            chosen_by: String::new(),
            id: None,
            host_name: None,
            version: String::new(),
            api_version: String::new(),
            flavour: crate::model::EngineFlavour::Podman,
            cpus: None,
            memory_bytes: None,
            local: true,
        });
        let told = made(Restart, "web", false, &snapshot).expect_err("refused");
        assert!(
            told.ends_with("run `systemctl --user restart web.service`"),
            "{told}"
        );
    }

    #[test]
    fn a_name_that_a_shell_would_run_is_not_put_into_the_command() {
        let snapshot = units("web+", "", "web.service;reboot");
        let told = made(Restart, "web", false, &snapshot).expect_err("refused");
        assert!(
            told.ends_with("use `systemctl restart` on its unit"),
            "{told}"
        );
    }

    #[test]
    fn containers_of_podman_compose_are_operated_as_such() {
        let snapshot = units("web+", "", "podman-compose@shop.service");
        assert!(made(Restart, "web", false, &snapshot).is_ok());
    }

    #[test]
    fn what_goes_along_and_cannot_is_left_alone_and_said() {
        let told = "web is run by a systemd unit, which would start it again or remove it; run \
                    `systemctl restart web.service`"
            .to_owned();
        let dependent = units("db+ web+", "web>db", "web.service");
        let plan = made(Restart, "db", true, &dependent).expect("a plan");
        assert_eq!(plan.steps.len(), 1, "{:?}", plan.steps);
        assert!(plan.warnings.contains(&told), "{:?}", plan.warnings);
        let mut user = units("db+ web+", "", "web.service");
        change(&mut user, "web", |facts| {
            facts.network_mode = "container:id-db-1".to_owned();
        });
        let plan = made(Restart, "db", false, &user).expect("a plan");
        assert_eq!(plan.steps.len(), 1, "{:?}", plan.steps);
        assert!(plan.warnings.contains(&told), "{:?}", plan.warnings);
        // What stands already as it is wanted needs no word.
        let runs = units("db- web+", "web>db", "web.service");
        let plan = made(Start, "db", true, &runs).expect("a plan");
        assert!(!plan.warnings.iter().any(|it| it.contains("systemd")));
    }
}
