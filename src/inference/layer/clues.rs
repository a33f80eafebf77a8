//! The data file of clues, parsed once into tables that are looked up by word.

use crate::model::Layer;
use file::File;
use std::collections::HashMap;
use std::sync::OnceLock;

mod file;

/// `clues.toml` as `build.rs` made it JSON.
const BUILTIN: &str = include_str!(concat!(env!("OUT_DIR"), "/clues.json"));

/// What a clue is evidence for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Weight {
    /// The layer.
    pub layer: Layer,
    /// How sure it is by itself, in percent.
    pub confidence: u8,
}

/// What a word of a name means.
#[derive(Clone, Copy, Debug)]
pub(super) struct NameWord {
    /// The layer it is evidence for.
    pub weight: Weight,
    /// Whether it counts only as the last word.
    pub last: bool,
}

/// What a word of a name means for work that ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JobWord {
    /// A job.
    Sure,
    /// A job, when there is no evidence against it.
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
    /// What it means.
    pub meaning: T,
}

/// Programs by name.
pub(super) type Programs<T> = HashMap<String, Vec<Program<T>>>;

/// What a command of a job means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JobProgram {
    /// It ends.
    Ends,
    /// It copies and may loop for ever.
    Copies,
}

/// All evidence of a layer beside the image.
#[derive(Debug, Default)]
pub(super) struct Clues {
    /// Words of names.
    pub words: HashMap<String, NameWord>,
    /// Words that mean little after a word that means more.
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

impl Clues {
    /// The clues that are part of the program.
    pub fn builtin() -> &'static Self {
        static BUILT: OnceLock<Clues> = OnceLock::new();
        // A test parses the file, so that the fallback to "knows nothing" cannot happen unnoticed.
        BUILT.get_or_init(|| Self::parse(BUILTIN).unwrap_or_default())
    }

    fn parse(text: &str) -> Result<Self, serde_json::Error> {
        Ok(serde_json::from_str::<File>(text)?.into_clues())
    }
}

/// The part of a variable's name up to its first `_`, with it.
pub(super) fn variable_head(name: &str) -> &str {
    name.find('_').map_or(name, |at| &name[..=at])
}

#[cfg(test)]
mod tests;
