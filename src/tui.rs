//! The terminal face: keys in, cells out.
//! Knows: model, topology (layout), the snapshot receiver, the operator handle.
//! Never: talks to an engine, a probe or the network; screen state never leaves this room.

pub mod action;
#[cfg(test)]
pub mod fixture;
pub mod glyphs;
pub mod scene;
pub mod select;
pub mod state;
pub mod theme;
pub mod view;
pub mod widget;
