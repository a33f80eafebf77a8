//! Which columns fit, how wide they are, and where they stand.

use std::borrow::Cow;
use std::sync::Arc;

use ratatui::layout::Rect;

use crate::model::Service;
use crate::model::SortShared as _;
use crate::tui::draw::glyphs::Glyphs;
use crate::tui::draw::widget::text;
use crate::tui::input::column::Column;

/// Width of a state sign with one overlay.
pub(super) const SIGNS: u16 = 2;

/// Cells that stay free at the right where columns are left out: their count stands there.
const COUNT: u16 = 4;

/// A column with its place on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Placed {
    pub column: Column,
    pub x: u16,
    pub width: u16,
}

impl Placed {
    /// Its title in at most the width of the column, with `arrow` where the table is sorted by it.
    pub fn title(&self, arrow: Option<&str>, glyphs: Glyphs) -> String {
        let cells = usize::from(self.width);
        let (full, short) = titles(self.column, glyphs);
        let Some(arrow) = arrow else {
            let fits = text::width(full) <= cells;
            return if fits { full } else { short }.to_owned();
        };
        let forms = [
            format!("{full} {arrow}"),
            format!("{full}{arrow}"),
            format!("{short}{arrow}"),
        ];
        let fitting = forms.into_iter().find(|form| text::width(form) <= cells);
        fitting.unwrap_or_else(|| arrow.to_owned())
    }

    /// `title` where it stands: over the number in a column of numbers.
    pub fn align(&self, title: &str, glyphs: Glyphs) -> String {
        let cells = self.value_cells();
        if is_number(self.column) && text::width(title) <= cells {
            text::fit_right(title, cells, glyphs)
        } else {
            title.to_owned()
        }
    }

    /// Cells of the value at the left; a bar or a sparkline takes the others.
    pub fn value_cells(&self) -> usize {
        let cells = match self.column {
            Column::Cpu | Column::Memory | Column::Network => 5,
            Column::Latency => 6,
            Column::Lines => 7,
            _ => self.width,
        };
        usize::from(cells.min(self.width))
    }

    /// `content` in exactly the width of the column.
    pub fn fit(&self, content: &str, glyphs: Glyphs) -> String {
        let cells = usize::from(self.width);
        if is_number(self.column) {
            return text::fit_right(content, cells, glyphs);
        }
        // Names that are alike differ at their end.
        text::fit(&text::cut_middle(content, cells, glyphs), cells, glyphs)
    }
}

/// The title of a column, and a shorter one.
const fn titles(column: Column, glyphs: Glyphs) -> (&'static str, &'static str) {
    match column {
        Column::State => ("STATE", ""),
        Column::Stack => ("STACK", "STK"),
        Column::Name => ("SERVICE", "SVC"),
        Column::Layer => ("LAYER", "LYR"),
        Column::Image => ("IMAGE", "IMG"),
        Column::Newer => ("NEWER", "NEW"),
        Column::Replicas => ("REPL", "REP"),
        Column::Ports => ("PORTS", "PRT"),
        Column::Cpu => ("CPU", "CPU"),
        Column::Memory => ("MEM", "MEM"),
        Column::Network if glyphs.ascii => ("NET IN OUT", "NET"),
        Column::Network => ("NET↓↑", "NET"),
        Column::Block => ("DISK", "DSK"),
        Column::Latency => ("PROBE", "PRB"),
        Column::Lines => ("LINES/S", "LN/S"),
        Column::Errors => ("ERR/S", "ERR"),
        Column::Requests => ("REQ/S", "REQ"),
        Column::ServerErrors => ("5XX/S", "5XX"),
        Column::P95 => ("P95", "P95"),
        Column::Restarts if glyphs.ascii => ("RST", "R"),
        Column::Restarts => ("↻", "↻"),
        Column::Uptime => ("UP", "UP"),
        Column::Note => ("NOTE", "NOTE"),
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
            | Column::Lines
            | Column::Errors
            | Column::Requests
            | Column::ServerErrors
            | Column::P95
            | Column::Restarts
            | Column::Uptime
    )
}

/// Widths of a column.
struct Widths {
    /// Without a bar, a sparkline or a long text.
    least: u16,
    /// With all that it can show.
    rich: u16,
    /// Where room is left over: longer bars and sparklines, whole texts.
    most: u16,
    /// Columns of a lower rank are kept longer.
    rank: u8,
}

const fn widths(column: Column) -> Widths {
    let (least, rich, most, rank) = match column {
        Column::State => (10, 15, 15, 0),
        Column::Name => (8, 14, 40, 1),
        Column::Uptime => (5, 5, 5, 2),
        Column::Cpu => (5, 11, 26, 3),
        Column::Memory => (5, 15, 27, 4),
        Column::Note => (16, 40, 60, 5),
        Column::Latency => (6, 12, 27, 6),
        Column::Restarts => (3, 3, 3, 7),
        Column::Errors => (5, 5, 5, 8),
        Column::Replicas => (4, 4, 4, 9),
        Column::Lines => (7, 13, 20, 10),
        Column::Network => (11, 11, 11, 11),
        Column::Stack => (6, 10, 20, 12),
        Column::Requests => (5, 5, 5, 13),
        Column::ServerErrors => (5, 5, 5, 14),
        Column::P95 => (6, 6, 6, 15),
        Column::Ports => (6, 11, 20, 16),
        Column::Image => (18, 24, 40, 17),
        Column::Newer => (5, 5, 5, 18),
        Column::Layer => (10, 10, 10, 19),
        Column::Block => (8, 8, 8, 20),
    };
    Widths {
        least,
        rich,
        most,
        rank,
    }
}

