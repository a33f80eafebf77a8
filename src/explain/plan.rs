//! The words of a plan: what is asked, what it affects, its steps in order.

mod waves;

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::model::text::capitalized;
use crate::model::words::{self, near};
use crate::model::{
    ComposeCall, ComposeKind, ComposePreview, LostRoutes, OperationKind, Plan, Published, Service,
    ServiceId, SignedDuration, Snapshot, StackName, Step, StepWait, host_ports,
};

pub use waves::{StepNames, WaveLine, waves};

/// Services in a title.
const MAX_NAMES: usize = 4;
/// Services that only start after another, in a sentence.
const MAX_DEPENDENTS: usize = 8;
/// Routes of one service in a sentence.
const MAX_ROUTES: usize = 3;

/// One line about a plan, by what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanLine {
    /// Something the operator should know before.
    Warning(String),
    /// What becomes unavailable.
    Loss(String),
    /// What may notice, and goes on.
    Notice(String),
    /// That nothing depends on the targets.
    Unneeded(String),
    /// A step, after the number of its wave where there are several, and how long the last restart
    /// of its service took (`last time: 11s`).
    Step(String, Option<String>),
}

impl PlanLine {
    /// The line without a style; a warning begins with `!`.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Warning(text) => format!("! {text}"),
            Self::Step(text, Some(last_time)) => format!("{text} ({last_time})"),
            Self::Loss(text)
            | Self::Notice(text)
            | Self::Unneeded(text)
            | Self::Step(text, None) => text.clone(),
        }
    }
}

/// What `plan` does: "Restart hub/db and its 4 dependents", "Stop hub/job, which removes its
/// container".
#[must_use]
pub fn title(plan: &Plan) -> String {
    if let Some(call) = plan.compose() {
        return compose_title(call);
    }
    let kind = plan.operation.kind;
    let verb = match kind {
        OperationKind::Remove { force: true } => "Force remove".to_owned(),
        _ => capitalized(kind.verb()),
    };
    let what = match plan.operation.targets.as_slice() {
        [one] => one.to_string(),
        many => words::plural(many.len(), "service"),
    };
    let whose = match plan.operation.targets.len() {
        1 => "its",
        _ => "their",
    };
    let along = services(plan).saturating_sub(plan.operation.targets.len());
    let dependents = match (plan.operation.with_dependents, along) {
        (true, 1) => format!(" and {whose} dependent"),
        (true, 2..) => format!(" and {whose} {along} dependents"),
        _ => String::new(),
    };
    let signal = match kind {
        OperationKind::Kill { signal } => format!(" with {signal}"),
        _ => String::new(),
    };
    let image = plan.operation.image.as_ref();
    let image = image.map_or_else(String::new, |image| format!(" to {image}"));
    let removes = match plan.removes.len() {
        0 => String::new(),
        _ if kind.removes() => String::new(),
        1 => ", which removes its container".to_owned(),
        many => format!(", which removes {many} containers"),
    };
    format!("{verb} {what}{image}{dependents}{signal}{removes}")
}

/// "Compose up hub: api and web", "Compose up hub and recreate every container".
fn compose_title(call: &ComposeCall) -> String {
    let invocation = &call.invocation;
    let kind = invocation.verb.kind();
    let named = invocation.named();
    let services = match named.as_slice() {
        [] => String::new(),
        _ => format!(": {}", enumerate(&named, MAX_NAMES)),
    };
    let verb = capitalized(kind.verb());
    let how = match kind {
        ComposeKind::Up {
            force_recreate: true,
        } => ", recreating every container",
        _ => "",
    };
    format!("{verb} {}{services}{how}", invocation.project.name)
}

/// The command, then what Compose says that it would do.
fn compose_lines(call: &ComposeCall) -> Vec<PlanLine> {
    let command = call.invocation.docker_command();
    let mut lines = vec![PlanLine::Step(command, None)];
    match &call.preview {
        ComposePreview::Changes(changes) if changes.is_empty() => {
            let nothing = "Compose finds nothing to change.";
            lines.push(PlanLine::Unneeded(nothing.to_owned()));
        }
        ComposePreview::Changes(changes) => lines.extend(changes.iter().map(|change| {
            let words = match change.actions.as_slice() {
                [] => change.object.clone(),
                actions => format!("{}: {}", change.object, actions.join(", ")),
            };
            PlanLine::Step(words, None)
        })),
        ComposePreview::NotAsked | ComposePreview::Failed(_) => {}
    }
    lines
}

