//! The text field in the place of the footer: filter, search, a time.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::model::Snapshot;
use crate::model::words;
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::{line_writer, text};
use crate::tui::input::page::View;
use crate::tui::state::{
    FieldKind, LogsState, TextField, UiState, availability, incidents, scope, timeline,
};

/// Draws the open text field with what it finds and the keys that end it.
pub fn draw(
    buffer: &mut Buffer,
    line: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    field: &TextField,
) {
    let theme = context.theme;
    let sign = match field.kind {
        FieldKind::Find => "/",
        FieldKind::FilterLines => "&",
        FieldKind::Time => "@",
    };
    let x = line_writer::put(buffer, line, line.x, line.y, sign, theme.style(Role::Key));
    let place = Rect {
        x,
        width: line.right().saturating_sub(x),
        ..line
    };
    let end = input(buffer, place, context, field);
    let hint = field_hint(context, ui, field);
    // Where the keys do not fit, the count does.
    let forms = [Some(hint.as_str()), hint.split("  ").next()];
    let fits = |form: &&str| end + 2 + line_writer::cells(text::width(form)) <= line.right();
    if let Some(form) = forms.into_iter().flatten().find(fits) {
        let muted = theme.style(Role::Muted);
        line_writer::put_right(buffer, line, line.right(), line.y, form, muted);
    }
}

/// What the field finds so far, and which keys end it.
fn field_hint(context: &DrawContext<'_>, ui: &UiState, field: &TextField) -> String {
    let dot = if context.glyphs.ascii { " | " } else { " · " };
    if ui.details.is_some() && !availability::logs_visible(ui) {
        return format!("Enter: keep{dot}Esc: clear");
    }
    if !availability::logs_visible(ui) {
        let (shown, all) = counted(context.snapshot, ui);
        return format!("{shown} of {all}  Enter: keep{dot}Esc: clear");
    }
    let saved = ui.session.log_tables.names();
    match field.kind {
        FieldKind::Time => format!("14:02, 14:02:11, 10m  Enter: go{dot}Esc: cancel"),
        FieldKind::FilterLines if field.text.is_empty() && !saved.is_empty() => {
            format!("saved: {saved}  Enter: keep{dot}Esc: cancel")
        }
        _ if field.text.is_empty() => format!("Enter: keep{dot}Esc: cancel"),
        kind => format!("{}  Enter: keep{dot}Esc: clear", found(&ui.logs, kind)),
    }
}

/// How much of a log filter or search find.
fn found(logs: &LogsState, kind: FieldKind) -> String {
    let find = &logs.find;
    let (found, all) = match kind {
        FieldKind::FilterLines => (&find.shown, logs.ring.lines.len()),
        _ => (&find.hits, logs.len()),
    };
    match (&find.fault, found) {
        (Some(fault), _) => fault.clone(),
        (None, Some(found)) => {
            let all = words::plural(all, "line");
            format!("{} of {all}", words::count(found.matches.len() as u64))
        }
        (None, None) => words::plural(all, "line"),
    }
}

/// What the filter lets through, and how much of it there is, with its name.
fn counted(snapshot: &Snapshot, ui: &UiState) -> (usize, String) {
    let (shown, all, noun) = match (&ui.details, ui.view) {
        (None, View::Timeline) => {
            let shown = timeline::shown(ui, snapshot).len();
            (shown, snapshot.timeline.len(), "event")
        }
        (None, View::Incidents) => {
            let shown = incidents::shown(ui, snapshot).len();
            (shown, snapshot.incidents.len(), "incident")
        }
        _ => {
            let shown = scope::visible_services(snapshot, ui).len();
            (shown, snapshot.services.len(), "service")
        }
    };
    (shown, words::plural(all, noun))
}

/// Draws a text field with its cursor; keeps the cursor in sight. Returns the column after the
/// text.
pub fn input(buffer: &mut Buffer, line: Rect, context: &DrawContext<'_>, field: &TextField) -> u16 {
    let style = context.theme.style(Role::Text);
    let room = usize::from(line.width.saturating_sub(1));
    let before: String = field.text.chars().take(field.cursor).collect();
    let after: String = field.text.chars().skip(field.cursor).collect();
    let mut start = 0;
    while text::width(before.get(start..).unwrap_or_default()) > room {
        start += before
            .get(start..)
            .and_then(|rest| rest.chars().next())
            .map_or(1, char::len_utf8);
    }
    let x = line_writer::put(
        buffer,
        line,
        line.x,
        line.y,
        before.get(start..).unwrap_or_default(),
        style,
    );
    let under = text::head(&after, 2);
    let under: String = under
        .chars()
        .next()
        .map_or_else(|| " ".to_owned(), |c| c.to_string());
    let cursor = style.add_modifier(ratatui::style::Modifier::REVERSED);
    let end = line_writer::put(buffer, line, x, line.y, &under, cursor);
    line_writer::put(
        buffer,
        line,
        end,
        line.y,
        after.get(under.len()..).unwrap_or_default(),
        style,
    )
}
