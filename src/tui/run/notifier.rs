//! Which incidents are reported outside the screen, and when: those that open while the console is
//! open, at most one message a second.

use std::collections::BTreeSet;

use crate::explain;
use crate::model::{
    HealthState, Incident, IncidentId, IncidentRoot, Overlay, SignedDuration, SincePrecision,
    Snapshot, Timestamp,
};
use crate::tui::draw::glyphs::Glyphs;
use crate::tui::state::{UiState, incidents};

/// Least time between two messages.
const PAUSE: SignedDuration = SignedDuration::from_secs(1);

/// How long the first look at everything takes: three failures of a probe in a row, 5 s apart.
const FIRST_LOOK: SignedDuration = SignedDuration::from_secs(15);

/// Which incidents were reported.
#[derive(Debug)]
pub struct Notifier {
    /// When the console was opened.
    opened: Timestamp,
    /// When the first list of containers was there.
    listed: Option<Timestamp>,
    /// Incidents that are not reported: what was broken before, what is muted, what was reported.
    known: BTreeSet<IncidentId>,
    /// When the last message was made.
    last: Option<Timestamp>,
    /// When one that waits is due.
    due: Option<Timestamp>,
}

impl Notifier {
    /// Reports what breaks after `opened`.
    pub const fn new(opened: Timestamp) -> Self {
        Self {
            opened,
            listed: None,
            known: BTreeSet::new(),
            last: None,
            due: None,
        }
    }

    /// Adds what is not reported to the known incidents.
    ///
    /// The times of incidents do not show what is new: one is dated back to its first failure, which
    /// may have been before the console was opened, and what was broken for long is dated to the
    /// first sight of it. So whatever the first look finds counts as broken before, unless the
    /// engine knows that it broke later.
    fn learn(&mut self, open: &[&Incident], snapshot: &Snapshot, now: Timestamp) {
        if snapshot.has_list() {
            self.listed.get_or_insert(now);
        }
        let looked = |listed| now.duration_since(listed) >= FIRST_LOOK;
        let has_looked = self.listed.is_some_and(looked);
        let is_known = |incident: &&&Incident| {
            is_muted(incident, snapshot)
                || !(has_looked || broke_after(self.opened, incident, snapshot))
        };
        let known: Vec<_> = open.iter().filter(is_known).map(|each| each.id).collect();
        self.known.extend(known);
        // A store that begins anew numbers from 1 again.
        let exists = |id: &IncidentId| snapshot.incidents.iter().any(|each| each.id == *id);
        self.known.retain(exists);
    }

    /// A message about the incidents that opened since the last one; `None` while there are none,
    /// and within a second after the last message.
    pub fn message(&mut self, ui: &UiState, snapshot: &Snapshot, now: Timestamp) -> Option<String> {
        let all = ui.scope.all_stacks();
        let open = incidents::open(&all, snapshot).into_iter();
        let open: Vec<&Incident> = open.map(AsRef::as_ref).collect();
        self.learn(&open, snapshot, now);
        let is_new = |incident: &&Incident| !self.known.contains(&incident.id);
        let new: Vec<_> = open.into_iter().filter(is_new).collect();
        let worst = new.first()?;
        let earliest = self.last.and_then(|last| last.checked_add(PAUSE).ok());
        self.due = earliest.filter(|earliest| *earliest > now);
        if self.due.is_some() {
            return None;
        }
        self.known.extend(new.iter().map(|incident| incident.id));
        self.last = Some(now);
        let mut text = format!("hubdeck: incident #{} {}", worst.id, words(worst));
        match worst.blocked.len() {
            0 => {}
            many => text.push_str(&format!(", blocks {many}")),
        }
        if new.len() > 1 {
            text.push_str(&format!("; {} more", new.len() - 1));
        }
        Some(text)
    }

    /// When a message that waits is due; `None` while none does.
    pub const fn due(&self) -> Option<Timestamp> {
        self.due
    }
}

/// `✖2 hub/db exit 137 · hubdeck hub-01`: how many incidents are open, the worst of them, and the
/// engine's host.
pub fn title(ui: &UiState, snapshot: &Snapshot, glyphs: Glyphs) -> String {
    let host = snapshot.engine.info.as_ref();
    let host = host.and_then(|info| info.host_name.as_deref());
    let program = host.map_or_else(|| "hubdeck".to_owned(), |host| format!("hubdeck {host}"));
    let all = ui.scope.all_stacks();
    let open = incidents::open(&all, snapshot);
    let Some(worst) = open.first() else {
        return program;
    };
    let sign = glyphs.state(HealthState::Unhealthy);
    let dot = if glyphs.ascii { "-" } else { "·" };
    format!("{sign}{} {} {dot} {program}", open.len(), words(worst))
}

/// `hub/db exit 137`.
fn words(incident: &Incident) -> String {
    let cause = explain::incident::short_cause(&incident.fact);
    format!("{} {cause}", incident.root.words())
}

