//! Where cards stand: the richest level of detail that fits, in virtual rows that scroll.

use std::sync::Arc;

use ratatui::layout::Rect;

use crate::model::{Layers, Service};
use crate::topology::bands::{Band, bands};
use crate::tui::state::Zoom;
use crate::tui::widget::text;

/// Gap between cards in a row.
const GAP: u16 = 1;
/// Widths of a card.
const CARD: (u16, u16) = (22, 36);
/// Widths of a line.
const LINE: (u16, u16) = (30, 64);
/// Widths of a glyph with its name.
const GLYPH: (u16, u16) = (11, 18);
/// Width of a glyph with its name where the map scrolls anyway.
const GLYPH_SCROLLING: u16 = 14;
/// Room for a band's title left of its glyphs.
const GUTTER: u16 = 11;

/// How much of a service is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// A bordered card of so many rows: 6 to 3.
    Card(u16),
    /// One row.
    Line,
    /// A sign and a short name.
    Glyph,
}

impl Level {
    const fn height(self) -> u16 {
        match self {
            Self::Card(rows) => rows,
            Self::Line | Self::Glyph => 1,
        }
    }
}

/// A service with its place: `x` and `width` in cells of the area, `y` in virtual rows from 0.
#[derive(Clone, Copy, Debug)]
pub struct Placed<'a> {
    /// The service.
    pub service: &'a Arc<Service>,
    /// Its place.
    pub place: Rect,
}

/// A band's title with its virtual row.
#[derive(Clone, Debug)]
pub struct Title<'a> {
    /// The band.
    pub band: Band<'a>,
    /// Its row.
    pub y: u16,
}

/// The whole map, laid out.
#[derive(Clone, Debug)]
pub struct Layout<'a> {
    /// Level of detail.
    pub level: Level,
    /// Cells, by row and then by column.
    pub cards: Vec<Placed<'a>>,
    /// Titles, top to bottom.
    pub titles: Vec<Title<'a>>,
    /// Rows in all.
    pub height: u16,
    /// Whether titles stand left of the rows instead of above them.
    pub gutter: bool,
}

/// One way to lay services out.
#[derive(Clone, Copy)]
struct Grid {
    level: Level,
    columns: u16,
    width: u16,
    /// Cells left and right of everything.
    margin: u16,
    /// Cells between the margins.
    usable: u16,
    gutter: u16,
}

/// Lays `services` out for an area of `width` by `height`.
#[must_use]
pub fn layout<'a>(
    services: &'a [Arc<Service>],
    layers: &'a Layers,
    width: u16,
    height: u16,
    zoom: Zoom,
) -> Layout<'a> {
    let bands = bands(services, layers);
    let widest = bands.iter().map(|band| band.services.len()).max().unwrap_or(0);
    let grids = grids(width, zoom, &bands, u16::try_from(widest).unwrap_or(u16::MAX).max(1));
    let fits = |grid: &&Grid| total(&bands, **grid) <= u32::from(height);
    let grid = grids.iter().find(fits).or(grids.last()).copied().unwrap_or(Grid {
        level: Level::Glyph,
        columns: 1,
        width: width.max(1),
        margin: 0,
        usable: width,
        gutter: 0,
    });
    place(bands, grid, height)
}

/// Whether `services` belong to more than one stack.
pub fn several_stacks<'a>(services: impl Iterator<Item = &'a Service>) -> bool {
    let mut stacks = services.map(|service| &service.stack);
    let first = stacks.next();
    stacks.any(|stack| Some(stack) != first)
}

