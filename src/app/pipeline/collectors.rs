//! Starts the collectors: discovery, measurements, and what finds out how containers depend on each
//! other.

use std::sync::Arc;

use tokio::sync::{Notify, broadcast, mpsc, watch};

use crate::app::cost::{self, Meter};
use crate::app::supervise::Supervisor;
use crate::collect::logs::{LogHub, recorder};
use crate::collect::{
    configuration, connections, disk, engine as discovery, evidence, external, host, log_figures,
    newer_images, probes, stats,
};
use crate::engine::{Connector, Engine};
use crate::model::{EngineEvent, Focus, Observation, Part, Snapshot};

use super::options::{Lifetime, SettingSenders};

/// What every collector reads from and writes to; each one takes of it what it needs.
#[derive(Clone)]
pub(super) struct CollectorContext {
    pub supervisor: Supervisor,
    /// The engine; `None` while it is lost.
    pub engine: watch::Receiver<Option<Engine>>,
    pub snapshots: watch::Receiver<Arc<Snapshot>>,
    /// The containers on screen.
    pub focus: watch::Receiver<Focus>,
    /// Wakes discovery before its time.
    pub poll_now: Arc<Notify>,
    /// Makes every probe due.
    pub probe_now: Arc<Notify>,
    /// Observations on their way to the store.
    pub out: mpsc::Sender<Observation>,
    /// Events of the engine, as they come.
    pub events: broadcast::Sender<EngineEvent>,
    /// Log tails.
    pub logs: LogHub,
}

impl CollectorContext {
    /// Starts the collectors that the lifetime of the pipeline asks for. Each receiver becomes true
    /// when its collector has reported everything that can be known at first.
    pub fn start(
        self,
        settings: &SettingSenders,
        connector: Connector,
        connected: watch::Sender<Option<Engine>>,
    ) -> Vec<watch::Receiver<bool>> {
        match settings.lifetime {
            Lifetime::Logs { masked } => {
                let mut scans = vec![self.start_discovery(settings, connector, connected)];
                // Secrets stand in the configuration files of containers too.
                scans.extend(masked.then(|| self.start_reading(settings)));
                scans
            }
            Lifetime::Continuous | Lifetime::OneSnapshot | Lifetime::OneOperation => {
                self.start_all(settings, connector, connected)
            }
        }
    }

    /// Starts every collector.
    fn start_all(
        self,
        settings: &SettingSenders,
        connector: Connector,
        connected: watch::Sender<Option<Engine>>,
    ) -> Vec<watch::Receiver<bool>> {
        let described = self.start_discovery(settings, connector, connected);
        let scans = vec![
            self.start_reading(settings),
            self.start_observing(settings),
            self.start_sampling(settings),
            self.start_probing(settings),
            described,
        ];
        self.start_evidence();
        self.start_log_sampling(settings);
        if settings.lifetime == Lifetime::Continuous {
            self.start_recording();
            self.start_external_fetching(settings);
        }
        self.start_disk_check();
        self.start_image_checking(settings);
        self.start_host_measuring();
        self.start_self_measuring();
        scans
    }

    /// Starts discovery alone; the connection itself goes to `connected`.
    fn start_discovery(
        &self,
        settings: &SettingSenders,
        connector: Connector,
        connected: watch::Sender<Option<Engine>>,
    ) -> watch::Receiver<bool> {
        let (described, is_described) = watch::channel(false);
        let (options, context) = (settings.discovery.subscribe(), self.clone());
        self.supervisor.spawn(Part::Discovery, move || {
            discovery::run(
                connector.clone(),
                options.clone(),
                context.out.clone(),
                connected.clone(),
                Arc::clone(&context.poll_now),
                described.clone(),
                context.events.clone(),
            )
        });
        is_described
    }

    fn start_sampling(&self, settings: &SettingSenders) -> watch::Receiver<bool> {
        let (sampled, all_sampled) = watch::channel(false);
        let (options, context) = (settings.sampling.subscribe(), self.clone());
        self.supervisor.spawn(Part::Sampling, move || {
            stats::run(
                context.engine.clone(),
                context.snapshots.clone(),
                context.focus.clone(),
                options.clone(),
                sampled.clone(),
                context.out.clone(),
            )
        });
        all_sampled
    }

