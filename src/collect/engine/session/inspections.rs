//! Inspections: one that fails costs its container only, and is tried again at the next list.

use std::sync::Arc;

use futures_util::FutureExt;
use tokio::time::sleep;

use super::{Answer, LIST_AGAIN, Session, SessionEnd, Step};
use crate::engine::EngineError;
use crate::model::{Feature, InstanceFacts, InstanceId, Observation, Timestamp};

impl Session<'_> {
    pub(super) fn inspect_queued(&mut self) {
        if self.memory.refused.contains(&Feature::Inspect) {
            return;
        }
        while let Some(id) = self.memory.inspections.next() {
            self.inspect(id);
        }
    }

    /// One container stands for all while they are refused: perhaps they are permitted now.
    pub(super) fn try_inspecting_again(&mut self) {
        if self.memory.refused.contains(&Feature::Inspect)
            && let Some(id) = self.memory.inspections.next()
        {
            self.inspect(id);
        }
    }

    fn inspect(&mut self, id: InstanceId) {
        let (engine, at) = (self.engine.clone(), Timestamp::now());
        let inspection = async move {
            let result = engine.inspect(&id).await.map(|facts| facts.map(Box::new));
            Answer::Inspected { at, id, result }
        };
        self.calls.push(inspection.boxed());
    }

    pub(super) async fn on_inspection(
        &mut self,
        at: Timestamp,
        id: InstanceId,
        result: Result<Option<Box<InstanceFacts>>, EngineError>,
    ) -> Step {
        self.memory.inspections.done(&id);
        match result {
            Ok(Some(facts)) if facts.id != id => {
                let reason = format!("the engine answered with container {}", facts.id.short());
                self.note_failure(at, &id, &reason).await
            }
            Ok(Some(facts)) => self.on_facts(at, id, facts).await,
            Ok(None) => self.gone(id, at).await,
            Err(error) => self.on_failed_inspection(at, &id, &error).await,
        }
    }

    async fn on_facts(&mut self, at: Timestamp, id: InstanceId, facts: Box<InstanceFacts>) -> Step {
        self.permit_inspecting().await?;
        // Labels that cannot be read tell of no other project than the list did.
        let is_as_known =
            facts.unread.touches("Config.Labels") && self.memory.inspections.contains(&id);
        if !is_as_known && !self.is_watched(facts.stack.as_ref()) {
            return self.gone(id, at).await;
        }
        self.memory.inspections.inspected(at, &facts);
        if let Some(owner) = facts.network_owner() {
            self.query_owner(owner);
        }
        let facts = Arc::from(facts);
        self.send(Observation::Inspected { at, facts }).await
    }

    async fn on_failed_inspection(
        &mut self,
        at: Timestamp,
        id: &InstanceId,
        error: &EngineError,
    ) -> Step {
        if error.is_short() {
            let id = id.clone();
            self.calls
                .push(sleep(LIST_AGAIN).map(|()| Answer::InspectAgain(id)).boxed());
            return Ok(());
        }
        if error.is_unreachable() {
            // One container may hang while the engine is well.
            self.ping();
            if !error.is_timeout() {
                return Ok(());
            }
        }
        let reason = inspection_reason(error);
        self.note_failure(at, id, &reason).await?;
        let refused = self.memory.refused.contains(&Feature::Inspect);
        if let Some(refusal) = error
            .refusal()
            .filter(|_| !refused && self.memory.inspections.all_inspections_failed())
        {
            let all = self.memory.inspections.refuse_all(&reason);
            self.send_uninspected(at, all, &reason).await?;
            return self.refuse(Feature::Inspect, refusal).await;
        }
        Ok(())
    }

    async fn note_failure(&mut self, at: Timestamp, id: &InstanceId, reason: &str) -> Step {
        if !self.memory.inspections.contains(id) || self.memory.inspections.is_outdated(id) {
            // Only an event reported it, or of how it stands now.
            self.list_soon();
        }
        if self.memory.inspections.failed(id) {
            self.send_uninspected(at, vec![id.clone()], reason).await?;
        }
        Ok(())
    }

    /// Sends why these containers could not be inspected.
    pub(super) async fn send_uninspected(
        &mut self,
        at: Timestamp,
        instances: Vec<InstanceId>,
        reason: &str,
    ) -> Step {
        for instance in instances {
            let reason = reason.to_owned();
            self.send(Observation::InspectionFailed {
                at,
                instance,
                reason,
            })
            .await?;
        }
        Ok(())
    }

    /// An inspection worked: what was refused before is permitted now.
    async fn permit_inspecting(&mut self) -> Result<(), SessionEnd> {
        if self.memory.refused.remove(&Feature::Inspect) {
            self.send(Observation::Refused {
                feature: Feature::Inspect,
                reason: None,
            })
            .await?;
            self.list_soon();
        }
        Ok(())
    }
}

/// Why a container could not be inspected, as a clause.
fn inspection_reason(error: &EngineError) -> String {
    match error {
        EngineError::Forbidden { cause, .. } => {
            format!("not permitted by the engine or its proxy ({cause})")
        }
        other => other.cause().to_owned(),
    }
}
