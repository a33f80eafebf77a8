//! What is shown, as plain text in a file.

mod lines;

use std::io;
use std::path::Path;
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tokio::io::AsyncWriteExt as _;

use crate::model::Snapshot;
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::view;
use crate::tui::draw::widget::text;
use crate::tui::input::action::ExportRequest;
use crate::tui::input::page::View;
use crate::tui::state::{Drawn, UiState, availability};

use super::background::FAILED;
use lines::LinesExport;

/// Rows an export draws at most.
const MAX_ROWS: u16 = 10_000;
/// Least width of an exported view, so that a small screen loses no columns.
const MIN_WIDTH: u16 = 160;

/// What is shown, to be given out: log lines become text beside the drawing.
pub struct Export {
    /// The usual name of a file with it.
    pub name: String,
    content: ExportContent,
}

enum ExportContent {
    Drawn(String),
    Lines(Box<LinesExport>),
}

impl Export {
    /// What is shown: the log lines that `request` names, any other view drawn in full height.
    /// Secrets are masked in both, whatever the screen shows.
    pub fn new(
        context: &DrawContext<'_>,
        ui: &UiState,
        snapshot: &Arc<Snapshot>,
        request: &ExportRequest,
    ) -> Self {
        let stamp = context.now().to_zoned(context.zone.clone());
        let stamp = stamp.strftime("%Y%m%d-%H%M%S");
        if availability::logs_visible(ui) {
            let extension = if request.json { "jsonl" } else { "txt" };
            let lines = LinesExport::new(&ui.logs, snapshot, request);
            return Self {
                name: format!("hubdeck-logs-{stamp}.{extension}"),
                content: ExportContent::Lines(Box::new(lines)),
            };
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
        Self {
            name: format!("hubdeck-{name}-{stamp}.txt"),
            content: ExportContent::Drawn(drawn(context, ui)),
        }
    }

    /// How many log lines are to be written; `None` of another view.
    pub fn lines(&self) -> Option<usize> {
        match &self.content {
            ExportContent::Drawn(_) => None,
            ExportContent::Lines(lines) => Some(lines.len()),
        }
    }

    /// The text, made on a thread that may take its time: some 10 µs a line.
    ///
    /// # Errors
    /// When a line cannot be written as JSON, or that failed on a bug: one sentence.
    pub async fn text(self) -> Result<String, String> {
        let lines = match self.content {
            ExportContent::Drawn(text) => return Ok(text),
            ExportContent::Lines(lines) => lines,
        };
        let written = tokio::task::spawn_blocking(move || lines.text()).await;
        written
            .map_err(|_| FAILED.to_owned())?
            .map_err(|error| format!("the lines cannot be written as JSON: {error}"))
    }
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

/// Writes `text` to a new file `path`, readable by the operator alone: logs may hold secrets that
/// nothing marks as such.
///
/// # Errors
/// When there is such a file already, or it cannot be written.
pub async fn write(path: &Path, text: String) -> io::Result<()> {
    let mut options = tokio::fs::OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .await?;
    file.write_all(text.as_bytes()).await?;
    file.flush().await
}
