//! The immutable state that every face of the program reads.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::secrets::KnownSecrets;
use super::{
    BadImage, Dropped, Edge, EngineGaps, EngineStatus, EngineView, ExternalView, Feature, HealStop,
    HealthState, ImageChecks, Incident, InstanceFacts, InstanceId, Layers, OperationCounts,
    OperationStatus, PartDown, ProductionPatterns, RecordedRun, SelfCost, Service, ServiceId,
    ShortageView, ShownState, StackName, TimelineEvent, Timestamp,
};

/// A Compose project with its counts.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stack {
    /// The project's name.
    pub name: StackName,
    /// Its services by state.
    pub totals: Totals,
    /// `com.docker.compose.project.working_dir`, when known.
    pub working_dir: Option<String>,
}

/// Services counted by the state that is shown of them.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // the fields are the states
pub struct Totals {
    pub healthy: usize,
    pub running: usize,
    pub completed: usize,
    pub stopped: usize,
    pub starting: usize,
    pub unknown: usize,
    pub paused: usize,
    pub degraded: usize,
    pub unhealthy: usize,
}

impl Totals {
    /// Counts `states`.
    pub fn count(states: impl IntoIterator<Item = ShownState>) -> Self {
        let mut totals = Self::default();
        for state in states {
            *totals.slot(state) += 1;
        }
        totals
    }

    /// The count of `state`.
    #[must_use]
    pub fn get(mut self, state: impl Into<ShownState>) -> usize {
        *self.slot(state.into())
    }

    /// The count of all states together.
    #[must_use]
    pub fn all(self) -> usize {
        ShownState::WORST_FIRST
            .into_iter()
            .map(|state| self.get(state))
            .sum()
    }

    fn slot(&mut self, state: ShownState) -> &mut usize {
        let state = match state {
            ShownState::Paused => return &mut self.paused,
            ShownState::Base(state) => state,
        };
        match state {
            HealthState::Healthy => &mut self.healthy,
            HealthState::Running => &mut self.running,
            HealthState::Completed => &mut self.completed,
            HealthState::Stopped => &mut self.stopped,
            HealthState::Starting => &mut self.starting,
            HealthState::Unknown => &mut self.unknown,
            HealthState::Degraded => &mut self.degraded,
            HealthState::Unhealthy => &mut self.unhealthy,
        }
    }
}

/// Containers that a face shows now and wants sampled often.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Focus {
    /// Their ids.
    pub instances: Vec<InstanceId>,
}

/// Everything hubdeck knows at one moment. Immutable; cheap to hand around in an `Arc`.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Grows by one with every publication.
    pub revision: u64,
    /// When it was made.
    pub taken_at: Timestamp,
    /// When this run of hubdeck began.
    pub started_at: Timestamp,
    /// The engine.
    pub engine: EngineView,
    /// Services, sorted by id.
    pub services: Vec<Arc<Service>>,
    /// Stacks, sorted by name.
    pub stacks: Vec<Stack>,
    /// Layers of the map, top to bottom.
    pub layers: Arc<Layers>,
    /// Dependencies, sorted.
    pub edges: Arc<[Edge]>,
    /// Open incidents and those that ended lately, oldest first, bounded.
    pub incidents: Vec<Arc<Incident>>,
    /// Recent events, oldest first, bounded.
    pub timeline: Arc<Vec<Arc<TimelineEvent>>>,
    /// Operations that run or ended lately, oldest first.
    pub operations: Vec<Arc<OperationStatus>>,
    /// How long the last restart by hubdeck of each service took, from the call until it was
    /// healthy; of earlier runs too, as far as the audit record is read.
    pub restart_times: Arc<BTreeMap<ServiceId, Duration>>,
    /// Operations that ended in this run.
    pub operation_counts: Arc<OperationCounts>,
    /// Images with which updates failed, of earlier runs too, oldest first.
    pub bad_images: Arc<[BadImage]>,
    /// Runs whose last log lines are kept, in the order in which they were, bounded.
    pub recorded_runs: Arc<[RecordedRun]>,
    /// What is known of newer images.
    pub image_checks: Arc<ImageChecks>,
    /// Figures of another program; `None` where none are fetched.
    pub external: Option<Arc<ExternalView>>,
    /// What was dropped so far.
    pub dropped: BTreeMap<Dropped, u64>,
    /// Own cost.
    pub cost: SelfCost,
    /// Values that are known as secrets, for faces that show definitions of containers and log
    /// lines.
    pub secrets: Arc<KnownSecrets>,
    /// The services that auto-heal restarts no more.
    pub heal_stops: Arc<[HealStop]>,
    /// Which services are production.
    pub production: Arc<ProductionPatterns>,
    /// What is wrong with the config file now.
    pub config_problem: Option<String>,
    /// Keys of the config file whose new value takes effect after a restart.
    pub config_waiting: Vec<String>,
    /// Parts of hubdeck that are down, in the order of [`super::Part`].
    pub parts_down: Vec<PartDown>,
    /// What hubdeck itself runs out of now, in the order of [`super::Shortage`].
    pub shortages: Vec<ShortageView>,
    /// The other hubdeck that it comes from; `None` for one of this process.
    pub attached: Option<Arc<AttachState>>,
}

