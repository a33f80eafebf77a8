//! Step 2: edges that have one end in common become a net, a star that shares lines.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Graph;

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

/// A star before it is one: all edges in or out of one side of a node.
fn class(node: usize, side: Side, out: bool) -> usize {
    node * 4 + usize::from(side == Side::Bottom) * 2 + usize::from(out)
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

struct Bundler<'a> {
    graph: &'a Graph,
    /// The two classes of every edge: out of the caller, into the called one.
    classes: Vec<Option<[usize; 2]>>,
    members: Vec<Vec<usize>>,
    /// Edges of a class that it may still take.
    open: Vec<usize>,
    /// Pins of other nodes' stars, by side of a node.
    foreign: Vec<usize>,
    most_foreign: usize,
    net_of_class: Vec<Option<usize>>,
    net_of_edge: Vec<Option<usize>>,
    /// Which net a net was merged into.
    merged: Vec<usize>,
}

impl<'a> Bundler<'a> {
    fn new(graph: &'a Graph, row_of: &[usize], most_foreign: usize) -> Self {
        let places = graph.nodes.len() * 4;
        let mut members = vec![Vec::new(); places];
        let classes: Vec<_> = graph
            .edges
            .iter()
            .enumerate()
            .map(|(edge, &(from, to))| {
                (from != to).then(|| {
                    let (leaves, arrives) = sides(row_of[from], row_of[to]);
                    let classes = [class(from, leaves, true), class(to, arrives, false)];
                    classes.iter().for_each(|&class| members[class].push(edge));
                    classes
                })
            })
            .collect();
        Self {
            graph,
            classes,
            open: members.iter().map(Vec::len).collect(),
            members,
            foreign: vec![0; places / 2],
            most_foreign,
            net_of_class: vec![None; places],
            net_of_edge: vec![None; graph.edges.len()],
            merged: Vec::new(),
        }
    }

    /// The biggest star first, over and over.
    fn run(&mut self) {
        let mut heap: BinaryHeap<_> = (0..self.open.len())
            .filter(|&class| self.open[class] > 0)
            .map(|class| self.bid(class))
            .collect();
        while let Some(bid) = heap.pop() {
            let Reverse((_, class)) = bid.1;
            if self.open[class] == bid.0 {
                self.take(class);
            } else if self.open[class] > 0 {
                heap.push(self.bid(class));
            }
        }
        self.merge_the_rest();
    }

    /// What a class goes by: its edges, then one arrow head before many, then the natural order.
    fn bid(&self, class: usize) -> (usize, Reverse<(usize, usize)>) {
        (self.open[class], Reverse((class % 2, class)))
    }

    /// Makes a net of what `class` may still take. An edge whose other end has no room for one more
    /// net is left for the star of that end.
    fn take(&mut self, class: usize) {
        let members = std::mem::take(&mut self.members[class]);
        let mut room_at = None;
        for edge in members {
            let Some(classes) = self.classes[edge].filter(|_| self.net_of_edge[edge].is_none())
            else {
                continue;
            };
            let spoke = if classes[0] == class {
                classes[1]
            } else {
                classes[0]
            };
            let twin = room_at == Some(spoke);
            if !twin && self.foreign[spoke / 2] >= self.most_foreign {
                continue;
            }
            room_at = Some(spoke);
            self.foreign[spoke / 2] += usize::from(!twin);
            let net = self.own_net(class);
            self.net_of_edge[edge] = Some(net);
            self.open[spoke] = self.open[spoke].saturating_sub(1);
        }
        self.open[class] = 0;
    }

    fn own_net(&mut self, class: usize) -> usize {
        *self.net_of_class[class].get_or_insert_with(|| {
            self.merged.push(self.merged.len());
            self.merged.len() - 1
        })
    }

    /// Edges that found no room at either end join the stars of both ends to one net.
    fn merge_the_rest(&mut self) {
        for edge in 0..self.graph.edges.len() {
            let Some(classes) = self.classes[edge].filter(|_| self.net_of_edge[edge].is_none())
            else {
                continue;
            };
            let nets = classes
                .map(|class| self.own_net(class))
                .map(|net| self.root(net));
            self.merged[nets[0].max(nets[1])] = nets[0].min(nets[1]);
            self.net_of_edge[edge] = Some(nets[0].min(nets[1]));
        }
    }

    fn root(&self, mut net: usize) -> usize {
        while self.merged[net] != net {
            net = self.merged[net];
        }
        net
    }

    /// The edges of every net.
    fn finish(self) -> Vec<Vec<usize>> {
        let mut nets = vec![Vec::new(); self.merged.len()];
        for (edge, net) in self.net_of_edge.iter().enumerate() {
            if let Some(net) = *net {
                nets[self.root(net)].push(edge);
            }
        }
        nets.retain(|edges| !edges.is_empty());
        nets
    }
}
