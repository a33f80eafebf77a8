//! The reference as a page that needs no scripting.

use std::fmt::Write as _;

use crate::serve::html::escape;
use crate::serve::route::{AnswerBody, ApiRoute, ParameterKind, ParameterPlace};

/// What the page may load: nothing but its own style, by its digest.
pub const POLICY: &str = "default-src 'none'; style-src 'sha256-pJLhPnHw+tSe7nwwM+vIpAqbYTSaYt0+4DsDMhwP59k='; base-uri 'none'; form-action 'none'; \
                          frame-ancestors 'none'";
const STYLE: &str = ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;\
margin:1rem auto;padding:0 1rem}h2{font-size:1rem;margin:2rem 0 0;overflow-wrap:anywhere}\
code{font-family:ui-monospace,monospace}table{border-collapse:collapse}\
td,th{text-align:left;vertical-align:top;padding:.1rem 1rem .1rem 0}";

/// The page about `routes`.
pub fn reference(routes: &[&'static ApiRoute]) -> String {
    let mut out = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1\"><title>hubdeck API</title><style>{STYLE}</style>\
         <h1>hubdeck {} API</h1><p>The same for programs: <a href=\"openapi.json\">OpenAPI 3.1</a>. Errors are \
         <code>application/problem+json</code>; unknown is <code>null</code>, never 0; times are RFC 3339 in UTC.",
        env!("CARGO_PKG_VERSION")
    );
    for route in routes {
        section(&mut out, route);
    }
    out.push_str("</html>");
    out
}

fn section(out: &mut String, route: &ApiRoute) {
    let _infallible = write!(
        out,
        "<h2><code>{} {}</code></h2><p>{}. Scope: {}.",
        route.method.name(),
        escape(route.path),
        coded(route.summary),
        route.access.id(),
    );
    if !route.parameters.is_empty() {
        out.push_str("<table><tr><th>Parameter<th>In<th>May be<th>Meaning");
        for parameter in route.parameters {
            let place = match parameter.place {
                ParameterPlace::Path => "path",
                ParameterPlace::Query => "query",
                ParameterPlace::RepeatedQuery => "query, repeatable",
                ParameterPlace::Header => "header",
            };
            let _infallible = write!(
                out,
                "<tr><td><code>{}</code><td>{place}<td>{}<td>{}",
                escape(parameter.name),
                escape(&allowed(parameter.kind)),
                coded(parameter.meaning)
            );
        }
        out.push_str("</table>");
    }
    out.push_str("<table><tr><th>Status<th>When<th>Body");
    for answer in route.all_answers() {
        let body = match answer.body {
            AnswerBody::Empty => "",
            AnswerBody::Json(schema) => schema,
            AnswerBody::Media(media) => media,
            AnswerBody::Problem => "problem",
        };
        let _infallible = write!(
            out,
            "<tr><td>{}<td>{}<td>{}",
            answer.status,
            coded(answer.meaning),
            escape(body)
        );
    }
    out.push_str("</table>");
}

fn allowed(kind: ParameterKind) -> String {
    match kind {
        ParameterKind::Text => "text".to_owned(),
        ParameterKind::LayerId => "the id of a layer".to_owned(),
        ParameterKind::ServiceId => "the id of a service".to_owned(),
        ParameterKind::Integer { min, max } => format!("a whole number from {min} to {max}"),
        ParameterKind::Flag => "true, false, 1 or 0".to_owned(),
        ParameterKind::Duration => "seconds, or a duration such as 15m".to_owned(),
        ParameterKind::OneOf(words) => words.join(", "),
    }
}

/// Text with what stands between backticks as code.
fn coded(text: &str) -> String {
    let mut out = String::new();
    for (index, part) in text.split('`').enumerate() {
        let part = escape(part);
        match index % 2 {
            0 => out.push_str(&part),
            _ => {
                let _infallible = write!(out, "<code>{part}</code>");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;

    use super::*;

    #[test]
    fn the_policy_allows_the_style_and_nothing_else() {
        let digest = ring::digest::digest(&ring::digest::SHA256, STYLE.as_bytes());
        let digest = base64::engine::general_purpose::STANDARD.encode(digest);
        assert!(POLICY.contains(&format!("'sha256-{digest}'")), "{digest}");
        assert!(!POLICY.contains("unsafe"));
    }

    #[test]
    fn text_between_backticks_is_code() {
        assert_eq!(coded("a `b<c` d"), "a <code>b&lt;c</code> d");
    }
}
