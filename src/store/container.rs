//! One container as the store follows it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use crate::inference::edges::Member;
use crate::inference::references::{self, Reference, References};
use crate::model::{
    DockerStatus, Instance, InstanceFacts, InstanceState, RecordedStop, Sample, Series, ServiceId,
    SignedDuration, Timestamp,
};
use crate::probing::ProbeHistory;

use super::health::{End, later};
use super::resources::Pressure;

/// Deaths are looked at for this long.
const DEATHS_FOR: Duration = Duration::from_secs(600);
/// Most deaths remembered.
const DEATHS_KEPT: usize = 16;
/// How long after a stop signal an end counts as asked for: grace periods are rarely longer.
const STOP_SIGNAL_FOR: Duration = Duration::from_secs(300);
/// How far the times of a stop in the audit record may lie from the end of the process.
const RECORD_TOLERANCE: Duration = Duration::from_secs(2);
/// Times of one start or end differ by less than this between the engine's event and its record.
const SAME_MOMENT: SignedDuration = SignedDuration::from_secs(2);

/// A container with everything that was observed of it.
#[derive(Clone, Debug)]
pub(super) struct ContainerState {
    /// What the engine says, with what events told since.
    pub facts: Arc<InstanceFacts>,
    /// What in the facts may name other services.
    pub references: Arc<References>,
    /// What its configuration files name.
    pub configured: Arc<[Reference]>,
    /// The service it belongs to.
    pub service: ServiceId,
    /// When the facts were asked for.
    pub facts_at: Timestamp,
    /// The engine's time of the latest event that changed the facts.
    pub event_at: Option<Timestamp>,
    /// When hubdeck first saw it.
    pub first_seen: Timestamp,
    /// When hubdeck first saw this run of its process: probes that ended earlier were of another.
    pub run_seen: Timestamp,
    /// Latest reading.
    pub sample: Option<Sample>,
    /// Past readings.
    pub series: Arc<Series<6>>,
    /// Memory against its limit.
    pub pressure: Pressure,
    /// Standing of our probe.
    pub probe: ProbeHistory,
    /// How the last end was seen.
    pub end: End,
    /// The exit code of the latest death that was seen.
    pub died_with: Option<i64>,
    /// When a stop signal was last sent to it.
    pub stop_signal_at: Option<Timestamp>,
    /// Whether an `oom` event came since the last start.
    pub out_of_memory: bool,
    /// Unexpected deaths, oldest first.
    deaths: VecDeque<Timestamp>,
    /// The latest start in the timeline.
    noted_start: Option<TimelineMark>,
    /// The latest end in the timeline.
    noted_end: Option<TimelineMark>,
}

/// A start or end that the timeline holds.
#[derive(Clone, Copy, Debug)]
struct TimelineMark {
    at: Timestamp,
    by: EventSource,
}

/// Who told of a start or end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EventSource {
    /// The event stream, which tells of each one once.
    Event,
    /// The engine's record of the container, which may be of one that an event told of.
    Facts,
}

/// Whether a start or end is not in `slot` yet; it is from now on.
fn note(slot: &mut Option<TimelineMark>, at: Timestamp, by: EventSource) -> bool {
    let new = slot.is_none_or(|noted| {
        let both_events = by == EventSource::Event && noted.by == EventSource::Event;
        at > noted.at && (both_events || !same_moment(noted.at, at))
    });
    if new {
        *slot = Some(TimelineMark { at, by });
    }
    new
}

impl ContainerState {
    /// Begins to follow a container.
    pub fn new(facts: Arc<InstanceFacts>, at: Timestamp, now: Timestamp) -> Self {
        Self {
            references: Arc::new(references::of(&facts)),
            configured: Arc::from([]),
            service: facts.service_id(),
            noted_start: facts.started_at.map(|at| TimelineMark {
                at,
                by: EventSource::Facts,
            }),
            noted_end: facts.finished_at.map(|at| TimelineMark {
                at,
                by: EventSource::Facts,
            }),
            facts,
            facts_at: at,
            event_at: None,
            first_seen: now,
            run_seen: now,
            sample: None,
            series: Arc::default(),
            pressure: Pressure::default(),
            probe: ProbeHistory::default(),
            end: End::Unseen,
            died_with: None,
            stop_signal_at: None,
            out_of_memory: false,
            deaths: VecDeque::new(),
        }
    }

    /// The container as a snapshot shows it.
    pub fn instance(&self) -> Instance {
        Instance {
            facts: Arc::clone(&self.facts),
            sample: self.sample,
            series: Arc::clone(&self.series),
        }
    }

