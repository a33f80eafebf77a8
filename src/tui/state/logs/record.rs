//! The record that is looked at as a tree.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::logs::LogFilter;
use crate::logs::tree::{self, TreeRow, TreeRowKind};
use crate::model::LogLine;

/// The record that is looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordView {
    /// The record.
    pub line: Arc<LogLine>,
    /// The name of its source.
    pub source: String,
    /// Paths of the tree that are folded.
    pub folded: BTreeSet<String>,
    /// Chosen row.
    pub selected: usize,
}

impl RecordView {
    /// A record, everything unfolded.
    #[must_use]
    pub const fn new(line: Arc<LogLine>, source: String) -> Self {
        Self {
            line,
            source,
            folded: BTreeSet::new(),
            selected: 0,
        }
    }

    /// The rows of the tree.
    #[must_use]
    pub fn rows(&self) -> Vec<TreeRow> {
        tree::rows(&self.line, &self.folded)
    }

    /// The chosen row.
    #[must_use]
    pub fn row(&self) -> Option<TreeRow> {
        self.rows().into_iter().nth(self.selected)
    }

    /// What is copied of the chosen row: its value, of one that is unfolded everything in it.
    #[must_use]
    pub fn copied(&self) -> Option<String> {
        let row = self.row()?;
        if row.open != Some(true) {
            return Some(row.value);
        }
        let rows = self.rows();
        let inside = rows.iter().skip(self.selected + 1);
        let inside = inside.take_while(|each| each.depth > row.depth);
        let lines = inside.map(|each| match each.key.as_str() {
            "" => each.value.clone(),
            key => format!("{key}: {}", each.value),
        });
        Some(lines.collect::<Vec<_>>().join("\n"))
    }

    /// The filter that lets through the lines with the value of the chosen row; `None` where no
    /// filter can ask for it.
    #[must_use]
    pub fn filter(&self) -> Option<String> {
        let row = self.row()?;
        let quoted = row.value.replace('\\', "\\\\").replace('"', "\\\"");
        match row.kind {
            TreeRowKind::Field if row.open.is_none() => {
                let condition = format!("{}=\"{quoted}\"", row.path);
                // Not every name can stand in a filter.
                LogFilter::condition(&condition)
                    .is_ok()
                    .then_some(condition)
            }
            TreeRowKind::Level(level) => Some(format!("level:{}", level.id())),
            TreeRowKind::Message if self.line.text.contains('{') => {
                Some(format!("message=\"{quoted}\""))
            }
            TreeRowKind::Message | TreeRowKind::Trace if !quoted.is_empty() => {
                Some(format!("\"{quoted}\""))
            }
            _ => None,
        }
    }
}
