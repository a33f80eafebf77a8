//! Explains a service: what broke, why, what tells so, and what to try. Pure.

mod evidence;

use jiff::tz::TimeZone;

use crate::model::text::{mask_line, mask_values};
use crate::model::{
    Diagnosis, DockerStatus, Explanation, HealthState, IncidentRoot, InstanceFacts, InstanceState, LogLine,
    Overlay, Service, ServiceId, Snapshot, Timestamp,
};

use super::diagnosis::{Diagnoses, Match, Symptoms};
use super::{pointing, sentence, shape};

/// Explains `service` by the picture; times in the sentence are in `zone`.
#[must_use]
pub fn explain(service: &Service, snapshot: &Snapshot, zone: &TimeZone) -> Explanation {
    let blocked = blocked_by(&service.id, snapshot);
    let view = View { service, snapshot, zone, blocked: &blocked };
    let hint = view.hint();
    let mut explanation = Explanation {
        service: service.id.clone(),
        state: service.health.state,
        since: service.health.since,
        sentence: view.sentence(),
        incident: snapshot
            .open_incidents()
            .find(|incident| incident.concerns(&service.id))
            .map(|incident| incident.id),
        evidence: evidence::all(&view),
        try_next: view.try_next(hint.as_ref().map(|(found, _)| found)),
        hint: hint.map(|(found, of)| view.diagnosis(&found, of)),
    };
    for owner in [service].into_iter().chain(view.roots()) {
        hide(&mut explanation, owner);
    }
    explanation
}

/// Hides the values of the owner's secret variables.
fn hide(explanation: &mut Explanation, owner: &Service) {
    let Some(primary) = owner.primary() else { return };
    let environment = &primary.facts.environment;
    let hint = explanation.hint.as_mut().map(|hint| &mut hint.evidence);
    let texts = explanation.evidence.iter_mut().map(|evidence| &mut evidence.text);
    for text in texts.chain(hint).chain([&mut explanation.sentence]) {
        *text = mask_values(text, environment);
    }
}

/// Services whose trouble has its root in `id`, sorted.
fn blocked_by(id: &ServiceId, snapshot: &Snapshot) -> Vec<ServiceId> {
    let blocked = snapshot.services.iter().filter(|each| each.health.blocked_by.contains(id));
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
        let (at, now) = (at.to_zoned(self.zone.clone()), self.snapshot.taken_at.to_zoned(self.zone.clone()));
        let format = if at.date() == now.date() { "%H:%M:%S" } else { "%Y-%m-%d %H:%M:%S" };
        let zone = if *self.zone == TimeZone::UTC { " UTC" } else { "" };
        format!("{}{zone}", at.strftime(format))
    }

    fn near<'b>(&self, id: &'b ServiceId) -> &'b str {
        sentence::near(id, self.service.stack.as_ref())
    }

    fn roots(&self) -> impl Iterator<Item = &'a Service> + use<'a> {
        let snapshot = self.snapshot;
        self.service.health.blocked_by.iter().filter_map(|id| snapshot.service(id)).map(AsRef::as_ref)
    }

    /// What is wrong and since when: "refuses connections since 14:02:11", "exited with code 1 at 14:02:11".
    fn since(&self, service: &Service) -> String {
        let clause = sentence::fact(service);
        // "has a certificate that expired 3 d ago": that is when.
        if clause.ends_with(" ago") {
            return clause;
        }
        let past = ["exited", "was ", "lost its network"].iter().any(|start| clause.starts_with(start));
        let word = if past && !clause.starts_with("was never") { "at" } else { "since" };
        format!("{clause} {word} {}", self.clock(service.health.since))
    }

    fn sentence(&self) -> String {
        let health = &self.service.health;
        let name = self.near(&self.service.id);
        let mut text = format!("{name} {}", self.since(self.service));
        if let Some(missed) = sentence::missed_beside(self.service, self.blocked) {
            text.push_str(&format!("; {missed}"));
        }
        let which = |root: &Service| format!("{}, which {}", self.near(&root.id), self.since(root));
        let roots: Vec<String> = self.roots().map(which).collect();
        if !roots.is_empty() {
            text.push_str(&format!("; it is blocked by {}", roots.join(", and by ")));
        }
        if let Some(missing) = shape::beside(self.service) {
            text.push_str(&format!("; {missing}"));
        }
        let apart = self.apart();
        if !apart.is_empty() {
            let stack = self.service.stack.as_ref();
            text.push_str(&format!("; it shares no network with {}", sentence::names(&apart, stack)));
        }
        if let Some(blocks) = sentence::blocks(self.blocked, self.service.stack.as_ref()) {
            text.push_str(&format!("; {blocks}"));
        }
        if let Some(suspect) = self.suspect() {
            text = format!("{}: {text}", suspect.words());
        }
        if health.has(Overlay::Stale) {
            text.push_str("; the engine is lost, so this is the last known picture");
        }
        if health.has(Overlay::Maintenance) {
            text.push_str("; it is in maintenance");
        }
        text
    }

    /// What it needs and cannot reach for want of a common network, where nothing else tells why it fails.
    fn apart(&self) -> Vec<ServiceId> {
        if !self.service.health.state.is_problem() || !self.service.health.blocked_by.is_empty() {
            return Vec::new();
        }
        let needs = self.snapshot.needs(&self.service.id).filter_map(|edge| self.snapshot.service(&edge.to));
        needs.filter(|other| pointing::are_apart(self.service, other)).map(|other| other.id.clone()).collect()
    }

    /// What is under most services, when most fail.
    fn suspect(&self) -> Option<Suspect<'a>> {
        let incident = self.snapshot.open_incidents().find(|incident| {
            incident.root.service().is_none() && incident.blocked.binary_search(&self.service.id).is_ok()
        })?;
        Some(Suspect(&incident.root, incident.blocked.len()))
    }

    /// The usual cause that fits and whose trouble it is: that of the root when something blocks this one.
    fn hint(&self) -> Option<(Match<'a>, &'a Service)> {
        let all = self.roots().chain([self.service]);
        let mut found = all.filter_map(|service| Some((find(service)?, service)));
        found.next()
    }

    fn diagnosis(&self, found: &Match<'_>, of: &Service) -> Diagnosis {
        let cause = found.cause;
        let mut words = cause.words.clone();
        if of.id != self.service.id {
            words = format!("{}: {words}", self.near(&of.id));
        }
        if let Some(other) = self.meant(found.line, of) {
            words = format!("{words} ({})", self.near(&other.id));
        }
        let evidence = if found.line.is_empty() { of.health.reason.clone() } else { found.line.to_owned() };
        Diagnosis { id: cause.id.clone(), words, hint: cause.hint.clone(), evidence: mask_line(&evidence) }
    }

    /// The service that a line about `of` means.
    fn meant(&self, line: &str, of: &Service) -> Option<&'a Service> {
        let line = line.to_lowercase();
        let others = of.depends_on.iter().filter_map(|id| self.snapshot.service(id)).map(AsRef::as_ref);
        let calls = |other: &&Service| pointing::names(other).iter().any(|name| pointing::calls(&line, name));
        others.into_iter().find(calls)
    }

    fn try_next(&self, hint: Option<&Match<'_>>) -> Vec<String> {
        let health = &self.service.health;
        let mut all = Vec::new();
        for root in self.roots() {
            all.push(format!(
                "bring {} back first: `hubdeck explain {}` tells more of it",
                self.near(&root.id),
                root.id
            ));
        }
        all.extend(shape::advice(self.service));
        if let Some(found) = hint {
            all.extend(found.cause.try_next.iter().cloned());
        }
        if let Some(image) = evidence::image_before(self) {
            all.push(format!("it began after a deploy: go back to {image} if nothing else explains it"));
        }
        let created = self.service.primary().is_some_and(|each| each.facts.state == InstanceState::Created);
        match health.state {
            HealthState::Stopped if health.has(Overlay::Paused) => all.push("unpause it".to_owned()),
            HealthState::Stopped if created && !health.blocked_by.is_empty() => {
                all.push("start it once what it waits for is healthy".to_owned());
            }
            HealthState::Stopped => all.push("start it".to_owned()),
            HealthState::Unhealthy if self.service.replicas().0 == 0 && self.service.primary().is_some() => {
                all.push("start it again once the cause is gone".to_owned());
            }
            _ => {}
        }
        if all.is_empty() && health.state.is_problem() {
            all.push("read its log around the moment of the change".to_owned());
        }
        all
    }
}

