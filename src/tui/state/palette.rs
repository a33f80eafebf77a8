//! The rows of the palette, which finds a service, a view or an action by a few letters, and of the
//! other lists of actions.

use crate::model::SortShared as _;
use crate::model::{OperationKind, Service, Snapshot};

use crate::tui::input::action::Action;
use crate::tui::input::keymap::{ENTRIES, Group, KeymapEntry};
use crate::tui::input::matching::score;
use crate::tui::state::{Facts, UiState, availability, scope, selection};

/// Rows offered at most.
const LIMIT: usize = 50;

/// What kind of thing a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// A service.
    Service,
    /// A view.
    View,
    /// An action.
    Action,
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
}

/// Rows for `text`, best first; services before views before actions where they match alike.
#[must_use]
pub fn find(text: &str, ui: &UiState, snapshot: &Snapshot, facts: &Facts) -> Vec<Item> {
    // `?why` asks what the palette has no other word for.
    let text = text.trim_start_matches('?');
    let mut found: Vec<(i32, usize, Item)> = Vec::new();
    let services = snapshot
        .services
        .iter()
        .filter(|service| scope::in_project(ui, service))
        .map(|service| (service_score(text, service), service_item(service)));
    let entries = ENTRIES.iter().filter(|entry| in_palette(entry));
    let entries = entries.map(|entry| (score(text, entry.title), item(entry, ui, snapshot, facts)));
    for (order, (score, item)) in services.chain(entries).enumerate() {
        if let Some(score) = score {
            found.push((-score, order, item));
        }
    }
    found.sort_shared_by_key(|(score, order, _)| (*score, *order));
    let found = found.into_iter().take(LIMIT);
    found.map(|(_, _, item)| item).collect()
}

fn service_item(service: &Service) -> Item {
    Item {
        kind: ItemKind::Service,
        title: service.id.to_string(),
        action: Action::Select(service.id.clone()),
        disabled: None,
    }
}

/// Ids of the actions on a service, in the order of its menu.
const SERVICE_ACTIONS: [&str; 18] = [
    "details",
    "why",
    "logs",
    "restart",
    "restart-dependents",
    "stop",
    "start",
    "pause",
    "maintenance",
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
        .collect()
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
        title,
        disabled: availability::why_not(&action, ui, snapshot, facts),
        action,
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
    }
}

fn in_palette(entry: &KeymapEntry) -> bool {
    entry.group != Group::Navigation && !matches!(entry.id, "palette" | "retry")
}

/// As [`score`] for the id of a service; found in its own name counts more than in that of its
/// stack.
fn service_score(pattern: &str, service: &Service) -> Option<i32> {
    const NAME: i32 = 8;
    let name = score(pattern, service.name.as_str()).filter(|_| !pattern.is_empty());
    name.map(|score| score + NAME)
        .max(score(pattern, service.id.as_str()))
}
