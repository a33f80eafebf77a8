//! What needs what: layers, dependency edges, order, cause and impact, bands of the map.
//! Knows: model.
//! Never: does I/O, reads a clock, or keeps state between calls.

pub mod bands;
pub mod catalog;
pub mod cause;
pub mod checks;
pub mod diagnosis;
pub mod drawing;
pub mod edges;
pub mod explain;
pub mod export;
mod graph;
pub mod impact;
pub mod layer;
pub mod order;
pub mod pointing;
pub mod references;
mod routes;
pub mod sentence;
mod shape;
#[cfg(test)]
pub(crate) mod testing;
