//! A small stack on the real engine, a console that restarts it, and what both have to tell
//! afterwards.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::disk::Disk;
use crate::support::docker::{Container, docker};
use crate::support::hubdeck::{Background, Home};
use crate::support::pty::Terminal;

/// The services, each depending on the one before.
pub const SERVICES: [&str; 3] = ["first", "second", "third"];

/// Takes a second to stop; healthy a second after its start.
const PROGRAM: &str =
    "rm -f /up; trap 'sleep 1; exit 0' TERM; (sleep 1; touch /up) & while :; do sleep 0.1; done";

/// Three containers of one stack.
pub struct Stack {
    pub name: String,
    _containers: Vec<Container>,
}

impl Stack {
    pub fn start(name: &str) -> Self {
        let one = |at: usize| {
            let service = SERVICES[at];
            let needs = at.checked_sub(1).map_or(String::new(), |at| {
                format!("{}:service_healthy:true", SERVICES[at])
            });
            let labels = [
                format!("com.docker.compose.project={name}"),
                format!("com.docker.compose.service={service}"),
                "com.docker.compose.container-number=1".to_owned(),
                "com.docker.compose.oneoff=False".to_owned(),
                format!("com.docker.compose.depends_on={needs}"),
            ];
            let labels: Vec<&str> = labels
                .iter()
                .flat_map(|label| ["--label", label.as_str()])
                .collect();
            let check = [
                "--health-cmd",
                "test -e /up",
                "--health-interval",
                "1s",
                "--health-retries",
                "9",
            ];
            let program = ["busybox:1.36", "sh", "-c", PROGRAM];
            Container::run(
                &format!("{name}-{service}-1"),
                &[&labels[..], &check, &program].concat(),
            )
        };
        Self {
            name: name.to_owned(),
            _containers: (0..SERVICES.len()).map(one).collect(),
        }
    }

    fn container(&self, service: &str) -> String {
        format!("{}-{service}-1", self.name)
    }

    /// When each service was started, and whether it runs.
    pub fn standing(&self) -> BTreeMap<&'static str, (String, bool)> {
        let names = SERVICES.map(|service| self.container(service));
        let [first, second, third] = &names;
        let format = "{{.State.StartedAt}} {{.State.Running}}";
        let text = docker(&["inspect", "-f", format, first, second, third]);
        let read = |line: &str| {
            let (started, running) = line.split_once(' ').expect("two words");
            (started.to_owned(), running == "true")
        };
        SERVICES.into_iter().zip(text.lines().map(read)).collect()
    }
}

/// A console whose state may be on a small disk of its own.
pub struct Console {
    pub home: Home,
    pub terminal: Terminal,
    stack: String,
    disk: Option<Disk>,
}

impl Console {
    /// The console on the engine at `url` with `first` selected; inside `script`, whose end closes
    /// the terminal, where `wrapped`.
    pub fn open(stack: &Stack, url: &str, small_disk: bool, wrapped: bool) -> Self {
        let home = Home::with_engine(url);
        let disk = small_disk.then(|| Disk::mount(&home.path().join("state"), "size=64k"));
        let arguments = ["--project", stack.name.as_str()];
        let command = if wrapped {
            let inner = format!(
                "{} {}",
                crate::support::hubdeck::PROGRAM,
                arguments.join(" ")
            );
            home.shell("script", &["-q", "-c", &inner, "/dev/null"])
        } else {
            home.command(&arguments)
        };
        let mut terminal = Terminal::start(command, 130, 40);
        terminal.wait_for("third");
        terminal.send("2/first\r");
        terminal.wait_for("[2 Services]");
        terminal.run_for(Duration::from_millis(300));
        Self {
            home,
            terminal,
            stack: stack.name.clone(),
            disk,
        }
    }

    /// Asks for a restart with dependents; the question is on screen.
    pub fn ask(&mut self) {
        self.terminal.send("R");
        self.terminal
            .wait_for(&format!("Restart {}/first", self.stack));
    }

    fn audit(&self) -> PathBuf {
        self.home.path().join("state/hubdeck/audit.jsonl")
    }

    /// The lines of the audit record; those that cannot be read are left out.
    pub fn lines(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.audit()).unwrap_or_default();
        text.lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect()
    }

    /// Whether the record has a line of `event` about `service`; an empty name is any.
    pub fn has(&self, event: &str, service: &str) -> bool {
        self.lines().iter().any(|line| {
            line["event"] == event
                && (service.is_empty()
                    || line["target"] == format!("{}/{service}", self.stack).as_str())
        })
    }

    /// Waits until `condition` holds, and reads the screen meanwhile.
    pub fn wait(&mut self, what: &str, patience: Duration, condition: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + patience;
        while !condition(self) {
            assert!(
                Instant::now() < deadline,
                "no {what}:\n{}\n{:?}",
                self.terminal.text(),
                self.lines()
            );
            self.terminal.run_for(Duration::from_millis(5));
        }
    }

    /// Fills the disk of its state to the last byte.
    pub fn fill_disk(&self) {
        let disk = self.disk.as_ref().expect("a disk of its own");
        disk.fill(&self.audit());
    }

    /// Makes room on the disk again.
    pub fn clear_disk(&self) {
        if let Some(disk) = &self.disk {
            std::fs::remove_file(disk.filler()).expect("the filler");
        }
    }

    /// What the next start logs of an interrupted operation.
    pub fn next_start(&self) -> Option<String> {
        let mut command = self.home.piped(&["--serve"]);
        command.env(
            "HUBDECK_SERVE_PORT",
            crate::support::hubdeck::free_port().to_string(),
        );
        let mut child = command
            .stdout(Stdio::null())
            .spawn()
            .expect("the program starts");
        let log = BufReader::new(child.stderr.take().expect("its log"));
        let _child = Background(child);
        // What was interrupted is logged before the address.
        let lines = log.lines().map_while(Result::ok);
        let until_ready = lines.take_while(|line| !line.contains("listens on"));
        until_ready
            .filter_map(|line| {
                line.split_once("hubdeck ended during")
                    .map(|(_, rest)| rest.to_owned())
            })
            .last()
    }
}
