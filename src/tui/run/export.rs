//! What is shown, as plain text in a file.

use std::io;
use std::path::Path;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tokio::io::AsyncWriteExt as _;

use crate::logs::export::ExportForm;
use crate::model::{InstanceId, Snapshot, Timestamp, words};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::view;
use crate::tui::draw::view::logs::mark_sentence;
use crate::tui::draw::widget::text;
use crate::tui::input::action::ExportRequest;
use crate::tui::input::page::View;
use crate::tui::state::logs::source_name;
use crate::tui::state::{Drawn, UiState, availability};

/// Rows an export draws at most.
const MAX_ROWS: u16 = 10_000;
/// Least width of an exported view, so that a small screen loses no columns.
const MIN_WIDTH: u16 = 160;

/// File name and text of what is shown: the log lines that `request` names, any other view drawn in
/// full height. Secrets are masked in both, whatever the screen shows.
///
/// # Errors
/// When a line cannot be written as JSON.
pub fn text(
    context: &DrawContext<'_>,
    ui: &UiState,
    request: &ExportRequest,
) -> Result<(String, String), serde_json::Error> {
    let stamp = context
        .now()
        .to_zoned(context.zone.clone())
        .strftime("%Y%m%d-%H%M%S")
        .to_string();
    if availability::logs_visible(ui) {
        let extension = if request.json { "jsonl" } else { "txt" };
        let name = format!("hubdeck-logs-{stamp}.{extension}");
        return Ok((name, logs(context, ui, request)?));
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
    Ok((format!("hubdeck-{name}-{stamp}.txt"), drawn(context, ui)))
}

/// The shown lines in the time that `request` names.
fn logs(
    context: &DrawContext<'_>,
    ui: &UiState,
    request: &ExportRequest,
) -> Result<String, serde_json::Error> {
    let logs = &ui.logs;
    let form = ExportForm {
        timestamps: true,
        colours: false,
        mask: Some(&context.snapshot.secrets),
    };
    let mut out = String::new();
    let missing = logs.ring.discarded + logs.ring.dropped;
    if missing > 0 && !request.json {
        let missing = words::count(missing);
        out.push_str(&format!(
            "# {missing} lost or discarded lines are not here\n"
        ));
    }
    let since = |at: Option<Timestamp>| request.since.is_none_or(|since| at >= Some(since));
    let until = |at: Option<Timestamp>| request.until.is_none_or(|until| at < Some(until));
    let lines = (0..logs.len()).filter_map(|index| logs.line(index));
    for line in lines.filter(|line| since(line.at) && until(line.at)) {
        let name = source_name(logs, &line.instance);
        match line.mark {
            Some(_) if request.json => {}
            Some(mark) => out.push_str(&format!("# {name}: {}\n", mark_sentence(mark))),
            None if request.json => {
                let (service, container) = owner(context.snapshot, &line.instance);
                form.json(
                    service.unwrap_or(&name),
                    container.unwrap_or(&name),
                    line,
                    &mut out,
                )?;
            }
            None => form.text(&format!("{name} "), line, &mut out),
        }
    }
    Ok(out)
}

/// The id of the service and the name of the container.
fn owner<'s>(snapshot: &'s Snapshot, instance: &InstanceId) -> (Option<&'s str>, Option<&'s str>) {
    let mut owners = snapshot.services.iter().filter_map(|service| {
        let mut instances = service.instances.iter();
        let found = instances.find(|each| each.facts.id == *instance)?;
        Some((service.id.as_str(), found.facts.name.as_str()))
    });
    owners.next().unzip()
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
