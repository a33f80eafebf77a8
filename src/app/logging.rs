//! hubdeck's own log: to the screen's log view in the console, to standard error headless, and to a file.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, Registry, reload};

use crate::config::{Log, LogFormat, LogLevel};
use crate::model::secrets::mask_text;

/// Where the log goes besides its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// The log view of the console (tui-logger).
    Screen,
    /// Standard error.
    Stderr,
}

type BoxedLayer = Box<dyn tracing_subscriber::Layer<Registry> + Send + Sync>;
type LevelHandle = reload::Handle<Targets, Registry>;

/// The log while the program runs.
#[derive(Clone, Debug)]
pub struct OwnLog {
    levels: Vec<LevelHandle>,
}

impl OwnLog {
    /// Writes lines of `level` and more important ones from now on.
    pub fn set_level(&self, level: LogLevel) {
        for handle in &self.levels {
            // Fails only where the log is gone, and then there is nothing to set.
            drop(handle.reload(targets(filter(level))));
        }
    }
}

/// Sets the process up for logging, once.
///
/// # Errors
/// When the log file cannot be opened, or logging was set up before.
pub fn start(log: &Log, destination: Destination) -> Result<OwnLog, String> {
    let file = log.file.as_deref().map(open).transpose()?;
    let mut levels = Vec::new();
    let mut level = || {
        let (filter, handle) = reload::Layer::new(targets(filter(log.level)));
        levels.push(handle);
        filter
    };
    let mut layers: Vec<BoxedLayer> = Vec::new();
    match destination {
        Destination::Screen => {
            // Without `init_logger`, whose thread wakes 100 times a second: the frame loop moves the events. The
            // level is set here alone, so that it can change.
            tui_logger::set_default_level(tui_logger::LevelFilter::Trace);
            layers.push(tui_logger::TuiTracingSubscriberLayer.with_filter(level()).boxed());
        }
        Destination::Stderr => layers.push(formatted(log.format, || Masked(std::io::stderr()), level())),
    }
    if let Some(file) = file {
        let file = std::sync::Arc::new(file);
        layers.push(formatted(log.format, move || Masked(std::sync::Arc::clone(&file)), level()));
    }
    tracing_subscriber::registry()
        .with(layers)
        .try_init()
        .map_err(|error| format!("cannot start hubdeck's own log: {error}"))?;
    Ok(OwnLog { levels })
}

/// What hubdeck itself says at `level`. Libraries below it only complain: what they tell beside that holds requests and
/// answers, and with them the definitions of containers.
fn targets(level: LevelFilter) -> Targets {
    let others = if level > LevelFilter::WARN { LevelFilter::WARN } else { level };
    Targets::new().with_default(others).with_target(env!("CARGO_PKG_NAME"), level)
}

/// Writes lines with the secrets masked that they tell of: errors of an engine may quote a command.
struct Masked<W>(W);

impl<W: Write> Write for Masked<W> {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        self.0.write_all(mask_text(&String::from_utf8_lossy(line)).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

fn formatted<W>(format: LogFormat, writer: W, level: reload::Layer<Targets, Registry>) -> BoxedLayer
where
    W: for<'a> tracing_subscriber::fmt::MakeWriter<'a> + Send + Sync + 'static,
{
    let layer = tracing_subscriber::fmt::layer().with_ansi(false).with_target(false).with_writer(writer);
    match format {
        LogFormat::Simple => layer.with_filter(level).boxed(),
        LogFormat::Json => layer.json().flatten_event(true).with_filter(level).boxed(),
    }
}

fn open(path: &Path) -> Result<File, String> {
    OpenOptions::new().create(true).append(true).open(path).map_err(|error| {
        format!("cannot open the log file {}: {error}; set log.file to a writable path", path.display())
    })
}

const fn filter(level: LogLevel) -> LevelFilter {
    match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    }
}
