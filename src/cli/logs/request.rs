//! What is asked for, once every argument was understood.

use jiff::tz::TimeZone;

use crate::cli::{CommandError, WrongFilter};
use crate::config::arguments::{LogFilterArgs, LogsArgs};
use crate::config::{ColorMode, Settings};
use crate::logs::filter::FilterProblem;
use crate::logs::filter::level_named;
use crate::logs::{FilterError, LogFilter, SavedFilter};
use crate::model::{Moment, Timestamp};

/// The arguments of `hubdeck logs`, understood.
#[derive(Clone, Debug, PartialEq)]
pub struct LogsRequest {
    /// Services as they were named; empty for all.
    pub services: Vec<String>,
    /// Lines of each container to begin with; `None` for all.
    pub tail: Option<u32>,
    /// Only lines at or after this time.
    pub since: Option<Timestamp>,
    /// Only lines before this time.
    pub until: Option<Timestamp>,
    /// Whether to go on with new lines.
    pub follow: bool,
    /// Only lines that it lets through.
    pub filter: LogFilter,
    /// What is written.
    pub output: LogOutput,
    /// Whether secrets are hidden.
    pub mask: bool,
    /// The zone of the times of patterns.
    pub zone: TimeZone,
}

/// What is written of the lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogOutput {
    /// The lines.
    Text {
        /// Whether each begins with its time.
        timestamps: bool,
        /// Whether lines of several containers begin with their names.
        names: bool,
        /// Whether names have a colour.
        coloured_names: bool,
        /// Whether the lines keep theirs.
        colours: bool,
    },
    /// One JSON object a line.
    Json,
    /// A table of the patterns that the lines have.
    Patterns,
}

impl LogsRequest {
    /// Reads `args`, where it is `now` in `zone`; `terminal` says whether standard output is one.
    ///
    /// # Errors
    /// What is wrong with a filter or a time.
    pub fn read(
        args: LogsArgs,
        settings: &Settings,
        now: Timestamp,
        zone: TimeZone,
        terminal: bool,
    ) -> Result<Self, CommandError> {
        let at = |argument: Moment| argument.resolve(now, &zone);
        let since = moment("--since", args.since, at)?;
        // A log that is followed ends at a time that comes, one that is read behind its begin.
        let after = since.or(args.follow.then_some(now));
        let until = moment("--until", args.until, |argument| match after {
            Some(after) => argument.resolve_after(after, now, &zone),
            None => at(argument),
        })?;
        Ok(Self {
            filter: filter(&args.only, &settings.logs.filters)?,
            since,
            until,
            output: output(&args, settings, terminal),
            mask: args.mask || settings.logs.mask,
            services: args.services,
            tail: args.tail.0,
            follow: args.follow,
            zone,
        })
    }

    /// Whether services that come later are followed too: all are, where none is named.
    #[must_use]
    pub const fn grows(&self) -> bool {
        self.follow && self.services.is_empty()
    }
}

/// The moment that the argument of `flag` names.
fn moment(
    flag: &'static str,
    argument: Option<Moment>,
    resolve: impl FnOnce(Moment) -> Option<Timestamp>,
) -> Result<Option<Timestamp>, CommandError> {
    let at = argument.map(|argument| resolve(argument).ok_or(CommandError::Moment(flag)));
    at.transpose()
}

fn output(args: &LogsArgs, settings: &Settings, terminal: bool) -> LogOutput {
    let colours = !args.no_color && settings.ui.color != ColorMode::Never;
    match (args.json, args.patterns) {
        (true, _) => LogOutput::Json,
        (_, true) => LogOutput::Patterns,
        _ => LogOutput::Text {
            timestamps: args.timestamps,
            names: !args.no_log_prefix,
            coloured_names: colours && (terminal || settings.ui.color == ColorMode::Always),
            colours,
        },
    }
}

/// What all of the arguments let through.
fn filter(args: &LogFilterArgs, saved: &[SavedFilter]) -> Result<LogFilter, CommandError> {
    let mut all = LogFilter::default();
    if let Some(word) = &args.level {
        let level = level_named(word).ok_or_else(|| WrongFilter {
            flag: "--level",
            error: FilterError {
                column: 1,
                problem: FilterProblem::NoLeastLevel(word.clone()),
            },
        })?;
        all = all.and(&LogFilter::at_least(level));
    }
    if let Some(pattern) = &args.grep {
        let read = LogFilter::regex(pattern, args.invert_match);
        all = all.and(&of("--grep", read)?);
    }
    for condition in &args.fields {
        all = all.and(&of("--field", LogFilter::condition(condition))?);
    }
    if let Some(text) = &args.filter {
        all = all.and(&match text.strip_prefix('@') {
            Some(name) => named(name, saved)?,
            None => of("--filter", LogFilter::parse(text))?,
        });
    }
    Ok(all)
}

/// The saved filter called `name`.
fn named(name: &str, saved: &[SavedFilter]) -> Result<LogFilter, CommandError> {
    let found = saved.iter().find(|each| each.name == name);
    found
        .map(|found| found.filter.clone())
        .ok_or_else(|| CommandError::UnknownFilter {
            name: name.to_owned(),
            there: saved.iter().map(|each| each.name.clone()).collect(),
        })
}

fn of(flag: &'static str, read: Result<LogFilter, FilterError>) -> Result<LogFilter, WrongFilter> {
    read.map_err(|error| WrongFilter { flag, error })
}
