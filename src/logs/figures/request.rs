//! A request that a record tells of, whichever server wrote it.

use crate::logs::record::Record;

/// Names of the fields, the usual one first.
const METHOD: [&str; 3] = ["method", "http_method", "request_method"];
const PATH: [&str; 5] = ["path", "uri", "url", "request_uri", "route"];
const STATUS: [&str; 4] = ["status", "status_code", "http_status", "response_status"];
/// The duration, with the milliseconds of its unit: `request_time` is nginx's, in seconds.
const DURATION: [(&str, f64); 6] = [
    ("duration_ms", 1.0),
    ("latency_ms", 1.0),
    ("elapsed_ms", 1.0),
    ("response_time_ms", 1.0),
    ("request_time", 1_000.0),
    ("duration_s", 1_000.0),
];

/// A request and its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct LoggedRequest<'a> {
    /// Method.
    pub method: &'a str,
    /// Path or URL, as it stands there.
    pub path: &'a str,
    /// Status, 100 to 599.
    pub status: u16,
    /// How long the answer took, in milliseconds.
    pub duration_ms: Option<f64>,
}

impl<'a> LoggedRequest<'a> {
    /// The request of `record`; `None` where it lacks method, path or status.
    #[must_use]
    pub fn of(record: &'a Record<'_>) -> Option<Self> {
        if record.fields.len() < 3 {
            return None;
        }
        let text = |keys: &[&str]| {
            let found = keys.iter().find_map(|key| record.field(key));
            found.map(|field| &*field.value)
        };
        let status: u16 = text(&STATUS)?.parse().ok()?;
        if !(100..600).contains(&status) {
            return None;
        }
        let duration_ms = DURATION.iter().find_map(|(key, unit)| {
            let number = record.field(key)?.number?;
            (number.is_finite() && number >= 0.0).then_some(number * unit)
        });
        Some(Self {
            // Any field may have this name: what is no method is no request.
            method: text(&METHOD).filter(|method| is_method(method))?,
            path: text(&PATH)?,
            status,
            duration_ms,
        })
    }
}

/// Whether `text` may be a method of HTTP (RFC 9110: a token; the registered ones are letters and `-`).
fn is_method(text: &str) -> bool {
    const LONGEST: usize = 20;
    let is_letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'-';
    (1..=LONGEST).contains(&text.len()) && text.bytes().all(is_letter)
}
