//! Clues, and how they are weighed.

use std::cmp::Reverse;

use crate::model::SortShared as _;
use crate::model::{Layer, LayerAssignment, LayerEvidence, LayerOrigin};

use super::clues::Weight;

/// Where a clue comes from. Clues of one origin repeat each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The image and what it brings: ports, variables, folders.
    Image,
    /// The service's name.
    Name,
    /// Command and healthcheck.
    Run,
    /// Its place in the graph.
    Place,
    /// Nothing.
    Nothing,
}

impl Origin {
    const ALL: [Self; 5] = [
        Self::Image,
        Self::Name,
        Self::Run,
        Self::Place,
        Self::Nothing,
    ];
}

/// One piece of evidence for a layer.
#[derive(Clone, Debug)]
pub(super) struct Clue {
    pub layer: Layer,
    pub confidence: u8,
    pub origin: Origin,
    /// Whether the image catalog knows it.
    pub is_known: bool,
    pub reason: String,
}

impl Clue {
    pub fn new(origin: Origin, weight: Weight, reason: String) -> Self {
        Self {
            layer: weight.layer,
            confidence: weight.confidence,
            origin,
            is_known: false,
            reason,
        }
    }

    fn layer_origin(&self) -> LayerOrigin {
        match self.origin {
            _ if self.is_known => LayerOrigin::Catalog,
            Origin::Nothing => LayerOrigin::Default,
            _ => LayerOrigin::Graph,
        }
    }
}

/// Weighs `clues`, which are not empty; the first of them decides alone when `is_job`.
pub(super) fn decide(mut clues: Vec<Clue>, is_job: bool) -> LayerAssignment {
    let doubt = |layer: Layer| -> f64 {
        let surest = |origin| {
            let of = clues
                .iter()
                .filter(|clue| clue.layer == layer && clue.origin == origin);
            of.map(|clue| clue.confidence).max().unwrap_or(0)
        };
        Origin::ALL
            .into_iter()
            .map(|origin| 1.0 - f64::from(surest(origin)) / 100.0)
            .product()
    };
    let doubts = Layer::BUILT_IN.map(|layer| (layer, doubt(layer)));
    let least = doubts.into_iter().min_by(|a, b| a.1.total_cmp(&b.1));
    let winner = match (is_job, least) {
        (false, Some((layer, _))) => layer,
        _ => Layer::Infra,
    };
    let own = 1.0 - doubt(winner);
    let rival = doubts
        .into_iter()
        .filter(|(layer, _)| *layer != winner)
        .map(|(_, doubt)| 1.0 - doubt);
    let rival = rival.fold(0.0_f64, f64::max);
    // A job is one whatever its image is: that its image is a store is no evidence against it.
    let confidence = percent(if is_job {
        own
    } else {
        own * (1.0 - rival / 2.0)
    });
    clues.sort_shared_by_key(|clue| (clue.layer != winner, Reverse(clue.confidence)));
    let (origin, reason) = clues
        .first()
        .map_or((LayerOrigin::Default, String::new()), |first| {
            (first.layer_origin(), first.reason.clone())
        });
    let evidence = clues
        .into_iter()
        .map(|clue| LayerEvidence {
            layer: clue.layer,
            confidence: clue.confidence,
            reason: clue.reason,
        })
        .collect();
    LayerAssignment {
        layer: winner,
        origin,
        confidence,
        reason,
        evidence,
    }
}

/// Whole percent, at most 99: only an operator is never wrong.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped before
fn percent(share: f64) -> u8 {
    (share * 100.0).round().clamp(0.0, 99.0) as u8
}
