//! Every form in which a snapshot is given out: JSON documents and the architecture map.
//! Knows: model, topology, explain, drawing.
//! Never: does I/O, reads a clock, or keeps state between calls.

pub mod json;
pub mod map;
