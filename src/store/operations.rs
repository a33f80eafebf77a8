//! Operations as they go on.

mod restart_times;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use crate::model::{
    BadImage, Change, HealStop, InterruptedOperation, OperationChange, OperationCounts,
    OperationId, OperationKind, OperationProgress, OperationStatus, Plan, Principal, ProgramOutput,
    RecordedStop, ServiceId, Step, StepState, StepTimes, Timestamp,
};

use super::Store;
use super::dirty::{Changed, Dirty};
use super::health::later;
use super::mask::{Mask, rewrite};
use super::timeline::{About, Timeline};
use restart_times::RestartTimes;

/// Most operations kept; the oldest ended ones go first.
const CAPACITY: usize = 50;
/// Most ends kept that hubdeck was asked for.
const ENDS: usize = 1_000;
/// How long the engine may take to end a container: as long as it is waited for.
const END_TAKES: Duration = Duration::from_secs(15 * 60);
/// Operations that stay with what their programs wrote, however long ago they ended.
const WITH_OUTPUT: usize = 10;
/// How long another ended operation stays.
const KEEP: Duration = Duration::from_secs(300);

/// Operations that run or ended lately, oldest first.
#[derive(Debug, Default)]
pub(super) struct StoredOperations {
    list: Vec<Arc<OperationStatus>>,
    /// Services that an operator silenced, and until when.
    pub silenced: HashMap<ServiceId, Timestamp>,
    /// How long restarts took.
    pub restarts: RestartTimes,
    /// Operations that ended.
    pub counts: Arc<OperationCounts>,
    /// Images with which updates failed, oldest first.
    pub bad_images: Arc<[BadImage]>,
    /// Ends of containers that hubdeck was asked for, of earlier runs too, latest last.
    pub stops: Vec<RecordedStop>,
    /// The services that auto-heal restarts no more.
    pub heal_stops: Arc<[HealStop]>,
}

impl StoredOperations {
    /// Applies the progress of an operation; returns whether anything changed.
    pub fn fold(
        &mut self,
        id: OperationId,
        at: Timestamp,
        progress: OperationProgress,
        timeline: &mut Timeline,
    ) -> bool {
        if let OperationProgress::Started { principal, plan } = progress {
            self.begin(id, at, principal, *plan, timeline);
            return true;
        }
        let Some(status) = self.list.iter_mut().find(|status| status.id == id) else {
            return false;
        };
        let status = Arc::make_mut(status);
        let error = match progress {
            OperationProgress::Step { index, state } => {
                return take_step(status, (index, state), at, &mut self.restarts);
            }
            OperationProgress::Waits { index, due_at } => {
                let times = status.times.get_mut(index);
                times
                    .into_iter()
                    .for_each(|times| times.due_at = Some(due_at));
                return true;
            }
            OperationProgress::Activity { index, activity } => {
                status.activities.set(index, activity);
                return true;
            }
            OperationProgress::Output(lines) => {
                status.output.push(lines);
                return true;
            }
            OperationProgress::Called { index, calls } => {
                let kept = status.calls.get_mut(index);
                return kept.is_some_and(|kept| {
                    *kept = calls;
                    true
                });
            }
            OperationProgress::Failed { error } => Some(error),
            OperationProgress::Cancelled { reason } => {
                status.cancelled = Some(reason);
                None
            }
            OperationProgress::Succeeded | OperationProgress::Started { .. } => None,
        };
        status.finished_at = Some(at);
        status.activities.end();
        status.error = error;
        if let Some(result) = status.result() {
            let verb = status.plan.operation.kind.id();
            Arc::make_mut(&mut self.counts).add(verb, result);
        }
        let change = Change::Operation(OperationChange::end_of(status, at));
        timeline.push(at, about(&status.plan), change);
        true
    }

