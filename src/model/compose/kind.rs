//! The verbs of `docker compose`.

use serde::{Deserialize, Serialize};

/// A verb of `docker compose` without its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ComposeKind {
    /// Create and start what the files define.
    Up {
        /// Whether containers are recreated that do not differ from the files.
        force_recreate: bool,
    },
    /// Pull images.
    Pull,
    /// Build images.
    Build,
    /// Change how many containers services have.
    Scale,
    /// Run a command in a new container.
    Run,
    /// Stop and remove containers and networks.
    Down,
    /// Print what the files define; changes nothing.
    Config,
}

impl ComposeKind {
    /// The word behind `docker compose`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Up { .. } => "up",
            Self::Pull => "pull",
            Self::Build => "build",
            Self::Scale => "scale",
            Self::Run => "run",
            Self::Down => "down",
            Self::Config => "config",
        }
    }

    /// The verb that people read, and that stands in records: "compose up".
    #[must_use]
    pub const fn verb(self) -> &'static str {
        match self {
            Self::Up { .. } => "compose up",
            Self::Pull => "compose pull",
            Self::Build => "compose build",
            Self::Scale => "compose scale",
            Self::Run => "compose run",
            Self::Down => "compose down",
            Self::Config => "compose config",
        }
    }

    /// What becomes of a stack: "brought up".
    #[must_use]
    pub const fn participle(self) -> &'static str {
        match self {
            Self::Up {
                force_recreate: false,
            } => "brought up",
            Self::Up {
                force_recreate: true,
            } => "recreated",
            Self::Pull => "pulled",
            Self::Build => "built",
            Self::Scale => "scaled",
            Self::Run => "run",
            Self::Down => "taken down",
            Self::Config => "read",
        }
    }

    /// What is done to a stack meanwhile, in at most twelve cells.
    #[must_use]
    pub const fn gerund(self) -> &'static str {
        match self {
            Self::Up {
                force_recreate: false,
            } => "bringing up",
            Self::Up {
                force_recreate: true,
            } => "recreating",
            Self::Pull => "pulling",
            Self::Build => "building",
            Self::Scale => "scaling",
            Self::Run => "running",
            Self::Down => "taking down",
            Self::Config => "reading",
        }
    }

    /// Whether containers that run may be stopped by it.
    #[must_use]
    pub const fn interrupts(self) -> bool {
        matches!(self, Self::Up { .. } | Self::Scale | Self::Down)
    }

    /// Whether what it is done to is not available while or after it is done.
    #[must_use]
    pub const fn takes_down(self) -> bool {
        matches!(
            self,
            Self::Down
                | Self::Up {
                    force_recreate: true
                }
        )
    }
}
