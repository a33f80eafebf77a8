//! Services made anew: by one container's news, by time alone, by other rules, by a cleared cache.

use std::sync::Arc;

use crate::model::{Change, HealthPolicy, Layers, RecordedStop, ServiceId, ServiceRule, Timestamp};
use crate::probing::ProbeHistory;

use super::timeline::About;
use super::{Changed, Store, evidence};

impl Store {
    /// Usually comes before any container is known.
    pub(super) fn fold_recorded_stops(
        &mut self,
        stops: Vec<RecordedStop>,
        now: Timestamp,
    ) -> Changed {
        self.context.stops = stops;
        self.refresh_all(now);
        (!self.entries.is_empty()).into()
    }

    /// When time alone will next change something, so that [`Self::tick`] is worth calling.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        let services = self
            .entries
            .values()
            .filter_map(|entry| entry.deadline)
            .min();
        let others = [
            self.operations.next_expiry(),
            self.incidents.next_deadline(),
            self.next_end_of_shortage(),
        ];
        services
            .into_iter()
            .chain(others.into_iter().flatten())
            .min()
    }

    /// Lets time change what it changes: start periods end, silence becomes "unknown", old
    /// operations go.
    pub fn tick(&mut self, now: Timestamp) -> Changed {
        let due: Vec<ServiceId> = self
            .entries
            .iter()
            .filter(|(_, entry)| entry.deadline.is_some_and(|deadline| deadline <= now))
            .map(|(id, _)| id.clone())
            .collect();
        let mut changed = self.operations.expire(now) | self.end_shortages(now);
        for id in due {
            changed |= self.refresh(&id, now);
        }
        if self
            .incidents
            .next_deadline()
            .is_some_and(|deadline| deadline <= now)
        {
            self.derive(now);
            changed = true;
        }
        let changed = Changed::from(changed);
        self.dirty = self.dirty.max(changed);
        changed
    }

    /// Everything that follows from the services together.
    pub(super) fn derive(&mut self, now: Timestamp) {
        self.derive_topology(now);
        self.derive_networks(now);
        self.derive_swarm(now);
        self.derive_needs(now);
        self.derive_roots();
        self.derive_incidents(now);
    }

    /// Makes a service as snapshots show it anew; tells whether it differs. A service without
    /// containers goes.
    pub(super) fn refresh(&mut self, id: &ServiceId, now: Timestamp) -> bool {
        let Some(entry) = self.entries.get_mut(id) else {
            return false;
        };
        if entry.members.is_empty() && !entry.is_external() {
            self.entries.remove(id);
            (self.topology_due, self.cause_due) = (true, true);
            return true;
        }
        let state_before = entry.service.health.state;
        let regrouped = entry.regroup(&self.tracked);
        let (mut judged, change) = entry.judge(&self.tracked, &self.context, now);
        let samples = std::mem::take(&mut entry.docker_checked) && !entry.is_probed();
        self.cause_due |= entry.service.health.state != state_before;
        evidence::forget_when_well(entry);
        if samples
            && self.sample_state(id)
            && let Some(entry) = self.entries.get_mut(id)
        {
            judged |= entry.judge(&self.tracked, &self.context, now).0;
        }
        if let Some(change) = change {
            let about = About {
                service: Some(id),
                instance: None,
            };
            let change = Change::Health {
                from: change.from,
                to: change.to,
                reason: change.reason,
            };
            self.timeline.push(now, about, change);
        }
        regrouped || judged
    }

    pub(super) fn refresh_all(&mut self, now: Timestamp) {
        let all: Vec<ServiceId> = self.entries.keys().cloned().collect();
        for id in all {
            self.refresh(&id, now);
        }
    }

    pub(super) fn fold_rules(
        &mut self,
        policy: HealthPolicy,
        rules: Arc<[ServiceRule]>,
        layers: Arc<Layers>,
        problem: Option<String>,
        now: Timestamp,
    ) -> Changed {
        self.layers = layers;
        self.context.policy = policy;
        self.rules = rules;
        self.config_problem = problem;
        self.timeline.hide_none();
        for (id, entry) in &mut self.entries {
            let other_probe = entry.apply_rules(&self.rules);
            if entry.hidden {
                self.timeline.hide(id);
            }
            if other_probe {
                for member in &entry.members {
                    if let Some(tracked) = self.tracked.get_mut(member) {
                        tracked.probe = ProbeHistory::default();
                    }
                }
            }
        }
        self.topology_due = true;
        self.refresh_all(now);
        Changed::Yes
    }

    pub(super) fn fold_settings(
        &mut self,
        projects: Vec<String>,
        max_events: usize,
        waiting: Vec<&'static str>,
        now: Timestamp,
    ) -> Changed {
        self.config_waiting = waiting;
        self.watch_only(projects, now);
        self.timeline.limit(max_events);
        Changed::Yes
    }

    /// Forgets probe results and samples. States stay until the next result: nothing is known that
    /// would contradict them.
    pub(super) fn clear_cache(&mut self, now: Timestamp) -> Changed {
        for tracked in self.tracked.values_mut() {
            tracked.sample = None;
            tracked.series = Arc::default();
            tracked.probe.forget_results();
        }
        for entry in self.entries.values_mut() {
            entry.shared.forget_results();
            let service = Arc::make_mut(&mut entry.service);
            service.probe_log = Arc::default();
            service.latency = Arc::default();
        }
        self.refresh_all(now);
        Changed::Yes
    }
}
