//! What changed between two snapshots: typed facts, one document each.

use std::sync::Arc;

use serde::Serialize;

use crate::model::{
    Incident, IncidentChange, IncidentId, IncidentState, OperationId, OperationResult,
    OperationStatus, Overlay, PrincipalKind, ReasonCode, Service, ServiceId, ShownState, Snapshot,
    Timestamp,
};

/// Something that changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChangeDocument<'a> {
    /// The revision that shows it.
    pub revision: u64,
    /// When that was made.
    pub at: Timestamp,
    /// What it is about.
    #[serde(flatten)]
    pub change: ChangedThing<'a>,
}

/// What changed, and how.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ChangedThing<'a> {
    /// A service.
    Service(ServiceChange<'a>),
    /// An incident.
    Incident(IncidentNews<'a>),
    /// An operation.
    Operation(OperationNews<'a>),
    /// The connection to the engine.
    Engine(EngineChange),
}

impl ChangedThing<'_> {
    /// The word for what it is about.
    #[must_use]
    pub const fn topic(&self) -> &'static str {
        match self {
            Self::Service(_) => "service",
            Self::Incident(_) => "incident",
            Self::Operation(_) => "operation",
            Self::Engine(_) => "engine",
        }
    }
}

/// A service before and after.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ServiceChange<'a> {
    /// Its id.
    pub service: &'a ServiceId,
    /// Its stack.
    pub stack: Option<&'a str>,
    /// How it was; `null` where it is new.
    pub before: Option<StandingDocument<'a>>,
    /// How it is; `null` where it was removed.
    pub after: Option<StandingDocument<'a>>,
}

/// How a service stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)] // the fields of `HealthDocument` and `ReplicasDocument`
pub struct StandingDocument<'a> {
    pub state: ShownState,
    pub reason_code: ReasonCode,
    pub overlays: &'a [Overlay],
    pub blocked_by: &'a [ServiceId],
    pub running: usize,
    pub total: usize,
}

impl<'a> From<&'a Service> for StandingDocument<'a> {
    fn from(service: &'a Service) -> Self {
        let (running, total) = service.replicas();
        Self {
            state: service.health.shown_state(),
            reason_code: service.health.reason.code(),
            overlays: &service.health.overlays,
            blocked_by: &service.health.blocked_by,
            running,
            total,
        }
    }
}

/// News of an incident.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IncidentNews<'a> {
    /// Its number.
    pub incident: IncidentId,
    /// `opened`, `updated` or `closed`.
    pub change: IncidentChange,
    /// `open` or `closed`.
    pub state: IncidentState,
    /// What is at its root.
    pub root: &'a str,
    /// The root where it is a service.
    pub service: Option<&'a ServiceId>,
    /// Services that are blocked.
    pub blocked: &'a [ServiceId],
}

/// What happened to an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OperationEvent {
    /// It began.
    Started,
    /// A step has another state.
    Progress,
    /// It ended.
    Ended,
}

/// News of an operation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OperationNews<'a> {
    /// Its number.
    pub operation: OperationId,
    /// What happened.
    pub change: OperationEvent,
    /// The verb.
    pub verb: &'static str,
    /// The services that were asked for.
    pub targets: &'a [ServiceId],
    /// Who asked.
    pub principal: PrincipalKind,
    /// Steps that need nothing more.
    pub steps_done: usize,
    /// All steps.
    pub steps: usize,
    /// How it ended; `null` while it runs.
    pub result: Option<OperationResult>,
}

/// The connection to the engine before and after: `connecting`, `connected` or `lost`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)] // the words are the documentation
pub struct EngineChange {
    pub before: &'static str,
    pub after: &'static str,
}

/// What `after` shows that `before` does not, the engine first, then services, incidents and
/// operations in the order of the snapshot. Figures alone are no change.
#[must_use]
pub fn changes<'a>(before: &'a Snapshot, after: &'a Snapshot) -> Vec<ChangeDocument<'a>> {
    let (was, is) = (before.engine.status.id(), after.engine.status.id());
    let engine = (was != is).then_some(ChangedThing::Engine(EngineChange {
        before: was,
        after: is,
    }));
    let mut changed = Vec::from_iter(engine);
    changed.extend(services(before, after).map(ChangedThing::Service));
    changed.extend(incidents(before, after).map(ChangedThing::Incident));
    changed.extend(operations(before, after).map(ChangedThing::Operation));
    let documents = changed.into_iter().map(|change| ChangeDocument {
        revision: after.revision,
        at: after.taken_at,
        change,
    });
    documents.collect()
}

fn services<'a>(
    before: &'a Snapshot,
    after: &'a Snapshot,
) -> impl Iterator<Item = ServiceChange<'a>> {
    // Most services are the same, and in the same place.
    let same_place = |at: usize, service: &Arc<Service>, all: &'a Snapshot| {
        let there = all.services.get(at);
        there.filter(|there| there.id == service.id)
    };
    let removed = before.services.iter().enumerate();
    let removed = removed.filter(move |(at, service)| {
        same_place(*at, service, after).is_none() && after.service(&service.id).is_none()
    });
    let removed = removed.map(|(_, service)| service_change(Some(service), None, service));
    let others = after.services.iter().enumerate();
    let others = others.filter_map(move |(at, service)| {
        let was = same_place(at, service, before).or_else(|| before.service(&service.id));
        if was.is_some_and(|was| Arc::ptr_eq(was, service)) {
            return None;
        }
        let change = service_change(was.map(AsRef::as_ref), Some(service), service);
        (change.before != change.after).then_some(change)
    });
    removed.chain(others)
}

