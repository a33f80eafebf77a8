//! What the engine is and how it answers: its identity, its speed, its clock.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::time::Instant;

use super::{Answer, HEARTBEAT, Session, Step};
use crate::engine::EngineError;
use crate::model::{EngineInfo, EngineTiming, Feature, Observation, Timestamp};

impl Session<'_> {
    /// Takes the difference of the clocks into account before anything that the engine reports is
    /// used.
    pub(super) async fn compare_clocks(&mut self) {
        if self.engine.update_clock(Timestamp::now()) {
            // The header of an answer counts whole seconds; the description is exact. Without it
            // that has to do.
            drop(self.engine.describe(&self.info).await);
            self.engine.update_clock(Timestamp::now());
        }
    }

    /// Asks whether the engine answers, unless that is being asked.
    pub(super) fn ping(&mut self) {
        self.next_heartbeat = Instant::now() + HEARTBEAT;
        if std::mem::replace(&mut self.pinging, true) {
            return;
        }
        let engine = self.engine.clone();
        self.calls
            .push(async move { Answer::Ponged(engine.ping().await) }.boxed());
    }

    pub(super) fn describe(&mut self) {
        let (engine, info) = (self.engine.clone(), self.info.clone());
        self.calls
            .push(async move { Answer::Described(engine.describe(&info).await) }.boxed());
    }

    /// Reports how the engine answers: each time with a list, else where that differs from the last
    /// report.
    pub(super) async fn measure(&mut self, with_list: bool) -> Step {
        self.follow_clock();
        let Some(slowest) = self.engine.slowest_answer() else {
            return Ok(());
        };
        let timing = self.timing_of(slowest);
        if self
            .timing
            .is_none_or(|told| told.clock_ahead_ms != timing.clock_ahead_ms)
            && let Some(words) = timing.clock_words()
        {
            tracing::warn!(
                "the engine's clock is {words} of this machine's; its times are corrected"
            );
        }
        if with_list || self.timing.is_none_or(|told| differs(&told, &timing)) {
            self.timing = Some(timing);
            self.send(Observation::EngineTiming(timing)).await?;
        }
        Ok(())
    }

    /// Lists again where the engine's clock was set: what is known has times of the old one.
    fn follow_clock(&mut self) {
        let before = self.engine.clock_ahead();
        if self.engine.update_clock(Timestamp::now()) {
            let moved = self.engine.clock_ahead() - before;
            self.events.since = self
                .events
                .since
                .checked_sub(moved)
                .unwrap_or(self.events.since);
            self.memory.inspections.outdate();
            self.list();
        }
    }

    fn timing_of(&self, slowest: Duration) -> EngineTiming {
        let ahead = self.engine.clock_ahead();
        EngineTiming {
            answer_ms: slowest.as_secs_f64() * 1_000.0,
            clock_ahead_ms: (!ahead.is_zero())
                .then(|| i64::try_from(ahead.as_millis()).unwrap_or(i64::MAX)),
        }
    }

    pub(super) async fn on_description(&mut self, result: Result<EngineInfo, EngineError>) -> Step {
        match result.map_err(|error| error.refusal()) {
            Ok(info) => self.identify(info).await?,
            Err(Some(reason)) => self.refuse(Feature::Info, reason).await?,
            Err(None) => {}
        }
        self.wiring.described.send_replace(true);
        Ok(())
    }

    async fn identify(&mut self, info: EngineInfo) -> Step {
        if let Some(text) = self
            .memory
            .described
            .as_ref()
            .and_then(|before| replacement(before, &info))
        {
            tracing::warn!("{text}");
            self.send(Observation::Own {
                at: Timestamp::now(),
                text,
            })
            .await?;
        }
        self.memory.described = Some(info.clone());
        self.info = info;
        self.send(Observation::EngineInfo(Arc::new(self.info.clone())))
            .await
    }
}

/// Whether it is worth reporting before the next list.
fn differs(told: &EngineTiming, now: &EngineTiming) -> bool {
    let slower = now.is_slow() && (now.answer_ms - told.answer_ms).abs() > told.answer_ms / 10.0;
    slower || told.is_slow() != now.is_slow() || told.clock_ahead_ms != now.clock_ahead_ms
}

/// One sentence where another engine answers at the same address than before.
fn replacement(before: &EngineInfo, now: &EngineInfo) -> Option<String> {
    let (old, new) = (before.id.as_ref()?, now.id.as_ref()?);
    let name = |info: &EngineInfo| {
        info.host_name
            .clone()
            .unwrap_or_else(|| "an engine without a name".into())
    };
    (old != new).then(|| {
        format!(
            "another engine answers at {} now: {}; before it was {}",
            now.endpoint,
            name(now),
            name(before)
        )
    })
}
