//! The evidence of an explanation, each piece with its source and time.

use super::View;
use super::symptoms::{failure_begin, lines};
use crate::explain::diagnosis::reports_error;
use crate::explain::{missing, sentence, timeline};
use crate::logs::{self, skeleton};
use crate::model::SortShared as _;
use crate::model::secrets::mask_text;
use crate::model::text::one_line;
use crate::model::{
    Change, EdgeKind, Evidence, EvidenceOutcome, EvidenceRemark, EvidenceSource, Service,
    SignedDuration, TimelineEvent, Timestamp,
};
use events::events;
use healthcheck::healthcheck;
use probe::probe;
use process::process;
use resources::resources;

pub(super) use events::image_before;

mod events;
mod healthcheck;
mod log_figures;
mod probe;
mod process;
mod resources;

/// Longest text of one piece, in characters.
const TEXT: usize = 300;

/// Different log lines shown.
const LINES: usize = 12;

/// How far the engine's record of an end and its event may lie apart.
const SAME_END: SignedDuration = SignedDuration::from_secs(2);

/// Instances whose process is shown.
const INSTANCES: usize = 4;

/// All evidence by time, what has no time last; what is repeated in a row once.
pub(super) fn all(view: &View<'_>) -> Vec<Evidence> {
    let mut all = Vec::new();
    probe(view, &mut all);
    healthcheck(view.service, &mut all);
    process(view.service, &mut all);
    resources(view.service, &mut all);
    all.extend(log_figures::new_error(view.service));
    needs(view, &mut all);
    if let Some(text) = sentence::blocks(
        view.service.health.state,
        view.blocked,
        view.service.stack.as_ref(),
    ) {
        all.push(piece(EvidenceSource::Impact, None, &text));
    }
    let causes = events(view).filter(|event| !is_known_end(event, view.service));
    all.extend(causes.map(|event| {
        let of = event.service.as_ref().filter(|id| **id != view.service.id);
        let of = of.map_or_else(String::new, |id| format!("{}: ", view.near(id)));
        let text = format!("{of}{}", timeline::words(&event.change));
        piece(EvidenceSource::Timeline, Some(event.at), &text).with(events::outcome(&event.change))
    }));
    let mut dated: Vec<_> = all.into_iter().map(|each| (each.at, each)).collect();
    dated.extend(log(view.service));
    dated.sort_shared_by_key(|(at, each)| (at.is_none(), *at, each.source));
    folded(dated.into_iter().map(|(_, each)| each))
}

/// Whether an event is the end of the process that the engine's record shows as well.
fn is_known_end(event: &TimelineEvent, service: &Service) -> bool {
    let ends = matches!(event.change, Change::Ended(_) | Change::Finished);
    let ended = service.instances.iter().filter(|it| !it.facts.is_running());
    let mut ended = ended.filter_map(|it| it.facts.finished_at);
    ends && event.service.as_ref() == Some(&service.id)
        && ended.any(|at| at.duration_since(event.at).abs() <= SAME_END)
}

/// Pieces of one source that say the same in a row as one, with the time of the first.
fn folded(all: impl Iterator<Item = Evidence>) -> Vec<Evidence> {
    let mut kept: Vec<Evidence> = Vec::new();
    for each in all {
        let last = kept.iter_mut().rev().find(|it| it.source == each.source);
        match last {
            Some(last) if are_alike(last, &each) => last.count += each.count,
            _ => kept.push(each),
        }
    }
    kept
}

fn are_alike(one: &Evidence, other: &Evidence) -> bool {
    one.outcome == other.outcome
        && one.remark.is_none()
        && other.remark.is_none()
        && skeleton(&one.text) == skeleton(&other.text)
}

/// The log lines from the last one before the first error of this failure on, else the last ones;
/// each with the time by which it is sorted: its own, else that of the line before it.
fn log(service: &Service) -> Vec<(Option<Timestamp>, Evidence)> {
    let mut sorted_at = None;
    let found = lines(service).map(|line| {
        sorted_at = line.at.or(sorted_at);
        let failed = reports_error(&line.text);
        let found = piece(EvidenceSource::Log, line.at, &readable_log(&line.text));
        let outcome = failed.then_some(EvidenceOutcome::Failure);
        (sorted_at, found.with(outcome))
    });
    let mut all: Vec<_> = found.collect();
    let is_error = |each: &Evidence| each.outcome.is_some();
    let begin = failure_begin(service);
    let first_error = all
        .iter()
        .position(|(at, each)| is_error(each) && at.is_none_or(|at| at >= begin));
    let from = match first_error {
        Some(at @ 1..) if !is_error(&all[at - 1].1) => {
            all[at - 1].1.remark = Some(EvidenceRemark::BeforeFirstError);
            at - 1
        }
        Some(at) => at,
        None => all.len().saturating_sub(LINES),
    };
    shortened(all.split_off(from))
}

/// At most [`LINES`] different lines: the first of them, and the very last one.
fn shortened(all: Vec<(Option<Timestamp>, Evidence)>) -> Vec<(Option<Timestamp>, Evidence)> {
    let last = all.len().saturating_sub(1);
    let mut different = 0;
    let mut before: Option<String> = None;
    let mut kept = Vec::new();
    for (index, each) in all.into_iter().enumerate() {
        let shape = skeleton(&each.1.text);
        if before.as_ref() != Some(&shape) {
            different += 1;
        }
        if different < LINES || index == last {
            kept.push(each);
        }
        before = Some(shape);
    }
    kept
}

/// A log line without its time, with the fields of JSON in readable order.
///
/// Secrets are masked before that: once the quotes of JSON are gone, nothing tells where a value with
/// blanks ends.
pub(super) fn readable_log(text: &str) -> String {
    logs::plain(&mask_text(text)).into_owned()
}

/// A text as it is shown: one line, secrets masked.
pub(super) fn line(text: &str) -> String {
    mask_text(&one_line(text, TEXT))
}

fn piece(source: EvidenceSource, at: Option<Timestamp>, text: &str) -> Evidence {
    Evidence::new(source, at, line(text))
}

/// What it needs and how that stands: everything that does not work, else that all of it is healthy.
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
            "depends on"
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
        let found = piece(EvidenceSource::Needs, Some(other.health.since), &text);
        all.push(found.with(broken(other)));
    }
    all.extend(
        missing::evidence(view.service)
            .into_iter()
            .map(|each| piece(each.source, each.at, &each.text).with(each.outcome)),
    );
    let known = edges
        .iter()
        .filter(|edge| view.snapshot.service(&edge.to).is_some());
    let ids: Vec<_> = known.map(|edge| edge.to.clone()).collect();
    if all.len() == before && !ids.is_empty() {
        let names = sentence::names(&ids, view.service.stack.as_ref());
        let text = format!("all dependencies are healthy: {names}");
        all.push(piece(EvidenceSource::Needs, None, &text).passed());
    }
}

/// A failure where the service does not do its work.
fn broken(service: &Service) -> Option<EvidenceOutcome> {
    let state = service.health.state;
    (state.is_problem() || state.is_broken()).then_some(EvidenceOutcome::Failure)
}
