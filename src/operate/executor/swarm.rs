//! A step that the Swarm does: an update of the service, and the wait until it has replaced every
//! task.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::engine::{Engine, EngineError, SwarmUpdate};
use crate::model::{OperationProgress, Step, StepState, StepWait};

use super::PlanExecutor;

/// How long the Swarm may take: it stops, starts and watches one task after the other.
const LIMIT: Duration = Duration::from_secs(600);
/// Time between two looks at the update.
const LOOK: Duration = Duration::from_millis(500);
/// How long the Swarm may take to begin.
const BEGINS: Duration = Duration::from_secs(2);

impl PlanExecutor {
    /// Has the Swarm replace the tasks of the service with this id and waits until it has.
    pub(super) async fn replace_tasks(
        &self,
        engine: &Engine,
        index: usize,
        step: &Step,
        id: &str,
    ) -> Result<StepState, String> {
        let clause = |error: EngineError| format!("cannot {}: {}", step.call(), error.cause());
        engine.restart_swarm_service(id).await.map_err(clause)?;
        if step.wait == StepWait::No {
            return Ok(StepState::Succeeded);
        }
        self.report(OperationProgress::Step {
            index,
            state: StepState::Waiting,
        })
        .await;
        self.unless_cancelled(self.tasks_replaced(engine, step, id))
            .await
    }

    /// Waits until the Swarm has replaced every task.
    async fn tasks_replaced(&self, engine: &Engine, step: &Step, id: &str) -> Result<(), String> {
        let begun = Instant::now();
        let mut seen_under_way = false;
        while begun.elapsed() < LIMIT {
            match engine.swarm_update(id).await {
                Ok(SwarmUpdate::UnderWay) => seen_under_way = true,
                // The state of the update before stands there until the Swarm has begun.
                Ok(SwarmUpdate::Done) if seen_under_way || begun.elapsed() >= BEGINS => {
                    return Ok(());
                }
                Ok(SwarmUpdate::Done) => {}
                Ok(SwarmUpdate::Failed(_)) if !seen_under_way && begun.elapsed() < BEGINS => {}
                Ok(SwarmUpdate::Failed(why)) => {
                    return Err(format!("{} is not healthy: {why}", step.name));
                }
                // The connection may break meanwhile; what the Swarm does goes on.
                Err(error) if error.is_unreachable() => {}
                Err(error) => return Err(format!("cannot {}: {}", step.call(), error.cause())),
            }
            sleep(LOOK).await;
        }
        Err(still_replaces(&step.name))
    }
}

fn still_replaces(name: &str) -> String {
    format!(
        "{name} is not healthy after {} s: the Swarm still replaces tasks",
        LIMIT.as_secs()
    )
}
