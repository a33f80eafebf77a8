//! What keys, clicks and pasted text ask for: keys become actions in one table.
//! Knows: model.
//! Never: what is on screen; that comes in through [`event::Screen`].

pub mod action;
pub mod column;
pub mod event;
pub mod key;
pub mod keymap;
pub mod later;
pub mod matching;
pub mod page;
pub mod resolve;
