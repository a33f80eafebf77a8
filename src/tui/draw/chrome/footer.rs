//! The footer: the keys that work now, or the open text field.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::model::{LineLevel, OperationKind, Snapshot};
use crate::tui::draw::chrome::field;
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::{line_writer, text};
use crate::tui::input::action::{Action, Direction};
use crate::tui::input::event::Screen as _;
use crate::tui::input::keymap::ENTRIES;
use crate::tui::input::page::{KeyPage, View};
use crate::tui::input::resolve::Mode;
use crate::tui::state::{Drawn, Hit, OnScreen, UiState, availability, key_page, selection};

/// Draws the footer.
pub fn draw(
    buffer: &mut Buffer,
    line: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    drawn: &mut Drawn,
) {
    let theme = context.theme;
    buffer.set_style(line, theme.style(Role::Footer));
    match (
        OnScreen {
            ui,
            snapshot: context.snapshot,
        }
        .mode(),
        &ui.field,
    ) {
        (Mode::Field, Some(open)) => field::draw(buffer, line, context, ui, open),
        (Mode::NoEngine, _) => draw_without_engine(buffer, line, context),
        _ => draw_keys(buffer, line, context, ui, drawn),
    }
}

/// The keys of the page that is shown where no engine was ever reached.
fn draw_without_engine(buffer: &mut Buffer, line: Rect, context: &DrawContext<'_>) {
    let offered = [
        (Action::Refresh, "retry"),
        (Action::OpenDemo, "demo"),
        (Action::Quit, "quit"),
        (Action::Help, "help"),
    ];
    let keymap = context.keymap;
    let label = |action: &Action| keymap.label_without_engine(action, context.glyphs.ascii);
    let labelled = offered.iter().map(|(action, what)| (label(action), what));
    // An action whose only key the operator gave to another one has none here.
    let hints: Vec<String> = labelled
        .filter(|(key, _)| !key.is_empty())
        .map(|(key, what)| format!("{key} {what}"))
        .collect();
    let style = context.theme.style(Role::Footer);
    line_writer::put(buffer, line, line.x, line.y, &hints.join("  "), style);
}

const fn request(kind: OperationKind) -> Action {
    Action::Request {
        kind,
        with_dependents: false,
    }
}

/// What the footer offers on a page, most useful first.
fn offered(ui: &UiState, snapshot: &Snapshot) -> Vec<Action> {
    let mut actions = page_actions(ui);
    if ui.details.is_none() && ui.view == View::Services {
        actions.extend([Action::Sort(1), Action::Reverse, Action::Columns]);
    }
    if ui.details.is_none() && ui.view == View::Map {
        actions.extend([Action::Zoom(1), Action::Legend]);
    }
    actions.extend([Action::NextStack, Action::Palette]);
    if ui.selection.selected.is_none() && ui.details.is_none() && ui.view == View::Map {
        // The logs of everything are a view; room is for what finds a service.
        actions.retain(|action| *action != Action::Logs);
        actions.insert(0, Action::Move(Direction::Down));
    }
    if selection::is_paused(ui, snapshot) {
        actions.insert(0, Action::PAUSE);
    }
    if snapshot.operations.iter().any(|each| each.is_running()) {
        actions.splice(0..0, [Action::Operation, Action::Cancel]);
    }
    actions
}

/// What belongs to the page alone.
fn page_actions(ui: &UiState) -> Vec<Action> {
    use OperationKind::{Restart, Start};
    match (&ui.details, ui.view) {
        (Some(_), _) if availability::logs_visible(ui) => {
            vec![
                Action::Back,
                Action::Pane(1),
                Action::Filter,
                Action::ToggleFollow,
                Action::ToggleWrap,
            ]
        }
        (Some(_), _) => details_actions(),
        (None, View::Map | View::Services) => service_actions(),
        (None, View::Logs) => log_actions(ui),
        (None, View::Timeline) => vec![
            Action::Enter,
            Action::Logs,
            Action::Filter,
            Action::Export,
            Action::Back,
        ],
        (None, View::Incidents) => vec![
            Action::Enter,
            Action::Logs,
            Action::NextProblem,
            request(Restart),
            request(Start),
            Action::Filter,
            Action::Back,
        ],
        (None, View::HubdeckLog) => vec![Action::Page(-1), Action::Last, Action::Back],
    }
}

/// What a log offers: first what finds, on a chosen line what can be done with it.
fn log_actions(ui: &UiState) -> Vec<Action> {
    let mut actions = vec![
        Action::Filter,
        Action::FilterLines,
        Action::LeastLevel(LineLevel::Error),
        Action::Patterns,
        Action::Since(1),
        Action::Hit(1),
        Action::ToggleFollow,
        Action::ToggleWrap,
        Action::ToggleTimestamps,
        Action::Export,
        Action::Back,
    ];
    if shows_patterns(ui) {
        actions.insert(0, Action::Enter);
    } else if ui.logs.chosen().is_some() {
        let line = [Action::Enter, Action::FollowId, Action::Mark, Action::Copy];
        actions.splice(0..0, line);
    }
    actions
}

