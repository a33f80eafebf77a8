//! Health: checks and listeners that fail and work again, and what the healthcheck says.

use crate::model::DockerStatus;

use crate::sim::agenda::Task;
use crate::sim::clock::{Nanos, SECOND, seconds};
use crate::sim::schema::SimState;
use crate::sim::trace::Ailment;
use crate::sim::world::{Container, World};

impl World {
    /// From now on it differs so from a container that works: with an output its checks and
    /// listeners fail.
    pub(in crate::sim) fn fail(&mut self, index: u32, now: Nanos, ailment: Ailment) {
        let Some(container) = self.get_mut(index).filter(|c| c.state == SimState::Running) else {
            return;
        };
        if container.trace().lasting().is_some() {
            return;
        }
        let succeeds = ailment.output.is_none();
        container.trace().fail(now, ailment);
        if succeeds {
            return;
        }
        container.failure_epoch += 1;
        let task = Task::Unhealthy {
            index,
            run_epoch: container.run_epoch,
            failure_epoch: container.failure_epoch,
        };
        if let Some(at) = container.last_retry(now) {
            self.plan(at, task);
        }
    }

    /// Its checks and listeners work again; the engine notices with the next check.
    pub(in crate::sim) fn recover(&mut self, index: u32, now: Nanos) {
        if !self.heal(index, now) {
            return;
        }
        let Some(container) = self.get(index) else {
            return;
        };
        if let Some((next, _)) = container.next_check(now) {
            let (run_epoch, failure_epoch) = (container.run_epoch, container.failure_epoch);
            self.plan(
                next,
                Task::Healthy {
                    index,
                    run_epoch,
                    failure_epoch,
                },
            );
        }
    }

    pub(super) fn heal(&mut self, index: u32, now: Nanos) -> bool {
        let Some(container) = self.get_mut(index) else {
            return false;
        };
        let failed = container.failing().is_some();
        if let Some(trace) = &mut container.trace {
            trace
                .failures
                .iter_mut()
                .filter(|failure| failure.to.is_none())
                .for_each(|it| it.to = Some(now));
        }
        container.failure_epoch += u32::from(failed);
        failed
    }

    /// Sets what the healthcheck says, with its event.
    pub(in crate::sim) fn set_health(&mut self, index: u32, now: Nanos, status: DockerStatus) {
        let Some(container) = self.get_mut(index) else {
            return;
        };
        if container.health == status {
            return;
        }
        container.health = status;
        let word = match status {
            DockerStatus::None => return,
            DockerStatus::Starting => "starting",
            DockerStatus::Healthy => "healthy",
            DockerStatus::Unhealthy => "unhealthy",
        };
        self.event(index, now, &format!("health_status: {word}"), &[]);
    }
}

impl Container {
    /// Instant of the check that is one too many when all fail from `now` on.
    fn last_retry(&self, now: Nanos) -> Option<Nanos> {
        let (next, interval) = self.next_check(now)?;
        let retries = self.spec.healthcheck.as_ref()?.retries.max(1);
        Some(next + interval * i64::from(retries - 1))
    }

    /// Instant of the next check after `now`, and the time between checks.
    fn next_check(&self, now: Nanos) -> Option<(Nanos, Nanos)> {
        let interval = seconds(self.spec.healthcheck.as_ref()?.interval).max(SECOND / 10);
        let done = (now - self.started).max(0) / interval;
        Some((self.started + (done + 1) * interval, interval))
    }
}