/// How many services `plan` acts on.
#[must_use]
pub fn services(plan: &Plan) -> usize {
    let ids: BTreeSet<&ServiceId> = plan.steps.iter().map(|step| &step.service).collect();
    ids.len()
}

/// What it affects, and the steps in order.
#[must_use]
pub fn lines(plan: &Plan, snapshot: &Snapshot) -> Vec<PlanLine> {
    let mut lines = effects(plan, snapshot);
    let has_waves = plan.steps.iter().any(|step| step.wave > 0);
    lines.extend(plan.steps.iter().map(|step| {
        let number = if has_waves {
            format!("{}. ", step.wave + 1)
        } else {
            String::new()
        };
        let words = format!("{number}{}", step_words(plan, step));
        PlanLine::Step(words, last_time(plan, step))
    }));
    lines
}

/// Warnings first, then what is lost, and what may notice.
#[must_use]
pub fn effects(plan: &Plan, snapshot: &Snapshot) -> Vec<PlanLine> {
    let warnings = plan.warnings.iter().cloned().map(PlanLine::Warning);
    let mut lines: Vec<PlanLine> = warnings.collect();
    let stack = beside(plan, snapshot);
    let concerned = |what: &str, ids: &[ServiceId]| {
        let names = called_all(snapshot, ids, stack);
        (!ids.is_empty()).then(|| format!("{what}: {}", enumerate(&names, ids.len())))
    };
    let impact = &plan.impact;
    lines.extend(concerned(unavailable(plan), &impact.hard).map(PlanLine::Loss));
    let routes = impact.routes.iter();
    let routes = routes.map(|lost| lost_words(snapshot, lost, stack));
    lines.extend(routes.map(PlanLine::Loss));
    lines.extend(concerned("May notice", &impact.soft).map(PlanLine::Notice));
    // A signal that need not end anything takes nothing down, needed or not.
    let is_alone = services(plan) <= plan.operation.targets.len();
    if let Some(call) = plan.compose() {
        lines.extend(compose_lines(call));
        return lines;
    }
    if impact.is_empty() && is_alone && plan.operation.kind.takes_down() {
        lines.push(PlanLine::Unneeded(unneeded(plan, snapshot)));
    }
    lines
}

/// `restart hub-db-1, then wait until healthy`, `run the job hub-migrate-1 again and wait for exit 0`.
fn step_words(plan: &Plan, step: &Step) -> String {
    let wait = match step.wait {
        StepWait::Exit => {
            let again = match step.kind {
                kind if kind.begins_again() => " again",
                _ => "",
            };
            return format!("run the job {}{again} and wait for exit 0", step.name);
        }
        StepWait::Healthy => ", then wait until healthy",
        StepWait::No => "",
    };
    let removed = if plan.removes.contains(&step.name) && !step.kind.removes() {
        ", then the engine removes it"
    } else {
        ""
    };
    let call = step.call();
    format!("{call}{wait}{removed}")
}

/// `last time: 11s`, where it is known how long the service's last restart took.
fn last_time(plan: &Plan, step: &Step) -> Option<String> {
    last_restart(plan, step).map(|took| format!("last time: {}", words::duration_long(took)))
}

/// How long the last restart of the service took that `step` restarts.
fn last_restart(plan: &Plan, step: &Step) -> Option<SignedDuration> {
    let known = plan.last_restart_ms.get(&step.service);
    let took = known.filter(|_| step.kind == OperationKind::Restart)?;
    Some(SignedDuration::from_millis(
        i64::try_from(*took).unwrap_or(i64::MAX),
    ))
}

/// For how long what needs the targets is unavailable.
const fn unavailable(plan: &Plan) -> &'static str {
    match plan.operation.kind {
        OperationKind::Compose(ComposeKind::Up { .. }) => "Unavailable while this runs",
        kind if kind.begins_again() => "Unavailable while this runs",
        _ => "Will be unavailable",
    }
}