    /// The container as edges are derived from it.
    pub fn member(&self) -> Member<'_> {
        Member {
            facts: &self.facts,
            references: &self.references,
            configured: &self.configured,
        }
    }

    /// Whether facts that were asked for at `at` are older than what is known.
    pub fn is_newer_than(&self, at: Timestamp) -> bool {
        self.facts_at > at || self.event_at.is_some_and(|event| event > at)
    }

    /// Everything that belongs to one run of the process begins anew.
    pub fn begin_run(&mut self, now: Timestamp) {
        self.run_seen = now;
        self.probe = ProbeHistory::default();
        self.pressure = Pressure::default();
        self.end = End::Unseen;
        self.stop_signal_at = None;
        self.out_of_memory = false;
    }

    /// The reading is over; the series gets a gap.
    pub fn clear_sample(&mut self, at: Timestamp) -> bool {
        if self.sample.take().is_none() {
            return false;
        }
        Arc::make_mut(&mut self.series).push_sample(&Sample::empty(at));
        true
    }

    /// Whether a stop signal was sent so shortly before `at` that an end is its doing.
    pub fn was_told_to_stop(&self, at: Timestamp) -> bool {
        self.stop_signal_at
            .is_some_and(|sent| at <= later(sent, STOP_SIGNAL_FOR))
    }

    /// How the last end was seen. One that was not seen was asked for where `stops`, from the audit
    /// record, hold a stop at its time.
    pub fn seen_end(&self, stops: &[RecordedStop]) -> End {
        let asked = |end: Timestamp| {
            stops
                .iter()
                .filter(|stop| stop.instance == self.facts.id)
                .any(|stop| {
                    let began = stop
                        .began_at
                        .checked_sub(RECORD_TOLERANCE)
                        .unwrap_or(stop.began_at);
                    end >= began && end <= later(stop.ended_at, RECORD_TOLERANCE)
                })
        };
        match self.end {
            End::Unseen if self.facts.finished_at.is_some_and(asked) => End::Asked,
            end => end,
        }
    }

    /// Remembers an unexpected death.
    pub fn add_death(&mut self, at: Timestamp) {
        if self.deaths.len() >= DEATHS_KEPT {
            self.deaths.pop_front();
        }
        self.deaths.push_back(at);
    }

    /// The latest death turned out to be a stop.
    pub fn take_back_death(&mut self) {
        self.deaths.pop_back();
    }

    /// Deaths in the last ten minutes.
    pub fn deaths(&self, now: Timestamp) -> usize {
        self.deaths
            .iter()
            .filter(|death| now < later(**death, DEATHS_FOR))
            .count()
    }

    /// When the next death is too old to count.
    pub fn next_death_expiry(&self, now: Timestamp) -> Option<Timestamp> {
        self.deaths
            .iter()
            .map(|death| later(*death, DEATHS_FOR))
            .find(|expiry| *expiry > now)
    }

    /// Whether the timeline does not hold a start at `at` yet; it does from now on.
    pub fn note_start(&mut self, at: Timestamp, by: EventSource) -> bool {
        note(&mut self.noted_start, at, by)
    }

    /// Whether the timeline does not hold an end at `at` yet; it does from now on.
    pub fn note_end(&mut self, at: Timestamp, by: EventSource) -> bool {
        note(&mut self.noted_end, at, by)
    }

    /// Whether an end was noted after `at`.
    pub fn ended_after(&self, at: Timestamp) -> bool {
        self.noted_end.is_some_and(|end| end.at >= at)
    }

    /// Forgets what the timeline holds, so that the current start and end are new to it.
    pub fn note_nothing(&mut self) {
        (self.noted_start, self.noted_end) = (None, None);
    }
}

/// Whether two times are of the same start or end.
pub(super) fn same_moment(a: Timestamp, b: Timestamp) -> bool {
    a.duration_since(b).abs() <= SAME_MOMENT
}

/// Whether `new` is another run of the process than `old`.
pub(super) fn is_other_run(old: &InstanceFacts, new: &InstanceFacts) -> bool {
    match (old.started_at, new.started_at) {
        (Some(old), Some(new)) => !same_moment(old, new),
        (None, Some(_)) => old.inspected,
        _ => false,
    }
}

/// Facts of a list entry laid over facts of an inspection: a list tells little, and what it does
/// not tell is still valid.
pub(super) fn merge(old: &InstanceFacts, list: &InstanceFacts) -> InstanceFacts {
    let mut merged = old.clone();
    merged.state = list.state;
    merged.name.clone_from(&list.name);
    if list.docker.status != DockerStatus::None {
        merged.docker.status = list.docker.status;
    }
    if list.exit_code.is_some() {
        merged.exit_code = list.exit_code;
    }
    if list.state == InstanceState::Running {
        merged.ports.clone_from(&list.ports);
    }
    merged
}

/// Whether the difference matters to layers and edges.
pub(super) fn is_other_topology(old: &InstanceFacts, new: &InstanceFacts) -> bool {
    is_other_reference(old, new)
        || old.depends_on != new.depends_on
        || old.network_mode != new.network_mode
        || old.restart_policy != new.restart_policy
        || old.name != new.name
        || old.hostname != new.hostname
        || old.links != new.links
        // A stopped container has no addresses and publishes nothing, which says nothing of its
        // place.
        || (new.is_running()
            && (old.ports != new.ports || old.networks != new.networks || !old.is_running()))
}

/// Whether the difference matters to what the facts name.
pub(super) fn is_other_reference(old: &InstanceFacts, new: &InstanceFacts) -> bool {
    old.image != new.image
        || old.environment != new.environment
        || old.command != new.command
        || old.labels != new.labels
        || old.healthcheck != new.healthcheck
}
