//! Filter and search of a log view: asks for what is found beside the drawing, and keeps it true
//! for what arrives.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::logs::{FilterError, LogFilter};
use crate::model::LogLine;
use crate::tui::state::LogsState;
use crate::tui::state::logs::find::{CONTEXT, FindText, FoundLines, LineCriteria};
use crate::tui::state::logs::{LineNumber, LogFind, LogRing};

/// What to look for in which lines; answered beside the drawing.
#[derive(Clone, Debug, PartialEq)]
pub struct FindRequest {
    wanted: FindText,
    generation: u64,
    /// Number of the first of `lines`.
    first: LineNumber,
    lines: Vec<Arc<LogLine>>,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct FindAnswer {
    generation: u64,
    /// Number of the first line that was not looked at.
    end: LineNumber,
    /// Lines that pass the filter; `None` where there is none.
    shown: Option<(LineCriteria, Vec<LineNumber>)>,
    /// Hits of the search; `None` without one.
    hits: Option<(LineCriteria, Vec<LineNumber>)>,
}

impl FindRequest {
    /// Reads the texts and looks at every line: some 0.1 µs to 1 µs a line.
    ///
    /// # Errors
    /// When the filter or the search cannot be read.
    pub fn run(&self) -> Result<FindAnswer, FilterError> {
        let criteria = |filter| LineCriteria {
            filter,
            pattern: self.wanted.pattern.clone(),
        };
        let filter = filter(&self.wanted)?;
        let searched = (!self.wanted.search.is_empty())
            .then(|| search(&self.wanted.search))
            .transpose()?;
        let numbers = |criteria: &LineCriteria| {
            let found = criteria.all_matches(&self.lines);
            let numbers = found.into_iter().map(|index| self.first + index as u64);
            numbers.collect::<Vec<_>>()
        };
        let found = |filter| {
            let criteria = criteria(filter);
            let found = numbers(&criteria);
            (criteria, found)
        };
        // Only what is shown can be a hit.
        let hits = searched.map(|search| found(filter.and(&search)));
        let shown = self.wanted.hides().then(|| found(filter));
        Ok(FindAnswer {
            generation: self.generation,
            end: self.first + self.lines.len() as u64,
            shown,
            hits,
        })
    }

