//! Every form in which a snapshot is given out: JSON documents, plain text, and the architecture map.
//! Knows: model, topology, explain, drawing.
//! Never: does I/O, reads a clock, or keeps state between calls.

pub mod json;
pub mod map;
pub mod prometheus;
pub mod text;

/// How plain text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextForm {
    /// Columns that a line of the map may use.
    pub width: u32,
    /// Whether only ASCII is written (names stay as they are).
    pub ascii: bool,
}

impl Default for TextForm {
    fn default() -> Self {
        Self {
            width: 100,
            ascii: false,
        }
    }
}
