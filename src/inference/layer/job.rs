//! Work that ends, and copies: operations whatever their image is.

use crate::model::SortShared as _;
use crate::model::{InstanceFacts, Layer};

use super::clues::{Clues, JobProgram, JobWord, Weight};
use super::command::CommandLine;
use super::{Clue, Origin, Subject, words};

/// From this on a job is a job, whatever else is known.
pub(super) const SURE: u8 = 85;

/// Evidence for work that ends, surest first.
pub(super) fn clues(subject: &Subject, names: &[String]) -> Vec<Clue> {
    let mut found = Vec::new();
    let mut add = |origin, confidence, reason: String| {
        found.push(Clue::new(
            origin,
            Weight {
                layer: Layer::Infra,
                confidence,
            },
            reason,
        ));
    };
    if subject.place.awaited {
        add(
            Origin::Place,
            97,
            "a one-shot: others wait until it has completed".into(),
        );
    }
    let publishes = subject.facts.is_some_and(InstanceFacts::publishes);
    let may_end = |facts: &InstanceFacts| facts.restart_policy.lets_it_end();
    let ends = subject.facts.is_some_and(may_end) && !publishes;
    if let Some((word, job)) = words::job(names) {
        // A `migration-worker` works for ever.
        let works = names.iter().any(|word| words::names_a_worker(word));
        let confidence = match job {
            _ if works => 30,
            JobWord::Backup if !publishes => 93,
            JobWord::Sure if ends => 93,
            JobWord::Likely if ends => 60,
            // The image of an application often prepares it as a service of its own.
            JobWord::Sure if !publishes && is_own_code(subject) => 84,
            JobWord::Sure if !publishes => 65,
            _ => 30,
        };
        add(Origin::Name, confidence, format!("a job, named {word}"));
    }
    if let Some((text, job)) = subject.facts.and_then(command) {
        match job {
            JobProgram::Copies if !publishes => add(Origin::Run, 90, format!("copies with {text}")),
            JobProgram::Ends if ends => add(Origin::Run, 88, format!("runs {text} and ends")),
            _ => {}
        }
    }
    found.sort_shared_by_key(|clue| std::cmp::Reverse(clue.confidence));
    found
}

fn is_own_code(subject: &Subject) -> bool {
    subject.hint.is_none_or(|hint| hint.layer == Layer::App)
}

fn command(facts: &InstanceFacts) -> Option<(&'static str, JobProgram)> {
    let programs = &Clues::builtin().job_programs;
    // Containers that only bring a volume with what is in their image.
    if facts
        .command
        .reveal()
        .last()
        .is_some_and(|last| matches!(last.as_str(), "true" | "/bin/true" | "/usr/bin/true"))
    {
        return Some(("true", JobProgram::Ends));
    }
    let joined = facts.command.reveal().join(" ");
    let line = CommandLine::of(&joined);
    let copies = line
        .runs(programs)
        .find(|(_, job)| **job == JobProgram::Copies);
    copies
        .or_else(|| line.ends_with(programs))
        .map(|(text, job)| (text, *job))
}
