//! Short notation for graphs in tests.

use crate::model::{
    Edge, EdgeKind, InstanceFacts, InstanceId, InstanceState, Provenance, ServiceId, ServiceName,
    StackName,
};

/// `"api>db web-api"`: api needs db hard, web needs api softly.
pub(crate) fn edges(text: &str) -> Vec<Edge> {
    text.split_whitespace()
        .map(|word| {
            let at = word.find(['>', '-']).expect("an arrow");
            let kind = if word.as_bytes()[at] == b'>' {
                EdgeKind::Hard
            } else {
                EdgeKind::Soft
            };
            let (from, to) = (ServiceId::new(&word[..at]), ServiceId::new(&word[at + 1..]));
            Edge::new(from, to, kind, Provenance::DependsOn, "")
        })
        .collect()
}

/// Ids from words.
pub(crate) fn ids(text: &str) -> Vec<ServiceId> {
    text.split_whitespace().map(ServiceId::new).collect()
}

/// Facts of a running container `hub-api-1` for `hub/api`, or of `solo` for `solo`.
pub(crate) fn facts(service: &str) -> InstanceFacts {
    let (stack, name) = match service.split_once('/') {
        Some((stack, name)) => (Some(StackName::new(stack)), name),
        None => (None, service),
    };
    let container = stack
        .as_ref()
        .map_or_else(|| name.to_owned(), |stack| format!("{stack}-{name}-1"));
    InstanceFacts {
        number: stack.as_ref().map(|_| 1),
        state: InstanceState::Running,
        restart_policy: "always".into(),
        network_mode: "default".into(),
        inspected: true,
        ..InstanceFacts::unknown(
            InstanceId::from(format!("id-of-{container}")),
            &container,
            stack,
            ServiceName::new(name),
        )
    }
}