fn service_change<'a>(
    before: Option<&'a Service>,
    after: Option<&'a Service>,
    either: &'a Service,
) -> ServiceChange<'a> {
    ServiceChange {
        service: &either.id,
        stack: either.stack.as_ref().map(|stack| stack.as_str()),
        before: before.map(StandingDocument::from),
        after: after.map(StandingDocument::from),
    }
}

fn incidents<'a>(
    before: &'a Snapshot,
    after: &'a Snapshot,
) -> impl Iterator<Item = IncidentNews<'a>> {
    after.incidents.iter().filter_map(|incident| {
        let was = before.incidents.iter().find(|was| was.id == incident.id);
        let change = incident_change(was.map(AsRef::as_ref), incident)?;
        Some(IncidentNews {
            incident: incident.id,
            change,
            state: incident.state(),
            root: incident.root.words(),
            service: incident.root.service(),
            blocked: &incident.blocked,
        })
    })
}

fn incident_change(before: Option<&Incident>, after: &Incident) -> Option<IncidentChange> {
    let Some(before) = before else {
        return Some(IncidentChange::Opened);
    };
    if before.is_open() && !after.is_open() {
        return Some(IncidentChange::Closed);
    }
    let shown = |incident: &Incident| (incident.root.clone(), incident.blocked.clone());
    (shown(before) != shown(after)).then_some(IncidentChange::Updated)
}

fn operations<'a>(
    before: &'a Snapshot,
    after: &'a Snapshot,
) -> impl Iterator<Item = OperationNews<'a>> {
    after.operations.iter().filter_map(|status| {
        let was = before.operations.iter().find(|was| was.id == status.id);
        let change = operation_event(was.map(AsRef::as_ref), status)?;
        Some(OperationNews {
            operation: status.id,
            change,
            verb: status.plan.operation.kind.id(),
            targets: &status.plan.operation.targets,
            principal: status.principal.kind(),
            steps_done: status.steps_done(),
            steps: status.steps.len(),
            result: status.result(),
        })
    })
}

fn operation_event(
    before: Option<&OperationStatus>,
    after: &OperationStatus,
) -> Option<OperationEvent> {
    let was_running = before.is_none_or(OperationStatus::is_running);
    match before {
        _ if was_running && !after.is_running() => Some(OperationEvent::Ended),
        None => Some(OperationEvent::Started),
        Some(before) => (before.steps != after.steps).then_some(OperationEvent::Progress),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EngineStatus, HealthState, ServiceName};

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).expect("a time")
    }

    fn service(name: &str, state: HealthState) -> Arc<Service> {
        let mut service = Service::unknown(Some("hub".into()), ServiceName::from(name), at(0));
        service.health.state = state;
        Arc::new(service)
    }

    fn snapshot(revision: u64, services: &[Arc<Service>]) -> Snapshot {
        Snapshot {
            revision,
            services: services.to_vec(),
            ..Snapshot::empty(at(0))
        }
    }

    fn written(before: &Snapshot, after: &Snapshot) -> Vec<serde_json::Value> {
        let documents = changes(before, after);
        let values = documents.iter().map(serde_json::to_value);
        values.collect::<Result<_, _>>().expect("JSON")
    }

    #[test]
    fn services_come_change_and_go() {
        let [cache, db] = [
            ("cache", HealthState::Running),
            ("db", HealthState::Healthy),
        ]
        .map(|(name, state)| service(name, state));
        let before = snapshot(1, &[cache, Arc::clone(&db)]);
        let broken = service("db", HealthState::Unhealthy);
        let web = service("web", HealthState::Starting);
        let after = snapshot(2, &[broken, web]);
        let [gone, changed, new] = &written(&before, &after)[..] else {
            panic!("three changes");
        };
        assert_eq!(
            (&gone["service"], &gone["after"]),
            (&"hub/cache".into(), &().into())
        );
        assert_eq!(changed["revision"], 2);
        assert_eq!(changed["stack"], "hub");
        assert_eq!(changed["before"]["state"], "healthy");
        assert_eq!(changed["after"]["state"], "unhealthy");
        assert_eq!(changed["after"]["reason_code"], "not_checked");
        assert_eq!(
            (&new["service"], &new["before"]),
            (&"hub/web".into(), &().into())
        );
    }

    #[test]
    fn figures_alone_are_no_change() {
        let db = service("db", HealthState::Healthy);
        let mut measured = (*db).clone();
        measured.probe_log = Arc::new([].into());
        let (before, after) = (snapshot(1, &[db]), snapshot(2, &[Arc::new(measured)]));
        assert_eq!(written(&before, &after), Vec::<serde_json::Value>::new());
    }

    #[test]
    fn the_engine_is_lost() {
        let (before, mut after) = (snapshot(1, &[]), snapshot(2, &[]));
        after.engine.status = EngineStatus::Connected { since: at(1) };
        let [change] = &changes(&before, &after)[..] else {
            panic!("one change");
        };
        assert_eq!(change.change.topic(), "engine");
        let expected = EngineChange {
            before: "connecting",
            after: "connected",
        };
        assert_eq!(change.change, ChangedThing::Engine(expected));
    }
}
