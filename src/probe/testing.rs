//! Short ways to make services in tests.

use std::sync::Arc;

use crate::model::{
    Health, HealthState, Instance, InstanceFacts, InstanceId, InstanceState, Service, ServiceName,
    Timestamp,
};

/// A running container of service `name` (`name`, or `stack/name`).
pub(crate) fn facts(name: &str) -> InstanceFacts {
    let (stack, service) = name
        .split_once('/')
        .map_or((None, name), |(stack, name)| (Some(stack.into()), name));
    InstanceFacts {
        number: Some(1),
        image: "image:1".into(),
        state: InstanceState::Running,
        started_at: Some(Timestamp::UNIX_EPOCH),
        network_mode: "bridge".into(),
        inspected: true,
        ..InstanceFacts::unknown(
            InstanceId::from(format!("id-{name}")),
            &format!("{service}-1"),
            stack,
            ServiceName::new(service),
        )
    }
}

/// The service of one container, healthy since the epoch.
pub(crate) fn service(facts: InstanceFacts) -> Service {
    let unknown = Service::unknown(
        facts.stack.clone(),
        facts.service.clone(),
        Timestamp::UNIX_EPOCH,
    );
    Service {
        health: Health {
            state: HealthState::Healthy,
            reason: crate::model::Reason::NotChecked,
            ..unknown.health
        },
        instances: vec![Instance {
            facts: Arc::new(facts),
            sample: None,
            series: Arc::default(),
            probe: None,
        }],
        ..unknown
    }
}
