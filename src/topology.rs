//! What needs what: layers, dependency edges, order, cause and impact, bands of the map.
//! Knows: model.
//! Never: does I/O, reads a clock, or keeps state between calls.

mod graph;
pub mod impact;
pub mod order;
#[cfg(test)]
pub(crate) mod testing;
