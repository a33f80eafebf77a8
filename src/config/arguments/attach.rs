//! The arguments that attach the console to another hubdeck.

use std::path::PathBuf;

use clap::Args;

/// Flags of a console on another hubdeck.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct AttachArgs {
    /// Open the console on another hubdeck that runs with --serve: `http://HOST:PORT`,
    /// `https://HOST`, `unix:///SOCKET` or `ssh://[USER@]HOST[:PORT]`.
    #[arg(
        long = "attach",
        value_name = "URL",
        conflicts_with_all = ["serve", "behind_proxy", "show_secrets", "host", "context", "projects"]
    )]
    pub url: Option<String>,
    /// With --attach: the file with the token that the other hubdeck demands (or `HUBDECK_TOKEN`).
    #[arg(long, value_name = "FILE", requires = "url")]
    pub token_file: Option<PathBuf>,
    /// With --attach https://…: accept only certificates that are signed by those in this file.
    #[arg(long, value_name = "FILE", requires = "url")]
    pub attach_ca: Option<PathBuf>,
    /// Connect standard input and output with the hubdeck that serves on this machine; what
    /// `--attach ssh://` runs on the other side.
    #[arg(long, hide = true, conflicts_with_all = ["url", "serve"])]
    pub attach_stdio: bool,
}
