//! Where everything on the map stands: the richest level of detail that fits, in virtual cells that
//! scroll.
//!
//! A layout follows from the services, their edges, the size and the zoom alone, never from what was
//! drawn before: the same size gives the same drawing. It is made only when one of these changed;
//! frames in between draw the same one.

mod compact;
mod key;
mod levels;
mod sketch;
mod title;

use std::ops::Range;
use std::sync::Arc;

use ratatui::layout::{Rect, Size};

use crate::drawing::{Area, Drawing};
use crate::model::{Layer, Service, ServiceId, Snapshot, StackName};
use crate::topology::bands::{Band, bands};
use crate::tui::state::{UiState, Zoom, ZoomLevel};

use compact::TitledGroup;
use key::{LayoutKey, longest};

use sketch::{Chosen, MapGraph, Room, stacks};

pub use title::{Title, TitleName};

/// Services up to which edges are drawn unasked: a thousand lines are no map.
const MAX_AUTO: usize = 150;

/// The map, laid out.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    key: LayoutKey,
    /// Level of detail.
    pub level: ZoomLevel,
    /// Cards with their places, in virtual cells.
    pub cards: Vec<(ServiceId, Rect)>,
    /// Bands, top to bottom.
    pub titles: Vec<Title>,
    /// Whether services of several stacks stand under the same titles, so that each has to name its
    /// own.
    mixes_stacks: bool,
    /// Columns at the left that hold titles and do not scroll; 0 where titles stand above their
    /// bands.
    pub gutter: u16,
    /// Stacks with the columns they take, when they stand side by side under their names.
    pub stacks: Vec<(Option<StackName>, Range<u16>)>,
    /// Virtual columns and rows.
    pub size: Size,
    /// The drawing that edges are painted from; its cells are moved right by `shift`.
    pub drawing: Drawing,
    /// Columns at the right of the area that stay free for something else.
    pub panel: u16,
    /// Columns by which everything stands more to the right than in `drawing`.
    pub shift: u16,
    /// Of every edge of the drawing its place among the snapshot's edges.
    pub edges: Vec<usize>,
}

impl Layout {
    /// Cells of the longest name, with how many of its instances run.
    #[must_use]
    pub fn longest(&self) -> usize {
        usize::from(self.key.longest)
    }

    /// Whether services of several stacks stand under the same titles, so that each has to name its
    /// own.
    #[must_use]
    pub const fn mixes_stacks(&self) -> bool {
        self.mixes_stacks
    }

    /// The room it was made for.
    #[must_use]
    pub const fn area(&self) -> Size {
        self.key.area
    }
}

/// The layout of `services` for an area of that size; the one of the last frame while nothing it
/// follows from changed.
#[must_use]
pub fn layout(
    snapshot: &Snapshot,
    services: &[Arc<Service>],
    area: Size,
    ui: &UiState,
) -> Arc<Layout> {
    let last = ui.drawn.map.as_ref();
    if let Some(last) = last.filter(|last| last.key.fits(snapshot, services, area, ui.map.zoom)) {
        return Arc::clone(last);
    }
    let key = LayoutKey {
        area,
        zoom: ui.map.zoom,
        services: services
            .iter()
            .map(|service| (service.id.clone(), service.layer.layer))
            .collect(),
        longest: longest(services),
        layers: Arc::clone(&snapshot.layers),
        edges: Arc::clone(&snapshot.edges),
    };
    let bands = bands(services, &snapshot.layers);
    let chosen = match ui.map.zoom {
        Zoom::Auto => None,
        Zoom::At(level) => Some(level),
    };
    let drawn = match chosen {
        Some(level) if !level.has_lines() => None,
        None if services.len() > MAX_AUTO => None,
        _ => MapGraph::new(snapshot, &bands).draw(&key, chosen),
    };
    Arc::new(match drawn {
        Some(drawn) => routed(key, &bands, drawn),
        None => unrouted(key, &bands, chosen),
    })
}

