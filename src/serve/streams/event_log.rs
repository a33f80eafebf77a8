//! The latest changes, made once for all readers, within bounds.

use std::collections::VecDeque;
use std::sync::Arc;

use axum::body::Bytes;
use tokio::sync::watch;

use super::frame::frame;
use crate::document::json::changes;
use crate::model::{Snapshot, Timestamp};

/// Events that are kept at most.
const EVENTS: usize = 2_048;
/// Their size at most, in bytes.
const BYTES: usize = 512 * 1024;

/// The place of an event: those of another run of hubdeck are not the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct EventId {
    /// The start of hubdeck in Unix milliseconds.
    run: i64,
    /// Events of this run up to here.
    sequence: u64,
}

impl EventId {
    /// Reads what `EventId::to_string` writes.
    pub fn parse(text: &str) -> Option<Self> {
        let (run, sequence) = text.split_once('-')?;
        Some(Self {
            run: i64::from_str_radix(run, 16).ok()?,
            sequence: sequence.parse().ok()?,
        })
    }
}

impl std::fmt::Display for EventId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:x}-{}", self.run, self.sequence)
    }
}

/// What there is after an event.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum FollowingEvent {
    /// The event that follows.
    Event(Bytes, EventId),
    /// Nothing yet.
    Nothing,
    /// What followed is not kept any more, or the event is not one of this run.
    Lost,
}

/// The latest changes.
pub(super) struct EventLog {
    snapshots: watch::Receiver<Arc<Snapshot>>,
    ring: watch::Sender<Ring>,
}

/// The events that are kept, and the snapshot that the last of them leads to.
struct Ring {
    seen: Arc<Snapshot>,
    events: VecDeque<Bytes>,
    bytes: usize,
    /// Events so far.
    last: u64,
}

impl EventLog {
    pub fn new(snapshots: watch::Receiver<Arc<Snapshot>>) -> Self {
        let seen = snapshots.borrow().clone();
        Self {
            snapshots,
            ring: watch::Sender::new(Ring {
                seen,
                events: VecDeque::new(),
                bytes: 0,
                last: 0,
            }),
        }
    }

    /// Takes in the newest snapshot, unless somebody did before.
    pub fn advance(&self) {
        let newest = self.snapshots.borrow().clone();
        if newest.revision <= self.ring.borrow().seen.revision {
            return;
        }
        // Nobody waits for the ring: a new snapshot wakes every reader.
        self.ring.send_if_modified(|ring| {
            if newest.revision > ring.seen.revision {
                ring.take(newest);
            }
            false
        });
    }

    /// The last event so far, with the revision and the time of the snapshot that it leads to.
    pub fn last(&self) -> (EventId, u64, Timestamp) {
        let ring = self.ring.borrow();
        (ring.id(ring.last), ring.seen.revision, ring.seen.taken_at)
    }

    /// What follows `id`.
    pub fn after(&self, id: EventId) -> FollowingEvent {
        self.ring.borrow().after(id)
    }
}

impl Ring {
    fn id(&self, sequence: u64) -> EventId {
        EventId {
            run: self.seen.started_at.as_millisecond(),
            sequence,
        }
    }

    fn take(&mut self, newest: Arc<Snapshot>) {
        let before = std::mem::replace(&mut self.seen, newest);
        let after = Arc::clone(&self.seen);
        for document in changes(&before, &after) {
            self.last += 1;
            let id = self.id(self.last).to_string();
            let event = Bytes::from(frame(document.change.topic(), Some(&id), &document));
            self.bytes += event.len();
            self.events.push_back(event);
            while self.events.len() > EVENTS || self.bytes > BYTES {
                let Some(oldest) = self.events.pop_front() else {
                    break;
                };
                self.bytes -= oldest.len();
            }
        }
        // A burst leaves no room behind it that is never used again.
        self.events.shrink_to(self.events.len() * 2);
    }

