//! What a service needs and does not have.

use crate::model::{EdgeKind, InstanceId, MissingNeed, NeedSource};

/// A need without a container, as the rest of a sentence that begins with the service's name:
/// "depends on zip, which has no container", "uses the network of a container that is gone: vpn
/// (0123456789ab)".
#[must_use]
pub fn need(need: &MissingNeed) -> String {
    let verb = match need.kind {
        EdgeKind::Hard => "depends on",
        EdgeKind::Soft => "uses",
    };
    match &need.told_by {
        NeedSource::DependsOn { .. } => {
            format!("{verb} {}, which has no container", need.name)
        }
        NeedSource::NetworkNamespace { container } => gone_network(&need.name, container),
    }
}

/// That the container is gone whose network is used: "uses the network of a container that is gone:
/// vpn (0123456789ab)".
#[must_use]
pub fn gone_network(name: &str, container: &InstanceId) -> String {
    let short = container.short();
    let owner = if name == short {
        short.to_owned()
    } else {
        format!("{name} ({short})")
    };
    format!("uses the network of a container that is gone: {owner}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::DependencyCondition;

    #[test]
    fn needs_in_words() {
        let condition = DependencyCondition::ServiceHealthy;
        let zip = MissingNeed {
            name: "zip".into(),
            kind: EdgeKind::Hard,
            told_by: NeedSource::DependsOn { condition },
        };
        assert_eq!(need(&zip), "depends on zip, which has no container");
        assert_eq!(
            need(&MissingNeed {
                kind: EdgeKind::Soft,
                ..zip
            }),
            "uses zip, which has no container"
        );
    }

    #[test]
    fn networks_of_what_is_gone_in_words() {
        let container = InstanceId::new("0123456789abcdef");
        let told_by = NeedSource::NetworkNamespace {
            container: container.clone(),
        };
        let gone = |name: &str| MissingNeed {
            name: name.into(),
            kind: EdgeKind::Hard,
            told_by: told_by.clone(),
        };
        assert_eq!(
            need(&gone("vpn")),
            "uses the network of a container that is gone: vpn (0123456789ab)"
        );
        assert_eq!(
            need(&gone("0123456789ab")),
            "uses the network of a container that is gone: 0123456789ab"
        );
    }
}
