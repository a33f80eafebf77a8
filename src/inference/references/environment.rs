//! References in the values of environment variables and flags.

use super::key::{NameMeaning, meaning_of};
use super::{Reference, scan};
use crate::model::Provenance;

/// Longest value that is looked at, in bytes.
const LONGEST: usize = 65_536;
/// Most hosts in a list of bare words.
const LONGEST_LIST: usize = 16;

/// References in the variable `name`.
pub(super) fn variable(name: &str, value: &str, add: &mut impl FnMut(Reference)) {
    // Most values are numbers, switches and words without any meaning here.
    if value.is_empty() || value.len() > LONGEST {
        return;
    }
    if value.contains('\n') {
        let mut found =
            |host: &str, port| add(Reference::new(host, port, Provenance::Environment, name));
        if meaning_of(name) != NameMeaning::NoHost {
            super::file::lines(value, &mut found);
        }
        return;
    }
    hosts(name, value, &mut |host, port| {
        add(Reference::new(host, port, Provenance::Environment, name))
    });
}

/// The hosts in `value`, which belongs to `name`.
pub(super) fn hosts(name: &str, value: &str, found: &mut scan::HostSink<'_>) {
    let meaning = meaning_of(name);
    if meaning == NameMeaning::NoHost {
        return;
    }
    if meaning == NameMeaning::Host {
        bare(value, found);
    }
    if value.contains(':') {
        scan::hosts(value, found);
    }
    if value.contains(['=', ':', '>']) {
        scan::fields(value, found);
    }
}

/// Hosts in a list of bare words. Where one of them is none, it is text.
fn bare(value: &str, found: &mut scan::HostSink<'_>) {
    let is_gap =
        |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|' | '[' | ']' | '"' | '\'');
    let words: Vec<&str> = value
        .split(is_gap)
        .filter(|word| !word.is_empty())
        .take(LONGEST_LIST + 1)
        .collect();
    if words.len() > LONGEST_LIST || words.iter().any(|word| scan::split_port(word).is_none()) {
        return;
    }
    for (host, port) in words.into_iter().filter_map(scan::split_port) {
        found(host, port);
    }
}