    fn after(&self, id: EventId) -> FollowingEvent {
        if self.id(id.sequence) != id {
            return FollowingEvent::Lost;
        }
        let Some(behind) = self.last.checked_sub(id.sequence) else {
            return FollowingEvent::Lost;
        };
        if behind == 0 {
            return FollowingEvent::Nothing;
        }
        let behind = usize::try_from(behind).unwrap_or(usize::MAX);
        let at = self.events.len().checked_sub(behind);
        match at.and_then(|at| self.events.get(at)) {
            Some(event) => FollowingEvent::Event(event.clone(), self.id(id.sequence + 1)),
            None => FollowingEvent::Lost,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{HealthState, Service, ServiceName};

    fn snapshot(revision: u64, state: HealthState) -> Arc<Snapshot> {
        let start = Timestamp::UNIX_EPOCH;
        let mut db = Service::unknown(None, ServiceName::from("db"), start);
        db.health.state = state;
        Arc::new(Snapshot {
            revision,
            services: vec![Arc::new(db)],
            ..Snapshot::empty(start)
        })
    }

    /// Publishes `count` changes after revision 1.
    fn changed(count: u64) -> (EventLog, EventId) {
        let (publish, snapshots) = watch::channel(snapshot(1, HealthState::Healthy));
        let log = EventLog::new(snapshots);
        let (begin, ..) = log.last();
        for revision in 2..count + 2 {
            let state = match revision % 2 {
                0 => HealthState::Unhealthy,
                _ => HealthState::Healthy,
            };
            publish.send_replace(snapshot(revision, state));
            log.advance();
            log.advance();
        }
        (log, begin)
    }

    #[test]
    fn each_change_is_there_once_and_in_order() {
        let (log, begin) = changed(3);
        let (mut id, mut texts) = (begin, Vec::new());
        while let FollowingEvent::Event(bytes, next) = log.after(id) {
            texts.push(String::from_utf8(bytes.to_vec()).expect("UTF-8"));
            id = next;
        }
        assert_eq!(texts.len(), 3, "{texts:?}");
        assert!(texts[0].starts_with("event: service\nid: 0-1\ndata: {\"revision\":2,"));
        assert!(
            texts.iter().all(|text| text.ends_with("}\n\n")),
            "{texts:?}"
        );
        assert_eq!(log.after(id), FollowingEvent::Nothing);
        assert_eq!(log.last().1, 4);
    }

    #[test]
    fn what_is_not_kept_or_of_another_run_is_lost() {
        let count = EVENTS as u64 + 10;
        let (log, begin) = changed(count);
        assert_eq!(log.after(begin), FollowingEvent::Lost);
        let (kept, bytes) = {
            let ring = log.ring.borrow();
            (ring.events.len() as u64, ring.bytes)
        };
        assert!(kept <= EVENTS as u64 && bytes <= BYTES, "{kept}, {bytes}");
        let (last, ..) = log.last();
        let id = |run, sequence| EventId { run, sequence };
        let oldest = count - kept;
        assert!(
            matches!(log.after(id(0, oldest)), FollowingEvent::Event(..)),
            "the oldest"
        );
        assert_eq!(log.after(id(0, oldest - 1)), FollowingEvent::Lost);
        assert_eq!(
            log.after(id(1, last.sequence)),
            FollowingEvent::Lost,
            "of another run"
        );
        assert_eq!(
            log.after(id(0, last.sequence + 1)),
            FollowingEvent::Lost,
            "not yet made"
        );
    }

    #[test]
    fn ids_are_read_as_they_are_written() {
        let id = EventId {
            run: 1_777_636_800_123,
            sequence: 42,
        };
        assert_eq!(EventId::parse(&id.to_string()), Some(id));
        for wrong in ["", "-", "1", "x-1", "1-x", "1--1"] {
            assert_eq!(EventId::parse(wrong), None, "{wrong}");
        }
    }
}
