//! One line of the audit record.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use super::origin::origin;
use crate::model::secrets::mask_urls;
use crate::model::{
    EngineCall, EngineInfo, ExecEnd, ExecRequest, KillSignal, OperationId, OperationKind,
    OperationProgress, Plan, Principal, Step, StepState, Timestamp,
};

/// What a line records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum AuditEvent {
    /// The operation was accepted: its steps, none of which is begun.
    Accepted,
    /// A step is about to be called.
    Intent,
    /// The container of a step is kept under another name until its replacement is healthy.
    Kept,
    /// What came of a step.
    Result,
    /// The operation has ended.
    Ended,
}

/// What every line of an operation contains.
#[derive(Clone, Debug, Serialize)]
pub(super) struct AuditContext {
    /// The same for every line of an operation, unique over all runs of hubdeck.
    correlation: String,
    /// `uid:1000` for the console and the command line, `token:NAME` for a client of the API, `http`
    /// for one without a token.
    principal: String,
    /// `tui`, `http` or `cli`.
    source: &'static str,
    /// The correlation id of the HTTP request that asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<Arc<str>>,
    /// The operation of this run of the program.
    operation_id: OperationId,
    operation: &'static str,
    /// Hash of the plan.
    #[serde(skip_serializing_if = "String::is_empty")]
    plan: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    engine: Option<EngineName>,
}

/// Which engine is called.
#[derive(Clone, Debug, Serialize)]
struct EngineName {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// User information is masked.
    endpoint: String,
}

/// One line.
#[derive(Clone, Debug, Serialize)]
pub(super) struct AuditLine {
    time: Timestamp,
    event: AuditEvent,
    #[serde(flatten)]
    context: AuditContext,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    step: Option<StepLine>,
    /// What was asked for, in the line of the whole plan.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    targets: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    steps: Vec<StepLine>,
    /// Of a step `succeeded`, `unchanged`, `unverified`, `failed` or `skipped`; of an operation `succeeded`,
    /// `failed` or `cancelled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// Why it was skipped or cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_ms: Option<u64>,
    /// The name under which the container of a step is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    kept_as: Option<String>,
    /// What the engine was called with, and what it answered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    calls: Vec<EngineCall>,
    /// Whether dependents go along, in the line of the whole plan.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    with_dependents: bool,
    /// Of a command that was run in a container.
    #[serde(skip_serializing_if = "Option::is_none")]
    exit_code: Option<i64>,
}

/// A step, by what is called.
#[derive(Clone, Debug, Serialize)]
struct StepLine {
    /// Its place in the plan, from 0.
    step: usize,
    /// Its verb, in the line of the whole plan; elsewhere the line itself has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<&'static str>,
    /// The service.
    target: String,
    /// Name of the container, or of the Swarm service that is called.
    container: String,
    /// Its id.
    container_id: String,
    /// What a kill sends.
    #[serde(skip_serializing_if = "Option::is_none")]
    signal: Option<KillSignal>,
    /// Whether a removal kills what runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    force: Option<bool>,
    /// The `docker` command that does the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<String>,
}

/// The correlation id of the HTTP request that `principal` sent.
fn request_of(principal: Principal) -> Option<Arc<str>> {
    match principal {
        Principal::Http(caller) => Some(caller.correlation_id),
        Principal::Terminal | Principal::Cli | Principal::AutoHeal => None,
    }
}

impl AuditContext {
    /// Of the operation `id`, which `principal` asked for on `engine`: its verb, and the hash of its
    /// plan, empty where it has none.
    pub fn new(
        correlation: String,
        id: OperationId,
        principal: Principal,
        (operation, plan): (&'static str, &str),
        engine: Option<&EngineInfo>,
    ) -> Self {
        let (source, asked_by) = origin(&principal);
        Self {
            correlation,
            principal: asked_by,
            source,
            request: request_of(principal),
            operation_id: id,
            operation,
            plan: plan.to_owned(),
            engine: engine.map(|info| EngineName {
                name: info.host_name.clone(),
                id: info.id.clone(),
                endpoint: mask_urls(&info.endpoint),
            }),
        }
    }

    /// A line of that operation.
    pub fn line(&self, event: AuditEvent, time: Timestamp) -> AuditLine {
        AuditLine {
            time,
            event,
            context: self.clone(),
            step: None,
            targets: Vec::new(),
            steps: Vec::new(),
            result: None,
            error: None,
            reason: None,
            duration_ms: None,
            kept_as: None,
            calls: Vec::new(),
            with_dependents: false,
            exit_code: None,
        }
    }
}

impl AuditLine {
    /// Adds every step of `plan`.
    pub fn with_plan(mut self, plan: &Plan) -> Self {
        self.targets = plan
            .operation
            .targets
            .iter()
            .map(ToString::to_string)
            .collect();
        self.with_dependents = plan.operation.with_dependents;
        let line = |(index, step): (usize, &Step)| StepLine {
            operation: Some(step.kind.id()),
            ..StepLine::new(index, step)
        };
        self.steps = plan.steps.iter().enumerate().map(line).collect();
        self
    }

