//! Which incidents are told of outside the screen, and when: those that open while the console is
//! open, at most one message a second.

use crate::explain;
use crate::model::{
    HealthState, Incident, IncidentId, Overlay, SignedDuration, Snapshot, Timestamp,
};
use crate::tui::draw::glyphs::Glyphs;
use crate::tui::state::{UiState, incidents};

/// Least time between two messages.
const PAUSE: SignedDuration = SignedDuration::from_secs(1);

/// What was told of.
#[derive(Debug)]
pub struct Notifier {
    /// Incidents that began before are known to the operator.
    opened: Timestamp,
    /// The newest incident that was told of.
    told: Option<IncidentId>,
    /// When the last message was made.
    last: Option<Timestamp>,
    /// When one that waits is due.
    due: Option<Timestamp>,
}

impl Notifier {
    /// Tells of incidents that begin after `opened`.
    pub const fn new(opened: Timestamp) -> Self {
        Self {
            opened,
            told: None,
            last: None,
            due: None,
        }
    }

    /// A message about the incidents that opened since the last one; `None` while there are none,
    /// and within a second after the last message.
    pub fn message(&mut self, ui: &UiState, snapshot: &Snapshot, now: Timestamp) -> Option<String> {
        let all = ui.scope.all_stacks();
        let open = incidents::open(&all, snapshot);
        let new: Vec<_> = open
            .into_iter()
            .filter(|incident| {
                incident.opened_at >= self.opened
                    && self.told.is_none_or(|told| incident.id > told)
                    && !is_muted(incident, snapshot)
            })
            .collect();
        let worst = new.first()?;
        let earliest = self.last.and_then(|last| last.checked_add(PAUSE).ok());
        self.due = earliest.filter(|earliest| *earliest > now);
        if self.due.is_some() {
            return None;
        }
        self.told = new.iter().map(|incident| incident.id).max();
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
    fn an_incident_is_told_of_once_and_only_if_it_is_new() {
        let snapshot = fixture::failing().snapshot();
        let mut early = Notifier::new(fixture::ago(600));
        assert_eq!(message(&mut early, &fixture::nine().snapshot(), 0), None);
        assert_eq!(
            message(&mut early, &snapshot, 0).as_deref(),
            Some("hubdeck: incident #1 hub/db exit 1, blocks 3")
        );
        assert_eq!(message(&mut early, &snapshot, 60), None);
        let mut late = Notifier::new(fixture::ago(10));
        assert_eq!(message(&mut late, &snapshot, 0), None);
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
