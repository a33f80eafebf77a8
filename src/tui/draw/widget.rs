//! Pieces that views are drawn with: text in cells, sparklines, gauges, charts, status signs.
//! Knows: model, explain, state, theme, glyphs.
//! Never: reads a clock or screen state; a piece draws what it is handed, inside what it is
//! handed.

pub mod chart;
pub mod gauge;
pub mod line_writer;
pub mod scroll;
pub mod spark;
pub mod status;
pub mod text;
