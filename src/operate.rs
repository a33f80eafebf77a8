//! Plans operations, runs them one at a time per service, and writes the audit record.
//! Knows: model, topology, engine.
//! Never: knows who asked more than by name (tui, HTTP, CLI), and never changes state itself.

mod handle;

pub use handle::{Desk, OperatorHandle, PlanRefusal, SubmitRefusal};
