//! What happens to containers: start, stop, pause, death, failure and recovery, each with the
//! events a real engine sends.

mod events;
mod health;

use std::sync::Arc;

use axum::body::Bytes;

use crate::model::DockerStatus;

use super::agenda::Task;
use super::clock::{Nanos, SECOND, seconds};
use super::refusal::LifecycleRefusal;
use super::schema::{Restart, SimState};
use super::template::Template;
use super::trace::Ailment;
use super::world::{Container, World};

/// Signals by name, with whether they end a process.
const SIGNALS: [(&str, i64, bool); 8] = [
    ("HUP", 1, false),
    ("INT", 2, true),
    ("QUIT", 3, true),
    ("KILL", 9, true),
    ("USR1", 10, false),
    ("USR2", 12, false),
    ("TERM", 15, true),
    ("WINCH", 28, false),
];

impl World {
    /// The container of this name or id.
    pub(super) fn index(&self, key: &str) -> Result<u32, LifecycleRefusal> {
        self.find(key)
            .ok_or_else(|| LifecycleRefusal::Missing(format!("No such container: {key}")))
    }

    /// Starts a container.
    pub(super) fn start(&mut self, index: u32, now: Nanos) -> Result<(), LifecycleRefusal> {
        match self.get(index).map(|container| container.state) {
            Some(SimState::Running) => Err(LifecycleRefusal::Already),
            Some(SimState::Paused) => Err(LifecycleRefusal::Conflict(
                "cannot start a paused container, try unpause instead".into(),
            )),
            _ => {
                self.network_owner_runs(index)?;
                self.begin(index, now);
                Ok(())
            }
        }
    }

    /// Ends a container's process because it was asked to stop.
    pub(super) fn stop(&mut self, index: u32, now: Nanos) -> Result<(), LifecycleRefusal> {
        match self.get(index).map(|container| container.state) {
            Some(SimState::Running | SimState::Paused) => {
                let code = self
                    .get(index)
                    .map_or(0, |container| container.spec.exit_code);
                self.event(index, now, "kill", &[("signal", "15")]);
                self.end(index, now, code);
                self.event(index, now, "stop", &[]);
                Ok(())
            }
            Some(SimState::Restarting) => {
                self.end(
                    index,
                    now,
                    self.get(index).map_or(0, |container| container.exit_code),
                );
                Ok(())
            }
            _ => Err(LifecycleRefusal::Already),
        }
    }

    /// Sends a signal; the restart policy does not apply to what ends by it.
    pub(super) fn kill(
        &mut self,
        index: u32,
        signal: &str,
        now: Nanos,
    ) -> Result<(), LifecycleRefusal> {
        let bare = signal.trim_start_matches("SIG").to_owned();
        let known = SIGNALS
            .iter()
            .find(|(name, number, _)| *name == bare || number.to_string() == bare);
        let (id, name, up) = self
            .get(index)
            .map(|c| (c.id, c.name.to_string(), c.state.is_up()))
            .ok_or(LifecycleRefusal::Already)?;
        let Some((_, number, ends)) = known else {
            return Err(LifecycleRefusal::Bad(format!(
                "cannot kill container: {name}: invalid signal: {signal}"
            )));
        };
        if !up {
            let message = format!("cannot kill container: {name}: container {id} is not running");
            return Err(LifecycleRefusal::Conflict(message));
        }
        self.event(index, now, "kill", &[("signal", &number.to_string())]);
        if *ends {
            self.end(index, now, 128 + number);
        }
        Ok(())
    }

    /// Freezes a container.
    pub(super) fn pause(&mut self, index: u32, now: Nanos) -> Result<(), LifecycleRefusal> {
        let container = self.get_mut(index).ok_or(LifecycleRefusal::Already)?;
        match container.state {
            SimState::Running => {
                container.sleep(now);
                container.state = SimState::Paused;
                self.event(index, now, "pause", &[]);
                Ok(())
            }
            SimState::Paused => Err(LifecycleRefusal::Conflict(format!(
                "container {} is already paused",
                container.id
            ))),
            _ => Err(LifecycleRefusal::Conflict(format!(
                "container {} is not running",
                container.id
            ))),
        }
    }

    /// Thaws a container.
    pub(super) fn unpause(&mut self, index: u32, now: Nanos) -> Result<(), LifecycleRefusal> {
        let container = self.get_mut(index).ok_or(LifecycleRefusal::Already)?;
        if container.state != SimState::Paused {
            return Err(LifecycleRefusal::Failed(format!(
                "Container {} is not paused",
                container.id
            )));
        }
        container.state = SimState::Running;
        container.awake_since = Some(now);
        self.event(index, now, "unpause", &[]);
        Ok(())
    }

    /// Removes a container; a running one only by `force`.
    pub(super) fn remove(
        &mut self,
        index: u32,
        force: bool,
        now: Nanos,
    ) -> Result<(), LifecycleRefusal> {
        let (name, up) = self
            .get(index)
            .map(|c| (c.name.to_string(), c.state.is_up()))
            .ok_or(LifecycleRefusal::Already)?;
        if up && !force {
            return Err(LifecycleRefusal::Conflict(format!(
                "cannot remove container \"/{name}\": container is running: stop the container before removing or \
                 force remove"
            )));
        }
        if up {
            self.event(index, now, "kill", &[("signal", "9")]);
            self.end(index, now, 137);
        }
        self.event(index, now, "destroy", &[]);
        self.take(index);
        Ok(())
    }

