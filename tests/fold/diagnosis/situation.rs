//! Recorded situations: `tests/situations/*.toml`, as `record.py` writes them.

pub mod witness;

use std::fs;
use std::path::Path;

use serde::Deserialize;

/// What was done, what it is, and what was seen.
#[derive(Deserialize)]
pub struct Situation {
    /// The cause that somebody who knows what was done would name; `none`.
    pub expected: String,
    /// Further causes that may be shown beside it, or that the evidence cannot tell from it.
    pub also: Vec<String>,
    container: Vec<Container>,
}

/// A container as the engine showed it.
#[derive(Deserialize)]
pub struct Container {
    pub name: String,
    pub image: String,
    pub command: Vec<String>,
    pub state: String,
    pub exit_code: i64,
    pub oom_killed: bool,
    pub error: String,
    pub restarts: u64,
    pub restart_policy: String,
    pub created_at: String,
    pub started_at: Option<String>,
    pub finished_at: Option<String>,
    pub environment: Vec<String>,
    pub networks: Vec<String>,
    pub network_mode: String,
    /// `bind /srv/x /x ro`
    pub mounts: Vec<String>,
    pub memory: u64,
    /// `80/tcp`
    pub exposed: Vec<String>,
    /// `8080 80/tcp`
    pub published: Vec<String>,
    pub healthcheck: Option<Check>,
    pub probe: Option<Probe>,
    pub said: Option<Said>,
}

/// Docker's healthcheck.
#[derive(Deserialize)]
pub struct Check {
    pub test: Vec<String>,
    pub interval: f64,
    pub start_period: f64,
    pub status: String,
    pub failing_streak: u32,
    /// `TIME CODE OUTPUT`
    pub log: Vec<String>,
}

/// What hubdeck's own probe said.
#[derive(Deserialize)]
pub struct Probe {
    pub kind: String,
    pub target: String,
    pub success: bool,
    pub message: String,
    pub answered: bool,
}

/// The log.
#[derive(Deserialize)]
pub struct Said {
    /// `TIME TEXT`
    pub log: Vec<String>,
}

impl Situation {
    /// Reads one file.
    pub fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The containers, the one in trouble first.
    pub fn containers(&self) -> &[Container] {
        &self.container
    }
}
