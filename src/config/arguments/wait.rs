//! The arguments of `hubdeck wait`.

use std::fmt;
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::config::value::Raw;

const LEAST: Duration = Duration::from_secs(1);
const MOST: Duration = Duration::from_secs(24 * 3_600);

/// What is waited for.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct WaitArgs {
    /// Services, by id (`stack/name`) or by a name that no other service has; without any, all that
    /// are watched, but for those that are stopped.
    #[arg(value_name = "SERVICE")]
    pub services: Vec<String>,
    /// How long to wait at most, such as 30s or 5m.
    #[arg(long, value_name = "TIME", default_value = "1m", value_parser = timeout)]
    pub timeout: Duration,
    /// The state that each of them is to reach.
    #[arg(long, value_name = "STATE", default_value = "healthy")]
    pub state: WaitState,
}

/// A state that can be waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum WaitState {
    /// Healthy, running without a check, or finished with exit code 0.
    Healthy,
    /// Every container runs.
    Running,
    /// Finished with exit code 0.
    Completed,
    /// No container runs.
    Stopped,
}

impl fmt::Display for WaitState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Healthy => "healthy",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Stopped => "stopped",
        })
    }
}

fn timeout(text: &str) -> Result<Duration, &'static str> {
    let length = Raw::Word(text.to_owned()).duration_in(LEAST, MOST);
    length.ok_or("allowed is a time from 1s to 24h, such as 30s")
}
