//! Wires engine, collectors, store and operator into one running whole.

mod collectors;
mod operations;
mod options;
mod record;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{broadcast, mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

use crate::collect::engine::DiscoveryOptions;
use crate::collect::logs::{BlackBox, LogHub};
use crate::config::{Changes, Settings};
use crate::engine::{ConnectRequest, Connector, Engine};
use crate::model::{
    Focus, InterruptedOperation, Observation, OperationId, Part, Plan, Principal, Shortage,
    Snapshot, Step, Timestamp,
};
use crate::operate::{AutoHeal, HEAL_SETTLES, Operations, Operator, SubmitRefusal};
use crate::store::Store;

use super::failure::Failure;
use super::logging::OwnLog;
use super::publisher::{Fold, Publisher};
use super::supervise::Supervisor;
use collectors::CollectorContext;
use operations::PipelineOperations;
use options::{SettingSenders, rules, store_settings};
use record::{interrupted, recorded};

pub use options::Lifetime;
pub(super) use options::connect_request;

/// Observations on their way to the store at most.
const QUEUE: usize = 4096;
/// Events of the engine that a receiver may be behind.
const EVENTS: usize = 1024;
/// How long background tasks may take to end.
const STOP_LIMIT: Duration = Duration::from_secs(2);

/// Everything that runs behind the faces.
pub struct Pipeline {
    /// The snapshots.
    pub snapshots: watch::Receiver<Arc<Snapshot>>,
    /// How to act.
    pub operations: Arc<dyn Operations>,
    /// Operations that were under way when earlier runs ended; the timeline shows them as well.
    pub interrupted: Vec<InterruptedOperation>,
    operator: Operator,
    setting_senders: SettingSenders,
    supervisor: Supervisor,
    out: mpsc::Sender<Observation>,
    /// What the store has to know of the settings in force.
    known: watch::Sender<[Observation; 2]>,
    flushes: mpsc::Sender<oneshot::Sender<()>>,
    /// Each becomes true when its collector has reported everything that can be known at first.
    initial_scans: Vec<watch::Receiver<bool>>,
    connector: Connector,
}

impl Pipeline {
    /// Starts everything. `audit` is where operations leave their record; `log` hides the secrets
    /// that become known.
    #[must_use]
    pub fn start(
        request: ConnectRequest,
        settings: &Settings,
        lifetime: Lifetime,
        audit: Option<PathBuf>,
        log: Option<OwnLog>,
    ) -> Self {
        Self::start_with(request, settings, lifetime, audit, log, Store::apply)
    }

    /// The same with observations folded by `fold`.
    fn start_with(
        request: ConnectRequest,
        settings: &Settings,
        lifetime: Lifetime,
        audit: Option<PathBuf>,
        log: Option<OwnLog>,
        fold: Fold,
    ) -> Self {
        let now = Timestamp::now();
        let channels = Channels::new(now);
        let (out, snapshots) = (channels.out.clone(), channels.snapshots.clone());
        let setting_senders = SettingSenders::new(settings, lifetime);
        let supervisor = Supervisor::new(CancellationToken::new(), out.clone());
        // Kept over a restart of discovery: it goes on with the same engine.
        let connector = Connector::new(request).on_shortage(shortages(out.clone()));
        let known = watch::Sender::new([rules(settings, None), store_settings(settings, &[])]);

        let basis = basis(audit.clone(), known.subscribe(), now);
        let interrupted = send_at_first(&out, &basis, audit.as_deref(), lifetime, now);
        let collectors = channels.for_collectors(supervisor.clone());
        let publisher = Publisher {
            observations: channels.observations,
            flushes: channels.flushed,
            snapshots: channels.publish,
            log,
            pause: lifetime.pause(),
            basis,
            fold,
        };
        let store = publisher.run(Store::new(now), supervisor.clone());
        supervisor.spawn_essential(Part::Store, store);

        let record = audit.clone();
        let operator = Operator::new(channels.engine, snapshots.clone(), out.clone(), record);
        let seen = (&snapshots, &out);
        start_healing(&operator, seen, &setting_senders, audit, &supervisor);
        let focus = channels.focus;
        let operations =
            PipelineOperations::over(&collectors, operator.clone(), focus, &setting_senders);
        let connected = channels.connected;
        let (senders, own) = (&setting_senders, connector.clone());
        let initial_scans = collectors.start(senders, own, connected);
        Self {
            snapshots,
            operations: Arc::new(operations),
            interrupted,
            operator,
            setting_senders,
            supervisor,
            out,
            known,
            flushes: channels.flushes,
            initial_scans,
            connector,
        }
    }

