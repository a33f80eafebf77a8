//! What the simulated engine answers to a request that it does not carry out.

/// Why the engine does not do what was asked, in its own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LifecycleRefusal {
    /// 404.
    Missing(String),
    /// 304: it is so already.
    Already,
    /// 409.
    Conflict(String),
    /// 400.
    Bad(String),
    /// 500.
    Failed(String),
    /// 503.
    Unavailable(String),
}
