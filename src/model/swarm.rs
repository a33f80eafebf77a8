//! Swarm: whose task a container is, and what the Swarm wants of a service.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::InstanceFacts;

const SERVICE_ID: &str = "com.docker.swarm.service.id";
const SERVICE_NAME: &str = "com.docker.swarm.service.name";
const TASK_NAME: &str = "com.docker.swarm.task.name";
/// The stack of `docker stack deploy`.
const STACK: &str = "com.docker.stack.namespace";

/// The Swarm task that a container was made for, from its labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SwarmTask<'a> {
    /// Id of the Swarm service.
    pub service_id: &'a str,
    /// Name of the Swarm service without that of its stack.
    pub service: &'a str,
    /// The stack it was deployed with.
    pub stack: Option<&'a str>,
    /// Which of the service's replicas it stands for; 1 for the only one a node has of a global
    /// service.
    pub slot: u32,
}

impl<'a> SwarmTask<'a> {
    /// Reads a container's labels; `None` where the Swarm did not make it.
    #[must_use]
    pub fn of(labels: &'a BTreeMap<String, String>) -> Option<Self> {
        let told = |key: &str| {
            labels
                .get(key)
                .map(String::as_str)
                .filter(|value| !value.is_empty())
        };
        let (service_id, full) = (told(SERVICE_ID)?, told(SERVICE_NAME)?);
        let stack = told(STACK);
        let in_stack = stack
            .and_then(|stack| full.strip_prefix(stack)?.strip_prefix('_'))
            .filter(|name| !name.is_empty());
        let slot = told(TASK_NAME).and_then(|task| slot(task, full));
        Some(Self {
            service_id,
            service: in_stack.unwrap_or(full),
            stack,
            slot: slot.unwrap_or(1),
        })
    }
}

impl InstanceFacts {
    /// The Swarm task it was made for; `None` where the Swarm did not make it.
    #[must_use]
    pub fn swarm_task(&self) -> Option<SwarmTask<'_>> {
        SwarmTask::of(self.labels.reveal())
    }
}

/// A Swarm service as a manager reports it.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwarmService {
    /// Its id.
    pub id: String,
    /// Its full name, that of its stack in front.
    pub name: String,
    /// Tasks that are to run, on all nodes; `None` where the engine does not report it.
    pub desired: Option<u64>,
    /// Tasks that run, on all nodes; `None` where the engine does not report it.
    pub running: Option<u64>,
}

/// The slot in `web.2.9lvllj8h…`; a task of a global service has its node's id there.
fn slot(task: &str, service: &str) -> Option<u32> {
    let rest = task.strip_prefix(service)?.strip_prefix('.')?;
    rest.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
        entries
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn tasks_tell_service_stack_and_slot() {
        for (stack, name, task, expected) in [
            (
                None,
                "web",
                "web.2.9lvllj8heulqalotqm730k1bd",
                Some(("web", None, 2)),
            ),
            (
                Some("shop"),
                "shop_web",
                "shop_web.1.jmgurrkmvr6abmfabournhj7p",
                Some(("web", Some("shop"), 1)),
            ),
            // A dot or an underscore in a name is part of it.
            (
                Some("shop"),
                "shop_a_b.c",
                "shop_a_b.c.3.x",
                Some(("a_b.c", Some("shop"), 3)),
            ),
            (
                Some("shop"),
                "shopping",
                "shopping.1.x",
                Some(("shopping", Some("shop"), 1)),
            ),
            (
                Some("shop"),
                "shop_",
                "shop_.1.x",
                Some(("shop_", Some("shop"), 1)),
            ),
            (
                None,
                "glob",
                "glob.4jivl7sycw7n42l4xkqc2q4e0.tee2lceemy24",
                Some(("glob", None, 1)),
            ),
            (None, "odd", "", Some(("odd", None, 1))),
            (None, "", "", None),
        ] {
            let mut all = labels(&[
                ("com.docker.swarm.service.id", "ga9vph4f"),
                ("com.docker.swarm.service.name", name),
                ("com.docker.swarm.task.name", task),
            ]);
            all.extend(stack.map(|stack| (STACK.to_owned(), stack.to_owned())));
            let found = SwarmTask::of(&all).map(|task| (task.service, task.stack, task.slot));
            assert_eq!(found, expected, "{name}");
        }
        assert_eq!(
            SwarmTask::of(&labels(&[(STACK, "shop")])),
            None,
            "a label that others use too"
        );
    }
}