    /// What watches over the parts of this pipeline, for those of a face.
    #[must_use]
    pub const fn supervisor(&self) -> &Supervisor {
        &self.supervisor
    }

    /// What is watched, as the settings in force say.
    #[must_use]
    pub fn watched(&self) -> watch::Receiver<DiscoveryOptions> {
        self.setting_senders.discovery.subscribe()
    }

    /// Returns once hubdeck cannot go on, with the reason.
    pub async fn failed(&self) -> Failure {
        Failure::Part(self.supervisor.given_up().await)
    }

    /// Where a face reports that hubdeck ran out of something.
    pub fn shortages(&self) -> impl Fn(Shortage) + Clone + Send + Sync + 'static {
        shortages(self.out.clone())
    }

    /// Puts new settings into force, and shows what of `changes` has to wait for a restart.
    pub fn reconfigure(&self, settings: &Settings, changes: &Changes) {
        // The store first: what discovery then finds is by the new settings.
        self.set_known([
            rules(settings, None),
            store_settings(settings, &changes.after_restart),
        ]);
        self.setting_senders.set(settings);
    }

    /// Shows that the config file cannot be used; `settings` stay in force.
    pub fn refuse_config(&self, settings: &Settings, problem: String) {
        let [_, settings_in_force] = self.known.borrow().clone();
        self.set_known([rules(settings, Some(problem)), settings_in_force]);
    }

    /// Puts a sentence for the operator on the timeline.
    pub fn add_to_timeline(&self, text: String) {
        send(
            &self.out,
            Observation::Own {
                at: Timestamp::now(),
                text,
            },
        );
    }

    /// Returns when the engine has described itself, every container was inspected, its
    /// configuration files were read, its connections looked at, its resources read twice and
    /// everything probed once. Never without an engine.
    pub async fn complete(&self) {
        for scan in &self.initial_scans {
            // A task that is gone has nothing more to report.
            drop(scan.clone().wait_for(|complete| *complete).await);
        }
    }

    /// Returns when a snapshot shows everything that was sent so far.
    pub async fn flush(&self) {
        let (done, published) = oneshot::channel();
        if self.flushes.send(done).await.is_ok() {
            // A store that failed meanwhile is filled anew; what it shows then is all there is.
            drop(published.await);
        }
    }

    /// Runs `plan` for a command line; without `waits` the operation ends once the engine has done
    /// the calls of the last wave.
    ///
    /// # Errors
    /// Those of [`Operations::submit`].
    pub fn submit(&self, plan: Plan, waits: bool) -> Result<OperationId, SubmitRefusal> {
        if waits {
            return self.operations.submit(plan, Principal::Cli);
        }
        if self.operations.is_read_only() {
            return Err(SubmitRefusal::ReadOnly);
        }
        self.operator.submit_unwaited(plan, Principal::Cli)
    }

    /// Returns when no operation runs; how the last one ended may not be in a snapshot yet.
    pub async fn idle(&self) {
        self.operator.idle().await;
    }

    /// Waits for the calls of operations that are in flight, leaves the rest of their plans out, and
    /// ends every background task. Returns the steps that were left out because hubdeck ends.
    pub async fn stop(self) -> Vec<Step> {
        let left_out = self.operator.close().await;
        self.supervisor.stop(STOP_LIMIT).await;
        self.connector.close().await;
        left_out
    }

    /// Sends rules and settings to the store, and keeps them for a store that takes over.
    fn set_known(&self, known: [Observation; 2]) {
        known
            .iter()
            .for_each(|observation| send(&self.out, observation.clone()));
        self.known.send_replace(known);
    }
}

/// Both ends of the channels that join collectors, store and operator.
struct Channels {
    out: mpsc::Sender<Observation>,
    observations: mpsc::Receiver<Observation>,
    publish: watch::Sender<Arc<Snapshot>>,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    connected: watch::Sender<Option<Engine>>,
    engine: watch::Receiver<Option<Engine>>,
    focus: watch::Sender<Focus>,
    on_screen: watch::Receiver<Focus>,
    flushes: mpsc::Sender<oneshot::Sender<()>>,
    flushed: mpsc::Receiver<oneshot::Sender<()>>,
}

