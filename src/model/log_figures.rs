//! What the log of a service says in numbers. Bounded, and without lines of the log: of errors only
//! their templates.

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// Seconds of one entry of [`LogFigures::history`].
pub const LOG_BUCKET_SECONDS: u32 = 15;

/// Records a second: a line, or a line with its stack trace.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LogRates {
    /// All.
    pub lines_per_s: f64,
    /// Those of errors.
    pub errors_per_s: f64,
    /// Those of warnings.
    pub warnings_per_s: f64,
}

/// What access logs and the records of requests in JSON or logfmt say.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RequestFigures {
    /// Requests.
    pub requests_per_s: f64,
    /// Those with a status of 400 to 499.
    pub client_errors_per_s: f64,
    /// Those with a status of 500 to 599.
    pub server_errors_per_s: f64,
    /// Half of the requests took at most this; `None` where no record has a duration.
    pub p50_ms: Option<f64>,
    /// 95 % of them did.
    pub p95_ms: Option<f64>,
    /// 99 % of them did.
    pub p99_ms: Option<f64>,
}

/// The requests of one method to one route.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RouteFigures {
    /// Method.
    pub method: String,
    /// The path with its identifiers replaced by `<*>`.
    pub route: String,
    /// Its figures.
    #[serde(flatten)]
    pub requests: RequestFigures,
}

/// Figures over a time.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LogWindow {
    /// Records.
    #[serde(flatten)]
    pub rates: LogRates,
    /// Requests; `None` where the log has none.
    pub requests: Option<RequestFigures>,
}

/// A time in which a service logged far more errors than usually.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorBurst {
    /// When it began.
    pub since: Timestamp,
    /// When it ended; `None` while it lasts.
    pub until: Option<Timestamp>,
    /// Errors in it so far.
    pub errors: u64,
    /// Errors a second in its worst 15 seconds.
    pub peak_per_s: f64,
    /// Errors a second before it.
    pub usual_per_s: f64,
}

/// What error records of one shape share.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorPattern {
    /// Its tokens, what varies as `<*>`.
    pub template: String,
    /// Records.
    pub count: u64,
    /// When the first came.
    pub first_seen: Option<Timestamp>,
    /// When the last came.
    pub last_seen: Option<Timestamp>,
    /// Whether none came before the service was last started or deployed.
    pub is_new: bool,
}

/// The figures of one service.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogFigures {
    /// Up to when the log was read.
    pub at: Timestamp,
    /// Whether lines were left out because there were too many, so that rates are estimates.
    pub is_estimate: bool,
    /// Over the last minute.
    pub last_minute: LogWindow,
    /// Over the last 15 minutes.
    pub last_quarter: LogWindow,
    /// Rates of the 15-second buckets up to `at`, oldest first; `None` where nothing was read. For
    /// charts alone: a document of every service would consist of little else.
    #[serde(skip)]
    pub history: Vec<Option<LogRates>>,
    /// Requests a second in the same buckets; empty where the log has none for a quarter of an hour.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub request_history: Vec<Option<f64>>,
    /// The busiest routes of the last 15 minutes, at most ten, by requests.
    pub routes: Vec<RouteFigures>,
    /// The latest burst of errors.
    pub burst: Option<ErrorBurst>,
    /// Patterns of errors, at most three: those that are new first, then by count.
    pub errors: Vec<ErrorPattern>,
}

impl LogFigures {
    /// The newest pattern of errors that did not come before the service was last started or
    /// deployed.
    #[must_use]
    pub fn newest_error(&self) -> Option<&ErrorPattern> {
        let new = self.errors.iter().filter(|pattern| pattern.is_new);
        new.max_by_key(|pattern| pattern.first_seen)
    }

    /// Requests in the last minute; `None` where the log has none for a quarter of an hour.
    #[must_use]
    pub fn requests(&self) -> Option<RequestFigures> {
        let known = self.last_quarter.requests.is_some();
        known.then(|| self.last_minute.requests.unwrap_or_default())
    }

    /// The burst that lasts.
    #[must_use]
    pub fn current_burst(&self) -> Option<&ErrorBurst> {
        self.burst.as_ref().filter(|burst| burst.until.is_none())
    }
}
