//! What the settings ask of each running task.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::app::publisher;
use crate::collect::configuration::ReadingOptions;
use crate::collect::connections::ObservingOptions;
use crate::collect::engine::DiscoveryOptions;
use crate::collect::external::ExternalOptions;
use crate::collect::log_figures::LogSamplingOptions;
use crate::collect::newer_images::ImageCheckOptions;
use crate::collect::stats::SamplingOptions;
use crate::config::Settings;
use crate::engine::ConnectRequest;
use crate::model::{AutoHealSettings, Observation, ProductionPatterns, ServiceRule};
use crate::probing::ProbeOptions;

/// Time between the two readings of a one-shot command, in which the kernel's 10 ms counters differ
/// enough.
const ONE_SHOT_SECOND: Duration = Duration::from_millis(200);
/// Time between two snapshots of a one-shot command, and between two looks at them.
const ONE_SHOT_PAUSE: Duration = Duration::from_millis(20);

/// How long the pipeline is meant to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// Until the program ends: work is spread over time.
    Continuous,
    /// Until the first complete snapshot: nothing waits for the sake of being spread.
    OneSnapshot,
    /// Until an operation of a command has ended: as for one snapshot, and what earlier runs left
    /// unfinished is reported.
    OneOperation,
    /// As long as a command reads logs: containers are listed, and nothing of them is measured or
    /// probed.
    Logs {
        /// Whether secrets are hidden: then configuration files are read for them.
        masked: bool,
    },
}

impl Lifetime {
    /// Least time between two snapshots.
    pub(in crate::app) const fn pause(self) -> Duration {
        match self {
            Self::Continuous => publisher::PAUSE,
            Self::OneSnapshot | Self::OneOperation | Self::Logs { .. } => ONE_SHOT_PAUSE,
        }
    }
}

/// Settings that running tasks watch.
pub(super) struct SettingSenders {
    pub discovery: watch::Sender<DiscoveryOptions>,
    pub sampling: watch::Sender<SamplingOptions>,
    pub probing: watch::Sender<ProbeOptions>,
    pub reading: watch::Sender<ReadingOptions>,
    pub observing: watch::Sender<ObservingOptions>,
    pub log_sampling: watch::Sender<LogSamplingOptions>,
    pub read_only: watch::Sender<bool>,
    pub auto_heal: watch::Sender<AutoHealSettings>,
    pub image_checks: watch::Sender<ImageCheckOptions>,
    pub external: watch::Sender<ExternalOptions>,
    pub rules: watch::Sender<Vec<ServiceRule>>,
    pub lifetime: Lifetime,
}

impl SettingSenders {
    /// What `settings` ask for.
    pub fn new(settings: &Settings, lifetime: Lifetime) -> Self {
        Self {
            lifetime,
            read_only: watch::Sender::new(settings.engine.read_only),
            auto_heal: watch::Sender::new(settings.auto_heal.clone()),
            image_checks: watch::Sender::new(image_check_options(settings)),
            external: watch::Sender::new(external_options(settings)),
            rules: watch::Sender::new(settings.services.clone()),
            discovery: watch::Sender::new(discovery_options(settings)),
            sampling: watch::Sender::new(sampling_options(settings, lifetime)),
            probing: watch::Sender::new(probe_options(settings, lifetime)),
            reading: watch::Sender::new(reading_options(settings, lifetime)),
            observing: watch::Sender::new(observing_options(settings, lifetime)),
            log_sampling: watch::Sender::new(log_sampling_options(settings, lifetime)),
        }
    }

    /// Puts new settings into force; tasks that nothing of it concerns are not woken.
    pub fn set(&self, settings: &Settings) {
        put(&self.read_only, settings.engine.read_only);
        put(&self.auto_heal, settings.auto_heal.clone());
        put(&self.image_checks, image_check_options(settings));
        put(&self.external, external_options(settings));
        put(&self.rules, settings.services.clone());
        put(&self.discovery, discovery_options(settings));
        put(&self.sampling, sampling_options(settings, self.lifetime));
        put(&self.probing, probe_options(settings, self.lifetime));
        put(&self.reading, reading_options(settings, self.lifetime));
        put(&self.observing, observing_options(settings, self.lifetime));
        let log_sampling = log_sampling_options(settings, self.lifetime);
        put(&self.log_sampling, log_sampling);
    }
}

fn put<T: PartialEq>(sender: &watch::Sender<T>, value: T) {
    sender.send_if_modified(|current| {
        let other = *current != value;
        *current = value;
        other
    });
}

