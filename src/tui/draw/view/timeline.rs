//! What happened, newest first: operations that run now on top, then the recorded events, with
//! brackets around those of an incident.

mod running;
pub mod signs;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::explain;
use crate::model::words;
use crate::model::{Change, TimelineEvent};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::{line_writer, scroll, text};
use crate::tui::input::action::Action;
use crate::tui::state::timeline::brackets::{Bracket, RowBrackets, brackets, lanes};
use crate::tui::state::timeline::kept::has_kept_lines;
use crate::tui::state::timeline::{TimelineRow, index, rows};
use crate::tui::state::{Drawn, Hit, UiState, Viewport, incidents};

/// Width from which on the absolute time is shown beside the age, and services with their stack.
const WITH_CLOCK: u16 = 60;
/// Cells of the sign of kept lines with the blank after it.
const KEPT: usize = 2;
/// Cells of the age.
const AGE: usize = 4;

/// Draws the timeline.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    drawn: &mut Drawn,
) {
    let area = running::draw(buffer, area.intersection(buffer.area), context);
    let events = rows(ui, context.snapshot);
    // A head over nothing but itself is of no use.
    let head = u16::from(area.height > 2 && !events.is_empty());
    let body = Rect {
        y: area.y + head,
        height: area.height - head,
        ..area
    };
    let (room, total) = (usize::from(body.height), events.len());
    drawn.viewport = Viewport::clamped(ui.past.timeline.top, room, total);
    let top = drawn.viewport.top;
    if body.is_empty() || events.is_empty() {
        drawn.viewport.top = 0;
        draw_nothing(buffer, body, context, ui);
        return;
    }
    let text_area = Rect {
        width: body.width.saturating_sub(u16::from(total > room)),
        ..body
    };
    let firsts: Vec<_> = events.iter().map(|row| row.event).collect();
    let brackets = brackets(&firsts, context.snapshot);
    let in_sight = top..(top + room).min(total);
    let columns = Columns::of(
        context,
        &events[in_sight.clone()],
        &brackets[in_sight.clone()],
        area.width,
    );
    if head > 0 {
        let line = line_writer::row(area, area.y);
        let count = events.iter().map(|row| row.count).sum();
        columns.draw_head(buffer, line, context, &counted(context, ui, count));
    }
    let chosen = index(ui, context.snapshot, &events);
    for (at, y) in in_sight.zip(body.y..body.bottom()) {
        let row = line_writer::row(text_area, y);
        columns.draw_event(buffer, row, context, &events[at], &brackets[at]);
        if at == chosen {
            line_writer::cursor(buffer, row, context.theme, context.glyphs);
        }
        drawn.areas.push((row, Hit::Row(at)));
    }
    scroll::bar(buffer, body, drawn.viewport, context.theme, context.glyphs);
}

