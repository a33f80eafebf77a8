//! The columns of the table of incidents. What does not fit is left out as a whole, the least
//! important column first.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::explain;
use crate::model::words;
use crate::model::{Change, HealthState, Incident};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::{line_writer, text};
use crate::tui::state::incidents::{operations, story};

use super::{lasts, recovers};

/// Cells of a short cause.
const SHORT: usize = 8;
/// Cells of the longest cause that is worth its place.
const CAUSE: usize = 44;
/// Cells of the names of what is blocked, where they have room.
const NAMES: usize = 20;

/// The cells of one row; empty ones are left out.
struct IncidentRow {
    sign: &'static str,
    role: Role,
    number: String,
    root: String,
    cause: Vec<String>,
    lasts: String,
    began: String,
    state: &'static str,
    blocks: Vec<String>,
    done: String,
}

/// Cells of each column; 0 leaves it out.
pub(super) struct IncidentColumns {
    number: usize,
    root: usize,
    cause: usize,
    lasts: usize,
    state: usize,
    began: usize,
    blocks: usize,
    done: usize,
}

impl IncidentColumns {
    /// The columns that show `incidents` in `width` cells.
    pub fn of(context: &DrawContext<'_>, incidents: &[&Arc<Incident>], width: u16) -> Self {
        let rows: Vec<_> = incidents.iter().map(|it| row(context, it)).collect();
        let widest = |cell: &dyn Fn(&IncidentRow) -> usize, head: &str| {
            let cells = rows.iter().map(cell).max().unwrap_or(0);
            cells.max(text::width(head))
        };
        let mut columns = Self {
            number: widest(&|row| text::width(&row.number), "#"),
            root: widest(&|row| text::width(&row.root), "ROOT"),
            cause: SHORT,
            lasts: widest(&|row| text::width(&row.lasts), "FOR"),
            state: 0,
            began: 0,
            blocks: 0,
            done: 0,
        };
        let width = usize::from(width);
        // Without a limit of its own the root would push everything else out.
        columns.root = columns.root.min((width / 3).max(10));
        let few = widest(&|row| last_width(&row.blocks), "BLOCKS");
        columns.take(width, few, |it| &mut it.blocks);
        columns.take(
            width,
            widest(&|row| text::width(&row.began), "BEGAN"),
            |it| &mut it.began,
        );
        columns.take(
            width,
            widest(&|row| text::width(row.state), "STATE"),
            |it| &mut it.state,
        );
        columns.take(width, widest(&|row| text::width(&row.done), "DONE"), |it| {
            &mut it.done
        });
        let cause = widest(&|row| first_width(&row.cause), "CAUSE").min(CAUSE);
        columns.widen(width, cause, |it| &mut it.cause);
        let names = widest(&|row| first_width(&row.blocks), "BLOCKS");
        let names = names.min(NAMES.max(width.saturating_sub(100)));
        columns.widen(width, names, |it| &mut it.blocks);
        columns
    }

    fn total(&self) -> usize {
        let cells = [
            self.number,
            self.root,
            self.cause,
            self.lasts,
            self.state,
            self.began,
            self.blocks,
            self.done,
        ];
        let shown = cells.iter().filter(|cells| **cells > 0).count();
        // The sign with a blank at each side, and one between two columns.
        3 + cells.iter().sum::<usize>() + shown - 1
    }

    /// Gives a column `cells` where they fit in `width`.
    fn take(&mut self, width: usize, cells: usize, column: fn(&mut Self) -> &mut usize) {
        let before = std::mem::replace(column(self), cells);
        if self.total() > width {
            *column(self) = before;
        }
    }

    /// Gives a column as much of `cells` as fits in `width`.
    fn widen(&mut self, width: usize, cells: usize, column: fn(&mut Self) -> &mut usize) {
        let room = width.saturating_sub(self.total());
        let own = column(self);
        if *own > 0 && cells > *own {
            *own += room.min(cells - *own);
        }
    }