    fn begin(
        &mut self,
        id: OperationId,
        at: Timestamp,
        principal: Principal,
        plan: Plan,
        timeline: &mut Timeline,
    ) {
        let started = OperationChange::Started {
            operation: plan.operation.clone(),
            principal: principal.clone(),
        };
        timeline.push(at, about(&plan), Change::Operation(started));
        self.make_room();
        self.list.push(Arc::new(OperationStatus {
            id,
            principal,
            activities: Default::default(),
            steps: vec![StepState::Pending; plan.steps.len()],
            times: vec![StepTimes::default(); plan.steps.len()],
            calls: vec![Vec::new(); plan.steps.len()],
            plan,
            started_at: at,
            finished_at: None,
            error: None,
            cancelled: None,
            output: ProgramOutput::default(),
        }));
    }

    /// Drops the oldest operation that has ended where there are too many.
    fn make_room(&mut self) {
        if self.list.len() >= CAPACITY {
            let ended = self
                .list
                .iter()
                .position(|status| status.finished_at.is_some());
            self.list.remove(ended.unwrap_or(0));
        }
    }

    /// Takes over what a step of an operation silenced or lifted; the service, where it did.
    fn silence(
        &mut self,
        id: OperationId,
        at: Timestamp,
        progress: &OperationProgress,
    ) -> Option<ServiceId> {
        let OperationProgress::Step {
            index,
            state: StepState::Succeeded,
        } = progress
        else {
            return None;
        };
        let step = self.step(id, *index)?;
        let service = step.service.clone();
        match step.kind {
            OperationKind::Silence { minutes } => {
                let until = minutes.map_or(Timestamp::MAX, |minutes| {
                    later(at, Duration::from_secs(u64::from(minutes) * 60))
                });
                self.silenced.insert(service.clone(), until);
            }
            OperationKind::Lift => {
                self.silenced.remove(&service);
            }
            _ => return None,
        }
        Some(service)
    }

    /// Remembers what a step of an operation ends: a container that is killed or removed on purpose
    /// has not failed, although the engine reports its end as it reports that of one that has.
    fn remember_end(&mut self, id: OperationId, at: Timestamp, progress: &OperationProgress) {
        let OperationProgress::Step { index, state } = progress else {
            return;
        };
        let step = self.step(id, *index).filter(|step| step.kind.ends());
        let Some(instance) = step.and_then(Step::container).cloned() else {
            return;
        };
        if *state == StepState::Running {
            if self.stops.len() >= ENDS {
                self.stops.remove(0);
            }
            self.stops.push(RecordedStop {
                instance,
                began_at: at,
                ended_at: later(at, END_TAKES),
            });
        } else if state.is_final() {
            let mut stops = self.stops.iter_mut().rev();
            // A step that was skipped has begun nothing.
            if let Some(stop) = stops.find(|stop| stop.instance == instance && stop.ended_at > at) {
                stop.ended_at = at;
            }
        }
    }

    /// Masks every error, and what programs wrote.
    pub fn mask(&mut self, mask: Mask<'_>) {
        for status in &mut self.list {
            mask_output(status, mask);
            if errors(status).any(|error| mask(error).is_some()) {
                let status = Arc::make_mut(status);
                let steps = status.steps.iter_mut().filter_map(|step| match step {
                    StepState::Failed { error } => Some(error),
                    _ => None,
                });
                for error in steps.chain(&mut status.error) {
                    rewrite(error, mask);
                }
            }
        }
    }

    /// Step `index` of an operation.
    fn step(&self, id: OperationId, index: usize) -> Option<&Step> {
        let status = self.list.iter().find(|status| status.id == id)?;
        status.plan.steps.get(index)
    }

    /// The places of the operations that stay however long ago they ended: the last one, and the last
    /// ones with what their programs wrote.
    fn kept(&self) -> BTreeSet<usize> {
        let from_last = self.list.iter().enumerate().rev();
        let with_output = from_last.filter(|(_, status)| !status.output.is_empty());
        let with_output = with_output.map(|(at, _)| at).take(WITH_OUTPUT);
        with_output.chain(self.list.len().checked_sub(1)).collect()
    }

