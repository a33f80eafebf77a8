//! Inspections of which not everything could be read, completed by what was known before, mostly by
//! a list.

use crate::model::{HostPort, InstanceFacts};

type PutBack = fn(&mut InstanceFacts, &InstanceFacts);

/// What an inspection contains under which path, and how the same is taken from older facts.
const KNOWN_BEFORE: [(&str, PutBack); 12] = [
    // A name or a label that cannot be read must not move the container to another service.
    ("Name", owner),
    ("Config.Labels", owner),
    ("State.Status", |facts, known| facts.state = known.state),
    // An end without its code would look like a failure.
    ("State.ExitCode", |facts, known| {
        facts.exit_code = known.exit_code
    }),
    ("State.Health.Status", |facts, known| {
        facts.docker.status = known.docker.status
    }),
    ("Config.Image", |facts, known| {
        facts.image.clone_from(&known.image)
    }),
    ("Image", |facts, known| {
        facts.image_id.clone_from(&known.image_id)
    }),
    ("Created", |facts, known| {
        facts.created_at = known.created_at
    }),
    ("Mounts", |facts, known| {
        facts.mounts.clone_from(&known.mounts)
    }),
    ("HostConfig.NetworkMode", |facts, known| {
        facts.network_mode.clone_from(&known.network_mode)
    }),
    ("NetworkSettings.Networks", |facts, known| {
        facts.networks.clone_from(&known.networks)
    }),
    ("NetworkSettings.Ports", |facts, known| {
        if known.ports.iter().any(|port| port.published.is_some()) {
            facts.ports.clone_from(&known.ports);
            facts
                .unbound_ports
                .retain(|port| port.host != HostPort::Unread);
        }
    }),
];

fn owner(facts: &mut InstanceFacts, known: &InstanceFacts) {
    facts.name.clone_from(&known.name);
    (facts.stack, facts.service) = (known.stack.clone(), known.service.clone());
    (facts.number, facts.depends_on) = (known.number, known.depends_on.clone());
    for (name, value) in known.labels.reveal() {
        facts
            .labels
            .reveal_mut()
            .entry(name.clone())
            .or_insert_with(|| value.clone());
    }
}

/// `facts`, where the values of what could not be read are those that were `known`.
pub(super) fn completed(mut facts: InstanceFacts, known: &InstanceFacts) -> InstanceFacts {
    for (path, put_back) in KNOWN_BEFORE {
        if facts.unread.touches(path) {
            put_back(&mut facts, known);
        }
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DockerStatus, InstanceState, Port, UnboundPort};

    fn known() -> InstanceFacts {
        InstanceFacts {
            number: Some(2),
            image: "nginx".into(),
            state: InstanceState::Running,
            labels: [("a".to_owned(), "b".to_owned())].into(),
            ports: vec![Port {
                container: 80,
                protocol: "tcp".into(),
                published: Some(8080),
                address: None,
            }],
            ..InstanceFacts::unknown("1".into(), "hub-web-2", Some("hub".into()), "web".into())
        }
    }

    fn inspected(unread: &[&str]) -> InstanceFacts {
        let mut facts = InstanceFacts::unknown("1".into(), "1", None, "1".into());
        (facts.inspected, facts.state) = (true, InstanceState::Unknown);
        facts.unread.fields = unread.iter().map(|path| (*path).to_owned()).collect();
        facts.unbound_ports = vec![UnboundPort {
            container: 80,
            protocol: "tcp".into(),
            host: HostPort::Unread,
        }];
        facts
    }

    #[test]
    fn what_could_not_be_read_is_as_it_was_known() {
        let whole = completed(inspected(&[]), &known());
        assert_eq!(whole, inspected(&[]), "what was read stays");
        for labels in [
            "Config",
            "Config.Labels",
            "Config.Labels.com.docker.compose.project",
        ] {
            let facts = completed(inspected(&[labels]), &known());
            assert_eq!(
                (facts.service_id().as_str(), facts.number),
                ("hub/web", Some(2)),
                "{labels}"
            );
            assert_eq!(
                (facts.name.as_str(), facts.labels.reveal().len()),
                ("hub-web-2", 1)
            );
        }
        let facts = completed(inspected(&["State"]), &known());
        assert_eq!(
            (facts.state, facts.docker.status),
            (InstanceState::Running, DockerStatus::None)
        );
        let ended = InstanceFacts {
            state: InstanceState::Exited,
            exit_code: Some(0),
            ..known()
        };
        for unread in ["State", "State.ExitCode"] {
            assert_eq!(
                completed(inspected(&[unread]), &ended).exit_code,
                Some(0),
                "{unread}"
            );
        }
        let facts = completed(
            inspected(&["NetworkSettings.Ports.80/tcp.HostPort"]),
            &known(),
        );
        assert_eq!((facts.ports, facts.unbound_ports.len()), (known().ports, 0));
        assert!(
            facts.unread.touches("NetworkSettings.Ports"),
            "that it could not be read stays said"
        );
    }
}