fn shows_patterns(ui: &UiState) -> bool {
    let patterns = ui.logs.patterns.as_ref();
    ui.view == View::Logs && patterns.is_some_and(|patterns| patterns.is_open)
}

/// What the text of a service's details offers.
fn details_actions() -> Vec<Action> {
    vec![
        Action::Back,
        Action::Pane(1),
        Action::Hit(1),
        Action::Filter,
        Action::Logs,
        request(OperationKind::Restart),
        request(OperationKind::Stop),
        request(OperationKind::Start),
    ]
}

/// What the map and the table offer for the selected service.
fn service_actions() -> Vec<Action> {
    vec![
        Action::Enter,
        Action::Logs,
        Action::Filter,
        request(OperationKind::Restart),
        request(OperationKind::Stop),
        request(OperationKind::Start),
        Action::Preview,
        Action::Mark,
        Action::Actions,
    ]
}

fn draw_keys(
    buffer: &mut Buffer,
    line: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    drawn: &mut Drawn,
) {
    let (snapshot, facts) = (context.snapshot, context.facts);
    let works = |action: &Action| availability::why_not(action, ui, snapshot, facts).is_none();
    let mut offered: Vec<Action> = offered(ui, snapshot).into_iter().filter(works).collect();
    let copies = drawn.command.is_some();
    if copies {
        offered.insert(offered.len().min(2), Action::Copy);
    }
    let mut x = line.x;
    let titles = Titles {
        page: key_page(ui),
        paused: selection::is_paused(ui, snapshot),
        copies,
        searches: ui.details.is_some() || ui.view == View::Logs,
        groups: shows_patterns(ui),
    };
    for (action, hint) in fitting(context, offered, titles, usize::from(line.width)) {
        let start = x;
        let style = |role| context.theme.style(role);
        x = line_writer::put(buffer, line, x, line.y, &hint.key, style(Role::Key));
        x = x.saturating_add(1);
        x = line_writer::put(buffer, line, x, line.y, hint.title, style(Role::Footer));
        let place = Rect::new(start, line.y, x.saturating_sub(start), 1);
        drawn.add(place, line, Hit::Do(action));
        x = x.saturating_add(2);
    }
}

/// What of `offered` fits into `room` cells together with help and quit, which come first in rank
/// and last in place.
fn fitting(
    context: &DrawContext<'_>,
    offered: Vec<Action>,
    titles: Titles,
    mut room: usize,
) -> Vec<(Action, Hint)> {
    let mut last = Vec::new();
    for action in [Action::Help, Action::Quit] {
        if let Some(hint) = hint(context, &action, titles).filter(|hint| hint.cells() <= room) {
            room = room.saturating_sub(hint.cells() + 2);
            last.push((action, hint));
        }
    }
    let mut shown = Vec::new();
    for action in offered {
        let Some(hint) = hint(context, &action, titles) else {
            continue;
        };
        if hint.cells() > room {
            break;
        }
        room = room.saturating_sub(hint.cells() + 2);
        shown.push((action, hint));
    }
    shown.into_iter().chain(last).collect()
}

/// What gives an action another key or title than it has elsewhere.
#[derive(Clone, Copy)]
struct Titles {
    /// The page, whose keys may differ from those elsewhere.
    page: Option<KeyPage>,
    /// What is selected is paused: pausing unpauses it.
    paused: bool,
    /// The page shows a command, which is what is copied.
    copies: bool,
    /// The page is a text, in which one searches.
    searches: bool,
    /// The page shows the patterns of a log.
    groups: bool,
}

impl Titles {
    fn of(self, action: &Action) -> Option<&'static str> {
        match action {
            Action::Copy if self.copies => Some("Copy command"),
            Action::Filter if self.searches => Some("Search"),
            Action::Enter if self.groups => Some("Lines"),
            Action::Enter if matches!(self.page, Some(KeyPage::Logs | KeyPage::LogLine)) => {
                Some("Record")
            }
            pause if *pause == Action::PAUSE && self.paused => Some("Unpause"),
            _ => None,
        }
    }
}

struct Hint {
    key: String,
    title: &'static str,
}

impl Hint {
    fn cells(&self) -> usize {
        text::width(&self.key) + 1 + text::width(self.title)
    }
}

/// The key and title of `action`; `None` when no key is bound to it.
fn hint(context: &DrawContext<'_>, action: &Action, titles: Titles) -> Option<Hint> {
    let key = context
        .keymap
        .label_on(titles.page, action, context.glyphs.ascii);
    let entry = ENTRIES.iter().find(|entry| entry.action == *action)?;
    (!key.is_empty()).then_some(Hint {
        key,
        title: titles.of(action).unwrap_or(entry.title),
    })
}
