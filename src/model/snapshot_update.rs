//! How a snapshot differs from the one that was sent before: what a console on another hubdeck
//! reads. The first one has everything.
//!
//! Nothing secret is in it: definitions of containers are masked with the secrets that are known,
//! which are not part of it.

mod list;
mod services;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::secrets::KnownSecrets;
use super::{
    BadImage, Dropped, Edge, EngineView, HealStop, ImageChecks, Incident, Layers, OperationStatus,
    PartDown, ProductionPatterns, RecordedRun, SelfCost, ServiceId, ShortageView, Snapshot, Stack,
    TimelineEvent, Timestamp,
};

use list::ListUpdate;
use services::ServicesUpdate;

/// What a hubdeck says first to a console that attaches to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachHello {
    /// Its version.
    pub hubdeck: String,
    /// The form of what it sends.
    pub protocol: u32,
    /// Whether it changes no container.
    pub read_only: bool,
}

impl AttachHello {
    /// The form of what this version sends and reads: another number whenever a structure in a
    /// [`SnapshotUpdate`] or a log line changes.
    pub const PROTOCOL: u32 = 1;

    /// What this hubdeck says.
    #[must_use]
    pub fn own(read_only: bool) -> Self {
        Self {
            hubdeck: env!("CARGO_PKG_VERSION").to_owned(),
            protocol: Self::PROTOCOL,
            read_only,
        }
    }
}

/// An update that does not fit the snapshot that it is said to follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an update does not fit the snapshot before it")]
pub struct BrokenUpdate;

/// What changed between two snapshots. What is `None` is as before.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SnapshotUpdate {
    revision: u64,
    taken_at: Timestamp,
    started_at: Timestamp,
    cost: SelfCost,
    services: ServicesUpdate,
    engine: Option<Box<EngineView>>,
    map: Option<MapUpdate>,
    incidents: Option<ListUpdate<Incident>>,
    timeline: Option<ListUpdate<TimelineEvent>>,
    operations: Option<ListUpdate<OperationStatus>>,
    records: Option<RecordsUpdate>,
    own: Option<OwnUpdate>,
}

/// The groups of services and what they need.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct MapUpdate {
    stacks: Vec<Stack>,
    layers: Arc<Layers>,
    edges: Arc<[Edge]>,
}

/// What is remembered of services, and how they are treated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct RecordsUpdate {
    restart_times: Arc<BTreeMap<ServiceId, Duration>>,
    bad_images: Arc<[BadImage]>,
    recorded_runs: Arc<[RecordedRun]>,
    image_checks: Arc<ImageChecks>,
    heal_stops: Arc<[HealStop]>,
    production: Arc<ProductionPatterns>,
}

/// How hubdeck itself is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct OwnUpdate {
    dropped: BTreeMap<Dropped, u64>,
    config_problem: Option<String>,
    config_waiting: Vec<String>,
    parts_down: Vec<PartDown>,
    shortages: Vec<ShortageView>,
}

impl From<&Snapshot> for MapUpdate {
    fn from(snapshot: &Snapshot) -> Self {
        Self {
            stacks: snapshot.stacks.clone(),
            layers: Arc::clone(&snapshot.layers),
            edges: Arc::clone(&snapshot.edges),
        }
    }
}

impl From<&Snapshot> for RecordsUpdate {
    fn from(snapshot: &Snapshot) -> Self {
        Self {
            restart_times: Arc::clone(&snapshot.restart_times),
            bad_images: Arc::clone(&snapshot.bad_images),
            recorded_runs: Arc::clone(&snapshot.recorded_runs),
            image_checks: Arc::clone(&snapshot.image_checks),
            heal_stops: Arc::clone(&snapshot.heal_stops),
            production: Arc::clone(&snapshot.production),
        }
    }
}

