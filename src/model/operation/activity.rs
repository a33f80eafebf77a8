//! What a step is doing at the moment, beyond its state.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// What a step is doing at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "activity", rename_all = "snake_case")]
pub enum StepActivity {
    /// The engine pulls the image.
    Pulling(PullProgress),
    /// The new image runs in a container beside the one that is to be replaced.
    Trying,
    /// The container before is brought back.
    RollingBack,
}

/// How far a pull is.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullProgress {
    /// Layers that the engine has, of those it has told of so far.
    pub layers_done: usize,
    /// Layers that it has told of so far.
    pub layers: usize,
    /// Bytes that were downloaded of the layers whose size is known.
    pub bytes: u64,
    /// Size of these layers in bytes, compressed.
    pub total_bytes: u64,
}

impl fmt::Display for PullProgress {
    /// "pulling 3/7 layers, 41 of 120 MB".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            layers_done,
            layers,
            bytes,
            total_bytes,
        } = self;
        if *layers == 0 {
            return f.write_str("pulling");
        }
        write!(f, "pulling {layers_done}/{layers} layers")?;
        let (unit, name) = if *total_bytes >= 1_000_000 {
            (1_000_000, "MB")
        } else {
            (1_000, "kB")
        };
        if *total_bytes > 0 {
            let (bytes, total) = (bytes.div_ceil(unit), total_bytes.div_ceil(unit));
            write!(f, ", {bytes} of {total} {name}")?;
        }
        Ok(())
    }
}

impl fmt::Display for StepActivity {
    /// What follows the name of a service: "pulling 3/7 layers", "trying the new image".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pulling(progress) => progress.fmt(f),
            Self::Trying => f.write_str("trying the new image beside it"),
            Self::RollingBack => f.write_str("rolling back"),
        }
    }
}

/// What the steps of an operation are doing beyond their state, by their index.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepActivities {
    now: BTreeMap<usize, StepActivity>,
    /// How far each pull is, or was at its end.
    pulls: BTreeMap<usize, PullProgress>,
}

impl StepActivities {
    /// What step `index` is doing at the moment.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<StepActivity> {
        self.now.get(&index).copied()
    }

    /// How far the pull of step `index` is, or was at its end; `None` where it pulled nothing.
    #[must_use]
    pub fn pull(&self, index: usize) -> Option<PullProgress> {
        self.pulls.get(&index).copied()
    }

    /// The steps that are doing something at the moment, each with what.
    pub fn each(&self) -> impl Iterator<Item = (usize, StepActivity)> {
        self.now.iter().map(|(index, activity)| (*index, *activity))
    }

    /// Takes in what step `index` is doing from now on.
    pub fn set(&mut self, index: usize, activity: Option<StepActivity>) {
        match activity {
            Some(activity) => self.now.insert(index, activity),
            None => self.now.remove(&index),
        };
        if let Some(StepActivity::Pulling(progress)) = activity {
            self.pulls.insert(index, progress);
        }
    }

    /// The operation has ended.
    pub fn end(&mut self) {
        self.now.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pull_is_told_by_layers_and_bytes() {
        let pull = |layers_done, layers, bytes, total_bytes| {
            let progress = PullProgress {
                layers_done,
                layers,
                bytes,
                total_bytes,
            };
            StepActivity::Pulling(progress).to_string()
        };
        assert_eq!(
            pull(3, 7, 40_600_000, 120_000_000),
            "pulling 3/7 layers, 41 of 120 MB"
        );
        assert_eq!(pull(0, 1, 200, 2_100), "pulling 0/1 layers, 1 of 3 kB");
        assert_eq!(pull(2, 2, 0, 0), "pulling 2/2 layers");
        assert_eq!(pull(0, 0, 0, 0), "pulling");
    }
}
