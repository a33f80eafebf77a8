//! The logs of a service: those of its containers, and of containers that are gone where their last
//! lines were kept.

use crate::model::{
    Instance, InstanceId, LogSource, RecordedRun, Service, ServiceId, Snapshot, StackName,
    Timestamp,
};

/// Containers that are gone, of one service, at most.
const MAX_GONE: usize = 3;

/// A log with the name that people know it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedSource {
    /// The log.
    pub source: LogSource,
    /// The service.
    pub service: ServiceId,
    /// The service's name, with the container's number where there are several.
    pub name: String,
    /// Since when the container runs; `None` while it does not.
    pub runs_since: Option<Timestamp>,
    /// Whether the container is gone: there are only the lines that hubdeck kept.
    pub is_gone: bool,
}

/// What a container belongs to, also one that is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogOwner {
    /// The service.
    pub service: ServiceId,
    /// Its stack.
    pub stack: Option<StackName>,
    /// The container's name.
    pub container: String,
}

/// What `instance` belongs to: as the engine lists it, else as its last lines were kept.
#[must_use]
pub fn owner(snapshot: &Snapshot, instance: &InstanceId) -> Option<LogOwner> {
    let of = |service: &Service| {
        let mut instances = service.instances.iter();
        let found = instances.find(|each| each.facts.id == *instance)?;
        Some(LogOwner {
            service: service.id.clone(),
            stack: service.stack.clone(),
            container: final_name(&found.facts.name).to_owned(),
        })
    };
    let listed = (snapshot.services.iter()).find_map(|service| of(service));
    listed.or_else(|| {
        let mut runs = snapshot.recorded_runs.iter().rev();
        let run = runs.find(|run| run.instance == *instance)?;
        Some(LogOwner {
            service: run.service.clone(),
            stack: run.stack.clone(),
            container: final_name(&run.name).to_owned(),
        })
    })
}

/// The name that a container has in the end: Compose gives one that replaces another a name with the
/// id of the other before it, until that is removed.
#[must_use]
pub fn final_name(name: &str) -> &str {
    match name.split_once('_') {
        Some((id, rest)) if id.len() == 12 && id.bytes().all(|it| it.is_ascii_hexdigit()) => rest,
        _ => name,
    }
}

/// The services that `snapshot` does not show any more and of which the last lines are kept, those
/// of the latest ends first.
#[must_use]
pub fn services_gone(snapshot: &Snapshot) -> Vec<ServiceId> {
    let mut found = Vec::new();
    for run in snapshot.recorded_runs.iter().rev().filter(|run| run.gone) {
        if snapshot.service(&run.service).is_none() && !found.contains(&run.service) {
            found.push(run.service.clone());
        }
    }
    found
}

/// The logs of `services` in their order: for each the latest containers that are gone, oldest
/// first, then those that there are. Also of services that `snapshot` does not show any more.
#[must_use]
pub fn sources(snapshot: &Snapshot, services: &[ServiceId]) -> Vec<NamedSource> {
    services
        .iter()
        .flat_map(|id| of_service(snapshot, id))
        .collect()
}

fn of_service(snapshot: &Snapshot, id: &ServiceId) -> Vec<NamedSource> {
    let service = snapshot.service(id).map(AsRef::as_ref);
    let gone = gone(snapshot, id, service);
    let present: &[Instance] = service.map_or(&[], |service| &service.instances);
    let title = service.map_or_else(|| name_of(id), Service::title);
    let is_alone = have_one_name(&gone, present);
    let named = |number: Option<u32>| match number.filter(|_| !is_alone) {
        Some(number) => format!("{title}-{number}"),
        None => title.to_owned(),
    };
    let gone = gone.into_iter().map(|run| NamedSource {
        source: LogSource {
            instance: run.instance.clone(),
            tty: None,
        },
        service: id.clone(),
        name: named(number_in(final_name(&run.name))),
        runs_since: None,
        is_gone: true,
    });
    let present = (1..)
        .zip(present)
        .map(|(at, Instance { facts, .. })| NamedSource {
            source: facts.log_source(),
            service: id.clone(),
            name: named(facts.number.or(Some(at))),
            runs_since: facts.started_at.filter(|_| facts.is_running()),
            is_gone: false,
        });
    gone.chain(present).collect()
}

/// Whether all containers have one name: those that followed each other do.
fn have_one_name(gone: &[&RecordedRun], present: &[Instance]) -> bool {
    let gone = gone.iter().map(|run| final_name(&run.name));
    let mut names = gone.chain(present.iter().map(|each| final_name(&each.facts.name)));
    let first = names.next();
    names.all(|name| Some(name) == first)
}

/// The latest run of each of the last containers of service `id` that are gone, oldest first.
fn gone<'a>(
    snapshot: &'a Snapshot,
    id: &ServiceId,
    service: Option<&Service>,
) -> Vec<&'a RecordedRun> {
    let mut found: Vec<&RecordedRun> = Vec::new();
    for run in snapshot.recorded_runs.iter().rev() {
        let instances = service.iter().flat_map(|service| &service.instances);
        let is_present = || instances.into_iter().any(|it| it.facts.id == run.instance);
        let is_known = found.iter().any(|it| it.instance == run.instance);
        if found.len() < MAX_GONE && run.gone && run.service == *id && !is_known && !is_present() {
            found.push(run);
        }
    }
    found.reverse();
    found
}

