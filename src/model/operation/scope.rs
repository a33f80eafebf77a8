//! What a plan works on.

use std::collections::BTreeSet;

use super::{Operation, OperationKind, Plan, Step, StepTarget};
use crate::model::{ComposeCall, ServiceId};

impl Operation {
    /// The stack that Compose is called for; `None` where the engine is called.
    #[must_use]
    pub fn compose_stack(&self) -> Option<&str> {
        let OperationKind::Compose(_) = self.kind else {
            return None;
        };
        let (stack, _) = self.targets.first()?.as_str().split_once('/')?;
        Some(stack)
    }
}

impl Plan {
    /// The call of `docker compose` that it is; `None` where it calls the engine.
    #[must_use]
    pub fn compose(&self) -> Option<&ComposeCall> {
        self.steps.iter().find_map(|step| match &step.target {
            StepTarget::Compose(call) => Some(&**call),
            _ => None,
        })
    }

    /// The services that nothing else may be done to while it runs: those of its steps, and every
    /// service of a stack that Compose is called for.
    #[must_use]
    pub fn claims(&self) -> BTreeSet<ServiceId> {
        let of_steps = self.steps.iter().map(|step| step.service.clone());
        let targets = self.operation.targets.iter();
        let of_stack = targets.filter(|_| self.compose().is_some()).cloned();
        of_steps.chain(of_stack).collect()
    }

    /// Whether `step` is about `service`: also where Compose is called for its whole stack.
    #[must_use]
    pub fn is_about(&self, step: &Step, service: &ServiceId) -> bool {
        let of_stack = match &step.target {
            StepTarget::Compose(call) => call.invocation.named().is_empty(),
            _ => false,
        };
        step.service == *service || of_stack && self.operation.targets.contains(service)
    }

    /// Whether it works on `service`; see [`Plan::claims`].
    #[must_use]
    pub fn works_on(&self, service: &ServiceId) -> bool {
        let mut steps = self.steps.iter();
        steps.any(|step| step.service == *service)
            || self.compose().is_some() && self.operation.targets.contains(service)
    }
}
