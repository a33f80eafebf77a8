//! A container that is created in place of another one.

use std::sync::Arc;

use crate::sim::clock::Nanos;
use crate::sim::id::Id;
use crate::sim::schema::SimState;

use super::{Container, World};

impl World {
    /// Creates the container `name` from the definition of the one at `old`, which is called
    /// otherwise by now; its id. It takes over the listeners of that one, which stay at their
    /// index.
    pub(in crate::sim) fn succeed(&mut self, old: u32, name: &str, now: Nanos) -> Option<Id> {
        let before = self.take(old)?;
        let place = (before.number, before.place);
        let fresh = Container::new(&before.spec, before.stack, place, name, self.seed, now);
        let fresh = Container {
            // The name alone would give the id of the container before.
            id: Id::of("container", &format!("{name} {now}")),
            created: now,
            started: 0,
            finished: 0,
            state: SimState::Created,
            exit_code: 0,
            oom_killed: false,
            restarts: 0,
            run_epoch: before.run_epoch.wrapping_add(1),
            awake_since: None,
            listeners: before.listeners.clone(),
            ..fresh
        };
        let id = fresh.id;
        self.by_name.insert(Arc::clone(&fresh.name), old);
        self.by_id.insert(id, old);
        if let Some(slot) = self.containers.get_mut(old as usize) {
            *slot = Some(fresh);
        }
        self.insert(before, now);
        Some(id)
    }
}
