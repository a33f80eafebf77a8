//! Scenarios: what the simulated engine runs and what goes wrong there, as TOML.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::error::SimError;
use super::schema::{EngineSpec, IncidentSpec, LogRate, ServiceSpec, StackSpec};
use crate::model::encoding::decode;

/// A world to simulate.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Scenario {
    pub(super) name: String,
    pub(super) seed: u64,
    pub(super) engine: EngineSpec,
    #[serde(rename = "stack")]
    pub(super) stacks: Vec<StackSpec>,
    #[serde(rename = "container")]
    pub(super) containers: Vec<Arc<ServiceSpec>>,
    #[serde(rename = "incident")]
    pub(super) incidents: Vec<IncidentSpec>,
    pub(super) log_rate: Option<LogRate>,
    /// All containers share one listener for each protocol instead of one for each port.
    pub(super) shared_listeners: bool,
}

const DEMO: &str = include_str!("demo.toml");

impl Scenario {
    /// The embedded demo: a hub of a dozen services, its monitoring, and a bad minute now and then.
    #[must_use]
    pub fn demo() -> Self {
        // The text is part of the program and a test parses it strictly.
        Self::parse(DEMO).unwrap_or_default()
    }

    /// Reads a scenario from TOML text.
    ///
    /// # Errors
    /// Names the line, the key and what is allowed there.
    pub fn parse(text: &str) -> Result<Self, SimError> {
        Self::parse_named("scenario", text)
    }

    /// Reads a scenario file.
    ///
    /// # Errors
    /// Names the file, the line, the key and what is allowed there.
    pub fn load(path: &Path) -> Result<Self, SimError> {
        let text = std::fs::read(path)
            .and_then(|bytes| Ok(decode(&bytes)?))
            .map_err(|source| SimError::Read {
                path: path.to_owned(),
                source,
            })?;
        Self::parse_named(&path.display().to_string(), &text)
    }

    /// `lines_per_second` log lines in all, spread over the first `containers` running containers;
    /// what the scenario says of their log rate no longer counts.
    #[must_use]
    pub fn with_log_rate(mut self, lines_per_second: f64, containers: usize) -> Self {
        self.log_rate = Some(LogRate {
            total: lines_per_second.max(0.0),
            containers: containers.max(1),
        });
        self
    }

    /// Containers that exist when the simulation starts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.services()
            .map(|(_, service)| service.replicas as usize)
            .sum()
    }

    /// Whether there is no container at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn parse_named(file: &str, text: &str) -> Result<Self, SimError> {
        let scenario: Self = toml::from_str(text).map_err(|error| SimError::Scenario {
            place: place(file, text, error.span()),
            message: error.message().to_owned(),
        })?;
        match scenario.problem() {
            None => Ok(scenario),
            Some(problem) => {
                let quoted = format!("\"{}\"", problem.value);
                let span = text.find(&quoted).map(|at| at..at + quoted.len());
                Err(SimError::Scenario {
                    place: place(file, text, span),
                    message: problem.message,
                })
            }
        }
    }

    /// All services with the name of their stack.
    fn services(&self) -> impl Iterator<Item = (Option<&str>, &ServiceSpec)> {
        let in_stacks = self.stacks.iter().flat_map(|stack| {
            stack
                .services
                .iter()
                .map(|service| (Some(stack.name.as_str()), &**service))
        });
        in_stacks.chain(self.containers.iter().map(|service| (None, &**service)))
    }

    fn problem(&self) -> Option<Problem> {
        let mut names = BTreeSet::new();
        for (stack, service) in self.services() {
            let name = address(stack, &service.name);
            if service.name.is_empty() || service.image.is_empty() {
                return Some(Problem::new(
                    &service.name,
                    format!("`{name}` needs a `name` and an `image`"),
                ));
            }
            if !names.insert(name.clone()) {
                return Some(Problem::new(
                    &service.name,
                    format!("`{name}` is there twice"),
                ));
            }
        }
        self.stacks
            .iter()
            .find_map(stack_problem)
            .or_else(|| self.incident_problem(&names))
    }

    fn incident_problem(&self, names: &BTreeSet<String>) -> Option<Problem> {
        let effects = self.incidents.iter().flat_map(|incident| &incident.effect);
        effects
            .map(|effect| &effect.service)
            .find(|service| !names.contains(*service))
            .map(|service| {
                Problem::new(
                    service,
                    format!(
                        "the incident's service `{service}` does not exist; write `stack/service`"
                    ),
                )
            })
    }
}

/// `stack/service`, or the bare name outside of a stack.
pub(super) fn address(stack: Option<&str>, service: &str) -> String {
    stack.map_or_else(|| service.to_owned(), |stack| format!("{stack}/{service}"))
}

struct Problem {
    /// The offending value: its first place in the text is shown.
    value: String,
    message: String,
}

impl Problem {
    fn new(value: &str, message: String) -> Self {
        Self {
            value: value.to_owned(),
            message,
        }
    }
}

fn stack_problem(stack: &StackSpec) -> Option<Problem> {
    for service in &stack.services {
        for entry in &service.depends_on {
            if let Some(message) = dependency_problem(stack, &service.name, entry) {
                return Some(Problem::new(entry, message));
            }
        }
    }
    None
}

fn dependency_problem(stack: &StackSpec, service: &str, entry: &str) -> Option<String> {
    let conditions = [
        "service_started",
        "service_healthy",
        "service_completed_successfully",
    ];
    let mut fields = entry.split(':');
    let (needed, condition) = (fields.next().unwrap_or_default(), fields.next());
    if !stack.services.iter().any(|other| other.name == needed) {
        return Some(format!(
            "`{}/{service}` depends on `{needed}`, which is not in the stack",
            stack.name
        ));
    }
    let is_unknown = condition.is_some_and(|condition| !conditions.contains(&condition));
    is_unknown.then(|| {
        format!(
            "the condition of a dependency is one of {}",
            conditions.join(", ")
        )
    })
}

/// `FILE line N, key …` for a span of the text.
fn place(file: &str, text: &str, span: Option<Range<usize>>) -> String {
    let Some(before) = span.and_then(|span| text.get(..span.start)) else {
        return file.to_owned();
    };
    let number = before.matches('\n').count() + 1;
    let line = text.lines().nth(number - 1).unwrap_or_default();
    match line.split_once('=') {
        Some((key, _)) => format!("{file} line {number}, key `{}`", key.trim()),
        None => format!("{file} line {number}, `{}`", line.trim()),
    }
}
