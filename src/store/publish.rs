//! Making snapshots.

use std::sync::Arc;

use crate::model::SortShared as _;
use crate::model::{HealthState, Service, Snapshot, Stack, StackName, Timestamp, Totals};

use super::{Changed, Store};

/// Where Compose writes a project's directory.
const WORKING_DIR: &str = "com.docker.compose.project.working_dir";

impl Store {
    /// The snapshot as it is now. The revision grows only when something changed since the last one;
    /// else the same snapshot is given again.
    pub fn snapshot(&mut self, now: Timestamp) -> Arc<Snapshot> {
        let dirty = std::mem::replace(&mut self.dirty, Changed::No);
        if dirty == Changed::Yes {
            // Nothing follows from figures that were only measured again.
            self.derive(now);
        }
        if dirty.is_yes() {
            self.published = Arc::new(self.build_snapshot(now));
        }
        Arc::clone(&self.published)
    }

    fn build_snapshot(&self, now: Timestamp) -> Snapshot {
        let services: Vec<Arc<Service>> = self
            .entries
            .values()
            .filter(|entry| !entry.hidden)
            .map(|entry| Arc::clone(&entry.service))
            .collect();
        Snapshot {
            revision: self.published.revision + 1,
            taken_at: now,
            started_at: self.started_at,
            engine: self.engine.clone(),
            stacks: stacks(&services),
            services,
            layers: Arc::clone(&self.layers),
            edges: Arc::clone(&self.edges),
            incidents: self.incidents.share(),
            timeline: self.timeline.share(),
            operations: self.operations.share(),
            dropped: self.dropped.clone(),
            cost: self.cost,
            secrets: Arc::clone(&self.secrets),
            config_problem: self.config_problem.clone(),
            config_waiting: self.config_waiting.clone(),
            parts_down: self.parts_down.clone(),
            shortages: self.shortages.clone(),
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
    let states = members.iter().map(|service| service.health.state);
    let totals = Totals::count(states.collect::<Vec<HealthState>>());
    let working_dir = members
        .iter()
        .flat_map(|service| &service.instances)
        .find_map(|instance| instance.facts.labels.reveal().get(WORKING_DIR).cloned());
    Stack {
        name: name.clone(),
        totals,
        working_dir,
    }
}
