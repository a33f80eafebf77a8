//! The data file of clues, parsed once into tables that are looked up by word.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::model::Layer;
use crate::model::SortShared as _;

/// `clues.toml` as `build.rs` made it JSON.
const BUILTIN: &str = include_str!(concat!(env!("OUT_DIR"), "/clues.json"));

/// What a clue speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Weight {
    /// The layer.
    pub layer: Layer,
    /// How sure it is by itself, in percent.
    pub confidence: u8,
}

/// What a word of a name tells.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    /// The layer it speaks for.
    pub weight: Weight,
    /// Whether it counts only as the last word.
    pub last: bool,
}

/// What a word of a name tells of work that ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JobWord {
    /// A job.
    Sure,
    /// A job, when nothing speaks against it.
    Likely,
    /// A copy, which may loop for ever.
    Backup,
}

/// A program with words that must follow it.
#[derive(Clone, Debug)]
pub(super) struct Program<T> {
    /// The words after the program, in order, others between them allowed.
    pub then: Vec<String>,
    /// Program and words, for people.
    pub text: String,
    /// What it tells.
    pub tells: T,
}

/// Programs by name.
pub(super) type Programs<T> = HashMap<String, Vec<Program<T>>>;

/// What a command of a job tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JobProgram {
    /// It ends.
    Ends,
    /// It copies and may loop for ever.
    Copies,
}

/// Everything that tells of a layer beside the image.
#[derive(Debug, Default)]
pub(super) struct Clues {
    /// Words of names.
    pub words: HashMap<String, Word>,
    /// Words that say little after a word that says more.
    pub fillers: Vec<String>,
    /// Ends of words.
    pub suffixes: Vec<String>,
    /// Words for a web front end or a whole application.
    pub web: Vec<String>,
    /// Last words of a store's console.
    pub consoles: Vec<String>,
    /// Words of what operates the rest.
    pub tools: Vec<String>,
    /// Words of work that ends.
    pub jobs: HashMap<String, JobWord>,
    /// Command lines.
    pub programs: Programs<Weight>,
    /// Command lines of jobs.
    pub job_programs: Programs<JobProgram>,
    /// Begins of flags.
    pub flags: Vec<(String, Weight)>,
    /// Healthcheck commands.
    pub checks: Programs<Weight>,
    /// Parts of addresses that healthchecks ask.
    pub addresses: Vec<(String, Weight)>,
    /// Whole names of environment variables.
    pub variables: HashMap<String, Weight>,
    /// Begins of such names, by their part up to the first `_`.
    pub variable_begins: HashMap<String, Vec<(String, Weight)>>,
    /// Begins of mount targets.
    pub paths: Vec<(String, Weight)>,
    /// Ports inside the container.
    pub ports: HashMap<u16, Weight>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
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

impl Clues {
    /// The clues that are part of the program.
    pub fn builtin() -> &'static Self {
        static BUILT: OnceLock<Clues> = OnceLock::new();
        // A test parses the file, so that the fallback to "knows nothing" cannot happen unnoticed.
        BUILT.get_or_init(|| Self::parse(BUILTIN).unwrap_or_default())
    }

    fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let file: File = serde_json::from_str(text)?;
        let mut clues = Self {
            fillers: file.fillers,
            suffixes: file.suffixes,
            web: file.web,
            consoles: file.consoles,
            tools: file.tools,
            flags: runs(file.flags).collect(),
            addresses: runs(file.addresses).collect(),
            programs: programs(runs(file.programs)),
            checks: programs(runs(file.checks)),
            ..Self::default()
        };
        let ends = file
            .job_programs
            .into_iter()
            .map(|text| (text, JobProgram::Ends));
        let copies = file
            .backup_programs
            .into_iter()
            .map(|text| (text, JobProgram::Copies));
        clues.job_programs = programs(ends.chain(copies));
        clues
            .suffixes
            .sort_shared_by_key(|suffix| std::cmp::Reverse(suffix.len()));
        for line in file.words {
            let weight = Weight {
                layer: line.layer,
                confidence: line.confidence,
            };
            let word = Word {
                weight,
                last: line.last,
            };
            clues
                .words
                .extend(line.words.into_iter().map(|text| (text, word)));
        }
        for (words, job) in [
            (file.jobs, JobWord::Sure),
            (file.likely_jobs, JobWord::Likely),
            (file.backups, JobWord::Backup),
        ] {
            clues.jobs.extend(words.into_iter().map(|word| (word, job)));
        }
        for (name, weight) in names(file.variables) {
            match name.strip_suffix('*') {
                Some(begin) => {
                    let head = variable_head(begin).to_owned();
                    clues
                        .variable_begins
                        .entry(head)
                        .or_default()
                        .push((begin.to_owned(), weight));
                }
                None => {
                    clues.variables.insert(name, weight);
                }
            }
        }
        clues.paths = names(file.paths).collect();
        for line in file.ports {
            let weight = Weight {
                layer: line.layer,
                confidence: line.confidence,
            };
            clues
                .ports
                .extend(line.ports.into_iter().map(|port| (port, weight)));
        }
        Ok(clues)
    }
}

/// The part of a variable's name up to its first `_`, with it.
pub(super) fn variable_head(name: &str) -> &str {
    name.find('_').map_or(name, |at| &name[..=at])
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
    for (text, tells) in lines {
        let mut words = text.split_whitespace().map(str::to_owned);
        let Some(name) = words.next() else { continue };
        programs.entry(name).or_default().push(Program {
            then: words.collect(),
            text,
            tells,
        });
    }
    programs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_file_is_sound() {
        let clues = Clues::parse(BUILTIN).expect("clues.toml");
        assert!(
            clues.words.len() > 300 && clues.programs.len() > 100,
            "{}",
            clues.words.len()
        );
        assert!(
            clues
                .words
                .keys()
                .all(|word| word.to_lowercase() == *word && !word.contains(['-', '_']))
        );
        assert!(
            clues
                .words
                .values()
                .all(|word| word.weight.confidence < 100)
        );
        let unknown: Vec<_> = clues
            .suffixes
            .iter()
            .filter(|end| !clues.words.contains_key(*end))
            .collect();
        assert!(
            unknown.is_empty(),
            "ends of words that are no words: {unknown:?}"
        );
        assert_eq!(Clues::builtin().words.len(), clues.words.len());
    }
}
