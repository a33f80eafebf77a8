//! What users of other tools reach for and hubdeck does not do.

/// Something that hubdeck leaves to another program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Later {
    /// Removing containers.
    Remove,
    /// Attaching to the first process.
    Attach,
    /// Editing the definition.
    Edit,
    /// Forwarding a port.
    PortForward,
    /// Opening a page in a browser.
    Browser,
    /// Commands of one's own.
    CustomCommand,
    /// Something on many services.
    Bulk,
    /// Hiding what does not run.
    HideStopped,
}
