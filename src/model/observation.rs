//! What the collectors, the probes and the operator send to the store.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use super::{
    BadImage, ConnectAttempt, DiskUse, EngineGap, EngineInfo, EngineStatus, EngineTiming,
    ExternalView, FailureLog, Feature, HealStop, HealthPolicy, HostUse, ImageChecks, InstanceFacts,
    InstanceId, InterruptedOperation, Layers, LogFigures, OperationId, OperationProgress, PartDown,
    ProbeResult, ProductionPatterns, RecordedRestart, RecordedRun, RecordedStop, Sample, SelfCost,
    ServiceId, ServiceRule, Shortage, StackName, SwarmService, Timestamp,
};

/// An event of a container from the event stream of the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EngineEventKind {
    /// `create`.
    Create,
    /// `start`.
    Start,
    /// `restart`.
    Restart,
    /// `die` with its exit code.
    Die {
        /// Exit code, when the engine reports it.
        exit_code: Option<i64>,
    },
    /// `oom`.
    Oom,
    /// `kill` with its signal number.
    Kill {
        /// Signal, when the engine reports it.
        signal: Option<u32>,
    },
    /// `stop`: a stop that was asked for has ended.
    Stop,
    /// `pause`.
    Pause,
    /// `unpause`.
    Unpause,
    /// `rename`.
    Rename,
    /// `update`.
    Update,
    /// `destroy`.
    Destroy,
    /// `health_status: …`.
    HealthStatus,
    /// `connect`: joined to a network.
    Connect {
        /// The network.
        network: String,
    },
    /// `disconnect`: taken off a network.
    Disconnect {
        /// The network.
        network: String,
    },
}

/// One container event of the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineEvent {
    /// The engine's time of the event.
    pub at: Timestamp,
    /// The container.
    pub instance: InstanceId,
    /// Its Compose project; `None` for a container without one, and in events of networks, which
    /// do not tell it.
    pub stack: Option<StackName>,
    /// What happened.
    pub kind: EngineEventKind,
}

/// Something that was lost because a buffer was full; counted and shown.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Dropped {
    /// Resource samples.
    Samples,
}

/// A text file in a container from which references to other services can be read.
#[derive(Clone, PartialEq, Eq)]
pub struct ConfigurationFile {
    /// Absolute path inside the container.
    pub path: String,
    /// Its text, bounded; never shown and never kept, as it may hold secrets.
    pub text: String,
}

impl fmt::Debug for ConfigurationFile {
    /// The path and the size: the text may hold secrets, and no log may get it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} bytes)", self.path, self.text.len())
    }
}

/// An established connection that a container opened to an address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Connection {
    /// The container whose process opened it.
    pub from: InstanceId,
    /// Address it goes to.
    pub address: IpAddr,
    /// Port it goes to.
    pub port: u16,
}

