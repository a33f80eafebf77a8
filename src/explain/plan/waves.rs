//! The steps of a plan by waves: what runs side by side, and what is waited for then.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Plan, ServiceId, SignedDuration, Snapshot, StackName, Step, StepWait, words};

use super::{beside, called, last_restart};

/// A wave of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaveLine {
    /// Its number from 1; `None` where the plan has one wave only.
    pub number: Option<usize>,
    /// What is called side by side.
    pub calls: Vec<String>,
    /// What is waited for before the next wave; empty for nothing.
    pub gate: &'static str,
    /// How long the longest of the last restarts of its services took (`last time: 11s`); empty where
    /// none is known.
    pub last_time: String,
}

/// The waves of `plan` in order.
#[must_use]
pub fn waves(plan: &Plan, snapshot: &Snapshot) -> Vec<WaveLine> {
    // What Compose does is among the effects.
    if plan.compose().is_some() {
        return Vec::new();
    }
    let has_several = plan.steps.iter().any(|step| step.wave > 0);
    let names = StepNames::new(plan, snapshot);
    let waves = plan.steps.chunk_by(|one, other| one.wave == other.wave);
    waves
        .map(|steps| WaveLine {
            number: steps
                .first()
                .filter(|_| has_several)
                .map(|step| step.wave + 1),
            calls: calls(steps, plan, &names, has_several),
            gate: gate(steps),
            last_time: last_time(steps, plan),
        })
        .collect()
}

/// What `steps` call; the only wave of a plan begins with the verb.
fn calls(steps: &[Step], plan: &Plan, names: &StepNames<'_>, has_several: bool) -> Vec<String> {
    let calls = steps.iter().map(|step| call(step, plan, names));
    let mut calls: Vec<String> = calls.collect();
    let first = calls.first_mut().zip(steps.first());
    let own = first.filter(|(_, step)| !has_several && step.kind == plan.operation.kind);
    if let Some((call, step)) = own {
        call.insert_str(0, &format!("{} ", step.kind.verb()));
    }
    calls
}

/// The name of what `step` calls, after the verb where that is not the one that was asked for.
fn call(step: &Step, plan: &Plan, names: &StepNames<'_>) -> String {
    let name = names.of(step);
    let verb = match step.kind == plan.operation.kind {
        true => String::new(),
        false => format!("{} ", step.kind.verb()),
    };
    let removed = plan.removes.contains(&step.name) && !step.kind.removes();
    let removed = if removed { " (removed)" } else { "" };
    format!("{verb}{name}{removed}")
}

fn gate(steps: &[Step]) -> &'static str {
    let waits = |wait| steps.iter().any(|step| step.wait == wait);
    match (waits(StepWait::Healthy), waits(StepWait::Exit)) {
        (true, true) => "wait for healthy, exit 0",
        (true, false) => "wait for healthy",
        (false, true) => "wait for exit 0",
        (false, false) => "",
    }
}

fn last_time(steps: &[Step], plan: &Plan) -> String {
    let known = steps.iter().filter_map(|step| last_restart(plan, step));
    let longest: Option<SignedDuration> = known.max();
    longest.map_or_else(String::new, |took| {
        format!("last time: {}", words::duration_long(took))
    })
}

/// What the steps of a plan are called where there is little room: the service as it is called beside
/// the first target; of several replicas the container without the name of that stack.
#[derive(Debug)]
pub struct StepNames<'a> {
    snapshot: &'a Snapshot,
    stack: Option<&'a StackName>,
    /// Services of which several containers are called.
    replicated: BTreeSet<&'a ServiceId>,
}

impl<'a> StepNames<'a> {
    /// Those of `plan`.
    #[must_use]
    pub fn new(plan: &'a Plan, snapshot: &'a Snapshot) -> Self {
        let mut called: BTreeMap<&ServiceId, BTreeSet<&str>> = BTreeMap::new();
        for step in &plan.steps {
            called
                .entry(&step.service)
                .or_default()
                .insert(step.target_id());
        }
        let several = called.into_iter().filter(|(_, ids)| ids.len() > 1);
        Self {
            snapshot,
            stack: beside(plan, snapshot),
            replicated: several.map(|(id, _)| id).collect(),
        }
    }

    /// The name of `step`.
    #[must_use]
    pub fn of(&self, step: &Step) -> String {
        if !self.replicated.contains(&step.service) {
            return called(self.snapshot, &step.service, self.stack).into_owned();
        }
        let stack = self.stack.map_or("", StackName::as_str);
        let short = step.name.strip_prefix(stack);
        let short = short.and_then(|rest| rest.strip_prefix('-'));
        short.unwrap_or(&step.name).to_owned()
    }
}
