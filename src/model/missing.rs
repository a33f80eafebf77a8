//! What a service needs and does not have: dependencies without a container, networks that ended.

use serde::{Deserialize, Serialize};

use super::{DependencyCondition, EdgeKind, InstanceId, InstanceState, ServiceId, Timestamp};

/// Something a service needs that has no container.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MissingNeed {
    /// The service's name in the same stack, or the container's; the short id where no name is
    /// known.
    pub name: String,
    /// Whether the service fails without it.
    pub kind: EdgeKind,
    /// What tells of the need.
    #[serde(flatten)]
    pub told_by: NeedSource,
}

/// What tells of a need.
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
    /// What is missing, as the rest of a sentence that begins with the service's name: "needs zip,
    /// which has no container", "needs the network of a container that is gone: vpn
    /// (0123456789ab)".
    #[must_use]
    pub fn words(&self) -> String {
        match &self.told_by {
            NeedSource::DependsOn { .. } => {
                format!("{} {}, which has no container", self.verb(), self.name)
            }
            NeedSource::NetworkNamespace { container } => {
                format!(
                    "needs the network of a container that is gone: {}",
                    named(&self.name, container)
                )
            }
        }
    }

    /// `needs` what it fails without, else `uses`.
    const fn verb(&self) -> &'static str {
        match self.kind {
            EdgeKind::Hard => "needs",
            EdgeKind::Soft => "uses",
        }
    }

    /// Whether the service cannot work without it and it is to run with it, as Compose's
    /// `service_healthy` tells.
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

/// `vpn (0123456789ab)`, or the short id alone.
fn named(name: &str, container: &InstanceId) -> String {
    let short = container.short();
    if name == short {
        short.to_owned()
    } else {
        format!("{name} ({short})")
    }
}

/// The container whose network another one uses.
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

    /// Its name with its short id.
    #[must_use]
    pub fn with_id(&self) -> String {
        named(self.title(), &self.container)
    }
}

/// A container whose network, which it uses of another one, is no longer that one's: it has only
/// `lo`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostNetwork {
    /// The container.
    pub instance: InstanceId,
    /// Whose network it uses.
    pub owner: NetworkOwner,
    /// How it ended.
    #[serde(flatten)]
    pub cause: NetworkEnd,
    /// When; `None` where nothing tells.
    pub at: Option<Timestamp>,
}

/// How a network ended that a container uses of another one.
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
    /// The owner was removed: the user can only be made again.
    OwnerGone,
}

impl LostNetwork {
    /// Why it fails, one clause.
    #[must_use]
    pub fn reason(&self) -> String {
        let owner = self.owner.title();
        match self.cause {
            NetworkEnd::OwnerRestarted => format!("its network ended when {owner} restarted"),
            NetworkEnd::OwnerDown { state } => {
                format!("{owner}, whose network it uses, {}", down(state))
            }
            NetworkEnd::OwnerGone => {
                format!(
                    "needs the network of a container that is gone: {}",
                    self.owner.with_id()
                )
            }
        }
    }

    /// The same as the rest of a sentence that begins with the service's name; the moment may
    /// follow it.
    #[must_use]
    pub fn clause(&self) -> String {
        let owner = self.owner.title();
        match self.cause {
            NetworkEnd::OwnerRestarted => format!("lost its network when {owner} restarted"),
            NetworkEnd::OwnerDown { state } => {
                format!(
                    "has no network: {owner}, whose network it uses, {}",
                    down(state)
                )
            }
            NetworkEnd::OwnerGone => self.reason(),
        }
    }
}

/// How a container stands that does not run.
const fn down(state: InstanceState) -> &'static str {
    match state {
        InstanceState::Running => "is running",
        InstanceState::Paused => "is paused",
        InstanceState::Created => "was never started",
        InstanceState::Restarting => "is restarting",
        InstanceState::Removing => "is being removed",
        InstanceState::Exited => "is stopped",
        InstanceState::Dead => "is dead",
        InstanceState::Unknown => "is in an unknown state",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needs_in_words() {
        let condition = DependencyCondition::ServiceHealthy;
        let zip = MissingNeed {
            name: "zip".into(),
            kind: EdgeKind::Hard,
            told_by: NeedSource::DependsOn { condition },
        };
        assert_eq!(zip.words(), "needs zip, which has no container");
        assert_eq!(
            MissingNeed {
                kind: EdgeKind::Soft,
                ..zip.clone()
            }
            .words(),
            "uses zip, which has no container"
        );
        assert_eq!(
            serde_json::to_string(&zip).unwrap_or_default(),
            r#"{"name":"zip","kind":"hard","told_by":"depends_on","condition":"service_healthy"}"#
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
            gone("vpn").words(),
            "needs the network of a container that is gone: vpn (0123456789ab)"
        );
        assert_eq!(
            gone("0123456789ab").words(),
            "needs the network of a container that is gone: 0123456789ab"
        );
    }

    #[test]
    fn lost_networks_in_words() {
        let container = InstanceId::new("0123456789abcdef");
        let lost = |cause, name: Option<&str>| LostNetwork {
            instance: InstanceId::new("b"),
            owner: NetworkOwner {
                container: container.clone(),
                name: name.map(str::to_owned),
                service: None,
            },
            cause,
            at: None,
        };
        let stopped = NetworkEnd::OwnerDown {
            state: InstanceState::Exited,
        };
        for (lost, reason, clause) in [
            (
                lost(NetworkEnd::OwnerRestarted, Some("vpn")),
                "its network ended when vpn restarted",
                "lost its network when vpn restarted",
            ),
            (
                lost(stopped, Some("vpn")),
                "vpn, whose network it uses, is stopped",
                "has no network: vpn, whose network it uses, is stopped",
            ),
            (
                lost(NetworkEnd::OwnerGone, Some("vpn")),
                "needs the network of a container that is gone: vpn (0123456789ab)",
                "needs the network of a container that is gone: vpn (0123456789ab)",
            ),
            (
                lost(NetworkEnd::OwnerGone, None),
                "needs the network of a container that is gone: 0123456789ab",
                "needs the network of a container that is gone: 0123456789ab",
            ),
        ] {
            assert_eq!(
                (lost.reason().as_str(), lost.clause().as_str()),
                (reason, clause)
            );
        }
    }
}