/// Rules and thresholds for the store; `problem` is what is wrong with the config file now.
pub(super) fn rules(settings: &Settings, problem: Option<String>) -> Observation {
    // Where nothing is probed, the last results of probes mean nothing any more.
    let unprobed = ServiceRule {
        no_probe: true,
        ..ServiceRule::of("*")
    };
    let switch = (!settings.probes.enabled).then_some(unprobed);
    Observation::Rules {
        policy: settings.health_policy(),
        rules: switch
            .into_iter()
            .chain(settings.services.iter().cloned())
            .collect(),
        layers: Arc::clone(&settings.layers),
        problem,
    }
}

/// What else the store has to know of the settings; the keys in `waiting` take effect after a restart.
pub(super) fn store_settings(settings: &Settings, waiting: &[&'static str]) -> Observation {
    Observation::Settings {
        discovery: settings.engine.enable_discovery,
        projects: settings.engine.projects.clone(),
        max_events: settings.timeline.max_events,
        production: ProductionPatterns::new(settings.operations.production.clone()),
        waiting: waiting.to_vec(),
    }
}

/// Which engine to connect to.
pub(in crate::app) fn connect_request(settings: &Settings) -> ConnectRequest {
    let engine = &settings.engine;
    ConnectRequest::from_environment(engine.host.clone(), engine.context.clone())
}

fn discovery_options(settings: &Settings) -> DiscoveryOptions {
    DiscoveryOptions {
        enabled: settings.engine.enable_discovery,
        poll_interval: settings.poll.interval,
        projects: settings.engine.projects.clone(),
    }
}

fn sampling_options(settings: &Settings, lifetime: Lifetime) -> SamplingOptions {
    let spread = SamplingOptions::default();
    SamplingOptions {
        enabled: true,
        focused_every: settings.metrics.focused_interval,
        others_every: settings.metrics.background_interval,
        second_after: match lifetime {
            Lifetime::Continuous => spread.second_after,
            Lifetime::OneSnapshot | Lifetime::OneOperation | Lifetime::Logs { .. } => {
                ONE_SHOT_SECOND
            }
        },
    }
}

fn probe_options(settings: &Settings, lifetime: Lifetime) -> ProbeOptions {
    let probes = &settings.probes;
    ProbeOptions {
        enabled: probes.enabled,
        interval: probes.interval,
        timeout: probes.timeout,
        concurrency: probes.concurrency,
        per_host: probes.per_host,
        slow_after: probes.slow_after,
        rules: settings.services.clone().into(),
        read_only: settings.engine.read_only,
        look_every: match lifetime {
            Lifetime::Continuous => ProbeOptions::default().look_every,
            Lifetime::OneSnapshot | Lifetime::OneOperation | Lifetime::Logs { .. } => {
                ONE_SHOT_PAUSE
            }
        },
    }
}

fn reading_options(settings: &Settings, lifetime: Lifetime) -> ReadingOptions {
    let enabled = settings.engine.read_configuration;
    match lifetime {
        Lifetime::Continuous => ReadingOptions {
            enabled,
            ..ReadingOptions::default()
        },
        Lifetime::OneSnapshot | Lifetime::OneOperation | Lifetime::Logs { .. } => ReadingOptions {
            enabled,
            head_start: Duration::ZERO,
        },
    }
}

fn observing_options(settings: &Settings, lifetime: Lifetime) -> ObservingOptions {
    let (enabled, every) = (settings.engine.observe_connections, settings.poll.interval);
    match lifetime {
        Lifetime::Continuous => ObservingOptions {
            enabled,
            every,
            ..ObservingOptions::default()
        },
        Lifetime::OneSnapshot | Lifetime::OneOperation | Lifetime::Logs { .. } => {
            ObservingOptions {
                enabled,
                every,
                head_start: Duration::ZERO,
                spread: Duration::ZERO,
            }
        }
    }
}

fn image_check_options(settings: &Settings) -> ImageCheckOptions {
    ImageCheckOptions {
        enabled: settings.images.check_newer,
        ..ImageCheckOptions::default()
    }
}

fn external_options(settings: &Settings) -> ExternalOptions {
    ExternalOptions {
        url: settings.external.url.clone(),
        every: settings.poll.interval,
    }
}

/// One snapshot has no rates of logs.
fn log_sampling_options(settings: &Settings, lifetime: Lifetime) -> LogSamplingOptions {
    LogSamplingOptions {
        every: (settings.logs.sample_interval).filter(|_| lifetime == Lifetime::Continuous),
        ..LogSamplingOptions::default()
    }
}

#[cfg(test)]
mod tests;
