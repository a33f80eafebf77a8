//! The patterns of a log view: mined beside the drawing while they are looked at.

use std::collections::HashSet;
use std::sync::Arc;

use crate::logs::patterns::LogPattern;
use crate::model::{LogLine, SignedDuration, Snapshot, Timestamp};
use crate::tui::input::action::{Action, Direction};
use crate::tui::state::logs::find::{FindText, PatternChoice};
use crate::tui::state::logs::patterns::{PatternsState, SharedMiner};
use crate::tui::state::logs::{LineNumber, LogBegin, LogRing};
use crate::tui::state::{Drawn, LogsState};
use crate::tui::update::scroll::chosen_by_pages;

use super::find;

/// How often the patterns are sorted again at most.
const PAUSE: SignedDuration = SignedDuration::from_secs(1);

/// Lines to group; answered beside the drawing.
#[derive(Clone, Debug, PartialEq)]
pub struct MineRequest {
    miner: SharedMiner,
    since: Option<Timestamp>,
    of: FindText,
    lines: Vec<Arc<LogLine>>,
}

/// The patterns after it.
#[derive(Clone, Debug)]
pub struct MineAnswer {
    miner: SharedMiner,
    rows: Vec<LogPattern>,
}

impl MineRequest {
    /// What groups the lines.
    #[must_use]
    pub const fn miner(&self) -> &SharedMiner {
        &self.miner
    }

    /// Adds the lines that filter and level let through: some 2 µs each. A filter with a mistake,
    /// which is reported where it is looked for, lets none through.
    #[must_use]
    pub fn run(mut self) -> MineAnswer {
        if self.of.hides() {
            let passed = find::filter(&self.of).map(|it| it.filter_all(&self.lines));
            let passed = passed.unwrap_or_default().into_iter();
            let lines = passed.filter_map(|index| self.lines.get(index).cloned());
            self.lines = lines.collect();
        }
        self.miner.add(&self.lines);
        MineAnswer {
            rows: self.miner.sorted(self.since),
            miner: self.miner,
        }
    }
}

/// Shows the patterns, or the lines again.
pub fn toggle(state: &mut LogsState) {
    match state.patterns.as_mut().filter(|it| it.is_open) {
        Some(patterns) => patterns.is_open = false,
        None => open(state),
    }
}

/// Shows the patterns in place of the lines, and of all of them.
pub(in crate::tui::update) fn open(state: &mut LogsState) {
    state.patterns.get_or_insert_default().is_open = true;
    find::want(state, |wanted| wanted.pattern = None);
}

/// What is to be mined, while the patterns are open and lines have come.
pub fn request(state: &mut LogsState, snapshot: &Snapshot, now: Timestamp) -> Option<MineRequest> {
    let ring = &state.ring;
    let patterns = state.patterns.as_mut().filter(|it| it.is_open)?;
    let of = FindText {
        filter: state.find.wanted.filter.clone(),
        level: state.find.wanted.level,
        ..FindText::default()
    };
    if patterns.of != of {
        // The patterns are those of other lines now.
        *patterns = PatternsState {
            of,
            is_open: true,
            ..PatternsState::default()
        };
    }
    let is_due = patterns
        .sorted_at
        .is_none_or(|at| now.duration_since(at) >= PAUSE);
    let from = patterns.looked.max(ring.discarded);
    let has_lines = from < ring.end() || !patterns.late.is_empty();
    if patterns.is_running || !is_due || !has_lines {
        return None;
    }
    let services = state.services.iter().filter_map(|id| snapshot.service(id));
    let instances = services.flat_map(|service| &service.instances);
    let started = instances.filter_map(|each| each.facts.started_at).max();
    let is_whole = state.begin == LogBegin::All && ring.discarded == 0;
    let reaches = |start: &Timestamp| is_whole || complete_from(ring) < Some(*start);
    patterns.since = started.filter(reaches);
    patterns.is_running = true;
    patterns.looked = ring.end();
    let mut lines = std::mem::take(&mut patterns.late);
    let first = ring.index(from).unwrap_or(ring.lines.len());
    lines.extend(ring.lines.range(first..).cloned());
    Some(MineRequest {
        miner: patterns.miner.clone(),
        since: patterns.since,
        of: patterns.of.clone(),
        lines,
    })
}

/// From when on the lines of every source are held: the latest of their first lines.
fn complete_from(ring: &LogRing) -> Option<Timestamp> {
    let mut seen = HashSet::new();
    let firsts = ring.lines.iter().filter(|line| seen.insert(&line.instance));
    firsts.filter_map(|line| line.at).last()
}

/// Takes a line that got in as `number` before others.
pub(super) fn moved(patterns: &mut PatternsState, number: LineNumber, line: &Arc<LogLine>) {
    if number < patterns.looked {
        patterns.looked += 1;
        patterns.late.push(Arc::clone(line));
    }
}

/// Takes the patterns, unless other lines are looked at by now.
pub fn mined(state: &mut LogsState, answer: MineAnswer, now: Timestamp) {
    if let Some(patterns) = ended(state, &answer.miner, now) {
        patterns.rows = answer.rows;
    }
}

/// Grouping with `miner` failed: the lines that come next are grouped again.
pub fn failed(state: &mut LogsState, miner: &SharedMiner, now: Timestamp) {
    // Without the lines at which it failed, which it would fail at again.
    ended(state, miner, now);
}

/// The patterns that `miner` groups, which ended at `now`.
fn ended<'s>(
    state: &'s mut LogsState,
    miner: &SharedMiner,
    now: Timestamp,
) -> Option<&'s mut PatternsState> {
    let patterns = state.patterns.as_mut().filter(|it| it.miner == *miner)?;
    patterns.is_running = false;
    patterns.sorted_at = Some(now);
    Some(patterns)
}

/// Moves over the patterns, or shows the lines of the chosen one; `false` where they are not open,
/// or `action` is about something else.
pub(super) fn act(state: &mut LogsState, action: &Action, drawn: &Drawn) -> bool {
    let Some(patterns) = state.patterns.as_mut().filter(|it| it.is_open) else {
        return false;
    };
    let row = patterns.row();
    match action {
        Action::Enter => choose(state),
        Action::Row(at) if *at == row => choose(state),
        Action::Move(Direction::Up | Direction::Down)
        | Action::First
        | Action::Last
        | Action::Page(_)
        | Action::HalfPage(_)
        | Action::Scroll(_)
        | Action::Row(_) => {
            let rows = drawn.viewport.rows.max(1);
            let next = chosen_by_pages(action, row, patterns.rows.len(), rows);
            patterns.selected = patterns.rows.get(next).map(|pattern| pattern.id);
        }
        _ => return false,
    }
    true
}

/// Shows the lines of the chosen pattern alone.
fn choose(state: &mut LogsState) {
    let Some(patterns) = &mut state.patterns else {
        return;
    };
    let Some(pattern) = patterns.rows.get(patterns.row()) else {
        return;
    };
    let choice = PatternChoice {
        id: pattern.id,
        template: pattern.to_string(),
        miner: patterns.miner.clone(),
    };
    patterns.is_open = false;
    find::want(state, |wanted| wanted.pattern = Some(choice));
}
