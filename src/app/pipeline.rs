//! Wires engine, collectors, store and operator into one running whole.

mod options;
mod record;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

use crate::collect::logs::LogHub;
use crate::collect::{
    configuration, connections, disk, engine as discovery, evidence, probes, stats,
};
use crate::config::{Changes, Settings};
use crate::engine::{ConnectRequest, Connector, Engine};
use crate::model::{
    Focus, Inspection, InstanceId, InterruptedOperation, Observation, Part, Shortage, Snapshot,
    Step, Timestamp,
};
use crate::operate::{self, Desk, Operator, OperatorHandle};
use crate::store::Store;

use super::cost::{self, Meter};
use super::failure::Failure;
use super::logging::OwnLog;
use super::publisher::{Fold, Publisher};
use super::supervise::Supervisor;
use options::{Knobs, rules, store_settings};
use record::{interrupted, recorded_stops};

pub use options::Lifetime;

/// Observations on their way to the store at most.
const QUEUE: usize = 4096;
/// How long background tasks may take to end.
const STOP_LIMIT: Duration = Duration::from_secs(2);

/// Everything that runs behind the faces.
pub struct Pipeline {
    /// The pictures.
    pub snapshots: watch::Receiver<Arc<Snapshot>>,
    /// How to act.
    pub operator: OperatorHandle,
    /// Operations that were under way when earlier runs ended; the timeline tells them as well.
    pub interrupted: Vec<InterruptedOperation>,
    runner: Operator,
    knobs: Knobs,
    supervisor: Supervisor,
    out: mpsc::Sender<Observation>,
    /// What the store has to know of the settings in force.
    known: watch::Sender<[Observation; 2]>,
    flushes: mpsc::Sender<oneshot::Sender<()>>,
    /// Each becomes true when its task has told everything that can be known at first.
    initial: Vec<watch::Receiver<bool>>,
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
        let (out, observations) = mpsc::channel(QUEUE);
        let (snapshot_sender, snapshots) = watch::channel(Arc::new(Snapshot::empty(now)));
        let (link_sender, link) = watch::channel(None::<Engine>);
        let (focus_sender, focus) = watch::channel(Focus::default());
        let knobs = Knobs::new(settings, lifetime);
        let (poll_now, probe_now) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let supervisor = Supervisor::new(CancellationToken::new(), out.clone());

        // Kept over a restart of discovery: it goes on with the same engine.
        let connector = Connector::new(request).telling(shortages(out.clone()));
        let known = watch::Sender::new([rules(settings, None), store_settings(settings, &[])]);
        let (record, in_force) = (audit.clone(), known.subscribe());
        let basis = move || -> Vec<Observation> {
            let stops = recorded_stops(record.as_deref(), now);
            in_force.borrow().iter().cloned().chain(stops).collect()
        };
        // What was under way is news once only, and one-shot commands have nobody to tell.
        let (interrupted, past) = match lifetime {
            Lifetime::Continuous => interrupted(audit.as_deref(), now),
            Lifetime::OneSnapshot => Default::default(),
        };
        // The queue is still empty, and its receiver exists.
        basis()
            .into_iter()
            .chain(past)
            .for_each(|observation| drop(out.try_send(observation)));
        let basis = Box::new(basis);
        let (snapshots_to, pause) = (snapshot_sender, lifetime.pause());
        let (flushes, flushed) = mpsc::channel(1);
        let publisher = Publisher {
            observations,
            flushes: flushed,
            snapshots: snapshots_to,
            log,
            pause,
            basis,
            fold,
        };
        supervisor.spawn_own(publisher.run(Store::new(now), supervisor.clone()));

        let (options, to_store, wake) =
            (knobs.discovery.subscribe(), out.clone(), poll_now.clone());
        let (engine, (described, is_described)) = (connector.clone(), watch::channel(false));
        supervisor.spawn(Part::Discovery, move || {
            discovery::run(
                engine.clone(),
                options.clone(),
                to_store.clone(),
                link_sender.clone(),
                wake.clone(),
                described.clone(),
            )
        });
        let measured = measurements(
            &supervisor,
            &knobs,
            (&link, &snapshots, focus),
            &probe_now,
            &out,
        );
        watch_rest(&supervisor, &link, &snapshots, &out);
        let mut initial = survey(&supervisor, &knobs, &link, &snapshots, &out);
        initial.extend(measured);
        initial.push(is_described);

