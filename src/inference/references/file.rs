//! References in any configuration file: YAML, TOML, INI, JSON, XML and the like, line by line.

use super::key::{NameMeaning, meaning_of};
use super::{Reference, scan};
use crate::model::{ConfigurationFile, Provenance};

/// Longest line that is looked at, in bytes.
const LONGEST_LINE: usize = 16_384;

/// References in `file`, with its name in the detail.
pub(super) fn references(file: &ConfigurationFile, add: &mut impl FnMut(Reference)) {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let lower = name.to_ascii_lowercase();
    // Files that describe containers name what runs beside, not what this container calls.
    if lower.contains("compose") || lower.starts_with("dockerfile") {
        return;
    }
    lines(&file.text, &mut |host, port| {
        let detail = port.map_or_else(|| name.to_owned(), |port| format!("{name} :{port}"));
        add(Reference::new(
            host,
            port,
            Provenance::Configuration,
            &detail,
        ));
    });
}

/// Calls `found` with every host in the lines of `text`.
pub(super) fn lines(text: &str, found: &mut scan::HostSink<'_>) {
    for line in text.lines().filter(|line| line.len() <= LONGEST_LINE) {
        let line = without_comment(line);
        if line.is_empty()
            || name_of(line).is_some_and(|name| meaning_of(name) == NameMeaning::NoHost)
        {
            continue;
        }
        scan::hosts(line, found);
        scan::fields(line, found);
    }
}

/// The line without its comment (`#`, `//`, `;`, `--`, `<!--` at its begin; ` #` anywhere).
fn without_comment(line: &str) -> &str {
    let line = line.trim();
    if ["#", "//", ";", "--", "<!--", "*", "/*"]
        .iter()
        .any(|mark| line.starts_with(mark))
    {
        return "";
    }
    let comment = line.find(" #").into_iter().chain(line.find("\t#")).min();
    line[..comment.unwrap_or(line.len())].trim_end()
}

/// The name that a line begins with, as in `image: redis:7` and `image = "redis:7"`.
fn name_of(line: &str) -> Option<&str> {
    let line = line.trim_start_matches(['-', ' ', '"', '\'']);
    let end = line.find([':', '=', '"', '\'', ' '])?;
    Some(&line[..end])
}
