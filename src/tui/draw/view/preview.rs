//! The preview of the selected service beside the map and the table: its log, its figures over time
//! or why it is as it is.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::model::Service;
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::details::{charts, why};
use crate::tui::draw::view::logs;
use crate::tui::draw::widget::{line_writer, status, text};
use crate::tui::input::action::{Action, Direction};
use crate::tui::input::page::PreviewKind;
use crate::tui::state::preview::REST;
use crate::tui::state::{Drawn, Hit, UiState};

/// Draws what `kind` is of the selected service.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    kind: PreviewKind,
    drawn: &mut Drawn,
) {
    let selected = ui.selection.selected.as_ref();
    let service = selected.and_then(|id| context.snapshot.service(id));
    let beside = area.x > 0;
    let inner = frame(buffer, area, context, beside);
    draw_head(
        buffer,
        line_writer::row(area, area.y),
        context,
        service.map(AsRef::as_ref),
        kind,
        drawn,
    );
    let Some(service) = service else {
        let down = context
            .keymap
            .label(&Action::Move(Direction::Down), context.glyphs.ascii);
        return say(
            buffer,
            inner,
            context,
            &format!("no service selected: {down} selects one"),
        );
    };
    // What is drawn here does not scroll: the view keeps its own place.
    let mut own = Drawn::default();
    match kind {
        PreviewKind::Log => draw_log(buffer, inner, context, ui, service),
        PreviewKind::Metrics => {
            charts::draw(buffer, inner, context, service, 0, &mut own);
            drawn.measured.push(service.id.clone());
        }
        PreviewKind::Why => {
            why::page(context, service, inner.width, &mut own)
                .draw(buffer, inner, context, 0, &mut own);
            drawn.command = own.command;
        }
    }
}

/// Draws the border towards the view; returns the room below the head.
fn frame(buffer: &mut Buffer, area: Rect, context: &DrawContext<'_>, beside: bool) -> Rect {
    let (glyphs, border) = (context.glyphs, context.theme.style(Role::Border));
    line_writer::rule(buffer, area, area.y, area.x, area.right(), glyphs, border);
    let inner = Rect {
        y: area.y.saturating_add(1),
        height: area.height.saturating_sub(1),
        ..area
    };
    if beside {
        return line_writer::wall(buffer, inner, glyphs, border);
    }
    inner
}

/// Whose preview it is, what it can show, and the key that shows the next one.
fn draw_head(
    buffer: &mut Buffer,
    row: Rect,
    context: &DrawContext<'_>,
    service: Option<&Service>,
    kind: PreviewKind,
    drawn: &mut Drawn,
) {
    let (theme, glyphs) = (context.theme, context.glyphs);
    let key = context.keymap.label(&Action::Preview, glyphs.ascii);
    let next = match PreviewKind::after(Some(kind)) {
        Some(next) => format!(" {key} {} ", next.title()),
        None => format!(" {key} closes "),
    };
    let tabs: usize = PreviewKind::ALL
        .iter()
        .map(|each| each.title().len() + 2)
        .sum();
    let room = usize::from(row.width).saturating_sub(tabs + 4);
    let name = service.map_or(Cow::Borrowed("-"), Service::full_title);
    let name = text::cut_middle(&name, room, glyphs);
    let style = service.map_or_else(
        || theme.style(Role::Muted),
        |service| status::shown_style(theme, service.health.shown_state()),
    );
    let mut x = line_writer::put(buffer, row, row.x + 1, row.y, &format!(" {name} "), style);
    for each in PreviewKind::ALL {
        let title = format!(" {} ", each.title());
        let is_chosen = each == kind;
        let role = if is_chosen {
            Role::Selection
        } else {
            Role::Muted
        };
        let begin = x;
        // The rule below has a colour of its own, which must not show through.
        let style = theme.style(Role::Text).patch(theme.style(role));
        x = line_writer::put(buffer, row, x, row.y, &title, style);
        if is_chosen && theme.style(role) == theme.style(Role::Muted) {
            // Without a look of its own the chosen one is known by brackets.
            let title = format!("[{}]", each.title());
            line_writer::put(buffer, row, begin, row.y, &title, theme.style(Role::Title));
        }
        let place = Rect::new(begin, row.y, x.saturating_sub(begin), 1);
        drawn.add(place, row, Hit::Do(Action::ShowPreview(each)));
    }
    if x.saturating_add(line_writer::cells(text::width(&next))) < row.right() {
        let style = theme.style(Role::Key);
        line_writer::put_right(buffer, row, row.right(), row.y, &next, style);
    }
}

fn draw_log(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    service: &Service,
) {
    let preview = &ui.selection.preview;
    let log = &preview.logs;
    if !log.ring.lines.is_empty() {
        return logs::draw_tail(buffer, area, context, log, &mut Drawn::default());
    }
    let is_resting = context.facts.typed_at >= preview.selected_at + REST;
    let notice = logs::notice_of_sources(&log.notices);
    let words = if service.instances.is_empty() {
        "it has no container, so that there is no log"
    } else if let Some(notice) = &notice {
        notice
    } else if is_resting {
        "nothing was logged yet; new lines appear here by themselves"
    } else {
        ""
    };
    say(buffer, area, context, words);
}

/// Writes `words` in the middle of `area`.
fn say(buffer: &mut Buffer, area: Rect, context: &DrawContext<'_>, words: &str) {
    let y = area.y + area.height.saturating_sub(1) / 2;
    let muted = context.theme.style(Role::Muted);
    line_writer::centred(buffer, area, y, words, context.glyphs, muted);
}
