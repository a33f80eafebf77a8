//! `GET /metrics`: for Prometheus, and in a short form as JSON.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{ACCEPT, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;

use super::cache::Kind;
use super::{Shared, handlers};
use crate::document::prometheus::{MetricsFormat, metrics};

/// What a client may get of the metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MetricsForm {
    Text(MetricsFormat),
    /// The document of `GET /api/metrics`.
    Json,
}

/// The forms with their media types, the one that is given without a preference first.
const FORMS: [(MetricsForm, &str); 3] = [
    (MetricsForm::Text(MetricsFormat::Prometheus), "text/plain"),
    (
        MetricsForm::Text(MetricsFormat::OpenMetrics),
        "application/openmetrics-text",
    ),
    (MetricsForm::Json, "application/json"),
];

/// `GET /metrics`.
pub async fn scrape(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    let mut response = match wanted(&headers) {
        MetricsForm::Json => handlers::metrics(State(shared)).await,
        MetricsForm::Text(format) => shared.answer(Kind::Metrics(format), &headers, |current| {
            Ok(Bytes::from(metrics(&current.snapshot, format)))
        }),
    };
    let vary = HeaderValue::from_static("Accept, Accept-Encoding");
    response.headers_mut().insert(VARY, vary);
    response
}

/// The form that `Accept` prefers (RFC 9110, 12.5.1); the usual one where it names none of ours.
fn wanted(headers: &HeaderMap) -> MetricsForm {
    let accepted = headers.get_all(ACCEPT).into_iter();
    let accepted: Vec<&str> = accepted.filter_map(|value| value.to_str().ok()).collect();
    let ranges: Vec<(&str, f32)> = accepted
        .iter()
        .flat_map(|list| list.split(','))
        .map(range)
        .collect();
    let mut best = (MetricsForm::Text(MetricsFormat::Prometheus), 0.0);
    for (form, media) in FORMS {
        for (_, weight) in ranges.iter().filter(|(range, _)| *range == media) {
            if *weight > best.1 {
                best = (form, *weight);
            }
        }
    }
    best.0
}

/// A media range without its parameters, and its weight: 1 where it has none.
fn range(text: &str) -> (&str, f32) {
    let mut parts = text.split(';').map(str::trim);
    let media = parts.next().unwrap_or_default();
    let mut parameters = parts.filter_map(|part| part.split_once('='));
    let weight = parameters.find(|(name, _)| *name == "q");
    let weight = weight.map_or(1.0, |(_, weight)| weight.parse().unwrap_or(0.0));
    (media, weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(accept: &'static str) -> MetricsForm {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
        wanted(&headers)
    }

    #[test]
    fn the_preferred_form_is_given() {
        let (text, open) = (
            MetricsForm::Text(MetricsFormat::Prometheus),
            MetricsForm::Text(MetricsFormat::OpenMetrics),
        );
        // What Prometheus 3 sends.
        let prometheus = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,\
                          application/openmetrics-text;version=0.0.1;q=0.5,\
                          text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,\
                          text/plain;version=0.0.4;q=0.3,*/*;q=0.2";
        for (accept, expected) in [
            (prometheus, open),
            ("*/*", text),
            ("text/html", text),
            ("text/plain;version=0.0.4", text),
            ("text/plain;q=0.9, application/openmetrics-text;q=0.2", text),
            ("application/json", MetricsForm::Json),
            ("application/json;q=0, text/plain", text),
            ("application/openmetrics-text; version=1.0.0", open),
        ] {
            assert_eq!(of(accept), expected, "{accept}");
        }
        assert_eq!(wanted(&HeaderMap::new()), text, "nothing is asked for");
    }
}
