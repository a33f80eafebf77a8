//! `hubdeck map`: the map of one poll.

use crate::config::Settings;
use crate::document::map::render;
use crate::model::MapFormat;

use super::charset::charset;
use super::output::{print, print_text};
use super::{CommandError, ExitStatus, Poller, diagnostics};

/// Prints one poll's map and gives the exit status.
///
/// # Errors
/// When there is no snapshot, a project or the stack is unknown, or standard output cannot be written to.
pub async fn run(
    engine: &impl Poller,
    settings: &Settings,
    format: MapFormat,
    width: u32,
) -> Result<ExitStatus, CommandError> {
    let snapshot = engine.poll(None).await.map_err(CommandError::Poll)?;
    if !snapshot.engine.status.is_connected() {
        // No map is better than an empty one that looks like an engine without containers.
        diagnostics::no_engine(&snapshot, settings)?;
        return Ok(ExitStatus::NoEngine);
    }
    let snapshot = diagnostics::in_scope(snapshot, settings)?;
    let charset = charset(settings);
    let map = render(&snapshot, format, charset.form(width)).map_err(CommandError::Document)?;
    match format {
        MapFormat::Text => print_text(&map, charset),
        // The encoding of the other forms is part of them.
        MapFormat::Mermaid | MapFormat::Dot | MapFormat::Svg | MapFormat::Json => print(&map),
    }
}
