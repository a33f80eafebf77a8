//! Swarm services: containers as their tasks, and the update that replaces each of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::clock::{Nanos, stamp};
use super::refusal::LifecycleRefusal;
use super::schema::{ServiceSpec, SimState};
use super::task::{full_name, swarm_id};
use super::world::{Container, World};

impl World {
    fn swarm_name(&self, container: &Container) -> String {
        full_name(
            self.stack(container).map(|stack| stack.name.as_str()),
            &container.spec.name,
        )
    }

    /// Calls `each` with the labels the Swarm gives a task.
    pub(super) fn swarm_labels(&self, container: &Container, each: &mut dyn FnMut(&str, &str)) {
        let name = self.swarm_name(container);
        if let Some(stack) = self.stack(container) {
            each("com.docker.stack.namespace", &stack.name);
        }
        each(
            "com.docker.swarm.node.id",
            &swarm_id("node", &self.engine.host),
        );
        each("com.docker.swarm.service.id", &swarm_id("service", &name));
        each("com.docker.swarm.service.name", &name);
        each("com.docker.swarm.task", "");
        each(
            "com.docker.swarm.task.id",
            container.name.rsplit('.').next().unwrap_or_default(),
        );
        each("com.docker.swarm.task.name", &container.name);
    }

    /// Whether the engine is a manager of a Swarm.
    fn is_manager(&self) -> bool {
        self.all().any(|(_, container)| container.spec.swarm)
    }

    /// Tasks by the name of their service.
    fn tasks(&self) -> BTreeMap<String, Vec<(u32, &Container)>> {
        let mut tasks: BTreeMap<String, Vec<(u32, &Container)>> = BTreeMap::new();
        for (index, container) in self.all().filter(|(_, container)| container.spec.swarm) {
            tasks
                .entry(self.swarm_name(container))
                .or_default()
                .push((index, container));
        }
        tasks
    }

    /// Every Swarm service.
    pub(super) fn swarm_services(&self) -> Result<Vec<Value>, LifecycleRefusal> {
        if !self.is_manager() {
            return Err(no_manager());
        }
        Ok(self
            .tasks()
            .iter()
            .map(|(name, tasks)| self.swarm_service(name, tasks))
            .collect())
    }

    /// The Swarm service of this id or name.
    pub(super) fn find_swarm_service(&self, key: &str) -> Result<Value, LifecycleRefusal> {
        if !self.is_manager() {
            return Err(no_manager());
        }
        let tasks = self.tasks();
        let found = tasks
            .iter()
            .find(|(name, _)| *name == key || swarm_id("service", name) == key);
        let missing = || LifecycleRefusal::Missing(format!("service {key} not found"));
        found
            .map(|(name, tasks)| self.swarm_service(name, tasks))
            .ok_or_else(missing)
    }

    fn swarm_service(&self, name: &str, tasks: &[(u32, &Container)]) -> Value {
        let managed = self.swarm.get(name).copied().unwrap_or_default();
        let spec = tasks.first().map(|(_, container)| &container.spec);
        let desired = spec.map_or(0, |spec| spec.replicas);
        let image = spec.map_or("", |spec| spec.image.as_str());
        let running = tasks
            .iter()
            .filter(|(_, container)| container.state.is_up())
            .count();

        let status = managed.updated.map(|at| {
            json!({ "State": "completed", "StartedAt": stamp(at), "CompletedAt": stamp(at), "Message": "update completed" })
        });
        json!({
            "ID": swarm_id("service", name),
            "Version": { "Index": managed.index + 1 },
            "Spec": {
                "Name": name, "Labels": {},
                "TaskTemplate": {
                    "ContainerSpec": { "Image": image }, "ForceUpdate": managed.forced, "Runtime": "container",
                },
                "Mode": { "Replicated": { "Replicas": desired } },
            },
            "UpdateStatus": status,
            "ServiceStatus": { "RunningTasks": running, "DesiredTasks": desired, "CompletedTasks": 0 },
        })
    }

    /// `POST /services/{id}/update`: where the count of forced updates grew, every task is
    /// replaced.
    pub(super) fn update_swarm_service(
        &mut self,
        key: &str,
        version: Option<&str>,
        spec: &Value,
        now: Nanos,
    ) -> Result<(), LifecycleRefusal> {
        let name = self.find_swarm_service(key)?["Spec"]["Name"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let forced = spec["TaskTemplate"]["ForceUpdate"].as_u64().unwrap_or(0);
        if spec["Name"] != *name {
            return Err(LifecycleRefusal::Bad(
                "renaming services is not supported".into(),
            ));
        }
        let managed = self.swarm.entry(name.clone()).or_default();
        if version.and_then(|version| version.parse().ok()) != Some(managed.index + 1) {
            return Err(LifecycleRefusal::Failed(
                "rpc error: code = Unknown desc = update out of sequence".into(),
            ));
        }
        managed.index += 1;
        let replaces = std::mem::replace(&mut managed.forced, forced) != forced;
        if !replaces {
            return Ok(());
        }
        managed.updated = Some(now);
        self.replace_running(&name, now)
    }

    fn replace_running(&mut self, name: &str, now: Nanos) -> Result<(), LifecycleRefusal> {
        let tasks = self.tasks().remove(name).unwrap_or_default();
        let running: Vec<u32> = tasks
            .into_iter()
            .filter(|(_, container)| container.state.is_up())
            .map(|(index, _)| index)
            .collect();
        for index in running {
            self.replace_task(index, now)?;
        }
        Ok(())
    }

    /// Stops a task and starts another one in its slot; the old one stays as history.
    fn replace_task(&mut self, index: u32, now: Nanos) -> Result<(), LifecycleRefusal> {
        let Some((spec, stack, slot)) = self
            .get(index)
            .map(|it| (Arc::clone(&it.spec), it.stack, it.number))
        else {
            return Ok(());
        };
        self.stop(index, now)?;
        let fresh = ServiceSpec {
            state: SimState::Created,
            age: 0.0,
            uptime: None,
            ..(*spec).clone()
        };
        let new = self.add(&Arc::new(fresh), stack, slot, spec.logs_per_second, now);
        self.event(new, now, "create", &[]);
        self.start(new, now)
    }
}

fn no_manager() -> LifecycleRefusal {
    LifecycleRefusal::Unavailable(
        "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to \
         swarm and try again."
            .into(),
    )
}
