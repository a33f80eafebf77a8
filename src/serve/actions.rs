//! Operations over HTTP: a plan is asked for, confirmed by its hash, and run.

mod plans;

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{Extension, Path, Query, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use serde::{Deserialize, Serialize};

use super::asked_path::AskedPath;
use super::problem::ProblemDetails;
use super::{Kept, Shared};
use crate::document::json::PlanDocument;
use crate::model::{
    Confirmation, HttpCaller, Operation, OperationId, OperationKind, Plan, Principal, ServiceId,
};
use crate::operate::SubmitRefusal;
use crate::plan::{PlanRefusal, plan};

pub use plans::RememberedPlans;

/// How often a plan that nobody was shown is made anew where containers change meanwhile.
const ATTEMPTS: usize = 3;

/// What a client may ask for.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OperationVerb {
    /// Start what does not run.
    Start,
    /// Stop with the container's own grace period.
    Stop,
    /// Stop and start.
    Restart,
    /// Freeze.
    Pause,
    /// Unfreeze.
    Unpause,
}

impl OperationVerb {
    const fn kind(self) -> OperationKind {
        match self {
            Self::Start => OperationKind::Start,
            Self::Stop => OperationKind::Stop,
            Self::Restart => OperationKind::Restart,
            Self::Pause => OperationKind::Pause,
            Self::Unpause => OperationKind::Unpause,
        }
    }
}

/// The body of `POST /api/plans`.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanRequest {
    operation: OperationVerb,
    /// One service by its id.
    service: Option<ServiceId>,
    /// Several.
    #[serde(default)]
    services: Vec<ServiceId>,
    /// Whether what depends on them goes along.
    #[serde(default)]
    with_dependents: bool,
}

/// A plan, and what it takes to run it.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Serialize)]
pub(super) struct PlannedDocument<'a> {
    #[serde(flatten)]
    plan: PlanDocument<'a>,
    /// Whether it runs only with its hash (`?plan=`).
    plan_required: bool,
    /// What has to be given as `?production=`, as production services are interrupted; `null` where
    /// nothing has.
    production_name: Option<String>,
}

/// An operation that was accepted.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Serialize)]
pub(super) struct AcceptedDocument<'a> {
    id: OperationId,
    plan: PlanDocument<'a>,
}

/// The query of an operation.
#[derive(Debug, Default, Deserialize)]
struct RunQuery {
    /// Hash of the plan that was shown.
    plan: Option<String>,
    /// The name of the production that is meant.
    production: Option<String>,
}

/// `POST /api/plans`: what an operation would do; nothing is done.
pub async fn planned(
    State(shared): State<Shared>,
    body: Result<Json<PlanRequest>, JsonRejection>,
) -> Result<Response, ProblemDetails> {
    let Json(request) = body.map_err(|rejection| unreadable(&rejection))?;
    let mut targets = request.services;
    targets.extend(request.service);
    if targets.is_empty() {
        let detail = "the plan names no service; give \"service\": \"stack/name\" or \"services\": [\"stack/name\"]";
        return Err(ProblemDetails::new(StatusCode::BAD_REQUEST, detail));
    }
    let operation = Operation {
        kind: request.operation.kind(),
        targets,
        with_dependents: request.with_dependents,
        image: None,
    };
    let snapshot = Arc::clone(&shared.cache.current().snapshot);
    let plan = plan(&operation, &snapshot).map_err(|refusal| impossible(&refusal))?;
    let document = PlannedDocument {
        plan: PlanDocument::from(&plan),
        plan_required: needs_hash(plan.operation.kind),
        production_name: production_name(&plan),
    };
    let answer = Json(&document).into_response();
    shared.gate.plans.remember(plan, (shared.options.clock)());
    Ok(answer)
}

/// The handler of `POST /api/services/{id}/VERB`.
pub fn run(verb: OperationVerb) -> MethodRouter<Kept> {
    post(
        move |State(shared): State<Shared>,
              Extension(caller): Extension<HttpCaller>,
              uri: Uri,
              asked_path: Option<Extension<AskedPath>>,
              id: Result<Path<String>, PathRejection>,
              query: Result<Query<RunQuery>, QueryRejection>| async move {
            let Ok(Path(id)) = id else {
                let detail = "the id of the service is no UTF-8 text";
                return Err(ProblemDetails::new(StatusCode::BAD_REQUEST, detail));
            };
            let query = query.map_err(|rejection| {
                ProblemDetails::new(StatusCode::BAD_REQUEST, rejection.body_text())
            })?;
            let asked = Asked {
                kind: verb.kind(),
                service: ServiceId::new(&id),
                query: query.0,
            };
            let path = asked_path.as_ref().map_or(uri.path(), |asked| &asked.0.0);
            asked.submit(&shared, &caller, path)
        },
    )
}

/// An operation on one service that a client asks for.
struct Asked {
    kind: OperationKind,
    service: ServiceId,
    query: RunQuery,
}

impl Asked {
    fn submit(
        &self,
        shared: &Shared,
        caller: &HttpCaller,
        path: &str,
    ) -> Result<Response, ProblemDetails> {
        check_switches(shared)?;
        let now = (shared.options.clock)();
        let taken = shared.gate.actions.take(&caller.token, now);
        taken.map_err(|wait| {
            ProblemDetails::too_many("this token asked for six operations within a minute", wait)
        })?;
        let mut plan = self.plan(shared)?;
        let mut attempts = 0;
        let id = loop {
            attempts += 1;
            self.check_production(&plan)?;
            let principal = Principal::Http(caller.clone());
            match shared.operations.submit(plan.clone(), principal) {
                Ok(id) => break id,
                Err(SubmitRefusal::Changed(fresh))
                    if self.query.plan.is_none() && attempts < ATTEMPTS =>
                {
                    plan = *fresh;
                }
                Err(refusal) => return Err(refused(&refusal)),
            }
        };
        let document = AcceptedDocument {
            id,
            plan: PlanDocument::from(&plan),
        };
        let mut answer = (StatusCode::ACCEPTED, Json(&document)).into_response();
        if let Ok(location) = HeaderValue::from_str(&location(path, id)) {
            answer.headers_mut().insert(LOCATION, location);
        }
        Ok(answer)
    }

