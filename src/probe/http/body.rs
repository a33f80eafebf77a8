//! What the body of a health endpoint contains: a status word, a version, a detail.

use serde_json::Value;

/// Bytes of a body that are read.
pub(super) const LIMIT: usize = 256 * 1024;

/// Longest text taken from one field, in characters.
const FIELD: usize = 80;

/// Keys of a JSON object that say by `false` that the service does not work.
const FLAGS: [&str; 2] = ["healthy", "ok"];

/// Words of servers that refuse a host name: Rails, Django, webpack and Vite, Kestrel, servers of
/// HTTP/2.
const OTHER_HOST: [&str; 5] = [
    "blocked host",
    "disallowedhost",
    "invalid host",
    "host is not allowed",
    "invalid hostname",
];

/// What a status word means where it is not simply fine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// Does not work.
    Bad,
    /// Works with a restriction.
    Warning,
    /// Is not ready yet.
    Starting,
}

/// The fields of a body that concern health.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Body {
    /// `status` of the JSON object.
    pub status: Option<String>,
    /// `version` of the JSON object.
    pub version: Option<String>,
    /// `detail`, `message` or `error` of the JSON object.
    pub detail: Option<String>,
    /// The key that says by `false` that the service does not work.
    pub denied: Option<&'static str>,
    /// Whether the text says that plain HTTP met an HTTPS port.
    pub wants_tls: bool,
    /// Whether the text says that it minds the host name.
    pub wants_host: bool,
}

impl Body {
    /// Reads `bytes`; anything but a JSON object is ignored.
    pub fn parse(bytes: &[u8]) -> Self {
        let Ok(Value::Object(object)) = serde_json::from_slice(bytes) else {
            return Self::of_text(&String::from_utf8_lossy(bytes));
        };
        let field = |name: &str| {
            let text = match object.get(name)? {
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                _ => return None,
            };
            let text = crate::model::text::one_line(&text, FIELD);
            (!text.is_empty()).then_some(text)
        };
        Self {
            status: field("status"),
            version: field("version"),
            detail: field("detail")
                .or_else(|| field("message"))
                .or_else(|| field("error")),
            denied: FLAGS
                .into_iter()
                .find(|flag| object.get(*flag) == Some(&Value::Bool(false))),
            wants_tls: false,
            wants_host: false,
        }
    }

    fn of_text(text: &str) -> Self {
        let wants_tls = text.contains("to HTTPS port") || text.contains("to an HTTPS server");
        let text = text.to_ascii_lowercase();
        let wants_host = OTHER_HOST.iter().any(|words| text.contains(words));
        Self {
            wants_tls,
            wants_host,
            ..Self::default()
        }
    }

    /// What the status word means; `None` when it is fine, unknown or absent.
    pub fn word(&self) -> Option<Word> {
        let status = self.status.as_deref().map(str::to_ascii_lowercase);
        match status.as_deref().unwrap_or_default() {
            "fail" | "failed" | "failing" | "down" | "error" | "unhealthy" | "critical"
            | "out_of_service" | "red" => Some(Word::Bad),
            "warn" | "warning" | "degraded" | "yellow" => Some(Word::Warning),
            "starting" | "initializing" | "initialising" | "booting" | "loading" => {
                Some(Word::Starting)
            }
            _ => self.denied.map(|_| Word::Bad),
        }
    }

    /// The key that says something of health, with its value: `status` and `down`, `healthy` and
    /// `false`; both empty where none does.
    pub fn said(&self) -> (String, String) {
        match (&self.status, self.denied) {
            (Some(status), None) => ("status".to_owned(), status.clone()),
            (_, Some(flag)) => (flag.to_owned(), "false".to_owned()),
            (None, None) => Default::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_objects_tell_status_and_version() {
        for (text, status, version, word) in [
            (
                r#"{"status":"healthy","version":"1.4.2"}"#,
                Some("healthy"),
                Some("1.4.2"),
                None,
            ),
            (r#"{"status":"DOWN"}"#, Some("DOWN"), None, Some(Word::Bad)),
            (r#"{"status":"pass"}"#, Some("pass"), None, None),
            (
                r#"{"status":"warn"}"#,
                Some("warn"),
                None,
                Some(Word::Warning),
            ),
            (
                r#"{"status":"starting"}"#,
                Some("starting"),
                None,
                Some(Word::Starting),
            ),
            (
                r#"{"status":"OUT_OF_SERVICE"}"#,
                Some("OUT_OF_SERVICE"),
                None,
                Some(Word::Bad),
            ),
            (r#"{"healthy":false}"#, None, None, Some(Word::Bad)),
            (
                r#"{"ok":false,"version":"2"}"#,
                None,
                Some("2"),
                Some(Word::Bad),
            ),
            (r#"{"ok":true,"healthy":"false"}"#, None, None, None),
            (r#"{"db":{"status":"down","ok":false}}"#, None, None, None),
            (r#"{"status":{"a":1},"version":2}"#, None, Some("2"), None),
            (r#"{"status":""}"#, None, None, None),
            ("[]", None, None, None),
            ("ok", None, None, None),
            (r#"{"status":"hea"#, None, None, None),
            ("", None, None, None),
        ] {
            let body = Body::parse(text.as_bytes());
            assert_eq!(
                (body.status.as_deref(), body.version.as_deref()),
                (status, version),
                "{text}"
            );
            assert_eq!(body.word(), word, "{text}");
        }
    }

    #[test]
    fn fields_are_cleaned_and_cut() {
        let body = Body::parse(
            format!(
                r#"{{"status":"a\u001b[31mb","detail":"{}"}}"#,
                "x".repeat(900)
            )
            .as_bytes(),
        );
        assert_eq!(body.status.as_deref(), Some("a [31mb"));
        assert_eq!(
            body.detail.map(|detail| detail.chars().count()),
            Some(FIELD)
        );
    }
}
