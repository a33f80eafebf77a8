//! Services close together, without lines between them: lists of one row each, or a sign and a
//! name.

use std::sync::Arc;

use ratatui::layout::{Rect, Size};

use crate::model::{Service, ServiceId};
use crate::tui::state::{ZoomLevel, text};

use super::title::{Title, TitleName};

/// Gap between columns of a list.
const GAP: u16 = 1;
/// Widths of a list's column.
const LIST: (u16, u16) = (30, 64);
/// Widths of a glyph with its name.
const GLYPH: (u16, u16) = (11, 18);
/// Cells of a glyph beside its name: mark, sign and a blank at both sides.
const BESIDE: u16 = 4;
/// Cells of a short reason with a blank before it.
const REASON: u16 = 9;
/// Width of a glyph with its name where the map scrolls anyway.
const GLYPH_SCROLLING: u16 = 14;
/// Room for a title left of its glyphs: of a layer; least and most of a stack, whose name it follows.
const GUTTER: u16 = 11;
const STACK_GUTTER: (u16, u16) = (9, 18);

/// Services that stand under one title, in the order they are drawn.
pub(super) struct TitledGroup<'a> {
    /// What they have in common.
    pub name: TitleName,
    /// The services.
    pub services: Vec<&'a Arc<Service>>,
}

