//! The path of a request before it was written as the list of routes has it.

/// The path that the client asked for, where another one was put in its place.
#[derive(Clone)]
pub struct AskedPath(pub String);
