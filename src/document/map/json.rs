//! The map as one JSON document.

use crate::document::json::ArchitectureDocument;
use crate::model::Snapshot;

/// The document of `GET /api/architecture`.
pub(super) fn render(snapshot: &Snapshot) -> Result<String, serde_json::Error> {
    let mut out = serde_json::to_string_pretty(&ArchitectureDocument::from(snapshot))?;
    out.push('\n');
    Ok(out)
}
