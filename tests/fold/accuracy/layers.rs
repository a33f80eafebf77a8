//! How often the layer that is inferred from facts alone is the one that people name.

#![allow(clippy::print_stdout)] // the table is for whoever runs the test

use std::collections::BTreeMap;

use hubdeck::inference::catalog::Catalog;
use hubdeck::inference::layer::{GraphPlace, Subject, assign};
use hubdeck::model::{
    InstanceFacts, Layer, LayerAssignment, Layers, Port, Service, ServiceName, StackName,
};

use crate::support::stacks::{LabelledService, Set};

/// The facts are what an engine would tell: each service is there once, under its own name.
#[test]
fn every_labelled_stack_is_read_whole() {
    let sets = Set::ALL.map(Set::stacks);
    let counts = sets.each_ref().map(Vec::len);
    assert!(
        counts[0] >= 15 && counts[1] + counts[2] >= 15,
        "{counts:?} stacks"
    );
    for stack in sets.iter().flatten() {
        let snapshot = stack.snapshot();
        assert_eq!(
            snapshot.services.len(),
            stack.services.len(),
            "{}",
            stack.name
        );
        for service in &stack.services {
            let found = snapshot.service(&stack.id(&service.name));
            let primary = found.and_then(|found| found.primary());
            assert!(
                primary.is_some_and(|primary| primary.facts.inspected),
                "{}/{}",
                stack.name,
                service.name
            );
        }
    }
}

/// Right answers of all answers.
#[derive(Default)]
struct Share {
    right: usize,
    all: usize,
}

impl Share {
    fn count(&mut self, right: bool) {
        self.all += 1;
        self.right += usize::from(right);
    }

    fn reaches(&self, percent: usize) -> bool {
        self.right * 100 >= self.all * percent
    }
}

/// What was found for what is true.
#[derive(Default)]
struct Score {
    sure: Share,
    every: Share,
    /// By the ids of the true and the found layer.
    confusion: BTreeMap<(String, String), usize>,
    misses: Vec<String>,
}

impl Score {
    fn count(&mut self, labelled: &LabelledService, found: &Service, layer: &str) {
        let truth = &labelled.truth;
        let right = truth.accepts(layer);
        self.every.count(right);
        if truth.is_sure() {
            self.sure.count(right);
        }
        *self
            .confusion
            .entry((truth.layer.clone(), layer.to_owned()))
            .or_default() += 1;
        if !right {
            let told: Vec<String> = found
                .layer
                .evidence
                .iter()
                .map(|each| format!("{:?} {} % {}", each.layer, each.confidence, each.reason))
                .collect();
            self.misses.push(format!(
                "{}: {} ({}), found {layer}: {}",
                found.id,
                truth.layer,
                truth.confidence,
                told.join("; ")
            ));
        }
    }

    fn print(&self) {
        let ids: Vec<&str> = Layer::BUILT_IN
            .iter()
            .filter_map(|layer| layer.built_in())
            .map(|(id, _)| id)
            .collect();
        println!(
            "truth \\ found {}",
            ids.iter().map(|id| format!("{id:>7}")).collect::<String>()
        );
        for truth in &ids {
            let cells = ids.iter().map(|found| {
                let count = self
                    .confusion
                    .get(&((*truth).to_owned(), (*found).to_owned()));
                format!("{:>7}", count.copied().unwrap_or(0))
            });
            println!("{truth:<13} {}", cells.collect::<String>());
        }
        println!(
            "sure {}/{}, all {}/{}",
            self.sure.right, self.sure.all, self.every.right, self.every.all
        );
        for miss in &self.misses {
            println!("wrong: {miss}");
        }
    }
}

#[test]
fn layers_of_the_labelled_stacks_are_inferred() {
    for set in Set::ALL {
        let mut score = Score::default();
        for stack in set.stacks() {
            let snapshot = stack.snapshot();
            for service in &stack.services {
                let found = snapshot
                    .service(&stack.id(&service.name))
                    .expect("every service is there");
                let layer = &found.layer;
                assert!(
                    layer.confidence <= 100
                        && layer.evidence.iter().all(|each| each.confidence <= 100)
                );
                assert_eq!(
                    layer.evidence.first().map(|first| first.layer),
                    Some(layer.layer),
                    "{}",
                    found.id
                );
                score.count(service, found, snapshot.layers.id(layer.layer));
            }
        }
        println!("{set:?}");
        score.print();
        // What no rule and no line of the catalog was looked at with shows what to expect of a new
        // stack.
        let sure = if set == Set::Fourth { 92 } else { 98 };
        assert!(
            score.sure.reaches(sure),
            "{set:?}: sure: {} of {}",
            score.sure.right,
            score.sure.all
        );
        assert!(
            score.every.reaches(90),
            "{set:?}: all: {} of {}",
            score.every.right,
            score.every.all
        );
    }
}

/// A line of `known_layers.txt`.
struct Known<'a> {
    accepted: Vec<&'a str>,
    name: &'a str,
    facts: InstanceFacts,
    place: GraphPlace,
}

impl<'a> Known<'a> {
    fn parse(line: &'a str) -> Self {
        let (before, run) = line.split_once(" run=").unwrap_or((line, ""));
        let mut words = before.split_whitespace();
        let accepted = words.next().expect("layers").split(',').collect();
        let name = words.next().expect("a name");
        let image = words.next().expect("an image");
        let service = ServiceName::new(name);
        let stack = StackName::new("known");
        let mut facts = InstanceFacts::unknown(
            format!("id-{name}").into(),
            &format!("known-{name}-1"),
            Some(stack),
            service,
        );
        facts.image = if image == "-" {
            format!("known-{name}")
        } else {
            image.to_owned()
        };
        facts.restart_policy = "always".into();
        facts.command = run.split_whitespace().map(str::to_owned).collect();
        let mut place = GraphPlace::default();
        for word in words {
            let (key, value) = word.split_once('=').unwrap_or((word, ""));
            let count = || value.parse().expect("a count");
            match key {
                "publish" => facts.ports.push(port(value.parse().expect("a port"))),
                "needs" => place.needs = count(),
                "stores" => place.stores = count(),
                "by" => place.needed_by = count(),
                "restart" => facts.restart_policy = value.into(),
                "awaited" => place.awaited = true,
                _ => panic!("{key} in {line:?}"),
            }
        }
        Self {
            accepted,
            name,
            facts,
            place,
        }
    }

    fn layer(&self) -> LayerAssignment {
        let hint = Catalog::builtin().lookup(&self.facts.image);
        let layers = Layers::default();
        assign(&Subject {
            name: self.name,
            rule: None,
            layers: &layers,
            facts: Some(&self.facts),
            hint: hint.as_deref(),
            place: self.place,
        })
    }
}

fn port(number: u16) -> Port {
    Port {
        container: number,
        protocol: "tcp".into(),
        published: Some(number),
        address: None,
    }
}

/// Services of other kinds of stacks than the labelled ones, against tables that fit those alone.
#[test]
fn well_known_services_are_where_people_would_put_them() {
    let text = include_str!("known_layers.txt");
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .collect();
    assert!(lines.len() >= 200, "{} lines", lines.len());
    let wrong: Vec<String> = lines
        .iter()
        .filter_map(|line| {
            let known = Known::parse(line);
            let found = known.layer();
            let (id, _) = found.layer.built_in()?;
            (!known.accepted.contains(&id)).then(|| format!("{line}: {id}, {:#?}", found.evidence))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
