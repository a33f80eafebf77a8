//! Log lines as they are given out: as text, and as JSON objects, one a line.

use std::borrow::Cow;
use std::collections::HashSet;

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::record::Record;
use super::{without_colours, without_secrets};
use crate::model::secrets::KnownSecrets;
use crate::model::words;
use crate::model::{LineLevel, LogLine, LogStream, Timestamp};

/// How lines are given out.
#[derive(Clone, Copy, Debug, Default)]
pub struct ExportForm<'a> {
    /// Whether text begins with the engine's time of the line.
    pub timestamps: bool,
    /// Whether text keeps its SGR colours; JSON never does.
    pub colours: bool,
    /// Secrets to be hidden; `None` hides nothing.
    pub mask: Option<&'a KnownSecrets>,
}

impl ExportForm<'_> {
    /// Appends `line` and a line end to `out`. Each line of a stack trace begins with `prefix` and
    /// the time as well. What was cut off is named at the end.
    pub fn text(&self, prefix: &str, line: &LogLine, out: &mut String) {
        let time = line.at.filter(|_| self.timestamps);
        let time = time.map(|at| format!("{at:.9} "));
        let text = self.shown(&line.text);
        for (number, each) in text.split('\n').enumerate() {
            if number > 0 {
                out.push('\n');
            }
            out.push_str(prefix);
            out.push_str(time.as_deref().unwrap_or_default());
            out.push_str(each);
        }
        if line.cut_bytes > 0 {
            out.push_str(&format!(" [{} cut]", size(line.cut_bytes)));
        }
        out.push('\n');
    }

    /// Appends the JSON document of `line` and a line end to `out`.
    ///
    /// # Errors
    /// When a value cannot be written as JSON.
    pub fn json(
        &self,
        service: &str,
        container: &str,
        line: &LogLine,
        out: &mut String,
    ) -> Result<(), serde_json::Error> {
        let masked = self.mask.and_then(|it| without_secrets(&line.text, it));
        let text = masked.map_or_else(|| without_colours(&line.text), Cow::Owned);
        let record = Record::read(&text);
        let document = LogLineDocument {
            time: line.at,
            service,
            container,
            stream: line.stream,
            level: line.level,
            text: &text,
            fields: Fields(&record),
            cut_bytes: line.cut_bytes,
        };
        out.push_str(&serde_json::to_string(&document)?);
        out.push('\n');
        Ok(())
    }

    /// The JSON document of `line`, of `container`, as a record of a stream.
    ///
    /// # Errors
    /// When a value cannot be written as JSON.
    pub fn record(&self, container: &str, line: &LogLine) -> Result<String, serde_json::Error> {
        let masked = self.mask.and_then(|it| without_secrets(&line.text, it));
        let text = masked.map_or_else(|| without_colours(&line.text), Cow::Owned);
        let record = Record::read(&text);
        serde_json::to_string(&LogRecordDocument {
            at: line.at,
            instance: container,
            stream: line.stream,
            level: line.level,
            message: &record.message,
            text: &text,
            fields: Fields(&record),
            cut_bytes: line.cut_bytes,
        })
    }

    fn shown<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.mask.and_then(|it| without_secrets(text, it)) {
            Some(masked) => Cow::Owned(masked),
            None if self.colours => Cow::Borrowed(text),
            None => without_colours(text),
        }
    }
}

/// A log line in JSON.
#[derive(Serialize)]
struct LogLineDocument<'a> {
    /// The engine's time of the line.
    time: Option<Timestamp>,
    /// The service's id.
    service: &'a str,
    /// The container's name.
    container: &'a str,
    /// The stream.
    stream: LogStream,
    /// The level that it says.
    level: Option<LineLevel>,
    /// The text without colours; the lines of a stack trace follow its first line.
    text: &'a str,
    /// What the text says beside level, time and message: numbers as numbers, all else as text.
    fields: Fields<'a>,
    /// Bytes that were cut off.
    cut_bytes: u64,
}

/// A record of a stream in JSON.
#[derive(Serialize)]
struct LogRecordDocument<'a> {
    /// The engine's time of its first line.
    at: Option<Timestamp>,
    /// The container's name.
    instance: &'a str,
    /// The stream.
    stream: LogStream,
    /// The level that it says.
    level: Option<LineLevel>,
    /// What it says beside level, time and fields.
    message: &'a str,
    /// All of it without colours; the lines of a stack trace follow its first line.
    text: &'a str,
    /// As in [`LogLineDocument`].
    fields: Fields<'a>,
    /// Bytes that were cut off.
    cut_bytes: u64,
}

