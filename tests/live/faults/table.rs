//! What came of every fault, as a table for people.

use std::fmt;
use std::time::Duration;

use super::fault::Outcome;

/// One line a fault, then everything that was not as expected.
pub struct Table(pub Vec<Outcome>);

impl Table {
    /// Whether everything was as expected.
    pub fn is_right(&self) -> bool {
        self.0.iter().all(|outcome| outcome.wrong.is_empty())
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = |time: Option<Duration>| {
            time.map_or_else(
                || "never".to_owned(),
                |time| format!("{:.1} s", time.as_secs_f64()),
            )
        };
        let width = self
            .0
            .iter()
            .map(|outcome| outcome.name.len())
            .max()
            .unwrap_or(0);
        writeln!(
            f,
            "{:width$} | root named after | all told after | closed after | sentence",
            "fault"
        )?;
        for outcome in &self.0 {
            writeln!(
                f,
                "{:width$} | {:>16} | {:>14} | {:>12} | {}",
                outcome.name,
                time(outcome.named),
                time(outcome.complete),
                time(outcome.closed),
                outcome.sentence,
            )?;
        }
        for outcome in &self.0 {
            for wrong in &outcome.wrong {
                writeln!(f, "✗ {}: {wrong}", outcome.name)?;
            }
        }
        Ok(())
    }
}
