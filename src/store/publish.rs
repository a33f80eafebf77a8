//! Making snapshots.

use std::sync::Arc;

use crate::model::SortShared as _;
use crate::model::{
    ExternalView, ImageChecks, RecordedRun, Service, Snapshot, Stack, StackName, Timestamp, Totals,
    compose_labels,
};

use super::Store;
use super::dirty::{Changed, Dirty};
use super::self_status::SelfStatus;
use crate::model::secrets::KnownSecrets;

/// The latest snapshot, what it does not show yet, and what snapshots hold besides the other parts.
#[derive(Debug)]
pub(super) struct Publishing {
    /// When this run of hubdeck began.
    pub started_at: Timestamp,
    /// Values that are known as secrets.
    pub secrets: Arc<KnownSecrets>,
    /// hubdeck itself.
    pub own: SelfStatus,
    /// What changed since `last` and is not derived yet.
    pub pending: Dirty,
    /// Runs whose last log lines are kept.
    pub recorded_runs: Arc<[RecordedRun]>,
    /// What is known of newer images.
    pub image_checks: Arc<ImageChecks>,
    /// Figures of another program.
    pub external: Option<Arc<ExternalView>>,
    /// The latest snapshot.
    last: Arc<Snapshot>,
}

impl Publishing {
    /// Goes on after `last`.
    pub fn after(last: Arc<Snapshot>) -> Self {
        Self {
            started_at: last.started_at,
            secrets: Arc::clone(&last.secrets),
            own: SelfStatus {
                shortages: last.shortages.clone(),
                ..SelfStatus::default()
            },
            pending: Dirty::default(),
            recorded_runs: Arc::clone(&last.recorded_runs),
            image_checks: Arc::clone(&last.image_checks),
            external: last.external.clone(),
            last,
        }
    }
}

impl Store {
    /// The state as it is now. The revision grows only when something changed since the last one;
    /// else the same snapshot is given again.
    pub fn snapshot(&mut self, now: Timestamp) -> Arc<Snapshot> {
        if self.publishing.pending.snapshot == Changed::Yes {
            // Nothing follows from figures that were only measured again.
            self.derive(now);
        }
        let changed = std::mem::take(&mut self.publishing.pending.snapshot);
        if changed.is_yes() {
            self.publishing.last = Arc::new(self.publish(now));
        }
        Arc::clone(&self.publishing.last)
    }

    fn publish(&self, now: Timestamp) -> Snapshot {
        let services = self.services.shown();
        let (engine, rules, publishing) = (&self.engine, &self.rules, &self.publishing);
        Snapshot {
            revision: publishing.last.revision + 1,
            taken_at: now,
            started_at: publishing.started_at,
            engine: engine.view.clone(),
            stacks: stacks(&services),
            services,
            layers: Arc::clone(&rules.layers),
            edges: self.services.edges(),
            incidents: self.incidents.share(),
            timeline: self.timeline.share(),
            operations: self.operations.share(),
            restart_times: self.operations.restarts.share(),
            operation_counts: Arc::clone(&self.operations.counts),
            bad_images: Arc::clone(&self.operations.bad_images),
            recorded_runs: Arc::clone(&publishing.recorded_runs),
            image_checks: Arc::clone(&publishing.image_checks),
            external: publishing.external.clone(),
            dropped: engine.dropped.clone(),
            cost: publishing.own.cost,
            secrets: Arc::clone(&publishing.secrets),
            heal_stops: Arc::clone(&self.operations.heal_stops),
            production: Arc::clone(&rules.production),
            config_problem: rules.problem.clone(),
            config_waiting: rules.waiting.iter().copied().map(str::to_owned).collect(),
            parts_down: publishing.own.parts_down.clone(),
            shortages: publishing.own.shortages.clone(),
            attached: None,
        }
    }
}

/// Stacks with their counts. Services sorted by id stand together by stack, as `/` ends its name.
fn stacks(services: &[Arc<Service>]) -> Vec<Stack> {
    let mut stacks: Vec<Stack> = services
        .chunk_by(|a, b| a.stack == b.stack)
        .filter_map(|members| Some(stack(members.first()?.stack.as_ref()?, members)))
        .collect();
    stacks.sort_shared_by(|a, b| a.name.cmp(&b.name));
    stacks
}

fn stack(name: &StackName, members: &[Arc<Service>]) -> Stack {
    let states = members.iter().map(|service| service.health.shown_state());
    let totals = Totals::count(states);
    let working_dir = members
        .iter()
        .flat_map(|service| &service.instances)
        .find_map(|instance| {
            instance
                .facts
                .labels
                .reveal()
                .get(compose_labels::WORKING_DIR)
                .cloned()
        });
    Stack {
        name: name.clone(),
        totals,
        working_dir,
    }
}
