//! Figures from the logs of running services: each log is read now and then from where the last
//! reading ended, a bounded number of lines at a time.

mod schedule;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::logs::LogHub;
use super::{connected, connections};
use crate::engine::{Engine, EngineError};
use crate::logs::figures::{FigureCounter, LogReading};
use crate::logs::record_reader::RecordReader;
use crate::logs::without_secrets;
use crate::model::secrets::KnownSecrets;
use crate::model::{
    InstanceId, LogLine, Observation, Service, ServiceId, Snapshot, Timestamp, sections,
};
use schedule::{LogJob, ReadingSchedule, SourceJob};

/// How often logs are read; may change while it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogSamplingOptions {
    /// Time between two readings of one log; `None` reads none.
    pub every: Option<Duration>,
    /// Longest time from a moment at which something is due until it is read.
    pub tick: Duration,
}

impl Default for LogSamplingOptions {
    fn default() -> Self {
        Self {
            every: sections::LOG_SAMPLE_INTERVAL,
            tick: Duration::from_secs(1),
        }
    }
}

/// Time between two readings of a log that somebody follows, whose figures are looked at …
const FOLLOWED: Duration = Duration::from_secs(5);
/// … where not so many are followed that this time of each is longer.
const EACH_FOLLOWED: Duration = Duration::from_millis(250);
/// Logs read side by side.
const CONCURRENCY: usize = 2;
/// Most lines that the engine is asked for at once.
const MOST: u32 = 1_000;
/// Longest time one reading may take.
const LIMIT: Duration = Duration::from_secs(5);

/// Reads the logs of running services for as long as `out` is read, and sends their figures; those of
/// what is followed in `logs` more often.
pub async fn run(
    mut link: watch::Receiver<Option<Engine>>,
    logs: LogHub,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    options: watch::Receiver<LogSamplingOptions>,
    out: mpsc::Sender<Observation>,
) {
    let mut sampler = LogSampler {
        logs,
        snapshots,
        schedule: ReadingSchedule::default(),
        counters: HashMap::new(),
        out,
    };
    while let Some(engine) = connected(&mut link, &sampler.out).await {
        if sampler
            .until_lost(&engine, &mut link, &options)
            .await
            .is_none()
        {
            return;
        }
    }
}

/// What is known of every log, and the channel to the store.
struct LogSampler {
    logs: LogHub,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    schedule: ReadingSchedule,
    counters: HashMap<ServiceId, FigureCounter>,
    out: mpsc::Sender<Observation>,
}

/// What the engine gave of one container.
struct SourceReading {
    source: SourceJob,
    read: Result<Lines, EngineError>,
    /// When the reading ended.
    until: Timestamp,
}

impl LogSampler {
    /// Reads until the link changes; `None` when nobody reads any more.
    async fn until_lost(
        &mut self,
        engine: &Engine,
        link: &mut watch::Receiver<Option<Engine>>,
        options: &watch::Receiver<LogSamplingOptions>,
    ) -> Option<()> {
        let mut ticks = interval(options.borrow().tick);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let out = self.out.clone();
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                changed = link.changed() => {
                    changed.ok()?;
                    return Some(());
                }
                () = out.closed() => return None,
            }
            let every = options.borrow().every;
            if let Some(every) = every {
                self.pass(engine, every).await?;
            }
        }
    }

    /// Reads what is due; `None` when nobody reads any more.
    async fn pass(&mut self, engine: &Engine, every: Duration) -> Option<()> {
        let snapshot = Arc::clone(&self.snapshots.borrow());
        // Patterns quote lines: first every secret has to be known.
        if !connections::knows_all(&snapshot) {
            return Some(());
        }
        let intervals = Intervals::of(self.logs.followed(), every);
        let of = |service: &Service| intervals.of_service(service);
        let due = self.schedule.due(Instant::now(), &snapshot, of);
        let known = |id: &_| snapshot.services.iter().any(|service| service.id == *id);
        self.counters.retain(|id, _| known(id));
        let readings = stream::iter(due)
            .map(|job| async move {
                // Every container is read at least up to here.
                let end = Timestamp::now();
                let mut readings = Vec::new();
                for source in &job.sources {
                    readings.push(read_source(engine, source.clone()).await);
                }
                (job, end, readings)
            })
            .buffer_unordered(CONCURRENCY);
        let mut readings = std::pin::pin!(readings);
        while let Some((job, end, readings)) = readings.next().await {
            let readings = masked(readings, &snapshot.secrets);
            self.take(job, end, readings, every).await?;
        }
        Some(())
    }

    /// Counts what was read of a service and sends its figures.
    async fn take(
        &mut self,
        job: LogJob,
        end: Timestamp,
        readings: Vec<SourceReading>,
        every: Duration,
    ) -> Option<()> {
        let counter = self.counters.entry(job.service.clone()).or_default();
        let mut is_read = false;
        for SourceReading {
            source,
            read,
            until,
        } in readings
        {
            match read {
                Ok(lines) => {
                    self.logs.saw(&source.source.instance, &lines.records);
                    (self.schedule).done(&source, until, lines.newest, lines.count);
                    counter.add(&LogReading {
                        lines: lines.records,
                        since: source.read_until,
                        until,
                        is_cut: lines.count >= MOST,
                    });
                    is_read = true;
                }
                Err(error) => {
                    tracing::debug!("the log of {} gives no figures: {error}", job.service);
                    self.schedule.failed(&source, Instant::now(), every);
                }
            }
        }
        let Some(figures) = counter.figures(end, job.started).filter(|_| is_read) else {
            return Some(());
        };
        let observation = Observation::LogFigures {
            service: job.service,
            figures,
        };
        self.out.send(observation).await.ok()
    }
}

