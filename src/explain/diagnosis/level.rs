//! How grave a log line calls itself.

use crate::logs::record;
use crate::model::LineLevel;

/// Characters at the begin of a line in which its level stands.
const HEAD: usize = 120;

/// Words of a line that reports an error without a level, in lower case.
const ERRORS: [&str; 6] = [
    "error",
    "exception",
    "traceback",
    "failed",
    "panic",
    "fatal",
];
/// The methods after which an access log has a status.
const METHODS: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/// The level that a line gives itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// Everyday life: it proves nothing.
    Info,
    /// Something is odd; the program goes on.
    Warning,
    /// None is given.
    Unknown,
    /// An error.
    Error,
    /// The program cannot go on.
    Fatal,
}

/// The level of `line`; of `FATAL` as a word, `[emerg]`, `level=warn` and the like the first one
/// counts.
pub(super) fn level(line: &str) -> Level {
    let head = head(line);
    let mut before = ' ';
    let mut rest = head;
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphabetic()) {
        before = rest[..start].chars().next_back().unwrap_or(before);
        let word_on = &rest[start..];
        let end = word_on.find(|c: char| !c.is_ascii_alphabetic());
        let (word, after) = word_on.split_at(end.unwrap_or(word_on.len()));
        let upper = word.chars().all(|c| c.is_ascii_uppercase());
        let marked = matches!(before, '[' | '=' | '<')
            || (before == '"' && (head.contains("level") || head.contains("severity")));
        let labelled = (before == ' ' || start == 0) && after.starts_with(": ") && word.len() > 3;
        if (upper || marked || labelled)
            && let Some(level) = of_word(&word.to_ascii_lowercase())
        {
            return level;
        }
        before = word.chars().next_back().unwrap_or(before);
        rest = after;
    }
    Level::Unknown
}

/// Whether a line reports an error: by its level, else by its words or an HTTP status of 500 or more.
#[must_use]
pub fn reports_error(line: &str) -> bool {
    // A known form names its level for certain.
    if let Some(level) = record::level(line) {
        return level == LineLevel::Error;
    }
    match level(line) {
        Level::Error | Level::Fatal => true,
        Level::Info | Level::Warning => false,
        Level::Unknown => tells_of_error(line) || has_server_error(line),
    }
}

/// Whether a line has a word that stands for an error.
pub(super) fn tells_of_error(line: &str) -> bool {
    let text = line.to_lowercase();
    ERRORS.iter().any(|word| text.contains(word))
}

/// Whether a line of an access log has a status of 500 or more: `GET /health 500`, `"GET / HTTP/1.1"
/// 502 157`.
fn has_server_error(line: &str) -> bool {
    let mut words = line.split([' ', '"', ':', ',']).filter(|it| !it.is_empty());
    if !words.any(|word| METHODS.contains(&word)) {
        return false;
    }
    let is_status = |word: &&str| word.len() == 3 && word.chars().all(|c| c.is_ascii_digit());
    words.find(is_status).is_some_and(|status| status >= "500")
}

/// The first characters of a line, among which its level stands.
fn head(line: &str) -> &str {
    let end = line.char_indices().nth(HEAD);
    &line[..end.map_or(line.len(), |(end, _)| end)]
}

fn of_word(word: &str) -> Option<Level> {
    Some(match word {
        // What PostgreSQL says beside an error, the statement above all, is no error by itself.
        "trace" | "trc" | "debug" | "dbg" | "info" | "inf" | "information" | "notice" | "note"
        | "verbose" | "statement" => Level::Info,
        "warn" | "warning" | "wrn" => Level::Warning,
        "error" | "err" | "severe" => Level::Error,
        "fatal" | "ftl" | "panic" | "emerg" | "crit" | "critical" | "alert" => Level::Fatal,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_report_errors_by_level_words_or_status() {
        for (line, expected) in [
            ("ERROR boom", true),
            ("{\"level\":\"error\",\"msg\":\"x\"}", true),
            ("INFO 0 errors", false),
            ("Traceback (most recent call last):", true),
            ("GET /health 500: failing as told", true),
            ("\"GET /a HTTP/1.1\" 502 157", true),
            ("\"GET /a HTTP/1.1\" 200 512", false),
            ("listening on 500", false),
            ("", false),
        ] {
            assert_eq!(reports_error(line), expected, "{line}");
        }
    }

    #[test]
    fn lines_call_themselves_grave_in_many_ways() {
        use Level::{Error, Fatal, Info, Unknown, Warning};
        for (line, expected) in [
            ("2026/03/28 14:02:11 [emerg] 1#1: unknown directive", Fatal),
            (
                "2026/03/28 14:02:11 [warn] 1#1: the user directive",
                Warning,
            ),
            (
                "2026-03-28 14:02:11 UTC [1] FATAL:  lock file exists",
                Fatal,
            ),
            (
                "2026-03-28 14:02:11 UTC [72] STATEMENT:  select 'FATAL'",
                Info,
            ),
            ("2026-03-28 14:02:11 UTC [1] LOG:  listening", Unknown),
            ("2026-03-28 14:02:11 0 [Note] InnoDB: End of log", Info),
            (
                "2026-03-28 14:02:11 0 [Warning] Could not increase",
                Warning,
            ),
            ("2026-03-28 14:02:11 0 [ERROR] Aborting", Error),
            (
                "[1] 2026/03/28 14:02:11.1 [ERR] 10.0.0.1:1 - authentication error",
                Error,
            ),
            ("INFO:     Uvicorn running", Info),
            ("WARN permission denied: user bob", Warning),
            ("time=\"14:02\" level=error msg=\"no such host\"", Error),
            ("{\"level\":\"warn\",\"msg\":\"slow\"}", Warning),
            ("{\"ts\":1,\"level\":\"fatal\",\"msg\":\"x\"}", Fatal),
            (
                "psql: error: connection to server at \"db\" failed: FATAL:  no",
                Error,
            ),
            ("Error: listen EADDRINUSE", Error),
            ("1795899773: Error: Unknown configuration variable", Error),
            ("error connecting to db", Unknown),
            ("KeyError: 'X'", Unknown),
            (
                "1:M 28 Mar 2026 14:02:11.000 # Warning: no config file",
                Warning,
            ),
            ("GET /info HTTP/1.1", Unknown),
            ("", Unknown),
        ] {
            assert_eq!(level(line), expected, "{line}");
        }
    }
}