    /// Draws the names of the columns.
    pub fn draw_head(&self, buffer: &mut Buffer, row: Rect, context: &DrawContext<'_>) {
        let head = [
            ("#", self.number),
            ("ROOT", self.root),
            ("CAUSE", self.cause),
            ("FOR", self.lasts),
            ("STATE", self.state),
            ("BEGAN", self.began),
            ("BLOCKS", self.blocks),
            ("DONE", self.done),
        ];
        let mut line = "   ".to_owned();
        for (name, cells) in head.into_iter().filter(|(_, cells)| *cells > 0) {
            line.push_str(&text::fit(name, cells, context.glyphs));
            line.push(' ');
        }
        let style = context.theme.style(Role::Muted);
        line_writer::put(buffer, row, row.x, row.y, line.trim_end(), style);
    }

    /// Draws one incident.
    pub fn draw_row(
        &self,
        buffer: &mut Buffer,
        line: Rect,
        context: &DrawContext<'_>,
        incident: &Incident,
    ) {
        let (theme, glyphs) = (context.theme, context.glyphs);
        let row = row(context, incident);
        let cause = text::cut_reason(&row.cause, self.cause, glyphs);
        let fits = |form: &&String| text::width(form) <= self.blocks;
        let blocks = row.blocks.iter().find(fits).or(row.blocks.last());
        let blocks = blocks.map_or("", String::as_str);
        let calm = if incident.is_open() {
            Role::Text
        } else {
            Role::Muted
        };
        let cells: [(&str, usize, Role); 8] = [
            (&row.number, self.number, calm),
            (&row.root, self.root, Role::Title),
            (&cause, self.cause, row.role),
            (&row.lasts, self.lasts, calm),
            (row.state, self.state, row.role),
            (&row.began, self.began, Role::Muted),
            (blocks, self.blocks, calm),
            (&row.done, self.done, Role::Muted),
        ];
        let mut spans = vec![Span::styled(
            format!(" {} ", row.sign),
            theme.style(row.role),
        )];
        for (content, cells, role) in cells.into_iter().filter(|(_, cells, _)| *cells > 0) {
            let content = format!("{} ", text::fit(content, cells, glyphs));
            spans.push(Span::styled(content, theme.style(role)));
        }
        line_writer::put_spans(buffer, line, line.x, line.y, &spans);
    }
}

fn first_width(forms: &[String]) -> usize {
    forms.first().map_or(0, |form| text::width(form))
}

fn last_width(forms: &[String]) -> usize {
    forms.last().map_or(0, |form| text::width(form))
}

fn row(context: &DrawContext<'_>, incident: &Incident) -> IncidentRow {
    let (state, shown, role) = state(context, incident);
    let known = incident.root.service();
    let known = known.and_then(|id| context.snapshot.service(id));
    let stack = known.and_then(|service| service.stack.as_ref());
    IncidentRow {
        sign: context.glyphs.state(shown),
        role,
        number: format!("#{}", incident.id),
        root: incident.root.words().to_owned(),
        cause: explain::incident::cause(incident),
        lasts: words::duration(lasts(context, incident)),
        began: words::moment(incident.opened_at, context.now(), context.zone),
        state,
        blocks: if incident.blocked.is_empty() {
            vec!["-".to_owned()]
        } else {
            vec![
                explain::sentence::names(&incident.blocked, stack),
                incident.blocked.len().to_string(),
            ]
        },
        done: done(context, incident),
    }
}

/// Where an incident stands: the word, the state whose sign it takes, the role.
fn state(context: &DrawContext<'_>, incident: &Incident) -> (&'static str, HealthState, Role) {
    if !incident.is_open() {
        ("closed", HealthState::Completed, Role::Completed)
    } else if recovers(context, incident) {
        ("recovering", HealthState::Starting, Role::Starting)
    } else {
        ("open", HealthState::Unhealthy, Role::Unhealthy)
    }
}

/// The operations during an incident by their verbs, oldest first.
fn done(context: &DrawContext<'_>, incident: &Incident) -> String {
    let story = story(incident, context.snapshot);
    let mut verbs: Vec<&str> = Vec::new();
    for event in operations(&story) {
        if let Change::Operation(change) = &event.change
            && let Some(operation) = change.operation()
        {
            verbs.push(operation.kind.verb());
        }
    }
    verbs.dedup();
    verbs.join(", ")
}