/// Why nothing fails when `service` stops, although others depend on it: "api only starts after db".
#[must_use]
pub fn no_loss(snapshot: &Snapshot, service: &Service) -> String {
    let at_start = snapshot
        .needed_by(&service.id)
        .filter(|edge| edge.matters_at_start_only());
    let ids: Vec<ServiceId> = at_start.map(|edge| edge.from.clone()).collect();
    let names = called_all(snapshot, &ids, service.stack.as_ref());
    let name = service.title();
    match names.as_slice() {
        [] => format!("nothing that runs depends on {name}"),
        [one] => format!("{one} only starts after {name}"),
        several => format!(
            "{} only start after {name}",
            enumerate(several, MAX_DEPENDENTS)
        ),
    }
}

/// That no service depends on the targets; who uses a published port from outside is not known.
fn unneeded(plan: &Plan, snapshot: &Snapshot) -> String {
    let targets = plan.operation.targets.iter();
    let targets = targets.filter_map(|id| snapshot.service(id));
    let instances = targets.flat_map(|service| &service.instances);
    let ports = host_ports(instances.map(|instance| &*instance.facts));
    let numbers = ports
        .iter()
        .filter(|port| matches!(port, Published::Number(_)));
    let ports: Vec<String> = numbers.map(|port| format!(":{port}")).collect();
    let (them, publish) = match plan.operation.targets.len() {
        1 => ("it", "it publishes"),
        _ => ("them", "they publish"),
    };
    let only = plan.operation.targets.first().filter(|_| them == "it");
    let only = only.and_then(|id| snapshot.service(id));
    let needed = only.filter(|service| !service.needed_by.is_empty());
    let nothing = match needed {
        Some(service) => capitalized(&no_loss(snapshot, service)),
        None => format!("Nothing depends on {them}"),
    };
    if ports.is_empty() {
        return format!("{nothing}.");
    }
    format!("{nothing}; {publish} {}.", ports.join(", "))
}

/// The stack of the first target.
fn beside<'a>(plan: &Plan, snapshot: &'a Snapshot) -> Option<&'a StackName> {
    let first = plan.operation.targets.first();
    let service = first.and_then(|id| snapshot.service(id));
    service.and_then(|service| service.stack.as_ref())
}

/// "proxy loses /api/ and /mcp/"; services of `stack` by their names.
#[must_use]
pub fn lost_words(snapshot: &Snapshot, lost: &LostRoutes, stack: Option<&StackName>) -> String {
    let name = called(snapshot, &lost.service, stack);
    match lost.paths.as_slice() {
        [] => format!("{name} loses a route"),
        paths => format!("{name} loses {}", enumerate(paths, MAX_ROUTES)),
    }
}

/// What the service with `id` is called inside `stack`: its title, after its stack's name when that
/// is another one.
#[must_use]
pub fn called<'a>(
    snapshot: &'a Snapshot,
    id: &'a ServiceId,
    stack: Option<&StackName>,
) -> Cow<'a, str> {
    let Some(service) = snapshot.service(id) else {
        return Cow::Borrowed(near(id, stack));
    };
    match &service.stack {
        Some(own) if Some(own) != stack => Cow::Owned(format!("{own}/{}", service.title())),
        _ => Cow::Borrowed(service.title()),
    }
}

/// The services `ids` as they are called inside `stack`.
#[must_use]
pub fn called_all(
    snapshot: &Snapshot,
    ids: &[ServiceId],
    stack: Option<&StackName>,
) -> Vec<String> {
    ids.iter()
        .map(|id| called(snapshot, id, stack).into_owned())
        .collect()
}

/// `a`, `a and b`, `a, b and c`; of more than `most` the first ones and how many more.
#[must_use]
pub fn enumerate(names: &[String], most: usize) -> String {
    let (shown, last) = match names {
        [] => return String::new(),
        [one] => return one.clone(),
        [front @ .., last] if names.len() <= most => (front, last.clone()),
        _ => (
            names.get(..most).unwrap_or(names),
            format!("{} more", names.len().saturating_sub(most)),
        ),
    };
    format!("{} and {last}", shown.join(", "))
}
