//! The rows of the palette, which finds a service, a view or an action by a few letters and
//! completes commands, and of the other lists of actions.

use crate::model::SortShared as _;
use crate::model::{Instance, OperationKind, Service, Snapshot};

use crate::model::text::one_line;
use crate::tui::input::action::{Action, ContainerUse};
use crate::tui::input::keymap::{ENTRIES, Group, KeymapEntry};
use crate::tui::input::matching::score;
use crate::tui::state::command::{COMMANDS, CommandArgument, ConsoleCommand, Takes};
use crate::tui::state::copies::copies;
use crate::tui::state::{Facts, UiState, availability, command, inside, scope, selection};

/// Rows offered at most.
const LIMIT: usize = 50;
/// Characters of a text that can be copied that are shown.
const SHOWN_OF_COPY: usize = 200;
/// What it counts that a row was chosen before, and how often it counts.
const USE: i32 = 4;
const MOST_USES: u32 = 5;

/// What kind of thing a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// A service.
    Service,
    /// A view.
    View,
    /// An action.
    Action,
    /// A command that takes arguments, and what it takes.
    Command(&'static str),
    /// What may stand at the end of the line.
    Argument(&'static str),
    /// A container, and its state.
    Container(&'static str),
}

/// One row of the palette or of the list of actions.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What kind of thing it is.
    pub kind: ItemKind,
    /// Its name.
    pub title: String,
    /// What choosing it does.
    pub action: Action,
    /// Why it cannot be chosen now.
    pub disabled: Option<String>,
    /// What the line is once it is completed with this row.
    pub line: String,
    /// Whether the line goes on: to choose the row completes it only.
    pub goes_on: bool,
}

/// Rows for `text`, best first; services before views before actions where they match alike.
#[must_use]
pub fn find(text: &str, ui: &UiState, snapshot: &Snapshot, facts: &Facts) -> Vec<Item> {
    // `?why` asks what the palette has no other word for.
    let text = text.trim_start_matches('?');
    if let Some((word, rest)) = text.trim_start().split_once(char::is_whitespace)
        && let Some(command) = command::named(word)
    {
        return completions(word, command, rest, ui, snapshot, facts);
    }
    let mut found: Vec<(i32, usize, Item)> = Vec::new();
    let services = snapshot
        .services
        .iter()
        .filter(|service| scope::in_project(ui, service))
        .map(|service| (service_score(text, service), service_item(service)));
    let entries = ENTRIES.iter().filter(|entry| in_palette(entry));
    let entries = entries.map(|entry| (score(text, entry.title), item(entry, ui, snapshot, facts)));
    let commands = COMMANDS
        .iter()
        .filter_map(|command| command_item(text, command, ui));
    let own = own(ui, snapshot, facts).map(|item| (score(text, &item.title), item));
    let found_all = services.chain(entries).chain(own).chain(commands);
    for (order, (score, item)) in found_all.enumerate() {
        if let Some(score) = score {
            let uses = ui.session.uses.get(&item.title).copied().unwrap_or(0);
            let used = i32::try_from(uses.min(MOST_USES)).unwrap_or(0) * USE;
            found.push((-score - used, order, item));
        }
    }
    found.sort_shared_by_key(|(score, order, _)| (*score, *order));
    let found = found.into_iter().take(LIMIT);
    found.map(|(_, _, item)| item).collect()
}

/// A command that takes arguments and begins as is typed.
fn command_item(
    text: &str,
    command: &'static ConsoleCommand,
    ui: &UiState,
) -> Option<(Option<i32>, Item)> {
    let typed = text.to_lowercase();
    let mut names = command.names.iter();
    let name = *names.find(|name| !typed.is_empty() && name.starts_with(&typed))?;
    if command.usage.is_empty() || command.takes == Takes::Theme && ui.session.themes.is_empty() {
        return None;
    }
    let item = Item {
        kind: ItemKind::Command(command.usage),
        title: name.to_owned(),
        action: Action::Complete,
        disabled: None,
        line: format!("{name} "),
        goes_on: true,
    };
    Some((score(&typed, name), item))
}

/// What may stand where one types after the name of a command.
fn completions(
    word: &str,
    command: &'static ConsoleCommand,
    rest: &str,
    ui: &UiState,
    snapshot: &Snapshot,
    facts: &Facts,
) -> Vec<Item> {
    let (before, current) = rest.rsplit_once(char::is_whitespace).unwrap_or(("", rest));
    let before: Vec<&str> = before.split_whitespace().collect();
    let mut found: Vec<(i32, CommandArgument)> = command::arguments(command, &before, ui, snapshot)
        .into_iter()
        .filter_map(|argument| {
            let score = score(current, &argument.word)?;
            Some((-score, argument))
        })
        .collect();
    found.sort_shared_by_key(|(score, argument)| (*score, argument.word.clone()));
    // Reading a line costs more than finding it: only what is listed is read.
    let found = found.into_iter().take(LIMIT);
    let items = found.map(|(_, argument)| {
        let words = [&[word], before.as_slice(), &[argument.word.as_str()]].concat();
        let line = words.join(" ");
        argument_item(argument, line, ui, snapshot, facts)
    });
    let items: Vec<Item> = items.collect();
    if items.is_empty() && !command.usage.is_empty() {
        return vec![usage_item(word, command, rest, ui, snapshot, facts)];
    }
    items
}

/// What a command takes, beside arguments that cannot be listed: a file, a filter, a time.
fn usage_item(
    word: &str,
    command: &'static ConsoleCommand,
    rest: &str,
    ui: &UiState,
    snapshot: &Snapshot,
    facts: &Facts,
) -> Item {
    let line = format!("{word} {rest}");
    let parsed = command::parse(&line, ui, snapshot).and_then(Result::ok);
    let action = parsed.unwrap_or(Action::Complete);
    Item {
        kind: ItemKind::Command(command.usage),
        title: word.to_owned(),
        disabled: availability::why_not(&action, ui, snapshot, facts),
        goes_on: action == Action::Complete,
        action,
        line,
    }
}

fn argument_item(
    argument: CommandArgument,
    line: String,
    ui: &UiState,
    snapshot: &Snapshot,
    facts: &Facts,
) -> Item {
    let parsed = command::parse(&line, ui, snapshot).and_then(Result::ok);
    let action = parsed.unwrap_or(Action::Complete);
    Item {
        kind: ItemKind::Argument(argument.what),
        disabled: availability::why_not(&action, ui, snapshot, facts),
        title: argument.word,
        goes_on: action == Action::Complete,
        action,
        line: if argument.goes_on { line + " " } else { line },
    }
}

fn service_item(service: &Service) -> Item {
    Item {
        kind: ItemKind::Service,
        title: service.id.to_string(),
        action: Action::Select(service.id.clone()),
        disabled: None,
        line: service.id.to_string(),
        goes_on: false,
    }
}

/// Ids of the actions on a service, in the order of its menu.
const SERVICE_ACTIONS: [&str; 27] = [
    "details",
    "why",
    "logs",
    "restart",
    "restart-dependents",
    "stop",
    "start",
    "pause",
    "kill",
    "remove-container",
    "force-remove",
    "compose-up",
    "compose-recreate",
    "compose-pull",
    "compose-build",
    "compose-down",
    "maintenance",
    "shell",
    "operation",
    "cancel",
    "inspect",
    "charts",
    "probes",
    "dependencies",
    "environment",
    "mark",
    "copy",
];

/// All actions on the selection, disabled ones with the reason.
#[must_use]
pub fn actions(ui: &UiState, snapshot: &Snapshot, facts: &Facts) -> Vec<Item> {
    SERVICE_ACTIONS
        .iter()
        .filter_map(|id| ENTRIES.iter().find(|entry| entry.id == *id))
        .map(|entry| item(entry, ui, snapshot, facts))
        .chain(own(ui, snapshot, facts).filter(|item| item.disabled.is_none()))
        .collect()
}

/// The operator's own commands.
fn own<'a>(
    ui: &'a UiState,
    snapshot: &'a Snapshot,
    facts: &'a Facts,
) -> impl Iterator<Item = Item> + 'a {
    ui.session.commands.iter().map(|command| {
        let action = Action::Custom(command.clone());
        Item {
            kind: ItemKind::Action,
            title: command.name.clone(),
            disabled: availability::why_not(&action, ui, snapshot, facts),
            line: command.name.clone(),
            goes_on: false,
            action,
        }
    })
}