    fn start_probing(&self, settings: &SettingSenders) -> watch::Receiver<bool> {
        let (probed, all_probed) = watch::channel(false);
        let (options, context) = (settings.probing.subscribe(), self.clone());
        self.supervisor.spawn(Part::Probing, move || {
            probes::run(
                context.engine.clone(),
                context.snapshots.clone(),
                options.clone(),
                Arc::clone(&context.probe_now),
                probed.clone(),
                context.out.clone(),
            )
        });
        all_probed
    }

    fn start_reading(&self, settings: &SettingSenders) -> watch::Receiver<bool> {
        let (read, all_read) = watch::channel(false);
        let (options, context) = (settings.reading.subscribe(), self.clone());
        self.supervisor.spawn(Part::ConfigurationReading, move || {
            configuration::run(
                context.engine.clone(),
                context.snapshots.clone(),
                options.clone(),
                read.clone(),
                context.out.clone(),
            )
        });
        all_read
    }

    fn start_observing(&self, settings: &SettingSenders) -> watch::Receiver<bool> {
        let (observed, all_observed) = watch::channel(false);
        let (options, context) = (settings.observing.subscribe(), self.clone());
        self.supervisor.spawn(Part::ConnectionObserving, move || {
            connections::run(
                context.engine.clone(),
                context.snapshots.clone(),
                options.clone(),
                observed.clone(),
                context.out.clone(),
            )
        });
        all_observed
    }

    fn start_evidence(&self) {
        let context = self.clone();
        self.supervisor.spawn(Part::Evidence, move || {
            evidence::run(
                context.engine.clone(),
                context.snapshots.clone(),
                context.out.clone(),
            )
        });
    }

    fn start_recording(&self) {
        let context = self.clone();
        self.supervisor.spawn(Part::LogRecording, move || {
            recorder::run(
                context.logs.clone(),
                context.snapshots.clone(),
                context.events.subscribe(),
                context.out.clone(),
            )
        });
    }

    fn start_log_sampling(&self, settings: &SettingSenders) {
        let (options, context) = (settings.log_sampling.subscribe(), self.clone());
        self.supervisor.spawn(Part::LogSampling, move || {
            log_figures::run(
                context.engine.clone(),
                context.logs.clone(),
                context.snapshots.clone(),
                options.clone(),
                context.out.clone(),
            )
        });
    }

    fn start_disk_check(&self) {
        let context = self.clone();
        self.supervisor.spawn(Part::DiskCheck, move || {
            disk::run(
                context.engine.clone(),
                context.snapshots.clone(),
                context.out.clone(),
            )
        });
    }

    fn start_image_checking(&self, settings: &SettingSenders) {
        let (options, context) = (settings.image_checks.subscribe(), self.clone());
        if settings.lifetime == Lifetime::Continuous {
            self.supervisor.spawn(Part::ImageChecking, move || {
                newer_images::run(
                    context.engine.clone(),
                    context.snapshots.clone(),
                    options.clone(),
                    context.out.clone(),
                )
            });
        }
    }

    fn start_external_fetching(&self, settings: &SettingSenders) {
        let (options, context) = (settings.external.subscribe(), self.clone());
        self.supervisor.spawn(Part::ExternalFetching, move || {
            external::run(options.clone(), context.out.clone())
        });
    }

    fn start_host_measuring(&self) {
        let context = self.clone();
        self.supervisor.spawn(Part::HostMeasuring, move || {
            host::run(context.snapshots.clone(), context.out.clone())
        });
    }

    fn start_self_measuring(&self) {
        let context = self.clone();
        self.supervisor.spawn(Part::SelfMeasuring, move || {
            measure(context.engine.clone(), context.out.clone())
        });
    }
}

/// Measures what hubdeck itself costs until the store is gone.
async fn measure(engine: watch::Receiver<Option<Engine>>, out: mpsc::Sender<Observation>) {
    let mut meter = Meter::new();
    let mut tick = tokio::time::interval(cost::INTERVAL);
    loop {
        tick.tick().await;
        let calls = engine.borrow().as_ref().map_or(0, Engine::calls);
        let cost = meter.measure(std::time::Instant::now(), calls);
        if out.send(Observation::Cost(cost)).await.is_err() {
            return;
        }
    }
}
