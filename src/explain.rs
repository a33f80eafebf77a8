//! The words of health: what broke and why, the evidence, the likely causes, and what to try.
//! Knows: model, topology.
//! Never: does I/O, reads a clock, or keeps state between calls.

mod affected;
mod causes;
pub mod certificate;
mod clause;
pub mod diagnosis;
mod engine_error;
mod evidence;
pub mod exit;
mod finding;
pub mod incident;
mod missing;
mod names;
mod reason;
pub mod sentence;
pub mod service_name;
mod short_reason;
mod slow;
mod symptoms;
#[cfg(test)]
pub(crate) mod testing;
pub mod timeline;

pub use finding::finding;
pub use reason::{of, own, short, shorter, shorter_with_missed};
pub use short_reason::{SHORT_REASON_CELLS, short_overlay, short_reason};

use jiff::tz::TimeZone;

use clause::{ClauseSubject, Tense};

#[cfg(test)]
use crate::model;
use crate::model::{Explanation, IncidentRoot, Overlay, Service, ServiceId, Snapshot, Timestamp};
use crate::topology::unreachable_dependency;

/// Explains `service` from `snapshot`; times in the sentence are in `zone`.
#[must_use]
pub fn explain(service: &Service, snapshot: &Snapshot, zone: &TimeZone) -> Explanation {
    let blocked = blocked_by(&service.id, snapshot);
    let view = View {
        service,
        snapshot,
        zone,
        blocked: &blocked,
    };
    let causes = view.causes();
    let found = causes.all.iter();
    let candidates: Vec<_> = found.map(|each| view.diagnosis(each, causes.of)).collect();
    let mut incidents = snapshot.open_incidents();
    let incident = incidents.find(|incident| incident.concerns(&service.id));
    Explanation {
        service: service.id.clone(),
        state: service.health.state,
        since: service.health.since,
        sentence: view.sentence(),
        incident: incident.map(|incident| incident.id),
        evidence: evidence::all(&view),
        try_next: view.try_next(&causes),
        hint: candidates.first().cloned(),
        candidates,
    }
}

/// Services whose trouble has its root in `id`, sorted.
fn blocked_by(id: &ServiceId, snapshot: &Snapshot) -> Vec<ServiceId> {
    let blocked = snapshot
        .services
        .iter()
        .filter(|each| each.health.blocked_by.contains(id));
    blocked.map(|each| each.id.clone()).collect()
}

/// One look at a service.
struct View<'a> {
    service: &'a Service,
    snapshot: &'a Snapshot,
    zone: &'a TimeZone,
    /// Services whose trouble has its root here.
    blocked: &'a [ServiceId],
}

impl<'a> View<'a> {
    /// `14:02:11`, with the date when it is another day, with the zone when it is UTC.
    fn clock(&self, at: Timestamp) -> String {
        let (at, now) = (
            at.to_zoned(self.zone.clone()),
            self.snapshot.taken_at.to_zoned(self.zone.clone()),
        );
        let format = if at.date() == now.date() {
            "%H:%M:%S"
        } else {
            "%Y-%m-%d %H:%M:%S"
        };
        let zone = if *self.zone == TimeZone::UTC {
            " UTC"
        } else {
            ""
        };
        format!("{}{zone}", at.strftime(format))
    }

    fn near<'b>(&self, id: &'b ServiceId) -> &'b str {
        sentence::near(id, self.service.stack.as_ref())
    }

    fn roots(&self) -> impl Iterator<Item = &'a Service> + use<'a> {
        let snapshot = self.snapshot;
        self.service
            .health
            .blocked_by
            .iter()
            .filter_map(|id| snapshot.service(id))
            .map(AsRef::as_ref)
    }

    /// What is wrong and since when: "refuses connections since 14:02:11", "exited with code 1 at
    /// 14:02:11".
    fn since(&self, service: &Service) -> String {
        let subject = ClauseSubject::from(service);
        let clause = subject.fact();
        let word = match subject.tense() {
            // "has a certificate that expired 3 d ago": that is when.
            Tense::Told => return clause,
            Tense::At => "at",
            Tense::Since => "since",
        };
        match service.health.known_since() {
            Some(since) => format!("{clause} {word} {}", self.clock(since)),
            None => clause,
        }
    }

    fn sentence(&self) -> String {
        let health = &self.service.health;
        let name = self.near(&self.service.id);
        let because = self.slow_because();
        let is_traced = because.is_some();
        let mut text = because.unwrap_or_else(|| format!("{name} {}", self.since(self.service)));
        if let Some(waits) = self.waits() {
            text.push_str(&format!(": {waits}"));
        }
        if let Some(missed) =
            sentence::missed_beside(&health.missed_by, self.blocked, self.service.stack.as_ref())
        {
            text.push_str(&format!("; {missed}"));
        }
        let which = |root: &Service| format!("{}, which {}", self.near(&root.id), self.since(root));
        let roots: Vec<String> = self.roots().map(which).collect();
        if !roots.is_empty() && !is_traced {
            text.push_str(&format!("; it is blocked by {}", roots.join(", and by ")));
        }
        if let Some(missing) = missing::beside(self.service) {
            text.push_str(&format!("; {missing}"));
        }
        let apart = self.apart();
        if !apart.is_empty() {
            let stack = self.service.stack.as_ref();
            text.push_str(&format!(
                "; it shares no network with {}",
                sentence::names(&apart, stack)
            ));
        }
        if let Some(blocks) = sentence::blocks(self.blocked, self.service.stack.as_ref()) {
            text.push_str(&format!("; {blocks}"));
        }
        if let Some(suspect) = self.suspect() {
            text = format!("{}: {text}", suspect.words());
        }
        if health.has(Overlay::Stale) {
            text.push_str("; the engine is unreachable: this is the last known state");
        }
        if health.has(Overlay::Maintenance) {
            text.push_str("; it is in maintenance");
        }
        text
    }

    /// What it needs and cannot reach for want of a common network, where nothing else explains why it
    /// fails.
    fn apart(&self) -> Vec<ServiceId> {
        if !self.service.health.state.is_problem() || !self.service.health.blocked_by.is_empty() {
            return Vec::new();
        }
        let needs = self
            .snapshot
            .needs(&self.service.id)
            .filter_map(|edge| self.snapshot.service(&edge.to));
        needs
            .filter(|other| unreachable_dependency::are_apart(self.service, other))
            .map(|other| other.id.clone())
            .collect()
    }

    /// What is under most services, when most fail.
    fn suspect(&self) -> Option<Suspect<'a>> {
        let incident = self.snapshot.open_incidents().find(|incident| {
            incident.root.service().is_none()
                && incident.blocked.binary_search(&self.service.id).is_ok()
        })?;
        Some(Suspect(&incident.root, incident.blocked.len()))
    }
}

/// An implicit parent, with how many services fail with this one.
struct Suspect<'a>(&'a IncidentRoot, usize);

impl Suspect<'_> {
    fn words(&self) -> String {
        format!(
            "check {} first, as {} services failed at once without a common cause",
            self.0.words(),
            self.1
        )
    }
}

#[cfg(test)]
mod tests;