    /// Adds step `index` of `plan`.
    pub fn with_step(mut self, plan: &Plan, index: usize) -> Self {
        if let Some(step) = plan.steps.get(index) {
            self.context.operation = step.kind.id();
            self.step = Some(StepLine::new(index, step));
        }
        self
    }

    /// Adds the name under which the step's container is kept.
    pub fn with_kept(mut self, kept: &str) -> Self {
        self.kept_as = Some(kept.to_owned());
        self
    }

    /// Adds what came of the step.
    pub fn with_state(mut self, state: &StepState, duration: Duration) -> Self {
        self.duration_ms = Some(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX));
        self.result = match state {
            StepState::Pending | StepState::Running | StepState::Waiting => None,
            StepState::Succeeded => Some("succeeded"),
            StepState::Unchanged => Some("unchanged"),
            StepState::Unverified => Some("unverified"),
            StepState::Failed { error } => {
                self.error = Some(error.clone());
                Some("failed")
            }
            StepState::Skipped { reason } => {
                self.reason = Some(reason.clause());
                Some("skipped")
            }
        };
        self
    }

    /// Adds what the engine answered.
    pub fn with_calls(mut self, calls: &[EngineCall]) -> Self {
        self.calls = calls.to_vec();
        self
    }

    /// Adds what is run in a container, by `command` that does the same.
    pub fn with_exec(mut self, request: &ExecRequest, command: &str) -> Self {
        self.targets = vec![request.service.to_string()];
        self.step = Some(StepLine::of_exec(request, command));
        self
    }

    /// Adds how that command ended after `duration`.
    pub fn with_exec_end(mut self, end: &Result<ExecEnd, String>, duration: Duration) -> Self {
        self.duration_ms = Some(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX));
        self.result = Some(match end {
            Ok(ExecEnd::Exited(code)) => {
                self.exit_code = Some(*code);
                "succeeded"
            }
            Ok(ExecEnd::NotStarted(code)) => {
                self.exit_code = Some(*code);
                self.error = Some("it could not be started".to_owned());
                "failed"
            }
            Ok(ExecEnd::HungUp) => {
                self.reason = Some("its terminal was closed");
                "cancelled"
            }
            Ok(ExecEnd::Lost(error)) | Err(error) => {
                self.error = Some(error.clone());
                "failed"
            }
        });
        self
    }

    /// Adds how the operation ended.
    pub fn with_end(mut self, end: &OperationProgress) -> Self {
        self.result = match end {
            OperationProgress::Started { .. }
            | OperationProgress::Step { .. }
            | OperationProgress::Waits { .. }
            | OperationProgress::Activity { .. }
            | OperationProgress::Output(_)
            | OperationProgress::Called { .. } => None,
            OperationProgress::Succeeded => Some("succeeded"),
            OperationProgress::Failed { error } => {
                self.error = Some(error.clone());
                Some("failed")
            }
            OperationProgress::Cancelled { reason } => {
                self.reason = Some(reason.clause());
                Some("cancelled")
            }
        };
        self
    }
}

impl StepLine {
    fn new(index: usize, step: &Step) -> Self {
        let (signal, force) = match step.kind {
            OperationKind::Kill { signal } => (Some(signal), None),
            OperationKind::Remove { force } => (None, Some(force)),
            _ => (None, None),
        };
        Self {
            step: index,
            operation: None,
            target: step.service.to_string(),
            container: step.name.clone(),
            container_id: step.target_id().to_owned(),
            signal,
            force,
            command: step.docker_command(),
        }
    }

    fn of_exec(request: &ExecRequest, command: &str) -> Self {
        Self {
            step: 0,
            operation: None,
            target: request.service.to_string(),
            container: request.container.clone(),
            container_id: request.instance.to_string(),
            signal: None,
            force: None,
            command: Some(command.to_owned()),
        }
    }
}
