//! Step 2: edges that have one end in common become a net, a star that shares lines.

use super::Graph;
use bundler::Bundler;

mod bundler;

/// Which border of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    Top,
    Bottom,
}

/// Where a net touches a card.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pin {
    /// Which card.
    pub node: usize,
    /// Which net.
    pub net: usize,
    /// Which of its borders.
    pub side: Side,
    /// Which channel it leads into: `c` is above row `c`.
    pub channel: usize,
    /// Whether an edge ends here, with an arrow head.
    pub arrow: bool,
}

/// Edges that share lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Net {
    /// Its edges.
    pub edges: Vec<usize>,
    /// The pin of the node all edges have in common; `None` when stars were merged for want of
    /// room.
    pub hub: Option<usize>,
    /// First and last channel it needs.
    pub channels: (usize, usize),
    /// Whether its edges point upwards.
    pub upward: bool,
}

/// All nets with their pins.
#[derive(Clone, Debug, Default)]
pub(super) struct Nets {
    pub nets: Vec<Net>,
    pub pins: Vec<Pin>,
    /// Net, pin of the caller and pin of the called one, by edge; `None` for edges from a node to
    /// itself.
    pub ends: Vec<Option<(usize, usize, usize)>>,
}

/// The sides that an edge leaves from and arrives at.
fn sides(from_row: usize, to_row: usize) -> (Side, Side) {
    match from_row.cmp(&to_row) {
        std::cmp::Ordering::Less => (Side::Bottom, Side::Top),
        std::cmp::Ordering::Greater => (Side::Top, Side::Bottom),
        std::cmp::Ordering::Equal => (Side::Bottom, Side::Bottom),
    }
}

impl Nets {
    /// Bundles the edges of `graph`; `pins` is how many nets may touch one side of a card, at least
    /// 2.
    pub fn new(graph: &Graph, row_of: &[usize], pins: usize) -> Self {
        let mut bundler = Bundler::new(graph, row_of, pins.saturating_sub(2));
        bundler.run();
        let nets = bundler.finish();
        let mut all = Self {
            ends: vec![None; graph.edges.len()],
            ..Self::default()
        };
        for edges in nets {
            all.add(graph, row_of, edges);
        }
        all
    }

    fn add(&mut self, graph: &Graph, row_of: &[usize], edges: Vec<usize>) {
        let net = self.nets.len();
        let ends = |edge: usize| {
            let (from, to) = graph.edges[edge];
            let (leaves, arrives) = sides(row_of[from], row_of[to]);
            ((from, leaves), (to, arrives))
        };
        let mut touched: Vec<((usize, Side), bool)> = edges
            .iter()
            .flat_map(|&edge| [(ends(edge).0, false), (ends(edge).1, true)])
            .collect();
        touched.sort_unstable();
        // Of the two entries of a place that is both caller and called the one with an arrow stays.
        touched.reverse();
        touched.dedup_by_key(|(place, _)| *place);
        touched.reverse();
        let first = self.pins.len();
        let pin_of = |place| first + touched.partition_point(|(other, _)| *other < place);
        let hub = edges
            .iter()
            .map(|&edge| ends(edge))
            .fold(Hub::Any, Hub::and);
        for &edge in &edges {
            let (from, to) = ends(edge);
            self.ends[edge] = Some((net, pin_of(from), pin_of(to)));
        }
        let hub = hub.place().map(pin_of);
        self.pins
            .extend(touched.iter().map(|&((node, side), arrow)| Pin {
                node,
                net,
                side,
                channel: row_of[node] + usize::from(side == Side::Bottom),
                arrow,
            }));
        let channels = self.pins[first..].iter().map(|pin| pin.channel);
        let span = (
            channels.clone().min().unwrap_or(0),
            channels.max().unwrap_or(0),
        );
        let upward = edges.iter().any(|&edge| ends(edge).0.1 == Side::Top);
        self.nets.push(Net {
            edges,
            hub,
            channels: span,
            upward,
        });
    }
}

type Place = (usize, Side);

/// What the edges seen so far have in common.
#[derive(Clone, Copy)]
enum Hub {
    Any,
    Either(Place, Place),
    One(Place),
    Nothing,
}

impl Hub {
    fn and(self, (from, to): (Place, Place)) -> Self {
        let shared = |place| place == from || place == to;
        match self {
            Self::Any => Self::Either(from, to),
            Self::Either(one, other) => match (shared(one), shared(other)) {
                (true, true) => self,
                (true, false) => Self::One(one),
                (false, true) => Self::One(other),
                (false, false) => Self::Nothing,
            },
            Self::One(place) if shared(place) => self,
            Self::One(_) | Self::Nothing => Self::Nothing,
        }
    }

    fn place(self) -> Option<Place> {
        match self {
            Self::Either(place, _) | Self::One(place) => Some(place),
            Self::Any | Self::Nothing => None,
        }
    }
}
