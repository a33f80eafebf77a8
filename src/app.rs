//! Room `app`: under construction.

pub mod check;
pub mod config_check;
pub mod print;
pub mod status;
