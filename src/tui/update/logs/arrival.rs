//! What an open log tail brings.

use std::sync::Arc;

use crate::logs;
use crate::model::secrets::KnownSecrets;
use crate::model::{LogBatch, LogLine, Timestamp};
use crate::tui::state::{LogOptions, UiState, preview};

use super::ring;

/// Lines that a preview keeps at most.
const PREVIEW_LINES: usize = 500;

/// What is hidden in lines that arrive.
#[derive(Clone, Copy)]
pub struct ArrivalMask<'a> {
    /// The secrets that are known.
    pub secrets: &'a KnownSecrets,
    /// Whether they are hidden in log lines. In what the engine reports of a log itself they always
    /// are.
    pub in_lines: bool,
}

/// Takes `batches` that arrived at `now`, within the bounds of `options`; returns whether the tails are to be closed, because as
/// much as fits from the moment of an event on is there.
pub fn arrived(
    ui: &mut UiState,
    batches: impl IntoIterator<Item = LogBatch>,
    options: &LogOptions,
    hidden: ArrivalMask<'_>,
    now: Timestamp,
) -> bool {
    let (mut max_lines, max_bytes) = (options.max_lines, options.max_bytes);
    // Streams are open for one of both.
    let in_preview = preview::is_following(ui);
    let logs = if in_preview {
        max_lines = max_lines.min(PREVIEW_LINES);
        &mut ui.selection.preview.logs
    } else {
        &mut ui.logs
    };
    // From an event on the first lines count, not the last ones: the tail is closed when it is
    // full.
    let room = if logs.begin.moment().is_some() { 2 } else { 1 };
    for mut batch in batches {
        mask(&mut batch, hidden);
        if let LogBatch::Lines { lines, .. } = &mut batch
            && in_preview
        {
            let kept = lines.len().saturating_sub(PREVIEW_LINES);
            for line in &mut lines[kept..] {
                without_own_time(Arc::make_mut(line));
            }
        }
        if let LogBatch::Ended(instance) = &batch {
            logs.streams.ended.retain(|(ended, _)| ended != instance);
            logs.streams.ended.push((instance.clone(), now));
        }
        ring::push(logs, batch, room * max_lines, room * max_bytes);
    }
    let ring = &mut logs.ring;
    ring.is_full =
        logs.begin.moment().is_some() && (ring.lines.len() >= max_lines || ring.bytes >= max_bytes);
    ring.is_full
}

/// Takes the time that a line begins with away: a preview is narrow.
fn without_own_time(line: &mut LogLine) {
    // JSON is folded, which leaves its time out.
    if !line.text.starts_with('{') {
        line.text = logs::plain(&line.text).into_owned();
    }
}

fn mask(batch: &mut LogBatch, hidden: ArrivalMask<'_>) {
    match batch {
        LogBatch::Lines { lines, .. } if hidden.in_lines => {
            lines
                .iter_mut()
                .for_each(|line| ring::hide(line, hidden.secrets));
        }
        LogBatch::Failed(_, error) => *error = hidden.secrets.mask(error),
        LogBatch::Lines { .. } | LogBatch::Ended(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{InstanceId, LogStream};

    #[test]
    fn a_preview_shows_lines_without_the_time_that_they_begin_with() {
        for (text, shown) in [
            (
                "2026-03-28 14:04:05.123 UTC [27] LOG:  ready",
                "[27] LOG:  ready",
            ),
            ("ready at 14:04:05", "ready at 14:04:05"),
            (
                r#"{"ts":"14:04:05","msg":"ready"}"#,
                r#"{"ts":"14:04:05","msg":"ready"}"#,
            ),
        ] {
            let mut line = LogLine {
                at: None,
                instance: InstanceId::new("db"),
                stream: LogStream::Stdout,
                text: text.to_owned(),
                cut_bytes: 0,
                ..LogLine::default()
            };
            without_own_time(&mut line);
            assert_eq!(line.text, shown);
        }
    }
}