fn rect(area: Area, shift: u16) -> Rect {
    let cell = |value: u32| u16::try_from(value).unwrap_or(u16::MAX);
    Rect::new(
        cell(area.x).saturating_add(shift),
        cell(area.y),
        cell(area.width),
        cell(area.height),
    )
}

fn routed(key: LayoutKey, bands: &[Band<'_>], drawn: Chosen<'_>) -> Layout {
    let Chosen {
        sketch,
        candidate,
        drawing,
    } = drawn;
    let room = Room::new(&key, &sketch.stacks);
    let width = u16::try_from(drawing.width).unwrap_or(u16::MAX);
    let used = u16::try_from(candidate.metrics.width).unwrap_or(u16::MAX);
    let panel = room.size.width.saturating_sub(used);
    let shift = room.size.width.saturating_sub(panel + width) / 2;
    let services = || sketch.services.iter();
    let cards: Vec<(ServiceId, Rect)> = services()
        .zip(&drawing.cards)
        .map(|(service, area)| (service.id.clone(), rect(*area, shift)))
        .collect();
    let layers: Vec<Layer> = services().map(|service| service.layer.layer).collect();
    let row = |y: u32| u16::try_from(y).unwrap_or(u16::MAX);
    let titles = drawing.bands.iter().filter_map(|area| {
        let title = Title {
            name: TitleName::Layer(bands.get(area.band)?.layer.layer),
            rows: row(area.rows.start)..row(area.rows.end),
            columns: None,
            ruled: candidate.metrics.title > 0,
            members: Vec::new(),
        };
        Some(title.with_members(&cards, &layers))
    });
    let stacks = columns(&sketch, &drawing, shift);
    Layout {
        level: candidate.level,
        titles: titles.collect(),
        gutter: room.gutter,
        mixes_stacks: sketch.stacks.len() > 1 && stacks.is_empty(),
        stacks,
        size: Size::new(width.saturating_add(shift), row(drawing.height)),
        cards,
        panel,
        shift,
        edges: sketch.edges,
        drawing,
        key,
    }
}

/// The columns each stack takes; empty for a single stack, or where stacks do not stand side by
/// side.
fn columns(
    sketch: &MapGraph<'_>,
    drawing: &Drawing,
    shift: u16,
) -> Vec<(Option<StackName>, Range<u16>)> {
    let cell = |x: u32| u16::try_from(x).unwrap_or(u16::MAX).saturating_add(shift);
    let columns = levels::columns(&sketch.graph, drawing).unwrap_or_default();
    let named = sketch.stacks.iter().zip(columns);
    named
        .map(|(stack, range)| ((*stack).clone(), cell(range.start)..cell(range.end)))
        .collect()
}

fn unrouted(key: LayoutKey, bands: &[Band<'_>], chosen: Option<ZoomLevel>) -> Layout {
    let groups = groups(bands);
    let compact = compact::compact(&groups, key.area, key.longest, chosen);
    Layout {
        level: compact.level,
        titles: compact.titles,
        gutter: compact.gutter,
        mixes_stacks: false,
        stacks: Vec::new(),
        size: Size::new(
            key.area.width.saturating_sub(compact.gutter),
            compact.height,
        ),
        cards: compact.cards,
        drawing: Drawing::default(),
        panel: 0,
        shift: 0,
        edges: Vec::new(),
        key,
    }
}

/// What stands under one title where no lines run: the services of a stack in the order of their
/// layers, those of a layer where there is one stack only.
fn groups<'a>(bands: &[Band<'a>]) -> Vec<TitledGroup<'a>> {
    let stacks = stacks(bands);
    if stacks.len() < 2 {
        return bands
            .iter()
            .map(|band| TitledGroup {
                name: TitleName::Layer(band.layer.layer),
                services: band.services.clone(),
            })
            .collect();
    }
    let of_stack = |stack: &Option<StackName>| {
        let all = bands.iter().flat_map(|band| &band.services);
        all.filter(|service| service.stack == *stack)
            .copied()
            .collect()
    };
    stacks
        .into_iter()
        .map(|stack| TitledGroup {
            name: TitleName::Stack(stack.clone()),
            services: of_stack(stack),
        })
        .collect()
}
