//! hubdeck's own log: to the screen's log view in the console, to standard error headless, and to a file.

use std::fs::{File, OpenOptions};
use std::path::Path;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer as _;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::{Log, LogFormat, LogLevel};

/// Where the log goes besides its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// The log view of the console (tui-logger).
    Screen,
    /// Standard error.
    Stderr,
}

type BoxedLayer<S> = Box<dyn tracing_subscriber::Layer<S> + Send + Sync>;

/// Sets the process up for logging, once.
///
/// # Errors
/// When the log file cannot be opened, or logging was set up before.
pub fn start(log: &Log, destination: Destination) -> Result<(), String> {
    let file = log.file.as_deref().map(open).transpose()?;
    let level = filter(log.level);
    let mut layers: Vec<BoxedLayer<tracing_subscriber::Registry>> = Vec::new();
    match destination {
        Destination::Screen => {
            // Without `init_logger`, whose thread wakes 100 times a second: the frame loop moves the events.
            tui_logger::set_default_level(own_level(log.level));
            layers.push(tui_logger::TuiTracingSubscriberLayer.with_filter(level).boxed());
        }
        Destination::Stderr => layers.push(formatted(log.format, std::io::stderr, level)),
    }
    if let Some(file) = file {
        layers.push(formatted(log.format, std::sync::Arc::new(file), level));
    }
    tracing_subscriber::registry()
        .with(layers)
        .try_init()
        .map_err(|error| format!("cannot start hubdeck's own log: {error}"))
}

fn formatted<S, W>(format: LogFormat, writer: W, level: LevelFilter) -> BoxedLayer<S>
where
    S: tracing::Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>,
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

const fn own_level(level: LogLevel) -> tui_logger::LevelFilter {
    match level {
        LogLevel::Error => tui_logger::LevelFilter::Error,
        LogLevel::Warn => tui_logger::LevelFilter::Warn,
        LogLevel::Info => tui_logger::LevelFilter::Info,
        LogLevel::Debug => tui_logger::LevelFilter::Debug,
        LogLevel::Trace => tui_logger::LevelFilter::Trace,
    }
}
