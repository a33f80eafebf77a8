//! Which columns fit, and where they stand.

use std::borrow::Cow;
use std::sync::Arc;

use ratatui::layout::Rect;

use crate::model::Service;
use crate::tui::glyphs::Glyphs;
use crate::tui::state::Column;
use crate::tui::widget::text;

/// Width of a state sign with one overlay.
const SIGNS: u16 = 2;

/// A column with its place on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Placed {
    pub column: Column,
    pub x: u16,
    pub width: u16,
}

impl Placed {
    pub const fn title(&self) -> &'static str {
        match self.column {
            Column::State if self.width <= SIGNS + 1 => "",
            Column::State => "STATE",
            Column::Stack => "STACK",
            Column::Name => "SERVICE",
            Column::Layer => "LAYER",
            Column::Image => "IMAGE",
            Column::Replicas => "RUN",
            Column::Ports => "PORTS",
            Column::Cpu => "CPU",
            Column::Memory => "MEM",
            Column::Network => "NET",
            Column::Block => "BLOCK",
            Column::Latency => "PROBE",
            Column::Restarts => "RST",
            Column::Uptime => "UP",
            Column::Reason => "WHY",
        }
    }

    /// `text` in exactly the width of the column.
    pub fn fit(&self, content: &str, glyphs: Glyphs) -> String {
        let cells = usize::from(self.width);
        if is_number(self.column) {
            text::fit_right(content, cells, glyphs)
        } else {
            text::fit(content, cells, glyphs)
        }
    }
}

const fn is_number(column: Column) -> bool {
    matches!(
        column,
        Column::Replicas
            | Column::Cpu
            | Column::Memory
            | Column::Network
            | Column::Block
            | Column::Latency
            | Column::Restarts
            | Column::Uptime
    )
}

/// Least width, most width, and rank: columns of a lower rank are kept longer.
const fn sizes(column: Column) -> (u16, u16, u8) {
    match column {
        Column::State => (SIGNS, 11, 0),
        Column::Name => (10, 32, 1),
        Column::Cpu => (6, 6, 2),
        Column::Memory => (6, 6, 3),
        Column::Reason => (24, 200, 4),
        Column::Replicas => (4, 4, 5),
        Column::Latency => (7, 7, 6),
        Column::Stack => (6, 20, 7),
        Column::Ports => (6, 14, 8),
        Column::Uptime => (4, 4, 9),
        Column::Restarts => (4, 4, 10),
        Column::Layer => (10, 10, 11),
        Column::Image => (10, 32, 12),
        Column::Network => (8, 8, 13),
        Column::Block => (8, 8, 14),
    }
}

/// Places as many of `columns` as fit in `area`, and counts the others.
pub(super) fn place(
    columns: &[Column],
    services: &[&Arc<Service>],
    area: Rect,
    several_stacks: bool,
) -> (Vec<Placed>, usize) {
    // One cell on the left marks the selection.
    let room = area.width.saturating_sub(1);
    // A stack's name tells nothing where there is only one.
    let mut ranked: Vec<Column> =
        columns.iter().copied().filter(|column| several_stacks || *column != Column::Stack).collect();
    let wanted_columns = ranked.len();
    ranked.sort_by_key(|column| sizes(*column).2);
    let mut widths: Vec<(Column, u16)> = Vec::new();
    let mut used = 0_u16;
    for column in ranked {
        let gap = u16::from(!widths.is_empty());
        let width = sizes(column).0;
        if used + gap + width > room && !widths.is_empty() {
            break;
        }
        used += gap + width;
        widths.push((column, width));
    }
    let mut spare = room.saturating_sub(used);
    let mut grow: Vec<usize> = (0..widths.len()).collect();
    // Names first, the state's word next, the reason takes what is left.
    grow.sort_by_key(|at| match widths[*at].0 {
        Column::Name => 0,
        Column::State => 1,
        Column::Reason => u8::MAX,
        column => 2 + sizes(column).2,
    });
    for at in grow {
        let (column, width) = widths[at];
        let wanted = wanted(column, services, several_stacks).min(sizes(column).1);
        let more = wanted.saturating_sub(width).min(spare);
        if column == Column::State && width + more < sizes(column).1 {
            continue; // a cut word is worse than the sign alone
        }
        widths[at].1 += more;
        spare -= more;
    }
    let mut x = area.x.saturating_add(1);
    let mut placed = Vec::new();
    for column in columns {
        if let Some((_, width)) = widths.iter().find(|(each, _)| each == column) {
            placed.push(Placed { column: *column, x, width: *width });
            x = x.saturating_add(*width + 1);
        }
    }
    let hidden = wanted_columns - placed.len();
    (placed, hidden)
}

/// Cells the longest content of a text column takes.
fn wanted(column: Column, services: &[&Arc<Service>], several_stacks: bool) -> u16 {
    let longest = |content: &dyn Fn(&Service) -> Cow<'_, str>| {
        let cells = services.iter().map(|service| text::width(&content(service))).max().unwrap_or_default();
        u16::try_from(cells).unwrap_or(u16::MAX)
    };
    match column {
        Column::Name if several_stacks => longest(&|service| Cow::Borrowed(service.id.as_str())),
        Column::Name => longest(&|service| Cow::Borrowed(service.name.as_str())),
        Column::Stack => {
            longest(&|service| Cow::Borrowed(service.stack.as_ref().map_or("", |stack| stack.as_str())))
        }
        Column::Image => longest(&|service| Cow::Borrowed(service.image())),
        Column::Ports => longest(&|service| Cow::Owned(super::cells::ports(service))),
        column => sizes(column).1,
    }
}
