//! Names and ids of Swarm services and their tasks, and the state of a service.

use super::clock::Nanos;
use super::id::Id;

/// Characters of a task's or service's id.
const ID_CHARS: usize = 25;

/// What a manager stores of a service.
#[derive(Clone, Copy, Default)]
pub(super) struct Managed {
    /// Grows with each change.
    pub(super) index: u64,
    /// `TaskTemplate.ForceUpdate`.
    pub(super) forced: u64,
    /// When the latest update replaced the last task.
    pub(super) updated: Option<Nanos>,
}

/// An id as the Swarm makes them.
pub(super) fn swarm_id(kind: &str, name: &str) -> String {
    Id::of(kind, name)
        .to_string()
        .chars()
        .take(ID_CHARS)
        .collect()
}

/// The name of a service, that of its stack in front.
pub(super) fn full_name(stack: Option<&str>, service: &str) -> String {
    stack.map_or_else(|| service.to_owned(), |stack| format!("{stack}_{service}"))
}

/// The name of a task of slot `slot`: the `count`-th container of the world.
pub(super) fn task_name(service: &str, slot: u32, count: usize) -> String {
    format!(
        "{service}.{slot}.{}",
        swarm_id("task", &format!("{service} {slot} {count}"))
    )
}