    /// Drops what ended long ago and is not kept; returns whether anything was dropped.
    pub fn expire(&mut self, now: Timestamp) -> bool {
        let before = self.list.len();
        let kept = self.kept();
        let mut at = 0..;
        self.list.retain(|status| {
            let is_kept = at.next().is_some_and(|at| kept.contains(&at));
            is_kept
                || status
                    .finished_at
                    .is_none_or(|ended| now < later(ended, KEEP))
        });
        self.list.len() != before
    }

    /// When the next one is dropped.
    pub fn next_expiry(&self) -> Option<Timestamp> {
        let kept = self.kept();
        let passing = self.list.iter().enumerate();
        passing
            .filter(|(at, _)| !kept.contains(at))
            .filter_map(|(_, status)| status.finished_at)
            .min()
            .map(|ended| later(ended, KEEP))
    }

    /// The list, to be shared with a snapshot.
    pub fn share(&self) -> Vec<Arc<OperationStatus>> {
        self.list.clone()
    }
}

/// Takes in the state of a step from `at` on; whether there is such a step.
fn take_step(
    status: &mut OperationStatus,
    (index, state): (usize, StepState),
    at: Timestamp,
    restarts: &mut RestartTimes,
) -> bool {
    let Some(step) = status.steps.get_mut(index) else {
        return false;
    };
    *step = state;
    status.activities.set(index, None);
    if let (Some(times), Some(call)) = (status.times.get_mut(index), status.plan.steps.get(index)) {
        times.take(step, at);
        restarts.fold((call, step), *times);
    }
    true
}

impl Store {
    /// Takes in a step of an operation.
    pub(super) fn fold_operation(
        &mut self,
        id: OperationId,
        at: Timestamp,
        progress: OperationProgress,
    ) -> Dirty {
        let silenced = self.operations.silence(id, at, &progress);
        self.operations.remember_end(id, at, &progress);
        let changed = (self.operations).fold(id, at, progress, &mut self.timeline);
        let mut dirty = Dirty::services(silenced);
        dirty.changed(changed);
        dirty
    }

    /// Takes over which services auto-heal restarts no more; one that is new is an event.
    pub(super) fn fold_heal_stops(&mut self, stops: Vec<HealStop>) -> Dirty {
        for stop in &stops {
            if !self.operations.heal_stops.contains(stop) {
                let about = About {
                    service: Some(&stop.service),
                    instance: None,
                };
                let change = OperationChange::HealingStopped(stop.clone());
                self.timeline
                    .push(stop.at, about, Change::Operation(change));
            }
        }
        self.operations.heal_stops = stops.into();
        Changed::Yes.into()
    }

    /// Adds what an earlier run of hubdeck left unfinished to the timeline.
    pub(super) fn fold_interrupted(
        &mut self,
        at: Timestamp,
        operations: &[InterruptedOperation],
    ) -> Dirty {
        for operation in operations {
            let about = match &operation.targets[..] {
                [one] => About {
                    service: Some(one),
                    instance: None,
                },
                _ => About::default(),
            };
            let interrupted = OperationChange::Interrupted(operation.clone());
            self.timeline
                .push(at, about, Change::Operation(interrupted));
        }
        (!operations.is_empty()).into()
    }
}

/// Masks what a program wrote before its secrets were known.
fn mask_output(status: &mut Arc<OperationStatus>, mask: Mask<'_>) {
    let mut lines = status.output.lines.iter();
    if lines.any(|line| mask(&line.text).is_some()) {
        for line in &mut Arc::make_mut(status).output.lines {
            if mask(&line.text).is_some() {
                rewrite(&mut Arc::make_mut(line).text, mask);
            }
        }
    }
}

fn errors(status: &OperationStatus) -> impl Iterator<Item = &String> {
    let steps = status.steps.iter().filter_map(|step| match step {
        StepState::Failed { error } => Some(error),
        _ => None,
    });
    steps.chain(&status.error)
}

/// An event is about a service when it is about one only.
fn about(plan: &Plan) -> About<'_> {
    match &plan.operation.targets[..] {
        [one] => About {
            service: Some(one),
            instance: None,
        },
        _ => About::default(),
    }
}