/// Everything, laid out.
pub(super) struct Compact {
    /// Level of detail.
    pub level: ZoomLevel,
    /// Services with their places: `x` in cells of what is right of the gutter, `y` in virtual rows
    /// from 0.
    pub cards: Vec<(ServiceId, Rect)>,
    /// Groups, top to bottom, or from left to right.
    pub titles: Vec<Title>,
    /// Rows in all.
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

/// Lays `groups` out in the columns of `area`: as a list when that fits its rows, else as glyphs, or
/// as was `chosen`. `longest` are the cells of the longest name.
///
/// Where a list has as many columns as there are stacks, each stack has a column of its own.
#[must_use]
pub(super) fn compact(
    groups: &[TitledGroup<'_>],
    area: Size,
    longest: u16,
    chosen: Option<ZoomLevel>,
) -> Compact {
    let counts = groups.iter().map(|group| group.services.len());
    let widest = counts.max().unwrap_or(0);
    let widest = u16::try_from(widest).unwrap_or(u16::MAX).max(1);
    let grids = grids(area.width, chosen, longest, widest, gutter(groups));
    let fits = |grid: &&Grid| {
        let height = if is_beside(groups, **grid) {
            beside_height(groups)
        } else {
            total(groups, **grid)
        };
        height <= u32::from(area.height)
    };
    let grid = grids.iter().find(fits).or(grids.last()).copied();
    let grid = grid.unwrap_or(Grid {
        level: ZoomLevel::Glyph,
        columns: 1,
        width: area.width.max(1),
        margin: 0,
        gutter: 0,
    });
    if is_beside(groups, grid) {
        place_beside(groups, grid)
    } else {
        place(groups, grid, area.height)
    }
}

/// Columns for titles left of glyphs.
fn gutter(groups: &[TitledGroup<'_>]) -> u16 {
    let stacks = groups.iter().filter_map(|group| match &group.name {
        TitleName::Stack(stack) => Some(stack.as_ref().map_or("no stack", |name| name.as_str())),
        TitleName::Layer(_) => None,
    });
    let longest = stacks.map(text::width).max();
    longest.map_or(GUTTER, |cells| {
        let cells = u16::try_from(cells).unwrap_or(u16::MAX);
        cells
            .saturating_add(2)
            .clamp(STACK_GUTTER.0, STACK_GUTTER.1)
    })
}

/// Whether each group has a column of its own: only stacks do, layers stand below each other.
fn is_beside(groups: &[TitledGroup<'_>], grid: Grid) -> bool {
    let stacks = matches!(
        groups.first().map(|group| &group.name),
        Some(TitleName::Stack(_))
    );
    stacks && grid.level == ZoomLevel::List && usize::from(grid.columns) == groups.len()
}

/// Rows of groups side by side, titles included.
fn beside_height(groups: &[TitledGroup<'_>]) -> u32 {
    let longest = groups.iter().map(|group| group.services.len()).max();
    u32::try_from(longest.unwrap_or(0) + 1).unwrap_or(u32::MAX)
}

/// A column for each group, under its title.
fn place_beside(groups: &[TitledGroup<'_>], grid: Grid) -> Compact {
    let mut made = Compact {
        level: grid.level,
        cards: Vec::new(),
        titles: Vec::new(),
        height: u16::try_from(beside_height(groups)).unwrap_or(u16::MAX),
        gutter: 0,
    };
    let mut x = grid.margin;
    for group in groups {
        for (service, y) in group.services.iter().zip(1..) {
            let place = Rect::new(x, y, grid.width, 1);
            made.cards.push((service.id.clone(), place));
        }
        let mut title = titled(group, 0..made.height, true);
        title.columns = Some(x..x + grid.width);
        made.titles.push(title);
        x += grid.width + GAP;
    }
    made
}

/// The title of `group`, which takes these rows.
fn titled(group: &TitledGroup<'_>, rows: std::ops::Range<u16>, ruled: bool) -> Title {
    Title {
        name: group.name.clone(),
        rows,
        columns: None,
        ruled,
        members: group
            .services
            .iter()
            .map(|service| service.id.clone())
            .collect(),
    }
}

/// Every way that the width allows, richest first; the last one is for when none fits.
fn grids(
    width: u16,
    chosen: Option<ZoomLevel>,
    longest: u16,
    widest: u16,
    titles: u16,
) -> Vec<Grid> {
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
    let gutter = if usable >= 36 { titles } else { 0 };
    let cell = longest
        .saturating_add(BESIDE)
        .clamp(GLYPH.0, GLYPH.1)
        .min(usable.max(1));
    let room = usable - gutter;
    // With the reason beside the name, where that fits.
    let wide = cell.saturating_add(REASON).min(room.max(1));
    let natural = (room / cell).max(1);
    let narrow = (room / GLYPH.0.min(cell)).max(1);
    // Names are cut hard only when that makes everything fit.
    let scrolling = (room / GLYPH_SCROLLING.min(cell)).max(1);
    for columns in std::iter::once((room / wide).max(1))
        .chain(natural..=narrow)
        .chain([scrolling])
    {
        let width = (room / columns).clamp(1, wide);
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

fn total(groups: &[TitledGroup<'_>], grid: Grid) -> u32 {
    let height = |group: &TitledGroup<'_>| {
        let rows = group
            .services
            .len()
            .div_ceil(usize::from(grid.columns.max(1)));
        u32::try_from(rows)
            .unwrap_or(u32::MAX)
            .saturating_add(u32::from(grid.level != ZoomLevel::Glyph))
    };
    groups
        .iter()
        .filter(|group| !group.services.is_empty())
        .map(height)
        .sum()
}

fn place(groups: &[TitledGroup<'_>], grid: Grid, height: u16) -> Compact {
    let quiet = shows_empty(groups, grid, height);
    let mut made = Compact {
        level: grid.level,
        cards: Vec::new(),
        titles: Vec::new(),
        height: 0,
        gutter: grid.gutter,
    };
    for group in groups {
        if group.services.is_empty() && !quiet {
            continue;
        }
        let y = made.height;
        place_group(&mut made, group, grid);
        let ruled = grid.level != ZoomLevel::Glyph;
        made.titles.push(titled(group, y..made.height, ruled));
    }
    made
}

/// Room that is left over goes to the quiet lines of empty groups.
fn shows_empty(groups: &[TitledGroup<'_>], grid: Grid, height: u16) -> bool {
    let slack = u32::from(height).saturating_sub(total(groups, grid));
    let empty = groups
        .iter()
        .filter(|group| group.services.is_empty())
        .count();
    grid.level != ZoomLevel::Glyph && slack as usize >= empty + 2 && empty < groups.len()
}

fn place_group(made: &mut Compact, group: &TitledGroup<'_>, grid: Grid) {
    let has_title = grid.level != ZoomLevel::Glyph;
    made.height = made.height.saturating_add(u16::from(has_title));
    let gap = if has_title { GAP } else { 0 };
    let columns = usize::from(grid.columns.max(1));
    for (index, service) in group.services.iter().enumerate() {
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
    let rows = u16::try_from(group.services.len().div_ceil(columns)).unwrap_or(u16::MAX);
    made.height = made.height.saturating_add(rows);
}
