//! What is shown, as plain text in a file.

use std::io;
use std::path::{Path, PathBuf};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::model::words;
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::view;
use crate::tui::draw::widget::text;
use crate::tui::input::page::View;
use crate::tui::state::logs::plain as plain_line;
use crate::tui::state::{Drawn, UiState, availability};

/// Rows an export draws at most.
const MAX_ROWS: u16 = 10_000;
/// Least width of an exported view, so that a small screen loses no columns.
const MIN_WIDTH: u16 = 160;

/// File name and text of what is shown: log lines, any other view drawn in full height. Secrets are
/// masked in both, whatever the screen shows.
#[must_use]
pub fn text(context: &DrawContext<'_>, ui: &UiState) -> (String, String) {
    let stamp = context
        .now()
        .to_zoned(context.zone.clone())
        .strftime("%Y%m%d-%H%M%S")
        .to_string();
    if availability::logs_visible(ui) {
        return (format!("hubdeck-logs-{stamp}.txt"), logs(context, ui));
    }
    let name = match (&ui.details, ui.view) {
        (Some(_), _) => "details",
        (None, View::Map) => "map",
        (None, View::Services) => "services",
        (None, View::Logs) => "logs",
        (None, View::Timeline) => "timeline",
        (None, View::Incidents) => "incidents",
        (None, View::HubdeckLog) => "own-log",
    };
    (format!("hubdeck-{name}-{stamp}.txt"), drawn(context, ui))
}

fn logs(context: &DrawContext<'_>, ui: &UiState) -> String {
    let secrets = &context.snapshot.secrets;
    let mut out = String::new();
    if ui.logs.ring.discarded + ui.logs.ring.dropped > 0 {
        let missing = words::count(ui.logs.ring.discarded + ui.logs.ring.dropped);
        out.push_str(&format!(
            "# {missing} lost or discarded lines are not here\n"
        ));
    }
    for line in &ui.logs.ring.lines {
        let source = ui.logs.sources.iter().find(|(id, _)| *id == line.instance);
        let name = source.map_or_else(|| line.instance.short(), |(_, name)| name.as_str());
        let at = line.at.map_or_else(String::new, |at| format!("{at} "));
        out.push_str(&format!(
            "{at}{name} {}\n",
            secrets.mask(&plain_line(&line.text))
        ));
    }
    out
}

/// The view in full height, without the screen around it.
fn drawn(context: &DrawContext<'_>, ui: &UiState) -> String {
    let rows = ui.drawn.viewport.total.saturating_add(2);
    let height = u16::try_from(rows)
        .unwrap_or(MAX_ROWS)
        .clamp(ui.terminal.size.height.min(MAX_ROWS), MAX_ROWS);
    let area = Rect::new(0, 0, ui.terminal.size.width.max(MIN_WIDTH), height);
    let mut buffer = Buffer::empty(area);
    let mut whole = ui.clone();
    whole.table.top = 0;
    whole.selection.preview.kind = None;
    (whole.map.top, whole.map.left) = (0, 0);
    whole.past.timeline.top = 0;
    whole.past.incidents.top = 0;
    if let Some(details) = &mut whole.details {
        details.top = 0;
    }
    let masked = DrawContext {
        show_secrets: false,
        ..*context
    };
    view::draw(&mut buffer, area, &masked, &whole, &mut Drawn::default());
    plain(&buffer)
}

/// The text of a buffer without styles and without spaces at the ends.
#[must_use]
pub fn plain(buffer: &Buffer) -> String {
    let mut out = String::new();
    for y in buffer.area.top()..buffer.area.bottom() {
        let mut line = String::new();
        let mut skip = 0;
        for x in buffer.area.left()..buffer.area.right() {
            let symbol = buffer[(x, y)].symbol();
            if skip == 0 {
                line.push_str(symbol);
            }
            skip = text::width(symbol).max(skip).saturating_sub(1);
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    let end = out.trim_end().len();
    out.truncate(end);
    out.push('\n');
    out
}

/// Writes `text` to `name` in `dir`.
///
/// # Errors
/// When the file cannot be written.
pub async fn write(dir: &Path, name: &str, text: String) -> io::Result<PathBuf> {
    let path = dir.join(name);
    tokio::fs::write(&path, text).await?;
    Ok(path)
}