        let refresh = Refresh {
            poll_now,
            probe_now,
            out: out.clone(),
        };
        let (operator, runner) = operator(
            link,
            &snapshots,
            &out,
            audit,
            focus_sender,
            refresh,
            knobs.read_only.subscribe(),
        );
        Self {
            snapshots,
            operator,
            interrupted,
            runner,
            knobs,
            supervisor,
            out,
            known,
            flushes,
            initial,
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
    pub fn watched(&self) -> watch::Receiver<discovery::DiscoveryOptions> {
        self.knobs.discovery.subscribe()
    }

    /// Returns once hubdeck cannot go on, with the reason.
    pub async fn failed(&self) -> Failure {
        Failure::Part(self.supervisor.given_up().await)
    }

    /// Where a face tells that hubdeck ran out of something.
    pub fn shortages(&self) -> impl Fn(Shortage) + Clone + Send + Sync + 'static {
        shortages(self.out.clone())
    }

    /// Puts new settings into force, and shows what of `changes` has to wait for a restart.
    pub fn reconfigure(&self, settings: &Settings, changes: &Changes) {
        // The store first: what discovery then finds is by the new settings.
        self.make_known([
            rules(settings, None),
            store_settings(settings, &changes.after_restart),
        ]);
        self.knobs.set(settings);
    }

    /// Shows that the config file cannot be used; `settings` stay in force.
    pub fn refuse_config(&self, settings: &Settings, problem: String) {
        let [_, told] = self.known.borrow().clone();
        self.make_known([rules(settings, Some(problem)), told]);
    }

    /// Puts a sentence for the operator on the timeline.
    pub fn note(&self, text: String) {
        tell(
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
        for survey in &self.initial {
            // A task that is gone has nothing more to tell.
            drop(survey.clone().wait_for(|complete| *complete).await);
        }
    }

    /// Returns when a snapshot shows everything that was told so far.
    pub async fn flush(&self) {
        let (done, published) = oneshot::channel();
        if self.flushes.send(done).await.is_ok() {
            // A store that failed meanwhile is filled anew; what it shows then is all there is.
            drop(published.await);
        }
    }

    /// Waits for the calls of operations that are in flight, leaves the rest of their plans out,
    /// and ends every background task. Returns the steps that were left out because hubdeck ends.
    pub async fn stop(self) -> Vec<Step> {
        let left_out = self.runner.close().await;
        self.supervisor.stop(STOP_LIMIT).await;
        self.connector.close().await;
        left_out
    }

    /// Tells the store of rules and settings, and keeps them for a store that takes over.
    fn make_known(&self, known: [Observation; 2]) {
        known
            .iter()
            .for_each(|observation| tell(&self.out, observation.clone()));
        self.known.send_replace(known);
    }
}

/// Tells the store what hubdeck ran out of. Where the queue is full, one less is counted.
fn shortages(out: mpsc::Sender<Observation>) -> impl Fn(Shortage) + Clone + Send + Sync + 'static {
    move |shortage| {
        drop(out.try_send(Observation::Shortage {
            at: Timestamp::now(),
            shortage,
        }))
    }
}

/// What measurements read: the engine, the snapshots and what is on screen.
type Measured<'a> = (
    &'a watch::Receiver<Option<Engine>>,
    &'a watch::Receiver<Arc<Snapshot>>,
    watch::Receiver<Focus>,
);

/// Starts sampling and probing; the receivers tell when each has measured everything at first.
fn measurements(
    supervisor: &Supervisor,
    knobs: &Knobs,
    (link, snapshots, focus): Measured<'_>,
    probe_now: &Arc<Notify>,
    out: &mpsc::Sender<Observation>,
) -> [watch::Receiver<bool>; 2] {
    let (sampled, all_sampled) = watch::channel(false);
    let (options, to_store) = (knobs.sampling.subscribe(), out.clone());
    let (engine, pictures) = (link.clone(), snapshots.clone());
    supervisor.spawn(Part::Sampling, move || {
        stats::run(
            engine.clone(),
            pictures.clone(),
            focus.clone(),
            options.clone(),
            sampled.clone(),
            to_store.clone(),
        )
    });
    let (probed, all_probed) = watch::channel(false);
    let (options, to_store, wake) = (
        knobs.probing.subscribe(),
        out.clone(),
        Arc::clone(probe_now),
    );
    let (engine, pictures) = (link.clone(), snapshots.clone());
    supervisor.spawn(Part::Probing, move || {
        probes::run(
            engine.clone(),
            pictures.clone(),
            options.clone(),
            wake.clone(),
            probed.clone(),
            to_store.clone(),
        )
    });
    [all_sampled, all_probed]
}

/// Starts what looks into what failed, at the engine's disk, and at hubdeck itself.
fn watch_rest(
    supervisor: &Supervisor,
    link: &watch::Receiver<Option<Engine>>,
    snapshots: &watch::Receiver<Arc<Snapshot>>,
    out: &mpsc::Sender<Observation>,
) {
    let (engine, pictures, to_store) = (link.clone(), snapshots.clone(), out.clone());
    supervisor.spawn(Part::Evidence, move || {
        evidence::run(engine.clone(), pictures.clone(), to_store.clone())
    });
    let (engine, pictures, to_store) = (link.clone(), snapshots.clone(), out.clone());
    supervisor.spawn(Part::DiskCheck, move || {
        disk::run(engine.clone(), pictures.clone(), to_store.clone())
    });
    let (engine, to_store) = (link.clone(), out.clone());
    supervisor.spawn(Part::SelfMeasuring, move || {
        measure(engine.clone(), to_store.clone())
    });
}

