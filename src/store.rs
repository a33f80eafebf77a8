//! The only writer of state: folds observations, keeps history, derives, and makes snapshots.
//! Knows: model, inference, topology; probing, for what a probe result means.
//! Never: does I/O, reads a clock, writes sentences, or knows explain, engine, probe, tui and serve.
//!
//! Every part owns its fields and changes nothing but itself. An observation is folded into the
//! parts it concerns, and leaves a `Dirty`: what has to be derived anew. `derive.rs` does that, in
//! one order: layers, edges, health, incidents. `publish.rs` makes a snapshot of the parts.
//!
//! While the engine is lost, every service of its keeps the last known state with the overlay
//! `Stale`. Probes that still succeed refresh it; those that fail then prove nothing.

mod containers;
mod derive;
mod dirty;
mod engine;
mod events;
mod evidence;
mod facts;
mod fold;
mod health;
mod incidents;
mod log_figures;
mod mask;
mod operations;
mod publish;
mod resources;
mod results;
mod rules;
mod secrets;
mod self_status;
mod services;
mod timeline;

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::{HealthPolicy, Observation, RecordedStop, ServiceId, Snapshot, Timestamp};

use containers::Containers;
use engine::EngineState;
use incidents::Incidents;
use operations::StoredOperations;
use publish::Publishing;
use rules::Rules;
use services::Services;
use timeline::Timeline;

pub use dirty::Changed;
pub use services::flapping_percent;

/// Everything hubdeck knows.
#[derive(Debug)]
pub struct Store {
    engine: EngineState,
    rules: Rules,
    containers: Containers,
    services: Services,
    operations: StoredOperations,
    incidents: Incidents,
    timeline: Timeline,
    publishing: Publishing,
}

/// What judging any service needs to know of the whole.
#[derive(Debug)]
struct HealthContext<'a> {
    /// Thresholds.
    policy: &'a HealthPolicy,
    /// Since when the engine is connected; `None` while it is not.
    connected_since: Option<Timestamp>,
    /// Since when the engine is lost; `None` while it is not.
    lost_since: Option<Timestamp>,
    /// Whether the engine lets containers be inspected, so that more is known of each than by a
    /// list.
    inspects: bool,
    /// Services that an operator silenced, and until when.
    silenced: &'a HashMap<ServiceId, Timestamp>,
    /// Stops by hubdeck before this run, latest last.
    stops: &'a [RecordedStop],
}

impl<'a> HealthContext<'a> {
    const fn new(rules: &'a Rules, engine: &EngineState, operations: &'a StoredOperations) -> Self {
        Self {
            policy: &rules.policy,
            connected_since: engine.connected_since,
            lost_since: engine.lost_since,
            inspects: engine.inspects,
            silenced: &operations.silenced,
            stops: operations.stops.as_slice(),
        }
    }

    /// Whether the engine is lost.
    const fn lost(&self) -> bool {
        self.lost_since.is_some()
    }
}

impl Store {
    /// A store that knows nothing yet. `started_at` is when this run of hubdeck began.
    #[must_use]
    pub fn new(started_at: Timestamp) -> Self {
        Self::over(Arc::new(Snapshot::empty(started_at)))
    }

    /// A store that knows nothing yet and goes on where another one failed after `last`: revisions
    /// go on growing, and what the timeline holds stays.
    #[must_use]
    pub fn after(last: &Arc<Snapshot>) -> Self {
        let mut store = Self::over(Arc::clone(last));
        store.timeline = Timeline::from(Arc::clone(&last.timeline));
        let numbers = last.incidents.iter().map(|incident| incident.id);
        store.operations.counts = Arc::clone(&last.operation_counts);
        store.incidents.number_after(numbers.max());
        store
    }

    fn over(last: Arc<Snapshot>) -> Self {
        Self {
            engine: EngineState::new(last.started_at),
            rules: Rules::default(),
            containers: Containers::default(),
            services: Services::default(),
            operations: StoredOperations::default(),
            incidents: Incidents::default(),
            timeline: Timeline::default(),
            publishing: Publishing::after(last),
        }
    }

    /// Takes in one fact. `now` is the time at which it is taken in.
    pub fn apply(&mut self, observation: Observation, now: Timestamp) -> Changed {
        let (observation, hidden) = self.without_secrets(observation);
        let mut dirty = self.fold(observation, now);
        dirty.absorb(hidden);
        self.settle(dirty, now)
    }
}
