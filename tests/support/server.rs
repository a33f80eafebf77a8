//! `hubdeck --serve` as a process of its own, on a simulated engine that is one, too.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::hubdeck::{Background, Home, PROGRAM, eventually, free_port};

/// How long anything may take on a busy machine.
pub const LIMIT: Duration = Duration::from_secs(20);

/// A simulated engine on a socket, in a process of its own.
pub struct Engine {
    server: Background,
    folder: tempfile::TempDir,
}

impl Engine {
    /// Starts the demo stack, in which something breaks from time to time, and waits until it listens.
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// Starts `containers` containers of which none fails.
    pub fn calm(containers: &str) -> Self {
        Self::with(&["--containers", containers])
    }

    /// Starts the stacks that the text `scenario` describes.
    pub fn of(scenario: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("scenario.toml");
        fs::write(&file, scenario).unwrap();
        let file = file.display().to_string();
        Self::in_folder(folder, &["--scenario", &file])
    }

    /// Kills it in the middle of whatever it does.
    pub fn kill(&mut self) {
        self.server.0.kill().unwrap();
        self.server.0.wait().unwrap();
    }

    fn with(arguments: &[&str]) -> Self {
        Self::in_folder(tempfile::tempdir().unwrap(), arguments)
    }

    fn in_folder(folder: tempfile::TempDir, arguments: &[&str]) -> Self {
        let socket = folder.path().join("engine.sock");
        let mut command = Command::new(PROGRAM);
        command.args(["sim", "--listen", &format!("unix:{}", socket.display())]);
        command.args(arguments);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let server = Background(command.spawn().unwrap());
        eventually("the simulated engine listens", LIMIT, || {
            socket.exists().then_some(())
        });
        Self { server, folder }
    }

    /// A home whose engine it is.
    pub fn home(&self) -> Home {
        Home::with_engine(&format!(
            "unix://{}/engine.sock",
            self.folder.path().display()
        ))
    }
}

/// A running `hubdeck --serve` and the lines of its log.
pub struct Server {
    child: Child,
    pub port: u16,
    lines: mpsc::Receiver<String>,
}

impl Server {
    /// Starts `hubdeck --serve ARGUMENTS`.
    pub fn start(home: &Home, arguments: &[&str]) -> Self {
        Self::of(home.piped(&[&["--serve"], arguments].concat()))
    }

    /// Starts `command`, which ends in `hubdeck --serve`, on a free port.
    pub fn of(mut command: Command) -> Self {
        let port = free_port();
        command.env("HUBDECK_SERVE_PORT", port.to_string());
        Self::at(command, port)
    }

    /// Starts `command`, which listens on `port`.
    pub fn at(mut command: Command, port: u16) -> Self {
        let mut child = command.spawn().unwrap();
        let (sender, lines) = mpsc::channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                // The test may have ended.
                drop(sender.send(line));
            }
        });
        Self { child, port, lines }
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The lines of the log that were not read yet.
    pub fn lines(&self) -> Vec<String> {
        self.lines.try_iter().collect()
    }

    /// Waits for a line of the log that holds `text`.
    pub fn line(&self, text: &str) -> String {
        let deadline = Instant::now() + LIMIT;
        let mut seen = Vec::new();
        while let Ok(line) = self
            .lines
            .recv_timeout(deadline.saturating_duration_since(Instant::now()))
        {
            if line.contains(text) {
                return line;
            }
            seen.push(line);
        }
        panic!("no line with {text:?} in {seen:#?}");
    }

    /// Kills it; gives the lines that were not read yet.
    pub fn kill(mut self) -> Vec<String> {
        // It may have ended by itself.
        let _ = self.child.kill();
        self.lines.iter().collect()
    }

    /// Sends SIGTERM; gives the exit code and the lines that were not read yet.
    pub fn stop(mut self) -> (Option<i32>, Vec<String>) {
        let id = i32::try_from(self.child.id()).unwrap();
        rustix::process::kill_process(
            rustix::process::Pid::from_raw(id).unwrap(),
            rustix::process::Signal::TERM,
        )
        .unwrap();
        let code = self.child.wait().unwrap().code();
        (code, self.lines.iter().collect())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Writes the config file of `home`.
pub fn write_config(home: &Home, text: &str) {
    let folder = home.path().join("config/hubdeck");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("config.toml"), text).unwrap();
}
