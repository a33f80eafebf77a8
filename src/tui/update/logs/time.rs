//! Moving in the time of a log: where it begins, a moment that was typed, the histogram above the
//! lines.

use jiff::civil;
use jiff::tz::TimeZone;

use crate::model::{SignedDuration, Timestamp};
use crate::tui::state::logs::LogBegin;
use crate::tui::state::logs::histogram::Histogram;
use crate::tui::state::{Drawn, LogsState, UiState};

use super::{follow_from, scroll};

/// Columns of the histogram before it was drawn.
const COLUMNS: usize = 80;

/// Reads the log from further back (`by` > 0) or from later.
pub(super) fn step(ui: &mut UiState, by: i32) {
    let steps = LogBegin::STEPS;
    let at = steps.iter().position(|step| *step == ui.logs.begin);
    let at = at
        .unwrap_or_default()
        .saturating_add_signed(by.signum() as isize);
    let next = steps[at.min(steps.len() - 1)];
    if next != ui.logs.begin {
        read_from(ui, next);
    }
}

/// Reads the same logs from `begin` on.
pub(super) fn read_from(ui: &mut UiState, begin: LogBegin) {
    let services = std::mem::take(&mut ui.logs.services);
    let in_view = ui.logs.in_view.take();
    follow_from(ui, services, begin);
    ui.logs.in_view = in_view;
}

/// Goes to the first line at or after `at`; reads the log from there where it begins later.
pub(in crate::tui::update) fn go_to(ui: &mut UiState, at: Timestamp) {
    let first = ui.logs.ring.weights.front();
    let begins_later = first.is_none_or(|weight| weight.at > at.as_millisecond());
    if begins_later && ui.logs.begin != LogBegin::All {
        return read_from(ui, LogBegin::Moment(at));
    }
    let logs = &mut ui.logs;
    let index = logs.position(logs.ring.first_at(at));
    let number = logs.number(index.min(logs.len().saturating_sub(1)));
    scroll::show(logs, number, &ui.drawn);
}

/// Goes to the first line of the next (`by` < 0: previous) bucket of the histogram that has lines.
pub(super) fn bucket(logs: &mut LogsState, by: i32, drawn: &Drawn) {
    let columns = if drawn.histogram > 0 {
        drawn.histogram
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
    let from = weight.and_then(|weight| histogram.index(weight.at));
    let next = from.and_then(|from| histogram.next(from, by > 0));
    let begin = next.map(|next| histogram.begin_of(next));
    if let Some(at) = begin.and_then(|at| Timestamp::from_millisecond(at).ok()) {
        let index = logs.position(logs.ring.first_at(at));
        scroll::show(logs, logs.number(index), drawn);
    }
}

/// Reads a moment: `14:02`, `14:02:11`, `2026-11-30 14:02`, `2026-11-30T14:02:11Z`, or how long ago:
/// `10m`. A time without a date is the latest one before `now`.
///
/// # Errors
/// One sentence that says what can be typed.
pub(in crate::tui::update) fn moment(
    text: &str,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<Timestamp, String> {
    let refused = || format!("{text} is no time; type 14:02, 14:02:11, a date and time, or 10m");
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let local = |at: civil::DateTime| at.to_zoned(zone.clone()).map(|at| at.timestamp());
    if let Ok(at) = text.parse::<civil::DateTime>() {
        return local(at).map_err(|_| refused());
    }
    let Ok(time) = text.parse::<civil::Time>() else {
        let age = text.parse::<SignedDuration>().ok();
        let age = age.filter(|age| age.is_positive()).ok_or_else(refused)?;
        return now.checked_sub(age).map_err(|_| refused());
    };
    let today = now.to_zoned(zone.clone()).date();
    let at = local(today.to_datetime(time)).map_err(|_| refused())?;
    if at <= now {
        return Ok(at);
    }
    let yesterday = today.yesterday().map_err(|_| refused())?;
    local(yesterday.to_datetime(time)).map_err(|_| refused())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        let now: Timestamp = "2026-11-30T10:00:00Z".parse().unwrap();
        let zone = TimeZone::fixed(jiff::tz::offset(1));
        for (text, expected) in [
            ("10:30", Some("2026-11-30T09:30:00Z")),
            ("10:30:15", Some("2026-11-30T09:30:15Z")),
            ("11:30", Some("2026-11-29T10:30:00Z")),
            ("2026-11-01 08:00", Some("2026-11-01T07:00:00Z")),
            ("2026-11-01T08:00:00Z", Some("2026-11-01T08:00:00Z")),
            ("15m", Some("2026-11-30T09:45:00Z")),
            ("soon", None),
            ("", None),
            ("25:00", None),
        ] {
            let expected = expected.map(|at| at.parse::<Timestamp>().unwrap());
            assert_eq!(moment(text, now, &zone).ok(), expected, "{text}");
        }
        let error = moment("soon", now, &zone).unwrap_err();
        assert_eq!(
            error,
            "soon is no time; type 14:02, 14:02:11, a date and time, or 10m"
        );
    }
}
