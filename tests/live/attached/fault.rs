//! One truth, asked in four ways: a hubdeck that watched, a first `status`, a first `explain`, a
//! first console.

use std::collections::BTreeSet;
use std::fmt;

use regex::Regex;
use serde_json::Value;

use super::stack::Stack;

/// One thing that goes wrong, with what has to be said of it.
pub struct Fault {
    /// What happens, in a few words.
    pub name: &'static str,
    /// Breaks it.
    pub breaks: fn(&Stack),
    /// The service that must be named as the root.
    pub root: &'static str,
    /// State of the root.
    pub state: &'static str,
    /// Whether there must be an incident; what only warns opens none.
    pub incident: bool,
    /// Exactly the services that must be blocked by it, sorted.
    pub blocked: &'static [&'static str],
    /// What the explanation's sentence must match.
    pub sentence: &'static str,
    /// Mends it.
    pub mends: fn(&Stack),
}

/// What one face says of a stack in trouble.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Truth {
    /// State of the service that is expected to be the root.
    pub state: String,
    /// Services at the root of open incidents, without their stack.
    pub roots: BTreeSet<String>,
    /// Services that are blocked by the expected root, without their stack.
    pub blocked: BTreeSet<String>,
}

impl Truth {
    /// What `fault` demands.
    pub fn expected(fault: &Fault) -> Self {
        let root = fault.incident.then(|| fault.root.to_owned());
        Self {
            state: fault.state.to_owned(),
            roots: root.into_iter().collect(),
            blocked: fault.blocked.iter().map(ToString::to_string).collect(),
        }
    }

    /// What services and incidents as JSON say; `project` is left out of the names.
    pub fn of(services: &Value, incidents: &Value, project: &str, root: &str) -> Self {
        let name = |id: &str| {
            id.strip_prefix(&format!("{project}/"))
                .unwrap_or(id)
                .to_owned()
        };
        let id = format!("{project}/{root}");
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let services = list(services);
        let is_blocked = |service: &&Value| {
            list(&service["health"]["blocked_by"])
                .iter()
                .any(|by| *by == *id)
        };
        let state = services.iter().find(|service| service["id"] == *id);
        Self {
            state: state
                .map_or("", |service| text(service, "/health/state"))
                .to_owned(),
            roots: list(incidents)
                .iter()
                .filter(|incident| incident["state"] == "open")
                .map(|incident| name(text(incident, "/root")))
                .collect(),
            blocked: services
                .iter()
                .filter(is_blocked)
                .map(|service| name(text(service, "/id")))
                .collect(),
        }
    }
}

impl fmt::Display for Truth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}, roots {:?}, blocked {:?}",
            self.state, self.roots, self.blocked
        )
    }
}

/// A text inside a document; empty where there is none.
pub fn text<'a>(document: &'a Value, pointer: &str) -> &'a str {
    document
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// A sentence without what differs from one moment to the next: times of day, ages and measured
/// durations.
pub fn timeless(sentence: &str) -> String {
    let mut text = sentence.to_owned();
    for (pattern, placeholder) in [
        (r"(\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d( UTC)?", "TIME"),
        (
            r"\d+(\.\d+)? (ms|s|min|h|d)\b( \d+ (s|min|h)\b)?",
            "DURATION",
        ),
        (r"\d+ (failures|failed checks) in a row", "N in a row"),
        (r"\d+ restarts?", "N restarts"),
    ] {
        text = Regex::new(pattern)
            .expect("a pattern")
            .replace_all(&text, placeholder)
            .into_owned();
    }
    text
}
