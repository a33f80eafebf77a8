//! The arguments of `hubdeck logs`.

use clap::Args;

use crate::model::Moment;

/// Which log lines are wanted, and how they are written.
#[derive(Args, Clone, Debug, Default, PartialEq)]
pub struct LogsArgs {
    /// Services, by id (`stack/name`) or by a name that no other service has; without any, all.
    #[arg(value_name = "SERVICE")]
    pub services: Vec<String>,
    /// Go on with new lines, also of containers that are started or replaced later.
    #[arg(short, long)]
    pub follow: bool,
    /// Lines of each container to begin with, from the end: a number or all.
    #[arg(short = 'n', long, value_name = "LINES", default_value = "all", value_parser = tail)]
    pub tail: TailArgument,
    /// Only lines since then: a duration before now (10m, 1h30m), a date and time, or seconds since
    /// 1970.
    #[arg(long, value_name = "TIME")]
    pub since: Option<Moment>,
    /// Only lines before then; a clock time such as 15:30 is the first one after --since, and with
    /// --follow alone the next one.
    #[arg(long, value_name = "TIME")]
    pub until: Option<Moment>,
    /// Begin each line with the engine's time of it.
    #[arg(short, long, conflicts_with = "patterns")]
    pub timestamps: bool,
    /// Which of these lines are wanted.
    #[command(flatten)]
    pub only: LogFilterArgs,
    /// Write one JSON object a line.
    #[arg(long, conflicts_with_all = ["timestamps", "patterns"])]
    pub json: bool,
    /// Write which patterns the lines have, instead of the lines.
    #[arg(long, conflicts_with = "follow")]
    pub patterns: bool,
    /// Write no colours, also none that the lines contain.
    #[arg(long)]
    pub no_color: bool,
    /// Do not begin the lines of several containers with their names.
    #[arg(long)]
    pub no_log_prefix: bool,
    /// Write *** instead of secrets.
    #[arg(long)]
    pub mask: bool,
}

/// Which lines are wanted by what they say.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct LogFilterArgs {
    /// Only lines of this level and worse: trace, debug, info, warning or error.
    #[arg(long, value_name = "LEVEL")]
    pub level: Option<String>,
    /// Only lines in which this regular expression matches; any case, unless it has a capital letter.
    #[arg(long, value_name = "REGEX", allow_hyphen_values = true)]
    pub grep: Option<String>,
    /// Only lines in which it does not match.
    #[arg(short = 'v', long, requires = "grep")]
    pub invert_match: bool,
    /// Only lines whose field compares so, such as 'status>=500' or 'path~^/api'; may be repeated.
    #[arg(long = "field", value_name = "CONDITION", allow_hyphen_values = true)]
    pub fields: Vec<String>,
    /// Only lines that this filter lets through: all terms of docs/logs.md, or the name of a filter
    /// in the config file after an @.
    #[arg(long, value_name = "FILTER", allow_hyphen_values = true)]
    pub filter: Option<String>,
}

/// How many lines of each container are wanted; `None` for all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TailArgument(pub Option<u32>);

fn tail(text: &str) -> Result<TailArgument, String> {
    if text == "all" {
        return Ok(TailArgument(None));
    }
    let lines = text.parse().map_err(|_| "give a number of lines, or all")?;
    Ok(TailArgument(Some(lines)))
}
