//! The tabs of the views.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::model::HealthState;
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::{line_writer, text};
use crate::tui::input::action::Action;
use crate::tui::input::page::View;
use crate::tui::state::{Drawn, Hit, UiState, incidents};

const TABS: [(View, &str); 6] = [
    (View::Map, "Map"),
    (View::Services, "Services"),
    (View::Logs, "Logs"),
    (View::Timeline, "Timeline"),
    (View::Incidents, "Incidents"),
    (View::HubdeckLog, "hubdeck log"),
];

/// Which tabs have their title.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Titles {
    /// All.
    All,
    /// All but that of hubdeck's own log.
    AllViews,
    /// That of the current view.
    Current,
}

impl Titles {
    /// From the longest form.
    pub const ALL: [Self; 3] = [Self::All, Self::AllViews, Self::Current];

    fn show(self, view: View, current: View) -> bool {
        match self {
            Self::All => true,
            Self::AllViews => view != View::HubdeckLog || view == current,
            Self::Current => view == current,
        }
    }
}

/// The title of what is shown.
pub(super) fn view_title(ui: &UiState) -> &'static str {
    if ui.details.is_some() {
        return "Details";
    }
    TABS.iter()
        .find(|(view, _)| *view == ui.view)
        .map_or("", |(_, title)| *title)
}

/// A tab, with what it opens.
pub(super) struct Tab {
    view: View,
    spans: Vec<Span<'static>>,
}

impl Tab {
    fn cells(&self) -> usize {
        self.spans
            .iter()
            .map(|span| text::width(&span.content))
            .sum()
    }
}

/// Cells that `tabs` take.
pub(super) fn cells(tabs: &[Tab]) -> usize {
    tabs.iter().map(Tab::cells).sum()
}

/// The tabs, with how many incidents are open.
pub(super) fn tabs(context: &DrawContext<'_>, ui: &UiState, titles: Titles) -> Vec<Tab> {
    let open = incidents::open(&ui.scope, context.snapshot).len();
    TABS.iter()
        .map(|(view, title)| {
            let title = titles.show(*view, ui.view).then_some(*title);
            let badge = (*view == View::Incidents && open > 0).then_some(open);
            tab(context, ui, *view, title, badge)
        })
        .collect()
}

fn tab(
    context: &DrawContext<'_>,
    ui: &UiState,
    view: View,
    title: Option<&str>,
    badge: Option<usize>,
) -> Tab {
    let style = |role| context.theme.style(role);
    let key = context
        .keymap
        .label(&Action::Show(view), context.glyphs.ascii);
    // The brackets mark the current view without colours.
    let (open, close, key_role, title_role) = if ui.view == view {
        ("[", "]", Role::BorderFocus, Role::BorderFocus)
    } else {
        (" ", " ", Role::Key, Role::Muted)
    };
    let mut spans = vec![
        Span::styled(open, style(title_role)),
        Span::styled(key, style(key_role)),
    ];
    if let Some(title) = title {
        spans.push(Span::styled(format!(" {title}"), style(title_role)));
    }
    if let Some(count) = badge {
        let sign = context.glyphs.state(HealthState::Unhealthy);
        let count = Span::styled(format!("{sign}{count}"), style(Role::Unhealthy));
        spans.extend([Span::raw(" "), count]);
    }
    spans.push(Span::styled(close, style(title_role)));
    Tab { view, spans }
}

/// Draws the tabs. Returns the column after them.
pub(super) fn draw(buffer: &mut Buffer, line: Rect, tabs: &[Tab], drawn: &mut Drawn) -> u16 {
    let mut x = line.x;
    for tab in tabs {
        let start = x;
        x = line_writer::put_spans(buffer, line, x, line.y, &tab.spans);
        let place = Rect::new(start, line.y, x.saturating_sub(start), 1);
        drawn.add(place, line, Hit::Do(Action::Show(tab.view)));
    }
    x
}
