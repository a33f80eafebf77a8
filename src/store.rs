//! The only writer of state: folds observations, keeps history, derives, and makes snapshots.
//! Knows: model, inference, topology; probing, for what a probe result means; explain, for the words
//! of reasons and incidents.
//! Never: does I/O, reads a clock, or knows engine, probe, tui and serve.
//!
//! While the engine is lost, every service of its keeps the last known state with the overlay
//! `Stale`. Probes that still succeed refresh it; those that fail then prove nothing.

mod blame_index;
mod container;
mod derive;
mod engine;
mod events;
mod evidence;
mod facts;
mod flapping;
mod gaps;
mod health;
mod incidents;
mod layering;
mod maintenance;
mod missing;
mod needs;
mod networks;
mod operations;
mod own;
mod publish;
mod references;
mod refresh;
mod resources;
mod results;
mod secrets;
mod service;
mod swarm;
mod timeline;

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use crate::model::secrets::KnownSecrets;
use crate::model::{
    Dropped, Edge, EngineView, HealthPolicy, InstanceId, Layers, Observation, PartDown,
    RecordedStop, SelfCost, ServiceId, ServiceRule, ShortageView, Snapshot, SwarmService,
    Timestamp,
};

use container::ContainerState;
use incidents::Incidents;
use networks::Owners;
use operations::Operations;
use references::Seen;
use service::ServiceState;
use timeline::Timeline;

pub use flapping::percent as flapping_percent;

/// Whether the state differs since the last snapshot.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Changed {
    /// Nothing visible changed.
    No,
    /// A figure was measured again: a new snapshot is worth publishing, with others of its kind.
    Measured,
    /// A new snapshot is worth publishing at once.
    Yes,
}

impl Changed {
    /// Whether a new snapshot is worth publishing.
    #[must_use]
    pub const fn is_yes(self) -> bool {
        !matches!(self, Self::No)
    }
}

impl From<bool> for Changed {
    fn from(changed: bool) -> Self {
        if changed { Self::Yes } else { Self::No }
    }
}

/// What judging any service needs to know of the whole.
#[derive(Debug)]
struct HealthContext {
    /// Thresholds.
    policy: HealthPolicy,
    /// Since when the engine is connected; `None` while it is not.
    connected_since: Option<Timestamp>,
    /// Since when it is back after it was lost; `None` while it was there all the time, and while
    /// it is lost.
    back_since: Option<Timestamp>,
    /// Since when the engine is lost; `None` while it is not.
    lost_since: Option<Timestamp>,
    /// Whether the engine lets containers be inspected, so that more is told of each than by a
    /// list.
    inspects: bool,
    /// Services that an operator silenced, and until when.
    silenced: HashMap<ServiceId, Timestamp>,
    /// Stops by hubdeck before this run, latest last.
    stops: Vec<RecordedStop>,
}

impl HealthContext {
    /// Whether the engine is lost.
    const fn lost(&self) -> bool {
        self.lost_since.is_some()
    }
}

/// Everything hubdeck knows.
#[derive(Debug)]
pub struct Store {
    started_at: Timestamp,
    engine: EngineView,
    context: HealthContext,
    rules: Arc<[ServiceRule]>,
    layers: Arc<Layers>,
    config_problem: Option<String>,
    config_waiting: Vec<&'static str>,
    /// The only Compose projects that are watched; empty is all.
    projects: Vec<String>,
    /// Whether other projects are watched than when the last list was made: what appears is not
    /// new.
    chosen_anew: bool,
    tracked: HashMap<InstanceId, ContainerState>,
    entries: BTreeMap<ServiceId, ServiceState>,
    tombstones: VecDeque<InstanceId>,
    /// Containers whose network others use and that are not tracked.
    owners: Owners,
    /// What a manager tells of the Swarm's services, by id.
    swarm: HashMap<String, SwarmService>,
    /// Whether a complete list arrived: from then on what appears is new.
    listed: bool,
    /// Services to refresh before the current observation is done.
    touched: BTreeSet<ServiceId>,
    topology_due: bool,
    cause_due: bool,
    edges: Arc<[Edge]>,
    /// Connections that were seen between containers that are still there.
    connections: BTreeSet<Seen>,
    timeline: Timeline,
    incidents: Incidents,
    operations: Operations,
    dropped: BTreeMap<Dropped, u64>,
    cost: SelfCost,
    parts_down: Vec<PartDown>,
    shortages: Vec<ShortageView>,
    /// Values that are known as secrets.
    secrets: Arc<KnownSecrets>,
    /// Whether `published` is out of date.
    dirty: Changed,
    published: Arc<Snapshot>,
}

