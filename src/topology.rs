//! The graph of services: cause and impact of a failure, what a failing service blames,
//! order of start, bands of the map.
//! Knows: model.
//! Never: does I/O, reads a clock, or keeps state between calls.

pub mod bands;
mod graph;
pub mod impact;
pub mod order;
pub mod root_cause;
#[cfg(test)]
pub(crate) mod testing;
pub mod unreachable_dependency;
