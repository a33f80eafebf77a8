//! Secrets in the definitions of containers and probes.

use std::collections::BTreeSet;

use super::secrets::{self, Hidden, KnownSecrets, Sign, of_text, of_words, whole};
use super::{InstanceFacts, ProbeSpec, words};

impl KnownSecrets {
    /// Learns the secrets in the definition of a container; returns the values that are new.
    pub fn learn(&mut self, facts: &InstanceFacts) -> Self {
        self.add_names(names(facts));
        self.add(of_facts(facts))
    }

    /// Learns what a probe sends: its command, path, URL, headers and body; returns the values that
    /// are new.
    pub fn learn_probe(&mut self, spec: &ProbeSpec) -> Self {
        self.add(of_probe(spec))
    }
}

/// Names in a container's definition, which are shown.
fn names(facts: &InstanceFacts) -> impl Iterator<Item = &str> {
    let image = words::image(&facts.image);
    let image = image.split(':').next().unwrap_or_default();
    let stack = facts.stack.as_ref().map(|stack| stack.as_str());
    let networks = facts.networks.iter();
    let networks = networks.flat_map(|each| {
        each.aliases
            .iter()
            .chain([&each.network])
            .map(String::as_str)
    });
    [
        facts.name.as_str(),
        facts.service.as_str(),
        image,
        &facts.hostname,
    ]
    .into_iter()
    .chain(stack)
    .chain(networks)
    .filter(|name| !name.is_empty())
}

/// Secrets in a container's definition that are distinctive.
fn of_facts(facts: &InstanceFacts) -> Vec<String> {
    let variables = || {
        facts
            .environment
            .reveal()
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    };
    let labels = facts
        .labels
        .reveal()
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let shown: BTreeSet<&str> = variables()
        .filter(|(name, _)| !secrets::is_secret_name(name))
        .map(|(_, value)| value)
        .collect();
    let mut found = Vec::new();
    for (name, value) in variables().chain(labels) {
        if let Some(sign) = Sign::of(name) {
            found.extend(whole(value, sign));
        }
        found.extend(of_text(value));
    }
    let test = facts.healthcheck.iter().map(|check| &check.test);
    for words in [&facts.command].into_iter().chain(test) {
        found.extend(of_words(words.reveal()));
    }
    found.retain(|value| !shown.contains(value.as_str()));
    found
}

/// Secrets in what a probe sends that are distinctive: whoever is asked may repeat them.
fn of_probe(spec: &ProbeSpec) -> Vec<String> {
    let mut found = of_words(spec.command.reveal());
    let texts = [spec.path.as_str()].into_iter().chain(spec.url.as_deref());
    let texts = texts
        .chain(spec.request.body.as_ref().map(Hidden::reveal))
        .map(of_text);
    let headers = spec.request.headers.iter();
    let headers = headers.map(|(name, value)| of_text(&format!("{name}: {}", value.reveal())));
    found.extend(texts.chain(headers).flatten());
    found
}
