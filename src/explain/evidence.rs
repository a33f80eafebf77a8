//! The evidence of an explanation, each piece with its source and time.

use super::View;
use super::symptoms::lines;
use crate::explain::{missing, sentence, timeline};
use crate::model::SortShared as _;
use crate::model::secrets::mask_text;
use crate::model::text::one_line;
use crate::model::{EdgeKind, Evidence, EvidenceSource, Service, Timestamp};
use events::events;
use healthcheck::healthcheck;
use probe::probe;
use process::process;
use resources::resources;

pub(super) use events::image_before;

mod events;
mod healthcheck;
mod probe;
mod process;
mod resources;

/// Longest text of one piece, in characters.
const TEXT: usize = 300;

/// Log lines shown.
const LINES: usize = 12;

/// Instances whose process is shown.
const INSTANCES: usize = 4;

/// All evidence, in the order of [`EvidenceSource::ALL`].
pub(super) fn all(view: &View<'_>) -> Vec<Evidence> {
    let mut all = Vec::new();
    probe(view, &mut all);
    healthcheck(view.service, &mut all);
    process(view.service, &mut all);
    resources(view.service, &mut all);
    needs(view, &mut all);
    if let Some(text) = sentence::blocks(view.blocked, view.service.stack.as_ref()) {
        all.push(piece(EvidenceSource::Impact, None, &text));
    }
    all.extend(events(view).map(|event| {
        let of = event.service.as_ref().filter(|id| **id != view.service.id);
        let of = of.map_or_else(String::new, |id| format!("{}: ", view.near(id)));
        piece(
            EvidenceSource::Timeline,
            Some(event.at),
            &format!("{of}{}", timeline::words(&event.change)),
        )
    }));
    all.extend(log(view.service));
    sorted(all)
}

/// Each source by time; what has no time comes last.
fn sorted(mut all: Vec<Evidence>) -> Vec<Evidence> {
    let lines_without_time = all
        .iter()
        .any(|each| each.source == EvidenceSource::Log && each.at.is_none());
    all.sort_shared_by_key(|each| {
        let at = each
            .at
            .filter(|_| each.source != EvidenceSource::Log || !lines_without_time);
        (each.source, at.is_none(), at)
    });
    all
}

/// The last log lines, from before the first error on where that is among those kept.
fn log(service: &Service) -> Vec<Evidence> {
    let words: Vec<_> = lines(service).collect();
    let last = words.iter().skip(words.len().saturating_sub(LINES));
    last.map(|line| piece(EvidenceSource::Log, line.at, &line.text))
        .collect()
}

fn piece(source: EvidenceSource, at: Option<Timestamp>, text: &str) -> Evidence {
    Evidence {
        source,
        at,
        text: mask_text(&one_line(text, TEXT)),
    }
}

/// What it needs and how that stands: everything that does not work, else that all of it works.
fn needs(view: &View<'_>, all: &mut Vec<Evidence>) {
    let edges: Vec<_> = view.snapshot.needs(&view.service.id).collect();
    let before = all.len();
    for edge in &edges {
        let Some(other) = view.snapshot.service(&edge.to) else {
            continue;
        };
        if other.health.state.is_fine() {
            continue;
        }
        let kind = if edge.kind() == EdgeKind::Hard {
            "needs"
        } else {
            "uses"
        };
        let how = format!("{} {}", edge.provenance().id(), edge.detail());
        let text = format!(
            "{kind} {} ({}): it {}",
            view.near(&edge.to),
            how.trim_end(),
            sentence::clause(other)
        );
        all.push(piece(
            EvidenceSource::Needs,
            Some(other.health.since),
            &text,
        ));
    }
    all.extend(
        missing::evidence(view.service)
            .into_iter()
            .map(|each| piece(each.source, each.at, &each.text)),
    );
    let known = edges
        .iter()
        .filter(|edge| view.snapshot.service(&edge.to).is_some());
    let ids: Vec<_> = known.map(|edge| edge.to.clone()).collect();
    if all.len() == before && !ids.is_empty() {
        let verb = if ids.len() == 1 { "works" } else { "work" };
        let text = format!(
            "{}, which it needs, {verb}",
            sentence::names(&ids, view.service.stack.as_ref())
        );
        all.push(piece(EvidenceSource::Needs, None, &text));
    }
}
