//! The table of services: sortable, filterable, over all projects; jobs that have finished stand last.

mod cells;
mod columns;
mod note;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::model::Service;
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::links::{self, PortForm};
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::nothing;
use crate::tui::draw::widget::{line_writer, text};
use crate::tui::input::action::Action;
use crate::tui::input::column::Column;
use crate::tui::state::table::{TableRow, TableRows, is_finished_job, rows};
use crate::tui::state::{Drawn, Hit, UiState, Viewport};

use columns::Placed;

/// The columns of one frame.
struct TableFrame<'a> {
    context: &'a DrawContext<'a>,
    ui: &'a UiState,
    placed: Vec<Placed>,
    /// Columns that do not fit.
    hidden: usize,
    /// Whether names begin with their stack.
    named_in_full: bool,
}

/// Draws the table.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    drawn: &mut Drawn,
) {
    let rows = rows(ui, context.snapshot);
    let body = Rect {
        y: area.y.saturating_add(1),
        height: area.height.saturating_sub(1),
        ..area
    };
    drawn.viewport = Viewport::clamped(ui.table.top, usize::from(body.height), rows.count());
    let several_stacks = context.snapshot.stacks.len() > 1;
    let services = rows.services();
    let (placed, hidden) = columns::place(&ui.table.columns, services, area, several_stacks);
    let has_stack = placed.iter().any(|each| each.column == Column::Stack);
    let frame = TableFrame {
        context,
        ui,
        placed,
        hidden,
        named_in_full: several_stacks && !has_stack,
    };
    frame.draw_head(buffer, area, &rows, drawn);
    if services.is_empty() {
        let words = nothing::why(context.snapshot, ui);
        let muted = context.theme.style(Role::Muted);
        return line_writer::centred_text(buffer, body, &words, context.glyphs, muted);
    }
    for (y, row) in (body.top()..body.bottom()).zip(drawn.viewport.top..) {
        let line = line_writer::row(body, y);
        match rows.at(row) {
            None => break,
            Some(TableRow::Jobs(count)) => frame.draw_rule(buffer, line, count),
            Some(TableRow::Service(service)) => {
                frame.draw_row(buffer, line, service);
                if let Some(place) = frame.placed.iter().find(|it| it.column == Column::Ports) {
                    let cells = Rect::new(place.x, y, place.width, 1).intersection(line);
                    let ports = (&**service, PortForm::Bare);
                    links::add(buffer, cells, context, ports, drawn);
                }
                drawn.add(line, body, Hit::Service(service.id.clone()));
                drawn.visible.push(service.id.clone());
                drawn.measured.push(service.id.clone());
            }
        }
    }
}

/// The sign at the column that the rows are sorted by.
const fn sort_arrow(ascii: bool, reverse: bool) -> &'static str {
    match (ascii, reverse) {
        (false, false) => "↓",
        (false, true) => "↑",
        (true, false) => "v",
        (true, true) => "^",
    }
}

