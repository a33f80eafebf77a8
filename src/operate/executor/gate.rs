//! The gate after a call: the next wave begins when what was started is up.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::super::wait::{Awaited, Standing};
use super::PlanExecutor;

/// How long the first result of our probe may take where nothing else is missing: probes begin with
/// the start of a container and follow every few seconds. Where none comes, none is waited for.
const PROBED: Duration = Duration::from_secs(30);

impl PlanExecutor {
    /// Waits until the container `name` is up, by what the snapshots show.
    ///
    /// # Errors
    /// One sentence when it will not be, or is not in time.
    pub(super) async fn wait(&self, awaited: &Awaited, name: &str) -> Result<(), String> {
        let deadline = Instant::now() + awaited.limit();
        let mut snapshots = self.snapshots.clone();
        let mut runs_since: Option<Instant> = None;
        let mut was_listed = false;
        loop {
            let (standing, is_listed) = {
                let snapshot = snapshots.borrow_and_update();
                (awaited.standing(&snapshot), awaited.is_listed(&snapshot))
            };
            if was_listed && !is_listed {
                return Err(awaited.failed(name, "the container was removed"));
            }
            was_listed |= is_listed;
            let wake = match &standing {
                Standing::Up => return Ok(()),
                Standing::Failed(why) => return Err(awaited.failed(name, why)),
                Standing::NotYet(_) => {
                    runs_since = None;
                    deadline
                }
                Standing::Runs | Standing::Unprobed => {
                    let lasts = if standing == Standing::Runs {
                        self.proof
                    } else {
                        PROBED
                    };
                    let until = *runs_since.get_or_insert_with(Instant::now) + lasts;
                    if Instant::now() >= until {
                        return Ok(());
                    }
                    until.min(deadline)
                }
            };
            match timeout_at(wake, snapshots.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => {
                    let what = awaited.what();
                    return Err(format!("hubdeck quit before {name} {what}"));
                }
                Err(_) if wake < deadline => {}
                Err(_) => return Err(awaited.late(name, &standing)),
            }
        }
    }
}