    /// The process ends by itself: the restart policy applies.
    pub(super) fn crash(&mut self, index: u32, now: Nanos, code: i64, oom: bool) {
        let Some(container) = self.get(index).filter(|container| container.state.is_up()) else {
            return;
        };
        let delay = seconds(container.spec.restart_delay);
        let again = match container.spec.restart {
            Restart::No => false,
            Restart::OnFailure => code != 0,
            Restart::Always | Restart::UnlessStopped => true,
        };
        if oom {
            self.event(index, now, "oom", &[]);
        }
        self.end(index, now, code);
        let Some(container) = self.get_mut(index) else {
            return;
        };
        container.oom_killed = oom;
        if again {
            container.state = SimState::Restarting;
            let run_epoch = container.run_epoch;
            self.plan(now + delay, Task::Restart { index, run_epoch });
        }
    }

    /// The start itself: whatever was before, it runs from now on.
    pub(super) fn begin(&mut self, index: u32, now: Nanos) {
        self.heal(index, now);
        self.root_healed(index, now);
        let Some(container) = self.get_mut(index) else {
            return;
        };
        if container.run_epoch == 0 && container.finished > container.started {
            let run = (container.started, container.finished);
            container.trace().ran(run.0, run.1);
        }
        container.begin_run(now);
        let spec = Arc::clone(&container.spec);
        if spec.healthcheck.is_some() {
            container.health = DockerStatus::Starting;
        }
        container.write_all(&spec.start_logs, spec.stderr, now);
        self.network_events(index, now, "connect");
        self.event(index, now, "start", &[]);
        self.settle(index, now);
    }

    /// Plans what follows from the state a container is in: its end, its first healthy check, its
    /// restart.
    pub(super) fn settle(&mut self, index: u32, now: Nanos) {
        let Some(container) = self.get_mut(index) else {
            return;
        };
        let (run_epoch, started) = (container.run_epoch, container.started);
        let spec = Arc::clone(&container.spec);
        match container.state {
            SimState::Running => {
                self.settle_health(index, now);
                if let Some(length) = spec.runs_for {
                    let end = (started + seconds(length)).max(now + SECOND / 10);
                    self.plan(end, Task::Ends { index, run_epoch });
                }
            }
            SimState::Restarting => {
                self.plan(
                    now + seconds(spec.restart_delay),
                    Task::Restart { index, run_epoch },
                );
            }
            _ => {}
        }
    }

    /// Plans the first healthy check of a running container, or lets its checks fail.
    fn settle_health(&mut self, index: u32, now: Nanos) {
        let Some(container) = self.get_mut(index) else {
            return;
        };
        let spec = Arc::clone(&container.spec);
        let Some(check) = &spec.healthcheck else {
            return;
        };
        let started = container.started;
        if check.failing {
            let ailment = Ailment {
                output: Some(check.output.as_str().into()),
                ..Ailment::default()
            };
            container.trace().fail(started, ailment);
        } else if container.health == DockerStatus::Starting {
            let task = Task::Healthy {
                index,
                run_epoch: container.run_epoch,
                failure_epoch: container.failure_epoch,
            };
            self.plan(now + seconds(check.ready_after), task);
        }
    }

    /// The end itself, with the events that are common to every cause.
    fn end(&mut self, index: u32, now: Nanos, code: i64) {
        let Some(container) = self.get_mut(index) else {
            return;
        };
        container.sleep(now);
        container.run_epoch += 1;
        container.state = SimState::Exited;
        container.finished = now;
        container.exit_code = code;
        container.work = 0.0;
        if container.health != DockerStatus::None {
            // The engine's monitor stops, and reports it by this word.
            container.health = DockerStatus::Unhealthy;
        }
        let lasted = ((now - container.started) / SECOND).to_string();
        self.event(
            index,
            now,
            "die",
            &[("execDuration", &lasted), ("exitCode", &code.to_string())],
        );
        self.network_events(index, now, "disconnect");
    }
}

impl Container {
    fn sleep(&mut self, now: Nanos) {
        if let Some(since) = self.awake_since {
            self.work = self.activity(now);
            self.awake_since = None;
            self.trace().ran(since, now);
        }
    }

    /// Writes lines to its log now.
    pub(super) fn write_all(&mut self, lines: &[Template], stderr: bool, now: Nanos) {
        let seed = self.seed;
        for (n, template) in (0..).zip(lines) {
            let mut text = String::new();
            template.render(now, n, seed ^ n, &mut text);
            self.trace().inject(now, stderr, Bytes::from(text));
        }
    }
}

impl Container {
    fn begin_run(&mut self, now: Nanos) {
        self.run_epoch += 1;
        self.state = SimState::Running;
        self.started = now;
        self.awake_since = Some(now);
        self.work = 0.0;
        self.exit_code = 0;
        self.oom_killed = false;
    }
}
