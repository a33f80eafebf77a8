//! Runs plans, one at a time per service, and writes the audit record.
//! Knows: model, plan, engine.
//! Never: knows who asked more than by name (tui, HTTP, CLI), and never changes state itself.

mod admission;
mod audit;
mod auto_heal;
mod bad_images;
mod claims;
mod command;
mod compose;
mod compose_output;
mod definition;
mod exec;
mod executor;
mod operations;
mod operator;
mod session;
mod wait;

pub use audit::{history, interrupted, recorded_restarts, recorded_stops};
pub use auto_heal::{AutoHeal, HEAL_SETTLES};
pub use bad_images::bad_images;
pub use operations::{CancelRefusal, ComposeRefusal, Operations, SubmitRefusal};
pub use operator::Operator;
pub use session::{CommandRecord, ExecRefusal, ExecSession};
