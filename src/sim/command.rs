//! Commands run in simulated containers (`docker exec`).

use std::collections::VecDeque;

use super::clock::{Nanos, seconds};
use super::id::Id;
use super::refusal::LifecycleRefusal;
use super::schema::CommandSpec;

/// Commands that are kept; the engine, too, forgets those that ended.
const KEPT: usize = 1_024;

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
    /// Its container.
    pub(super) container: u32,
    /// Whether it has a terminal.
    pub(super) tty: bool,
    /// Rows and columns of that.
    pub(super) size: (u16, u16),
    /// The exit code of a shell that has ended.
    ended: Option<i64>,
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
        if self.spec.shell && self.tty {
            return self.ended;
        }
        let end = self.started?.saturating_add(seconds(self.spec.lasts));
        (now >= end).then_some(self.spec.exit_code)
    }

    /// Whether it was started and has not ended.
    pub(super) fn is_running(&self, now: Nanos) -> bool {
        self.started.is_some() && self.exit_code(now).is_none()
    }
}

impl Commands {
    /// Adds a command that may be started once; returns its id.
    pub(super) fn add(
        &mut self,
        container: u32,
        (words, tty): (Vec<String>, bool),
        spec: CommandSpec,
    ) -> Id {
        self.count += 1;
        let id = Id::of("exec", &self.count.to_string());
        if self.made.len() >= KEPT {
            self.made.pop_front();
        }
        self.made.push_back(Command {
            id,
            words,
            spec,
            container,
            tty,
            size: (0, 0),
            ended: None,
            started: None,
        });
        id
    }

    /// Starts a command.
    pub(super) fn start(&mut self, id: &str, now: Nanos) -> Result<Command, LifecycleRefusal> {
        let command = self.made.iter_mut().find(|each| each.id.to_string() == id);
        match command {
            None => Err(LifecycleRefusal::Missing(format!(
                "No such exec instance: {id}"
            ))),
            Some(command) if command.started.is_some() => Err(LifecycleRefusal::Conflict(format!(
                "Error: Exec command {id} is already running"
            ))),
            Some(command) => {
                command.started = Some(now);
                Ok(command.clone())
            }
        }
    }

    /// Gives the terminal of a command that runs another size.
    pub(super) fn resize(&mut self, id: &str, size: (u16, u16)) -> Result<(), LifecycleRefusal> {
        self.get(id)?;
        let commands = self
            .made
            .iter_mut()
            .filter(|each| each.id.to_string() == id);
        commands.for_each(|command| command.size = size);
        Ok(())
    }

    /// Ends a shell.
    pub(super) fn end(&mut self, id: &str, code: i64) {
        let commands = self
            .made
            .iter_mut()
            .filter(|each| each.id.to_string() == id);
        commands.for_each(|command| command.ended = Some(code));
    }

    /// A command that was made.
    pub(super) fn get(&self, id: &str) -> Result<&Command, LifecycleRefusal> {
        let command = self.made.iter().find(|each| each.id.to_string() == id);
        command.ok_or_else(|| LifecycleRefusal::Missing(format!("No such exec instance: {id}")))
    }
}
