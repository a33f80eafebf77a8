//! The table of `hubdeck logs --patterns`.

use jiff::tz::TimeZone;

use crate::logs::patterns::{LogPattern, PatternMiner};
use crate::model::{LineLevel, words};

/// Patterns by count within their level, the worst level first. The rate is that between the first
/// line of a pattern and the last line of all.
pub(super) fn table(miner: &PatternMiner, zone: &TimeZone) -> String {
    let patterns = miner.sorted(None);
    let last = patterns.iter().filter_map(|each| each.last_seen).max();
    let rows = patterns.iter().map(|pattern| {
        let first = pattern.first_seen.zip(last);
        let rate = last.and_then(|last| pattern.per_second(last));
        [
            words::count(pattern.count),
            pattern.level.map_or("-", level).to_owned(),
            first.map_or_else(
                || "-".to_owned(),
                |(at, last)| words::moment(at, last, zone),
            ),
            rate.map_or_else(|| "-".to_owned(), |rate| format!("{rate:.2}/s")),
            template(pattern),
        ]
    });
    let head = ["COUNT", "LEVEL", "FIRST SEEN", "RATE", "PATTERN"].map(str::to_owned);
    written(&std::iter::once(head).chain(rows).collect::<Vec<_>>())
}

/// Without what a terminal could act on.
fn template(pattern: &LogPattern) -> String {
    crate::model::text::clean(&pattern.to_string())
}

const fn level(level: LineLevel) -> &'static str {
    match level {
        LineLevel::Trace => "trace",
        LineLevel::Debug => "debug",
        LineLevel::Info => "info",
        LineLevel::Warning => "warning",
        LineLevel::Error => "error",
    }
}

/// Rows in columns; numbers stand on the right.
fn written(rows: &[[String; 5]]) -> String {
    let mut widths = [0; 5];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let [count, level, first, rate, _] = widths;
    let mut out = String::new();
    for [a, b, c, d, e] in rows {
        out.push_str(&format!(
            "{a:>count$}  {b:<level$}  {c:<first$}  {d:>rate$}  {e}\n"
        ));
    }
    out
}
