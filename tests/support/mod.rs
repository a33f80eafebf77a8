//! What the suites share.
#![allow(
    dead_code,
    reason = "every suite compiles all of it and uses some of it"
)]

pub mod docker;
pub mod fake_operations;
pub mod hubdeck;
pub mod operations;
pub mod pem;
pub mod proxy;
pub mod pty;
pub mod secrets;
pub mod server;
pub mod snapshots;
pub mod stacks;
pub mod store;
