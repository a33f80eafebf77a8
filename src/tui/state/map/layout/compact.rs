//! Services close together, without lines between them: lists of one row each, or a sign and a
//! name.

use std::ops::Range;

use ratatui::layout::{Rect, Size};

use crate::model::{Layer, ServiceId};
use crate::topology::bands::Band;
use crate::tui::state::ZoomLevel;

/// Gap between columns of a list.
const GAP: u16 = 1;
/// Widths of a list's column.
const LIST: (u16, u16) = (30, 64);
/// Widths of a glyph with its name.
const GLYPH: (u16, u16) = (11, 18);
/// Width of a glyph with its name where the map scrolls anyway.
const GLYPH_SCROLLING: u16 = 14;
/// Room for a band's title left of its glyphs.
const GUTTER: u16 = 11;

/// A band with its rows; the first one holds the title unless titles stand at the left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompactBand {
    /// Its layer.
    pub layer: Layer,
    /// Its rows.
    pub rows: Range<u16>,
    /// Its services.
    pub members: Vec<ServiceId>,
}

/// Everything, laid out.
#[derive(Clone, Debug, PartialEq)]
pub struct Compact {
    /// Level of detail.
    pub level: ZoomLevel,
    /// Services with their places: `x` in cells of what is right of the gutter, `y` in virtual rows
    /// from 0.
    pub cards: Vec<(ServiceId, Rect)>,
    /// Bands, top to bottom.
    pub titles: Vec<CompactBand>,
    /// CompactBand in all.
    pub height: u16,
    /// Columns for titles left of the rows; 0 where they stand above them.
    pub gutter: u16,
}

/// One way to lay services out.
#[derive(Clone, Copy)]
struct Grid {
    level: ZoomLevel,
    columns: u16,
    width: u16,
    /// Cells left and right of everything.
    margin: u16,
    gutter: u16,
}

/// Lays `bands` out in the columns of `area`: as a list when that fits its rows, else as glyphs, or
/// as was `chosen`. `longest` are the cells of the longest name.
#[must_use]
pub fn compact(bands: &[Band<'_>], area: Size, longest: u16, chosen: Option<ZoomLevel>) -> Compact {
    let Size { width, height } = area;
    let counts = bands.iter().map(|band| band.services.len());
    let widest = counts.max().unwrap_or(0);
    let grids = grids(
        width,
        chosen,
        longest,
        u16::try_from(widest).unwrap_or(u16::MAX).max(1),
    );
    let fits = |grid: &&Grid| total(bands, **grid) <= u32::from(height);
    let grid = grids
        .iter()
        .find(fits)
        .or(grids.last())
        .copied()
        .unwrap_or(Grid {
            level: ZoomLevel::Glyph,
            columns: 1,
            width: width.max(1),
            margin: 0,
            gutter: 0,
        });
    place(bands, grid, height)
}

/// Every way that the width allows, richest first; the last one is for when none fits.
fn grids(width: u16, chosen: Option<ZoomLevel>, longest: u16, widest: u16) -> Vec<Grid> {
    let margin = u16::from(width >= 60);
    let usable = width.saturating_sub(2 * margin);
    let mut grids = Vec::new();
    if usable >= 16 && chosen != Some(ZoomLevel::Glyph) {
        let least = (LIST.0.min(usable), LIST.1);
        grids.extend(columns(usable, margin, least, widest));
        if chosen.is_some() {
            return grids;
        }
    }
    let gutter = if usable >= 36 { GUTTER } else { 0 };
    let cell = longest
        .saturating_add(3)
        .clamp(GLYPH.0, GLYPH.1)
        .min(usable.max(1));
    let room = usable - gutter;
    let natural = (room / cell).max(1);
    let narrow = (room / GLYPH.0.min(cell)).max(1);
    // Names are cut hard only when that makes everything fit.
    let scrolling = (room / GLYPH_SCROLLING.min(cell)).max(1);
    for columns in (natural..=narrow).chain([scrolling]) {
        let width = (room / columns).clamp(1, cell);
        grids.push(Grid {
            level: ZoomLevel::Glyph,
            columns,
            width,
            margin,
            gutter,
        });
    }
    grids
}

/// Lists from the fewest (widest) columns to the most.
fn columns(usable: u16, margin: u16, widths: (u16, u16), widest: u16) -> Vec<Grid> {
    let most = ((usable + GAP) / (widths.0 + GAP)).max(1);
    let fewest = ((usable + GAP) / (widths.1 + GAP)).clamp(1, most);
    let grid = |columns: u16| {
        let width = ((usable + GAP) / columns).saturating_sub(GAP).min(widths.1);
        Grid {
            level: ZoomLevel::List,
            columns,
            width,
            margin,
            gutter: 0,
        }
    };
    (fewest..=most.min(widest).max(fewest)).map(grid).collect()
}

fn total(bands: &[Band<'_>], grid: Grid) -> u32 {
    let height = |band: &Band<'_>| {
        let rows = band
            .services
            .len()
            .div_ceil(usize::from(grid.columns.max(1)));
        u32::try_from(rows)
            .unwrap_or(u32::MAX)
            .saturating_add(u32::from(grid.level != ZoomLevel::Glyph))
    };
    bands
        .iter()
        .filter(|band| !band.services.is_empty())
        .map(height)
        .sum()
}

fn place(bands: &[Band<'_>], grid: Grid, height: u16) -> Compact {
    let quiet = shows_empty(bands, grid, height);
    let mut made = Compact {
        level: grid.level,
        cards: Vec::new(),
        titles: Vec::new(),
        height: 0,
        gutter: grid.gutter,
    };
    for band in bands {
        if band.services.is_empty() && !quiet {
            continue;
        }
        let y = made.height;
        place_band(&mut made, band, grid);
        let members = band.services.iter().map(|service| service.id.clone());
        made.titles.push(CompactBand {
            layer: band.layer.layer,
            rows: y..made.height,
            members: members.collect(),
        });
    }
    made
}

/// Room that is left over goes to the quiet lines of empty bands.
fn shows_empty(bands: &[Band<'_>], grid: Grid, height: u16) -> bool {
    let slack = u32::from(height).saturating_sub(total(bands, grid));
    let empty = bands.iter().filter(|band| band.services.is_empty()).count();
    grid.level != ZoomLevel::Glyph && slack as usize >= empty + 2 && empty < bands.len()
}

fn place_band(made: &mut Compact, band: &Band<'_>, grid: Grid) {
    let has_title = grid.level != ZoomLevel::Glyph;
    made.height = made.height.saturating_add(u16::from(has_title));
    let gap = if has_title { GAP } else { 0 };
    let columns = usize::from(grid.columns.max(1));
    for (index, service) in band.services.iter().enumerate() {
        let row = u16::try_from(index / columns).unwrap_or(u16::MAX);
        let column = u16::try_from(index % columns).unwrap_or(u16::MAX);
        let x = grid.margin + column * (grid.width + gap);
        let y = made.height.saturating_add(row);
        made.cards.push((
            service.id.clone(),
            Rect {
                x,
                y,
                width: grid.width,
                height: 1,
            },
        ));
    }
    let rows = u16::try_from(band.services.len().div_ceil(columns)).unwrap_or(u16::MAX);
    made.height = made.height.saturating_add(rows);
}
