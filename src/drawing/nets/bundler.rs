//! Which edges share lines: the biggest stars first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{Side, sides};
use crate::drawing::Graph;

/// The two classes of each edge, none for one from a card to itself.
fn classes(graph: &Graph, row_of: &[usize]) -> Vec<Option<[usize; 2]>> {
    let classes = |&(from, to): &(usize, usize)| {
        let (leaves, arrives) = sides(row_of[from], row_of[to]);
        (from != to).then(|| [class(from, leaves, true), class(to, arrives, false)])
    };
    graph.edges.iter().map(classes).collect()
}

/// A star before it is one: all edges in or out of one side of a node.
fn class(node: usize, side: Side, out: bool) -> usize {
    node * 4 + usize::from(side == Side::Bottom) * 2 + usize::from(out)
}

pub(super) struct Bundler<'a> {
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
    pub fn new(graph: &'a Graph, row_of: &[usize], most_foreign: usize) -> Self {
        let places = graph.nodes.len() * 4;
        let classes = classes(graph, row_of);
        let mut members = vec![Vec::new(); places];
        for (edge, classes) in classes.iter().enumerate() {
            for &class in classes.iter().flatten() {
                members[class].push(edge);
            }
        }
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
    pub fn run(&mut self) {
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
    pub fn finish(self) -> Vec<Vec<usize>> {
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
