//! Short notation for graphs in tests.

use crate::model::{Edge, EdgeKind, Provenance, ServiceId};

/// `"api>db web-api"`: api needs db hard, web needs api softly.
pub(crate) fn edges(text: &str) -> Vec<Edge> {
    text.split_whitespace()
        .map(|word| {
            let at = word.find(['>', '-']).expect("an arrow");
            let kind = if word.as_bytes()[at] == b'>' { EdgeKind::Hard } else { EdgeKind::Soft };
            Edge {
                from: ServiceId::new(&word[..at]),
                to: ServiceId::new(&word[at + 1..]),
                kind,
                provenance: Provenance::DependsOn,
                detail: String::new(),
            }
        })
        .collect()
}

/// Ids from words.
pub(crate) fn ids(text: &str) -> Vec<ServiceId> {
    text.split_whitespace().map(ServiceId::new).collect()
}
