//! The handle that steers a simulation from outside: what a test or the demo does to it.

mod containers;
mod rewrite;

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::model::Timestamp;

use super::agenda::Task;
use super::clock::{Nanos, nanos};
use super::scenario::Scenario;
use super::world::World;

/// Where the simulated engine listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bound {
    /// A unix socket.
    Unix(PathBuf),
    /// A TCP address, with the port that was chosen.
    Tcp(SocketAddr),
}

/// Steers one simulated engine. Clones steer the same one.
#[derive(Clone)]
pub struct Control {
    shared: Arc<Shared>,
}

struct Shared {
    clock: fn() -> Timestamp,
    world: RwLock<World>,
    gate: RwLock<Gate>,
    changed: watch::Sender<u64>,
    bound: watch::Sender<Option<Bound>>,
    /// Whether the daemon is down.
    cut: watch::Sender<bool>,
    end: CancellationToken,
}

/// What stands between a request and the engine.
pub(super) struct Gate {
    pub(super) versions: (SimApiVersion, SimApiVersion),
    forbidden: Vec<String>,
    latency: Duration,
    rewrites: Vec<(String, rewrite::Rewrite)>,
    calls: BTreeMap<String, u64>,
    /// Cancelled to drop all open connections.
    connections: CancellationToken,
}

/// An API version: major and minor.
pub(super) type SimApiVersion = (u32, u32);

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Control").finish_non_exhaustive()
    }
}

impl Control {
    /// A handle for a simulation that does not run yet; hand it to [`super::serve`]. The simulation
    /// takes its time from `clock`: `Timestamp::now`, or a test's own.
    #[must_use]
    pub fn new(clock: fn() -> Timestamp) -> Self {
        let gate = Gate {
            versions: ((1, 24), (1, 45)),
            forbidden: Vec::new(),
            latency: Duration::ZERO,
            rewrites: Vec::new(),
            calls: BTreeMap::new(),
            connections: CancellationToken::new(),
        };
        Self {
            shared: Arc::new(Shared {
                clock,
                world: RwLock::default(),
                gate: RwLock::new(gate),
                changed: watch::Sender::new(0),
                bound: watch::Sender::new(None),
                cut: watch::Sender::new(false),
                end: CancellationToken::new(),
            }),
        }
    }

    /// Waits until the engine listens, and says where. Pending for ever when it never does: race it
    /// with the future of [`super::serve`].
    pub async fn ready(&self) -> Bound {
        let mut bound = self.shared.bound.subscribe();
        loop {
            if let Some(bound) = bound.borrow_and_update().clone() {
                return bound;
            }
            if bound.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// Ends the simulation: connections are dropped, [`super::serve`] returns.
    pub fn shutdown(&self) {
        self.shared.end.cancel();
    }

    /// Begins the scenario's incident number `incident` (from 0) now.
    pub fn begin_incident(&self, incident: usize) {
        self.change(|world, now| world.plan(now, Task::Incident(incident)));
    }

    /// The daemon goes down: every open connection is dropped and new ones are refused.
    pub fn cut_connections(&self) {
        self.shared.cut.send_replace(true);
        self.shared
            .gate
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .connections
            .cancel();
    }

    /// The daemon is back.
    pub fn resume(&self) {
        self.shared
            .gate
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .connections = CancellationToken::new();
        self.shared.cut.send_replace(false);
    }

    /// The API versions the engine speaks, as (major, minor).
    pub fn set_api_versions(&self, min: (u32, u32), max: (u32, u32)) {
        self.shared
            .gate
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .versions = (min, max);
    }

    /// Every answer begins so late from now on.
    pub fn set_latency(&self, latency: Duration) {
        self.shared
            .gate
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .latency = latency;
    }

    /// Answers 403 to every path that starts so, as a socket proxy does. Without the version; `*`
    /// is any one segment: `/containers/*/stats`.
    pub fn forbid(&self, path_prefix: &str) {
        let mut gate = self
            .shared
            .gate
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        gate.forbidden
            .push(path_prefix.trim_matches('/').to_owned());
    }

    /// Takes back every [`Control::forbid`].
    pub fn allow_all(&self) {
        self.shared
            .gate
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .forbidden
            .clear();
    }

    /// Requests so far by endpoint, such as `GET /containers/{id}/stats`.
    #[must_use]
    pub fn calls(&self) -> BTreeMap<String, u64> {
        self.shared
            .gate
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .calls
            .clone()
    }

    /// Replaces the world.
    pub(super) fn load(&self, scenario: &Scenario) {
        self.change(|world, now| *world = World::build(scenario, now));
    }

    /// Changes the world and wakes whoever waits for a change.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut World, Nanos) -> T) -> T {
        let result = {
            let mut world = self
                .shared
                .world
                .write()
                .unwrap_or_else(PoisonError::into_inner);
            change(&mut world, self.now())
        };
        self.shared.changed.send_modify(|count| *count += 1);
        result
    }

    /// The instant of the simulation's clock.
    pub(super) fn now(&self) -> Nanos {
        nanos((self.shared.clock)())
    }

    /// Reads the world.
    pub(super) fn look<T>(&self, look: impl FnOnce(&World, Nanos) -> T) -> T {
        let world = self
            .shared
            .world
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        look(&world, self.now())
    }

    /// Changes with every change of the world.
    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.shared.changed.subscribe()
    }

    /// Whether the daemon is down; changes when it goes or comes back.
    pub(super) fn cuts(&self) -> watch::Receiver<bool> {
        self.shared.cut.subscribe()
    }

    /// Done when the connections that are open now are to be dropped.
    pub(super) fn connections(&self) -> CancellationToken {
        self.shared
            .gate
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .connections
            .clone()
    }

    /// Done when the simulation ends.
    pub(super) async fn ended(&self) {
        self.shared.end.cancelled().await;
    }

    /// Says where the engine listens.
    pub(super) fn announce(&self, bound: Option<Bound>) {
        self.shared.bound.send_replace(bound);
    }

    /// The versions that are spoken.
    pub(super) fn versions(&self) -> (SimApiVersion, SimApiVersion) {
        self.shared
            .gate
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .versions
    }

    /// How late every answer begins.
    pub(super) fn latency(&self) -> Duration {
        self.shared
            .gate
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .latency
    }

    /// Counts a request; `false` when its path is forbidden.
    pub(super) fn admit(&self, endpoint: &str, segments: &[String]) -> bool {
        let mut gate = self
            .shared
            .gate
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        match gate.calls.get_mut(endpoint) {
            Some(count) => *count += 1,
            None => {
                gate.calls.insert(endpoint.to_owned(), 1);
            }
        }
        !gate.forbidden.iter().any(|rule| matches(rule, segments))
    }
}

/// Whether a path begins as `rule` says; `*` is any one segment.
fn matches(rule: &str, segments: &[String]) -> bool {
    let mut path = segments.iter();
    rule.split('/').all(|part| {
        path.next()
            .is_some_and(|segment| part == "*" || part == segment)
    })
}
