//! What the list alone does not tell: whether containers are there whose network watched ones use,
//! and what the Swarm wants of the services whose tasks are watched.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use futures_util::FutureExt;

use super::{Answer, Session, Step};
use crate::engine::EngineError;
use crate::model::{Feature, InstanceFacts, InstanceId, Observation, SwarmService, Timestamp};

/// What was asked so far on this connection.
#[derive(Default)]
pub(super) struct Shapes {
    /// Containers whose network watched ones use and that are not watched themselves.
    owners: HashMap<InstanceId, Asked>,
    /// Tasks of Swarm services.
    tasks: HashSet<InstanceId>,
    /// Whether the Swarm's services are being asked for, and whether again after that.
    swarm_asked: bool,
    swarm_again: bool,
}

/// What came of asking for a container.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    UnderWay,
    There,
    /// Ids never come back.
    Gone,
}

impl Session<'_> {
    /// Asks for what the containers of a list leave open.
    pub(super) fn look_at_shapes(&mut self, instances: &[InstanceFacts]) {
        let owners = self.memory.roster.network_owners();
        for owner in &owners {
            let owner = InstanceId::new(owner.as_str());
            if self.shapes.owners.get(&owner) == Some(&Asked::There) {
                // Its events are not watched: how it stands is looked at with every list.
                self.shapes.owners.remove(&owner);
            }
        }
        for owner in owners {
            self.look_for_owner(&owner);
        }
        let tasks = instances
            .iter()
            .filter(|facts| facts.swarm_task().is_some());
        self.shapes.tasks = tasks.map(|facts| facts.id.clone()).collect();
        self.ask_swarm();
    }

    /// Asks for a container whose network a watched one uses, where it is not watched itself.
    pub(super) fn look_for_owner(&mut self, owner: &str) {
        let id = InstanceId::new(owner);
        if self.memory.roster.knows(&id)
            || self.memory.roster.knows_name(owner)
            || self.shapes.owners.contains_key(&id)
        {
            return;
        }
        self.shapes.owners.insert(id.clone(), Asked::UnderWay);
        let (engine, at) = (self.engine.clone(), Timestamp::now());
        let asked = async move {
            let result = engine
                .network_owner(&id)
                .await
                .map(|facts| facts.map(Box::new));
            Answer::Owner { at, id, result }
        };
        self.calls.push(asked.boxed());
    }

    pub(super) async fn on_owner(
        &mut self,
        at: Timestamp,
        id: InstanceId,
        result: Result<Option<Box<InstanceFacts>>, EngineError>,
    ) -> Step {
        let Ok(found) = result else {
            // Nothing is known of it; the next list asks again.
            self.shapes.owners.remove(&id);
            return Ok(());
        };
        let asked = if found.is_some() {
            Asked::There
        } else {
            Asked::Gone
        };
        self.shapes.owners.insert(id.clone(), asked);
        let facts = found.map(|facts| Arc::new(*facts));
        self.send(Observation::NetworkOwner {
            at,
            container: id,
            facts,
        })
        .await
    }

    /// Something happened to a container: to a task, and the Swarm does something about it.
    pub(super) fn shapes_may_differ(&mut self, id: &InstanceId) {
        if self.shapes.tasks.contains(id) {
            self.ask_swarm();
        }
    }

    fn ask_swarm(&mut self) {
        if self.shapes.tasks.is_empty() || self.memory.refused.contains(&Feature::Swarm) {
            return;
        }
        if std::mem::replace(&mut self.shapes.swarm_asked, true) {
            self.shapes.swarm_again = true;
            return;
        }
        let (engine, at) = (self.engine.clone(), Timestamp::now());
        self.calls.push(
            async move {
                Answer::Swarm {
                    at,
                    result: engine.swarm_services().await,
                }
            }
            .boxed(),
        );
    }

    pub(super) async fn on_swarm(
        &mut self,
        at: Timestamp,
        result: Result<Option<Vec<SwarmService>>, EngineError>,
    ) -> Step {
        self.shapes.swarm_asked = false;
        match result {
            // Only a manager knows; a worker's tasks are shown as they are.
            Ok(services) => {
                let services = services.unwrap_or_default();
                self.send(Observation::SwarmServices { at, services })
                    .await?;
            }
            Err(error) => {
                if let Some(reason) = error.refusal() {
                    return self.refuse(Feature::Swarm, reason).await;
                }
            }
        }
        if std::mem::take(&mut self.shapes.swarm_again) {
            self.ask_swarm();
        }
        Ok(())
    }
}
