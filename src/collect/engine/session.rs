//! One connected period: events, lists and inspections side by side.

mod events;
mod extra_queries;
mod inspections;
mod lists;
mod measure;

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{BoxStream, FuturesUnordered};
use futures_util::{FutureExt, StreamExt};
use tokio::time::{Instant, sleep_until};

use super::inspection_queue::InspectionQueue;
use super::missed_events::MissedEventDetector;
use super::{DiscoveryOptions, Wiring};
use crate::collect::backoff::Backoff;
use crate::engine::{ContainerList, Engine, EngineError, EventNews};
use crate::model::{
    EngineGap, EngineInfo, EngineStatus, EngineTiming, Feature, InstanceFacts, InstanceId,
    Observation, SwarmService, Timestamp,
};
use extra_queries::ExtraQueries;

/// Time between two checks that a silent engine still answers.
const HEARTBEAT: Duration = Duration::from_secs(10);
/// A list is asked for this soon after something that events report badly.
const LOOK_SOON: Duration = Duration::from_secs(1);
/// Time until something is asked for again that did not come.
const LIST_AGAIN: Duration = Duration::from_secs(2);

/// How a connected period ended.
pub(super) enum SessionEnd {
    /// Nobody reads any more.
    Closed,
    /// The engine does not answer; one sentence.
    Lost(String),
}

/// An answer of the engine.
enum Answer {
    Listed {
        at: Timestamp,
        result: Result<ContainerList, EngineError>,
    },
    Inspected {
        at: Timestamp,
        id: InstanceId,
        result: Result<Option<Box<InstanceFacts>>, EngineError>,
    },
    Described(Result<EngineInfo, EngineError>),
    Ponged(Result<(), EngineError>),
    Reopen,
    /// hubdeck ran out of file handles or ports when it wanted to inspect this container.
    InspectAgain(InstanceId),
    /// Time for events that a list waits for is over.
    Overdue,
    Owner {
        at: Timestamp,
        id: InstanceId,
        result: Result<Option<Box<InstanceFacts>>, EngineError>,
    },
    Swarm {
        at: Timestamp,
        result: Result<Option<Vec<SwarmService>>, EngineError>,
    },
}

type Step = Result<(), SessionEnd>;

/// What is kept over connections.
#[derive(Default)]
pub(super) struct SessionMemory {
    inspections: InspectionQueue,
    /// What engine or proxy refuse; kept, so that it can be taken back.
    refused: BTreeSet<Feature>,
    /// What the engine said of itself last, on this connection or before it.
    described: Option<EngineInfo>,
}

/// The stream of events.
struct EventStream {
    /// Ends never where none is open.
    stream: BoxStream<'static, Result<EventNews, EngineError>>,
    /// From when on events are wanted: after the last one that came.
    since: Timestamp,
    opened: Instant,
    reopen: Backoff,
}

impl EventStream {
    fn closed(now: Instant) -> Self {
        Self {
            stream: futures_util::stream::pending().boxed(),
            since: Timestamp::now(),
            opened: now,
            reopen: Backoff::engine(),
        }
    }
}

/// When the containers are listed.
struct ListCalls {
    next: Instant,
    running: bool,
    /// The last list did not come although the engine answers.
    failed: bool,
    /// A list was wanted while one was under way.
    again: bool,
}

impl ListCalls {
    const fn from(next: Instant) -> Self {
        Self {
            next,
            running: false,
            failed: false,
            again: false,
        }
    }
}

/// A connected period.
pub(super) struct Session<'a> {
    wiring: Wiring,
    options: DiscoveryOptions,
    engine: Engine,
    info: EngineInfo,
    memory: &'a mut SessionMemory,
    calls: FuturesUnordered<BoxFuture<'static, Answer>>,
    events: EventStream,
    missed_events: MissedEventDetector,
    lists: ListCalls,
    next_heartbeat: Instant,
    pinging: bool,
    worked: bool,
    extra_queries: ExtraQueries,
    /// How the engine answers, as it was sent last.
    timing: Option<EngineTiming>,
}

impl<'a> Session<'a> {
    /// A period on `engine`.
    pub fn new(
        wiring: Wiring,
        engine: Engine,
        info: EngineInfo,
        memory: &'a mut SessionMemory,
    ) -> Self {
        let now = Instant::now();
        let options = wiring.options.borrow().clone();
        Self {
            wiring,
            options,
            engine,
            info,
            memory,
            calls: FuturesUnordered::new(),
            events: EventStream::closed(now),
            missed_events: MissedEventDetector::default(),
            lists: ListCalls::from(now),
            next_heartbeat: now + HEARTBEAT,
            pinging: false,
            worked: false,
            extra_queries: ExtraQueries::default(),
            timing: None,
        }
    }

    /// Whether the engine was of use: it gave a list, or answered where none is wanted.
    pub const fn worked(&self) -> bool {
        self.worked
    }

    /// Runs until the engine is lost or nobody reads.
    pub async fn run(&mut self) -> SessionEnd {
        let Err(end) = self.work().await;
        end
    }

