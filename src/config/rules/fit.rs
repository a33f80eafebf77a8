//! Which keys of a probe go together, and what follows from them.

use crate::config::file::{Section, WrittenKey};
use crate::config::problem::{Problem, SettingPlace, nearest};
use crate::model::{ProbeKind, ProbeSpec};

use super::address::{Address, Wrong};
use crate::config::reader::TableReader;

/// Other words that kinds are known by, for hints.
const ALIASES: [&str; 10] = [
    "https",
    "postgresql",
    "mariadb",
    "valkey",
    "dragonfly",
    "keydb",
    "rabbitmq",
    "mongo",
    "opensearch",
    "openbao",
];
/// How many kinds a message names at most.
const NAMED: usize = 6;

/// Whether `key` means something for probes of `kind`.
fn fits(key: &str, kind: ProbeKind) -> bool {
    match key {
        "kind" | "timeout" | "slow_after" => true,
        "url" | "port" => kind.has_address(),
        "path" | "method" | "host" | "headers" | "request_body" => kind.is_http(),
        "server_name" => kind.has_address() && kind != ProbeKind::Dns,
        "tls" => kind.takes_tls(),
        "status" | "body" | "json" | "json_equals" => kind == ProbeKind::Http,
        "expect" => kind == ProbeKind::Tcp,
        "user" | "password_env" | "password_file" => kind.takes_password(),
        "token_env" | "token_file" => kind.takes_token(),
        "command" => kind == ProbeKind::Exec,
        other => kind.subject_key() == Some(other),
    }
}

/// Reports every key of `table` that means nothing for `kind`, or that the URL has said already.
pub(super) fn misfits(reader: &mut TableReader<'_>, table: &Section, kind: ProbeKind) -> bool {
    let has_url = table.keys.iter().any(|key| key.name == "url");
    let before = reader.problems.len();
    let keys = table.keys.iter().map(|key| (key.name.as_str(), &key.place));
    for (name, place) in keys.chain(
        table
            .tables
            .iter()
            .map(|table| (table.name.as_str(), &table.place)),
    ) {
        if !fits(name, kind) {
            let what = format!("does not go with kind = {:?}{}", kind.id(), takers(name));
            reader.report(name, place, &what);
        } else if has_url && matches!(name, "port" | "path") {
            reader.report(name, place, "is said by url already; leave one of them out");
        }
    }
    reader.problems.len() > before
}

/// The kinds that take `key`, as long as they are few.
fn takers(key: &str) -> String {
    let kinds: Vec<&str> = ProbeKind::ALL
        .into_iter()
        .filter(|kind| fits(key, *kind))
        .map(ProbeKind::id)
        .collect();
    if kinds.len() > NAMED {
        String::new()
    } else {
        format!(", only with {}", kinds.join(", "))
    }
}

/// The value of `key` is no kind.
pub(super) fn unknown_kind(reader: &mut TableReader<'_>, key: &WrittenKey) {
    let kinds: Vec<&str> = ProbeKind::ALL.into_iter().map(ProbeKind::id).collect();
    let near = key
        .value
        .text()
        .and_then(|text| nearest(text, kinds.iter().copied().chain(ALIASES)));
    let hint = near.map_or_else(String::new, |near| format!("; did you mean {near:?}?"));
    let what = format!(
        "is {}{hint} (allowed: {})",
        key.value.shown(),
        kinds.join(", ")
    );
    reader.report(&key.name, &key.place, &what);
}

/// The value of `key` is no address of a probe.
pub(super) fn wrong_address(reader: &mut TableReader<'_>, key: &WrittenKey, wrong: &Wrong) {
    let shown = key.value.shown();
    let example = "such as \"https://example.org/health\" or \"redis://cache.example:6379\"";
    let what = match wrong {
        // What stands there may be a password: it is not repeated.
        Wrong::Credentials => {
            "holds a user; write user = \"…\" with password_env or password_file beside it"
                .to_owned()
        }
        Wrong::Scheme => {
            format!("is {shown}; allowed is an address that begins with a kind of probe, {example}")
        }
        Wrong::Target => {
            format!(
                "is {shown}, which has no proper host and port; allowed is an address {example}"
            )
        }
    };
    reader.report(&key.name, &key.place, &what);
}

/// Completes a probe of an address of its own.
pub(super) fn at_address(
    reader: &mut TableReader<'_>,
    key: &WrittenKey,
    address: &Address,
    spec: &mut ProbeSpec,
) {
    let speaks =
        address.kind == spec.kind || (address.kind == ProbeKind::Http && spec.kind.is_http());
    let mut report = |what: &str| reader.report(&key.name, &key.place, what);
    if !speaks {
        return report(&format!(
            "means {}, but kind is {:?}",
            address.kind.id(),
            spec.kind.id()
        ));
    }
    if spec.kind.is_http() && spec.tls && !address.tls {
        return report("is a plain one, but tls is true; write https:// there");
    }
    spec.tls |= address.tls;
    if !spec.kind.is_http() && !address.subject().is_empty() {
        if spec.kind.subject_key().is_none() || !spec.subject.is_empty() {
            return report(&format!(
                "has a path too many for kind = {:?}",
                spec.kind.id()
            ));
        }
        address.subject().clone_into(&mut spec.subject);
    }
    spec.url = address.complete(spec.kind, spec.tls);
    if spec.url.is_none() {
        report("names no port, and its kind has no usual one");
    }
}

/// Completes a probe of the service's own containers.
pub(super) fn at_port(
    reader: &mut TableReader<'_>,
    place: &SettingPlace,
    port: Option<u16>,
    path: Option<String>,
    spec: &mut ProbeSpec,
) {
    let usual = if spec.kind == ProbeKind::Http {
        None
    } else {
        spec.kind.usual_port(spec.tls)
    };
    spec.port = port.or(usual).unwrap_or(0);
    if let Some(path) = path {
        spec.path = path;
    }
    if let Some(message) = missing(spec) {
        let (place, message) = (place.clone(), message.to_owned());
        reader.problems.push(Problem { place, message });
    }
}

/// What a probe without a URL needs and has not been given.
fn missing(spec: &ProbeSpec) -> Option<&'static str> {
    match spec.kind {
        ProbeKind::Exec if spec.command.reveal().is_empty() => {
            Some("this probe has no command; give command = [\"pg_isready\", \"-U\", \"app\"]")
        }
        kind if kind.has_address() && spec.port == 0 => {
            Some("this probe has no target; give url or port")
        }
        _ => None,
    }
}