impl Channels {
    /// Empty channels; the first snapshot is one of `now`.
    fn new(now: Timestamp) -> Self {
        let (out, observations) = mpsc::channel(QUEUE);
        let (publish, snapshots) = watch::channel(Arc::new(Snapshot::empty(now)));
        let (connected, engine) = watch::channel(None);
        let (focus, on_screen) = watch::channel(Focus::default());
        let (flushes, flushed) = mpsc::channel(1);
        Self {
            out,
            observations,
            publish,
            snapshots,
            connected,
            engine,
            focus,
            on_screen,
            flushes,
            flushed,
        }
    }

    /// The ends that collectors use.
    fn for_collectors(&self, supervisor: Supervisor) -> CollectorContext {
        CollectorContext {
            supervisor,
            engine: self.engine.clone(),
            snapshots: self.snapshots.clone(),
            focus: self.on_screen.clone(),
            poll_now: Arc::default(),
            probe_now: Arc::default(),
            out: self.out.clone(),
            events: broadcast::Sender::new(EVENTS),
            logs: LogHub::with(
                self.engine.clone(),
                self.snapshots.clone(),
                BlackBox::default(),
            ),
        }
    }
}

/// Starts what restarts services that fail, in a pipeline that goes on.
fn start_healing(
    operator: &Operator,
    (snapshots, out): (&watch::Receiver<Arc<Snapshot>>, &mpsc::Sender<Observation>),
    settings: &SettingSenders,
    audit: Option<PathBuf>,
    supervisor: &Supervisor,
) {
    if settings.lifetime != Lifetime::Continuous {
        return;
    }
    let heal = AutoHeal {
        operator: operator.clone(),
        snapshots: snapshots.clone(),
        settings: settings.auto_heal.subscribe(),
        read_only: settings.read_only.subscribe(),
        out: out.clone(),
        audit,
        settles: HEAL_SETTLES,
    };
    supervisor.spawn(Part::AutoHealing, move || heal.clone().run());
}

/// What a fresh store is given before anything else.
type Basis = Box<dyn Fn() -> Vec<Observation> + Send>;

/// What a fresh store has to know before anything else: the rules and settings in force, and the
/// what the audit record holds of stops and restarts.
fn basis(
    audit: Option<PathBuf>,
    in_force: watch::Receiver<[Observation; 2]>,
    now: Timestamp,
) -> Basis {
    Box::new(move || {
        let recorded = recorded(audit.as_deref(), now);
        in_force.borrow().iter().cloned().chain(recorded).collect()
    })
}

/// Sends the first store the basis, and the operations that were under way when earlier runs
/// ended, and returns those. They are news once only, and commands that only read have nobody to
/// show them to.
fn send_at_first(
    out: &mpsc::Sender<Observation>,
    basis: &Basis,
    audit: Option<&Path>,
    lifetime: Lifetime,
    now: Timestamp,
) -> Vec<InterruptedOperation> {
    let (interrupted, past) = match lifetime {
        Lifetime::Continuous | Lifetime::OneOperation => interrupted(audit, now),
        Lifetime::OneSnapshot | Lifetime::Logs { .. } => Default::default(),
    };
    for observation in basis().into_iter().chain(past) {
        // The queue is still empty, and its receiver exists.
        drop(out.try_send(observation));
    }
    interrupted
}

/// Reports to the store what hubdeck ran out of. Where the queue is full, one less is counted.
fn shortages(out: mpsc::Sender<Observation>) -> impl Fn(Shortage) + Clone + Send + Sync + 'static {
    move |shortage| {
        drop(out.try_send(Observation::Shortage {
            at: Timestamp::now(),
            shortage,
        }))
    }
}

/// Sends without waiting; only a full queue makes a task for it.
fn send(out: &mpsc::Sender<Observation>, observation: Observation) {
    if let Err(mpsc::error::TrySendError::Full(observation)) = out.try_send(observation) {
        let out = out.clone();
        tokio::spawn(async move { out.send(observation).await });
    }
}

#[cfg(test)]
mod tests;
