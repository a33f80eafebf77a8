//! What a service needs and does not have: dependencies without a container, networks that ended.

use serde::{Deserialize, Serialize};

use super::{DependencyCondition, EdgeKind, InstanceId, InstanceState, ServiceId, Timestamp};

/// Something a service needs that has no container.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MissingNeed {
    /// The service's name in the same stack, or the container's; the short id where no name is
    /// known.
    pub name: String,
    /// Whether the service fails without it.
    pub kind: EdgeKind,
    /// How the need was found.
    #[serde(flatten)]
    pub told_by: NeedSource,
}

/// How a need was found.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "told_by", rename_all = "snake_case")]
pub enum NeedSource {
    /// The Compose `depends_on` label.
    DependsOn {
        /// Compose's condition.
        condition: DependencyCondition,
    },
    /// `HostConfig.NetworkMode`: the network of a container that is gone.
    NetworkNamespace {
        /// The container's id.
        container: InstanceId,
    },
}

impl MissingNeed {
    /// Whether the service cannot work without it and it is to run with it, as Compose's
    /// `service_healthy` declares.
    #[must_use]
    pub fn is_needed_running(&self) -> bool {
        self.told_by
            == NeedSource::DependsOn {
                condition: DependencyCondition::ServiceHealthy,
            }
    }

    /// Whether the need is the network of a container that is gone.
    #[must_use]
    pub const fn is_network(&self) -> bool {
        matches!(self.told_by, NeedSource::NetworkNamespace { .. })
    }
}

/// The container whose network another one uses.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkOwner {
    /// Its id.
    pub container: InstanceId,
    /// What people call it: its service, else its name; `None` where it was gone before anything
    /// was known of it.
    pub name: Option<String>,
    /// Its service, where hubdeck shows that.
    pub service: Option<ServiceId>,
}

impl NetworkOwner {
    /// What people call it, else its short id.
    #[must_use]
    pub fn title(&self) -> &str {
        self.name
            .as_deref()
            .unwrap_or_else(|| self.container.short())
    }
}

/// A container whose network, which it uses of another one, is no longer that one's: it has only
/// `lo`.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostNetwork {
    /// The container.
    pub instance: InstanceId,
    /// Whose network it uses.
    pub owner: NetworkOwner,
    /// How it ended.
    #[serde(flatten)]
    pub cause: NetworkEnd,
    /// When; `None` where it is not known.
    pub at: Option<Timestamp>,
}

/// How a network ended that a container uses of another one.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum NetworkEnd {
    /// The owner was started again, with a network of its new run; a restart of the user joins it.
    OwnerRestarted,
    /// The owner does not run.
    OwnerDown {
        /// Its state.
        state: InstanceState,
    },
    /// The owner was removed: the container that uses its network has to be recreated.
    OwnerGone,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needs_in_json() {
        let zip = MissingNeed {
            name: "zip".into(),
            kind: EdgeKind::Hard,
            told_by: NeedSource::DependsOn {
                condition: DependencyCondition::ServiceHealthy,
            },
        };
        assert_eq!(
            serde_json::to_string(&zip).unwrap_or_default(),
            r#"{"name":"zip","kind":"hard","told_by":"depends_on","condition":"service_healthy"}"#
        );
    }
}
