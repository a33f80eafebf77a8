//! Swarm services: what a manager reports of them, and restarting one through an update.
//!
//! A task is never restarted itself: the Swarm takes its end for a failure and starts another one
//! beside it.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::transport::{ACT_TIMEOUT, HttpMethod, READ_TIMEOUT, encoded};
use super::{Engine, EngineError, wire};
use crate::model::SwarmService;

/// How often an update is tried that another change of the service came before.
const ATTEMPTS: usize = 3;
const NO_DEFINITION: &str = "the engine does not tell the service's definition";
/// How the engine says that another change came before.
const OUT_OF_SEQUENCE: &str = "out of sequence";
/// How long the engine may take to be reached again after the connection broke during an update.
const REACHED: Duration = Duration::from_secs(60);
/// How often a reached engine is asked whether it took the update, and the time between two looks.
const LOOKS: usize = 4;
const LOOK: Duration = Duration::from_millis(500);
/// How a worker, or an engine outside of any Swarm, refuses.
const NO_MANAGER: &str = "not a swarm manager";

/// How far the latest update of a Swarm service is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SwarmUpdate {
    /// Tasks are being replaced.
    UnderWay,
    /// Every task was replaced, or there never was an update.
    Done,
    /// It was given up; the Swarm's own words.
    Failed(String),
}

