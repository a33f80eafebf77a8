//! How many operations ended, and how.

use std::collections::BTreeMap;

use super::OperationResult;

/// Operations that ended since hubdeck began, by verb and result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperationCounts {
    ended: BTreeMap<(&'static str, OperationResult), u64>,
}

impl OperationCounts {
    /// Counts the end of an operation.
    pub fn add(&mut self, verb: &'static str, result: OperationResult) {
        *self.ended.entry((verb, result)).or_default() += 1;
    }

    /// How many operations of `verb` ended with `result`.
    #[must_use]
    pub fn get(&self, verb: &'static str, result: OperationResult) -> u64 {
        self.ended.get(&(verb, result)).copied().unwrap_or_default()
    }

    /// The verbs of which one ended, sorted.
    pub fn verbs(&self) -> impl Iterator<Item = &'static str> {
        let mut last = None;
        let verbs = self.ended.keys().map(|(verb, _)| *verb);
        verbs.filter(move |verb| last.replace(*verb) != Some(*verb))
    }
}
