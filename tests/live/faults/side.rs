//! One example stack, hubdeck's HTTP side on it, and one fault after another.

use std::time::{Duration, Instant};

use regex::Regex;
use serde_json::Value;

use super::fault::{Fault, LIMIT, Outcome};
use crate::support::docker::{Example, docker};
use crate::support::hubdeck::{Background, Home, eventually, free_port, get, pause};

/// How often the state is asked for.
const STEP: Duration = Duration::from_millis(100);
/// How long everything may take to be healthy at first.
const START: Duration = Duration::from_secs(90);

/// A running stack and a `hubdeck --serve` that knows nothing of it but its name.
pub struct Side {
    pub example: Example,
    port: u16,
    // The program ends before its home goes.
    _server: Background,
    _home: Home,
}

impl Side {
    /// Starts hubdeck beside `example` and waits for everything to be healthy.
    pub fn of(example: Example) -> Self {
        let home = Home::with_live_engine();
        let port = free_port();
        let mut command = home.piped(&["--serve"]);
        command.arg(format!("--project={}", example.project()));
        command.env("HUBDECK_SERVE_PORT", port.to_string());
        let server = Background(command.spawn().expect("the program starts"));
        let side = Self {
            example,
            port,
            _server: server,
            _home: home,
        };
        let mut last = Vec::new();
        let deadline = Instant::now() + START;
        while side.unsettled(&mut last) {
            assert!(
                Instant::now() < deadline,
                "not healthy after {START:?}: {last:?}"
            );
            pause(STEP);
        }
        side
    }

    fn json(&self, path: &str) -> Option<Value> {
        let (code, body) = get(self.port, path)?;
        (code == 200).then(|| serde_json::from_str(&body).expect("JSON"))
    }

    /// Every service, by the HTTP side.
    pub fn services(&self) -> Vec<Value> {
        let answer = self.json("/api/services").unwrap_or_default();
        answer["services"].as_array().cloned().unwrap_or_default()
    }

    /// Whether some service does not work or an incident goes on; what, in words.
    fn unsettled(&self, why: &mut Vec<String>) -> bool {
        let services = self.services();
        let fine =
            |service: &Value| matches!(text(service, "/health/state"), "healthy" | "completed");
        *why = services
            .iter()
            .filter(|service| !fine(service))
            .map(|service| {
                format!(
                    "{} {}",
                    text(service, "/name"),
                    text(service, "/health/reason")
                )
            })
            .collect();
        why.extend(
            self.incidents()
                .iter()
                .filter(|each| each["state"] == "open")
                .map(|each| format!("incident {}", text(each, "/sentence"))),
        );
        services.is_empty() || !why.is_empty()
    }

    fn incidents(&self) -> Vec<Value> {
        let answer = self.json("/api/incidents").unwrap_or_default();
        answer["incidents"].as_array().cloned().unwrap_or_default()
    }

    fn explain(&self, service: &str) -> Value {
        let id = format!("{}/{service}", self.example.project());
        self.json(&format!("/api/services/{id}/explain"))
            .unwrap_or_default()
    }

