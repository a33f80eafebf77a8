//! `hubdeck sim`: the simulated engine on a socket, for tests and benchmarks; and the one inside
//! `demo`.

use std::path::PathBuf;

use crate::config::arguments::SimArgs;
use crate::model::Timestamp;
use crate::sim::{self, Bound, Control, Listen, Scenario, SimError};

/// Serves the scenario that `args` describe until ctrl-c or SIGTERM.
///
/// # Errors
/// A scenario that cannot be read, an address that cannot be bound; one sentence.
pub async fn run(args: SimArgs) -> Result<(), String> {
    let scenario = scenario(&args).map_err(|error| error.to_string())?;
    let listen = listen(&args.listen)?;
    let control = Control::new(Timestamp::now);
    let stopper = control.clone();
    tokio::spawn(async move {
        super::signal::asked_to_stop().await;
        stopper.shutdown();
    });
    sim::serve(scenario, listen, control)
        .await
        .map_err(|error| error.to_string())
}

fn scenario(args: &SimArgs) -> Result<Scenario, SimError> {
    match (&args.scenario, args.containers) {
        (Some(file), _) => Scenario::load(file),
        (None, Some(containers)) => {
            Ok(Scenario::sized(containers, args.stopped).with_log_rate(args.log_rate, containers))
        }
        (None, None) => Ok(Scenario::demo()),
    }
}

fn listen(text: &str) -> Result<Listen, String> {
    if let Some(path) = text.strip_prefix("unix:") {
        return Ok(Listen::Unix(PathBuf::from(path.trim_start_matches("//"))));
    }
    text.strip_prefix("tcp://")
        .and_then(|address| address.parse().ok())
        .map(Listen::Tcp)
        .ok_or_else(|| format!("cannot listen on {text:?}; give unix:PATH or tcp://127.0.0.1:PORT"))
}

/// The demo stack on a private socket in a directory of its own; both go when this is dropped.
pub struct Demo {
    control: Control,
    directory: PathBuf,
    /// Address of the socket, `unix://…`.
    pub endpoint: String,
}

impl Demo {
    /// Starts the embedded scenario and waits until it answers.
    ///
    /// # Errors
    /// When no private socket can be made; one sentence.
    pub async fn start() -> Result<Self, String> {
        let directory = private_directory()?;
        let socket = directory.join("engine.sock");
        let endpoint = format!("unix://{}", socket.display());
        let control = Control::new(Timestamp::now);
        let server = sim::serve(Scenario::demo(), Listen::Unix(socket), control.clone());
        let served = tokio::spawn(server);
        let demo = Self {
            control,
            directory,
            endpoint,
        };
        tokio::select! {
            bound = demo.control.ready() => match bound {
                Bound::Unix(_) | Bound::Tcp(_) => Ok(demo),
            },
            ended = served => Err(match ended {
                Ok(Err(error)) => error.to_string(),
                Ok(Ok(())) | Err(_) => "the demo stack ended before it began".to_owned(),
            }),
        }
    }
}

#[cfg(test)]
impl Demo {
    /// What the simulated engine does beside answering.
    pub const fn control(&self) -> &Control {
        &self.control
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.control.shutdown();
        if let Err(error) = std::fs::remove_dir_all(&self.directory) {
            tracing::debug!("cannot remove {}: {error}", self.directory.display());
        }
    }
}

/// A new directory that only this user may enter.
fn private_directory() -> Result<PathBuf, String> {
    use std::os::unix::fs::DirBuilderExt as _;
    let name = format!(
        "hubdeck-demo-{}-{:08x}",
        std::process::id(),
        fastrand::u32(..)
    );
    let directory = std::env::temp_dir().join(name);
    std::fs::DirBuilder::new()
        .mode(0o700)
        .create(&directory)
        .map_err(|error| {
            format!(
                "cannot make {} for the demo stack: {error}",
                directory.display()
            )
        })?;
    Ok(directory)
}
