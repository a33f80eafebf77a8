//! The architecture map as documents: text, Mermaid, DOT, SVG and JSON.
//!
//! All of them show the same [`MapContent`], so that no form knows more than another.

mod content;
mod dot;
mod json;
mod label;
mod mermaid;
mod svg;
mod text;

use super::TextForm;
use crate::model::{MapFormat, Snapshot};

pub use content::MapContent;

/// The map of `snapshot` in `format`, ending with a line end. `text` only matters to the text form.
///
/// # Errors
/// When the JSON form cannot be written as JSON.
pub fn render(
    snapshot: &Snapshot,
    format: MapFormat,
    text: TextForm,
) -> Result<String, serde_json::Error> {
    let content = MapContent::new(snapshot);
    Ok(match format {
        MapFormat::Text => text::render(&content, text),
        MapFormat::Mermaid => mermaid::render(&content),
        MapFormat::Dot => dot::render(&content),
        MapFormat::Svg => svg::render(&content),
        MapFormat::Json => return json::render(snapshot),
    })
}