/// Starts what finds out how containers depend on each other; the receivers tell when it has.
fn survey(
    supervisor: &Supervisor,
    knobs: &Knobs,
    link: &watch::Receiver<Option<Engine>>,
    snapshots: &watch::Receiver<Arc<Snapshot>>,
    out: &mpsc::Sender<Observation>,
) -> Vec<watch::Receiver<bool>> {
    let (read, all_read) = watch::channel(false);
    let (engine, pictures, to_store) = (link.clone(), snapshots.clone(), out.clone());
    let enabled = knobs.reading.subscribe();
    supervisor.spawn(Part::ConfigurationReading, move || {
        configuration::run(
            engine.clone(),
            pictures.clone(),
            enabled.clone(),
            read.clone(),
            to_store.clone(),
        )
    });
    let (observed, all_observed) = watch::channel(false);
    let (engine, pictures, to_store) = (link.clone(), snapshots.clone(), out.clone());
    let options = knobs.observing.subscribe();
    supervisor.spawn(Part::ConnectionObserving, move || {
        connections::run(
            engine.clone(),
            pictures.clone(),
            options.clone(),
            observed.clone(),
            to_store.clone(),
        )
    });
    vec![all_read, all_observed]
}

/// What `OperatorHandle::refresh` sets off.
struct Refresh {
    poll_now: Arc<Notify>,
    probe_now: Arc<Notify>,
    out: mpsc::Sender<Observation>,
}

impl Refresh {
    fn run(&self, clear: bool) {
        if clear {
            tell(
                &self.out,
                Observation::ClearCache {
                    at: Timestamp::now(),
                },
            );
        }
        self.poll_now.notify_one();
        self.probe_now.notify_one();
    }
}

fn operator(
    link: watch::Receiver<Option<Engine>>,
    snapshots: &watch::Receiver<Arc<Snapshot>>,
    out: &mpsc::Sender<Observation>,
    audit: Option<PathBuf>,
    focus: watch::Sender<Focus>,
    refresh: Refresh,
    read_only: watch::Receiver<bool>,
) -> (OperatorHandle, Operator) {
    let logs = LogHub::new(link.clone());
    let pictures = snapshots.clone();
    let runner = Operator::new(link.clone(), snapshots.clone(), out.clone(), audit);
    let (submitter, canceller) = (runner.clone(), runner.clone());
    let handle = OperatorHandle::new(Desk {
        plan: Box::new(operate::plan::plan),
        submit: Box::new(move |plan, principal| submitter.submit(plan, principal)),
        cancel: Box::new(move |id, reason| canceller.cancel(id, reason)),
        follow_logs: Box::new(move |query| logs.follow(query)),
        inspect: Box::new(move |instance| inspect(&link, &pictures, instance)),
        refresh: Box::new(move |clear| refresh.run(clear)),
        focus,
        read_only,
    });
    (handle, runner)
}

fn inspect(
    link: &watch::Receiver<Option<Engine>>,
    snapshots: &watch::Receiver<Arc<Snapshot>>,
    instance: InstanceId,
) -> oneshot::Receiver<Result<Inspection, String>> {
    let (reply, answer) = oneshot::channel();
    let (engine, secrets) = (
        link.borrow().clone(),
        Arc::clone(&snapshots.borrow().secrets),
    );
    tokio::spawn(async move {
        let text = match engine {
            Some(engine) => {
                let answer = engine.inspect_raw(&instance, &secrets).await;
                answer.map_err(|error| secrets.mask(&error.to_string()))
            }
            None => Err("the engine does not answer; try again when it is back".to_owned()),
        };
        // Nobody waits any more when the page was closed.
        drop(reply.send(text));
    });
    answer
}

/// Sends without waiting; only a full queue makes a task for it.
fn tell(out: &mpsc::Sender<Observation>, observation: Observation) {
    if let Err(mpsc::error::TrySendError::Full(observation)) = out.try_send(observation) {
        let out = out.clone();
        tokio::spawn(async move { out.send(observation).await });
    }
}

async fn measure(link: watch::Receiver<Option<Engine>>, out: mpsc::Sender<Observation>) {
    let mut meter = Meter::new();
    let mut tick = tokio::time::interval(cost::INTERVAL);
    loop {
        tick.tick().await;
        let calls = link.borrow().as_ref().map_or(0, Engine::calls);
        let cost = meter.measure(std::time::Instant::now(), calls);
        if out.send(Observation::Cost(cost)).await.is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests;