/// Draws the first of `rows` that have room, the newest on top.
pub fn draw_newest(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    rows: &[TimelineRow<'_>],
) {
    let firsts: Vec<_> = rows.iter().map(|row| row.event).collect();
    let count = rows.len().min(usize::from(area.height));
    let brackets = &brackets(&firsts, context.snapshot)[..count];
    let columns = Columns::of(context, &rows[..count], brackets, area.width);
    for ((shown, beside), y) in rows.iter().zip(brackets).zip(area.y..area.bottom()) {
        columns.draw_event(buffer, line_writer::row(area, y), context, shown, beside);
    }
}

/// `27 events, 1 open incident`, `3 of 27 events`: in ever shorter forms.
fn counted(context: &DrawContext<'_>, ui: &UiState, shown: usize) -> [String; 2] {
    let all = context.snapshot.timeline.len();
    let events = if ui.scope.filter.is_empty() {
        words::plural(shown, "event")
    } else {
        format!("{shown} of {}", words::plural(all, "event"))
    };
    let open = incidents::open(&ui.scope, context.snapshot).len();
    let open = words::plural(open, "open incident");
    [format!("{events}, {open}"), events]
}

fn draw_nothing(buffer: &mut Buffer, area: Rect, context: &DrawContext<'_>, ui: &UiState) {
    let key = |action: &Action| context.keymap.label(action, context.glyphs.ascii);
    let words = if ui.scope.filter.is_empty() {
        "no events yet: starts, stops, failures and operations appear here".to_owned()
    } else {
        let filter = &ui.scope.filter;
        format!(
            "no event matches \"{filter}\"; {} clears it",
            key(&Action::Back)
        )
    };
    let muted = context.theme.style(Role::Muted);
    line_writer::centred_text(buffer, area, &words, context.glyphs, muted);
}

/// Cells of each column; those with 0 are left out.
struct Columns {
    clock: usize,
    lanes: usize,
    service: usize,
    /// The sign of kept lines with the blank after it, where an event has it.
    kept: usize,
    /// Whether services are written with their stack.
    with_stack: bool,
}

impl Columns {
    /// The columns for `rows` in a view of `width`.
    fn of(
        context: &DrawContext<'_>,
        rows: &[TimelineRow<'_>],
        brackets: &[RowBrackets],
        width: u16,
    ) -> Self {
        let with_stack = width >= WITH_CLOCK || context.snapshot.stacks.len() > 1;
        let named = rows.iter().map(|row| service(row, with_stack).concat());
        let widest = named.map(|name| text::width(&name)).max().unwrap_or(0);
        let moments = rows.iter().map(|row| moment(context, row.event).len());
        let is_kept = |row: &TimelineRow<'_>| has_kept_lines(row.event, context.snapshot);
        let kept = if rows.iter().any(is_kept) { KEPT } else { 0 };
        let clock = moments.max().filter(|_| width >= WITH_CLOCK).unwrap_or(0);
        Self {
            clock,
            lanes: lanes(brackets),
            service: widest.clamp(SERVICE.len(), usize::from(width / 4).max(SERVICE.len())),
            kept,
            with_stack,
        }
    }

    /// Names of the columns, and at the right what is shown in the longest of `forms` that fits.
    fn draw_head(
        &self,
        buffer: &mut Buffer,
        row: Rect,
        context: &DrawContext<'_>,
        forms: &[String],
    ) {
        let style = context.theme.style(Role::Muted);
        let mut line = " ".to_owned();
        if self.clock > 0 {
            line.push_str(&format!("{:>w$} ", "TIME", w = self.clock));
        }
        line.push_str(&format!("{:>AGE$} ", "AGE"));
        line.push_str(&" ".repeat(self.lanes + usize::from(self.lanes > 0)));
        line.push_str(&text::fit(SERVICE, self.service, context.glyphs));
        line.push_str(&" ".repeat(3 + self.kept));
        line.push_str("WHAT");
        let x = line_writer::put(buffer, row, row.x, row.y, &line, style);
        let fits =
            |form: &&String| usize::from(x) + text::width(form) + 2 <= usize::from(row.right());
        if let Some(form) = forms.iter().find(fits) {
            line_writer::put_right(buffer, row, row.right(), row.y, form, style);
        }
    }

    /// Time, age, brackets, service, sign, text.
    fn draw_event(
        &self,
        buffer: &mut Buffer,
        row: Rect,
        context: &DrawContext<'_>,
        shown: &TimelineRow<'_>,
        beside: &RowBrackets,
    ) {
        let (theme, glyphs) = (context.theme, context.glyphs);
        let event = shown.event;
        let mut time = " ".to_owned();
        if self.clock > 0 {
            let moment = moment(context, event);
            time.push_str(&format!("{moment:>w$} ", w = self.clock));
        }
        let age = words::age(event.at, context.now());
        time.push_str(&format!("{age:>AGE$} "));
        let mut spans = vec![Span::styled(time, theme.style(Role::Muted))];
        spans.extend(self.beside(context, beside));
        let [name, others] = service(shown, self.with_stack);
        let room = self.service.saturating_sub(text::width(&others));
        let service = format!("{}{others}", text::cut(&name, room, glyphs));
        spans.push(Span::styled(
            format!("{} ", text::fit(&service, self.service, glyphs)),
            theme.style(Role::Title),
        ));
        let (sign, role) = signs::of(&event.change, glyphs);
        spans.push(Span::styled(format!("{sign} "), theme.style(role)));
        if self.kept > 0 {
            let is_kept = has_kept_lines(event, context.snapshot);
            let sign = if is_kept { signs::kept(glyphs) } else { " " };
            spans.push(Span::styled(format!("{sign} "), theme.style(Role::Key)));
        }
        let quiet = event.change.is_creation()
            || matches!(
                event.change,
                Change::Started { .. } | Change::Removed { .. } | Change::Own(_)
            );
        spans.push(Span::styled(
            explain::timeline::words(shown.change),
            theme.style(if quiet { Role::Muted } else { Role::Text }),
        ));
        line_writer::put_cut(buffer, row, row.x, row.y, &spans, glyphs);
    }

    /// The brackets beside a row, with a blank after them where there are any.
    fn beside(&self, context: &DrawContext<'_>, beside: &RowBrackets) -> Vec<Span<'static>> {
        let (theme, ascii) = (context.theme, context.glyphs.ascii);
        let sign = |bracket: &Option<(Bracket, bool)>| match bracket {
            None => Span::raw(" "),
            Some((bracket, open)) => {
                let role = if *open { Role::Unhealthy } else { Role::Muted };
                Span::styled(bracket_sign(*bracket, ascii), theme.style(role))
            }
        };
        let mut spans: Vec<_> = beside.iter().take(self.lanes).map(sign).collect();
        if self.lanes > 0 {
            spans.push(Span::raw(" "));
        }
        spans
    }
}

const SERVICE: &str = "SERVICE";

const fn bracket_sign(bracket: Bracket, ascii: bool) -> &'static str {
    match (ascii, bracket) {
        (false, Bracket::Top) => "┌",
        (false, Bracket::Inside) => "│",
        (false, Bracket::Bottom) => "└",
        (false, Bracket::Passing) => "┊",
        (true, Bracket::Top) => "/",
        (true, Bracket::Inside) => "|",
        (true, Bracket::Bottom) => "\\",
        (true, Bracket::Passing) => ":",
    }
}

/// What a row is about, with the stack or without, and how many services beside: `hub/db`, ` +2`.
fn service(row: &TimelineRow<'_>, with_stack: bool) -> [String; 2] {
    let id = row.event.service.as_ref().map_or("", |id| id.as_str());
    let name = match id.split_once('/') {
        Some((_, name)) if !with_stack => name,
        _ => id,
    };
    [name.to_owned(), others(row)]
}

/// ` +2`; empty where it is about one service.
#[must_use]
pub fn others(row: &TimelineRow<'_>) -> String {
    match row.others() {
        0 => String::new(),
        more => format!(" +{more}"),
    }
}

fn moment(context: &DrawContext<'_>, event: &TimelineEvent) -> String {
    words::moment(event.at, context.now(), context.zone)
}

#[cfg(test)]
mod tests;