impl Store {
    /// A store that knows nothing yet. `started_at` is when this run of hubdeck began.
    #[must_use]
    pub fn new(started_at: Timestamp) -> Self {
        let empty = Snapshot::empty(started_at);
        Self {
            started_at,
            engine: empty.engine.clone(),
            context: HealthContext {
                policy: HealthPolicy::default(),
                connected_since: None,
                back_since: None,
                lost_since: None,
                inspects: true,
                silenced: HashMap::new(),
                stops: Vec::new(),
            },
            rules: Arc::from([]),
            layers: Arc::default(),
            config_problem: None,
            config_waiting: Vec::new(),
            projects: Vec::new(),
            chosen_anew: false,
            tracked: HashMap::new(),
            entries: BTreeMap::new(),
            tombstones: VecDeque::new(),
            owners: Owners::default(),
            swarm: HashMap::new(),
            listed: false,
            touched: BTreeSet::new(),
            topology_due: false,
            cause_due: false,
            edges: Arc::from([]),
            connections: BTreeSet::new(),
            timeline: Timeline::default(),
            incidents: Incidents::default(),
            operations: Operations::default(),
            dropped: BTreeMap::new(),
            cost: SelfCost::default(),
            parts_down: Vec::new(),
            shortages: Vec::new(),
            secrets: Arc::default(),
            dirty: Changed::No,
            published: Arc::new(empty),
        }
    }

    /// Takes in one fact. `now` is the time at which it is taken in.
    pub fn apply(&mut self, observation: Observation, now: Timestamp) -> Changed {
        let observation = self.without_secrets(observation, now);
        let changed = self.fold(observation, now);
        self.dirty = self.dirty.max(changed);
        changed
    }

    fn fold(&mut self, observation: Observation, now: Timestamp) -> Changed {
        match observation {
            Observation::Engine { status, attempts } => self.fold_status(status, attempts, now),
            Observation::EngineInfo(info) => self.fold_info(&info),
            Observation::EngineTiming(timing) => self.fold_timing(timing),
            Observation::Listed {
                at,
                done_at,
                next_at,
                instances,
            } => self.fold_list(at, done_at, next_at, instances, now),
            Observation::Inspected { at, facts } => self.fold_inspection(facts, at, now),
            Observation::Gone { at, instance } => self.fold_gone(&instance, at, now),
            Observation::NetworkOwner {
                container, facts, ..
            } => self.fold_owner(container, facts, now),
            Observation::SwarmServices { services, .. } => self.fold_swarm(services, now),
            Observation::Event(event) => self.fold_event(&event, now),
            Observation::Refused { feature, reason } => self.fold_refusal(feature, reason, now),
            Observation::Gap { at, gap } => self.fold_gap(gap, at),
            Observation::Sampled { instance, sample } => self.fold_sample(&instance, sample, now),
            Observation::Probed {
                service,
                instance,
                result,
            } => self.fold_probe(&service, instance.as_ref(), result, now),
            Observation::Operation { id, at, progress } => {
                self.fold_operation(id, at, progress, now)
            }
            Observation::RecordedStops(stops) => self.fold_recorded_stops(stops, now),
            Observation::Interrupted { at, operations } => self.fold_interrupted(at, &operations),
            Observation::Dropped { what, count } => self.fold_dropped(what, count),
            Observation::Cost(cost) => replaced(&mut self.cost, cost),
            Observation::Parts(down) => replaced(&mut self.parts_down, down),
            Observation::Shortage { at, shortage } => self.fold_shortage(shortage, at),
            Observation::Own { at, text } => self.fold_own(at, text),
            Observation::Rules {
                policy,
                rules,
                layers,
                problem,
            } => self.fold_rules(policy, rules, layers, problem, now),
            Observation::Settings {
                discovery,
                projects,
                max_events,
                waiting,
            } => {
                self.engine.discovery = discovery;
                self.fold_settings(projects, max_events, waiting, now)
            }
            Observation::Projects(projects) => self.fold_projects(projects),
            Observation::Disk(disk) => replaced(&mut self.engine.disk, disk),
            Observation::LastWords(words) => self.fold_last_words(words),
            Observation::Configured {
                instance, files, ..
            } => self.fold_configuration(&instance, &files),
            Observation::Connected { connections, .. } => self.fold_connections(&connections),
            Observation::ClearCache { .. } => self.clear_cache(now),
        }
    }
}

/// Puts `new` in its place; tells whether it differs from what was there.
fn replaced<T: PartialEq>(place: &mut T, new: T) -> Changed {
    let differs = *place != new;
    *place = new;
    differs.into()
}
