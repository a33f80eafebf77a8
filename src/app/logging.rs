//! The hubdeck log: to the screen's log view in the console, to standard error headless, and to a
//! file.

mod file;

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::watch;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, Registry, reload};

use crate::config::{LogFormat, LogLevel, LogSettings};
use crate::model::secrets::KnownSecrets;

use file::{LogFile, LogFileWriter, Rotation};

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
    secrets: watch::Sender<Arc<KnownSecrets>>,
    file: Option<Arc<LogFile>>,
}

impl OwnLog {
    /// Opens the log file of that name again: another program may have renamed the one before.
    pub fn reopen_file(&self) {
        let Some(file) = &self.file else {
            return;
        };
        match file.reopen() {
            Ok(()) => tracing::info!("log file opened again"),
            Err(error) => tracing::error!("the log file cannot be opened again: {error}"),
        }
    }

    /// Writes lines of `level` and more important ones from now on.
    pub fn set_level(&self, level: LogLevel) {
        for handle in &self.levels {
            // Fails only where the log is gone, and then there is nothing to set.
            drop(handle.reload(targets(filter(level))));
        }
    }

    /// Hides these values in every line that is written from now on. The log view hides what is
    /// known when it is drawn.
    pub fn hide(&self, known: &Arc<KnownSecrets>) {
        self.secrets.send_if_modified(|hidden| {
            let differs = !Arc::ptr_eq(hidden, known);
            if differs {
                hidden.clone_from(known);
            }
            differs
        });
    }
}

/// Sets the process up for logging, once.
///
/// # Errors
/// When the log file cannot be opened, or logging was set up before.
pub fn start(log: &LogSettings, destination: Destination) -> Result<OwnLog, String> {
    let mut outputs = Outputs::new(log);
    outputs.add_file()?;
    match destination {
        Destination::Screen => outputs.add_screen(),
        Destination::Stderr => outputs.add(std::io::stderr),
    }
    tracing_subscriber::registry()
        .with(outputs.layers)
        .try_init()
        .map_err(|error| format!("cannot start the hubdeck log: {error}"))?;
    Ok(outputs.log)
}

/// Where the lines of the log go.
struct Outputs<'a> {
    settings: &'a LogSettings,
    layers: Vec<BoxedLayer>,
    /// Secrets that are hidden in the lines.
    known: watch::Receiver<Arc<KnownSecrets>>,
    log: OwnLog,
}

impl<'a> Outputs<'a> {
    fn new(settings: &'a LogSettings) -> Self {
        let (secrets, known) = watch::channel(Arc::default());
        let log = OwnLog {
            levels: Vec::new(),
            secrets,
            file: None,
        };
        Self {
            settings,
            layers: Vec::new(),
            known,
            log,
        }
    }

    /// The filter of one more output, which follows the level that is set.
    fn filter(&mut self) -> reload::Layer<Targets, Registry> {
        let (filter, handle) = reload::Layer::new(targets(filter(self.settings.level)));
        self.log.levels.push(handle);
        filter
    }

    /// Without `init_logger`, whose thread wakes 100 times a second: the frame loop moves the
    /// events. The level is set here alone, so that it can change.
    fn add_screen(&mut self) {
        tui_logger::set_default_level(tui_logger::LevelFilter::Trace);
        let screen = tui_logger::TuiTracingSubscriberLayer.with_filter(self.filter());
        self.layers.push(screen.boxed());
    }

    /// The file that the settings name, if they name one.
    fn add_file(&mut self) -> Result<(), String> {
        if let Some(path) = &self.settings.file {
            let rotation = Rotation {
                max_bytes: self.settings.max_bytes.into(),
                max_files: self.settings.max_files,
            };
            let file = LogFile::open(path, rotation).map_err(|error| unusable(path, &error))?;
            let file = Arc::new(file);
            self.log.file = Some(Arc::clone(&file));
            self.add(move || LogFileWriter(Arc::clone(&file)));
        }
        Ok(())
    }

    /// Lines of text without secrets into what `output` opens.
    fn add<W: Write>(&mut self, output: impl Fn() -> W + Send + Sync + 'static) {
        let (known, level) = (self.known.clone(), self.filter());
        let writer = move || Masked {
            to: output(),
            known: known.clone(),
        };
        self.layers
            .push(formatted(self.settings.format, writer, level));
    }
}

/// The log as `log` asks for, into its file alone and not for the whole process.
///
/// # Errors
/// When the log file cannot be opened.
#[cfg(test)]
pub fn in_file(log: &LogSettings) -> Result<(tracing::Dispatch, OwnLog), String> {
    let mut outputs = Outputs::new(log);
    outputs.add_file()?;
    let subscriber = tracing_subscriber::registry().with(outputs.layers);
    Ok((subscriber.into(), outputs.log))
}

/// What hubdeck itself says at `level`. Libraries below it only complain: what they log beside
/// that holds requests and answers, and with them the definitions of containers.
fn targets(level: LevelFilter) -> Targets {
    let others = if level > LevelFilter::WARN {
        LevelFilter::WARN
    } else {
        level
    };
    Targets::new()
        .with_default(others)
        .with_target(env!("CARGO_PKG_NAME"), level)
}

/// Writes lines without the secrets that are known and those that the lines themselves show:
/// errors of an engine may quote a command, and what runs there may repeat what it was given.
struct Masked<W> {
    to: W,
    /// A channel of the log's own: whoever logs may be reading a snapshot at the moment.
    known: watch::Receiver<Arc<KnownSecrets>>,
}

impl<W: Write> Write for Masked<W> {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        let known = Arc::clone(&self.known.borrow());
        self.to
            .write_all(known.mask(&String::from_utf8_lossy(line)).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.to.flush()
    }
}

fn formatted<W>(format: LogFormat, writer: W, level: reload::Layer<Targets, Registry>) -> BoxedLayer
where
    W: for<'a> tracing_subscriber::fmt::MakeWriter<'a> + Send + Sync + 'static,
{
    let layer = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_target(false)
        .with_writer(writer);
    match format {
        LogFormat::Simple => layer.with_filter(level).boxed(),
        LogFormat::Json => layer.json().flatten_event(true).with_filter(level).boxed(),
    }
}

fn unusable(path: &Path, error: &std::io::Error) -> String {
    format!(
        "cannot open the log file {}: {error}; set log.file to a writable path",
        path.display()
    )
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_become_known_are_hidden_in_the_lines_after_it() {
        let (sender, known) = watch::channel(Arc::<KnownSecrets>::default());
        let log = OwnLog {
            levels: Vec::new(),
            secrets: sender,
            file: None,
        };
        let mut written = Vec::new();
        let mut writer = Masked {
            to: &mut written,
            known,
        };
        writer
            .write_all(b"refused Pw-of-db-42, tried --password Other-Pw-7\n")
            .expect("a line");
        let mut secrets = KnownSecrets::default();
        secrets.learn_text("DB_PASSWORD=Pw-of-db-42\nAPI_KEY='a\"quoted\"-Key-9'\n");
        log.hide(&Arc::new(secrets));
        writer
            .write_all(b"refused Pw-of-db-42\n{\"message\":\"a\\\"quoted\\\"-Key-9\"}\n")
            .expect("lines");
        writer.flush().expect("written");
        let text = String::from_utf8(written).expect("text");
        assert_eq!(
            text,
            "refused Pw-of-db-42, tried --password ***\nrefused ***\n{\"message\":\"***\"}\n"
        );
    }
}