/// Whether a fact with a time shows that `incident` began after `opened`.
fn broke_after(opened: Timestamp, incident: &Incident, snapshot: &Snapshot) -> bool {
    let Some(root) = incident.root.service() else {
        // What is lost was there before.
        return incident.root == IncidentRoot::Engine;
    };
    snapshot.service(root).is_some_and(|root| {
        let health = &root.health;
        health.since >= opened
            && matches!(
                health.precision,
                SincePrecision::Exact | SincePrecision::Rounded
            )
    })
}

fn is_muted(incident: &Incident, snapshot: &Snapshot) -> bool {
    let root = incident.root.service();
    let root = root.and_then(|id| snapshot.service(id));
    root.is_some_and(|root| root.health.has(Overlay::Maintenance))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fixture;
    use crate::tui::test_console::dressed;

    fn message(notifier: &mut Notifier, snapshot: &Snapshot, seconds: i64) -> Option<String> {
        notifier.message(&fixture::ui(80, 24), snapshot, fixture::ago(-seconds))
    }

    #[test]
    fn an_incident_is_reported_once() {
        let snapshot = dressed(fixture::failing().snapshot());
        let mut notifier = Notifier::new(fixture::ago(600));
        let healthy = dressed(fixture::nine().snapshot());
        assert_eq!(message(&mut notifier, &healthy, 0), None);
        assert_eq!(
            message(&mut notifier, &snapshot, 0).as_deref(),
            Some("hubdeck: incident #1 hub/db exit 1, blocks 3")
        );
        assert_eq!(message(&mut notifier, &snapshot, 60), None);
    }

    #[test]
    fn what_was_broken_before_is_not_reported_whatever_its_time_is() {
        // It ended before the console was opened, or nothing shows when it broke.
        for (opened, precision) in [
            (10, SincePrecision::Exact),
            (600, SincePrecision::FirstSeen),
            (600, SincePrecision::Observed),
        ] {
            let mut builder = fixture::failing();
            builder.change("hub/db", |make| {
                make.service.health.precision = precision;
            });
            let snapshot = dressed(builder.snapshot());
            let mut notifier = Notifier::new(fixture::ago(opened));
            for seconds in [0, 14, 60] {
                assert_eq!(message(&mut notifier, &snapshot, seconds), None);
            }
        }
    }

    #[test]
    fn what_breaks_later_is_reported_although_its_first_failure_was_before() {
        let healthy = dressed(fixture::nine().snapshot());
        let mut notifier = Notifier::new(fixture::ago(0));
        assert_eq!(message(&mut notifier, &healthy, 0), None);
        // It is dated to 160 s before the console was opened.
        let failing = dressed(fixture::failing().snapshot());
        assert!(message(&mut notifier, &failing, 20).is_some());
    }

    #[test]
    fn what_follows_at_once_waits_for_a_second() {
        let mut snapshot = fixture::failing().snapshot();
        let mut notifier = Notifier::new(fixture::ago(600));
        assert!(message(&mut notifier, &snapshot, 0).is_some());
        fixture::lose_engine(&mut snapshot, 0);
        assert_eq!(message(&mut notifier, &snapshot, 0), None);
        assert_eq!(notifier.due(), Some(fixture::ago(-1)));
        let later = message(&mut notifier, &snapshot, 1);
        assert_eq!(
            later.as_deref(),
            Some("hubdeck: incident #9 the engine lost")
        );
        assert_eq!(notifier.due(), None);
    }

    #[test]
    fn several_at_once_are_one_message_and_muted_ones_are_none() {
        let mut builder = fixture::sixty();
        fixture::fail(&mut builder, "hub");
        fixture::fail(&mut builder, "lab");
        let both = builder.snapshot();
        let mut notifier = Notifier::new(fixture::ago(600));
        let text = message(&mut notifier, &both, 0).unwrap();
        assert!(text.ends_with("; 1 more"), "{text}");
        builder.change("hub/db", |make| {
            make.overlay(Overlay::Maintenance);
        });
        let mut notifier = Notifier::new(fixture::ago(600));
        let text = message(&mut notifier, &builder.snapshot(), 0).unwrap();
        assert!(text.contains("lab/db") && !text.contains("more"), "{text}");
    }

    #[test]
    fn the_title_has_the_worst_incident_and_the_host() {
        let glyphs = Glyphs { ascii: false };
        let ui = fixture::ui(80, 24);
        let healthy = dressed(fixture::nine().snapshot());
        assert_eq!(title(&ui, &healthy, glyphs), "hubdeck hub-01");
        let failing = dressed(fixture::failing().snapshot());
        assert_eq!(
            title(&ui, &failing, glyphs),
            "✖1 hub/db exit 1 · hubdeck hub-01"
        );
    }
}