/// Swarm services.
impl Engine {
    /// The Swarm's services; `None` where this engine is no manager of a Swarm.
    ///
    /// # Errors
    /// When the engine does not answer or a proxy refuses.
    pub async fn swarm_services(&self) -> Result<Option<Vec<SwarmService>>, EngineError> {
        let what = ("list", "the Swarm's services");
        let found: Result<Vec<wire::WireSwarmService>, _> = self
            .transport
            .get("/services?status=true", READ_TIMEOUT, what)
            .await;
        match found {
            Ok(services) => Ok(Some(services.into_iter().filter_map(service).collect())),
            Err(EngineError::Failed { cause, .. }) if cause.contains(NO_MANAGER) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Has the Swarm replace every task of the service with this id, as `docker service update
    /// --force` does; returns when the Swarm has begun.
    ///
    /// # Errors
    /// When this engine is no manager, does not answer, or refuses.
    pub async fn restart_swarm_service(&self, id: &str) -> Result<(), EngineError> {
        let target = format!("Swarm service {}", short(id));
        let what = ("restart", target.as_str());
        let path = format!("/services/{}", encoded(id));
        for attempt in 1.. {
            let mut found: wire::WireSwarmService = self
                .transport
                .get(&path, READ_TIMEOUT, what)
                .await
                .map_err(worded)?;
            let unreadable = || EngineError::failed(what.0, &target, NO_DEFINITION);
            let index = found
                .version
                .and_then(|version| version.index)
                .ok_or_else(unreadable)?;
            let count = force(&mut found.spec).ok_or_else(unreadable)?;
            let update = format!("{path}/update?version={index}");
            match self
                .transport
                .call_with(
                    HttpMethod::Post,
                    &update,
                    Some(&found.spec),
                    ACT_TIMEOUT,
                    what,
                )
                .await
            {
                Ok(_body) => return Ok(()),
                Err(error) if error.may_have_been_carried_out() => {
                    return self.await_forced(&path, count, error).await;
                }
                Err(error) if attempt < ATTEMPTS && error.cause().contains(OUT_OF_SEQUENCE) => {}
                Err(error) => return Err(worded(error)),
            }
        }
        Ok(())
    }

    /// Looks whether the update to `count`, whose connection broke with `error`, has reached the
    /// service at `path`.
    async fn await_forced(
        &self,
        path: &str,
        count: u64,
        error: EngineError,
    ) -> Result<(), EngineError> {
        let deadline = Instant::now() + REACHED;
        let mut looks = 0;
        while looks < LOOKS && Instant::now() < deadline {
            let found: Result<wire::WireSwarmService, _> = self
                .transport
                .get(path, READ_TIMEOUT, ("look at", "the Swarm service"))
                .await;
            match found {
                Ok(found) if forced(&found.spec) >= count => return Ok(()),
                // An update is taken or refused at once.
                Ok(_) => looks += 1,
                Err(error) if error.is_unreachable() => {}
                Err(error) => return Err(worded(error)),
            }
            sleep(LOOK).await;
        }
        Err(error)
    }

    /// How far the latest update of the service with this id is.
    ///
    /// # Errors
    /// When this engine is no manager, does not answer, or refuses.
    pub async fn swarm_update(&self, id: &str) -> Result<SwarmUpdate, EngineError> {
        let target = format!("Swarm service {}", short(id));
        let path = format!("/services/{}", encoded(id));
        let found: wire::WireSwarmService = self
            .transport
            .get(&path, READ_TIMEOUT, ("look at", &target))
            .await
            .map_err(worded)?;
        let status = found.update_status.unwrap_or_default();
        Ok(match status.state.as_deref() {
            Some("updating" | "rollback_started") => SwarmUpdate::UnderWay,
            Some("completed") | None => SwarmUpdate::Done,
            Some(state) => {
                let message = status.message.filter(|message| !message.is_empty());
                SwarmUpdate::Failed(message.unwrap_or_else(|| state.replace('_', " ")))
            }
        })
    }
}

/// What a manager alone can do is named as that.
fn worded(error: EngineError) -> EngineError {
    match error {
        EngineError::Failed {
            operation,
            target,
            cause,
            ..
        } if cause.contains(NO_MANAGER) => {
            let cause = "this engine is no manager of the Swarm; use one that is";
            EngineError::failed(operation, &target, cause)
        }
        EngineError::Unsupported {
            operation,
            target,
            cause,
        } if cause.contains("not found") => {
            EngineError::failed(operation, &target, "the Swarm has no such service")
        }
        error => error,
    }
}

/// Raises `TaskTemplate.ForceUpdate`, which makes every task another one, and returns it; `None`
/// where there is no template.
fn force(spec: &mut Value) -> Option<u64> {
    let count = forced(spec).wrapping_add(1);
    let template = spec.get_mut("TaskTemplate")?.as_object_mut()?;
    template.insert("ForceUpdate".into(), json!(count));
    Some(count)
}

/// How often the tasks were replaced by force.
fn forced(spec: &Value) -> u64 {
    spec.pointer("/TaskTemplate/ForceUpdate")
        .and_then(Value::as_u64)
        .unwrap_or(0)
}

/// `None` for an entry without an id.
fn service(raw: wire::WireSwarmService) -> Option<SwarmService> {
    let replicas = raw
        .spec
        .pointer("/Mode/Replicated/Replicas")
        .and_then(Value::as_u64);
    let status = raw.service_status;
    Some(SwarmService {
        id: raw.id.filter(|id| !id.is_empty())?,
        name: raw
            .spec
            .get("Name")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        // Engines before API version 1.41 report no status, and a global service has no number of
        // replicas.
        desired: status
            .as_ref()
            .and_then(|status| status.desired_tasks)
            .or(replicas),
        running: status.and_then(|status| status.running_tasks),
    })
}

/// The first twelve characters, as Docker prints ids.
fn short(id: &str) -> &str {
    id.get(..12).unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Option<SwarmService> {
        service(serde_json::from_str(json).expect("readable"))
    }

    #[test]
    fn services_with_and_without_a_status() {
        let told = read(
            r#"{"ID":"ga9","Spec":{"Name":"shop_web","Mode":{"Replicated":{"Replicas":2}}},
            "ServiceStatus":{"RunningTasks":1,"DesiredTasks":2,"CompletedTasks":0}}"#,
        );
        let expected = SwarmService {
            id: "ga9".into(),
            name: "shop_web".into(),
            desired: Some(2),
            running: Some(1),
        };
        assert_eq!(told, Some(expected.clone()));
        let old =
            read(r#"{"ID":"ga9","Spec":{"Name":"shop_web","Mode":{"Replicated":{"Replicas":2}}}}"#);
        assert_eq!(
            old,
            Some(SwarmService {
                running: None,
                ..expected.clone()
            })
        );
        let global = read(r#"{"ID":"ga9","Spec":{"Name":"shop_web","Mode":{"Global":{}}}}"#);
        assert_eq!(
            global,
            Some(SwarmService {
                running: None,
                desired: None,
                ..expected
            })
        );
        assert_eq!(read(r#"{"ID":""}"#), None);
    }

    #[test]
    fn forcing_raises_the_count_and_leaves_the_rest() {
        let mut spec =
            json!({ "Name": "web", "TaskTemplate": { "ForceUpdate": 4, "Runtime": "container" } });
        assert_eq!(force(&mut spec), Some(5));
        assert_eq!(
            spec,
            json!({ "Name": "web", "TaskTemplate": { "ForceUpdate": 5, "Runtime": "container" } })
        );
        let mut fresh = json!({ "TaskTemplate": {} });
        assert_eq!(force(&mut fresh), Some(1));
        assert_eq!(fresh, json!({ "TaskTemplate": { "ForceUpdate": 1 } }));
        assert_eq!(force(&mut json!({})), None);
    }
}