impl TableFrame<'_> {
    /// Titles, which sort by their column when they are clicked, and what is not shown.
    fn draw_head(&self, buffer: &mut Buffer, area: Rect, rows: &TableRows<'_>, drawn: &mut Drawn) {
        let (theme, glyphs) = (self.context.theme, self.context.glyphs);
        let table = &self.ui.table;
        let arrow = sort_arrow(glyphs.ascii, table.reverse);
        let mut end = area.x;
        for each in &self.placed {
            let is_sorted = each.column == table.sort;
            let title = each.title(is_sorted.then_some(arrow), glyphs);
            let title = each.align(&title, glyphs);
            let role = if is_sorted { Role::Title } else { Role::Muted };
            end = line_writer::put(buffer, area, each.x, area.y, &title, theme.style(role));
            let place = Rect::new(each.x, area.y, each.width, 1);
            drawn.add(place, area, Hit::Do(Action::SortBy(each.column)));
        }
        let room = usize::from(area.right().saturating_sub(end.saturating_add(1)));
        let captions = self.captions(drawn.viewport, rows);
        if let Some(caption) = captions.iter().find(|each| text::width(each) <= room) {
            let style = theme.style(Role::Key);
            line_writer::put_right(buffer, area, area.right(), area.y, caption, style);
        }
    }

    /// What the table does not show, in ever shorter forms: rows outside, columns that do not fit.
    fn captions(&self, viewport: Viewport, rows: &TableRows<'_>) -> [String; 4] {
        let mut range = String::new();
        if viewport.total > viewport.rows {
            let all = rows.services().len();
            let first = rows.index_at(viewport.top) + 1;
            let last = viewport.top + viewport.rows.max(1) - 1;
            range = format!("{first}-{}/{all}", (rows.index_at(last) + 1).min(all));
        }
        let (few, many) = match self.hidden {
            0 => (String::new(), String::new()),
            1 => ("+1".to_owned(), "+1 column".to_owned()),
            count => (format!("+{count}"), format!("+{count} columns")),
        };
        [
            format!("{range} {many}"),
            format!("{range} {few}"),
            many,
            few,
        ]
        .map(|caption| caption.trim().to_owned())
    }

    /// The line above the jobs.
    fn draw_rule(&self, buffer: &mut Buffer, line: Rect, jobs: usize) {
        let (theme, glyphs) = (self.context.theme, self.context.glyphs);
        let (from, border) = (line.x + 1, theme.style(Role::Border));
        line_writer::rule(buffer, line, line.y, from, line.right(), glyphs, border);
        let words = if jobs == 1 { " 1 job " } else { " jobs " };
        let muted = theme.style(Role::Muted);
        line_writer::put(buffer, line, from + 2, line.y, words, muted);
    }

    fn draw_row(&self, buffer: &mut Buffer, line: Rect, service: &Service) {
        let theme = self.context.theme;
        let selected = self.ui.selection.selected.as_ref() == Some(&service.id);
        let marked = self.ui.selection.marked.contains(&service.id);
        for each in self.cells_of(service, line) {
            let mut spans = cells::cell(&each, service, self.context, self.named_in_full);
            if marked && each.column == Column::Name {
                spans
                    .iter_mut()
                    .for_each(|span| span.style = theme.style(Role::Marked));
            }
            line_writer::put_spans(buffer, line, each.x, line.y, &spans);
        }
        if selected {
            buffer.set_style(line, theme.style(Role::Selection));
        }
        let (sign, role) = match (marked, selected, self.context.glyphs.ascii) {
            (true, _, false) => ("◆", Role::Marked),
            (true, _, true) => ("*", Role::Marked),
            (false, true, false) => ("▌", Role::BorderFocus),
            (false, true, true) => (">", Role::BorderFocus),
            (false, false, _) => return,
        };
        line_writer::put(buffer, line, line.x, line.y, sign, theme.style(role));
    }

    /// The cells of a row. Of a job that has finished nothing is measured: when it ended takes the
    /// place of the figures.
    fn cells_of(&self, service: &Service, line: Rect) -> Vec<Placed> {
        if !is_finished_job(service) {
            return self.placed.clone();
        }
        let is_told = |each: &&Placed| !tells_of_a_process(each.column);
        let mut cells: Vec<Placed> = self.placed.iter().filter(is_told).copied().collect();
        let mut figures = self.placed.iter().filter(|each| !is_told(each));
        if let Some(first) = figures.next() {
            let next = cells.iter().map(|each| each.x).find(|x| *x > first.x);
            let end = next.map_or(line.right(), |next| next - 1);
            cells.push(Placed {
                column: Column::Note,
                x: first.x,
                width: end.saturating_sub(first.x),
            });
        }
        cells
    }
}

/// Whether a column says something of a process that runs.
const fn tells_of_a_process(column: Column) -> bool {
    !matches!(
        column,
        Column::State
            | Column::Stack
            | Column::Name
            | Column::Layer
            | Column::Image
            | Column::Newer
            | Column::Ports
    )
}

#[cfg(test)]
mod tests;
