//! What a probe over HTTP sends beside its path: method, host, headers, body.

use crate::config::file::{Section, WrittenKey};
use crate::config::value::Raw;
use crate::model::secrets::is_secret_name;
use crate::model::{Hidden, HttpRequest};

use super::{secret, values};
use crate::config::reader::TableReader;

/// Keys of the probe's table that say it.
pub(super) const KEYS: [&str; 5] = ["method", "host", "headers", "request_body", "server_name"];

/// Reads one of [`KEYS`] that is no table.
pub(super) fn read(
    reader: &mut TableReader<'_>,
    key: &WrittenKey,
    request: &mut HttpRequest,
    server_name: &mut Option<String>,
) {
    match key.name.as_str() {
        "server_name" => {
            let name = |raw: &Raw| values::name(raw).map(Some);
            let allowed = "a host name, such as \"app.example\"";
            reader.read(key, allowed, name, server_name);
        }
        "method" => {
            let allowed = HttpRequest::METHODS.join(", ");
            reader.read(key, &allowed, method, &mut request.method);
        }
        "host" => {
            let allowed = "a host name, such as \"app.example\" or \"app.example:8443\"";
            reader.read(key, allowed, values::name, &mut request.host);
        }
        "request_body" => {
            let allowed = "text that is not empty";
            let body = |raw: &Raw| values::words(raw).map(|text| Some(Hidden::new(text)));
            reader.read(key, allowed, body, &mut request.body);
        }
        _ => reader.wrong(key, "a table, such as { \"X-Probe\" = \"hubdeck\" }"),
    }
}

/// Reads the table `headers`.
pub(super) fn headers(reader: &mut TableReader<'_>, table: &Section, request: &mut HttpRequest) {
    for inner in &table.tables {
        reader.report(
            "headers",
            &inner.place,
            "holds another table; allowed are names with texts",
        );
    }
    for key in &table.keys {
        let line = key
            .value
            .text()
            .filter(|text| !text.chars().any(char::is_control));
        let name = key.name.as_str();
        match (refused(name), line) {
            (Some(why), _) => reader.report("headers", &key.place, &why),
            (None, Some(text)) => request.headers.push((name.to_owned(), Hidden::new(text))),
            (None, None) => {
                let what = format!("holds {name}, whose value is no line of text");
                reader.report("headers", &key.place, &what);
            }
        }
    }
}

/// Why a header called `name` may not be set, worded to follow "headers".
fn refused(name: &str) -> Option<String> {
    if name.eq_ignore_ascii_case("host") {
        let why = "holds Host, which has a key of its own; write host = \"…\"";
        return Some(why.to_owned());
    }
    if ["authorization", "cookie"]
        .iter()
        .any(|credential| name.eq_ignore_ascii_case(credential))
    {
        return Some(format!(
            "holds {name}, which {}",
            secret::instead_of("token")
        ));
    }
    if is_secret_name(name) {
        return Some(format!("holds {name}: a secret never stands in the file"));
    }
    if HttpRequest::is_reserved(name) {
        return Some(format!("holds {name}: the client sets it"));
    }
    (!is_header_name(name)).then(|| format!("holds {name:?}, which is no name of a header"))
}

fn method(raw: &Raw) -> Option<String> {
    let known = HttpRequest::known_method(raw.text()?)?;
    Some(if known == "GET" {
        String::new()
    } else {
        known.to_owned()
    })
}

/// Whether `name` may name a header (RFC 9110, token).
fn is_header_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}