/// Every way that the width allows, richest first; the last one is for when none fits.
fn grids(width: u16, zoom: Zoom, bands: &[Band<'_>], widest: u16) -> Vec<Grid> {
    let margin = u16::from(width >= 60);
    let usable = width.saturating_sub(2 * margin);
    let mut grids = Vec::new();
    if usable >= CARD.0 && matches!(zoom, Zoom::Auto | Zoom::Card) {
        for rows in [6, 5, 4, 3] {
            grids.extend(columns(Level::Card(rows), usable, margin, CARD, widest));
        }
    }
    if zoom == Zoom::Card && !grids.is_empty() {
        // When nothing fits, rich cards scroll.
        grids.extend(columns(Level::Card(5), usable, margin, CARD, widest).pop());
        return grids;
    }
    if usable >= 16 && zoom != Zoom::Glyph {
        let least = (LINE.0.min(usable), LINE.1);
        grids.extend(columns(Level::Line, usable, margin, least, widest));
        if zoom == Zoom::Line {
            return grids;
        }
    }
    let gutter = if usable >= 36 { GUTTER } else { 0 };
    let several = several_stacks(bands.iter().flat_map(|band| &band.services).map(|service| &***service));
    let names = bands
        .iter()
        .flat_map(|band| &band.services)
        .map(|service| text::width(if several { service.id.as_str() } else { service.name.as_str() }));
    let longest = u16::try_from(names.max().unwrap_or(0)).unwrap_or(u16::MAX).saturating_add(3);
    let cell = longest.clamp(GLYPH.0, GLYPH.1).min(usable.max(1));
    let room = usable - gutter;
    let natural = (room / cell).max(1);
    let narrow = (room / GLYPH.0.min(cell)).max(1);
    // Names are cut hard only when that makes everything fit.
    let scrolling = (room / GLYPH_SCROLLING.min(cell)).max(1);
    for columns in (natural..=narrow).chain([scrolling]) {
        let width = (room / columns).clamp(1, cell);
        grids.push(Grid { level: Level::Glyph, columns, width, margin, usable, gutter });
    }
    grids
}

/// Grids of `level` from the fewest (widest) columns to the most.
fn columns(level: Level, usable: u16, margin: u16, widths: (u16, u16), widest: u16) -> Vec<Grid> {
    let most = ((usable + GAP) / (widths.0 + GAP)).max(1);
    let fewest = ((usable + GAP) / (widths.1 + GAP)).clamp(1, most);
    let grid = |columns: u16| {
        let width = ((usable + GAP) / columns).saturating_sub(GAP).min(widths.1);
        Grid { level, columns, width, margin, usable, gutter: 0 }
    };
    (fewest..=most.min(widest).max(fewest)).map(grid).collect()
}

/// Rows of a band, and services in a row: as even as possible.
fn rows(count: usize, columns: u16) -> (usize, usize) {
    let rows = count.div_ceil(usize::from(columns.max(1)));
    (rows, count.div_ceil(rows.max(1)))
}

fn total(bands: &[Band<'_>], grid: Grid) -> u32 {
    let height = |band: &Band<'_>| {
        let rows = u32::try_from(rows(band.services.len(), grid.columns).0).unwrap_or(u32::MAX);
        rows.saturating_mul(u32::from(grid.level.height())) + u32::from(grid.level != Level::Glyph)
    };
    bands.iter().filter(|band| !band.services.is_empty()).map(height).sum()
}

fn place<'a>(bands: Vec<Band<'a>>, grid: Grid, height: u16) -> Layout<'a> {
    let full = total(&bands, grid);
    let slack = u32::from(height).saturating_sub(full);
    let empty = bands.iter().filter(|band| band.services.is_empty()).count();
    let shown = bands.len() - empty;
    // Room that is left over goes first to the quiet lines of empty bands, then between bands.
    let quiet = grid.level != Level::Glyph && slack as usize >= empty + 2 && shown > 0;
    let airy = slack as usize >= empty + shown && matches!(grid.level, Level::Card(_));
    let mut layout = Layout {
        level: grid.level,
        cards: Vec::new(),
        titles: Vec::new(),
        height: 0,
        gutter: grid.gutter > 0,
    };
    for band in bands {
        if band.services.is_empty() && !quiet {
            continue;
        }
        let y = layout.height;
        place_band(&mut layout, &band, grid);
        layout.height = layout.height.saturating_add(u16::from(airy && !band.services.is_empty()));
        layout.titles.push(Title { band, y });
    }
    if airy {
        layout.height = layout.height.saturating_sub(1);
    }
    layout
}

fn place_band<'a>(layout: &mut Layout<'a>, band: &Band<'a>, grid: Grid) {
    let title = u16::from(grid.level != Level::Glyph);
    layout.height = layout.height.saturating_add(title);
    let (rows, even) = rows(band.services.len(), grid.columns);
    let (per_row, gap, begin) = match grid.level {
        // Cards stand in the middle, as on a whiteboard; lists are read from the left.
        Level::Card(_) => {
            let block = u16::try_from(even).unwrap_or(grid.columns) * (grid.width + GAP);
            (even, GAP, grid.margin + (grid.usable + GAP).saturating_sub(block) / 2)
        }
        Level::Line => (usize::from(grid.columns), GAP, grid.margin),
        Level::Glyph => (usize::from(grid.columns), 0, grid.margin + grid.gutter),
    };
    for (index, service) in band.services.iter().enumerate() {
        let row = u16::try_from(index / per_row.max(1)).unwrap_or(u16::MAX);
        let column = u16::try_from(index % per_row.max(1)).unwrap_or(u16::MAX);
        let x = begin + column * (grid.width + gap);
        let y = layout.height.saturating_add(row.saturating_mul(grid.level.height()));
        let place = Rect { x, y, width: grid.width, height: grid.level.height() };
        layout.cards.push(Placed { service, place });
    }
    let rows = u16::try_from(rows).unwrap_or(u16::MAX);
    layout.height = layout.height.saturating_add(rows.saturating_mul(grid.level.height()));
}
