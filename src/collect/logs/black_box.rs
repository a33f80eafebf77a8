//! The last lines of runs that ended, were replaced or became unhealthy, kept in memory within
//! bounds, the oldest out first.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use tokio::sync::{mpsc, watch};

use crate::model::{
    InstanceFacts, InstanceId, LogLine, Observation, RecordedRun, RecordingCause, ServiceId,
    SignedDuration, Timestamp,
};

/// Lines kept of one run.
pub(super) const MAX_RUN_LINES: usize = 200;
/// Bytes of text kept of one run.
pub(super) const MAX_RUN_BYTES: usize = 64 << 10;
/// Runs kept of one container: one that restarts all the time must not replace the others.
const MAX_RUNS_OF_CONTAINER: usize = 10;
/// Runs kept.
const MAX_RUNS: usize = 1_000;
/// Bytes kept.
const MAX_BYTES: usize = 32 << 20;
/// A container that is removed so soon after its end was ended by its removal.
const REMOVED_WITHIN: SignedDuration = SignedDuration::from_secs(15);

/// Ends so close to each other, without a line in between, are one.
const ONE_END: SignedDuration = SignedDuration::from_secs(2);

/// What tells whether a container is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SeenIn {
    /// An event of the engine: it holds until the next one.
    Event,
    /// The list of containers, which may lack one for a while.
    List,
}

/// The last lines of runs; clones share them.
#[derive(Clone, Debug, Default)]
pub struct BlackBox {
    held: Arc<watch::Sender<Held>>,
}

#[derive(Debug, Default)]
struct Held {
    runs: VecDeque<Recording>,
    bytes: usize,
}

#[derive(Debug)]
struct Recording {
    run: RecordedRun,
    lines: Vec<LogLine>,
    bytes: usize,
    /// What told that the container is gone.
    gone_in: Option<SeenIn>,
}

impl BlackBox {
    /// Keeps the last of `lines` as those of a run of the container with `facts`, which ended or
    /// became unhealthy `at`. Lines that are kept already of that container are left out; a run
    /// without new ones is kept where there are others. Of a container without any line nothing is
    /// kept.
    pub fn keep(
        &self,
        facts: &InstanceFacts,
        at: Timestamp,
        cause: RecordingCause,
        lines: Vec<LogLine>,
    ) {
        self.held.send_if_modified(|held| {
            let known: HashSet<(Option<Timestamp>, &str)> = held
                .of(&facts.id)
                .flat_map(|it| &it.lines)
                .map(|line| (line.at, line.text.as_str()))
                .collect();
            let is_new = |line: &LogLine| !known.contains(&(line.at, line.text.as_str()));
            let lines: Vec<LogLine> = lines.into_iter().filter(is_new).collect();
            let lines = last_of(lines);
            if lines.is_empty() && !held.lacks(&facts.id, at, cause) {
                return false;
            }
            held.push(Recording::of(facts, at, cause, lines));
            true
        });
    }

    /// Notes that a container is gone since `at`, as `seen_in` tells.
    pub(super) fn gone(&self, instance: &InstanceId, at: Timestamp, seen_in: SeenIn) {
        self.held.send_if_modified(|held| {
            let mut changed = false;
            let of = |it: &&mut Recording| it.run.instance == *instance && !it.run.gone;
            for recording in held.runs.iter_mut().filter(of) {
                recording.gone_in = Some(seen_in);
                let run = &mut recording.run;
                run.gone = true;
                if run.cause == RecordingCause::Exited
                    && at.duration_since(run.at) <= REMOVED_WITHIN
                {
                    run.cause = RecordingCause::Removed;
                }
                changed = true;
            }
            changed
        });
    }

    /// Notes that a container is there, as `seen_in` tells: a list does not contradict an event.
    pub(super) fn present(&self, instance: &InstanceId, seen_in: SeenIn) {
        self.held.send_if_modified(|held| {
            let mut changed = false;
            let of = |it: &&mut Recording| {
                let holds = seen_in == SeenIn::List && it.gone_in == Some(SeenIn::Event);
                it.run.instance == *instance && it.run.gone && !holds
            };
            for recording in held.runs.iter_mut().filter(of) {
                (recording.run.gone, recording.gone_in) = (false, None);
                changed = true;
            }
            changed
        });
    }

    /// Whether lines of a container are kept that is gone.
    #[must_use]
    pub fn is_gone(&self, instance: &InstanceId) -> bool {
        self.held.borrow().of(instance).any(|it| it.run.gone)
    }

