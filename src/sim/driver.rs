//! Runs the agenda. Nothing ticks: the driver sleeps until the next task is due.

use std::time::Duration;

use crate::model::DockerStatus;

use super::agenda::Task;
use super::clock::{Nanos, SECOND, seconds};
use super::control::Control;
use super::scenario::address;
use super::schema::{EffectKind, EffectSpec, SimState};
use super::world::World;

impl World {
    /// Puts `task` on the agenda.
    pub(super) fn plan(&mut self, at: Nanos, task: Task) {
        self.agenda.push(at, task);
    }

    /// Puts the scenario's incidents on the agenda.
    pub(super) fn plan_incidents(&mut self) {
        let firsts: Vec<_> = self
            .incidents
            .iter()
            .map(|incident| seconds(incident.first))
            .collect();
        for (index, first) in firsts.into_iter().enumerate() {
            self.plan(self.epoch + first, Task::Incident(index));
        }
    }

    /// Does what is due by `now`, each at its own instant. `true` when there was anything.
    pub(super) fn advance(&mut self, now: Nanos) -> bool {
        let mut changed = false;
        while self.agenda.next_due().is_some_and(|at| at <= now) {
            let Some((at, task)) = self.agenda.pop() else {
                break;
            };
            self.run(task, at);
            changed = true;
        }
        changed
    }

    fn run(&mut self, task: Task, at: Nanos) {
        if self.is_void(task) {
            return;
        }
        match task {
            Task::Healthy { index, .. } => self.set_health(index, at, DockerStatus::Healthy),
            Task::Unhealthy { index, .. } => self.set_health(index, at, DockerStatus::Unhealthy),
            Task::Restart { index, .. } => {
                if let Some(container) = self.get_mut(index) {
                    container.restarts += 1;
                }
                self.begin(index, at);
            }
            Task::Ends { index, .. } => {
                let code = self.get(index).map_or(0, |it| it.spec.exit_code);
                self.crash(index, at, code, false);
            }
            Task::Incident(incident) => self.begin_incident(incident, at),
            Task::Hits { incident, effect } => self.hit(incident, effect, at),
            Task::Leaves { incident, effect } => self.leave(incident, effect, at),
        }
    }

    /// Whether `task` belongs to an earlier run or failure of its container.
    fn is_void(&self, task: Task) -> bool {
        let (index, run_epoch, failure_epoch) = match task {
            Task::Healthy {
                index,
                run_epoch,
                failure_epoch,
            }
            | Task::Unhealthy {
                index,
                run_epoch,
                failure_epoch,
            } => (index, run_epoch, Some(failure_epoch)),
            Task::Restart { index, run_epoch } | Task::Ends { index, run_epoch } => {
                (index, run_epoch, None)
            }
            Task::Incident(_) | Task::Hits { .. } | Task::Leaves { .. } => return false,
        };
        self.get(index).is_none_or(|container| {
            container.run_epoch != run_epoch
                || failure_epoch.is_some_and(|epoch| epoch != container.failure_epoch)
        })
    }

    fn begin_incident(&mut self, incident: usize, at: Nanos) {
        let Some(spec) = self.incidents.get(incident) else {
            return;
        };
        let (every, lasts) = (spec.every, seconds(spec.lasts));
        let delays: Vec<_> = spec
            .effect
            .iter()
            .map(|effect| seconds(effect.after))
            .collect();
        for (effect, delay) in delays.into_iter().enumerate() {
            self.plan(at + delay, Task::Hits { incident, effect });
            self.plan(at + lasts + delay, Task::Leaves { incident, effect });
        }
        if let Some(every) = every {
            self.plan(at + seconds(every.max(1.0)), Task::Incident(incident));
        }
    }

    fn hit(&mut self, incident: usize, effect: usize, at: Nanos) {
        let Some(effect) = self.effect(incident, effect) else {
            return;
        };
        for index in self.targets(&effect) {
            if let Some(container) = self.get_mut(index).filter(|c| c.state.is_up()) {
                container.write_all(&effect.first_logs, true, at);
            }
            match effect.kind {
                EffectKind::Fails | EffectKind::Degrades => self.fail(index, at, effect.ailment()),
                EffectKind::Crashes => self.crash(index, at, effect.exit_code, effect.oom),
                EffectKind::Runs if self.is_down(index) => self.begin(index, at),
                EffectKind::Runs => {}
            }
        }
    }

    fn leave(&mut self, incident: usize, effect: usize, at: Nanos) {
        let lasted = self.incidents.get(incident).map(|it| seconds(it.lasts));
        let (Some(effect), Some(lasted)) = (self.effect(incident, effect), lasted) else {
            return;
        };
        for index in self.targets(&effect) {
            match effect.kind {
                EffectKind::Fails | EffectKind::Degrades => self.recover(index, at),
                // Down since the crash, and not by somebody who stopped it since.
                EffectKind::Crashes
                    if self.is_down(index)
                        && self.get(index).is_some_and(|c| c.finished == at - lasted) =>
                {
                    self.begin(index, at);
                }
                EffectKind::Crashes | EffectKind::Runs => {}
            }
        }
    }

    fn is_down(&self, index: u32) -> bool {
        self.get(index)
            .is_some_and(|container| container.state == SimState::Exited)
    }

    /// A start has healed this container: where it is the root of an incident, the others follow.
    pub(super) fn root_healed(&mut self, index: u32, at: Nanos) {
        for incident in 0..self.incidents.len() {
            if !self
                .effect(incident, 0)
                .is_some_and(|root| self.targets(&root).contains(&index))
            {
                continue;
            }
            for effect in 1..self.incidents[incident].effect.len() {
                self.plan(at + 3 * SECOND, Task::Leaves { incident, effect });
            }
        }
    }

    fn effect(&self, incident: usize, effect: usize) -> Option<EffectSpec> {
        self.incidents.get(incident)?.effect.get(effect).cloned()
    }

    fn targets(&self, effect: &EffectSpec) -> Vec<u32> {
        let hit = self.all().filter(|(_, container)| {
            let stack = self.stack(container).map(|stack| stack.name.as_str());
            address(stack, &container.spec.name) == effect.service
                && effect
                    .replica
                    .is_none_or(|number| number == container.number)
        });
        hit.map(|(index, _)| index).collect()
    }
}

/// Runs the agenda until the simulation ends.
pub(super) async fn drive(control: Control) {
    let mut changes = control.changes();
    loop {
        control.tick();
        let wait = control.look(|world, now| world.agenda.next_due().map(|at| (at - now).max(0)));
        let wait = wait.map_or(Duration::from_secs(3600), |nanos| {
            Duration::from_nanos(nanos.unsigned_abs())
        });
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            changed = changes.changed() => if changed.is_err() { return },
            () = control.ended() => return,
        }
    }
}

impl Control {
    /// Runs what is due now and wakes whoever waits for a change.
    pub(super) fn tick(&self) {
        if self.look(|world, now| world.agenda.next_due().is_some_and(|at| at <= now)) {
            self.change(World::advance);
        }
    }
}
