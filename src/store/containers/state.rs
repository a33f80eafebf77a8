//! One container as the store follows it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use crate::inference::edges::Member;
use crate::inference::references::{self, Reference, References};
use crate::model::{
    Instance, InstanceFacts, InstanceProbe, RecordedStop, Sample, Series, ServiceId,
    SignedDuration, Timestamp,
};
use crate::probing::ProbeHistory;

use crate::store::health::{DEATHS_FOR, End, later};
use crate::store::resources::Pressure;

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
pub(in crate::store) struct ContainerState {
    /// What the engine reports, with the events since.
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
    /// The run of its process.
    pub run: ProcessRun,
    /// What its resources are used for.
    pub usage: ResourceUsage,
    /// Standing of our probe.
    pub probe: ProbeHistory,
    /// Its starts and ends so far.
    pub history: RunHistory,
}

/// One run of a container's process.
#[derive(Clone, Debug)]
pub(in crate::store) struct ProcessRun {
    /// When hubdeck first saw it: probes that ended earlier were of another.
    pub seen: Timestamp,
    /// How its end was seen.
    pub end: End,
    /// When a stop signal was last sent to it.
    pub stop_signal_at: Option<Timestamp>,
    /// Whether an `oom` event came since it started.
    pub out_of_memory: bool,
}

impl ProcessRun {
    /// A run that is seen from `seen` on.
    const fn new(seen: Timestamp) -> Self {
        Self {
            seen,
            end: End::Unseen,
            stop_signal_at: None,
            out_of_memory: false,
        }
    }

    /// Whether a stop signal was sent so shortly before `at` that an end is its doing.
    pub fn was_stopped_before(&self, at: Timestamp) -> bool {
        self.stop_signal_at
            .is_some_and(|sent| at <= later(sent, STOP_SIGNAL_FOR))
    }
}

/// What was measured of a container's resources.
#[derive(Clone, Debug, Default)]
pub(in crate::store) struct ResourceUsage {
    /// Latest reading.
    pub sample: Option<Sample>,
    /// Past readings.
    pub series: Arc<Series<6>>,
    /// Memory and CPU against their limits.
    pub pressure: Pressure,
}

impl ResourceUsage {
    /// The reading is over; the series gets a gap.
    pub fn end(&mut self, at: Timestamp) {
        if self.sample.take().is_some() {
            Arc::make_mut(&mut self.series).push_sample(&Sample::empty(at));
        }
    }

    /// Forgets all readings.
    pub fn forget(&mut self) {
        (self.sample, self.series) = (None, Arc::default());
    }
}

/// Starts and ends of a container so far.
#[derive(Clone, Debug, Default)]
pub(in crate::store) struct RunHistory {
    /// The exit code of the latest death that was seen; an engine forgets it with the next start.
    pub died_with: Option<i64>,
    /// Unexpected deaths, oldest first.
    deaths: VecDeque<Timestamp>,
    /// The latest start in the timeline.
    start: Option<TimelineMark>,
    /// The latest end in the timeline.
    end: Option<TimelineMark>,
}

/// A start or end that the timeline holds.
#[derive(Clone, Copy, Debug)]
struct TimelineMark {
    at: Timestamp,
    by: EventSource,
}

/// The source of a start or end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum EventSource {
    /// The event stream, which contains each one once.
    Event,
    /// The facts of the container; an event may have reported the same one.
    Facts,
}

/// Whether a start or end is not in `slot` yet; it is from now on.
fn mark(slot: &mut Option<TimelineMark>, at: Timestamp, by: EventSource) -> bool {
    let new = slot.is_none_or(|marked| {
        let both_events = by == EventSource::Event && marked.by == EventSource::Event;
        at > marked.at && (both_events || !same_moment(marked.at, at))
    });
    if new {
        *slot = Some(TimelineMark { at, by });
    }
    new
}

impl ContainerState {
    /// Begins to follow a container.
    pub fn new(facts: Arc<InstanceFacts>, at: Timestamp, now: Timestamp) -> Self {
        let by_facts = |at| TimelineMark {
            at,
            by: EventSource::Facts,
        };
        Self {
            references: Arc::new(references::of(&facts)),
            configured: Arc::from([]),
            service: facts.service_id(),
            history: RunHistory {
                start: facts.started_at.map(by_facts),
                end: facts.finished_at.map(by_facts),
                ..RunHistory::default()
            },
            facts,
            facts_at: at,
            event_at: None,
            first_seen: now,
            run: ProcessRun::new(now),
            usage: ResourceUsage::default(),
            probe: ProbeHistory::default(),
        }
    }

    /// The container as a snapshot shows it.
    pub fn instance(&self) -> Instance {
        Instance {
            facts: Arc::clone(&self.facts),
            sample: self.usage.sample,
            series: Arc::clone(&self.usage.series),
            probe: (self.probe.last()).map(|(result, counts)| InstanceProbe::of(result, *counts)),
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

    /// Everything that belongs to one run of the process begins anew.
    pub fn begin_run(&mut self, now: Timestamp) {
        self.run = ProcessRun::new(now);
        self.probe = ProbeHistory::default();
        self.usage.pressure = Pressure::default();
    }

    /// How the last end was seen. One was asked for where `stops`, of this run and from the audit
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
        match self.run.end {
            End::Unseen | End::Unasked if self.facts.finished_at.is_some_and(asked) => End::Asked,
            end => end,
        }
    }
}

impl RunHistory {
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
    pub fn mark_start(&mut self, at: Timestamp, by: EventSource) -> bool {
        mark(&mut self.start, at, by)
    }

    /// Whether the timeline does not hold an end at `at` yet; it does from now on.
    pub fn mark_end(&mut self, at: Timestamp, by: EventSource) -> bool {
        mark(&mut self.end, at, by)
    }

    /// Whether an end was marked after `at`.
    pub fn ended_after(&self, at: Timestamp) -> bool {
        self.end.is_some_and(|end| end.at >= at)
    }

    /// Forgets what the timeline holds, so that the current start and end are new to it.
    pub fn unmark(&mut self) {
        (self.start, self.end) = (None, None);
    }
}

/// Whether two times are of the same start or end.
pub(in crate::store) fn same_moment(a: Timestamp, b: Timestamp) -> bool {
    a.duration_since(b).abs() <= SAME_MOMENT
}