    /// The lines that are kept of a container, in their order.
    #[must_use]
    pub fn lines(&self, instance: &InstanceId) -> Vec<LogLine> {
        let held = self.held.borrow();
        held.of(instance)
            .flat_map(|it| it.lines.iter().cloned())
            .collect()
    }

    /// The service of a container of which lines are kept, and the container's name.
    #[must_use]
    pub fn place(&self, instance: &InstanceId) -> Option<(ServiceId, String)> {
        let held = self.held.borrow();
        let run = &held.of(instance).next()?.run;
        Some((run.service.clone(), run.name.clone()))
    }

    /// Every run of which lines are kept, in the order in which they were kept.
    #[must_use]
    pub fn runs(&self) -> Arc<[RecordedRun]> {
        let held = self.held.borrow();
        held.runs.iter().map(|it| it.run.clone()).collect()
    }

    /// Sends which runs are kept, now and after every change, for as long as `out` is read.
    pub(super) async fn announce(&self, out: &mpsc::Sender<Observation>) {
        let mut changes = self.held.subscribe();
        changes.mark_changed();
        while changes.changed().await.is_ok() {
            changes.mark_unchanged();
            let runs = Observation::RecordedRuns(self.runs());
            if out.send(runs).await.is_err() {
                return;
            }
        }
    }
}

impl Held {
    fn of(&self, instance: &InstanceId) -> impl Iterator<Item = &Recording> {
        self.runs
            .iter()
            .filter(move |it| it.run.instance == *instance)
    }

    /// Whether something is kept of a container, and nothing of what happened to it `at`.
    fn lacks(&self, instance: &InstanceId, at: Timestamp, cause: RecordingCause) -> bool {
        let is_this = |run: &RecordedRun| {
            // An end may have become a removal since.
            let is_end = |cause| cause != RecordingCause::Unhealthy;
            is_end(run.cause) == is_end(cause) && at.duration_since(run.at).abs() < ONE_END
        };
        let mut runs = self.of(instance).peekable();
        runs.peek().is_some() && !runs.any(|it| is_this(&it.run))
    }

    fn push(&mut self, recording: Recording) {
        let instance = recording.run.instance.clone();
        self.bytes += recording.bytes;
        self.runs.push_back(recording);
        if self.of(&instance).count() > MAX_RUNS_OF_CONTAINER {
            self.remove(self.first_to_go(|it| it.run.instance == instance));
        }
        if self.runs.len() > MAX_RUNS {
            self.remove(self.first_to_go(|_| true));
        }
        while self.bytes > MAX_BYTES {
            self.remove(0);
        }
    }

    /// The first before the newest of those that are `meant`: one without lines, else one with.
    fn first_to_go(&self, meant: impl Fn(&Recording) -> bool) -> usize {
        let older = self.runs.len().saturating_sub(1);
        let runs = || self.runs.iter().take(older);
        let empty = runs().position(|it| meant(it) && it.lines.is_empty());
        let first = empty.or_else(|| runs().position(&meant));
        first.unwrap_or_default()
    }

    fn remove(&mut self, index: usize) {
        if let Some(gone) = self.runs.remove(index) {
            self.bytes -= gone.bytes;
        }
    }
}

impl Recording {
    fn of(
        facts: &InstanceFacts,
        at: Timestamp,
        cause: RecordingCause,
        lines: Vec<LogLine>,
    ) -> Self {
        let run = RecordedRun {
            service: facts.service_id(),
            stack: facts.stack.clone(),
            instance: facts.id.clone(),
            name: facts.name.clone(),
            at,
            cause,
            lines: u32::try_from(lines.len()).unwrap_or(u32::MAX),
            gone: false,
        };
        let bytes = lines.iter().map(size).sum();
        Self {
            run,
            lines,
            bytes,
            gone_in: None,
        }
    }
}

/// What a line takes in memory.
pub(super) fn size(line: &LogLine) -> usize {
    size_of::<LogLine>() + line.text.len()
}

/// The last of `lines` that fit in the bounds of a run.
fn last_of(mut lines: Vec<LogLine>) -> Vec<LogLine> {
    let mut bytes = 0;
    let fit = lines.iter().rev().take(MAX_RUN_LINES).take_while(|line| {
        bytes += line.text.len();
        bytes <= MAX_RUN_BYTES
    });
    let fit = fit.count();
    lines.drain(..lines.len() - fit);
    lines.into_iter().map(shrunk).collect()
}

/// A line whose text takes no more memory than it needs.
fn shrunk(mut line: LogLine) -> LogLine {
    line.text.shrink_to_fit();
    line
}

#[cfg(test)]
mod tests;
