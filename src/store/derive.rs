//! What follows from the parts, in one order: layers, edges, health, incidents.
//!
//! The health of a service is judged after each observation that concerns it, as every change of it
//! is an event. The rest is derived once before each snapshot, and for a complete list, as one-shots
//! are known by those that wait for them, and what is missed by what misses it.

use crate::model::{Change, ServiceId, Timestamp};

use super::dirty::{Changed, Dirty};
use super::results::standing;
use super::services::StateChange;
use super::timeline::About;
use super::{HealthContext, Store, evidence};

impl Store {
    /// Derives what an observation left: health, and for a complete list layers and edges first.
    pub(super) fn settle(&mut self, mut dirty: Dirty, now: Timestamp) -> Changed {
        if std::mem::take(&mut dirty.listed) {
            dirty.absorb(std::mem::take(&mut self.publishing.pending));
            self.derive_topology(&mut dirty, now);
            dirty.services.extend(self.services.derive_missed());
        }
        self.judge_all(&mut dirty, now);
        let changed = dirty.snapshot;
        self.publishing.pending.absorb(dirty);
        changed
    }

    /// Derives everything that follows from the services together.
    pub(super) fn derive(&mut self, now: Timestamp) {
        let mut dirty = std::mem::take(&mut self.publishing.pending);
        self.derive_topology(&mut dirty, now);
        let cut_off = self.services.derive_networks(&self.containers);
        self.rejudge(cut_off, &mut dirty, now);
        let counted = self.services.derive_swarm();
        self.rejudge(counted, &mut dirty, now);
        let missed = self.services.derive_missed();
        self.rejudge(missed, &mut dirty, now);
        let lacking = self.services.derive_unmet_needs(&self.containers);
        dirty.roots |= !lacking.is_empty();
        self.rejudge(lacking, &mut dirty, now);
        if std::mem::take(&mut dirty.roots) {
            self.services.derive_roots();
        }
        self.derive_incidents(now);
        self.publishing.pending.absorb(dirty);
    }

    /// Derives layers and edges when something they follow from changed.
    fn derive_topology(&mut self, dirty: &mut Dirty, now: Timestamp) {
        if !std::mem::take(&mut dirty.topology) {
            return;
        }
        let (containers, rules) = (&self.containers, &self.rules);
        let knows = containers.is_listed() || self.engine.is_lost();
        self.services.derive_members(containers, rules, knows, now);
        self.containers.keep_used_owners();
        let (edges, given) = self.services.derive_edges(&self.containers, &self.rules);
        let mut changed = (self.services).derive_layers(&edges, &self.containers, &self.rules);
        dirty.roots |= self.services.set_edges(edges, &given);
        changed.extend((self.services).derive_missing(&self.containers, &self.timeline));
        self.rejudge(changed, dirty, now);
    }

    fn rejudge(&mut self, services: Vec<ServiceId>, dirty: &mut Dirty, now: Timestamp) {
        for id in services {
            self.judge(&id, dirty, now);
        }
    }

    /// Judges the health of every service that `dirty` names.
    fn judge_all(&mut self, dirty: &mut Dirty, now: Timestamp) {
        for id in std::mem::take(&mut dirty.services) {
            let differs = self.judge(&id, dirty, now);
            dirty.changed(differs);
        }
        for (id, counts) in std::mem::take(&mut dirty.probed) {
            let before = self.services.by_id.get(&id).map(standing);
            self.judge(&id, dirty, now);
            if counts && self.services.sample_state(&id) {
                self.judge(&id, dirty, now);
            }
            // The figures of one more result are shown with others of their kind.
            let entry = self.services.by_id.get(&id);
            let news = entry.map(standing) != before;
            // It may work without what it needs: that is derived with the next snapshot.
            let awaited = entry.is_some_and(|entry| counts && entry.needs.unmet.is_some());
            dirty.changed(news || awaited);
        }
    }

    /// Makes a service as snapshots show it anew; whether it differs. A service without containers
    /// goes.
    fn judge(&mut self, id: &ServiceId, dirty: &mut Dirty, now: Timestamp) -> bool {
        self.services.forget_first_deadline();
        if self.services.remove_empty(id) {
            (dirty.topology, dirty.roots) = (true, true);
            return true;
        }
        let Some(entry) = self.services.by_id.get_mut(id) else {
            return false;
        };
        let containers = &self.containers.by_id;
        let context = HealthContext::new(&self.rules, &self.engine, &self.operations);
        let state_before = entry.service.health.state;
        let regrouped = entry.regroup(containers);
        let (mut judged, change) = entry.judge(containers, &context, now);
        let samples = dirty.checked.remove(id) && !entry.is_probed();
        dirty.roots |= entry.service.health.state != state_before;
        evidence::forget_when_well(entry);
        if samples
            && self.services.sample_state(id)
            && let Some(entry) = self.services.by_id.get_mut(id)
        {
            judged |= entry.judge(containers, &context, now).0;
        }
        if let Some(change) = change {
            self.add_change(id, change, now);
        }
        regrouped || judged
    }

    /// Puts a change of a service's state in the timeline.
    fn add_change(&mut self, id: &ServiceId, change: StateChange, now: Timestamp) {
        let StateChange { from, to, why } = change;
        let about = About {
            service: Some(id),
            instance: None,
        };
        let why = Box::new(why);
        let change = Change::Health { from, to, why };
        self.timeline.push(now, about, change);
    }

    /// When time alone will next change something, so that [`Self::tick`] is worth calling.
    #[must_use]
    pub fn next_deadline(&mut self) -> Option<Timestamp> {
        let deadlines = [
            self.services.next_deadline(),
            self.operations.next_expiry(),
            self.incidents.next_deadline(),
            self.publishing.own.next_end_of_shortage(),
        ];
        deadlines.into_iter().flatten().min()
    }

    /// Lets time change what it changes: start periods end, silence becomes "unknown", old
    /// operations go.
    pub fn tick(&mut self, now: Timestamp) -> Changed {
        let ended = self.operations.expire(now) | self.publishing.own.end_shortages(now);
        let mut dirty = Dirty {
            services: self.services.due(now),
            ..ended.into()
        };
        let deadline = self.incidents.next_deadline();
        let incidents_due = deadline.is_some_and(|deadline| deadline <= now);
        dirty.changed(incidents_due);
        let changed = self.settle(dirty, now);
        if incidents_due {
            self.derive(now);
        }
        changed
    }
}