/// One fact for the store. State changes are never dropped on the way; samples may be.
#[derive(Clone, Debug)]
pub enum Observation {
    /// The connection changed.
    Engine {
        /// Its new state.
        status: EngineStatus,
        /// Addresses that failed, when a search failed.
        attempts: Vec<ConnectAttempt>,
    },
    /// What the engine is.
    EngineInfo(Arc<EngineInfo>),
    /// How the engine answers: measured again, or different than before.
    EngineTiming(EngineTiming),
    /// A complete list: containers that are not in it are gone.
    Listed {
        /// When the list was asked for: facts newer than it win.
        at: Timestamp,
        /// When the list was complete.
        done_at: Timestamp,
        /// When the next one is due.
        next_at: Timestamp,
        /// Everything the engine has that hubdeck watches.
        instances: Vec<Arc<InstanceFacts>>,
    },
    /// One container, inspected after an event.
    Inspected {
        /// When the inspection was asked for.
        at: Timestamp,
        /// What it gave.
        facts: Arc<InstanceFacts>,
    },
    /// One container could not be inspected.
    InspectionFailed {
        /// When the inspection was asked for.
        at: Timestamp,
        /// The container.
        instance: InstanceId,
        /// Why, one clause.
        reason: String,
    },
    /// One container is gone.
    Gone {
        /// When it was noticed.
        at: Timestamp,
        /// Which.
        instance: InstanceId,
    },
    /// A container whose network another one uses and that is not among those watched.
    NetworkOwner {
        /// When it was asked for.
        at: Timestamp,
        /// Its id.
        container: InstanceId,
        /// What the engine reports; `None` where it has no such container.
        facts: Option<Arc<InstanceFacts>>,
    },
    /// The Swarm's services, as a manager reports them; none where the engine is no manager.
    SwarmServices {
        /// When they were asked for.
        at: Timestamp,
        /// All of them.
        services: Vec<SwarmService>,
    },
    /// A container event.
    Event(EngineEvent),
    /// A feature is refused by the engine (or works again with `None`).
    Refused {
        /// Which.
        feature: Feature,
        /// One clause why.
        reason: Option<String>,
    },
    /// Something of the engine's answers could not be used.
    Gap {
        /// When that was noticed.
        at: Timestamp,
        /// What.
        gap: EngineGap,
    },
    /// Configuration files read from a container, after it appeared or started anew.
    Configured {
        /// When they were read.
        at: Timestamp,
        /// The container.
        instance: InstanceId,
        /// The files, bounded in number and size; empty when none could be read.
        files: Arc<[ConfigurationFile]>,
    },
    /// Connections between containers, as the kernel of the engine's host lists them now.
    Connected {
        /// When they were read.
        at: Timestamp,
        /// Each pair of containers once for each port.
        connections: Vec<Connection>,
    },
    /// How full the engine's disk is; `None` where it cannot be looked at.
    Disk(Option<DiskUse>),
    /// What is known of newer images.
    ImageChecks(Arc<ImageChecks>),
    /// Figures of another program; `None` where none are fetched any more.
    External(Option<Arc<ExternalView>>),
    /// How busy the engine's host is; `None` where that cannot be read.
    Host(Option<HostUse>),
    /// The last log lines of a container, read once when its service became unhealthy.
    FailureLog(FailureLog),
    /// Figures of what a service logs.
    LogFigures {
        /// The service.
        service: ServiceId,
        /// Its figures.
        figures: LogFigures,
    },
    /// Every run whose last log lines are kept, in the order in which they were.
    RecordedRuns(Arc<[RecordedRun]>),
    /// A resource sample.
    Sampled {
        /// Of which container.
        instance: InstanceId,
        /// The reading.
        sample: Sample,
    },
    /// A probe ended.
    Probed {
        /// The service it speaks for.
        service: ServiceId,
        /// The instance that was probed.
        instance: Option<InstanceId>,
        /// The result.
        result: ProbeResult,
    },
    /// News of an operation.
    Operation {
        /// Its number.
        id: OperationId,
        /// When.
        at: Timestamp,
        /// What.
        progress: OperationProgress,
    },
    /// Stops by hubdeck before this run, from the audit record.
    RecordedStops(Vec<RecordedStop>),
    /// Restarts by hubdeck before this run, from the audit record, latest last.
    RecordedRestarts(Vec<RecordedRestart>),
    /// Images with which updates failed, all that are remembered, oldest first.
    BadImages(Vec<BadImage>),
    /// Operations that were under way when an earlier run of hubdeck ended, from the audit record.
    Interrupted {
        /// When that was read.
        at: Timestamp,
        /// All of them.
        operations: Vec<InterruptedOperation>,
    },
    /// Something was dropped.
    Dropped {
        /// What.
        what: Dropped,
        /// How many.
        count: u64,
    },
    /// Own cost.
    Cost(SelfCost),
    /// The parts of hubdeck that are down now; none when all run.
    Parts(Vec<PartDown>),
    /// Something failed because hubdeck itself ran out of something.
    Shortage {
        /// When.
        at: Timestamp,
        /// Of what.
        shortage: Shortage,
    },
    /// A supervised task ended and is started again, or config was refused: one sentence.
    Own {
        /// When.
        at: Timestamp,
        /// For the operator.
        text: String,
    },
    /// Rules from config, at start and after each reload.
    Rules {
        /// Thresholds.
        policy: HealthPolicy,
        /// Per-service rules, first match wins per field.
        rules: Arc<[ServiceRule]>,
        /// Layers of the map.
        layers: Arc<Layers>,
        /// What is wrong with the config file now; `None` when it is fine.
        problem: Option<String>,
    },
    /// Settings that concern the store and what its snapshots contain, at start and after each reload.
    Settings {
        /// Whether containers are looked for (`engine.enable_discovery`).
        discovery: bool,
        /// The only Compose projects that are watched (`engine.projects`); empty is all.
        projects: Vec<String>,
        /// Events that the timeline keeps at most (`timeline.max_events`).
        max_events: usize,
        /// Which services are production (`operations.production`).
        production: ProductionPatterns,
        /// Keys whose new value takes effect after a restart.
        waiting: Vec<&'static str>,
    },
    /// The services that auto-heal restarts no more; all of them.
    HealStops(Vec<HealStop>),
    /// The Compose projects the engine has, where only some of its containers are watched.
    Projects(Vec<StackName>),
    /// Forget cached probe results and samples (`POST /api/cache/clear`).
    ClearCache {
        /// When.
        at: Timestamp,
    },
}
