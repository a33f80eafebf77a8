//! A call of the engine that changes something, and its answer, as the record keeps them.

use serde::{Deserialize, Serialize};

/// Bytes of an answer that are kept.
pub const ANSWER_LIMIT: usize = 2_048;

/// A call and its raw answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineCall {
    /// Method and path with its query: `POST /v1.45/containers/4f1d…/restart`.
    pub call: String,
    /// The HTTP status; `None` where no answer came.
    #[serde(default)]
    pub status: Option<u16>,
    /// The body, of an error its message, the first 2 KiB; where no answer came, why
    /// not. Secrets are masked before it is kept.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub answer: String,
}

impl EngineCall {
    /// A call with the answer `body`, which is cut.
    #[must_use]
    pub fn new(call: String, status: Option<u16>, body: &[u8]) -> Self {
        let kept = body.get(..ANSWER_LIMIT).unwrap_or(body);
        let text = String::from_utf8_lossy(kept);
        Self {
            call,
            status,
            // A character that was cut in two.
            answer: text.trim_end_matches('\u{fffd}').trim().to_owned(),
        }
    }

    /// The answer on one line: `409: container is not running`, `204`, `no answer: …`.
    #[must_use]
    pub fn answer_words(&self) -> String {
        let status = self.status.map(|status| status.to_string());
        let status = status.unwrap_or_else(|| "no answer".to_owned());
        if self.answer.is_empty() {
            return status;
        }
        let answer = self.answer.split_whitespace().collect::<Vec<_>>().join(" ");
        format!("{status}: {answer}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_cut_between_characters_and_written_on_one_line() {
        let long = "é".repeat(ANSWER_LIMIT);
        let call = EngineCall::new(
            "POST /x".to_owned(),
            Some(500),
            format!("a{long}").as_bytes(),
        );
        assert_eq!(call.answer.len(), ANSWER_LIMIT - 1);
        for (status, body, words) in [
            (Some(204), "", "204"),
            (Some(409), "is not\nrunning\n", "409: is not running"),
            (None, "connection refused", "no answer: connection refused"),
        ] {
            let call = EngineCall::new("POST /x".to_owned(), status, body.as_bytes());
            assert_eq!(call.answer_words(), words);
        }
    }
}
