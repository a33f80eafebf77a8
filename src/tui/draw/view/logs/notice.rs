//! The line below a log: what is to be known of its sources.

use crate::model::words;
use crate::tui::draw::context::DrawContext;
use crate::tui::input::action::Action;
use crate::tui::state::LogsState;
use crate::tui::state::logs::{LogBegin, LogNotices};

/// A mistake in what is looked for, then what of the log is missing, then what ended; `None` when all
/// is well.
pub(super) fn words(context: &DrawContext<'_>, logs: &LogsState) -> Option<String> {
    if let Some(fault) = &logs.find.fault {
        return Some(fault.clone());
    }
    if let (true, LogBegin::Moment(at)) = (logs.ring.is_full, logs.begin) {
        let key = context
            .keymap
            .label(&Action::ToggleFollow, context.glyphs.ascii);
        let at = words::moment(at, context.facts.now, context.zone);
        return Some(format!(
            "the lines from {at} on fill the buffer; {key} follows the end"
        ));
    }
    of_sources(&logs.notices)
}

/// All that cannot be read in one sentence, else all that ended.
pub(in crate::tui::draw::view) fn of_sources(notices: &LogNotices) -> Option<String> {
    let failed: Vec<(&str, &str)> = notices.failed().collect();
    match failed.as_slice() {
        [] => {}
        [(source, why)] => return Some(format!("{source}: {why}")),
        several => {
            let each = several
                .iter()
                .map(|(source, why)| format!("{source} ({why})"));
            let each = each.collect::<Vec<_>>().join(", ");
            return Some(format!("{} logs cannot be read: {each}", several.len()));
        }
    }
    let ended: Vec<&str> = notices.ended().collect();
    (!ended.is_empty()).then(|| format!("{} ended", ended.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::state::logs::SourceNotice;

    #[test]
    fn what_cannot_be_read_stands_before_what_ended() {
        let mut notices = LogNotices::default();
        let said = |notices: &LogNotices| of_sources(notices).unwrap_or_default();
        assert_eq!(of_sources(&notices), None);
        notices.set("job".into(), SourceNotice::Ended);
        notices.set("seed".into(), SourceNotice::Ended);
        assert_eq!(said(&notices), "job, seed ended");
        let driver = SourceNotice::Failed("its logging driver none keeps no log".into());
        notices.set("db".into(), driver.clone());
        assert_eq!(said(&notices), "db: its logging driver none keeps no log");
        notices.set("redis".into(), driver);
        assert_eq!(
            said(&notices),
            "2 logs cannot be read: db (its logging driver none keeps no log), redis (its logging driver none keeps no log)"
        );
        notices.remove(|source| source == "db");
        assert_eq!(
            said(&notices),
            "redis: its logging driver none keeps no log"
        );
    }
}