/// Another hubdeck from which snapshots come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttachState {
    /// Its address as it may be shown.
    pub url: String,
    /// Whether it answers. Where it does not, the engine counts as lost, with the cause.
    pub answers: bool,
}

/// What became of the last change of the config file.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ConfigStatus {
    /// All of it is in force.
    InForce,
    /// Some of it takes effect after a restart.
    RestartNeeded,
    /// It is wrong; the settings from before are in force.
    Refused,
}

impl Snapshot {
    /// The state before anything is known.
    #[must_use]
    pub fn empty(now: Timestamp) -> Self {
        Self {
            revision: 0,
            taken_at: now,
            started_at: now,
            engine: EngineView {
                status: EngineStatus::Connecting,
                info: None,
                attempts: Vec::new(),
                last_poll: None,
                poll_ms: None,
                next_poll: None,
                timing: None,
                disk: None,
                host: None,
                discovery: true,
                projects: None,
                refused: Vec::new(),
                gaps: EngineGaps::default(),
            },
            services: Vec::new(),
            stacks: Vec::new(),
            layers: Arc::default(),
            edges: Arc::from([]),
            incidents: Vec::new(),
            timeline: Arc::default(),
            operations: Vec::new(),
            restart_times: Arc::default(),
            operation_counts: Arc::default(),
            bad_images: Arc::from([]),
            recorded_runs: Arc::from([]),
            image_checks: Arc::default(),
            external: None,
            dropped: BTreeMap::new(),
            cost: SelfCost::default(),
            secrets: Arc::default(),
            heal_stops: Arc::from([]),
            production: Arc::default(),
            config_problem: None,
            config_waiting: Vec::new(),
            parts_down: Vec::new(),
            shortages: Vec::new(),
            attached: None,
        }
    }

    /// That auto-heal does not restart `service` any more; `None` where it may.
    #[must_use]
    pub fn heal_stop(&self, service: &ServiceId) -> Option<&HealStop> {
        self.heal_stops.iter().find(|stop| stop.service == *service)
    }

    /// Whether every container that is looked for was found: the first list arrived, or containers
    /// are not looked for on an engine that answers.
    #[must_use]
    pub const fn has_list(&self) -> bool {
        self.engine.last_poll.is_some()
            || (!self.engine.discovery && self.engine.status.is_connected())
    }

    /// What became of the last change of the config file.
    #[must_use]
    pub const fn config_status(&self) -> ConfigStatus {
        if self.config_problem.is_some() {
            ConfigStatus::Refused
        } else if self.config_waiting.is_empty() {
            ConfigStatus::InForce
        } else {
            ConfigStatus::RestartNeeded
        }
    }

    /// The service with `id`.
    #[must_use]
    pub fn service(&self, id: &ServiceId) -> Option<&Arc<Service>> {
        let index = self
            .services
            .binary_search_by(|service| service.id.cmp(id))
            .ok()?;
        self.services.get(index)
    }

    /// All services by the state that is shown of them.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let services = self.services.iter();
        Totals::count(services.map(|service| service.health.shown_state()))
    }

    /// Incidents that go on, oldest first.
    pub fn open_incidents(&self) -> impl DoubleEndedIterator<Item = &Arc<Incident>> {
        self.incidents.iter().filter(|incident| incident.is_open())
    }

    /// Whether a container is known by its list entry only, or its present run by an event, and its
    /// inspection is still to come: it was neither refused for all containers nor tried for this
    /// one in vain.
    #[must_use]
    pub fn awaits_inspection(&self, facts: &InstanceFacts) -> bool {
        let refused = || {
            self.engine
                .refused
                .iter()
                .any(|(feature, _)| *feature == Feature::Inspect)
        };
        (!facts.inspected || facts.announced) && facts.unread.inspection.is_none() && !refused()
    }

    /// Edges out of `id`: what it needs.
    pub fn needs<'a>(&'a self, id: &'a ServiceId) -> impl Iterator<Item = &'a Edge> {
        self.edges.iter().filter(move |edge| edge.from == *id)
    }

    /// Edges into `id`: what needs it.
    pub fn needed_by<'a>(&'a self, id: &'a ServiceId) -> impl Iterator<Item = &'a Edge> {
        self.edges.iter().filter(move |edge| edge.to == *id)
    }
}
