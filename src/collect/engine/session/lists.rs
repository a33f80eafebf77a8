//! Lists: every container, and what could not be read of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::FutureExt;
use tokio::time::{Instant, sleep};

use super::{Answer, HEARTBEAT, LIST_AGAIN, Session, SessionEnd, Step};
use crate::collect::engine::missed_events;
use crate::engine::{ContainerList, EngineError};
use crate::model::{EngineGap, Feature, InstanceFacts, Observation, SignedDuration, Timestamp};

impl Session<'_> {
    pub(super) async fn on_list(
        &mut self,
        at: Timestamp,
        result: Result<ContainerList, EngineError>,
    ) -> Step {
        self.lists.running = false;
        self.next_heartbeat = Instant::now() + HEARTBEAT;
        let list = match result {
            Ok(list) => list,
            Err(error) => return self.on_failed_list(&error),
        };
        self.lists.failed = false;
        self.connected().await?;
        let ContainerList {
            containers: mut list,
            unreadable,
        } = list;
        self.send_projects(&list).await?;
        list.retain(|facts| self.is_watched(facts.stack.as_ref()));
        let done_at = Timestamp::now();
        self.await_events(at, done_at, &list);
        self.send_list(at, done_at, list, unreadable).await?;
        self.try_inspecting_again();
        if std::mem::take(&mut self.lists.again) {
            self.list();
        }
        Ok(())
    }

    fn on_failed_list(&mut self, error: &EngineError) -> Step {
        // A list may take too long on an engine that answers: the ping shows which. The second
        // time it is of no use.
        let is_late = error.is_unreachable() && self.worked && !self.lists.failed;
        // Where hubdeck itself ran short, the engine was not asked at all.
        if !error.is_short() && !is_late {
            return Err(SessionEnd::Lost(error.to_string()));
        }
        self.lists.next = Instant::now() + LIST_AGAIN;
        if !error.is_short() {
            self.lists.failed = true;
            self.ping();
        }
        Ok(())
    }

    /// Waits for the events of what changed between the last list and this one.
    fn await_events(&mut self, at: Timestamp, done_at: Timestamp, list: &[InstanceFacts]) {
        let refused = self.memory.refused.contains(&Feature::Events);
        if !refused && self.missed_events.listed(at, done_at, list) {
            let grace = sleep(missed_events::GRACE.unsigned_abs());
            self.calls.push(grace.map(|()| Answer::Overdue).boxed());
        }
    }

    /// Sends what the engine has that is watched, and what of it could not be read.
    async fn send_list(
        &mut self,
        at: Timestamp,
        done_at: Timestamp,
        list: Vec<InstanceFacts>,
        unreadable: usize,
    ) -> Step {
        let uninspected = self.memory.inspections.listed(at, &list);
        self.query_owners_and_swarm(&list);
        let instances = list.into_iter().map(Arc::new).collect();
        let left = self.lists.next.saturating_duration_since(Instant::now());
        let next_at = done_at + SignedDuration::try_from(left).unwrap_or(SignedDuration::ZERO);
        self.send(Observation::Listed {
            at,
            done_at,
            next_at,
            instances,
        })
        .await?;
        if let Some((new, reason)) = uninspected {
            self.send_uninspected(at, new, &reason).await?;
        }
        self.send(Observation::Gap {
            at,
            gap: EngineGap::Containers(unreadable),
        })
        .await
    }

    /// Sends the projects there are, where not all are watched: an unknown one can be reported then.
    async fn send_projects(&mut self, list: &[InstanceFacts]) -> Step {
        if self.options.projects.is_empty() {
            return Ok(());
        }
        let projects: BTreeSet<_> = list
            .iter()
            .filter_map(|facts| facts.stack.clone())
            .collect();
        self.send(Observation::Projects(projects.into_iter().collect()))
            .await
    }
}