    async fn work(&mut self) -> Result<Infallible, SessionEnd> {
        self.begin().await?;
        let wiring = self.wiring.clone();
        loop {
            self.inspect_queued();
            tokio::select! {
                // Events come before the poll they may make needless.
                biased;
                () = wiring.out.closed() => return Err(SessionEnd::Closed),
                event = self.events.stream.next() => self.on_event(event).await?,
                Some(answer) = self.calls.next() => self.on_answer(answer).await?,
                () = wiring.refresh.notified() => self.list(),
                () = sleep_until(self.lists.next), if self.options.enabled => self.list(),
                () = sleep_until(self.next_heartbeat) => self.ping(),
                changed = self.wiring.options.changed() => match changed {
                    Ok(()) => self.on_options().await?,
                    // Whoever sets options is gone: the program ends.
                    Err(_closed) => return Err(SessionEnd::Closed),
                },
            }
        }
    }

    async fn begin(&mut self) -> Step {
        self.compare_clocks().await;
        self.wiring.link.send_replace(Some(self.engine.clone()));
        self.send(Observation::EngineInfo(Arc::new(self.info.clone())))
            .await?;
        for feature in std::mem::take(&mut self.memory.refused) {
            // Perhaps it is permitted now; if not, it is refused again soon.
            self.send(Observation::Refused {
                feature,
                reason: None,
            })
            .await?;
        }
        self.memory.inspections.begin();
        self.begin_discovery().await?;
        self.describe();
        Ok(())
    }

    async fn begin_discovery(&mut self) -> Step {
        if self.options.enabled {
            // Subscribe first, so that nothing falls between list and subscription.
            self.open_events();
            self.list();
            return Ok(());
        }
        self.events.stream = futures_util::stream::pending().boxed();
        self.connected().await
    }

    async fn on_options(&mut self) -> Step {
        let options = self.wiring.options.borrow_and_update().clone();
        if options == self.options {
            return Ok(());
        }
        // Another choice of projects makes another list, which proves nothing of events.
        self.missed_events.begin();
        let was_enabled = std::mem::replace(&mut self.options, options).enabled;
        if was_enabled && self.options.enabled {
            // The store forgets what is not watched, however soon it is watched again.
            self.memory.inspections.outdate();
            self.list();
            return Ok(());
        }
        self.begin_discovery().await
    }

    async fn send(&mut self, observation: Observation) -> Step {
        self.wiring
            .out
            .send(observation)
            .await
            .map_err(|_closed| SessionEnd::Closed)
    }

    /// Tells once that the engine is of use.
    async fn connected(&mut self) -> Step {
        if std::mem::replace(&mut self.worked, true) {
            return Ok(());
        }
        let status = EngineStatus::Connected {
            since: Timestamp::now(),
        };
        self.send(Observation::Engine {
            status,
            attempts: Vec::new(),
        })
        .await
    }

    fn list(&mut self) {
        self.lists.next = Instant::now() + self.options.poll_interval;
        if !self.options.enabled {
            return;
        }
        if std::mem::replace(&mut self.lists.running, true) {
            self.lists.again = true;
            return;
        }
        let (engine, at) = (self.engine.clone(), Timestamp::now());
        self.calls.push(
            async move {
                Answer::Listed {
                    at,
                    result: engine.read_list().await,
                }
            }
            .boxed(),
        );
    }

    /// Lists soon, many times asked or once.
    fn list_soon(&mut self) {
        self.lists.next = self.lists.next.min(Instant::now() + LOOK_SOON);
    }

    fn is_watched(&self, stack: Option<&crate::model::StackName>) -> bool {
        let projects = &self.options.projects;
        projects.is_empty()
            || stack.is_some_and(|stack| projects.iter().any(|each| each == stack.as_str()))
    }

    async fn refuse(&mut self, feature: Feature, reason: String) -> Step {
        self.memory.refused.insert(feature);
        self.send(Observation::Refused {
            feature,
            reason: Some(reason),
        })
        .await
    }

    async fn on_answer(&mut self, answer: Answer) -> Step {
        self.measure(matches!(answer, Answer::Listed { .. }))
            .await?;
        match answer {
            Answer::Listed { at, result } => self.on_list(at, result).await,
            Answer::Inspected { at, id, result } => self.on_inspection(at, id, result).await,
            Answer::Described(result) => self.on_description(result).await,
            Answer::Ponged(result) => self.on_pong(result),
            Answer::Overdue => self.on_overdue().await,
            Answer::Owner { at, id, result } => self.on_owner(at, id, result).await,
            Answer::Swarm { at, result } => self.on_swarm(at, result).await,
            Answer::InspectAgain(id) => {
                if self.memory.inspections.contains(&id) {
                    self.memory.inspections.happened(id);
                }
                Ok(())
            }
            Answer::Reopen => {
                self.on_reopen();
                Ok(())
            }
        }
    }

    fn on_reopen(&mut self) {
        if self.options.enabled {
            self.open_events();
            self.list();
        }
    }

    fn on_pong(&mut self, result: Result<(), EngineError>) -> Step {
        self.pinging = false;
        // A proxy that refuses the ping answers all the same.
        match result {
            Err(error) if error.is_unreachable() => Err(SessionEnd::Lost(error.to_string())),
            _ => Ok(()),
        }
    }

    async fn on_overdue(&mut self) -> Step {
        let at = Timestamp::now();
        match self.missed_events.overdue(at) {
            0 => Ok(()),
            changes => {
                let gap = EngineGap::Unannounced(changes);
                self.send(Observation::Gap { at, gap }).await
            }
        }
    }
}
