//! Opens the log of a container; from a time on without the engine reading all that is before it.

use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt, StreamExt};

use super::position::first_time;
use crate::engine::{Engine, EngineError};
use crate::model::{LogLine, LogSource, Timestamp};

/// Lines from the end that are looked at first.
const LAST: u32 = 1_000;

type Lines = BoxStream<'static, Result<Vec<LogLine>, EngineError>>;
/// [`Engine::logs`], or the same by the engine's own clock.
type Open = fn(&Engine, &LogSource, Option<u32>, Option<Timestamp>, bool) -> Lines;

/// What `open` gives of the lines from the end and from a time on, sooner where only the time is
/// given.
pub(super) fn open_log(
    open: Open,
    engine: &Engine,
    source: &LogSource,
    (tail, since): (Option<u32>, Option<Timestamp>),
    follow: bool,
) -> Lines {
    match (tail, since) {
        (None, Some(since)) => lines_from(open, engine, source, since, follow),
        _ => open(engine, source, tail, since, follow),
    }
}

/// An engine looks for a time from the begin of its file: half a minute and more in one of 2 GB. So
/// its last lines are asked for first: where they begin before `from`, they hold everything after it.
fn lines_from(
    open: Open,
    engine: &Engine,
    source: &LogSource,
    from: Timestamp,
    follow: bool,
) -> Lines {
    let (engine, source) = (engine.clone(), source.clone());
    let opened = async move {
        let mut last = open(&engine, &source, Some(LAST), None, follow);
        // A log without lines has none after `from`.
        let Some(first) = last.next().await else {
            return stream::empty().boxed();
        };
        let begins_before = |lines: &Vec<LogLine>| first_time(lines).is_some_and(|at| at < from);
        if matches!(&first, Ok(lines) if begins_before(lines)) {
            let mut is_there = false;
            let all = stream::iter([first]).chain(last);
            return all
                .map(move |lines| lines.map(|it| since(it, from, &mut is_there)))
                .boxed();
        }
        open(&engine, &source, None, Some(from), follow)
    };
    opened.flatten_stream().boxed()
}

/// The `lines` from `from` on, as an engine gives them: all that follow the first of these.
fn since(mut lines: Vec<LogLine>, from: Timestamp, is_there: &mut bool) -> Vec<LogLine> {
    lines.retain(|line| {
        *is_there |= line.at.is_some_and(|at| at >= from);
        *is_there
    });
    lines
}
