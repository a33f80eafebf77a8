//! What the integration tests share. Each test binary uses a part of it.
#![allow(
    dead_code,
    reason = "every test binary compiles all of it and uses some of it"
)]

pub mod docker;
pub mod hubdeck;
pub mod pty;
pub mod server;