    /// The plan with the hash that was given; without one, where none is needed, that of now.
    fn plan(&self, shared: &Shared) -> Result<Plan, ProblemDetails> {
        let operation = Operation {
            kind: self.kind,
            targets: vec![self.service.clone()],
            with_dependents: false,
            image: None,
        };
        let now = (shared.options.clock)();
        let snapshot = Arc::clone(&shared.cache.current().snapshot);
        if snapshot.service(&self.service).is_none() {
            return Err(impossible(&PlanRefusal::UnknownService(
                self.service.clone(),
            )));
        }
        let Some(hash) = &self.query.plan else {
            if needs_hash(self.kind) {
                let verb = self.kind.verb();
                let detail = format!(
                    "{verb} runs only with the hash of a plan that was shown: ask POST /api/plans and add ?plan=HASH"
                );
                return Err(ProblemDetails::new(StatusCode::CONFLICT, detail));
            }
            return plan(&operation, &snapshot).map_err(|refusal| impossible(&refusal));
        };
        let is_asked = |plan: &Plan| {
            plan.operation.kind == self.kind && plan.operation.targets.contains(&self.service)
        };
        let shown = shared.gate.plans.find(hash, now).filter(is_asked);
        let shown = shown.or_else(|| {
            let current = plan(&operation, &snapshot).ok()?;
            (current.hash == *hash).then_some(current)
        });
        shown.ok_or_else(|| {
            let detail = "there is no such plan for this operation any more; ask POST /api/plans again and review it";
            ProblemDetails::new(StatusCode::CONFLICT, detail)
        })
    }

    /// Refuses what interrupts production and does not name it.
    fn check_production(&self, plan: &Plan) -> Result<(), ProblemDetails> {
        match production_name(plan) {
            Some(name) if self.query.production.as_deref() != Some(&name) => {
                let detail = format!("{name} is production; add ?production={name} if it is meant");
                Err(ProblemDetails::new(StatusCode::LOCKED, detail))
            }
            _ => Ok(()),
        }
    }
}

/// Refuses operations where they are not switched on.
fn check_switches(shared: &Shared) -> Result<(), ProblemDetails> {
    if shared.operations.is_read_only() {
        return Err(refused(&SubmitRefusal::ReadOnly));
    }
    if !shared.options.actions {
        let detail = "operations over HTTP are off; set serve.actions = true to allow them";
        return Err(ProblemDetails::new(StatusCode::LOCKED, detail));
    }
    Ok(())
}

/// Whether `kind` runs only with the hash of a plan: what it ends does not come back by itself.
const fn needs_hash(kind: OperationKind) -> bool {
    kind.ends() || kind.removes()
}

/// What has to be named where `plan` interrupts production.
fn production_name(plan: &Plan) -> Option<String> {
    match plan.confirmation() {
        Confirmation::Name(name) => Some(name),
        Confirmation::None | Confirmation::Once | Confirmation::Twice => None,
    }
}

/// The operation's own address, relative to that of the request, so that it holds behind a proxy
/// with a prefix.
fn location(path: &str, id: OperationId) -> String {
    let depth = path.matches('/').count().saturating_sub(2);
    format!("{}operations/{id}", "../".repeat(depth))
}

fn unreadable(rejection: &JsonRejection) -> ProblemDetails {
    let detail = match rejection {
        JsonRejection::MissingJsonContentType(_) => {
            return ProblemDetails::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "the plan that is asked for has to be sent as application/json",
            );
        }
        other => other.body_text(),
    };
    ProblemDetails::new(StatusCode::BAD_REQUEST, detail)
}

/// Why there is no plan.
fn impossible(refusal: &PlanRefusal) -> ProblemDetails {
    let status = match refusal {
        PlanRefusal::UnknownService(_) => StatusCode::NOT_FOUND,
        _ => StatusCode::CONFLICT,
    };
    ProblemDetails::new(status, refusal.to_string())
}

/// Why a plan is not run.
fn refused(refusal: &SubmitRefusal) -> ProblemDetails {
    let status = match refusal {
        SubmitRefusal::Impossible(refusal) => return impossible(refusal),
        SubmitRefusal::ReadOnly => StatusCode::LOCKED,
        SubmitRefusal::Changed(_)
        | SubmitRefusal::Busy(..)
        | SubmitRefusal::BusyElsewhere { .. } => StatusCode::CONFLICT,
        SubmitRefusal::EngineLost
        | SubmitRefusal::Overloaded
        | SubmitRefusal::Unrecorded(_)
        | SubmitRefusal::ShuttingDown => StatusCode::SERVICE_UNAVAILABLE,
    };
    ProblemDetails::new(status, refusal.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_found_from_where_it_was_asked_for() {
        for (path, expected) in [
            ("/api/services/web/restart", "../../operations/7"),
            ("/api/services/hub/db/restart", "../../../operations/7"),
            ("/api/services/hub%2Fdb/restart", "../../operations/7"),
        ] {
            assert_eq!(location(path, OperationId(7)), expected, "{path}");
        }
    }
}
