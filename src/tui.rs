//! The terminal face: keys in, cells out.
//! Knows: model, topology, explain, drawing, document, the snapshot receiver, the operator handle.
//! Never: talks to an engine, a probe or the network; screen state never leaves this room.

pub mod action;
pub mod availability;
mod chrome;
pub mod effect;
pub mod event;
mod export;
#[cfg(test)]
pub mod fixture;
pub mod frame;
pub mod glyphs;
pub mod keymap;
mod operating;
mod options;
pub mod palette;
#[cfg(test)]
pub mod rig;
pub mod roster;
mod run;
pub mod scene;
pub mod select;
pub mod state;
pub mod terminal;
pub mod theme;
pub mod update;
pub mod view;
pub mod widget;

pub use options::{Context, Exit, Notice, Options, TuiError};
pub use run::run;
