//! HAProxy: `frontend`, `use_backend`, `default_backend`, `backend`, `listen` and `server`.

use std::collections::BTreeMap;

use super::{plain_path, reference};
use crate::inference::references::Reference;

/// A section's servers and, for a backend, the paths that lead to it.
#[derive(Default)]
struct Sections<'a> {
    servers: BTreeMap<&'a str, Vec<&'a str>>,
    /// Paths by backend.
    paths: BTreeMap<&'a str, Vec<&'a str>>,
    /// Paths and hosts by the name of the `acl`.
    rules: BTreeMap<&'a str, &'a str>,
}

/// Every route in one file.
pub(super) fn routes(text: &str) -> Vec<Reference> {
    let mut sections = Sections::default();
    let mut section = "";
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default();
        let words: Vec<&str> = line.split_whitespace().take(64).collect();
        match words.as_slice() {
            [
                "frontend" | "backend" | "listen" | "peers" | "resolvers" | "ring",
                name,
                ..,
            ] => section = name,
            ["global" | "defaults", ..] => section = "",
            ["acl", name, fetch, values @ ..] if is_path(fetch) => {
                if let Some(value) = values.iter().find(|value| !value.starts_with('-')) {
                    sections.rules.insert(name, value);
                }
            }
            ["use_backend", backend, condition @ ..] => {
                let path = sections.path(condition).unwrap_or_default();
                sections.paths.entry(backend).or_default().push(path);
            }
            ["default_backend", backend, ..] => {
                sections.paths.entry(backend).or_default().push("/")
            }
            ["server" | "server-template", name, rest @ ..] => {
                let address = rest
                    .iter()
                    .find(|word| !word.chars().all(|c| c.is_ascii_digit() || c == '-'));
                sections
                    .servers
                    .entry(section)
                    .or_default()
                    .extend(address.or(Some(name)));
            }
            _ => {}
        }
    }
    sections.references()
}

fn is_path(fetch: &str) -> bool {
    ["path", "hdr", "base", "url", "req.hdr", "req.ssl_sni"]
        .iter()
        .any(|each| fetch.starts_with(each))
}

impl<'a> Sections<'a> {
    /// What the condition of a `use_backend` means: the value of its `acl`, or one written inline.
    fn path(&self, condition: &[&'a str]) -> Option<&'a str> {
        let named = condition
            .iter()
            .find_map(|word| self.rules.get(word.trim_start_matches('!')).copied());
        let inline = || {
            let at = condition.iter().position(|word| is_path(word))?;
            condition[at + 1..]
                .iter()
                .find(|word| !word.starts_with('-'))
                .copied()
        };
        named.or_else(inline)
    }

    fn references(&self) -> Vec<Reference> {
        let mut found = Vec::new();
        for (section, servers) in &self.servers {
            let none = vec![""];
            let paths = self.paths.get(section).unwrap_or(&none);
            for server in servers.iter().take(64) {
                let along = paths
                    .iter()
                    .take(16)
                    .filter_map(|path| reference(plain_path(path), server));
                found.extend(along);
            }
        }
        found
    }
}
