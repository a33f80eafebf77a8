//! Engines behind SSH: every connection is `docker system dial-stdio` there, over one login that
//! all share.
//!
//! A login is a master of the `ssh` program (`ControlMaster`): connections are its sessions.
//! Servers allow few sessions on one login (`MaxSessions`, usually 10) and few logins at a time
//! (`MaxStartups`), so another login is made only when the sessions of those that are there are
//! used up.

mod error_message;
mod session;
mod target;

use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::net::UnixStream;
use tokio::process::{Child, ChildStderr, Command};
use tokio::sync::{Mutex as AsyncMutex, Semaphore};

pub(super) use session::SshSession;
pub(super) use target::Target;

/// Logins that may be under way at the same time.
const LOGINS: usize = 3;
/// Sessions on one login, until a server shows that it allows fewer.
const SESSIONS: usize = 9;
/// Time a login may take.
const LOGIN_LIMIT: Duration = Duration::from_secs(15);
/// Bytes kept of what a program writes to standard error.
const OUTPUT_LIMIT: usize = 4 << 10;
/// Longest directory in which sockets still have names that the system takes.
const DIRECTORY: usize = 60;
/// What holds for every call of ssh: it asks nothing, opens no terminal, forwards nothing, and
/// shares logins. A master that its program could not end leaves by itself.
const OPTIONS: [&str; 8] = [
    "BatchMode=yes",
    "LogLevel=ERROR",
    "ConnectTimeout=10",
    "ServerAliveInterval=10",
    "ServerAliveCountMax=3",
    "ClearAllForwardings=yes",
    "ControlMaster=auto",
    "ControlPersist=60",
];

/// The logins to one host.
#[derive(Debug)]
pub(super) struct Ssh {
    target: Target,
    /// Where directories for sockets may be made.
    places: Vec<PathBuf>,
    state: Lock<State>,
    /// Sessions that the server allows on one login.
    sessions: AtomicUsize,
    logins: Semaphore,
    closed: AtomicBool,
}

/// Connections are opened side by side and share the logins; held for moments, never over an
/// `await`.
#[allow(
    clippy::disallowed_types,
    reason = "whoever opens a connection takes a place on a login at once"
)]
type Lock<T> = std::sync::Mutex<T>;

#[derive(Debug, Default)]
struct State {
    /// Where the sockets of the masters lie, once there is one.
    directory: Option<PathBuf>,
    masters: Vec<Arc<Master>>,
}

/// One login, or the place for one.
#[derive(Debug)]
struct Master {
    socket: PathBuf,
    sessions: AtomicUsize,
    /// Held while it logs in.
    login: AsyncMutex<()>,
}

/// A session's place on a login.
#[derive(Debug)]
struct Slot(Arc<Master>);

