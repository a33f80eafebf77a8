//! The bounded ring of lines.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::logs::without_secrets;
use crate::model::secrets::KnownSecrets;
use crate::model::{InstanceId, LogBatch, LogLine};
use crate::tui::state::LogsState;
use crate::tui::state::logs::{LineWeight, LogNews, LogRing, SourceNotice, source_name};

use super::{find, patterns};

/// How far back a late line is put in its place in time.
const REORDER: usize = 500;

/// Takes a batch into the ring of at most `max_lines` lines and `max_bytes` bytes of text.
///
/// What is on screen stays where it is unless the end is followed.
pub fn push(state: &mut LogsState, batch: LogBatch, max_lines: usize, max_bytes: usize) {
    match batch {
        LogBatch::Lines { lines, dropped } => {
            state.ring.dropped += dropped;
            settle_notices(state, &lines);
            for line in lines {
                insert(state, line);
            }
            trim(state, max_lines.max(1), max_bytes);
        }
        LogBatch::Ended(instance) => notify(state, &instance, SourceNotice::Ended),
        LogBatch::Failed(instance, error) => notify(state, &instance, SourceNotice::Failed(error)),
    }
}

fn notify(state: &mut LogsState, instance: &InstanceId, notice: SourceNotice) {
    let name = source_name(&state.sources, instance);
    state.notices.set(name, notice);
}

/// A notice goes when lines of its source come again, also of a new container.
fn settle_notices(state: &mut LogsState, lines: &[Arc<LogLine>]) {
    if state.notices.is_empty() {
        return;
    }
    let instances: BTreeSet<&InstanceId> = lines.iter().map(|line| &line.instance).collect();
    let names = instances
        .into_iter()
        .map(|id| source_name(&state.sources, id));
    let names: BTreeSet<String> = names.collect();
    state.notices.remove(|source| names.contains(source));
}

/// Masks the secrets in `line`.
pub(super) fn hide(line: &mut Arc<LogLine>, secrets: &KnownSecrets) {
    if let Some(masked) = without_secrets(&line.text, secrets) {
        Arc::make_mut(line).text = masked;
    }
}

/// Masks the secrets in every line that is held.
pub fn mask(state: &mut LogsState, secrets: &KnownSecrets) {
    state
        .ring
        .lines
        .iter_mut()
        .for_each(|line| hide(line, secrets));
    state.ring.bytes = state.ring.lines.iter().map(|line| line.text.len()).sum();
    // They quote lines.
    state.patterns = None;
    find::want(state, |wanted| wanted.pattern = None);
}

/// Puts `line` at its place in time, near the end.
fn insert(state: &mut LogsState, line: Arc<LogLine>) {
    let lines = &state.ring.lines;
    let later = |other: &LogLine| match (other.at, line.at) {
        (Some(other), Some(at)) => other.cmp(&at) == Ordering::Greater,
        _ => false,
    };
    let behind = lines
        .iter()
        .rev()
        .take(REORDER)
        .take_while(|other| later(other))
        .count();
    let number = state.ring.number(lines.len() - behind);
    keep(&mut state.ring, line, behind);
    if behind > 0 {
        let moved = |each: &mut u64| *each += u64::from(*each >= number);
        state.cursor.iter_mut().for_each(moved);
        state.marked = state
            .marked
            .iter()
            .map(|each| each + u64::from(*each >= number))
            .collect();
        find::moved(&mut state.find, number);
        if let (Some(patterns), Some(line)) = (&mut state.patterns, state.ring.line(number)) {
            patterns::moved(patterns, number, line);
        }
    }
    let below = match &state.find.shown {
        Some(shown) => shown.numbers.len() - state.position(number),
        None => behind,
    };
    let added = find::arrived(&mut state.find, &state.ring, number);
    // A shown line below what is on screen pushes it further from the end.
    if !state.follow && below <= state.back {
        state.back += added;
    }
}

/// Puts `line` before the last `behind` lines of the ring.
fn keep(ring: &mut LogRing, line: Arc<LogLine>, behind: usize) {
    let index = ring.lines.len() - behind;
    let before = index.checked_sub(1).and_then(|at| ring.weights.get(at));
    let at = line.at.map(|at| at.as_millisecond());
    ring.bytes += line.text.len();
    ring.weights.insert(
        index,
        LineWeight {
            at: at.or(before.map(|weight| weight.at)).unwrap_or_default(),
            level: line.level,
        },
    );
    ring.lines.insert(index, line);
}

fn trim(state: &mut LogsState, max_lines: usize, max_bytes: usize) {
    let ring = &mut state.ring;
    while ring.lines.len() > max_lines || (ring.bytes > max_bytes && ring.lines.len() > 1) {
        let Some(line) = ring.lines.pop_front() else {
            break;
        };
        ring.weights.pop_front();
        ring.bytes -= line.text.len();
        ring.discarded += 1;
    }
    let first = ring.discarded;
    find::discarded(&mut state.find, &state.ring);
    if state.cursor.is_some_and(|number| number < first) {
        state.cursor = None;
        (state.back, state.below, state.follow) = (0, 0, true);
        state.notices.news = Some(LogNews::ChosenDiscarded);
    }
    if state.marked.first().is_some_and(|number| *number < first) {
        state.marked = state.marked.split_off(&first);
    }
    let last = state.len().saturating_sub(1);
    if state.back > last {
        (state.back, state.below) = (last, 0);
    }
}
