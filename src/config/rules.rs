//! `[[service]]` rules: what an operator knows better than derivation.

use std::time::Duration;

use crate::model::{Layer, Layers, ProbeKind, ProbeOrigin, ProbeSpec, ServiceRule};

use super::file::{Section, Written};
use super::problem::{Place, Problem};
use super::schema::{SLOW, probe_timeout, slow_after};
use super::settings::Probes;
use super::value::Raw;

const KEYS: &[&str] = &["match", "name", "layer", "probe", "no_probe", "hide", "depends_on"];
const PROBE_KEYS: &[&str] = &["kind", "url", "port", "path", "tls", "status", "timeout", "slow_after"];
const KINDS: &[(&str, ProbeKind)] =
    &[("http", ProbeKind::Http), ("tcp", ProbeKind::Tcp), ("docker", ProbeKind::Docker)];

/// Reads one rule; what is wrong goes to `problems`.
pub(super) fn rule(
    section: &Section,
    probes: &Probes,
    layers: &Layers,
    problems: &mut Vec<Problem>,
) -> ServiceRule {
    let mut reader = Reader { prefix: "service.", problems };
    let mut rule = ServiceRule::of("");
    for key in &section.keys {
        match key.name.as_str() {
            "match" => {
                reader.read(
                    key,
                    "a name or stack/name, * for any run of characters",
                    pattern,
                    &mut rule.pattern,
                );
            }
            "name" => {
                reader.read(key, "text that is not empty", |raw| pattern(raw).map(Some), &mut rule.name)
            }
            "layer" => {
                reader.read(key, &allowed(layers), |raw| layer(raw, layers).map(Some), &mut rule.layer)
            }
            "no_probe" => reader.read(key, "true or false", Raw::bool, &mut rule.no_probe),
            "hide" => reader.read(key, "true or false", Raw::bool, &mut rule.hide),
            "depends_on" => reader.read(key, "a list of services", Raw::list, &mut rule.depends_on),
            "probe" => {
                reader.wrong(key, "a table, such as { kind = \"http\", port = 8000, path = \"/health\" }")
            }
            _ => reader.unknown(&key.name, &key.place, KEYS),
        }
    }
    for table in &section.tables {
        if table.name == "probe" {
            rule.probe = Some(probe(table, probes, reader.problems));
        } else {
            reader.unknown(&table.name, &table.place, KEYS);
        }
    }
    if !section.keys.iter().any(|key| key.name == "match") {
        let message = "this [[service]] rule has no match; allowed is match = \"name\" or \"stack/name\"";
        reader.problems.push(Problem { place: section.place.clone(), message: message.to_owned() });
    }
    rule
}

/// The ids of `layers`, quoted: `"edge", "ui" or "app"`.
fn allowed(layers: &Layers) -> String {
    let ids: Vec<String> = layers.iter().map(|name| format!("{:?}", name.id)).collect();
    match ids.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => ids.concat(),
    }
}

fn pattern(raw: &Raw) -> Option<String> {
    raw.text().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn layer(raw: &Raw, layers: &Layers) -> Option<Layer> {
    layers.parse(raw.text()?.trim())
}

fn probe(table: &Section, probes: &Probes, problems: &mut Vec<Problem>) -> ProbeSpec {
    let mut spec = ProbeSpec {
        path: String::new(),
        slow_after: probes.slow_after,
        timeout: probes.timeout,
        ..ProbeSpec::new(ProbeKind::Http, 0, ProbeOrigin::Config)
    };
    let before = problems.len();
    let mut reader = Reader { prefix: "service.probe.", problems };
    for key in &table.keys {
        probe_key(&mut reader, key, &mut spec);
    }
    if problems.len() == before {
        complete(&mut spec, &table.place, problems);
    }
    spec
}

fn probe_key(reader: &mut Reader<'_>, key: &Written, spec: &mut ProbeSpec) {
    match key.name.as_str() {
        "kind" => reader.read(key, "\"http\", \"tcp\" or \"docker\"", kind, &mut spec.kind),
        "url" => reader.read(
            key,
            "an address beginning with http:// or https://",
            |raw| url(raw).map(Some),
            &mut spec.url,
        ),
        "port" => reader.read(key, "a number from 1 to 65535", |raw| raw.count(1, 65_535), &mut spec.port),
        "path" => reader.read(key, "a path beginning with /", path, &mut spec.path),
        "tls" => reader.read(key, "true or false", Raw::bool, &mut spec.tls),
        "status" => reader.read(
            key,
            "a status or a range of them, such as 200 or \"200-399\"",
            status,
            &mut spec.status,
        ),
        "timeout" => {
            reader.read(key, "a time from 100ms to 1m, such as \"5s\"", probe_timeout, &mut spec.timeout);
        }
        "slow_after" => reader.read::<Option<Duration>>(key, SLOW, slow_after, &mut spec.slow_after),
        _ => reader.unknown(&key.name, &key.place, PROBE_KEYS),
    }
}

/// Checks that the parts fit together and fills what follows from them.
fn complete(spec: &mut ProbeSpec, place: &Place, problems: &mut Vec<Problem>) {
    if spec.url.is_some() && spec.kind != ProbeKind::Http {
        let message = format!("service.probe.url goes with kind = \"http\", not with {:?}", spec.kind.id());
        problems.push(Problem { place: place.clone(), message });
    }
    if spec.url.is_none() && spec.port == 0 && spec.kind != ProbeKind::Docker {
        let message = "this probe has no target; give url or port".to_owned();
        problems.push(Problem { place: place.clone(), message });
    }
    if spec.kind == ProbeKind::Http && spec.path.is_empty() {
        "/".clone_into(&mut spec.path);
    }
}

fn kind(raw: &Raw) -> Option<ProbeKind> {
    let text = raw.text()?;
    KINDS.iter().find(|(word, _)| *word == text).map(|(_, kind)| *kind)
}

fn url(raw: &Raw) -> Option<String> {
    let text = raw.text()?.trim();
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"))?;
    (!rest.is_empty() && !text.contains(char::is_whitespace)).then(|| text.to_owned())
}

fn path(raw: &Raw) -> Option<String> {
    let text = raw.text()?;
    (text.starts_with('/') && !text.contains(char::is_whitespace)).then(|| text.to_owned())
}

fn status(raw: &Raw) -> Option<(u16, u16)> {
    let code = |text: &str| text.trim().parse::<u16>().ok().filter(|code| (100..=599).contains(code));
    if let Some(single) = raw.count::<u16>(100, 599) {
        return Some((single, single));
    }
    let text = raw.text()?;
    let (low, high) = text.split_once('-').unwrap_or((text, text));
    Some((code(low)?, code(high)?)).filter(|(low, high)| low <= high)
}

/// Puts values in place and words what is wrong.
struct Reader<'a> {
    prefix: &'static str,
    problems: &'a mut Vec<Problem>,
}

impl Reader<'_> {
    fn read<T>(&mut self, key: &Written, allowed: &str, parse: impl Fn(&Raw) -> Option<T>, slot: &mut T) {
        match parse(&key.value) {
            Some(value) => *slot = value,
            None => self.wrong(key, allowed),
        }
    }

    fn wrong(&mut self, key: &Written, allowed: &str) {
        let name = format!("{}{}", self.prefix, key.name);
        self.problems.push(Problem::bad_value(key.place.clone(), &name, &key.value.shown(), allowed));
    }

    fn unknown(&mut self, name: &str, place: &Place, known: &[&str]) {
        self.problems.push(Problem::unknown_key(place.clone(), self.prefix, name, known.iter().copied()));
    }
}
