//! What a program wrote that an operation runs.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::OutputLine;

/// The last lines that a program wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramOutput {
    /// The lines, oldest first; [`ProgramOutput::LIMIT`] at most.
    pub lines: Vec<Arc<OutputLine>>,
    /// How many stood before them.
    pub left_out: usize,
}

impl ProgramOutput {
    /// Lines that are kept.
    pub const LIMIT: usize = 2_000;

    /// Whether nothing was written.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// How many lines were written.
    #[must_use]
    pub const fn written(&self) -> usize {
        self.left_out.saturating_add(self.lines.len())
    }

    /// The lines that were written after the first `seen` ones, as far as they are kept.
    pub fn since(&self, seen: usize) -> impl Iterator<Item = &OutputLine> {
        let skipped = seen.saturating_sub(self.left_out);
        self.lines.iter().skip(skipped).map(|line| &**line)
    }

    /// Adds `lines`; the oldest ones go where there are too many.
    pub fn push(&mut self, lines: Vec<OutputLine>) {
        self.lines.extend(lines.into_iter().map(Arc::new));
        let excess = self.lines.len().saturating_sub(Self::LIMIT);
        self.lines.drain(..excess);
        self.left_out = self.left_out.saturating_add(excess);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::LogStream;

    fn lines(texts: std::ops::Range<usize>) -> Vec<OutputLine> {
        let line = |number: usize| OutputLine {
            stream: LogStream::Stdout,
            text: number.to_string(),
        };
        texts.map(line).collect()
    }

    #[test]
    fn the_last_lines_are_kept_and_followed() {
        let mut output = ProgramOutput::default();
        output.push(lines(0..3));
        let texts = |output: &ProgramOutput, seen| {
            let texts = output.since(seen).map(|line| line.text.clone());
            texts.collect::<Vec<_>>()
        };
        assert_eq!(texts(&output, 1), ["1", "2"]);
        output.push(lines(3..ProgramOutput::LIMIT + 2));
        assert_eq!(
            (output.left_out, output.lines.len()),
            (2, ProgramOutput::LIMIT)
        );
        assert_eq!(output.written(), ProgramOutput::LIMIT + 2);
        assert_eq!(texts(&output, 0).first().map(String::as_str), Some("2"));
        assert_eq!(texts(&output, ProgramOutput::LIMIT + 1), ["2001"]);
        assert!(texts(&output, ProgramOutput::LIMIT + 2).is_empty());
    }
}
