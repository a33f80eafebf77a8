//! The exit codes of the program.

use std::process::ExitCode;

/// How the program ended, for the shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    /// 0: it did its work, and nothing is unhealthy.
    Success,
    /// 1: something is unhealthy (with `--strict` also degraded, starting or unknown), or it could
    /// not do its work.
    Failure,
    /// 2: arguments, environment or config file are wrong; clap ends with the same.
    Usage,
    /// 3: no engine answered.
    NoEngine,
    /// 128 and the number of the signal that ended it, as shells count.
    Signal(i32),
    /// That of the command that was run in a container.
    Command(u8),
}

impl ExitStatus {
    /// That of a command in a container; one that no process can have is 255.
    #[must_use]
    pub fn of_command(code: i64) -> Self {
        Self::Command(u8::try_from(code).unwrap_or(u8::MAX))
    }

    /// The exit code.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Failure => 1,
            Self::Usage => 2,
            Self::NoEngine => 3,
            Self::Command(code) => code,
            Self::Signal(number) => u8::try_from(128 + number).unwrap_or(u8::MAX),
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_documentation() {
        for (status, code) in [
            (ExitStatus::Success, 0),
            (ExitStatus::Failure, 1),
            (ExitStatus::Usage, 2),
            (ExitStatus::NoEngine, 3),
            (ExitStatus::Signal(15), 143),
            (ExitStatus::Signal(1_000), 255),
            (ExitStatus::of_command(127), 127),
            (ExitStatus::of_command(-1), 255),
        ] {
            assert_eq!(status.code(), code, "{status:?}");
        }
    }
}
