//! The arguments of `hubdeck exec`.

use clap::Args;

/// Run a command in a container.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct ExecArgs {
    /// Its id (`stack/name`), or its name where no other service has it; of several containers the
    /// first one that is running.
    pub service: String,
    /// The command and its arguments; without one the shell of the service: bash, ash or sh.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub command: Vec<String>,
}