struct Fields<'a>(&'a Record<'a>);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut keys = HashSet::new();
        let mut map = serializer.serialize_map(None)?;
        for field in &self.0.fields {
            if !keys.insert(field.key.as_ref()) {
                continue;
            }
            let number = field.number.and_then(|_| number(&field.value));
            match number {
                Some(number) => map.serialize_entry(&field.key, number)?,
                None => map.serialize_entry(&field.key, &field.value)?,
            }
        }
        map.end()
    }
}

/// `text` as a JSON number with all its digits.
fn number(text: &str) -> Option<&RawValue> {
    let is_number = text.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    serde_json::from_str(text).ok().filter(|_| is_number)
}

#[expect(clippy::cast_precision_loss, reason = "a size in words is rounded")]
fn size(bytes: u64) -> String {
    words::bytes(bytes as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> LogLine {
        LogLine {
            at: Some("2026-03-28T14:02:11.5Z".parse().expect("a time")),
            text: text.to_owned(),
            ..LogLine::default()
        }
    }

    fn text(form: ExportForm<'_>, line: &LogLine) -> String {
        let mut out = String::new();
        form.text("db | ", line, &mut out);
        out
    }

    #[test]
    fn text_has_the_times_of_docker_on_every_line_of_a_trace() {
        let timed = ExportForm {
            timestamps: true,
            ..ExportForm::default()
        };
        assert_eq!(
            text(timed, &line("boom\n  at x")),
            "db | 2026-03-28T14:02:11.500000000Z boom\ndb | 2026-03-28T14:02:11.500000000Z   at x\n"
        );
        let cut = LogLine {
            cut_bytes: 74_752,
            ..line("\x1b[31mred\x1b[0m")
        };
        assert_eq!(
            text(ExportForm::default(), &cut),
            "db | red [73.0 KiB cut]\n"
        );
        let coloured = ExportForm {
            colours: true,
            ..ExportForm::default()
        };
        assert_eq!(
            text(coloured, &line("\x1b[31mred\x1b[0m")),
            "db | \x1b[31mred\x1b[0m\n"
        );
    }

    #[test]
    fn secrets_are_hidden_where_that_is_asked_for() {
        let secrets = KnownSecrets::default();
        let form = ExportForm {
            colours: true,
            mask: Some(&secrets),
            ..ExportForm::default()
        };
        let secret = line("\x1b[31mPASSWORD\x1b[0m=hunter2");
        assert_eq!(text(form, &secret), "db | PASSWORD=***\n");
        let mut out = String::new();
        form.json("hub/db", "hub-db-1", &secret, &mut out)
            .expect("JSON");
        assert!(!out.contains("hunter2"), "{out}");
        let shown = ExportForm { mask: None, ..form };
        assert_eq!(text(shown, &line("PASSWORD=x")), "db | PASSWORD=x\n");
    }

    #[test]
    fn json_has_what_the_line_says() {
        let mut out = String::new();
        ExportForm::default()
            .json(
                "hub/db",
                "hub-db-1",
                &line("a \"quoted\"\x1b[0m text"),
                &mut out,
            )
            .expect("JSON");
        assert_eq!(
            out,
            concat!(
                r#"{"time":"2026-03-28T14:02:11.5Z","service":"hub/db","container":"hub-db-1","stream":"stdout","#,
                r#""level":null,"text":"a \"quoted\" text","fields":{},"cut_bytes":0}"#,
                "\n"
            )
        );
    }

    #[test]
    fn a_record_has_its_message_and_hides_secrets() {
        let secrets = KnownSecrets::default();
        let form = ExportForm {
            mask: Some(&secrets),
            ..ExportForm::default()
        };
        let written = form.record("hub-db-1", &line("level=warn msg=\"took long\" token=abc"));
        assert_eq!(
            written.expect("JSON"),
            concat!(
                r#"{"at":"2026-03-28T14:02:11.5Z","instance":"hub-db-1","stream":"stdout","level":null,"#,
                r#""message":"took long","text":"level=warn msg=\"took long\" token=***","#,
                r#""fields":{"token":"***"},"cut_bytes":0}"#
            )
        );
    }

    #[test]
    fn numbers_keep_their_digits() {
        for (value, expected) in [
            ("200", Some("200")),
            ("9007199254740993", Some("9007199254740993")),
            ("-1.50", Some("-1.50")),
            ("007", None),
            ("1.2.3", None),
            ("true", None),
            ("", None),
        ] {
            assert_eq!(number(value).map(RawValue::get), expected, "{value}");
        }
    }
}
