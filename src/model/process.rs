//! A process of a container.

/// A process as `ps` of the engine's host reports it; text that it does not report is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Process {
    /// Its id on the engine's host.
    pub pid: String,
    /// The user on that host, or the number.
    pub user: String,
    /// Processor use in percent over its whole life, such as `0.3`.
    pub cpu: String,
    /// Processor time used so far, such as `00:01:07`.
    pub time: String,
    /// The command with its arguments; may hold secrets.
    pub command: String,
}
