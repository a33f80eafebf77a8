//! Commands in containers: which may be made, and what they will write.

use super::id::Id;
use super::refusal::LifecycleRefusal;
use super::schema::{CommandSpec, SimState};
use super::world::{Container, World};

/// What Docker 26 writes in place of a command that is not there, and its exit code then.
const UNKNOWN_CODE: i64 = 126;
fn unknown(word: &str) -> String {
    format!(
        "OCI runtime exec failed: exec failed: unable to start container process: exec: {word:?}: executable \
         file not found in $PATH: unknown\r\n"
    )
}

impl World {
    /// Makes a command that may be started once.
    pub(super) fn make_command(
        &mut self,
        index: u32,
        (words, tty): (Vec<String>, bool),
    ) -> Result<Id, LifecycleRefusal> {
        let Some(first) = words.first() else {
            return Err(LifecycleRefusal::Bad("No exec command specified".into()));
        };
        let Some(container) = self.get(index) else {
            return Err(LifecycleRefusal::Missing("No such container".into()));
        };
        can_run_commands(container)?;
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
        Ok(self.commands.add(index, (words, tty), spec))
    }
}

fn can_run_commands(container: &Container) -> Result<(), LifecycleRefusal> {
    let text = match container.state {
        SimState::Running => return Ok(()),
        SimState::Paused => format!(
            "Container {} is paused, unpause the container before exec",
            container.name
        ),
        _ => format!("container {} is not running", container.id),
    };
    Err(LifecycleRefusal::Conflict(text))
}