/// What can be copied, one row each.
#[must_use]
pub fn to_copy(ui: &UiState, snapshot: &Snapshot) -> Vec<Item> {
    let item = |(what, text): (&'static str, String)| Item {
        kind: ItemKind::Action,
        title: format!("{what:<9}{}", one_line(&text, SHOWN_OF_COPY)),
        disabled: None,
        line: what.to_owned(),
        goes_on: false,
        action: Action::CopyText(text),
    };
    copies(ui, snapshot).into_iter().map(item).collect()
}

/// The containers in which `what` may be run, in the order of their names.
#[must_use]
pub fn containers(
    what: &ContainerUse,
    ui: &UiState,
    snapshot: &Snapshot,
    facts: &Facts,
) -> Vec<Item> {
    let found = inside::containers(what, ui, snapshot, facts);
    let instances = found.map_or_else(|_| Vec::new(), |(_, instances)| instances);
    let item = |instance: &&Instance| Item {
        kind: ItemKind::Container(instance.facts.state.id()),
        title: instance.facts.name.clone(),
        action: Action::RunIn(what.clone(), instance.facts.id.clone()),
        disabled: None,
        line: instance.facts.name.clone(),
        goes_on: false,
    };
    instances.iter().map(item).collect()
}

/// How long the selection or its stack may be muted, and how that ends.
#[must_use]
pub fn maintenance(ui: &UiState, snapshot: &Snapshot, facts: &Facts) -> Vec<Item> {
    let targets = selection::targets(ui, snapshot);
    let what = match targets.as_slice() {
        [one] => one.to_string(),
        many => format!("{} services", many.len()),
    };
    let times = [
        (Some(10), "for 10 minutes"),
        (Some(60), "for an hour"),
        (None, "until I unmute"),
    ];
    let times = times.map(|(minutes, words)| (OperationKind::Silence { minutes }, words));
    let item = |title: String, action: Action| Item {
        kind: ItemKind::Action,
        line: title.clone(),
        title,
        disabled: availability::why_not(&action, ui, snapshot, facts),
        action,
        goes_on: false,
    };
    let of_selection = |kind| Action::Request {
        kind,
        with_dependents: false,
    };
    let mut items: Vec<Item> = times
        .iter()
        .map(|(kind, words)| item(format!("Mute {what} {words}"), of_selection(*kind)))
        .collect();
    let unmute = item(format!("Unmute {what}"), of_selection(OperationKind::Lift));
    items.push(unmute);
    if let Some(stack) = selection::stack_of_selection(ui, snapshot) {
        items.extend(times.iter().map(|(kind, words)| {
            item(
                format!("Mute stack {stack} {words}"),
                Action::RequestStack(*kind),
            )
        }));
        items.push(item(
            format!("Unmute stack {stack}"),
            Action::RequestStack(OperationKind::Lift),
        ));
    }
    items
}

fn item(entry: &KeymapEntry, ui: &UiState, snapshot: &Snapshot, facts: &Facts) -> Item {
    let kind = if matches!(entry.action, Action::Show(_)) {
        ItemKind::View
    } else {
        ItemKind::Action
    };
    Item {
        kind,
        title: entry.title.to_owned(),
        action: entry.action.clone(),
        disabled: availability::why_not(&entry.action, ui, snapshot, facts),
        line: entry.id.to_owned(),
        goes_on: false,
    }
}

fn in_palette(entry: &KeymapEntry) -> bool {
    entry.group != Group::Navigation
        && !matches!(entry.id, "palette" | "retry")
        && !matches!(entry.action, Action::Later(_))
}

/// As [`score`] for the id of a service; found in its own name counts more than in that of its
/// stack.
fn service_score(pattern: &str, service: &Service) -> Option<i32> {
    const NAME: i32 = 8;
    let name = score(pattern, service.name.as_str()).filter(|_| !pattern.is_empty());
    name.map(|score| score + NAME)
        .max(score(pattern, service.id.as_str()))
}
