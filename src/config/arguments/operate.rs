//! The arguments of the commands that operate on services, and of `hubdeck audit`.

use clap::{Args, Subcommand};

use crate::model::{KillSignal, Moment, OperationKind};

/// A command that operates on services.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum OperationCommand {
    /// Start services, what they depend on first.
    Start(OperationArgs),
    /// Stop services, what depends on them first.
    Stop(OperationArgs),
    /// Restart services, what they depend on first, and wait for each wave to be healthy.
    Restart(OperationArgs),
    /// Create containers of services again, with the same definition.
    Recreate(OperationArgs),
    /// Pull the images of services and recreate them; what does not become healthy is rolled back.
    Update {
        /// The image to take, in place of what the container names.
        #[arg(long, value_name = "REFERENCE")]
        image: Option<String>,
        /// Also services with data volumes, whose data is not rolled back.
        #[arg(long)]
        with_volumes: bool,
        /// Which services, and how.
        #[command(flatten)]
        args: OperationArgs,
    },
    /// Freeze every process of services.
    Pause(OperationArgs),
    /// Go on with services that are paused.
    Unpause(OperationArgs),
    /// Send a signal to the first process of services, those that depend on them first.
    Kill {
        /// Which signal, by name or number.
        #[arg(short, long, value_name = "SIGNAL", default_value_t = KillSignal::KILL)]
        signal: KillSignal,
        /// Which services, and how.
        #[command(flatten)]
        args: OperationArgs,
    },
    /// Remove containers of services; their volumes stay.
    Remove {
        /// Also containers that run: they are killed.
        #[arg(short, long)]
        force: bool,
        /// Which services, and how.
        #[command(flatten)]
        args: OperationArgs,
    },
}

impl OperationCommand {
    /// What is done to the services.
    #[must_use]
    pub const fn kind(&self) -> OperationKind {
        match self {
            Self::Start(_) => OperationKind::Start,
            Self::Stop(_) => OperationKind::Stop,
            Self::Restart(_) => OperationKind::Restart,
            Self::Recreate(_) => OperationKind::Recreate,
            Self::Update { with_volumes, .. } => OperationKind::Update {
                with_volumes: *with_volumes,
            },
            Self::Pause(_) => OperationKind::Pause,
            Self::Unpause(_) => OperationKind::Unpause,
            Self::Kill { signal, .. } => OperationKind::Kill { signal: *signal },
            Self::Remove { force, .. } => OperationKind::Remove { force: *force },
        }
    }

    /// The image that is named for an update.
    #[must_use]
    pub fn image(&self) -> Option<&str> {
        match self {
            Self::Update { image, .. } => image.as_deref(),
            _ => None,
        }
    }

    /// Which services, and how.
    #[must_use]
    pub const fn args(&self) -> &OperationArgs {
        match self {
            Self::Start(args)
            | Self::Stop(args)
            | Self::Restart(args)
            | Self::Recreate(args)
            | Self::Update { args, .. }
            | Self::Pause(args)
            | Self::Unpause(args)
            | Self::Kill { args, .. }
            | Self::Remove { args, .. } => args,
        }
    }
}

/// On which services a command operates, and how.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct OperationArgs {
    /// Services, by id (`stack/name`) or by a name that no other service has.
    #[arg(value_name = "SERVICE", required_unless_present = "all")]
    pub services: Vec<String>,
    /// Every service of the stack that --stack names.
    #[arg(long, conflicts_with = "services")]
    pub all: bool,
    /// Also services that depend on them, in the order of dependencies.
    #[arg(long)]
    pub with_dependents: bool,
    /// Return once the last wave is healthy too; else once the engine has done its calls.
    #[arg(long)]
    pub wait: bool,
    /// Do not ask; what is production wants --yes-production.
    #[arg(short, long)]
    pub yes: bool,
    /// Do not ask, also where production is concerned: its name, as the question wants it typed.
    #[arg(long, value_name = "NAME")]
    pub yes_production: Option<String>,
    /// Print the plan and do nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Print one JSON document: the plan and, unless with --dry-run, the result of each step.
    #[arg(long)]
    pub json: bool,
}

/// How a command that operates runs its plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunFlags {
    /// Whether it waits for the last wave too.
    pub wait: bool,
    /// Whether nobody is asked.
    pub yes: bool,
    /// The name of the production that is meant, where nobody is asked about it.
    pub yes_production: Option<String>,
    /// Whether the plan is printed and nothing is done.
    pub dry_run: bool,
    /// Whether one JSON document is printed.
    pub json: bool,
}

impl OperationArgs {
    /// How its plan is run.
    #[must_use]
    pub fn flags(&self) -> RunFlags {
        RunFlags {
            wait: self.wait,
            yes: self.yes,
            yes_production: self.yes_production.clone(),
            dry_run: self.dry_run,
            json: self.json,
        }
    }
}

/// Which operations of the audit record are wanted.
#[derive(Args, Clone, Debug, Default, PartialEq)]
pub struct AuditArgs {
    /// Only operations that went on since then: a duration before now (10m, 1h30m), a date and
    /// time, or seconds since 1970.
    #[arg(long, value_name = "TIME")]
    pub since: Option<Moment>,
    /// Only operations on this service, by id (`stack/name`) or name; may be repeated.
    #[arg(long = "service", value_name = "SERVICE")]
    pub services: Vec<String>,
    /// Also the docker command of each step, and what the engine was called with and answered.
    #[arg(short, long)]
    pub verbose: bool,
    /// Print the lines of the record as they are, one JSON object a line.
    #[arg(long)]
    pub json: bool,
}