    /// The service's name without the stack.
    fn name<'a>(&self, id: &'a str) -> &'a str {
        id.strip_prefix(self.example.project())
            .and_then(|rest| rest.strip_prefix('/'))
            .unwrap_or(id)
    }

    /// Runs one fault from its begin to its end.
    pub fn run(&self, fault: &Fault) -> Outcome {
        let last_id = self
            .incidents()
            .iter()
            .filter_map(|each| each["id"].as_u64())
            .max()
            .unwrap_or(0);
        let mut outcome = Outcome {
            name: fault.name,
            named: None,
            complete: None,
            closed: None,
            sentence: String::new(),
            wrong: Vec::new(),
        };
        (fault.breaks)(self);
        let begin = Instant::now();
        while outcome.complete.is_none() && begin.elapsed() < LIMIT {
            pause(STEP);
            let (named, wrong) = self.look(fault, last_id, &mut outcome.sentence);
            outcome.named = outcome.named.or_else(|| named.then(|| begin.elapsed()));
            outcome.complete = wrong.is_empty().then(|| begin.elapsed());
            outcome.wrong = wrong;
        }
        (fault.mends)(self);
        let mended = Instant::now();
        let mut left = Vec::new();
        while self.unsettled(&mut left) && mended.elapsed() < LIMIT {
            pause(STEP);
        }
        outcome.closed = left.is_empty().then(|| mended.elapsed());
        outcome
            .wrong
            .extend(left.iter().map(|what| format!("after mending: {what}")));
        outcome.wrong.extend(self.surplus(fault, last_id));
        outcome
    }

    /// Whether the root is named, and what is not as expected.
    fn look(&self, fault: &Fault, last_id: u64, sentence: &mut String) -> (bool, Vec<String>) {
        let mut wrong = Vec::new();
        let open: Vec<Value> = self
            .incidents()
            .into_iter()
            .filter(|each| each["id"].as_u64() > Some(last_id))
            .collect();
        let roots: Vec<&str> = open
            .iter()
            .map(|each| self.name(text(each, "/root")))
            .collect();
        let expected: &[&str] = if fault.incident { &[fault.root] } else { &[] };
        if roots != expected {
            wrong.push(format!("incidents of {roots:?}, not of {expected:?}"));
        }
        let services = self.services();
        let root = services
            .iter()
            .find(|each| each["name"] == fault.root)
            .cloned()
            .unwrap_or_default();
        let state = text(&root, "/health/state").to_owned();
        let named = roots == expected && state != "healthy";
        let id = format!("{}/{}", self.example.project(), fault.root);
        let blocked_by_it = |service: &Value| {
            service["health"]["blocked_by"]
                .as_array()
                .is_some_and(|roots| roots.iter().any(|root| *root == *id))
        };
        let mut blocked: Vec<&str> = services
            .iter()
            .filter(|each| blocked_by_it(each))
            .map(|each| text(each, "/name"))
            .collect();
        blocked.sort_unstable();
        if blocked != fault.blocked {
            wrong.push(format!("blocked {blocked:?}, not {:?}", fault.blocked));
        }
        let explanation = self.explain(fault.root);
        text(&explanation, "/sentence").clone_into(sentence);
        if !Regex::new(fault.sentence)
            .expect("a pattern")
            .is_match(sentence)
        {
            wrong.push(format!(
                "{} is {state}: {sentence:?} does not match {:?}",
                fault.root, fault.sentence
            ));
        }
        if let Some(diagnosis) = fault.diagnosis
            && explanation["hint"]["id"] != diagnosis
        {
            wrong.push(format!(
                "diagnosis {}, not {diagnosis}",
                explanation["hint"]["id"]
            ));
        }
        (named, wrong)
    }

    /// Incidents that the fault opened beside its own.
    fn surplus(&self, fault: &Fault, last_id: u64) -> Vec<String> {
        let opened = self
            .incidents()
            .into_iter()
            .filter(|each| each["id"].as_u64() > Some(last_id));
        opened
            .skip(usize::from(fault.incident))
            .map(|each| format!("one incident too many: {}", text(&each, "/log/0/text")))
            .collect()
    }

    /// `docker COMMAND CONTAINER` on the container of `service`.
    pub fn docker(&self, command: &[&str], service: &str) {
        docker(&[command, &[self.example.container(service).as_str()]].concat());
    }

    /// Switches a Python service of either example.
    pub fn switch(&self, service: &str, fault: &str) {
        self.docker_exec(service, &["python3", "/app/service.py", "fault", fault]);
    }

    /// `docker exec CONTAINER COMMAND`.
    pub fn docker_exec(&self, service: &str, command: &[&str]) {
        docker(&[&["exec", self.example.container(service).as_str()], command].concat());
    }

    /// `docker network connect` or `disconnect` of a network of the stack; connected again, the
    /// service has its name.
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

    /// Runs `docker compose ARGS` with a variable set; tells whether it went well.
    pub fn compose_with(&self, variable: (&str, &str), arguments: &[&str]) -> bool {
        let mut command = self.example.command(arguments);
        command.env(variable.0, variable.1);
        command
            .output()
            .expect("the docker command is installed")
            .status
            .success()
    }

    /// Waits until the container of `service` is in `state`, by the engine.
    pub fn await_state(&self, service: &str, state: &str) {
        let container = self.example.container(service);
        eventually(&format!("{service} {state}"), LIMIT, || {
            (docker(&["inspect", "--format", "{{.State.Status}}", &container]) == state)
                .then_some(())
        });
    }
}

/// A text inside a document; empty where there is none.
pub fn text<'a>(document: &'a Value, pointer: &str) -> &'a str {
    document
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}
