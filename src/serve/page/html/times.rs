//! Times in a page.

use crate::model::Timestamp;

/// A time in UTC for people and programs; scripts write it in the reader's zone.
pub(super) fn time(at: Timestamp) -> String {
    let text = format!("{at:.0}");
    let words = text.replace('T', " ").replace('Z', " UTC");
    format!("<time datetime=\"{text}\">{words}</time>")
}
