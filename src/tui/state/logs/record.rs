//! The record that is looked at as a tree.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::logs::LogFilter;
use crate::logs::filter::quoted;
use crate::logs::tree::{self, TreeRow, TreeRowKind};
use crate::model::{LogLine, LogStream};

/// The record that is looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordView {
    /// The record.
    pub line: Arc<LogLine>,
    /// The name of its source.
    pub source: String,
    /// The name of its container.
    pub container: String,
    /// Paths of the tree that are folded.
    pub folded: BTreeSet<String>,
    /// Chosen row.
    pub selected: usize,
    /// Lines of the chosen row above what is in sight: a value may be higher than the screen.
    pub above: usize,
}

impl RecordView {
    /// A record, everything unfolded.
    #[must_use]
    pub const fn new(line: Arc<LogLine>, source: String, container: String) -> Self {
        Self {
            line,
            source,
            container,
            folded: BTreeSet::new(),
            selected: 0,
            above: 0,
        }
    }

    /// Where the line comes from, then the rows of the tree.
    #[must_use]
    pub fn rows(&self) -> Vec<TreeRow> {
        let stream = match self.line.stream {
            LogStream::Stdout => "stdout",
            LogStream::Stderr => "stderr",
        };
        let origin = |key, value: &str| TreeRow::leaf(TreeRowKind::Origin, key, value.to_owned());
        let mut rows = vec![
            origin("container", &self.container),
            origin("stream", stream),
        ];
        rows.extend(tree::rows(&self.line, &self.folded));
        rows
    }

    /// The chosen row.
    #[must_use]
    pub fn row(&self) -> Option<TreeRow> {
        self.rows().into_iter().nth(self.selected)
    }

    /// What is copied of the chosen row: its value, of one that is unfolded everything in it.
    #[must_use]
    pub fn copied(&self) -> Option<String> {
        let row = self.row()?;
        if row.open != Some(true) {
            return Some(row.value);
        }
        let rows = self.rows();
        let inside = rows.iter().skip(self.selected + 1);
        let inside = inside.take_while(|each| each.depth > row.depth);
        let lines = inside.map(|each| match each.key.as_str() {
            "" => each.value.clone(),
            key => format!("{key}: {}", each.value),
        });
        Some(lines.collect::<Vec<_>>().join("\n"))
    }

    /// The filter that lets through the lines with the value of the chosen row; `None` where no
    /// filter can ask for it.
    #[must_use]
    pub fn filter(&self) -> Option<String> {
        let row = self.row()?;
        let quoted = quoted(&row.value);
        let candidates = match row.kind {
            TreeRowKind::Field if row.open.is_none() => vec![format!("{}={quoted}", row.path)],
            TreeRowKind::Level(level) => vec![format!("level:{}", level.id())],
            TreeRowKind::Message if self.line.text.contains('{') => {
                vec![format!("message={quoted}"), quoted]
            }
            // What is escaped in the line is not found in its text.
            TreeRowKind::Message | TreeRowKind::Trace if !row.value.is_empty() => {
                vec![quoted.clone(), format!("message={quoted}")]
            }
            _ => Vec::new(),
        };
        // Not every name can stand in a filter, and JSON within a text has no fields of its own.
        let holds =
            |text: &String| LogFilter::parse(text).is_ok_and(|filter| filter.matches(&self.line));
        candidates.into_iter().find(holds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::record::Record;

    #[test]
    fn the_filter_of_every_row_lets_its_own_line_through() {
        for text in [
            r#"{"msg":"x \"y\"","level":"error","payload":"{\"a\":1}","b":{"c":[1,2]}}"#,
            r#"audit {"level":"error","msg":"denied"}"#,
            r#"level=error msg="said \"hi\"" user="a b" path=/x"#,
            r#"10.0.0.1 - - [28/Mar/2026:14:02:11 +0000] "GET /a HTTP/1.1" 200 5"#,
            "plain",
        ] {
            let line = LogLine {
                level: Record::read(text).level,
                text: text.to_owned(),
                ..LogLine::default()
            };
            let mut view = RecordView::new(Arc::new(line), String::new(), String::new());
            let mut filters = Vec::new();
            for place in 0..view.rows().len() {
                view.selected = place;
                filters.extend(view.filter());
            }
            assert!(!filters.is_empty(), "{text}");
            for filter in filters {
                let read = LogFilter::parse(&filter).expect("a filter");
                assert!(read.matches(&view.line), "{filter}");
            }
        }
    }

    #[test]
    fn an_escaped_message_is_asked_for_as_a_field() {
        let line = LogLine {
            text: r#"level=info msg="said \"hi\"""#.to_owned(),
            ..LogLine::default()
        };
        let mut view = RecordView::new(Arc::new(line), String::new(), String::new());
        let rows = view.rows();
        let place = rows.iter().position(|row| row.kind == TreeRowKind::Message);
        view.selected = place.expect("a message");
        assert_eq!(view.filter().as_deref(), Some(r#"message="said \"hi\"""#));
    }
}