    /// Which question this is.
    #[must_use]
    pub const fn generation(&self) -> u64 {
        self.generation
    }
}

/// The filter that hides lines.
pub(super) fn filter(wanted: &FindText) -> Result<LogFilter, FilterError> {
    let filter = LogFilter::parse(&wanted.filter)?;
    Ok(match wanted.level {
        Some(level) => filter.and(&LogFilter::at_least(level)),
        None => filter,
    })
}

/// The filter that finds hits: a regular expression between slashes, else the text as it is.
fn search(text: &str) -> Result<LogFilter, FilterError> {
    let ended = text
        .strip_prefix('/')
        .and_then(|rest| rest.rsplit_once('/'));
    if ended.is_some_and(|(expression, flags)| !expression.is_empty() && matches!(flags, "" | "i"))
    {
        return LogFilter::parse(text);
    }
    let quoted = text.replace('\\', "\\\\").replace('"', "\\\"");
    LogFilter::parse(&format!("\"{quoted}\""))
}

/// Changes what is wanted.
pub fn want(state: &mut LogsState, change: impl FnOnce(&mut FindText)) {
    let before = state.find.wanted.clone();
    change(&mut state.find.wanted);
    if state.find.wanted != before {
        look_again(state);
    }
}

/// What is wanted, or the lines, changed: they are looked at again. Without filter and search all
/// lines are shown at once.
pub fn look_again(state: &mut LogsState) {
    let find = &mut state.find;
    find.generation += 1;
    (find.fault, find.is_filter_refused) = (None, false);
    find.is_stale = find.wanted.hides() || !find.wanted.search.is_empty();
    if find.wanted.search.is_empty() {
        find.hits = None;
    }
    if !find.wanted.hides() {
        show(state, None);
    }
}

/// Asks for the nearest hit, once the hits are those of what is wanted.
pub fn jump(state: &mut LogsState) {
    state.find.jump = (!state.find.wanted.search.is_empty()).then_some(state.find.generation);
}

/// Whether the nearest hit was asked for and the hits are known now; `true` once.
pub(super) fn jumps(find: &mut LogFind) -> bool {
    let is_due = find.jump == Some(find.generation) && find.answered == find.generation;
    if is_due || find.jump != Some(find.generation) {
        find.jump = None;
    }
    is_due
}

/// What is to be asked, once for each change.
pub fn request(state: &mut LogsState) -> Option<FindRequest> {
    if !std::mem::take(&mut state.find.is_stale) {
        return None;
    }
    state.find.unmoved = state.ring.end();
    Some(FindRequest {
        wanted: state.find.wanted.clone(),
        generation: state.find.generation,
        first: state.ring.discarded,
        lines: state.ring.lines.iter().cloned().collect(),
    })
}

/// Takes what was found, unless something else is wanted meanwhile.
pub fn found(state: &mut LogsState, answer: FindAnswer) {
    if answer.generation != state.find.generation {
        return;
    }
    state.find.answered = answer.generation;
    let context = state.find.context;
    let ring = &state.ring;
    // Late lines get in near the end: the few lines behind them are looked at again.
    let end = answer.end.min(state.find.unmoved);
    let current = |(criteria, mut numbers): (LineCriteria, Vec<LineNumber>), context| {
        numbers.truncate(numbers.partition_point(|number| *number < end));
        with_later(criteria, &numbers, end, context, ring)
    };
    state.find.hits = answer.hits.map(|hits| current(hits, 0));
    let shown = answer.shown.map(|shown| current(shown, context));
    show(state, shown);
}

/// Says what is wrong with what was typed; what was found before stays.
pub fn refused(state: &mut LogsState, generation: u64, error: &FilterError) {
    if generation == state.find.generation {
        state.find.fault = Some(error.to_string());
        state.find.is_filter_refused = filter(&state.find.wanted).is_err();
    }
}

/// Shows other lines, with the same one in sight.
fn show(state: &mut LogsState, shown: Option<FoundLines>) {
    let bottom = state.len().checked_sub(1 + state.back);
    let bottom = bottom.and_then(|index| state.number(index));
    state.find.shown = shown;
    let Some(bottom) = bottom.filter(|_| !state.follow) else {
        state.back = if state.follow { 0 } else { state.back };
        state.back = state.back.min(state.len().saturating_sub(1));
        return;
    };
    let index = match state.shown_at(bottom) {
        Some(index) => index,
        None => state.position(bottom).saturating_sub(1),
    };
    state.back = state.len().saturating_sub(1 + index);
    state.below = 0;
}

/// What was found, and of the lines from `end` on what is to be.
fn with_later(
    criteria: LineCriteria,
    numbers: &[LineNumber],
    end: LineNumber,
    context: usize,
    ring: &LogRing,
) -> FoundLines {
    let mut found = FoundLines {
        criteria,
        ..FoundLines::default()
    };
    for number in numbers
        .iter()
        .filter(|number| ring.index(**number).is_some())
    {
        add_match(&mut found, *number, context, ring);
    }
    // What came after the last match and was looked at already.
    let last = found.numbers.back().copied();
    if let Some(last) = last.filter(|_| context > 0) {
        let until = (last + found.pending as u64).min(end.saturating_sub(1));
        for number in last + 1..=until {
            found.numbers.push_back(number);
            found.pending -= 1;
        }
    }
    for number in end.max(ring.discarded)..ring.end() {
        if let Some(line) = ring.line(number) {
            let is_match = found.criteria.matches(line);
            take(&mut found, number, is_match, context, ring);
        }
    }
    found
}

/// Adds a match with the lines around it that are not there yet.
fn add_match(found: &mut FoundLines, number: LineNumber, context: usize, ring: &LogRing) {
    let next = found.numbers.back().map_or(ring.discarded, |last| last + 1);
    // Those that follow the match before, then those before this one.
    if let Some(last) = found.numbers.back().copied() {
        let until = (last + found.pending as u64).min(number.saturating_sub(1));
        (last + 1..=until).for_each(|each| found.numbers.push_back(each));
    }
    let next = found.numbers.back().map_or(next, |last| last + 1);
    let from = number.saturating_sub(context as u64).max(next);
    (from..=number).for_each(|each| found.numbers.push_back(each));
    found.matches.push_back(number);
    found.pending = context;
}

/// Takes a line that came last; gives how many lines are shown that were not before.
fn take(
    found: &mut FoundLines,
    number: LineNumber,
    is_match: bool,
    context: usize,
    ring: &LogRing,
) -> usize {
    let before = found.numbers.len();
    if is_match {
        add_match(found, number, context, ring);
    } else if found.pending > 0 {
        found.pending -= 1;
        found.numbers.push_back(number);
    }
    found.numbers.len() - before
}

/// Takes the line `number`, which arrived; gives how many lines more are shown.
pub(super) fn arrived(find: &mut LogFind, ring: &LogRing, number: LineNumber) -> usize {
    let Some(line) = ring.line(number) else {
        return 0;
    };
    let shown = find.shown.as_ref();
    let is_shown = shown.map(|shown| shown.criteria.matches(line));
    if let Some(hits) = &mut find.hits {
        // Only what is shown can be a hit.
        let is_hit = is_shown.unwrap_or(true) && hits.criteria.matches(line);
        insert(hits, number, is_hit, 0, ring);
    }
    match (&mut find.shown, is_shown) {
        (Some(shown), Some(is_match)) => insert(shown, number, is_match, find.context, ring),
        _ => 1,
    }
}

fn insert(
    found: &mut FoundLines,
    number: LineNumber,
    is_match: bool,
    context: usize,
    ring: &LogRing,
) -> usize {
    if number + 1 == ring.end() {
        return take(found, number, is_match, context, ring);
    }
    // A late line: the lines around it are not looked for.
    if !is_match {
        return 0;
    }
    for numbers in [&mut found.numbers, &mut found.matches] {
        let index = numbers.partition_point(|each| *each < number);
        numbers.insert(index, number);
    }
    1
}

/// A line got in at `number`: those from there on have the next number.
pub(super) fn moved(find: &mut LogFind, number: LineNumber) {
    find.unmoved = find.unmoved.min(number);
    for found in find.shown.iter_mut().chain(&mut find.hits) {
        for numbers in [&mut found.numbers, &mut found.matches] {
            let from = numbers.partition_point(|each| *each < number);
            numbers.range_mut(from..).for_each(|each| *each += 1);
        }
    }
}

/// Forgets the lines that the ring discarded.
pub(super) fn discarded(find: &mut LogFind, ring: &LogRing) {
    for found in find.shown.iter_mut().chain(&mut find.hits) {
        for numbers in [&mut found.numbers, &mut found.matches] {
            let gone = numbers.partition_point(|each| *each < ring.discarded);
            numbers.drain(..gone);
        }
    }
}

/// Shows more or fewer lines around each match.
pub fn next_context(state: &mut LogsState) {
    let at = CONTEXT.iter().position(|each| *each == state.find.context);
    let next = at.map_or(0, |at| (at + 1) % CONTEXT.len());
    state.find.context = CONTEXT.get(next).copied().unwrap_or_default();
    look_again(state);
}

/// The hit after (`up`: before) line `from`, round the ends.
#[must_use]
pub fn next_hit(hits: &VecDeque<LineNumber>, from: LineNumber, up: bool) -> Option<LineNumber> {
    let at = hits.partition_point(|each| *each < from);
    let found = if up {
        at.checked_sub(1).and_then(|at| hits.get(at))
    } else {
        let is_on = hits.get(at) == Some(&from);
        hits.get(at + usize::from(is_on))
    };
    let round = if up { hits.back() } else { hits.front() };
    found.or(round).copied()
}

/// Changes what is wanted and finds it at once, for tests.
#[cfg(test)]
pub(in crate::tui) fn find_now(state: &mut LogsState, change: impl FnOnce(&mut FindText)) {
    want(state, change);
    answer_now(state);
}

/// Answers what is asked at once, for tests.
#[cfg(test)]
pub(in crate::tui) fn answer_now(state: &mut LogsState) {
    while let Some(request) = request(state) {
        match request.run() {
            Ok(answer) => found(state, answer),
            Err(error) => refused(state, request.generation(), &error),
        }
    }
}
