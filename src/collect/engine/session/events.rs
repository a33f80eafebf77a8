//! Events: how they are applied, and the stream opened again where it ended.

use std::time::Duration;

use futures_util::{FutureExt, StreamExt};
use tokio::time::{Instant, sleep};

use super::{Answer, HEARTBEAT, Session, Step};
use crate::engine::{EngineError, EventNews};
use crate::model::{
    EngineEvent, EngineEventKind, EngineGap, Feature, InstanceId, Observation, SignedDuration,
    Timestamp,
};

/// An event stream that lived as long is reopened at once: a proxy cut it.
const STEADY: Duration = Duration::from_secs(30);

impl Session<'_> {
    pub(super) fn open_events(&mut self) {
        self.events.stream = self.engine.events(Some(self.events.since));
        self.missed_events.begin();
        self.events.opened = Instant::now();
    }

    pub(super) async fn on_event(&mut self, event: Option<Result<EventNews, EngineError>>) -> Step {
        match event {
            Some(Ok(EventNews::Event(event))) => self.on_news(event).await,
            Some(Ok(EventNews::Unreadable { lines })) => {
                // The list contains what it would have reported.
                self.list_soon();
                self.send(Observation::Gap {
                    at: Timestamp::now(),
                    gap: EngineGap::Events(lines),
                })
                .await
            }
            Some(Err(error)) => self.on_events_ended(error.refusal()).await,
            None => self.on_events_ended(None).await,
        }
    }

    async fn on_events_ended(&mut self, refusal: Option<String>) -> Step {
        let Some(reason) = refusal else {
            self.reopen_events();
            return Ok(());
        };
        // Polling goes on; asking again on this connection would be refused again.
        self.events.stream = futures_util::stream::pending().boxed();
        self.refuse(Feature::Events, reason).await
    }

    /// The stream ended: a proxy's ten minutes, or the engine is gone. A ping shows which.
    fn reopen_events(&mut self) {
        self.events.stream = futures_util::stream::pending().boxed();
        self.pinging = false;
        self.ping();
        let wait = if self.events.opened.elapsed() >= STEADY {
            self.events.reopen.reset();
            Duration::ZERO
        } else {
            self.events.reopen.next(fastrand::f64())
        };
        self.calls
            .push(sleep(wait).map(|()| Answer::Reopen).boxed());
    }

    async fn on_news(&mut self, event: EngineEvent) -> Step {
        self.next_heartbeat = Instant::now() + HEARTBEAT;
        self.missed_events
            .record_event(event.instance.clone(), Timestamp::now());
        self.events.since = self
            .events
            .since
            .max(event.at + SignedDuration::from_nanos(1));
        if !self.concerns_watched(&event) {
            return Ok(());
        }
        // Without receivers nobody needs them.
        drop(self.wiring.events.send(event.clone()));
        let id = event.instance.clone();
        if event.kind == EngineEventKind::Destroy {
            return self.gone(id, event.at).await;
        }
        self.send(Observation::Event(event)).await?;
        if self.memory.refused.contains(&Feature::Inspect) {
            // A new container is known by the list only.
            self.list_soon();
        }
        self.query_swarm_after_event(&id);
        self.memory.inspections.happened(id);
        Ok(())
    }

    fn concerns_watched(&self, event: &EngineEvent) -> bool {
        match event.kind {
            // Events of networks do not say whose container it is.
            EngineEventKind::Connect { .. } | EngineEventKind::Disconnect { .. } => {
                self.memory.inspections.contains(&event.instance)
            }
            _ => self.is_watched(event.stack.as_ref()),
        }
    }

    pub(super) async fn gone(&mut self, instance: InstanceId, at: Timestamp) -> Step {
        self.memory.inspections.vanished(&instance);
        self.send(Observation::Gone { at, instance }).await
    }
}