impl Drop for Slot {
    fn drop(&mut self) {
        self.0.sessions.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Ssh {
    /// Nothing is called yet. Sockets lie in `runtime_dir`, or where temporary files do.
    pub fn new(target: Target, runtime_dir: Option<&Path>) -> Self {
        let places = runtime_dir
            .map(Path::to_owned)
            .into_iter()
            .chain([std::env::temp_dir(), "/tmp".into()]);
        Self {
            target,
            places: places.collect(),
            state: Lock::default(),
            sessions: AtomicUsize::new(SESSIONS),
            logins: Semaphore::new(LOGINS),
            closed: AtomicBool::new(false),
        }
    }

    /// Where it leads to.
    pub const fn target(&self) -> &Target {
        &self.target
    }

    /// A connection to the engine.
    ///
    /// # Errors
    /// One clause why there is none. What fails behind the login shows when the session is read
    /// from.
    pub async fn open(self: &Arc<Self>) -> Result<SshSession, String> {
        let slot = self.slot()?;
        self.log_in(&slot.0).await?;
        let mut command = self.command(&slot.0.socket);
        command
            .args(self.target.arguments())
            .args(self.target.command());
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let child = command.spawn().map_err(|error| not_started(&error))?;
        SshSession::new(child, slot, Arc::clone(self))
    }

    /// A place on the first login that has one.
    fn slot(&self) -> Result<Slot, String> {
        if self.closed.load(Ordering::Relaxed) {
            return Err("hubdeck is ending".into());
        }
        let most = self.sessions.load(Ordering::Relaxed);
        let mut state = self.state();
        let free = state
            .masters
            .iter()
            .find(|master| master.sessions.load(Ordering::Relaxed) < most);
        let master = match free {
            Some(master) => Arc::clone(master),
            None => self.add_master(&mut state)?,
        };
        master.sessions.fetch_add(1, Ordering::Relaxed);
        Ok(Slot(master))
    }

    /// One more login, which is made when its first session begins.
    fn add_master(&self, state: &mut State) -> Result<Arc<Master>, String> {
        let directory = match &state.directory {
            Some(directory) => directory.clone(),
            None => state.directory.insert(self.make_directory()?).clone(),
        };
        let master = Arc::new(Master {
            socket: directory.join(state.masters.len().to_string()),
            sessions: AtomicUsize::new(0),
            login: AsyncMutex::new(()),
        });
        state.masters.push(Arc::clone(&master));
        Ok(master)
    }

    /// Starts the program that logs in; it ends when the login is done, and the master stays behind.
    fn start_login(&self, master: &Master) -> Result<Child, String> {
        let mut command = self.command(&master.socket);
        command.args(["-f", "-N"]).args(self.target.arguments());
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        command.spawn().map_err(|error| not_started(&error))
    }

    /// Makes sure that `master` is logged in.
    async fn log_in(&self, master: &Master) -> Result<(), String> {
        let _alone = master.login.lock().await;
        if UnixStream::connect(&master.socket).await.is_ok() {
            return Ok(());
        }
        let _few = self.logins.acquire().await;
        let mut child = self.start_login(master)?;
        let output = tokio::spawn(read_all(child.stderr.take()));
        let status = match tokio::time::timeout(LOGIN_LIMIT, child.wait()).await {
            Ok(status) => status.map_err(|error| error.to_string())?,
            Err(_elapsed) => {
                return Err(format!(
                    "no login to {} within {} s",
                    self.target.place(),
                    LOGIN_LIMIT.as_secs()
                ));
            }
        };
        if status.success() {
            return Ok(());
        }
        let output = output.await.unwrap_or_default();
        Err(error_message::clause(&output, status.code(), &self.target))
    }

    /// ssh with everything that every call has.
    fn command(&self, socket: &Path) -> Command {
        let mut command = Command::new("ssh");
        command.arg("-T");
        for option in OPTIONS {
            command.args(["-o", option]);
        }
        command
            .arg("-o")
            .arg(format!("ControlPath={}", socket.display()));
        // A key that stops or interrupts the program in the terminal is not meant for it.
        command.process_group(0).kill_on_drop(true);
        command
    }

    /// The server refused one of the sessions that are open on `master`: it allows fewer than that.
    fn set_master(&self, master: &Master) {
        let allowed = master
            .sessions
            .load(Ordering::Relaxed)
            .saturating_sub(1)
            .max(1);
        self.sessions.fetch_min(allowed, Ordering::Relaxed);
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new directory that only this user may enter.
    fn make_directory(&self) -> Result<PathBuf, String> {
        // ssh reads these in a path as more than themselves.
        let plain = |path: &Path| {
            let text = path.to_string_lossy();
            text.len() <= DIRECTORY
                && text
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c))
        };
        let mut problem = "no directory is short enough for the sockets of ssh".to_owned();
        for place in self.places.iter().filter(|place| plain(place)) {
            let path = place.join(format!(
                "hubdeck-{}-{:06x}",
                std::process::id(),
                fastrand::u32(..1 << 24)
            ));
            match std::fs::DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(path),
                Err(error) => problem = format!("cannot make {} for ssh: {error}", path.display()),
            }
        }
        Err(problem)
    }

    /// Ends every login; none is made afterwards.
    pub async fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
        for goodbye in self.goodbyes() {
            // A master that is gone already needs none.
            let _ = Command::from(goodbye).status().await;
        }
        self.clear();
    }

    /// The calls that end the logins that are there.
    fn goodbyes(&self) -> Vec<std::process::Command> {
        let masters = std::mem::take(&mut self.state().masters);
        let living = masters.iter().filter(|master| master.socket.exists());
        living
            .map(|master| {
                let mut command = std::process::Command::new("ssh");
                command.arg("-oLogLevel=ERROR").args(["-O", "exit", "-o"]);
                command
                    .arg(format!("ControlPath={}", master.socket.display()))
                    .args(self.target.arguments());
                command
                    .stdin(Stdio::null())
                    .stdout(Stdio::null())
                    .stderr(Stdio::null());
                command
            })
            .collect()
    }

    fn clear(&self) {
        let directory = self.state().directory.take();
        if let Some(directory) = directory
            && let Err(error) = std::fs::remove_dir_all(&directory)
        {
            tracing::debug!("cannot remove {}: {error}", directory.display());
        }
    }
}

impl Drop for Ssh {
    fn drop(&mut self) {
        for mut goodbye in self.goodbyes() {
            let _ = goodbye.status();
        }
        self.clear();
    }
}

/// What a program writes to standard error, [`OUTPUT_LIMIT`] bytes at most.
async fn read_all(stderr: Option<ChildStderr>) -> String {
    let mut output = Vec::new();
    if let Some(stderr) = stderr {
        // What was read up to an error counts all the same.
        let _ = stderr
            .take(OUTPUT_LIMIT as u64)
            .read_to_end(&mut output)
            .await;
    }
    String::from_utf8_lossy(&output).into_owned()
}

fn not_started(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "the ssh program is not installed here".into(),
        _ => format!("ssh cannot be started: {error}"),
    }
}
