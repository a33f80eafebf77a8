//! Auto-heal: what it may restart, how often, and what it gave up.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::service_rule::fits;
use super::{Service, ServiceId, Timestamp};

/// Restarts of one service within [`HEAL_WINDOW`] at most.
pub const HEAL_BUDGET: usize = 3;
/// The time in which restarts of a service are counted.
pub const HEAL_WINDOW: Duration = Duration::from_secs(600);

/// Which services are restarted by hubdeck itself when they fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AutoHealSettings {
    /// Whether any is.
    pub enabled: bool,
    /// Patterns of services: `stack/name` or a bare name, with `*`.
    pub services: Vec<String>,
}

impl Default for AutoHealSettings {
    fn default() -> Self {
        Self {
            enabled: false,
            services: vec!["*".to_owned()],
        }
    }
}

impl AutoHealSettings {
    /// Whether `service` may be restarted by its name.
    #[must_use]
    pub fn matches(&self, service: &Service) -> bool {
        let (id, name) = (service.id.as_str(), service.name.as_str());
        self.services.iter().any(|pattern| fits(pattern, id, name))
    }

    /// Whether `service` is named by its whole id, without `*`.
    #[must_use]
    pub fn names(&self, service: &Service) -> bool {
        let id = service.id.as_str();
        self.services.iter().any(|pattern| pattern == id)
    }
}

/// A service that is not restarted any more, as restarts did not help.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealStop {
    /// The service.
    pub service: ServiceId,
    /// When that was decided.
    pub at: Timestamp,
    /// How many restarts within [`HEAL_WINDOW`] did not help.
    pub restarts: usize,
}

impl HealStop {
    /// The reason as one clause.
    #[must_use]
    pub fn clause(&self) -> String {
        let (count, minutes) = (self.restarts, HEAL_WINDOW.as_secs() / 60);
        format!("auto-heal stopped: {count} restarts within {minutes} min did not help")
    }
}
