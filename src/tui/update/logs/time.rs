//! Moving in the time of a log: where it begins, a moment, the histogram above the lines.

use crate::model::Timestamp;
use crate::tui::state::logs::LogBegin;
use crate::tui::state::logs::histogram::Histogram;
use crate::tui::state::{Drawn, LogsState, UiState};

use super::{follow_from, scroll};

/// Columns of the histogram before it was drawn.
const COLUMNS: usize = 80;

/// Reads the log from further back (`by` > 0) or from later: the nearest step that is so.
pub(in crate::tui::update) fn step(ui: &mut UiState, by: i32, now: Timestamp) {
    let logs = &ui.logs;
    let first = logs.ring.weights.front().map(|weight| weight.at);
    let first = first.and_then(|at| Timestamp::from_millisecond(at).ok());
    let ago = |age| now.checked_sub(age).unwrap_or(Timestamp::MIN);
    let from = match logs.begin {
        LogBegin::Tail => first.unwrap_or(now),
        LogBegin::Since(age) => ago(age),
        LogBegin::Moment(at) => at,
        LogBegin::All => Timestamp::MIN,
    };
    let steps = LogBegin::STEPS.iter();
    let next = if by > 0 {
        let mut steps = steps;
        steps.find(|step| match step {
            LogBegin::Since(age) => ago(*age) < from,
            step => **step == LogBegin::All,
        })
    } else {
        let is_later = |step: &&LogBegin| match step {
            LogBegin::Since(age) => ago(*age) > from,
            step => **step == LogBegin::Tail,
        };
        steps
            .rev()
            .find(is_later)
            .filter(|_| logs.begin != LogBegin::Tail)
    };
    if let Some(next) = next.filter(|next| **next != logs.begin) {
        read_from(ui, *next);
    }
}

/// Reads the same logs from `begin` on.
pub(super) fn read_from(ui: &mut UiState, begin: LogBegin) {
    let services = std::mem::take(&mut ui.logs.services);
    let in_view = ui.logs.in_view.take();
    follow_from(ui, services, begin);
    ui.logs.in_view = in_view;
}

/// Goes to the first line at or after `at`; reads the log from there where the lines that are held
/// begin later, or end earlier and no more are read.
pub(in crate::tui::update) fn go_to(ui: &mut UiState, at: Timestamp) {
    let (logs, moment) = (&ui.logs, at.as_millisecond());
    let (first, last) = (logs.ring.weights.front(), logs.ring.weights.back());
    let begins_later = first.is_none_or(|weight| weight.at > moment);
    let has_older = logs.begin != LogBegin::All || logs.ring.discarded > 0;
    let ends_earlier = logs.ring.is_full && last.is_some_and(|weight| weight.at < moment);
    if (begins_later && has_older) || ends_earlier {
        return read_from(ui, LogBegin::Moment(at));
    }
    let logs = &mut ui.logs;
    let index = logs.position(logs.ring.first_at(at));
    let number = logs.number(index.min(logs.len().saturating_sub(1)));
    scroll::show(logs, number, &ui.drawn);
}

/// Goes to the first line of the next (`by` < 0: previous) bucket of the histogram that has lines.
pub(super) fn bucket(logs: &mut LogsState, by: i32, drawn: &Drawn) {
    let columns = if drawn.log.histogram > 0 {
        drawn.log.histogram
    } else {
        COLUMNS
    };
    let Some(histogram) = Histogram::of(logs, columns) else {
        return;
    };
    let last = logs.len().saturating_sub(1);
    let here = logs.cursor.or(logs.number(last - logs.back.min(last)));
    let index = here.and_then(|number| logs.ring.index(number));
    let weight = index.and_then(|index| logs.ring.weights.get(index));
    // Much older lines have no bar.
    let from = weight.map(|weight| histogram.index(weight.at));
    let next = from.and_then(|from| histogram.next(from, by > 0));
    let begin = next.map(|next| histogram.begin_of(next));
    if let Some(at) = begin.and_then(|at| Timestamp::from_millisecond(at).ok()) {
        let index = logs.position(logs.ring.first_at(at));
        scroll::show(logs, logs.number(index), drawn);
    }
}
