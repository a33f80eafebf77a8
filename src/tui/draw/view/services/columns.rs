//! Which columns fit, and where they stand.

use std::borrow::Cow;
use std::sync::Arc;

use ratatui::layout::Rect;

use crate::model::Service;
use crate::model::SortShared as _;
use crate::tui::draw::glyphs::Glyphs;
use crate::tui::draw::widget::text;
use crate::tui::state::Column;

/// Width of a state sign with one overlay.
pub(super) const SIGNS: u16 = 2;

/// A column with its place on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Placed {
    pub column: Column,
    pub x: u16,
    pub width: u16,
}

impl Placed {
    /// Its title, shorter where an arrow stands beside it or there is no room for it.
    pub fn title(&self, sorted: bool) -> &'static str {
        let room = self.width.saturating_sub(u16::from(sorted));
        match self.column {
            Column::State if self.width <= SIGNS + 1 => "",
            Column::State => "STATE",
            Column::Stack => "STACK",
            Column::Name => "SERVICE",
            Column::Layer => "LAYER",
            Column::Image => "IMAGE",
            Column::Replicas if room < 4 => "REP",
            Column::Replicas => "REPL",
            Column::Ports => "PORTS",
            Column::Cpu => "CPU",
            Column::Memory => "MEM",
            Column::Network => "NET",
            Column::Block => "DISK",
            Column::Latency => "PROBE",
            Column::Restarts if room < 5 => "RST",
            Column::Restarts if room < 8 => "RSTRT",
            Column::Restarts => "RESTARTS",
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

/// Least width, comfortable width, most width, and rank: columns of a lower rank are kept longer.
const fn sizes(column: Column) -> (u16, u16, u16, u8) {
    match column {
        Column::State => (SIGNS, 11, 11, 0),
        Column::Name => (10, 18, 32, 1),
        Column::Cpu => (6, 6, 6, 2),
        Column::Memory => (6, 6, 6, 3),
        Column::Reason => (24, 36, 200, 4),
        Column::Replicas => (4, 4, 4, 5),
        Column::Latency => (7, 7, 7, 6),
        Column::Stack => (6, 10, 20, 7),
        Column::Ports => (6, 11, 14, 8),
        Column::Uptime => (4, 4, 4, 9),
        Column::Restarts => (5, 8, 8, 10),
        Column::Layer => (10, 10, 10, 11),
        Column::Image => (18, 24, 32, 12),
        Column::Network => (8, 8, 8, 13),
        Column::Block => (8, 8, 8, 14),
    }
}

/// Columns up to this rank are comfortable before any other one is shown.
const CORE: u8 = 6;

/// The table's columns while they are given their widths.
struct Fit<'a> {
    services: &'a [&'a Arc<Service>],
    several_stacks: bool,
    room: u16,
    widths: Vec<(Column, u16)>,
}

impl Fit<'_> {
    fn spare(&self) -> u16 {
        let used: u16 = self.widths.iter().map(|(_, width)| width + 1).sum();
        (self.room + 1).saturating_sub(used)
    }

    /// Adds columns at their least width; stops at the first one that does not fit.
    fn add(&mut self, columns: impl Iterator<Item = Column>) -> bool {
        for column in columns {
            let least = sizes(column).0;
            if self.spare() <= least && !self.widths.is_empty() {
                return false;
            }
            self.widths.push((column, least));
        }
        true
    }

    /// Gives columns what their content wants, up to `limit`, the first ones first. A column of
    /// the state is as wide as its word or as its sign, nothing between.
    fn grow(&mut self, limit: impl Fn(Column) -> u16) {
        let mut order: Vec<usize> = (0..self.widths.len()).collect();
        order.sort_shared_by_key(|at| match self.widths[*at].0 {
            Column::Reason => u8::MAX,
            column => sizes(column).3,
        });
        for at in order {
            let (column, width) = self.widths[at];
            let wanted = wanted(column, self.services, self.several_stacks).min(limit(column));
            let more = wanted.saturating_sub(width).min(self.spare());
            if column != Column::State || width + more >= sizes(column).1 {
                self.widths[at].1 += more;
            }
        }
    }

    fn is_comfortable(&self) -> bool {
        self.widths.iter().all(|(column, width)| {
            *width >= wanted(*column, self.services, self.several_stacks).min(sizes(*column).1)
        })
    }
}

/// Places as many of `columns` as fit in `area`, and counts the others.
pub(super) fn place(
    columns: &[Column],
    services: &[&Arc<Service>],
    area: Rect,
    several_stacks: bool,
) -> (Vec<Placed>, usize) {
    // A stack's name is of no use where there is only one.
    let mut ranked: Vec<Column> = columns
        .iter()
        .copied()
        .filter(|column| several_stacks || *column != Column::Stack)
        .collect();
    ranked.sort_shared_by_key(|column| sizes(*column).3);
    // One cell on the left marks the selection.
    let mut fit = Fit {
        services,
        several_stacks,
        room: area.width.saturating_sub(1),
        widths: Vec::new(),
    };
    let (core, others): (Vec<_>, Vec<_>) =
        ranked.iter().partition(|column| sizes(**column).3 <= CORE);
    let whole = fit.add(core.into_iter());
    fit.grow(|column| sizes(column).1);
    if whole && fit.is_comfortable() {
        fit.add(others.into_iter());
    }
    fit.grow(|column| sizes(column).2);
    let mut x = area.x.saturating_add(1);
    let mut placed = Vec::new();
    for column in columns {
        if let Some((_, width)) = fit.widths.iter().find(|(each, _)| each == column) {
            placed.push(Placed {
                column: *column,
                x,
                width: *width,
            });
            x = x.saturating_add(*width + 1);
        }
    }
    let hidden = ranked.len() - placed.len();
    (placed, hidden)
}

/// Cells the longest content of a text column takes.
fn wanted(column: Column, services: &[&Arc<Service>], several_stacks: bool) -> u16 {
    let longest = |content: &dyn Fn(&Service) -> Cow<'_, str>| {
        let cells = services
            .iter()
            .map(|service| text::width(&content(service)))
            .max()
            .unwrap_or_default();
        u16::try_from(cells).unwrap_or(u16::MAX)
    };
    match column {
        Column::Name if several_stacks => longest(&Service::full_title),
        Column::Name => longest(&|service| Cow::Borrowed(service.title())),
        Column::Stack => longest(&|service| {
            Cow::Borrowed(service.stack.as_ref().map_or("", |stack| stack.as_str()))
        }),
        Column::Image => longest(&|service| Cow::Borrowed(service.image())),
        Column::Ports => longest(&|service| Cow::Owned(super::cells::ports(service))),
        column => sizes(column).2,
    }
}
