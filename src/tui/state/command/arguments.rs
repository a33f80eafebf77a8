//! What may stand where one types in a command line.

use std::collections::HashMap;

use crate::model::{Service, ServiceName, Snapshot};
use crate::tui::input::action::Action;
use crate::tui::input::keymap::{ENTRIES, KeymapEntry};
use crate::tui::state::{UiState, scope};

use super::table::{ConsoleCommand, Takes};

/// Signals that are sent by hand most often.
const SIGNALS: [&str; 7] = [
    "SIGKILL", "SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2",
];

/// A word that may be typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandArgument {
    /// The word.
    pub word: String,
    /// What it is.
    pub what: &'static str,
    /// Whether more may follow.
    pub goes_on: bool,
}

/// What may follow `before`, the words after the name of `command` that are typed already.
#[must_use]
pub fn arguments(
    command: &ConsoleCommand,
    before: &[&str],
    ui: &UiState,
    snapshot: &Snapshot,
) -> Vec<CommandArgument> {
    let words = |words: &[&str], what| {
        let each = words
            .iter()
            .map(|word| argument((*word).to_owned(), what, false));
        each.collect::<Vec<_>>()
    };
    let after_services = |last: &[&str], what| {
        let mut all = services(before, ui, snapshot, true);
        all.extend(words(last, what));
        all
    };
    match command.takes {
        Takes::Logs if before.last() == Some(&"since") => {
            words(&["1m", "5m", "15m", "1h", "1d"], "time")
        }
        Takes::Logs if before.contains(&"since") => Vec::new(),
        Takes::Logs => {
            let mut all = services(before, ui, snapshot, true);
            all.push(argument("since".to_owned(), "begin", true));
            all
        }
        Takes::Kill => after_services(&SIGNALS, "signal"),
        Takes::Remove => after_services(&["force"], "what runs too"),
        Takes::Update => after_services(&["with-volumes"], "also data volumes"),
        Takes::Mute => after_services(&["10m", "1h", "forever"], "time"),
        Takes::Compose if before.is_empty() => verbs(),
        Takes::Compose => services(before, ui, snapshot, true),
        Takes::Operation(..) => services(before, ui, snapshot, true),
        Takes::Tab(_) if before.is_empty() => services(before, ui, snapshot, false),
        Takes::Theme if before.is_empty() => ui
            .session
            .themes
            .iter()
            .map(|name| argument(name.clone(), "theme", false))
            .collect(),
        Takes::Stack if before.is_empty() => {
            let names = snapshot.stacks.iter().map(|stack| stack.name.to_string());
            let names = names.chain(["all".to_owned()]);
            names.map(|name| argument(name, "stack", false)).collect()
        }
        Takes::Column if before.is_empty() => {
            let ids: Vec<&str> = ENTRIES.iter().filter_map(sort_id).collect();
            words(&ids, "column")
        }
        _ => Vec::new(),
    }
}

/// The verbs of Compose.
fn verbs() -> Vec<CommandArgument> {
    let verbs = ["up", "pull", "build", "scale", "run", "down"];
    let each = verbs.map(|verb| argument(verb.to_owned(), "of Compose", true));
    each.into()
}

const fn argument(word: String, what: &'static str, goes_on: bool) -> CommandArgument {
    CommandArgument {
        word,
        what,
        goes_on,
    }
}

/// The services that are not among `before`: by name where one in view has it, else by id.
fn services(
    before: &[&str],
    ui: &UiState,
    snapshot: &Snapshot,
    goes_on: bool,
) -> Vec<CommandArgument> {
    let shown = snapshot
        .services
        .iter()
        .filter(|each| scope::in_scope(ui, each));
    let shown: Vec<&Service> = shown.map(AsRef::as_ref).collect();
    let mut same: HashMap<&ServiceName, usize> = HashMap::new();
    for service in &shown {
        *same.entry(&service.name).or_default() += 1;
    }
    let word = |service: &Service| {
        if same.get(&service.name) == Some(&1) {
            service.name.to_string()
        } else {
            service.id.to_string()
        }
    };
    shown
        .iter()
        .map(|service| word(service))
        .filter(|word| !before.contains(&word.as_str()))
        .map(|word| argument(word, "service", goes_on))
        .collect()
}

/// The name of the column that an action sorts by.
pub(super) const fn sort_id(entry: &KeymapEntry) -> Option<&'static str> {
    match entry.action {
        Action::SortBy(column) => Some(column.id()),
        _ => None,
    }
}