impl From<&Snapshot> for OwnUpdate {
    fn from(snapshot: &Snapshot) -> Self {
        Self {
            dropped: snapshot.dropped.clone(),
            config_problem: snapshot.config_problem.clone(),
            config_waiting: snapshot.config_waiting.clone(),
            parts_down: snapshot.parts_down.clone(),
            shortages: snapshot.shortages.clone(),
        }
    }
}

impl SnapshotUpdate {
    /// What of `now` differs from `before`; everything, where nothing was sent before.
    #[must_use]
    pub fn between(before: Option<&Snapshot>, now: &Snapshot) -> Self {
        Self {
            revision: now.revision,
            taken_at: now.taken_at,
            started_at: now.started_at,
            cost: now.cost,
            services: ServicesUpdate::between(before, now),
            engine: (before.map(|it| &it.engine) != Some(&now.engine))
                .then(|| Box::new(now.engine.clone())),
            map: changed(before, now),
            incidents: ListUpdate::between(before.map(|it| &*it.incidents), &now.incidents),
            timeline: ListUpdate::between(before.map(|it| it.timeline.as_slice()), &now.timeline),
            operations: ListUpdate::between(before.map(|it| &*it.operations), &now.operations),
            records: changed(before, now),
            own: changed(before, now),
        }
    }

    /// The snapshot that it makes of `before`.
    ///
    /// # Errors
    /// When it is no update of that one.
    pub fn apply(self, before: Option<&Snapshot>) -> Result<Snapshot, BrokenUpdate> {
        let missing = before.is_none()
            && (self.engine.is_none()
                || self.map.is_none()
                || self.records.is_none()
                || self.own.is_none());
        if missing {
            return Err(BrokenUpdate);
        }
        let mut snapshot = before.map_or_else(|| Snapshot::empty(self.taken_at), Snapshot::clone);
        snapshot.revision = self.revision;
        snapshot.taken_at = self.taken_at;
        snapshot.started_at = self.started_at;
        snapshot.cost = self.cost;
        snapshot.secrets = Arc::new(KnownSecrets::default());
        self.services.apply(&mut snapshot.services)?;
        if let Some(engine) = self.engine {
            snapshot.engine = *engine;
        }
        if let Some(update) = self.incidents {
            snapshot.incidents = update.apply(&snapshot.incidents)?;
        }
        if let Some(update) = self.timeline {
            snapshot.timeline = Arc::new(update.apply(&snapshot.timeline)?);
        }
        if let Some(update) = self.operations {
            snapshot.operations = update.apply(&snapshot.operations)?;
        }
        take_map(&mut snapshot, self.map);
        take_records(&mut snapshot, self.records);
        take_own(&mut snapshot, self.own);
        Ok(snapshot)
    }
}

/// The part of `now`, where it differs from that of `before`.
fn changed<'a, T: From<&'a Snapshot> + PartialEq>(
    before: Option<&'a Snapshot>,
    now: &'a Snapshot,
) -> Option<T> {
    let part = T::from(now);
    (before.map(T::from).as_ref() != Some(&part)).then_some(part)
}

fn take_map(snapshot: &mut Snapshot, update: Option<MapUpdate>) {
    if let Some(map) = update {
        snapshot.stacks = map.stacks;
        snapshot.layers = map.layers;
        snapshot.edges = map.edges;
    }
}

fn take_records(snapshot: &mut Snapshot, update: Option<RecordsUpdate>) {
    if let Some(records) = update {
        snapshot.restart_times = records.restart_times;
        snapshot.bad_images = records.bad_images;
        snapshot.recorded_runs = records.recorded_runs;
        snapshot.image_checks = records.image_checks;
        snapshot.heal_stops = records.heal_stops;
        snapshot.production = records.production;
    }
}

fn take_own(snapshot: &mut Snapshot, update: Option<OwnUpdate>) {
    if let Some(own) = update {
        snapshot.dropped = own.dropped;
        snapshot.config_problem = own.config_problem;
        snapshot.config_waiting = own.config_waiting;
        snapshot.parts_down = own.parts_down;
        snapshot.shortages = own.shortages;
    }
}
