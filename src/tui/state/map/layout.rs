//! Where everything on the map stands: the richest level of detail that fits, in virtual cells that
//! scroll.
//!
//! A layout is made only when something it follows from changed; frames in between draw the same
//! one.

mod compact;
mod key;
mod levels;
mod places;
mod sketch;

use std::ops::Range;
use std::sync::Arc;

use ratatui::layout::{Rect, Size};

use crate::drawing::{Area, Drawing};
use crate::model::{Layer, Service, ServiceId, Snapshot, StackName};
use crate::topology::bands::{Band, bands};
use crate::tui::state::{UiState, Zoom, ZoomLevel, text};

use key::{LayoutKey, longest};
use levels::LevelCandidate;
use places::Places;
use sketch::{Chosen, MapGraph, Room, stacks};

/// Services up to which edges are drawn unasked: a thousand lines are no map.
const MAX_AUTO: usize = 150;

/// A band with its title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title {
    /// Which layer.
    pub layer: Layer,
    /// Its rows; the first one holds the title.
    pub rows: Range<u16>,
    /// Whether the first row is free of cards and takes a rule.
    pub ruled: bool,
    /// Services in its rows.
    pub members: Vec<ServiceId>,
}

impl Title {
    /// Takes the services of its layer that stand in its rows.
    fn with_members(mut self, cards: &[(ServiceId, Rect)], layers: &[Layer]) -> Self {
        let inside = cards
            .iter()
            .zip(layers)
            .filter(|((_, place), layer)| **layer == self.layer && self.rows.contains(&place.y));
        self.members = inside.map(|((id, _), _)| id.clone()).collect();
        self
    }
}

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
    /// Whether services of more than one stack are shown.
    several_stacks: bool,
    /// Columns at the left that hold titles and do not scroll; 0 where titles stand above their
    /// bands.
    pub gutter: u16,
    /// Stacks with the columns they take, when they stand side by side under their names.
    pub stacks: Vec<(Option<StackName>, Range<u16>)>,
    /// Virtual columns and rows.
    pub size: Size,
    /// The drawing that edges are painted from; its cells are moved right by `shift`.
    pub drawing: Drawing,
    /// Columns by which everything stands more to the right than in `drawing`.
    pub shift: u16,
    /// Of every edge of the drawing its place among the snapshot's edges.
    pub edges: Vec<usize>,
    /// Where cards stood so far.
    places: Places,
    /// How it came to its sizes; `None` without lines.
    choice: Option<Choice>,
}

/// How a drawing came to its sizes. They stay while they fit, so that nothing jumps because a
/// service went.
#[derive(Clone, Debug, PartialEq)]
struct Choice {
    candidate: LevelCandidate,
    /// Services when it was made.
    services: usize,
    stack: Option<StackName>,
    filter: String,
}

impl Choice {
    /// Whether it holds for so many services: with far fewer there is room for more detail.
    fn holds(&self, services: usize, ui: &UiState) -> bool {
        self.stack == ui.scope.stack
            && self.filter == ui.scope.filter
            && services * 4 >= self.services * 3
    }
}

impl Layout {
    /// Cells of the longest name, with how many of its instances run.
    #[must_use]
    pub fn longest(&self) -> usize {
        usize::from(self.key.longest)
    }

    /// Whether services of more than one stack are shown.
    #[must_use]
    pub const fn several_stacks(&self) -> bool {
        self.several_stacks
    }
}

