//! A command that is run in a container for somebody who sees its output.

use super::secrets::mask_words;
use super::shell_word::quoted;
use super::{InstanceId, ServiceId};

/// Size of a terminal in cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TerminalSize {
    /// Cells in a row.
    pub columns: u16,
    /// Rows.
    pub rows: u16,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecRequest {
    /// The service.
    pub service: ServiceId,
    /// Its container.
    pub instance: InstanceId,
    /// The container's name.
    pub container: String,
    /// The command and its arguments; empty for a shell, the first of bash, ash and sh that the
    /// container has.
    pub command: Vec<String>,
    /// The size of the terminal that it is given; `None` for none, with standard output and
    /// standard error apart.
    pub terminal: Option<TerminalSize>,
    /// Whether it reads standard input.
    pub input: bool,
}

impl ExecRequest {
    /// The `docker` command that does the same, with secrets masked; words that a shell could read
    /// in another way are quoted.
    #[must_use]
    pub fn docker_command(&self) -> String {
        let flags = match (self.input, self.terminal.is_some()) {
            (true, true) => " -it",
            (true, false) => " -i",
            (false, true) => " -t",
            (false, false) => "",
        };
        let words = if self.command.is_empty() {
            vec!["sh".to_owned()]
        } else {
            mask_words(&self.command)
        };
        let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
        format!("docker exec{flags} {} {}", self.container, words.join(" "))
    }
}

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExecEnd {
    /// With this exit code: 128 and the number of the signal where one killed it.
    Exited(i64),
    /// It could not be started: 126 where it may not be run, 127 where it is not there.
    NotStarted(i64),
    /// Whoever it was run for left: its terminal is closed.
    HungUp,
    /// The connection to it broke; one sentence.
    Lost(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_equal_docker_command_is_quoted_and_masked() {
        let size = TerminalSize {
            columns: 80,
            rows: 24,
        };
        for (command, terminal, input, expected) in [
            (&[][..], Some(size), true, "docker exec -it db-1 sh"),
            (&["ls", "-l"], None, false, "docker exec db-1 ls -l"),
            (&["cat"], None, true, "docker exec -i db-1 cat"),
            (
                &["sh", "-c", "echo 'a b'"],
                None,
                false,
                r"docker exec db-1 sh -c 'echo '\''a b'\'''",
            ),
            (
                &["mysql", "--password=geheim"],
                None,
                false,
                "docker exec db-1 mysql '--password=***'",
            ),
        ] {
            let request = ExecRequest {
                service: "hub/db".into(),
                instance: InstanceId::new("1"),
                container: "db-1".to_owned(),
                command: command.iter().map(|word| (*word).to_owned()).collect(),
                terminal,
                input,
            };
            assert_eq!(request.docker_command(), expected);
        }
    }
}