/// The name in the id of a service: `stack/name`, or the name alone.
#[must_use]
pub fn name_of(id: &ServiceId) -> &str {
    let id = id.as_str();
    id.rsplit_once('/').map_or(id, |(_, name)| name)
}

/// The number at the end of a container's name, as Compose writes it: `hub-web-2`, `hub_web_2`.
fn number_in(name: &str) -> Option<u32> {
    let (_, number) = name.rsplit_once(['-', '_'])?;
    number.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::{
        InstanceFacts, InstanceId, InstanceState, RecordingCause, ServiceName, StackName,
    };

    fn instance(id: &str, name: &str, number: u32) -> Instance {
        let (stack, service) = (Some(StackName::new("hub")), ServiceName::new("web"));
        Instance {
            facts: Arc::new(InstanceFacts {
                number: Some(number),
                state: InstanceState::Running,
                started_at: Some(Timestamp::UNIX_EPOCH),
                inspected: id != "listed",
                ..InstanceFacts::unknown(InstanceId::new(id), name, stack, service)
            }),
            sample: None,
            series: Arc::default(),
            probe: None,
        }
    }

    fn run(id: &str, name: &str, second: i64, gone: bool) -> RecordedRun {
        RecordedRun {
            service: ServiceId::from("hub/web"),
            stack: Some(StackName::new("hub")),
            instance: InstanceId::new(id),
            name: name.to_owned(),
            at: Timestamp::from_second(second).unwrap(),
            cause: RecordingCause::Removed,
            lines: 1,
            gone,
        }
    }

    fn snapshot(instances: Vec<Instance>, runs: Vec<RecordedRun>) -> Snapshot {
        let (stack, name) = (Some(StackName::new("hub")), ServiceName::new("web"));
        let mut service = Service::unknown(stack, name, Timestamp::UNIX_EPOCH);
        service.instances = instances;
        let is_shown = !service.instances.is_empty();
        Snapshot {
            services: is_shown.then(|| Arc::new(service)).into_iter().collect(),
            recorded_runs: runs.into(),
            ..Snapshot::empty(Timestamp::UNIX_EPOCH)
        }
    }

    fn named(snapshot: &Snapshot) -> Vec<(String, String)> {
        sources(snapshot, &[ServiceId::from("hub/web")])
            .into_iter()
            .map(|each| (each.source.instance.as_str().to_owned(), each.name))
            .collect()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = |(id, name): &(&str, &str)| ((*id).to_owned(), (*name).to_owned());
        expected.iter().map(owned).collect()
    }

    #[test]
    fn replicas_are_told_apart_by_their_numbers() {
        let one = snapshot(vec![instance("a", "hub-web-1", 1)], Vec::new());
        assert_eq!(named(&one), pairs(&[("a", "web")]));
        let two = vec![instance("a", "hub-web-1", 1), instance("b", "hub-web-2", 2)];
        let expected = pairs(&[("a", "web-1"), ("b", "web-2")]);
        assert_eq!(named(&snapshot(two, Vec::new())), expected);
        let listed = snapshot(vec![instance("listed", "hub-web-1", 1)], Vec::new());
        assert_eq!(
            sources(&listed, &[ServiceId::from("hub/web")])[0]
                .source
                .tty,
            None
        );
    }

    #[test]
    fn a_container_that_replaces_another_keeps_its_name() {
        let renamed = "0123456789ab_hub-web-1";
        let both = vec![instance("a", "hub-web-1", 1), instance("b", renamed, 1)];
        let now = snapshot(both, vec![run("o", "hub-web-1", 1, true)]);
        let expected = pairs(&[("o", "web"), ("a", "web"), ("b", "web")]);
        assert_eq!(named(&now), expected);
        for (id, container) in [("o", "hub-web-1"), ("b", "hub-web-1")] {
            let owner = owner(&now, &InstanceId::new(id)).unwrap();
            assert_eq!(
                (owner.service.as_str(), owner.container.as_str()),
                ("hub/web", container)
            );
        }
        assert_eq!(owner(&now, &InstanceId::new("x")), None);
        assert!(services_gone(&now).is_empty());
        let removed = snapshot(Vec::new(), vec![run("o", "hub-web-1", 1, true)]);
        assert_eq!(services_gone(&removed), [ServiceId::from("hub/web")]);
        for name in ["0123456789ab", "web_1", "0123456789ax_web"] {
            assert_eq!(final_name(name), name);
        }
    }

    #[test]
    fn the_last_containers_that_are_gone_come_first() {
        let runs = vec![
            run("o", "hub-web-1", 1, true),
            run("p", "hub-web-1", 2, true),
            run("q", "hub-web-1", 3, true),
            run("r", "hub-web-1", 4, true),
            run("r", "hub-web-1", 5, true),
            run("a", "hub-web-1", 6, false),
        ];
        let now = snapshot(vec![instance("a", "hub-web-1", 1)], runs.clone());
        let expected = pairs(&[("p", "web"), ("q", "web"), ("r", "web"), ("a", "web")]);
        assert_eq!(named(&now), expected);
        let scaled = vec![instance("a", "hub-web-1", 1), instance("b", "hub-web-2", 2)];
        let last = named(&snapshot(scaled, runs.clone()));
        assert_eq!(
            last[2..],
            pairs(&[("r", "web-1"), ("a", "web-1"), ("b", "web-2")])
        );
        let removed = named(&snapshot(Vec::new(), runs));
        let expected = pairs(&[("p", "web"), ("q", "web"), ("r", "web")]);
        assert_eq!(removed, expected, "the service is not shown any more");
    }
}
