//! Commands run in simulated containers (`docker exec`).

use std::collections::VecDeque;

use super::clock::{Nanos, seconds};
use super::id::Id;
use super::life::Refusal;
use super::spec::{CommandSpec, State};
use super::world::World;

/// Commands that are remembered; the engine, too, forgets those that ended.
const REMEMBERED: usize = 1_024;

/// What Docker 26 writes in place of a command that is not there, and its exit code then.
const UNKNOWN_CODE: i64 = 126;
fn unknown(word: &str) -> String {
    format!(
        "OCI runtime exec failed: exec failed: unable to start container process: exec: {word:?}: executable \
         file not found in $PATH: unknown\r\n"
    )
}

/// Commands by the order in which they were made.
#[derive(Default)]
pub(super) struct Commands {
    made: VecDeque<Command>,
    count: u64,
}

/// One command.
#[derive(Clone)]
pub(super) struct Command {
    pub(super) id: Id,
    pub(super) words: Vec<String>,
    pub(super) spec: CommandSpec,
    /// When it was started; `None` before.
    started: Option<Nanos>,
}

impl Command {
    /// What it writes in all.
    pub(super) fn output(&self) -> Vec<u8> {
        self.spec
            .output
            .as_bytes()
            .repeat(self.spec.times.unwrap_or(1) as usize)
    }

    /// Its exit code, once it has ended.
    pub(super) fn exit_code(&self, now: Nanos) -> Option<i64> {
        let end = self.started?.saturating_add(seconds(self.spec.lasts));
        (now >= end).then_some(self.spec.exit_code)
    }

    /// Whether it was started and has not ended.
    pub(super) fn is_running(&self, now: Nanos) -> bool {
        self.started.is_some() && self.exit_code(now).is_none()
    }
}

impl World {
    /// Makes a command that may be started once.
    pub(super) fn make_command(&mut self, index: u32, words: Vec<String>) -> Result<Id, Refusal> {
        let Some(first) = words.first() else {
            return Err(Refusal::Bad("No exec command specified".into()));
        };
        let Some(container) = self.get(index) else {
            return Err(Refusal::Missing("No such container".into()));
        };
        match container.state {
            State::Running => {}
            State::Paused => {
                let text = format!(
                    "Container {} is paused, unpause the container before exec",
                    container.name
                );
                return Err(Refusal::Conflict(text));
            }
            _ => {
                return Err(Refusal::Conflict(format!(
                    "container {} is not running",
                    container.id
                )));
            }
        }
        let spec = container
            .spec
            .commands
            .get(first)
            .cloned()
            .unwrap_or_else(|| CommandSpec {
                exit_code: UNKNOWN_CODE,
                output: unknown(first),
                ..CommandSpec::default()
            });
        let commands = &mut self.commands;
        commands.count += 1;
        let id = Id::of("exec", &commands.count.to_string());
        if commands.made.len() >= REMEMBERED {
            commands.made.pop_front();
        }
        commands.made.push_back(Command {
            id,
            words,
            spec,
            started: None,
        });
        Ok(id)
    }

    /// Starts a command.
    pub(super) fn start_command(&mut self, id: &str, now: Nanos) -> Result<Command, Refusal> {
        let command = self
            .commands
            .made
            .iter_mut()
            .find(|each| each.id.to_string() == id);
        match command {
            None => Err(Refusal::Missing(format!("No such exec instance: {id}"))),
            Some(command) if command.started.is_some() => Err(Refusal::Conflict(format!(
                "Error: Exec command {id} is already running"
            ))),
            Some(command) => {
                command.started = Some(now);
                Ok(command.clone())
            }
        }
    }

    /// A command that was made.
    pub(super) fn command(&self, id: &str) -> Result<&Command, Refusal> {
        let command = self
            .commands
            .made
            .iter()
            .find(|each| each.id.to_string() == id);
        command.ok_or_else(|| Refusal::Missing(format!("No such exec instance: {id}")))
    }
}
