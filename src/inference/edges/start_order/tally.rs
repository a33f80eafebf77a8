//! What is known of each caller and each called from a set of edges.

use std::collections::HashMap;

use super::{ServiceProfile, is_declared};
use crate::model::{Edge, EdgeKind, Layer, Provenance, ServiceId};

/// What is known of a service that needs others.
#[derive(Clone, Copy, Debug)]
pub(super) struct CallerTally {
    /// How many of those that it depends on it names elsewhere too.
    pub named: usize,
    /// How many of those that it depends on, jobs aside, it names nowhere else.
    pub unnamed: usize,
    /// How many it names at all.
    pub all_named: usize,
    /// Soft when no need is hard.
    pub kind: EdgeKind,
    /// Whether it depends on a proxy.
    pub waits_for_proxy: bool,
}

/// What is known of a service that others need.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct CalledTally {
    /// How many services name it in anything but `depends_on`.
    pub named_by: usize,
    /// How many stores need it.
    pub by_stores: usize,
}

/// Counts by service.
pub(super) struct Tally<'e> {
    callers: HashMap<&'e ServiceId, CallerTally>,
    called: HashMap<&'e ServiceId, CalledTally>,
}

impl<'e> Tally<'e> {
    /// Counts `edges`, which are sorted by caller.
    pub fn of<'a>(
        edges: &'e [Edge],
        role: &impl Fn(&ServiceId) -> Option<ServiceProfile<'a>>,
    ) -> Self {
        let mut tally = Self {
            callers: HashMap::new(),
            called: HashMap::new(),
        };
        for of_one in edges.chunk_by(|a, b| a.from == b.from) {
            let Some(first) = of_one.first() else {
                continue;
            };
            let is_store = role(&first.from).is_some_and(|role| role.layer == Layer::Data);
            for edge in of_one {
                let called = tally.called.entry(&edge.to).or_default();
                called.named_by += usize::from(!is_declared(edge));
                called.by_stores += usize::from(is_store);
            }
            tally.callers.insert(&first.from, caller(of_one, role));
        }
        tally
    }

    /// What is known of the caller `id`.
    pub fn caller(&self, id: &ServiceId) -> CallerTally {
        self.callers
            .get(id)
            .copied()
            .unwrap_or(CallerTally::NOTHING)
    }

    /// What is known of the called `id`.
    pub fn called(&self, id: &ServiceId) -> CalledTally {
        self.called.get(id).copied().unwrap_or_default()
    }
}

impl CallerTally {
    const NOTHING: Self = Self {
        named: 0,
        unnamed: 0,
        all_named: 0,
        kind: EdgeKind::Soft,
        waits_for_proxy: false,
    };
}

fn depends(edge: &Edge) -> bool {
    edge.evidence
        .iter()
        .any(|each| each.provenance == Provenance::DependsOn)
}

fn caller<'a>(
    edges: &[Edge],
    role: &impl Fn(&ServiceId) -> Option<ServiceProfile<'a>>,
) -> CallerTally {
    let mut caller = CallerTally::NOTHING;
    for edge in edges {
        caller.kind = caller.kind.min(edge.kind());
        if is_declared(edge) {
            let to = role(&edge.to);
            caller.unnamed += usize::from(to.is_some_and(|to| !to.is_job));
            caller.waits_for_proxy |= to.is_some_and(|to| to.layer == Layer::Edge);
        } else {
            caller.named += usize::from(depends(edge));
            caller.all_named += 1;
        }
    }
    caller
}
