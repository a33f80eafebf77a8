//! The arguments of `hubdeck compose` and `hubdeck scale`.

use std::collections::BTreeMap;
use std::str::FromStr;

use clap::{Args, Subcommand};

use crate::model::ComposeVerb;

use super::operate::RunFlags;

/// What `docker compose` is called for, with the files of the stack.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum ComposeCommand {
    /// Create and start what the files of the stack define, recreate what differs from them.
    Up {
        /// Recreate also what does not differ.
        #[arg(long)]
        force_recreate: bool,
        /// Return once all are running or healthy.
        #[arg(long)]
        wait: bool,
        /// Which services, and how.
        #[command(flatten)]
        args: ComposeArgs,
    },
    /// Pull the images of services.
    Pull(ComposeArgs),
    /// Build the images of services.
    Build(ComposeArgs),
    /// Change how many containers services have.
    Scale(ScaleArgs),
    /// Run a command in a new container of a service, which is removed at its end.
    Run {
        /// How; options stand before the service.
        #[command(flatten)]
        flags: ComposeFlags,
        /// The service, also one of a profile.
        service: String,
        /// The command and its arguments instead of the service's own.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<String>,
    },
    /// Stop and remove containers and networks; volumes stay.
    Down(ComposeArgs),
}

/// Which services, and how.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct ComposeArgs {
    /// Services of one stack; none for all. They may be new in its files.
    #[arg(value_name = "SERVICE")]
    pub services: Vec<String>,
    /// How.
    #[command(flatten)]
    pub flags: ComposeFlags,
}

/// How many containers which services shall have, and how.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct ScaleArgs {
    /// How many containers a service shall have.
    #[arg(value_name = "SERVICE=N", required = true)]
    pub replicas: Vec<ReplicaCount>,
    /// How.
    #[command(flatten)]
    pub flags: ComposeFlags,
}

/// How a call of Compose is run.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct ComposeFlags {
    /// Do not ask; what is production wants --yes-production.
    #[arg(short, long)]
    pub yes: bool,
    /// Do not ask, also where production is concerned: its name, as the question wants it typed.
    #[arg(long, value_name = "NAME")]
    pub yes_production: Option<String>,
    /// Print the plan, with what Compose would do, and do nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Print one JSON document: the plan and, unless with --dry-run, what came of it.
    #[arg(long)]
    pub json: bool,
}

/// `web=3`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplicaCount {
    /// The service.
    pub service: String,
    /// How many containers it shall have.
    pub count: u32,
}

/// A word that is no `SERVICE=N`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is no SERVICE=N, such as web=3")]
pub struct NoReplicaCount;

impl FromStr for ReplicaCount {
    type Err = NoReplicaCount;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let (service, count) = word.rsplit_once('=').ok_or(NoReplicaCount)?;
        let count = count.parse().map_err(|_| NoReplicaCount)?;
        let service = service.to_owned();
        (!service.is_empty())
            .then_some(Self { service, count })
            .ok_or(NoReplicaCount)
    }
}

/// What a command asks of Compose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComposeRequest {
    /// What.
    pub verb: ComposeVerb,
    /// Of which services, as they are named; none for all.
    pub services: Vec<String>,
    /// How.
    pub flags: RunFlags,
}

impl ComposeCommand {
    /// What is asked.
    #[must_use]
    pub fn request(self) -> ComposeRequest {
        let of = |verb, args: ComposeArgs| ComposeRequest {
            verb,
            services: args.services,
            flags: args.flags.into(),
        };
        match self {
            Self::Up {
                force_recreate,
                wait,
                args,
            } => {
                let up = ComposeVerb::Up {
                    force_recreate,
                    wait,
                };
                of(up, args)
            }
            Self::Pull(args) => of(ComposeVerb::Pull, args),
            Self::Build(args) => of(ComposeVerb::Build, args),
            Self::Scale(args) => args.request(),
            Self::Run {
                flags,
                service,
                command,
            } => ComposeRequest {
                verb: ComposeVerb::Run { command },
                services: vec![service],
                flags: flags.into(),
            },
            Self::Down(args) => of(ComposeVerb::Down, args),
        }
    }
}

impl ScaleArgs {
    /// What is asked.
    #[must_use]
    pub fn request(self) -> ComposeRequest {
        let replicas = self.replicas.into_iter();
        let replicas: BTreeMap<String, u32> = replicas.map(|it| (it.service, it.count)).collect();
        ComposeRequest {
            services: replicas.keys().cloned().collect(),
            verb: ComposeVerb::Scale { replicas },
            flags: self.flags.into(),
        }
    }
}

impl From<ComposeFlags> for RunFlags {
    fn from(flags: ComposeFlags) -> Self {
        Self {
            // It ends with the program.
            wait: true,
            yes: flags.yes,
            yes_production: flags.yes_production,
            dry_run: flags.dry_run,
            json: flags.json,
        }
    }
}
