//! The data file as it is written, and the tables that are made of it.

use std::cmp::Reverse;
use std::collections::HashMap;

use serde::Deserialize;

use super::{Clues, JobProgram, JobWord, NameWord, Program, Programs, Weight, variable_head};
use crate::model::Layer;
use crate::model::SortShared as _;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    words: Vec<WordLine>,
    fillers: Vec<String>,
    suffixes: Vec<String>,
    web: Vec<String>,
    consoles: Vec<String>,
    tools: Vec<String>,
    jobs: Vec<String>,
    likely_jobs: Vec<String>,
    backups: Vec<String>,
    programs: Vec<RunLine>,
    job_programs: Vec<String>,
    backup_programs: Vec<String>,
    flags: Vec<RunLine>,
    checks: Vec<RunLine>,
    addresses: Vec<RunLine>,
    variables: Vec<NameLine>,
    paths: Vec<NameLine>,
    ports: Vec<PortLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordLine {
    layer: Layer,
    confidence: u8,
    #[serde(default)]
    last: bool,
    words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RunLine {
    layer: Layer,
    confidence: u8,
    runs: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NameLine {
    layer: Layer,
    confidence: u8,
    names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PortLine {
    layer: Layer,
    confidence: u8,
    ports: Vec<u16>,
}

impl File {
    /// The tables that are looked up by word.
    pub fn into_clues(self) -> Clues {
        let (variables, variable_begins) = variables(self.variables);
        let mut suffixes = self.suffixes;
        suffixes.sort_shared_by_key(|suffix| Reverse(suffix.len()));
        let ends = self.job_programs.into_iter();
        let copies = self.backup_programs.into_iter();
        let job_programs = ends
            .map(|text| (text, JobProgram::Ends))
            .chain(copies.map(|text| (text, JobProgram::Copies)));
        let jobs = [
            (self.jobs, JobWord::Sure),
            (self.likely_jobs, JobWord::Likely),
            (self.backups, JobWord::Backup),
        ];
        Clues {
            words: words(self.words),
            fillers: self.fillers,
            suffixes,
            web: self.web,
            consoles: self.consoles,
            tools: self.tools,
            jobs: jobs
                .into_iter()
                .flat_map(|(words, job)| words.into_iter().map(move |word| (word, job)))
                .collect(),
            programs: programs(runs(self.programs)),
            job_programs: programs(job_programs),
            flags: runs(self.flags).collect(),
            checks: programs(runs(self.checks)),
            addresses: runs(self.addresses).collect(),
            variables,
            variable_begins,
            paths: names(self.paths).collect(),
            ports: ports(self.ports),
        }
    }
}

fn words(lines: Vec<WordLine>) -> HashMap<String, NameWord> {
    let mut words = HashMap::new();
    for line in lines {
        let weight = Weight {
            layer: line.layer,
            confidence: line.confidence,
        };
        let word = NameWord {
            weight,
            last: line.last,
        };
        words.extend(line.words.into_iter().map(|text| (text, word)));
    }
    words
}

/// Begins of names of variables, by their part up to the first `_`.
type Begins = HashMap<String, Vec<(String, Weight)>>;

/// Whole names of variables, and begins of names, which end in `*` in the file.
fn variables(lines: Vec<NameLine>) -> (HashMap<String, Weight>, Begins) {
    let (mut whole, mut begins) = (HashMap::new(), Begins::new());
    for (name, weight) in names(lines) {
        match name.strip_suffix('*') {
            Some(begin) => {
                let head = variable_head(begin).to_owned();
                let same_head = begins.entry(head).or_default();
                same_head.push((begin.to_owned(), weight));
            }
            None => {
                whole.insert(name, weight);
            }
        }
    }
    (whole, begins)
}

fn ports(lines: Vec<PortLine>) -> HashMap<u16, Weight> {
    let mut ports = HashMap::new();
    for line in lines {
        let weight = Weight {
            layer: line.layer,
            confidence: line.confidence,
        };
        ports.extend(line.ports.into_iter().map(|port| (port, weight)));
    }
    ports
}

fn runs(lines: Vec<RunLine>) -> impl Iterator<Item = (String, Weight)> {
    lines.into_iter().flat_map(|line| {
        let weight = Weight {
            layer: line.layer,
            confidence: line.confidence,
        };
        line.runs.into_iter().map(move |text| (text, weight))
    })
}

fn names(lines: Vec<NameLine>) -> impl Iterator<Item = (String, Weight)> {
    lines.into_iter().flat_map(|line| {
        let weight = Weight {
            layer: line.layer,
            confidence: line.confidence,
        };
        line.names.into_iter().map(move |name| (name, weight))
    })
}

fn programs<T>(lines: impl Iterator<Item = (String, T)>) -> Programs<T> {
    let mut programs = Programs::new();
    for (text, meaning) in lines {
        let mut words = text.split_whitespace().map(str::to_owned);
        let Some(name) = words.next() else { continue };
        programs.entry(name).or_default().push(Program {
            then: words.collect(),
            text,
            meaning,
        });
    }
    programs
}
