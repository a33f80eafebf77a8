//! Short notation for snapshots of services in tests.

use std::sync::Arc;

use crate::model::{
    Edge, EdgeKind, Health, HealthState, Instance, InstanceFacts, InstanceId, InstanceState,
    Provenance, Service, ServiceId, ServiceName, Snapshot, Source, Timestamp,
};

/// `"db++ old- job=done x=external"` with edges `"api>db web-api"` (hard, soft): one sign for each
/// instance: `+` running, `-` exited, `p` paused.
pub(crate) fn world(services: &str, edges: &str) -> Snapshot {
    let mut snapshot = Snapshot::empty(Timestamp::UNIX_EPOCH);
    snapshot.services = services
        .split_whitespace()
        .map(|text| Arc::new(service(text)))
        .collect();
    snapshot.services.sort_by(|a, b| a.id.cmp(&b.id));
    snapshot.edges = edges.split_whitespace().map(edge).collect();
    snapshot
}

/// Changes the facts of every container of the service `name`.
pub(crate) fn change(snapshot: &mut Snapshot, name: &str, patch: impl Fn(&mut InstanceFacts)) {
    let mut services = snapshot.services.iter_mut();
    let service = services.find(|service| service.name.as_str() == name);
    let service = Arc::make_mut(service.expect("a service"));
    for instance in &mut service.instances {
        patch(Arc::make_mut(&mut instance.facts));
    }
}

fn edge(text: &str) -> Edge {
    let at = text.find(['>', '-']).expect("an arrow");
    let kind = if text.as_bytes()[at] == b'>' {
        EdgeKind::Hard
    } else {
        EdgeKind::Soft
    };
    let (from, to) = (ServiceId::new(&text[..at]), ServiceId::new(&text[at + 1..]));
    Edge::new(from, to, kind, Provenance::DependsOn, "")
}

fn service(text: &str) -> Service {
    let (name, states, health, source) = match text.split_once('=') {
        Some((name, "done")) => (
            name,
            vec![InstanceState::Exited],
            HealthState::Completed,
            Source::Docker,
        ),
        Some((name, "external")) => (name, vec![], HealthState::Healthy, Source::Config),
        Some((name, _)) => (
            name,
            vec![InstanceState::Exited],
            HealthState::Stopped,
            Source::Docker,
        ),
        None => {
            let name = text.trim_end_matches(['+', '-', 'p']);
            let states = text[name.len()..].chars().map(|sign| match sign {
                '+' => InstanceState::Running,
                'p' => InstanceState::Paused,
                _ => InstanceState::Exited,
            });
            (name, states.collect(), HealthState::Healthy, Source::Docker)
        }
    };
    let instances = states.iter().enumerate().map(|(index, state)| Instance {
        facts: Arc::new(facts(name, index + 1, *state)),
        sample: None,
        series: Arc::default(),
        probe: None,
    });
    let name = ServiceName::new(name);
    let unknown = Service::unknown(None, name, Timestamp::UNIX_EPOCH);
    Service {
        source,
        health: Health {
            state: health,
            reason: crate::model::Reason::NotChecked,
            ..unknown.health
        },
        instances: instances.collect(),
        ..unknown
    }
}

/// Container `name-number`.
pub(crate) fn facts(name: &str, number: usize, state: InstanceState) -> InstanceFacts {
    let container = format!("{name}-{number}");
    let id = InstanceId::from(format!("id-{container}"));
    InstanceFacts {
        number: u32::try_from(number).ok(),
        image: "image:1".into(),
        state,
        started_at: Some(Timestamp::UNIX_EPOCH),
        inspected: true,
        ..InstanceFacts::unknown(id, &container, None, ServiceName::new(name))
    }
}
