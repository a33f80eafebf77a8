//! The lines of a plan in its question: what it affects, and a row a wave.

use crate::explain::plan::{PlanLine, WaveLine, effects, waves};
use crate::model::Plan;
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::text;

use crate::tui::draw::chrome::dialog_frame::DialogLine;

/// Cells between two columns.
const GAP: usize = 2;
/// In fewer cells names of services are not read as a column: the others stand below them.
const LEAST_CALLS: usize = 18;

/// The lines of `plan`, each of at most `width` cells.
pub fn lines(plan: &Plan, context: &DrawContext<'_>, width: usize) -> Vec<DialogLine> {
    let mut lines = Vec::new();
    for line in effects(plan, context.snapshot) {
        let role = match &line {
            PlanLine::Warning(_) => Role::Degraded,
            PlanLine::Loss(_) => Role::Unhealthy,
            PlanLine::Notice(_) | PlanLine::Step(..) => Role::Text,
            PlanLine::Unneeded(_) => Role::Muted,
        };
        let style = context.theme.style(role);
        let parts = text::wrap(&line.text(), width).into_iter();
        lines.extend(parts.map(|text| DialogLine { text, style }));
    }
    let waves = waves(plan, context.snapshot);
    let beside = if context.glyphs.ascii { " | " } else { " ∥ " };
    let columns = Columns::of(&waves, beside, width);
    let style = context.theme.style(Role::Text);
    let rows = waves.iter().flat_map(|wave| columns.rows(wave, beside));
    lines.extend(rows.map(|text| DialogLine { text, style }));
    lines
}

/// Cells of each column.
struct Columns {
    width: usize,
    number: usize,
    calls: usize,
}

impl Columns {
    fn of(waves: &[WaveLine], beside: &str, width: usize) -> Self {
        let widest =
            |cell: &dyn Fn(&WaveLine) -> usize| waves.iter().map(cell).max().unwrap_or_default();
        let number = widest(&|wave| wave.number.map_or(0, |it| it.to_string().len() + GAP));
        let [gate, last_time] = [
            widest(&|wave| text::width(wave.gate)),
            widest(&|wave| text::width(&wave.last_time)),
        ]
        .map(|cells| if cells == 0 { 0 } else { cells + GAP });
        let calls = widest(&|wave| text::width(&wave.calls.join(beside)));
        let left = width.saturating_sub(number + gate + last_time);
        Self {
            width,
            number,
            calls: calls.min(left),
        }
    }

    /// The rows of `wave`: what runs side by side, wrapped; what is waited for and how long that took
    /// the last time at the right, or below where there is no room.
    fn rows(&self, wave: &WaveLine, beside: &str) -> Vec<String> {
        let calls = wave.calls.join(beside);
        let number = wave.number.map(|it| it.to_string()).unwrap_or_default();
        let number = padded(&number, self.number);
        let indent = " ".repeat(self.number);
        let fits = self.calls >= LEAST_CALLS.min(text::width(&calls));
        let room = if fits {
            self.calls
        } else {
            self.width.saturating_sub(self.number)
        };
        let mut rows = text::wrap(&calls, room);
        for (index, row) in rows.iter_mut().enumerate() {
            let before = if index == 0 { &number } else { &indent };
            row.insert_str(0, before);
        }
        if fits {
            let first = rows.first_mut();
            first.into_iter().for_each(|row| self.put_right(row, wave));
            return rows;
        }
        let below = [wave.gate, &wave.last_time].into_iter();
        let below = below.filter(|words| !words.is_empty());
        rows.extend(below.flat_map(|words| {
            let parts = text::wrap(words, room).into_iter();
            parts.map(|part| format!("{indent}{part}"))
        }));
        rows
    }

    /// Adds the columns at the right of the calls.
    fn put_right(&self, row: &mut String, wave: &WaveLine) {
        if !wave.gate.is_empty() {
            let at = self.number + self.calls + GAP;
            *row = format!("{}{}", padded(row, at), wave.gate);
        }
        if !wave.last_time.is_empty() {
            let at = self.width.saturating_sub(text::width(&wave.last_time));
            *row = format!("{}{}", padded(row, at), wave.last_time);
        }
    }
}

/// `text` with blanks behind it, `cells` wide at least.
fn padded(text: &str, cells: usize) -> String {
    let missing = cells.saturating_sub(text::width(text));
    format!("{text}{}", " ".repeat(missing))
}
