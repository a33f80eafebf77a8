//! Plans operations, runs them one at a time per service, and writes the audit record.
//! Knows: model, topology, engine.
//! Never: knows who asked more than by name (tui, HTTP, CLI), and never changes state itself.

mod audit;
mod handle;
mod operator;
pub mod plan;
mod run;
#[cfg(test)]
pub(crate) mod testing;
mod wait;

pub use audit::{interrupted, recorded_stops};
pub use handle::{
    CancelRefusal, Canceller, Desk, Inspector, LogOpener, OperatorHandle, PlanRefusal, Planner,
    SubmitRefusal, Submitter,
};
pub use operator::Operator;
