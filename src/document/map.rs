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
use crate::model::{MapFormat, Service, Snapshot};
use std::sync::Arc;
use svg::SvgPlace;

pub use content::MapContent;

/// Most cards beside each other that a page may ask for.
pub const PAGE_COLUMNS: u32 = 12;

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
        MapFormat::Svg => svg::render(&content, SvgPlace::Alone),
        MapFormat::Json => return json::render(snapshot),
    })
}

/// The map as an `<svg>` element of a web page: its looks come from the page's style sheet, each card
/// is a link to `#/services/ID`. Of one stack where `stack` names one (an empty name: the services
/// outside stacks); at most `columns` cards stand beside each other.
#[must_use]
pub fn page(snapshot: &Snapshot, stack: Option<&str>, columns: u32) -> String {
    let columns = columns.clamp(1, PAGE_COLUMNS);
    let of = |content: &MapContent<'_>| svg::render(content, SvgPlace::Page { columns });
    let Some(stack) = stack else {
        return of(&MapContent::new(snapshot));
    };
    let services: Vec<Arc<Service>> = (snapshot.services.iter())
        .filter(|service| service.stack.as_ref().map_or("", |stack| stack.as_str()) == stack)
        .cloned()
        .collect();
    of(&MapContent::of(
        &services,
        &snapshot.edges,
        &snapshot.layers,
    ))
}

/// The sign of every state as a `<symbol id="sign-STATE">` of a page.
#[must_use]
pub fn page_symbols() -> String {
    svg::symbols()
}
