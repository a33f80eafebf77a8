//! What was found for each pair of services, until edges are made of it.

use crate::model::SortShared as _;
use crate::model::{Edge, EdgeEvidence};

use super::{GivenVariable, ServiceNode};

/// The evidence of each pair so far, by places in the list of nodes.
#[derive(Default)]
pub(super) struct FoundEdges {
    evidence: Vec<(usize, usize, EdgeEvidence)>,
    /// Variables that make no edge: who has it, what it names, its name.
    pub given: Vec<(usize, usize, String)>,
}

impl FoundEdges {
    pub fn given(&mut self, nodes: &[ServiceNode]) -> Vec<GivenVariable> {
        let id = |index: usize| nodes.get(index).map(|node| node.id.clone());
        let mut given: Vec<GivenVariable> = std::mem::take(&mut self.given)
            .into_iter()
            .filter_map(|(holder, to, variable)| {
                Some(GivenVariable {
                    holder: id(holder)?,
                    to: id(to)?,
                    variable,
                })
            })
            .collect();
        given.sort_shared();
        given.dedup();
        given
    }

    pub fn add(&mut self, from: usize, to: Option<usize>, evidence: EdgeEvidence) {
        if let Some(to) = to.filter(|to| *to != from) {
            self.evidence.push((from, to, evidence));
        }
    }

    pub fn into_edges(mut self, nodes: &[ServiceNode]) -> Vec<Edge> {
        let ranks = ranks(nodes);
        // Hard and the earlier provenance are the smaller values, so that the strongest comes
        // first.
        self.evidence.sort_shared_by(|a, b| {
            (ranks[a.0], ranks[a.1], &a.2).cmp(&(ranks[b.0], ranks[b.1], &b.2))
        });
        self.evidence.dedup();
        edges(self.evidence, nodes)
    }
}

/// Where each of the nodes stands in the order of their ids.
fn ranks(nodes: &[ServiceNode]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..nodes.len()).collect();
    order.sort_shared_by_key(|index| nodes[*index].id);
    let mut ranks = vec![0_usize; nodes.len()];
    for (rank, index) in order.iter().enumerate() {
        ranks[*index] = rank;
    }
    ranks
}

/// One edge for each pair of nodes; `evidence` is in the order of the pairs.
fn edges(evidence: Vec<(usize, usize, EdgeEvidence)>, nodes: &[ServiceNode]) -> Vec<Edge> {
    let mut edges: Vec<Edge> = Vec::new();
    let mut last = None;
    for (from, to, evidence) in evidence {
        if last.replace((from, to)) != Some((from, to)) {
            let (from, to) = (nodes[from].id.clone(), nodes[to].id.clone());
            edges.push(Edge {
                from,
                to,
                evidence: vec![evidence],
            });
        } else if let Some(edge) = edges
            .last_mut()
            .filter(|edge| edge.evidence.len() < Edge::MOST_EVIDENCE)
        {
            edge.evidence.push(evidence);
        }
    }
    edges
}
