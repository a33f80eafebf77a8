//! The `hubdeck.probe` label: `http://:8000/health`, `redis://:6379`, `grpc://:50051/my.Service`,
//! `none`, and those beside it that say how an HTTP server is asked.

use std::collections::BTreeMap;

use crate::model::authority::split_url;
use crate::model::secrets::is_secret_name;
use crate::model::{Hidden, HttpRequest, ProbeKind, ProbeSpec};

use super::{Found, is_own_host, split_authority};

/// Reads the label's `value`.
///
/// Labels come from whoever made the image: the address is always the service's own, nothing runs a
/// command, and nothing refers to a secret of the operator's.
///
/// # Errors
/// One clause what is wrong with it.
pub(super) fn parse(value: &str) -> Result<Found, String> {
    let value = value.trim();
    if ProbeSpec::is_forbidden_by(value) {
        return Ok(Found::docker());
    }
    if value.split(|c: char| !c.is_ascii_alphanumeric()).next() == Some("exec") {
        return Err("commands are taken from hubdeck's config file only".to_owned());
    }
    let (scheme, authority, path) = split_url(value);
    let scheme = scheme.ok_or_else(|| unclear(value))?;
    if authority.contains('@') {
        // What stands there may be a password: it is not repeated.
        return Err(
            "it holds a user; credentials are taken from hubdeck's config file only".to_owned(),
        );
    }
    let (kind, tls) = ProbeKind::of_scheme(scheme)
        .filter(|(kind, _)| kind.has_address())
        .ok_or_else(|| unclear(value))?;
    let usual = kind.usual_port(tls).unwrap_or(0);
    let (host, port, path) = split_authority((authority, path), usual)
        .filter(|(_, port, _)| *port != 0)
        .ok_or_else(|| format!("{value:?} has no port from 1 to 65535"))?;
    if !host.is_empty() && !is_own_host(host) {
        return Err(format!(
            "{value:?} names another host; leave the host out, as in http://:8000/health"
        ));
    }
    if path.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(unclear(value));
    }
    let found = Found {
        tls,
        ..Found::of(kind, port)
    };
    with_path(found, path)
        .ok_or_else(|| format!("{value:?} has a path, which {} takes none of", kind.id()))
}

/// `found` with the path or the subject that `path` names; `None` where its kind has neither.
fn with_path(found: Found, path: String) -> Option<Found> {
    let subject = path.trim_start_matches('/');
    let kind = found.kind;
    match kind {
        ProbeKind::Http => Some(Found { path, ..found }),
        _ if subject.is_empty() => Some(found),
        _ if kind.is_http() => Some(Found { path, ..found }),
        _ if kind.subject_key().is_some() => Some(Found {
            subject: subject.to_owned(),
            ..found
        }),
        _ => None,
    }
}

/// `found` with what the labels beside [`ProbeSpec::LABEL`] say: `hubdeck.probe.host`, `.method`,
/// `.server_name`, and one `.header.NAME` for each header. What is wrong with one goes to `wrong`,
/// with its name.
pub(super) fn more(
    mut found: Found,
    labels: &BTreeMap<String, String>,
    wrong: &mut Vec<(String, String)>,
) -> Found {
    for (label, value) in labels.range(format!("{}.", ProbeSpec::LABEL)..) {
        let Some(key) = label
            .strip_prefix(ProbeSpec::LABEL)
            .and_then(|rest| rest.strip_prefix('.'))
        else {
            break;
        };
        if let Err(reason) = one_more(&mut found, key, value.trim()) {
            wrong.push((label.clone(), reason));
        }
    }
    found
}

fn one_more(found: &mut Found, key: &str, value: &str) -> Result<(), String> {
    let is_word = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    if key == "server_name" {
        let name = Some(value).filter(|value| is_word(value));
        found.server_name = Some(
            name.ok_or_else(|| format!("{value:?} is no name"))?
                .to_owned(),
        );
        return Ok(());
    }
    let header = key.strip_prefix("header.");
    if !matches!(key, "host" | "method") && header.is_none() {
        return Err("there are host, method, server_name and header.NAME".to_owned());
    }
    if found.kind == ProbeKind::Docker {
        return Ok(());
    }
    if !found.kind.is_http() {
        return Err(format!(
            "a probe of kind {} sends no such thing",
            found.kind.id()
        ));
    }
    match header {
        None if key == "host" && is_word(value) => value.clone_into(&mut found.request.host),
        None if key == "host" => return Err(format!("{value:?} is no host name")),
        // What changes something is for the operator's own file.
        None => match HttpRequest::known_method(value).filter(|it| SAFE.contains(it)) {
            Some(method) => method.clone_into(&mut found.request.method),
            None => return Err(format!("{value:?} is none of {}", SAFE.join(", "))),
        },
        Some(name) if HttpRequest::is_reserved(name) || is_secret_name(name) => {
            return Err(
                "it may hold a secret; credentials are taken from hubdeck's config file only"
                    .to_owned(),
            );
        }
        Some(name)
            if is_word(name) && !name.contains(':') && !value.chars().any(char::is_control) =>
        {
            let headers = &mut found.request.headers;
            headers.retain(|(each, _)| !each.eq_ignore_ascii_case(name));
            headers.push((name.to_owned(), Hidden::new(value)));
        }
        Some(name) => {
            return Err(format!(
                "{name:?} is no name of a header, or its value holds control characters"
            ));
        }
    }
    Ok(())
}

/// Methods that a label may set: what they ask for changes nothing.
const SAFE: [&str; 3] = ["GET", "HEAD", "OPTIONS"];

fn unclear(value: &str) -> String {
    format!(
        "{value:?} is none of KIND://:PORT/PATH, such as http://:8000/health or redis://:6379, and none"
    )
}
