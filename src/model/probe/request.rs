//! What a probe over HTTP sends beside its path.

use serde::{Deserialize, Serialize};

use crate::model::Hidden;

/// A request over HTTP, as far as it differs from a plain `GET`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpRequest {
    /// The method; empty is `GET`.
    pub method: String,
    /// The `Host` header; empty is the one that belongs to the target.
    pub host: String,
    /// Further headers, in order.
    pub headers: Vec<(String, Hidden)>,
    /// The body.
    pub body: Option<Hidden>,
}

impl HttpRequest {
    /// The methods that a probe may use.
    pub const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    /// The value of the header `name`.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(each, _)| each.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.reveal())
    }

    /// `method` as a probe uses it; `None` when it is none of [`Self::METHODS`].
    #[must_use]
    pub fn known_method(method: &str) -> Option<&'static str> {
        Self::METHODS
            .into_iter()
            .find(|known| known.eq_ignore_ascii_case(method.trim()))
    }

    /// Whether a header of this name proves who asks, or would say how the message itself is to be
    /// read.
    #[must_use]
    pub fn is_reserved(name: &str) -> bool {
        const RESERVED: [&str; 8] = [
            "authorization",
            "proxy-authorization",
            "cookie",
            "host",
            "content-length",
            "transfer-encoding",
            "connection",
            "upgrade",
        ];
        RESERVED
            .iter()
            .any(|reserved| name.eq_ignore_ascii_case(reserved))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_is_shown_nowhere() {
        let headers = vec![("Authorization".to_owned(), Hidden::new("Bearer hunter2"))];
        let body = Some(Hidden::new("password=hunter2"));
        let request = HttpRequest {
            headers,
            body,
            ..HttpRequest::default()
        };
        let json = serde_json::to_string(&request).expect("JSON");
        assert!(
            !format!("{request:?} {json}").contains("hunter2"),
            "{request:?} {json}"
        );
        assert_eq!(request.header("authorization"), Some("Bearer hunter2"));
    }

    #[test]
    fn methods_are_known_whatever_their_case() {
        for (method, known) in [
            ("get", Some("GET")),
            (" Post ", Some("POST")),
            ("TRACE", None),
            ("", None),
        ] {
            assert_eq!(HttpRequest::known_method(method), known, "{method:?}");
        }
    }
}
