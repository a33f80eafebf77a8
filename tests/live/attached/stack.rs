//! An example stack with a hubdeck that watches it from the start, and new ones that are started
//! beside it.

use std::time::{Duration, Instant};

use hubdeck::model::Timestamp;
use serde_json::Value;

use super::fault::{Fault, Truth, text, timeless};
use crate::support::docker::{Example, docker};
use crate::support::hubdeck::{Background, Home, eventually, free_port, get, pause};
use crate::support::pty::Terminal;

/// How often is asked again.
const STEP: Duration = Duration::from_millis(200);
/// How long everything may take to be healthy.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long a new console may take to show the truth.
const CONSOLE: Duration = Duration::from_secs(3);

/// A running example and its watcher.
pub struct Stack {
    pub example: Example,
    port: u16,
    // The program ends before its home goes.
    _server: Background,
    home: Home,
}

impl Stack {
    /// Starts a hubdeck beside `example` and waits for everything to be healthy.
    pub fn of(example: Example) -> Self {
        let home = Home::with_live_engine();
        let port = free_port();
        let mut command = home.piped(&["--serve"]);
        command.arg(format!("--project={}", example.project()));
        command.env("HUBDECK_SERVE_PORT", port.to_string());
        command
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null());
        let server = Background(command.spawn().expect("the program starts"));
        let stack = Self {
            example,
            port,
            _server: server,
            home,
        };
        stack.settle("at first");
        stack
    }

    /// Waits until everything works and no incident is open.
    pub fn settle(&self, when: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = self.unsettled();
            if left.is_empty() {
                return;
            }
            assert!(
                Instant::now() < deadline,
                "{when}: not healthy after {PATIENCE:?}: {left:#?}"
            );
            pause(STEP);
        }
    }

    fn unsettled(&self) -> Vec<String> {
        let services = self.get("/api/services")["services"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let is_fine = |service: &&Value| {
            matches!(
                text(service, "/health/state"),
                "healthy" | "running" | "completed"
            )
        };
        let mut left: Vec<String> = services
            .iter()
            .filter(|service| !is_fine(service))
            .map(|service| {
                format!(
                    "{} {}",
                    text(service, "/name"),
                    text(service, "/health/reason")
                )
            })
            .collect();
        let incidents = self.get("/api/incidents")["incidents"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let open = incidents
            .iter()
            .filter(|incident| incident["state"] == "open");
        left.extend(open.map(|incident| text(incident, "/sentence").to_owned()));
        if services.is_empty() {
            left.push("no services".to_owned());
        }
        left
    }

    fn get(&self, path: &str) -> Value {
        let answer = get(self.port, path).filter(|(code, _)| *code == 200);
        answer
            .map(|(_, body)| serde_json::from_str(&body).expect("JSON"))
            .unwrap_or_default()
    }

    fn id(&self, service: &str) -> String {
        format!("{}/{service}", self.example.project())
    }

    /// What the watcher says now, and its sentence.
    pub fn watched(&self, root: &str) -> (Truth, String) {
        let (services, incidents) = (self.get("/api/services"), self.get("/api/incidents"));
        let truth = Truth::of(
            &services["services"],
            &incidents["incidents"],
            self.example.project(),
            root,
        );
        let explanation = self.get(&format!("/api/services/{}/explain", self.id(root)));
        (truth, timeless(text(&explanation, "/sentence")))
    }

    fn run(&self, arguments: &[&str]) -> (Option<i32>, Value) {
        let project = format!("--project={}", self.example.project());
        let output = self
            .home
            .run(&[arguments, &[project.as_str(), "--json"]].concat());
        let document = serde_json::from_str(&output.stdout);
        (
            output.code,
            document.unwrap_or_else(|error| panic!("{arguments:?}: {error}: {output:?}")),
        )
    }

    /// What a first `hubdeck status --json` says, with its exit code.
    pub fn status(&self, root: &str) -> (Truth, Option<i32>) {
        let (code, document) = self.run(&["status"]);
        (
            Truth::of(
                &document["services"],
                &document["incidents"],
                self.example.project(),
                root,
            ),
            code,
        )
    }

    /// State and sentence of a first `hubdeck explain --json`.
    pub fn explain(&self, root: &str) -> (String, String) {
        let (_, document) = self.run(&["explain", &self.id(root)]);
        (
            text(&document, "/state").to_owned(),
            timeless(text(&document, "/sentence")),
        )
    }

    /// What is not as expected on a console that has run for three seconds.
    pub fn console(&self, fault: &Fault) -> Vec<String> {
        let project = format!("--project={}", self.example.project());
        let mut terminal = self.home.open(&[project.as_str()], 220, 60);
        let begin = terminal.started();
        terminal.send("2");
        let mut wrong = vec!["nothing".to_owned()];
        while !wrong.is_empty() && begin.elapsed() < CONSOLE {
            terminal.run_for(Duration::from_millis(100));
            wrong = self.wrong_on_screen(&mut terminal, fault);
        }
        wrong
    }

    fn wrong_on_screen(&self, terminal: &mut Terminal, fault: &Fault) -> Vec<String> {
        let screen = terminal.text();
        let head = screen.lines().find(|line| line.contains("SERVICE"));
        let at = head.and_then(|head| head.split("SERVICE").next());
        let at = at.map_or(0, |before| before.chars().count());
        let row = |service: &str| {
            let name = format!("{service} ");
            let named = |line: &&str| line.chars().skip(at).collect::<String>().starts_with(&name);
            screen
                .lines()
                .skip(2)
                .find(named)
                .unwrap_or_default()
                .to_owned()
        };
        let signs: &[char] = match fault.state {
            "degraded" => &['▲'],
            _ => &['✖', '‖'],
        };
        let mut wrong = Vec::new();
        let sign = row(fault.root).chars().nth(1);
        if !sign.is_some_and(|sign| signs.contains(&sign)) {
            wrong.push(format!(
                "console: {} is not {}: {:?}",
                fault.root,
                fault.state,
                row(fault.root)
            ));
        }
        let how = match fault.state {
            "degraded" => "slowed down",
            _ => "blocked",
        };
        let mark = format!("{how} by {}", fault.root);
        for service in fault.blocked {
            if !row(service).contains(&mark) {
                wrong.push(format!(
                    "console: {service} is not {mark}: {:?}",
                    row(service)
                ));
            }
        }
        let marked = screen.lines().filter(|line| line.contains(&mark)).count();
        if marked > fault.blocked.len() {
            wrong.push(format!("console: {marked} services are {mark}:\n{screen}"));
        }
        let header: String = screen.lines().take(2).collect();
        let named =
            header.contains("✖ #") && header.contains(&format!(" {} ", self.id(fault.root)));
        if fault.incident != named {
            wrong.push(format!("console: incident in the header: {header:?}"));
        }
        wrong
    }

    /// `docker COMMAND CONTAINER` on the container of `service`.
    pub fn docker(&self, command: &[&str], service: &str) {
        docker(&[command, &[self.example.container(service).as_str()]].concat());
    }

    /// `docker COMMAND CONTAINER ARGUMENTS`, which may fail because it kills what it runs in.
    pub fn docker_fails(&self, command: &[&str], service: &str, arguments: &[&str]) {
        let container = self.example.container(service);
        let mut docker = std::process::Command::new("docker");
        let _ = docker
            .args(command)
            .arg(container)
            .args(arguments)
            .output()
            .expect("the docker command");
    }

    /// Waits until the container of `service` is in `state`, by the engine.
    pub fn await_state(&self, service: &str, state: &str) {
        let container = self.example.container(service);
        eventually(&format!("{service} {state}"), PATIENCE, || {
            (docker(&["inspect", "--format", "{{.State.Status}}", &container]) == state)
                .then_some(())
        });
    }

    /// Waits for the end of the start period of `service`, by the engine.
    pub fn await_end_of_start(&self, service: &str) {
        let container = self.example.container(service);
        let format = "{{.State.StartedAt}} {{json .Config.Healthcheck.StartPeriod}}";
        eventually(
            &format!("the end of the start period of {service}"),
            PATIENCE,
            || {
                let told = docker(&["inspect", "--format", format, &container]);
                let (started, nanoseconds) = told.split_once(' ')?;
                let (started, period): (Timestamp, _) =
                    (started.parse().ok()?, nanoseconds.parse().ok()?);
                (started + Duration::from_nanos(period) < Timestamp::now()).then_some(())
            },
        );
    }

    /// `docker exec CONTAINER COMMAND`.
    pub fn exec(&self, service: &str, command: &[&str]) {
        docker(&[&["exec", self.example.container(service).as_str()], command].concat());
    }

    /// Switches a Python service of either example.
    pub fn switch(&self, service: &str, fault: &str) {
        self.exec(service, &["python3", "/app/service.py", "fault", fault]);
    }

    /// `docker network connect` or `disconnect` of a network of the stack.
    pub fn network(&self, change: &str, network: &str, service: &str) {
        let (network, container) = (
            format!("{}_{network}", self.example.project()),
            self.example.container(service),
        );
        match change {
            "connect" => docker(&[
                "network", "connect", "--alias", service, &network, &container,
            ]),
            _ => docker(&["network", "disconnect", &network, &container]),
        };
    }

    /// `docker compose up` of one service alone, with `override_` laid over the example's file.
    pub fn recreate(&self, service: &str, override_: &str) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("override.yaml");
        std::fs::write(&file, override_).expect("the override");
        let mut command = self.example.command(&["-f"]);
        command.arg(&file).args([
            "up",
            "-d",
            "--no-deps",
            "--force-recreate",
            "--pull",
            "never",
            service,
        ]);
        // A command that cannot be found is reported by Compose as well; the engine's record is
        // what counts.
        let _ = command.output().expect("the docker command is installed");
    }

    /// Creates one service alone again, as the example's file says.
    pub fn restore(&self, service: &str) {
        self.example.compose(&[
            "up",
            "-d",
            "--no-deps",
            "--force-recreate",
            "--pull",
            "never",
            service,
        ]);
    }
}
