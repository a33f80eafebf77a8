//! Evidence in a container's own facts: command, healthcheck, variables, mounts, ports, labels.

use crate::model::{ImageHint, InstanceFacts, Layer, text};

use super::clues::{Clues, Weight, variable_head};
use super::command::CommandLine;
use super::{Clue, Origin, words};
use crate::inference::catalog::Catalog;

/// Labels in which images describe themselves.
const TITLE_LABELS: [&str; 2] = ["org.opencontainers.image.title", "org.label-schema.name"];

/// All evidence in `facts` beside names.
pub(super) fn clues(facts: &InstanceFacts, hint: Option<&ImageHint>, found: &mut Vec<Clue>) {
    found.extend(best(command(facts)));
    found.extend(best(check(facts)));
    found.extend(best(variables(facts)));
    found.extend(best(mounts(facts)));
    found.extend(best(ports(facts)));
    if hint.is_none() {
        found.extend(title(facts).or_else(|| unknown_image(facts)));
    }
}

/// The surest clue, the first of several.
fn best(clues: impl Iterator<Item = Clue>) -> Option<Clue> {
    clues.reduce(|best, next| {
        if next.confidence > best.confidence {
            next
        } else {
            best
        }
    })
}

fn shown(word: &str) -> String {
    text::one_line(word, 40)
}

fn command(facts: &InstanceFacts) -> impl Iterator<Item = Clue> {
    let joined = facts.command.reveal().join(" ");
    let line = CommandLine::of(&joined);
    let clues = Clues::builtin();
    // The last command of a script is what stays.
    let runs = line
        .runs(&clues.programs)
        .next()
        .map(|_| {
            line.runs(&clues.programs)
                .map(|(text, weight)| (text.to_owned(), *weight))
        })
        .into_iter()
        .flatten()
        .map(|(text, weight)| Clue::new(Origin::Run, weight, format!("runs {text}")));
    let flags = line.words().filter_map(|word| flag(word, clues));
    runs.chain(flags).collect::<Vec<_>>().into_iter()
}

fn flag(word: &str, clues: &Clues) -> Option<Clue> {
    if !word.starts_with('-') {
        return None;
    }
    let mut flags = clues.flags.iter();
    let (flag, weight) = flags.find(|(flag, _)| word.starts_with(flag.as_str()))?;
    Some(Clue::new(
        Origin::Run,
        *weight,
        format!("started with {flag}"),
    ))
}

fn check(facts: &InstanceFacts) -> impl Iterator<Item = Clue> {
    let words = facts
        .healthcheck
        .as_ref()
        .map(|check| check.test.reveal().as_slice())
        .unwrap_or_default();
    let joined = match words.split_first() {
        Some((kind, rest)) if kind.starts_with("CMD") => rest.join(" "),
        _ => words.join(" "),
    };
    clues_of_check(&joined).into_iter()
}

/// What the command of a healthcheck shows of its own container.
fn clues_of_check(command: &str) -> Vec<Clue> {
    let clues = Clues::builtin();
    let line = CommandLine::of(command);
    if asks_another(&line) {
        return Vec::new();
    }
    let clue = |weight: &Weight, reason: String| Clue::new(Origin::Run, *weight, reason);
    let runs = line.runs(&clues.checks);
    let runs = runs.map(|(text, weight)| clue(weight, format!("checked by {text}")));
    let asked = clues.addresses.iter();
    let asked = asked.filter(|(part, _)| command.contains(part.as_str()));
    let asked = asked.map(|(part, weight)| clue(weight, format!("checked at {part}")));
    runs.chain(asked).collect()
}

/// Whether a check asks another host than its own: then it is no evidence of this service.
fn asks_another(line: &CommandLine) -> bool {
    let words: Vec<&str> = line.words().collect();
    words.windows(2).any(|pair| {
        let host = match pair[0].split_once('=') {
            Some(("--host", host)) => host,
            None if matches!(pair[0], "-h" | "--host") => pair[1],
            _ => return false,
        };
        let own = ["localhost", "127.0.0.1", "0.0.0.0", "::1"];
        !own.contains(&host)
            && host
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    })
}

fn variables(facts: &InstanceFacts) -> impl Iterator<Item = Clue> {
    let clues = Clues::builtin();
    facts.environment.reveal().iter().filter_map(|(name, _)| {
        let begins = || {
            let begins = clues.variable_begins.get(variable_head(name))?;
            begins
                .iter()
                .find(|(begin, _)| name.starts_with(begin.as_str()))
                .map(|(_, weight)| weight)
        };
        let weight = clues.variables.get(name).or_else(begins)?;
        Some(Clue::new(
            Origin::Image,
            *weight,
            format!("has the variable {}", shown(name)),
        ))
    })
}

fn mounts(facts: &InstanceFacts) -> impl Iterator<Item = Clue> {
    facts.mounts.iter().filter_map(|mount| {
        let mut paths = Clues::builtin().paths.iter();
        let (path, weight) = paths.find(|(path, _)| mount.target.starts_with(path.as_str()))?;
        Some(Clue::new(Origin::Image, *weight, format!("mounts {path}")))
    })
}

fn ports(facts: &InstanceFacts) -> impl Iterator<Item = Clue> {
    facts.ports.iter().filter_map(|port| {
        let weight = Clues::builtin().ports.get(&port.container)?;
        Some(Clue::new(
            Origin::Image,
            *weight,
            format!("listens on {}", port.container),
        ))
    })
}

/// What an image of which nothing is known describes itself as.
fn title(facts: &InstanceFacts) -> Option<Clue> {
    TITLE_LABELS.into_iter().find_map(|label| {
        let title = facts.labels.reveal().get(label)?.to_lowercase();
        let hint = Catalog::builtin()
            .lookup(&title)
            .filter(|_| !title.contains(['/', ':', '@']))?;
        let weight = Weight {
            layer: hint.layer,
            confidence: 70,
        };
        Some(Clue::new(
            Origin::Image,
            weight,
            format!("its image is titled {}", hint.kind),
        ))
    })
}

/// Words in the name of an image of which nothing is known. An image that Compose built is named
/// after stack and service, which adds nothing.
fn unknown_image(facts: &InstanceFacts) -> Option<Clue> {
    let last = Catalog::last_part(&facts.image);
    if last.ends_with(facts.service.as_str()) {
        return None;
    }
    let words = words::of(last);
    let (word, weight, _) = words::weigh(&words, super::GraphPlace::default())?;
    let confidence = weight.confidence - weight.confidence / 6;
    // Pages are often served by the image that is named after the whole.
    let confidence = if weight.layer == Layer::Ui {
        confidence.min(55)
    } else {
        confidence
    };
    let weight = Weight {
        confidence,
        ..weight
    };
    Some(Clue::new(
        Origin::Image,
        weight,
        format!("its image is named {}", shown(word)),
    ))
}
