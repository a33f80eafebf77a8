//! `GET /`: links for programs, a plain page for browsers.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{ACCEPT, CONTENT_SECURITY_POLICY, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;

use super::Shared;
use super::cache::{Kind, with_media};
use crate::explain;
use crate::model::{EngineStatus, Service, Snapshot, secrets, text};

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";
const HEAD: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><meta http-equiv=\"refresh\" content=\"30\">\
<title>hubdeck</title><style>:root{color-scheme:light dark}body{font:16px/1.4 system-ui,sans-serif;\
max-width:70rem;margin:1rem auto;padding:0 1rem}table{border-collapse:collapse;width:100%}td,th{text-align:left;\
padding:.25rem .75rem .25rem 0;border-bottom:1px solid #8884;vertical-align:top}</style>";

/// `GET /`.
pub async fn index(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    let wants_page = headers
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    let mut response = if wants_page {
        shared.cache.shared(Kind::Page, &headers, |snapshot| {
            Ok(Bytes::from(page(snapshot)))
        })
    } else {
        with_media(shared.directory.information.clone(), "application/json")
    };
    let headers = response.headers_mut();
    headers.insert(VARY, HeaderValue::from_static("Accept"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

fn page(snapshot: &Snapshot) -> String {
    let mut out = String::from(HEAD);
    let totals = snapshot.totals();
    let _infallible = write!(
        out,
        "<h1>hubdeck</h1><p>{} services, {} healthy, {} unhealthy, {} degraded. {}. State of {:.0}.</p>",
        totals.all(),
        totals.healthy,
        totals.unhealthy,
        totals.degraded,
        escape(&engine(snapshot)),
        snapshot.taken_at,
    );
    for name in snapshot.layers.iter() {
        let of_layer = |service: &&Arc<Service>| service.layer.layer == name.layer;
        let mut members = snapshot.services.iter().filter(of_layer).peekable();
        if members.peek().is_none() {
            continue;
        }
        table(&mut out, &name.title, members);
    }
    out.push_str("<p><a href=\"api/services\">Services as JSON</a></p></html>");
    out
}

fn engine(snapshot: &Snapshot) -> String {
    match &snapshot.engine.status {
        EngineStatus::Connecting => "Connecting to the engine".to_owned(),
        EngineStatus::Connected { .. } => "The engine answers".to_owned(),
        EngineStatus::Lost { since, .. } => {
            format!("The engine has not answered since {since:.0}: this is the last known state")
        }
    }
}

fn row(out: &mut String, service: &Service) {
    let (running, all) = service.replicas();
    let _infallible = write!(
        out,
        "<tr><td>{}<td>{}<td>{}<td>{running}/{all}<td>{}",
        service.health.shown_state(),
        escape(service.id.as_str()),
        escape(service.image()),
        escape(&secrets::mask_text(&explain::short(service))),
    );
}

/// Text as it may stand in a page.
fn escape(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for c in text::clean(raw).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

fn table<'a>(out: &mut String, title: &str, members: impl Iterator<Item = &'a Arc<Service>>) {
    let _infallible = write!(
        out,
        "<h2>{}</h2><table><tr><th>State<th>Service<th>Image<th>Running<th>Why",
        escape(title)
    );
    for service in members {
        row(out, service);
    }
    out.push_str("</table>");
}
