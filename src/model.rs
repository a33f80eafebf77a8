//! The nouns of hubdeck: plain data shared by every room, and the words and figures that every face
//! writes.
//! Knows: std, serde, time (jiff), graphemes, digests (ring), error numbers and limits of the system (rustix).
//! Never: does I/O, reads a clock, or knows another room.

mod access_token;
pub mod authority;
mod auto_heal;
pub mod calendar;
mod change;
pub mod checks;
mod colours;
pub mod commands;
pub mod compact;
mod compose;
pub mod compose_labels;
mod custom_command;
mod definition_secrets;
mod duration;
mod edge;
pub mod encoding;
mod engine;
mod engine_route;
mod exec;
mod explanation;
mod external;
mod health;
mod health_state;
mod host;
mod id;
mod image;
mod incident;
mod inspection;
mod instance;
pub mod invisible;
mod job;
mod layer;
mod listen_address;
mod log;
mod log_figures;
mod map;
mod missing;
mod moment;
mod network_mode;
mod newer_image;
mod observation;
mod operation;
mod outline;
mod part;
mod policy;
mod port;
mod probe;
mod probe_durations;
mod probe_result;
mod process;
mod production;
mod publication;
mod reason;
mod restart_policy;
mod route;
mod sample;
mod scope;
pub mod secrets;
pub mod sections;
mod service;
mod service_rule;
mod shell_word;
mod shortage;
mod shown_state;
mod snapshot;
mod snapshot_update;
mod sort;
mod stack;
mod swarm;
pub mod text;
mod timeline;
mod unread;
mod web;
pub mod words;

pub use access_token::{AccessToken, TOKEN_PREFIX, TokenDigest};
pub use auto_heal::{AutoHealSettings, HEAL_BUDGET, HEAL_WINDOW, HealStop};
pub use change::{
    Change, Deployment, ErrorBurstChange, HealthChangeReason, OperationChange, OwnChange,
};
pub use colours::without_colours;
pub use compose::{
    ComposeCall, ComposeChange, ComposeEnd, ComposeInvocation, ComposeKind, ComposePreview,
    ComposeProject, ComposeVerb, NoComposeProject, OutputLine,
};
pub use custom_command::{CommandField, CommandRequest, CommandWord, CustomCommand, UnfilledField};
pub use duration::parse_duration;
pub use edge::{Edge, EdgeDetail, EdgeEvidence, EdgeKind, Impact, LostRoutes, Provenance};
pub use engine::{
    ConnectAttempt, DiskUse, EngineFlavour, EngineGap, EngineGaps, EngineInfo, EngineStatus,
    EngineTiming, EngineView, Feature,
};
pub use engine_route::{CallPurpose, EngineRoute};
pub use exec::{ExecEnd, ExecRequest, TerminalSize};
pub use explanation::{
    Diagnosis, Evidence, EvidenceOutcome, EvidenceRemark, EvidenceSource, Explanation, FailureLog,
    MAX_FAILURE_LOG_LINES,
};
pub use external::{ExternalView, FetchFailure};
pub use health::{Health, ProbeVerdict, SincePrecision};
pub use health_state::{DockerHealth, DockerStatus, HealthState, Overlay};
pub use host::{HostUse, HostView};
pub use id::{InstanceId, OperationId, ServiceId, ServiceName, StackName};
pub use image::ImageReference;
pub use incident::{
    BrokenService, Incident, IncidentChange, IncidentEntry, IncidentFact, IncidentId, IncidentRoot,
    IncidentState,
};
pub use inspection::Inspection;
pub use instance::{
    Dependency, DependencyCondition, Healthcheck, HealthcheckLog, InstanceFacts, InstanceState,
    Limits, Mount, NetworkAddress,
};
pub use jiff::{SignedDuration, Timestamp};
pub use layer::{Layer, LayerAssignment, LayerEvidence, LayerName, LayerOrigin, Layers};
pub use listen_address::ListenAddress;
pub use log::{
    LineLevel, LogBatch, LogFields, LogLine, LogMark, LogQuery, LogSource, LogStream, RecordedRun,
    RecordingCause,
};
pub use log_figures::{
    ErrorBurst, ErrorPattern, LOG_BUCKET_SECONDS, LogFigures, LogRates, LogWindow, RequestFigures,
    RouteFigures,
};
pub use map::MapFormat;
pub use missing::{LostNetwork, MissingNeed, NeedSource, NetworkEnd, NetworkOwner};
pub use moment::Moment;
pub use network_mode::NetworkMode;
pub use newer_image::{ImageCheck, ImageChecks, ImageState};
pub use observation::{
    ConfigurationFile, Connection, Dropped, EngineEvent, EngineEventKind, Observation,
};
pub use operation::{
    AuditHistory, BadImage, Confirmation, EngineCall, HttpCaller, InterruptedCall,
    InterruptedOperation, KillSignal, Operation, OperationCounts, OperationKind, OperationProgress,
    OperationResult, OperationStatus, Plan, Principal, PrincipalKind, ProgramOutput, PullProgress,
    RecordedLine, RecordedOperation, RecordedRestart, RecordedResult, RecordedStep, RecordedStop,
    SkipReason, Step, StepActivities, StepActivity, StepState, StepTarget, StepTimes, StepWait,
    UnknownSignal, kept_words,
};
pub use outline::{Outline, OutlineRow};
pub use part::{Part, PartDown, PartFailure};
pub use policy::HealthPolicy;
pub use port::{HostPort, Port, PortProtocol, UnboundPort};
pub use probe::{
    CERTIFICATE_ENDS_SOON, Contact, Credentials, Expect, HttpRequest, JsonCondition, ProbeKind,
    ProbeOrigin, ProbeOutcome, ProbePhases, ProbeSpec, ProbeTarget, SecretSource,
};
pub use probe_durations::ProbeDurations;
pub use probe_result::ProbeResult;
pub use process::Process;
pub use production::ProductionPatterns;
pub use publication::{Publication, Published, host_ports, publications};
pub use reason::{
    CertificateRejection, ClusterColour, FailedRequest, Finding, FindingCode, HandshakeRefusal,
    HttpAnswer, HttpSaid, HungPhase, NotAsked, NotStarted, OutOfReach, PausedTrial,
    PressureWarning, ProcessEnd, Reason, ReasonCode, ReplicaRole, SecretFileError, Statement,
    SwarmReason, Uncounted, Unmet, VaultState,
};
pub use restart_policy::RestartPolicy;
pub use route::{Route, RouteKind};
pub use sample::{BrokenSeries, Metric, Sample, SelfCost, Series, SeriesPoint, SeriesUpdate};
pub use scope::TokenScope;
pub use secrets::Hidden;
pub use service::{HintProbe, ImageHint, Instance, InstanceProbe, Service, Source};
pub use service_rule::{ServiceRule, shell_of};
pub use shortage::{Shortage, ShortageView};
pub use shown_state::ShownState;
pub use snapshot::{AttachState, ConfigStatus, Focus, Snapshot, Stack, Totals};
pub use snapshot_update::{AttachHello, BrokenUpdate, SnapshotUpdate};
pub use sort::SortShared;
pub use stack::UnknownStack;
pub use swarm::{SwarmService, SwarmTask};
pub use timeline::TimelineEvent;
pub use unread::Unread;
pub use web::web_url;
