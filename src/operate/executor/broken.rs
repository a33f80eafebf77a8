//! A connection that broke during a call: whether the call was carried out shows in the container.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::engine::EngineError;
use crate::model::{InstanceFacts, InstanceState, OperationKind, SignedDuration, Step, Timestamp};

use super::PlanExecutor;

/// How long the engine may take to be reached again.
const REACHED: Duration = Duration::from_secs(60);
/// How long the engine, once reached, may take to carry out a call: three times Docker's usual
/// grace period.
const CARRIED_OUT: Duration = Duration::from_secs(30);
/// Time between two looks.
const LOOK: Duration = Duration::from_millis(500);
/// How far the engine's clock and ours may differ without being corrected.
const CLOCKS: SignedDuration = SignedDuration::from_secs(3);

impl PlanExecutor {
    /// Looks at the container until the call of `step` at `called_at`, whose connection broke with
    /// `error`, shows in it. `before` describes the container before the call.
    ///
    /// # Errors
    /// One sentence when it was not carried out, or the engine stays unreachable.
    pub(super) async fn find_out(
        &self,
        step: &Step,
        before: &InstanceFacts,
        called_at: Timestamp,
        error: &EngineError,
    ) -> Result<(), String> {
        tracing::warn!(
            "the connection broke during {}: {}",
            step.call(),
            error.cause()
        );
        if let OperationKind::Kill { signal } = step.kind
            && !signal.is_ending()
        {
            let (call, cause) = (step.call(), error.cause());
            return Err(format!(
                "cannot tell whether {signal} reached {}: the connection broke during {call} ({cause})",
                step.name
            ));
        }
        let mut deadline = Instant::now() + REACHED;
        let mut reached = false;
        while Instant::now() < deadline {
            let engine = self.link.borrow().clone();
            let looked = match engine {
                Some(engine) => engine.inspect(&before.id).await,
                None => Err(error.clone()),
            };
            match looked {
                Ok(Some(now)) if carried_out(step.kind, before, &now, called_at) => return Ok(()),
                // Removed, or made with `--rm`: the engine has removed it at its end.
                Ok(None) if self.plan.removes.contains(&step.name) => return Ok(()),
                Ok(None) => return Err(format!("cannot {}: the container is gone", step.call())),
                Ok(Some(_)) if !reached => {
                    reached = true;
                    deadline = Instant::now() + CARRIED_OUT;
                }
                Ok(Some(_)) => {}
                Err(error) if error.is_unreachable() => {}
                Err(error) => return Err(format!("cannot {}: {}", step.call(), error.cause())),
            }
            sleep(LOOK).await;
        }
        let cause = error.cause();
        Err(if reached {
            format!(
                "cannot {}: the connection broke ({cause}), and the engine did not do it",
                step.call()
            )
        } else {
            format!(
                "{}: the connection broke ({cause}), and the engine has not answered since; check {}",
                step.call(),
                step.name
            )
        })
    }
}

/// Whether a call of `kind` at `called_at` shows in a container, from its facts `before` the call
/// and `now`.
fn carried_out(
    kind: OperationKind,
    before: &InstanceFacts,
    now: &InstanceFacts,
    called_at: Timestamp,
) -> bool {
    let earliest = called_at.checked_sub(CLOCKS).unwrap_or(called_at);
    let new_run = now
        .started_at
        .is_some_and(|started| Some(started) != before.started_at && started >= earliest);
    match kind {
        OperationKind::Start => now.state == InstanceState::Running || new_run,
        OperationKind::Restart => new_run,
        // Each of their calls is looked at on its own.
        OperationKind::Recreate | OperationKind::Update { .. } => false,
        OperationKind::Stop => now.state.has_ended() || now.state == InstanceState::Created,
        // Its restart policy may have started it again.
        OperationKind::Kill { .. } => now.state.has_ended() || new_run,
        // It would be gone.
        OperationKind::Remove { .. } => false,
        OperationKind::Pause => now.state == InstanceState::Paused,
        OperationKind::Unpause => now.state == InstanceState::Running,
        OperationKind::Silence { .. } | OperationKind::Lift | OperationKind::Compose(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::KillSignal;
    use crate::plan::testing::facts;
    use InstanceState::{Created, Dead, Exited, Paused, Removing, Running};
    use OperationKind::{Pause, Remove, Restart, Start, Stop, Unpause};

    const KILL: OperationKind = OperationKind::Kill {
        signal: KillSignal::KILL,
    };

    #[test]
    fn a_call_shows_in_the_state_and_in_the_start_of_the_container() {
        let second = |second: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second);
        // The run before began at 0, the call was at 100.
        for (kind, was, is, started, expected) in [
            (Restart, Running, Running, 0, false),
            (Restart, Running, Exited, 0, false),
            (Restart, Running, Running, 101, true),
            (Restart, Running, Exited, 101, true),
            (Restart, Running, Running, 98, true),
            (Restart, Running, Running, 50, false),
            (Restart, Exited, Running, 101, true),
            (Start, Exited, Exited, 0, false),
            (Start, Exited, Running, 101, true),
            (Start, Exited, Exited, 101, true),
            (Start, Created, Created, 0, false),
            (Stop, Running, Running, 0, false),
            (Stop, Running, Exited, 0, true),
            (Stop, Running, Dead, 0, true),
            (Stop, Paused, Paused, 0, false),
            (KILL, Running, Running, 0, false),
            (KILL, Running, Exited, 0, true),
            (KILL, Running, Running, 101, true),
            (Remove { force: true }, Running, Exited, 0, false),
            (Remove { force: false }, Exited, Removing, 0, false),
            (Pause, Running, Running, 0, false),
            (Pause, Running, Paused, 0, true),
            (Unpause, Paused, Paused, 0, false),
            (Unpause, Paused, Running, 0, true),
        ] {
            let before = facts("api", 1, was);
            let mut now = facts("api", 1, is);
            now.started_at = Some(second(started));
            assert_eq!(
                carried_out(kind, &before, &now, second(100)),
                expected,
                "{kind:?} from {was:?} to {is:?}, started at {started}"
            );
        }
    }
}