/// An implicit parent, with how many services fail with this one.
struct Suspect<'a>(&'a IncidentRoot, usize);

impl Suspect<'_> {
    fn words(&self) -> String {
        format!("suspect {} first, as {} services failed at once", self.0.words(), self.1)
    }
}

/// The usual cause that fits what is known of `service`; `None` for one that works.
fn find(service: &Service) -> Option<Match<'_>> {
    let health = &service.health;
    if health.state.is_fine() || health.has(Overlay::Paused) {
        return None;
    }
    let facts = service.instances.iter().map(|each| &*each.facts).find(|facts| !facts.is_running());
    let facts = facts.or_else(|| service.primary().map(|primary| &*primary.facts));
    let ended = facts.filter(|facts| {
        matches!(facts.state, InstanceState::Exited | InstanceState::Dead | InstanceState::Restarting)
    });
    let probe = health.probe.as_ref().filter(|probe| !probe.success && probe.counts);
    let docker = health.docker.as_ref().filter(|docker| docker.status == DockerStatus::Unhealthy);
    let symptoms = Symptoms {
        exit_code: ended.and_then(|facts| facts.exit_code),
        out_of_memory: ended.is_some_and(|facts| facts.oom_killed),
        engine: facts.map_or("", |facts| if cut_off(facts) { sentence::CUT_OFF } else { &facts.error }),
        probe: probe.map_or("", |probe| &probe.message),
        check: docker.map_or_else(Vec::new, |docker| docker.output.lines().collect()),
        log: lines(service).map(|line| line.text.as_str()).collect(),
    };
    // Stopped on purpose: the signal that did it is no trouble.
    if health.state == HealthState::Stopped && symptoms.engine.is_empty() {
        return None;
    }
    Diagnoses::builtin().find(&symptoms)
}

fn cut_off(facts: &InstanceFacts) -> bool {
    facts.is_running() && facts.is_cut_off()
}

/// Its last log lines that are from around the change.
fn lines(service: &Service) -> impl Iterator<Item = &LogLine> {
    let from = service.health.since.checked_sub(pointing::BEFORE).unwrap_or(service.health.since);
    let words = service.last_words.iter().flat_map(|words| words.lines.iter());
    words.filter(move |line| !line.text.trim().is_empty() && line.at.is_none_or(|at| at >= from))
}

#[cfg(test)]
mod tests;
