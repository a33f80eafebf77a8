//! The processes of the primary instance.

use ratatui::text::Span;

use crate::model::text::clean;
use crate::model::{Process, Service};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::details::page::{Page, PageSection};
use crate::tui::draw::widget::text;
use crate::tui::state::processes::ProcessList;

/// Cells of a column, and whether its text stands at its right end; the command takes the rest.
const COLUMNS: [(&str, usize, bool); 4] = [
    ("PID", 7, true),
    ("USER", 10, false),
    ("CPU%", 5, true),
    ("TIME", 9, true),
];

/// The page of the processes.
pub fn page<'a>(
    context: &'a DrawContext<'a>,
    service: &Service,
    list: &ProcessList,
    width: u16,
) -> Page {
    let mut page = Page::new(width);
    let whole = page.whole();
    let name = service.primary().map(|each| each.facts.name.as_str());
    let title = match (name, &list.answer) {
        (Some(name), Some(Ok(processes))) => format!("{name} ({})", processes.len()),
        (Some(name), _) => name.to_owned(),
        (None, _) => "Processes".to_owned(),
    };
    let mut section = PageSection::new(context, &title, whole);
    match &list.answer {
        None => section.paragraph("asking the engine", Role::Muted),
        Some(Err(error)) => section.paragraph(error, Role::Muted),
        Some(Ok(processes)) => table(context, &mut section, processes),
    }
    page.add(section);
    page
}

fn table(context: &DrawContext<'_>, section: &mut PageSection<'_>, processes: &[Process]) {
    let muted = section.style(Role::Muted);
    let head = row(context, COLUMNS.map(|(title, ..)| title));
    section.line(vec![Span::styled(format!("{head}COMMAND"), muted)]);
    for process in processes {
        let cells = [&process.pid, &process.user, &process.cpu, &process.time];
        let command = clean(&process.command);
        section.line(vec![
            Span::styled(row(context, cells.map(String::as_str)), muted),
            Span::styled(command, section.style(Role::Text)),
        ]);
    }
}

/// The cells before the command.
fn row(context: &DrawContext<'_>, cells: [&str; 4]) -> String {
    let mut row = String::new();
    for (cell, (_, width, at_right)) in cells.into_iter().zip(COLUMNS) {
        let fit = if at_right { text::fit_right } else { text::fit };
        row.push_str(&fit(&clean(cell), width, context.glyphs));
        row.push_str("  ");
    }
    row
}
