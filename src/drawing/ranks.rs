//! How deep every node stands inside its band, by the edges inside that band and group.

use super::Graph;
use super::sorting::sort_by_key;

/// Who is next to whom, in one list.
pub(super) struct Adjacency {
    starts: Vec<usize>,
    ends: Vec<usize>,
}

impl Adjacency {
    /// The neighbours of `nodes` nodes along `pairs` (from, to).
    pub fn new(nodes: usize, pairs: impl Iterator<Item = (usize, usize)> + Clone) -> Self {
        let mut starts = vec![0; nodes + 1];
        for (from, _) in pairs.clone() {
            starts[from + 1] += 1;
        }
        for node in 0..nodes {
            starts[node + 1] += starts[node];
        }
        let mut next = starts.clone();
        let mut ends = vec![0; starts[nodes]];
        for (from, to) in pairs {
            ends[next[from]] = to;
            next[from] += 1;
        }
        Self { starts, ends }
    }

    /// The neighbours of `node`.
    pub fn of(&self, node: usize) -> &[usize] {
        &self.ends[self.starts[node]..self.starts[node + 1]]
    }
}

/// Where a node wants to stand inside its band.
#[derive(Clone, Debug, Default)]
pub(super) struct Ranks {
    /// Rank of every node, 0 on top; a cycle shares one.
    pub rank: Vec<usize>,
    /// Edges of every node to below less those to above: positive wants down.
    pub pull: Vec<i64>,
}

impl Ranks {
    /// Longest paths over the condensation of the edges inside bands; nodes that mostly call sink
    /// as far as they can.
    pub fn new(graph: &Graph) -> Self {
        let nodes = &graph.nodes;
        let inner = graph.edges.iter().copied().filter(|&(from, to)| {
            from != to && nodes[from].band == nodes[to].band && nodes[from].group == nodes[to].group
        });
        let down = Adjacency::new(nodes.len(), inner.clone());
        let up = Adjacency::new(nodes.len(), inner.map(|(from, to)| (to, from)));
        let component = components(&down, &up);
        let mut order: Vec<usize> = (0..nodes.len()).collect();
        sort_by_key(&mut order, |&node| (component[node], node));
        let mut depth = vec![0; nodes.len()];
        let mut size = vec![0; nodes.len()];
        for &node in &order {
            size[component[node]] += 1;
            for &to in down.of(node) {
                if component[to] != component[node] {
                    depth[component[to]] = depth[component[to]].max(depth[component[node]] + 1);
                }
            }
        }
        let pull = pull(graph);
        let mut rank: Vec<usize> = component
            .iter()
            .map(|&component| depth[component])
            .collect();
        let last = last_ranks(graph, &rank);
        for &node in order.iter().rev() {
            if pull[node] > 0 && size[component[node]] == 1 {
                let below = down
                    .of(node)
                    .iter()
                    .map(|&to| rank[to].saturating_sub(1))
                    .min();
                rank[node] = below.unwrap_or(last[node]).max(rank[node]);
            }
        }
        Self { rank, pull }
    }
}

fn pull(graph: &Graph) -> Vec<i64> {
    let mut pull = vec![0; graph.nodes.len()];
    for &(from, to) in &graph.edges {
        let (upper, lower) = match graph.nodes[from].band.cmp(&graph.nodes[to].band) {
            std::cmp::Ordering::Greater => (to, from),
            _ => (from, to),
        };
        pull[upper] += 1;
        pull[lower] -= 1;
    }
    pull
}

/// The deepest rank of every node's band and group.
fn last_ranks(graph: &Graph, rank: &[usize]) -> Vec<usize> {
    let mut last = std::collections::HashMap::new();
    for (node, rank) in graph.nodes.iter().zip(rank) {
        let deepest = last.entry((node.group, node.band)).or_insert(0);
        *deepest = (*deepest).max(*rank);
    }
    graph
        .nodes
        .iter()
        .map(|node| last.get(&(node.group, node.band)).copied().unwrap_or(0))
        .collect()
}

/// The strongly connected component of every node, numbered so that callers come before called
/// ones.
///
/// Kosaraju's algorithm with stacks of its own, so that a long chain cannot overflow.
fn components(down: &Adjacency, up: &Adjacency) -> Vec<usize> {
    let nodes = down.starts.len() - 1;
    let mut seen = vec![false; nodes];
    let mut finished = Vec::with_capacity(nodes);
    for root in 0..nodes {
        if std::mem::replace(&mut seen[root], true) {
            continue;
        }
        let mut stack = vec![(root, 0)];
        while let Some((node, next)) = stack.last_mut() {
            if let Some(&to) = down.of(*node).get(*next) {
                *next += 1;
                if !std::mem::replace(&mut seen[to], true) {
                    stack.push((to, 0));
                }
            } else {
                finished.push(*node);
                stack.pop();
            }
        }
    }
    let mut component = vec![usize::MAX; nodes];
    let mut count = 0;
    for &root in finished.iter().rev() {
        if component[root] != usize::MAX {
            continue;
        }
        component[root] = count;
        let mut stack = vec![root];
        while let Some(node) = stack.pop() {
            for &to in up.of(node) {
                if component[to] == usize::MAX {
                    component[to] = count;
                    stack.push(to);
                }
            }
        }
        count += 1;
    }
    component
}