/// The layout of `services` for an area of that size: the one of the last frame while nothing it
/// follows from changed, else a new one that leaves cards where they stood.
#[must_use]
pub fn layout(
    snapshot: &Snapshot,
    services: &[Arc<Service>],
    area: Size,
    ui: &UiState,
) -> Arc<Layout> {
    let before = ui.drawn.map.as_ref();
    if let Some(before) =
        before.filter(|before| before.key.fits(snapshot, services, area, ui.map.zoom))
    {
        return Arc::clone(before);
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
    let places = before
        .map(|before| before.places.clone())
        .unwrap_or_default();
    let bands = bands(services, &snapshot.layers);
    let chosen = match ui.map.zoom {
        Zoom::Auto => None,
        Zoom::At(level) => Some(level),
    };
    let drawn = match chosen {
        Some(level) if !level.has_lines() => None,
        None if services.len() > MAX_AUTO => None,
        _ => {
            // A banner that comes or goes must not turn the map into another one.
            let is_same = |before: &&Arc<Layout>| {
                let known = before.key.area;
                before.key.zoom == ui.map.zoom
                    && known.width == area.width
                    && known.height.abs_diff(area.height) <= levels::BANNER
            };
            let same_room = before.filter(is_same);
            let choice = same_room.and_then(|before| before.choice.clone());
            let choice = choice.filter(|choice| choice.holds(services.len(), ui));
            MapGraph::new(snapshot, &bands).draw(&key, &places, choice, chosen, ui)
        }
    };
    Arc::new(match drawn {
        Some(drawn) => routed(key, &bands, drawn, places, ui),
        None => unrouted(key, &bands, chosen, places),
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

fn routed(
    key: LayoutKey,
    bands: &[Band<'_>],
    drawn: Chosen<'_>,
    mut places: Places,
    ui: &UiState,
) -> Layout {
    let Chosen {
        sketch,
        choice,
        drawing,
    } = drawn;
    let candidate = choice.candidate;
    places.keep(&sketch.services, candidate.metrics, &drawing.places, ui);
    let room = Room::new(&key, &sketch.stacks);
    let width = u16::try_from(drawing.width).unwrap_or(u16::MAX);
    let shift = room.size.width.saturating_sub(width) / 2;
    let services = || sketch.services.iter();
    let cards: Vec<(ServiceId, Rect)> = services()
        .zip(&drawing.cards)
        .map(|(service, area)| (service.id.clone(), rect(*area, shift)))
        .collect();
    let layers: Vec<Layer> = services().map(|service| service.layer.layer).collect();
    let row = |y: u32| u16::try_from(y).unwrap_or(u16::MAX);
    let titles = drawing.bands.iter().filter_map(|area| {
        let title = Title {
            layer: bands.get(area.band)?.layer.layer,
            rows: row(area.rows.start)..row(area.rows.end),
            ruled: candidate.metrics.title > 0,
            members: Vec::new(),
        };
        Some(title.with_members(&cards, &layers))
    });
    Layout {
        level: candidate.level,
        titles: titles.collect(),
        gutter: room.gutter,
        several_stacks: sketch.stacks.len() > 1,
        stacks: columns(&sketch, &drawing, shift),
        size: Size::new(width.saturating_add(shift), row(drawing.height)),
        cards,
        shift,
        edges: sketch.edges,
        drawing,
        places,
        choice: Some(choice),
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

fn unrouted(
    key: LayoutKey,
    bands: &[Band<'_>],
    chosen: Option<ZoomLevel>,
    places: Places,
) -> Layout {
    let stacks = stacks(bands);
    let several_stacks = stacks.len() > 1;
    // With several stacks the name of its own stands before each service.
    let prefix = stacks
        .iter()
        .filter_map(|stack| stack.as_ref())
        .map(|stack| text::width(stack.as_str()) + 1);
    let prefix =
        u16::try_from(prefix.max().filter(|_| several_stacks).unwrap_or(0)).unwrap_or(u16::MAX);
    let compact = compact::compact(bands, key.area, key.longest.saturating_add(prefix), chosen);
    let titles = compact.titles.iter().map(|title| Title {
        layer: title.layer,
        rows: title.rows.clone(),
        ruled: compact.level != ZoomLevel::Glyph,
        members: title.members.clone(),
    });
    Layout {
        level: compact.level,
        titles: titles.collect(),
        gutter: compact.gutter,
        several_stacks,
        stacks: Vec::new(),
        size: Size::new(
            key.area.width.saturating_sub(compact.gutter),
            compact.height,
        ),
        cards: compact.cards,
        drawing: Drawing::default(),
        shift: 0,
        edges: Vec::new(),
        places,
        choice: None,
        key,
    }
}
