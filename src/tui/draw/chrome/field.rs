//! The text field in the place of the footer: filter, search, a time.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use unicode_segmentation::UnicodeSegmentation as _;

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
    let (found, keys) = field_hint(context, ui, field);
    let whole = [found.as_str(), keys.as_str()];
    let whole = whole.into_iter().filter(|part| !part.is_empty());
    let whole = whole.collect::<Vec<_>>().join("  ");
    // Where the keys do not fit, the count does.
    let fits = |form: &&str| end + 2 + line_writer::cells(text::width(form)) <= line.right();
    if let Some(form) = [whole.as_str(), found.as_str()].into_iter().find(fits) {
        let muted = theme.style(Role::Muted);
        line_writer::put_right(buffer, line, line.right(), line.y, form, muted);
    }
}

/// What the field finds so far or takes, and which keys end it.
fn field_hint(context: &DrawContext<'_>, ui: &UiState, field: &TextField) -> (String, String) {
    let dot = if context.glyphs.ascii { " | " } else { " · " };
    let keys = |enter: &str, esc: &str| format!("Enter: {enter}{dot}Esc: {esc}");
    if !availability::logs_visible(ui) {
        let found = if ui.details.is_some() {
            String::new()
        } else {
            let (shown, all) = counted(context.snapshot, ui);
            format!("{shown} of {all}")
        };
        return (found, keys("keep", "clear"));
    }
    let saved = ui.session.log_tables.names();
    match field.kind {
        FieldKind::Time => ("14:02, 14:02:11, 10m".to_owned(), keys("go", "cancel")),
        FieldKind::FilterLines if field.text.is_empty() && !saved.is_empty() => {
            (format!("saved: {saved}"), keys("keep", "cancel"))
        }
        _ if field.text.is_empty() => (String::new(), keys("keep", "cancel")),
        kind => (found(&ui.logs, kind), keys("keep", "clear")),
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
    let cursor = Modifier::REVERSED;
    let mut style = context.theme.style(Role::Text);
    if field.is_selected {
        style = style.add_modifier(cursor);
    }
    let room = usize::from(line.width.saturating_sub(1));
    let chars = field.text.char_indices();
    let at = chars.map(|(at, _)| at).nth(field.cursor);
    let at = at.unwrap_or(field.text.len());
    let (before, after) = field.text.split_at_checked(at).unwrap_or_default();
    let before = end_within(before, room);
    let x = line_writer::put(buffer, line, line.x, line.y, before, style);
    let under = after.graphemes(true).next().unwrap_or(" ");
    let end = line_writer::put(buffer, line, x, line.y, under, style.add_modifier(cursor));
    let rest = after.get(under.len()..).unwrap_or_default();
    line_writer::put(buffer, line, end, line.y, rest, style)
}

/// The end of `text` that fits in `cells`.
fn end_within(text: &str, cells: usize) -> &str {
    let mut used = 0;
    let fits = |(_, grapheme): &(usize, &str)| {
        used += text::width(grapheme);
        used <= cells
    };
    let start = text.grapheme_indices(true).rev().take_while(fits).last();
    start.map_or("", |(at, _)| text.get(at..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_text_fits_in_its_cells_by_whole_characters() {
        for (text, cells, end) in [
            ("abc", 5, "abc"),
            ("abc", 2, "bc"),
            ("a日本", 3, "本"),
            ("x👩‍🚀", 2, "👩‍🚀"),
            ("", 0, ""),
            ("a", 0, ""),
        ] {
            assert_eq!(end_within(text, cells), end, "{text} in {cells}");
        }
    }
}
