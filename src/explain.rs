//! The words of health: what broke and why, the evidence, the likely causes, and what to try.
//! Knows: model, topology, logs.
//! Never: does I/O, reads a clock, or keeps state between calls.

mod affected;
mod causes;
pub mod certificate;
mod clause;
pub mod diagnosis;
mod engine_error;
mod evidence;
pub mod exit;
mod external;
mod fetch_failure;
mod finding;
pub mod incident;
mod missing;
mod names;
mod next_step;
pub mod plan;
mod reason;
pub mod sentence;
pub mod service_name;
mod short_reason;
mod slow;
mod subject;
mod symptoms;
#[cfg(test)]
pub(crate) mod testing;
pub mod timeline;

pub use affected::{affected_by, effect};
pub use external::external;
pub use fetch_failure::fetch_failure;
pub use finding::finding;
pub use reason::{of, own, short, shorter, shorter_with_missed};
pub use short_reason::{SHORT_REASON_CELLS, short_overlay, short_reason};

use jiff::tz::TimeZone;

use subject::ClauseSubject;

#[cfg(test)]
use crate::model;
use crate::model::{
    Explanation, IncidentRoot, Overlay, Reason, Service, ServiceId, Snapshot, Timestamp,
};
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
    let next = view.try_next(&causes);
    Explanation {
        service: service.id.clone(),
        state: service.health.state,
        since: service.health.since,
        sentence: view.sentence(Blocks::Named),
        headline: view.sentence(Blocks::LeftOut),
        blocks: view.blocked.to_vec(),
        incident: incident.map(|incident| incident.id),
        evidence: evidence::all(&view),
        commands: next
            .iter()
            .filter_map(|step| step.command.clone())
            .collect(),
        try_next: next.into_iter().map(|step| step.text).collect(),
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

/// Whether a sentence names what a service blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Blocks {
    Named,
    LeftOut,
}

/// The exit code of a service that was stopped.
fn stop_code(service: &Service) -> Option<i64> {
    let facts = &service.primary()?.facts;
    let stopped = matches!(
        service.health.reason.readable(),
        Reason::Stopped { .. } | Reason::StoppedWhileNeeded { .. }
    );
    facts.exit_code.filter(|_| stopped && !facts.is_running())
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

    /// What is wrong and since when: "has refused connections since 14:02:11", "exited with code 1 at
    /// 14:02:11".
    fn since(&self, service: &Service) -> String {
        let clause = ClauseSubject::from(service).parts();
        let clause = match stop_code(service) {
            Some(code) => clause.added(format!("exit {code}")),
            None => clause,
        };
        match service.health.known_since() {
            Some(since) => clause.dated(&self.clock(since)),
            None => clause.now(),
        }
    }

    fn sentence(&self, blocks: Blocks) -> String {
        let health = &self.service.health;
        let stack = self.service.stack.as_ref();
        let name = self.near(&self.service.id);
        let because = self.slow_because();
        let causes = self.causes_of_block().filter(|_| because.is_none());
        let what = || format!("{name} {}", self.since(self.service));
        let mut parts = vec![because.unwrap_or_else(what)];
        parts.extend(self.waits());
        parts.extend(sentence::missed_beside(
            &health.missed_by,
            self.blocked,
            stack,
        ));
        parts.extend(causes);
        parts.extend(missing::beside(self.service));
        let apart = self.apart();
        if !apart.is_empty() {
            parts.push(format!(
                "it shares no network with {}",
                sentence::names(&apart, stack)
            ));
        }
        let state = self.service.health.state;
        let told = sentence::blocks(state, self.blocked, stack);
        parts.extend(told.filter(|_| blocks == Blocks::Named));
        let state = [
            (
                Overlay::Stale,
                "the engine is unreachable: this is the last known state",
            ),
            (Overlay::Maintenance, "it is in maintenance"),
        ];
        let state = state.iter().filter(|(overlay, _)| health.has(*overlay));
        parts.extend(state.map(|(_, words)| (*words).to_owned()));
        let text = parts.join("; ");
        match self.suspect() {
            Some(suspect) => format!("{}: {text}", suspect.words()),
            None => text,
        }
    }

    /// "cause: db, which has refused connections since 14:02:11".
    fn causes_of_block(&self) -> Option<String> {
        let which = |root: &Service| format!("{}, which {}", self.near(&root.id), self.since(root));
        let roots: Vec<String> = self.roots().map(which).collect();
        match roots.as_slice() {
            [] => None,
            [one] => Some(format!("cause: {one}")),
            several => Some(format!("causes: {}", several.join(", and "))),
        }
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
