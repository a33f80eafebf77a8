//! Queries for what the list does not contain: whether containers are there whose network watched
//! ones use, and what the Swarm wants of the services whose tasks are watched.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use futures_util::FutureExt;

use super::{Answer, Session, Step};
use crate::engine::EngineError;
use crate::model::{Feature, InstanceFacts, InstanceId, Observation, SwarmService, Timestamp};

/// What was queried so far on this connection.
#[derive(Default)]
pub(super) struct ExtraQueries {
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
    /// Queries the network owners and Swarm services of the containers of a list.
    pub(super) fn query_owners_and_swarm(&mut self, instances: &[InstanceFacts]) {
        let owners = self.memory.inspections.network_owners();
        for owner in &owners {
            let owner = InstanceId::new(owner.as_str());
            if self.extra_queries.owners.get(&owner) == Some(&Asked::There) {
                // Its events are not watched: how it stands is looked at with every list.
                self.extra_queries.owners.remove(&owner);
            }
        }
        for owner in owners {
            self.query_owner(&owner);
        }
        let tasks = instances
            .iter()
            .filter(|facts| facts.swarm_task().is_some());
        self.extra_queries.tasks = tasks.map(|facts| facts.id.clone()).collect();
        self.ask_swarm();
    }

    /// Asks for a container whose network a watched one uses, where it is not watched itself.
    pub(super) fn query_owner(&mut self, owner: &str) {
        let id = InstanceId::new(owner);
        if self.memory.inspections.contains(&id)
            || self.memory.inspections.contains_name(owner)
            || self.extra_queries.owners.contains_key(&id)
        {
            return;
        }
        self.extra_queries
            .owners
            .insert(id.clone(), Asked::UnderWay);
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
            self.extra_queries.owners.remove(&id);
            return Ok(());
        };
        let asked = if found.is_some() {
            Asked::There
        } else {
            Asked::Gone
        };
        self.extra_queries.owners.insert(id.clone(), asked);
        let facts = found.map(|facts| Arc::new(*facts));
        self.send(Observation::NetworkOwner {
            at,
            container: id,
            facts,
        })
        .await
    }

    /// An event of a container came: where it is a task, the Swarm may replace it.
    pub(super) fn query_swarm_after_event(&mut self, id: &InstanceId) {
        if self.extra_queries.tasks.contains(id) {
            self.ask_swarm();
        }
    }

    fn ask_swarm(&mut self) {
        if self.extra_queries.tasks.is_empty() || self.memory.refused.contains(&Feature::Swarm) {
            return;
        }
        if std::mem::replace(&mut self.extra_queries.swarm_asked, true) {
            self.extra_queries.swarm_again = true;
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
        self.extra_queries.swarm_asked = false;
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
        if std::mem::take(&mut self.extra_queries.swarm_again) {
            self.ask_swarm();
        }
        Ok(())
    }
}
