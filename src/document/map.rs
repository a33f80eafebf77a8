//! The architecture map as documents: text, Mermaid, DOT, SVG and JSON.
//!
//! All of them show the same [`Picture`], so that no form knows more than another.

mod dot;
mod json;
mod label;
mod mermaid;
mod picture;
mod svg;
mod text;

use super::TextForm;
use crate::model::{MapFormat, Snapshot};

pub use picture::Picture;

/// The map of `snapshot` in `format`, ending with a line end. `text` only matters to the text form.
///
/// # Errors
/// When the JSON form cannot be written as JSON.
pub fn render(
    snapshot: &Snapshot,
    format: MapFormat,
    text: TextForm,
) -> Result<String, serde_json::Error> {
    let picture = Picture::new(snapshot);
    Ok(match format {
        MapFormat::Text => text::render(&picture, text),
        MapFormat::Mermaid => mermaid::render(&picture),
        MapFormat::Dot => dot::render(&picture),
        MapFormat::Svg => svg::render(&picture),
        MapFormat::Json => return json::render(snapshot),
    })
}
