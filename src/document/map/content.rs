//! What every form of the map shows.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use crate::drawing::{Graph, Node};
use crate::model::SortShared as _;
use crate::model::{Edge, Layers, Service, ServiceId, Snapshot, StackName};
use crate::topology::bands::bands;
use crate::topology::root_cause::{Trouble, edge_trouble};

/// A service with its place in the order of the map.
#[derive(Clone, Copy, Debug)]
pub struct Card<'a> {
    /// The service.
    pub service: &'a Arc<Service>,
    /// Its band, 0 on top.
    pub band: usize,
    /// Its stack's number, in the order of names; services without a stack come first.
    pub group: usize,
}

/// An edge between two cards.
#[derive(Clone, Copy, Debug)]
pub struct MapLine<'a> {
    /// The caller's card.
    pub from: usize,
    /// The called one's card.
    pub to: usize,
    /// The edge.
    pub edge: &'a Edge,
    /// Whether it is on the way from a root to what that blocks.
    pub trouble: Trouble,
}

/// Cards in the order of bands, stacks and names, and the lines between them.
#[derive(Clone, Debug)]
pub struct MapContent<'a> {
    /// Layers, top to bottom.
    pub layers: &'a Layers,
    /// Stacks in the order of their numbers; `None` is "no stack".
    pub stacks: Vec<Option<&'a StackName>>,
    /// Services.
    pub cards: Vec<Card<'a>>,
    /// Calls between services that exist, none of a service to itself; start order where it can
    /// block.
    pub lines: Vec<MapLine<'a>>,
}

impl<'a> MapContent<'a> {
    /// All services of `snapshot`.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot) -> Self {
        Self::of(&snapshot.services, &snapshot.edges, &snapshot.layers)
    }

    /// The given `services`; edges to others are left out.
    #[must_use]
    pub fn of(services: &'a [Arc<Service>], edges: &'a [Edge], layers: &'a Layers) -> Self {
        let mut stacks: Vec<Option<&StackName>> = services
            .iter()
            .map(|service| service.stack.as_ref())
            .collect();
        stacks.sort_shared();
        stacks.dedup();
        let numbers: HashMap<Option<&StackName>, usize> = stacks
            .iter()
            .enumerate()
            .map(|(number, stack)| (*stack, number))
            .collect();
        let mut cards = Vec::with_capacity(services.len());
        for (band, members) in bands(services, layers).into_iter().enumerate() {
            let card = |service: &'a Arc<Service>| {
                let group = numbers
                    .get(&service.stack.as_ref())
                    .copied()
                    .unwrap_or_default();
                Card {
                    service,
                    band,
                    group,
                }
            };
            cards.extend(members.services.into_iter().map(card));
        }
        let index: HashMap<&ServiceId, usize> = cards
            .iter()
            .enumerate()
            .map(|(at, card)| (&card.service.id, at))
            .collect();
        let line = |edge: &'a Edge| {
            let (from, to) = (*index.get(&edge.from)?, *index.get(&edge.to)?);
            let trouble = edge_trouble(cards[from].service, cards[to].service);
            (from != to && edge.is_drawn()).then_some(MapLine {
                from,
                to,
                edge,
                trouble,
            })
        };
        let lines = edges.iter().filter_map(line).collect();
        Self {
            layers,
            stacks,
            cards,
            lines,
        }
    }

    /// Whether names need their stack beside them.
    #[must_use]
    pub fn has_several_stacks(&self) -> bool {
        self.stacks.len() > 1
    }

    /// Bands that have cards, top to bottom, with their cards.
    pub fn bands(&self) -> impl Iterator<Item = (usize, Range<usize>)> {
        // Cards stand in the order of their bands.
        let mut next = 0;
        self.cards
            .chunk_by(|a, b| a.band == b.band)
            .filter_map(move |cards| {
                let first = next;
                next += cards.len();
                Some((cards.first()?.band, first..next))
            })
    }

    /// Pairs of cards that fix which of two bands stands above the other.
    #[must_use]
    pub fn band_order(&self) -> Vec<(usize, usize)> {
        let bands: Vec<Range<usize>> = self.bands().map(|(_, members)| members).collect();
        let pairs = bands.iter().zip(bands.iter().skip(1));
        pairs
            .flat_map(|(above, below)| below.clone().map(|card| (above.start, card)))
            .collect()
    }

    /// The graph to lay out: nodes are cards, edges are lines, both in this order.
    #[must_use]
    pub fn graph(&self) -> Graph {
        Graph {
            nodes: self
                .cards
                .iter()
                .map(|card| Node {
                    band: card.band,
                    group: card.group,
                })
                .collect(),
            edges: self.lines.iter().map(|line| (line.from, line.to)).collect(),
            bands: self.layers.len(),
        }
    }
}
