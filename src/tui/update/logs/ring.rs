//! The bounded ring of lines.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::model::secrets::KnownSecrets;
use crate::model::{LogBatch, LogLine};
use crate::tui::state::LogsState;
use crate::tui::state::logs::source_name;

/// How far back a late line is put in its place in time.
const REORDER: usize = 500;

/// Takes a batch into the ring of at most `max_lines` lines and `max_bytes` bytes of text.
///
/// What is on screen stays where it is unless the end is followed.
pub fn push(state: &mut LogsState, batch: LogBatch, max_lines: usize, max_bytes: usize) {
    match batch {
        LogBatch::Lines { lines, dropped } => {
            state.ring.dropped += dropped;
            for line in lines {
                insert(state, line);
            }
            trim(state, max_lines.max(1), max_bytes);
        }
        LogBatch::Ended(instance) => {
            state.notice = format!("{} ended", source_name(state, &instance))
        }
        LogBatch::Failed(instance, error) => {
            state.notice = format!("{}: {error}", source_name(state, &instance))
        }
    }
}

/// Masks the secrets in every line that is held.
pub fn mask(state: &mut LogsState, secrets: &KnownSecrets) {
    for line in &mut state.ring.lines {
        let line = Arc::make_mut(line);
        line.text = secrets.mask(&line.text);
    }
    state.ring.bytes = state.ring.lines.iter().map(|line| line.text.len()).sum();
}

/// Puts `line` at its place in time, near the end.
fn insert(state: &mut LogsState, line: Arc<LogLine>) {
    let lines = &mut state.ring.lines;
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
    let index = lines.len() - behind;
    state.ring.bytes += line.text.len();
    lines.insert(index, line);
    if let Some(hit) = &mut state.hit
        && *hit >= index
    {
        *hit += 1;
    }
    // A line below what is on screen pushes it further from the end.
    if !state.follow && behind <= state.back {
        state.back += 1;
    }
}

fn trim(state: &mut LogsState, max_lines: usize, max_bytes: usize) {
    let mut removed = 0;
    while state.ring.lines.len() > max_lines
        || (state.ring.bytes > max_bytes && state.ring.lines.len() > 1)
    {
        let Some(line) = state.ring.lines.pop_front() else {
            break;
        };
        state.ring.bytes -= line.text.len();
        removed += 1;
    }
    state.ring.discarded += removed as u64;
    state.hit = state.hit.and_then(|hit| hit.checked_sub(removed));
    let last = state.ring.lines.len().saturating_sub(1);
    if state.back > last {
        (state.back, state.below) = (last, 0);
    }
}
