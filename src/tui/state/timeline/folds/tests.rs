use super::*;
use crate::explain::testing;
use crate::model::{BrokenService, HealthChangeReason, IncidentFact, IncidentRoot, Timestamp};

fn at(seconds: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
}

fn fact(blocked: &[&str]) -> IncidentFact {
    IncidentFact::Broken(BrokenService {
        stack: None,
        state: HealthState::Unhealthy,
        reason: testing::reason(HealthState::Unhealthy, "exited with code 1"),
        missed_by: Vec::new(),
        blocked: blocked.iter().map(|id| (*id).into()).collect(),
    })
}

/// db broke at 0 and blocks a, b and c, which were recovered at 30.
fn snapshot() -> Snapshot {
    let incident = Incident {
        id: IncidentId(1),
        root: IncidentRoot::Service("db".into()),
        opened_at: at(0),
        updated_at: at(0),
        closed_at: Some(at(40)),
        fact: fact(&[]),
        blocked: vec!["a".into(), "b".into(), "c".into()],
        log: Vec::new(),
    };
    Snapshot {
        incidents: vec![Arc::new(incident)],
        ..Snapshot::empty(at(60))
    }
}

fn event(seconds: i64, service: &str, change: Change) -> Arc<TimelineEvent> {
    Arc::new(TimelineEvent {
        sequence: 0,
        at: at(seconds),
        service: Some(service.into()),
        instance: None,
        change,
    })
}

fn turned(seconds: i64, service: &str, to: HealthState) -> Arc<TimelineEvent> {
    let why = HealthChangeReason {
        reason: testing::verbatim("x"),
        missed_by: Vec::new(),
        stack: None,
    };
    let change = Change::Health {
        from: HealthState::Unknown,
        to,
        why: Box::new(why),
    };
    event(seconds, service, change)
}

fn news(seconds: i64, change: IncidentChange, blocked: &[&str]) -> Arc<TimelineEvent> {
    let change = Change::Incident {
        id: IncidentId(1),
        change,
        root: IncidentRoot::Service("db".into()),
        fact: Box::new(fact(blocked)),
    };
    event(seconds, "db", change)
}

/// Each row: its time, its service, how many others, how many events, and what it blocks.
fn rows(events: &[Arc<TimelineEvent>]) -> Vec<(i64, String, usize, usize, usize)> {
    let rows = folded(events.iter(), &snapshot());
    let row = |row: TimelineRow<'_>| {
        let blocked = match row.change {
            Change::Incident { fact, .. } => match &**fact {
                IncidentFact::Broken(broken) => broken.blocked.len(),
                _ => 0,
            },
            _ => 0,
        };
        let seconds = row.event.at.duration_since(at(0)).as_secs();
        let service = row.event.service.as_ref().unwrap().to_string();
        (seconds, service, row.others(), row.count, blocked)
    };
    rows.into_iter().map(row).collect()
}

#[test]
fn what_an_incident_does_to_several_services_at_once_is_one_row() {
    use HealthState::{Healthy, Unhealthy};
    use IncidentChange::{Closed, Opened, Updated};
    let events = [
        turned(0, "db", Unhealthy),
        news(0, Opened, &[]),
        turned(1, "a", Unhealthy),
        news(1, Updated, &["a"]),
        turned(2, "b", Unhealthy),
        news(2, Updated, &["a", "b"]),
        // Too late for the row of the first two.
        turned(9, "c", Unhealthy),
        news(9, Updated, &["a", "b", "c"]),
        turned(30, "a", Healthy),
        turned(31, "b", Healthy),
        news(40, Closed, &[]),
    ];
    let row = |at, service: &str, others, count, blocked| {
        (at, service.to_owned(), others, count, blocked)
    };
    assert_eq!(
        rows(&events),
        [
            row(0, "db", 0, 1, 0),
            row(0, "db", 0, 1, 0),
            row(1, "a", 1, 2, 0),
            row(1, "db", 0, 2, 2),
            row(9, "c", 0, 1, 0),
            row(9, "db", 0, 1, 3),
            row(30, "a", 1, 2, 0),
            row(40, "db", 0, 1, 0),
        ]
    );
}

#[test]
fn nothing_is_folded_across_another_event_or_with_the_same_service() {
    use HealthState::{Degraded, Unhealthy};
    let between = event(2, "other", Change::Paused);
    let events = [
        turned(1, "a", Unhealthy),
        between,
        turned(3, "b", Unhealthy),
        turned(4, "b", Degraded),
        turned(5, "b", Unhealthy),
        // Of no incident.
        turned(50, "a", Unhealthy),
        turned(50, "b", Unhealthy),
    ];
    assert!(rows(&events).iter().all(|row| row.3 == 1));
    assert_eq!(rows(&events).len(), events.len());
}
