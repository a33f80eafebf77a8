//! Services and edges as numbers, for walks that visit every edge once.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::model::{Edge, EdgeKind, ServiceId};

/// An arrow to node `to`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrow {
    /// Index of the other node.
    pub to: usize,
    /// Hard or soft.
    pub kind: EdgeKind,
}

/// A directed graph over the services that `edges` or the caller name.
pub(super) struct ServiceGraph<'a> {
    index: HashMap<&'a ServiceId, usize>,
    nodes: Vec<&'a ServiceId>,
    /// `needs[n]`: what node `n` needs.
    needs: Vec<Vec<Arrow>>,
    /// `needed_by[n]`: what needs node `n`.
    needed_by: Vec<Vec<Arrow>>,
}

impl<'a> ServiceGraph<'a> {
    /// The graph of `edges`; edges from a service to itself are left out.
    pub fn new(edges: impl IntoIterator<Item = &'a Edge>) -> Self {
        Self::with_kinds(edges, Edge::kind)
    }

    /// The graph of `edges` with kinds of its own; edges from a service to itself are left out.
    pub fn with_kinds(
        edges: impl IntoIterator<Item = &'a Edge>,
        kind: impl Fn(&Edge) -> EdgeKind,
    ) -> Self {
        let mut graph = Self {
            index: HashMap::new(),
            nodes: Vec::new(),
            needs: Vec::new(),
            needed_by: Vec::new(),
        };
        for edge in edges.into_iter().filter(|edge| edge.from != edge.to) {
            let from = graph.add(&edge.from);
            let to = graph.add(&edge.to);
            let kind = kind(edge);
            graph.needs[from].push(Arrow { to, kind });
            graph.needed_by[to].push(Arrow { to: from, kind });
        }
        graph
    }

    /// The index of `id`, which is added when it is new.
    pub fn add(&mut self, id: &'a ServiceId) -> usize {
        *self.index.entry(id).or_insert_with(|| {
            self.nodes.push(id);
            self.needs.push(Vec::new());
            self.needed_by.push(Vec::new());
            self.nodes.len() - 1
        })
    }

    /// Draws an arrow of a hard need.
    pub fn connect(&mut self, from: usize, to: usize) {
        self.needs[from].push(Arrow {
            to,
            kind: EdgeKind::Hard,
        });
        self.needed_by[to].push(Arrow {
            to: from,
            kind: EdgeKind::Hard,
        });
    }

    /// What `node` needs only through others, nearest first, at most `limit` of them.
    pub fn beyond(&self, node: usize, limit: usize) -> Vec<usize> {
        let direct = self.needs[node].iter().map(|arrow| arrow.to);
        let mut seen: HashSet<usize> = direct.chain([node]).collect();
        let mut queue: VecDeque<usize> = self.needs[node].iter().map(|arrow| arrow.to).collect();
        let mut found = Vec::new();
        while let Some(next) = queue.pop_front().filter(|_| found.len() < limit) {
            for arrow in self.needs[next]
                .iter()
                .filter(|arrow| seen.insert(arrow.to))
            {
                found.push(arrow.to);
                queue.push_back(arrow.to);
            }
        }
        found.truncate(limit);
        found
    }

    /// The index of `id`, when some edge names it.
    pub fn find(&self, id: &ServiceId) -> Option<usize> {
        self.index.get(id).copied()
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The service at `node`.
    pub fn id(&self, node: usize) -> &'a ServiceId {
        self.nodes[node]
    }

    /// What `node` needs.
    pub fn needs(&self, node: usize) -> &[Arrow] {
        &self.needs[node]
    }

    /// What needs `node`.
    pub fn needed_by(&self, node: usize) -> &[Arrow] {
        &self.needed_by[node]
    }

    /// The strongly connected component of every node that `keep` admits (`None` for the rest).
    ///
    /// Components are numbered in dependency order: a node's needs have a smaller number or the
    /// same one. Tarjan's algorithm with a stack of its own, so that a long chain cannot overflow.
    pub fn components(&self, keep: impl Fn(usize) -> bool, hard_only: bool) -> Vec<Option<usize>> {
        let mut search = Components::new(self.len());
        for root in (0..self.len()).filter(|node| keep(*node)) {
            if search.order[root].is_none() {
                search.walk(self, root, &keep, hard_only);
            }
        }
        search.component
    }
}

/// The state of Tarjan's algorithm.
struct Components {
    order: Vec<Option<usize>>,
    low: Vec<usize>,
    on_stack: Vec<bool>,
    stack: Vec<usize>,
    component: Vec<Option<usize>>,
    visited: usize,
    found: usize,
}

impl Components {
    fn new(len: usize) -> Self {
        Self {
            order: vec![None; len],
            low: vec![0; len],
            on_stack: vec![false; len],
            stack: Vec::new(),
            component: vec![None; len],
            visited: 0,
            found: 0,
        }
    }

    fn enter(&mut self, node: usize) {
        self.order[node] = Some(self.visited);
        self.low[node] = self.visited;
        self.visited += 1;
        self.on_stack[node] = true;
        self.stack.push(node);
    }

    fn walk(
        &mut self,
        graph: &ServiceGraph,
        root: usize,
        keep: &impl Fn(usize) -> bool,
        hard_only: bool,
    ) {
        self.enter(root);
        let mut path = vec![(root, 0)];
        while let Some((node, next)) = path.last_mut() {
            let node = *node;
            let Some(arrow) = graph.needs[node].get(*next) else {
                path.pop();
                self.leave(node, path.last().map(|(parent, _)| *parent));
                continue;
            };
            *next += 1;
            if !keep(arrow.to) || (hard_only && arrow.kind == EdgeKind::Soft) {
                continue;
            }
            match self.order[arrow.to] {
                None => {
                    self.enter(arrow.to);
                    path.push((arrow.to, 0));
                }
                Some(order) if self.on_stack[arrow.to] => {
                    self.low[node] = self.low[node].min(order)
                }
                Some(_) => {}
            }
        }
    }

    fn leave(&mut self, node: usize, parent: Option<usize>) {
        if let Some(parent) = parent {
            self.low[parent] = self.low[parent].min(self.low[node]);
        }
        self.close(node);
    }

    /// Ends a component when `node` is its first member.
    fn close(&mut self, node: usize) {
        if self.order[node] != Some(self.low[node]) {
            return;
        }
        while let Some(member) = self.stack.pop() {
            self.on_stack[member] = false;
            self.component[member] = Some(self.found);
            if member == node {
                break;
            }
        }
        self.found += 1;
    }
}

/// The nodes of each component, in the order of the components.
pub(super) fn members(components: &[Option<usize>]) -> Vec<Vec<usize>> {
    let mut members: Vec<Vec<usize>> = Vec::new();
    for (node, component) in components.iter().enumerate() {
        let Some(component) = *component else {
            continue;
        };
        if members.len() <= component {
            members.resize(component + 1, Vec::new());
        }
        members[component].push(node);
    }
    members
}
