//! `[[service]]` rules: what an operator knows better than derivation.

mod address;
mod fit;
mod probe;
mod request;
mod secret;
mod values;

use crate::model::{Layer, Layers, ServiceRule};

use super::file::{Section, WrittenKey};
use super::problem::Problem;
use super::reader::TableReader;
use super::settings::Probes;
use super::value::Raw;

pub(super) use secret::{absent as absent_secrets, variables as secret_variables};

const KEYS: &[&str] = &[
    "match",
    "name",
    "layer",
    "probe",
    "no_probe",
    "hide",
    "depends_on",
    "shell",
];

const PATTERN: &str = "a name or stack/name, * for any run of characters";
const NO_MATCH: &str =
    "this [[service]] rule has no match; allowed is match = \"name\" or \"stack/name\"";

/// Reads one rule; what is wrong goes to `problems`.
pub(super) fn rule(
    section: &Section,
    probes: &Probes,
    layers: &Layers,
    problems: &mut Vec<Problem>,
) -> ServiceRule {
    let mut reader = TableReader {
        prefix: "service.",
        problems,
    };
    let mut rule = ServiceRule::of("");
    for key in &section.keys {
        read(&mut reader, key, layers, &mut rule);
    }
    for table in &section.tables {
        if table.name == "probe" {
            rule.probe = Some(probe::probe(table, probes, reader.problems));
        } else {
            reader.unknown(&table.name, &table.place, KEYS);
        }
    }
    section.require("match", NO_MATCH, reader.problems);
    rule
}

/// Reads one key that is no table.
fn read(reader: &mut TableReader<'_>, key: &WrittenKey, layers: &Layers, rule: &mut ServiceRule) {
    match key.name.as_str() {
        "match" => reader.read(key, PATTERN, values::text, &mut rule.pattern),
        "name" => {
            let read = |raw: &Raw| values::text(raw).map(Some);
            reader.read(key, "text that is not empty", read, &mut rule.name);
        }
        "layer" => {
            let read = |raw: &Raw| layer(raw, layers).map(Some);
            reader.read(key, &allowed(layers), read, &mut rule.layer);
        }
        "no_probe" => reader.read(key, "true or false", Raw::bool, &mut rule.no_probe),
        "hide" => reader.read(key, "true or false", Raw::bool, &mut rule.hide),
        "depends_on" => reader.read(key, "a list of services", Raw::list, &mut rule.depends_on),
        "shell" => {
            let allowed = "a command as a list, such as [\"psql\", \"-U\", \"app\"]";
            reader.read(key, allowed, Raw::list, &mut rule.shell);
        }
        "probe" => reader.wrong(
            key,
            "a table, such as { kind = \"http\", port = 8000, path = \"/health\" }",
        ),
        _ => reader.unknown(&key.name, &key.place, KEYS),
    }
}

/// The ids of `layers`, quoted: `"edge", "ui" or "app"`.
fn allowed(layers: &Layers) -> String {
    let ids: Vec<String> = layers.iter().map(|name| format!("{:?}", name.id)).collect();
    match ids.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => ids.concat(),
    }
}

fn layer(raw: &Raw, layers: &Layers) -> Option<Layer> {
    layers.parse(raw.text()?.trim())
}