/// How often logs are read.
struct Intervals {
    followed: HashSet<InstanceId>,
    /// Of those that are followed.
    often: Duration,
    /// Of all others.
    every: Duration,
}

impl Intervals {
    fn of(followed: HashSet<InstanceId>, every: Duration) -> Self {
        let count = u32::try_from(followed.len()).unwrap_or(u32::MAX);
        let often = FOLLOWED.max(EACH_FOLLOWED.saturating_mul(count)).min(every);
        Self {
            followed,
            often,
            every,
        }
    }

    fn of_service(&self, service: &Service) -> Duration {
        let mut instances = service.instances.iter();
        if instances.any(|it| self.followed.contains(&it.facts.id)) {
            self.often
        } else {
            self.every
        }
    }
}

/// The readings without secrets: cut into tokens they would not be recognised any more.
fn masked(mut readings: Vec<SourceReading>, secrets: &KnownSecrets) -> Vec<SourceReading> {
    for lines in readings.iter_mut().filter_map(|it| it.read.as_mut().ok()) {
        for line in &mut lines.records {
            if let Some(masked) = without_secrets(&line.text, secrets) {
                line.text = masked;
            }
        }
    }
    readings
}

/// The latest lines of a log.
#[derive(Debug, Default)]
struct Lines {
    records: Vec<LogLine>,
    /// How many lines the records were made of.
    count: u32,
    /// The time of the newest.
    newest: Option<Timestamp>,
}

/// Reads a log from where the last reading ended: first as many lines as are likely, as an engine
/// reads every line that it is asked for from its file; where so many came, up to [`MOST`].
async fn read_source(engine: &Engine, source: SourceJob) -> SourceReading {
    let tail = source.expected.min(MOST);
    let mut read = read_lines(engine, &source, tail).await;
    if tail < MOST && matches!(&read, Ok(lines) if lines.count >= tail) {
        read = read_lines(engine, &source, MOST).await;
    }
    SourceReading {
        source,
        read,
        until: Timestamp::now(),
    }
}

/// The latest lines, `tail` at most.
async fn read_lines(engine: &Engine, source: &SourceJob, tail: u32) -> Result<Lines, EngineError> {
    let mut batches = engine.logs(&source.source, Some(tail), source.since(), false);
    let (mut reader, mut lines) = (RecordReader::default(), Lines::default());
    let all = async {
        while let Some(batch) = batches.next().await {
            for line in batch? {
                // An engine may give lines from before the time that it was asked for.
                if line.at.is_none() || line.at > source.last_line {
                    lines.count += 1;
                    lines.newest = lines.newest.max(line.at);
                    reader.push(line, &mut lines.records);
                }
            }
        }
        Ok(())
    };
    match timeout(LIMIT, all).await {
        Ok(read) => read?,
        // What came is counted; the rest comes with the next reading.
        Err(_elapsed) => tracing::debug!("a log was not read within {} s", LIMIT.as_secs()),
    }
    reader.flush(&mut lines.records);
    // What the reader says itself is no line.
    lines.records.retain(|line| line.mark.is_none());
    Ok(lines)
}
