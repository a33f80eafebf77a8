//! The arguments of `hubdeck config socket-policy`.

use clap::{Args, ValueEnum};

/// Which policy is printed.
#[derive(Args, Clone, Copy, Debug, PartialEq, Eq)]
pub struct SocketPolicyArgs {
    /// Also the calls that operate on containers.
    #[arg(long)]
    pub actions: bool,
    /// As a list, or as the configuration of a proxy before the socket.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: PolicyFormat,
}

/// A form of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PolicyFormat {
    /// Method, path and what for, one call a line.
    Text,
    /// A configuration of nginx.
    Nginx,
    /// A configuration of HAProxy.
    Haproxy,
}