/// Columns up to this rank are rich before any other one is shown.
const CORE: u8 = 11;

/// Columns that are made wider, in this order, before the next ones are shown.
const RICHER: [Column; 7] = [
    Column::Name,
    Column::Cpu,
    Column::Latency,
    Column::Memory,
    Column::Note,
    Column::Lines,
    Column::State,
];

/// Columns that share what is left over in the end.
const STRETCHED: [Column; 9] = [
    Column::Name,
    Column::Stack,
    Column::Lines,
    Column::Ports,
    Column::Image,
    Column::Note,
    Column::Memory,
    Column::Cpu,
    Column::Latency,
];

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
    fn add(&mut self, columns: &[Column]) -> bool {
        for column in columns {
            let least = self.least(*column);
            if self.spare() <= least && !self.widths.is_empty() {
                return false;
            }
            self.widths.push((*column, least));
        }
        true
    }

    /// The least width: of a name its whole length, as far as two fifths of the table allow.
    fn least(&self, column: Column) -> u16 {
        let least = widths(column).least;
        match column {
            Column::State if self.room < 24 => SIGNS,
            Column::Name => {
                let share = (self.room * 2 / 5).max(least);
                self.longest(column).clamp(least, share)
            }
            _ => least,
        }
    }

    /// Makes `column` as wide as `width` where it is shown and there is room for all of that; for
    /// text, which says more with each cell, as far as there is room.
    fn grow(&mut self, column: Column, width: u16) {
        let Some(at) = self.widths.iter().position(|(each, _)| *each == column) else {
            return;
        };
        let more = width.saturating_sub(self.widths[at].1);
        let spare = self.spare();
        let is_text = matches!(
            column,
            Column::Name | Column::Stack | Column::Ports | Column::Image | Column::Note
        );
        if is_text {
            self.widths[at].1 += more.min(spare);
        } else if more <= spare {
            self.widths[at].1 += more;
        }
    }

    fn is_rich(&self) -> bool {
        let rich = |column: Column| widths(column).rich.min(self.longest(column));
        let mut all = self.widths.iter();
        all.all(|(column, width)| *width >= rich(*column))
    }

    /// Cells of the longest content of a text column; of others the most that they use.
    fn longest(&self, column: Column) -> u16 {
        let longest = |content: &dyn Fn(&Service) -> Cow<'_, str>| {
            let cells = self.services.iter().map(|each| text::width(&content(each)));
            u16::try_from(cells.max().unwrap_or_default()).unwrap_or(u16::MAX)
        };
        match column {
            Column::Name if self.several_stacks => longest(&Service::full_title),
            Column::Name => longest(&|service| Cow::Borrowed(service.title())),
            Column::Stack => longest(&|service| {
                Cow::Borrowed(service.stack.as_ref().map_or("", |stack| stack.as_str()))
            }),
            Column::Image => longest(&|service| Cow::Borrowed(service.image())),
            Column::Ports => longest(&|service| Cow::Owned(super::cells::ports(service))),
            column => widths(column).most,
        }
    }
}

/// Places as many of `columns` as fit in `area`, and counts the others.
pub(super) fn place(
    columns: &[Column],
    services: &[&Arc<Service>],
    area: Rect,
    several_stacks: bool,
) -> (Vec<Placed>, usize) {
    let useful: Vec<Column> = columns
        .iter()
        .copied()
        .filter(|column| says_something(*column, services, several_stacks))
        .collect();
    // One cell on the left marks the selection.
    let room = area.width.saturating_sub(1);
    let mut fit = Fit {
        services,
        several_stacks,
        room,
        widths: Vec::new(),
    };
    fit.fill(&useful);
    if fit.widths.len() < useful.len() {
        (fit.room, fit.widths) = (room.saturating_sub(COUNT), Vec::new());
        fit.fill(&useful);
    }
    let mut x = area.x.saturating_add(1);
    let mut placed = Vec::new();
    for column in &useful {
        if let Some((_, width)) = fit.widths.iter().find(|(each, _)| each == column) {
            placed.push(Placed {
                column: *column,
                x,
                width: *width,
            });
            x = x.saturating_add(*width + 1);
        }
    }
    let hidden = useful.len() - placed.len();
    (placed, hidden)
}

/// Whether a column tells services apart at all: the name of the only stack, one container each and
/// figures that no log gives do not.
fn says_something(column: Column, services: &[&Arc<Service>], several_stacks: bool) -> bool {
    match column {
        Column::Stack => several_stacks,
        Column::Replicas => services.iter().any(|each| each.instances.len() > 1),
        Column::Lines | Column::Errors => services.iter().any(|each| each.running_log().is_some()),
        Column::Requests | Column::ServerErrors | Column::P95 => {
            let requests = |each: &&Arc<Service>| each.running_log()?.requests();
            services.iter().any(|each| requests(each).is_some())
        }
        _ => true,
    }
}

impl Fit<'_> {
    /// Chooses which of `columns` are shown, and gives them their widths.
    fn fill(&mut self, columns: &[Column]) {
        let mut ranked = columns.to_vec();
        ranked.sort_shared_by_key(|column| widths(*column).rank);
        let (core, others): (Vec<Column>, Vec<Column>) = ranked
            .into_iter()
            .partition(|column| widths(*column).rank <= CORE);
        let whole = self.add(&core);
        for column in RICHER {
            self.grow(column, widths(column).rich.min(self.longest(column)));
        }
        if whole && self.is_rich() {
            self.add(&others);
        }
        for column in STRETCHED {
            self.grow(column, widths(column).most.min(self.longest(column)));
        }
        // The last words of a note are of more use than blanks.
        self.grow(Column::Note, u16::MAX);
    }
}
