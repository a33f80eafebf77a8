//! Settings of probing.

use std::sync::Arc;
use std::time::Duration;

use crate::model::sections::Probes;
use crate::model::{Service, ServiceRule, Snapshot};

use super::schedule::Pace;

/// Time between two probes of a target that starts, fails or changed lately.
pub const DENSE_INTERVAL: Duration = Duration::from_secs(5);

/// Settings of probing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeOptions {
    /// Whether anything is probed.
    pub enabled: bool,
    /// Time between two probes of one target.
    pub interval: Duration,
    /// Time one derived probe may take; configured ones bring their own.
    pub timeout: Duration,
    /// Probes at once.
    pub concurrency: usize,
    /// Probes at once of one host.
    pub per_host: usize,
    /// Answers of derived probes slower than this are a warning.
    pub slow_after: Option<Duration>,
    /// Rules of the config file: what one marks `no_probe` or `hide` is left alone.
    pub rules: Arc<[ServiceRule]>,
    /// Whether nothing may be run in a container.
    pub read_only: bool,
    /// Shortest time between two syncs with the snapshot.
    pub look_every: Duration,
}

impl Default for ProbeOptions {
    fn default() -> Self {
        let probes = Probes::default();
        Self {
            enabled: probes.enabled,
            interval: probes.interval,
            timeout: probes.timeout,
            concurrency: probes.concurrency,
            per_host: probes.per_host,
            slow_after: probes.slow_after,
            rules: Arc::from([]),
            read_only: false,
            look_every: Duration::from_millis(200),
        }
    }
}

impl ProbeOptions {
    /// The services of `snapshot` that may be probed: no rule keeps them from it.
    pub(super) fn probed<'a>(
        &self,
        snapshot: &'a Snapshot,
    ) -> impl Iterator<Item = &'a Arc<Service>> {
        // A config file of many services has many rules, few of which keep anything from being
        // probed.
        let excluding: Vec<&ServiceRule> = self
            .rules
            .iter()
            .filter(|rule| rule.no_probe || rule.hide)
            .collect();
        let may_be = move |service: &&Arc<Service>| {
            let (id, name) = (service.id.as_str(), service.name.as_str());
            !excluding.iter().any(|rule| rule.matches(id, name))
        };
        snapshot
            .services
            .iter()
            .filter(|_| self.enabled)
            .filter(may_be)
    }

    pub(super) const fn pace(&self) -> Pace {
        Pace {
            interval: self.interval,
            fast: DENSE_INTERVAL,
            concurrency: if self.concurrency == 0 {
                1
            } else {
                self.concurrency
            },
            per_host: if self.per_host == 0 { 1 } else { self.per_host },
        }
    }
}
