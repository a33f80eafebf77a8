//! What follows from the facts of containers: the layer of each service, and which services it needs.
//! Knows: model.
//! Never: does I/O, reads a clock, or keeps state between calls.

pub mod catalog;
pub mod edges;
pub mod layer;
pub mod references;
