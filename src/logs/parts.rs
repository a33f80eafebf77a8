//! A record as it is shown in one line: level, message, then its fields.

use std::borrow::Cow;

use super::record::Record;
use crate::model::LineLevel;

/// What a part of a shown record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordPart {
    /// Its level.
    Level(LineLevel),
    /// Its message.
    Message,
    /// The name of a further field, and the marks around it.
    Key,
    /// The value of a further field.
    Value,
}

/// The parts of `record` in the order in which they are shown: level, message, then the fields that
/// are `chosen` in their order, or all as they stand in it, each as ` key=value`. The time is left
/// out: every line has the engine's.
#[must_use]
pub fn parts<'a>(record: Record<'a>, chosen: &[String]) -> Vec<(Cow<'a, str>, RecordPart)> {
    let mut parts = Vec::with_capacity(2 + 4 * record.fields.len());
    if let Some(level) = record.level {
        parts.push((word(level).into(), RecordPart::Level(level)));
    }
    parts.push((in_line(record.message), RecordPart::Message));
    let mut fields = record.fields;
    if !chosen.is_empty() {
        let place = |key: &str| chosen.iter().position(|it| it == key);
        fields.retain(|field| place(&field.key).is_some());
        fields.sort_by_key(|field| place(&field.key));
    }
    for field in fields {
        parts.push((" ".into(), RecordPart::Key));
        parts.push((field.key, RecordPart::Key));
        parts.push(("=".into(), RecordPart::Key));
        parts.push((in_line(field.value), RecordPart::Value));
    }
    parts
}

/// The word for a level as it is shown, as wide as all of them, and a blank.
const fn word(level: LineLevel) -> &'static str {
    match level {
        LineLevel::Trace => "TRACE ",
        LineLevel::Debug => "DEBUG ",
        LineLevel::Info => "INFO  ",
        LineLevel::Warning => "WARN  ",
        LineLevel::Error => "ERROR ",
    }
}

fn in_line(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte < 0x20) {
        Cow::Owned(text.replace(char::is_control, " "))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(line: &str, chosen: &[&str]) -> String {
        let chosen: Vec<String> = chosen.iter().map(|it| (*it).to_owned()).collect();
        parts(Record::read(line), &chosen)
            .into_iter()
            .map(|it| it.0)
            .collect()
    }

    #[test]
    fn the_message_comes_first_and_nothing_but_the_time_is_lost() {
        let line = r#"{"time":1774706531,"level":"error","z":1,"msg":"no\nroute","correlation_id":"c-17","a":{"b":[1]}}"#;
        assert_eq!(
            text(line, &[]),
            "ERROR no route z=1 correlation_id=c-17 a.b=[1]"
        );
        assert_eq!(
            text(line, &["a.b", "correlation_id", "none"]),
            "ERROR no route a.b=[1] correlation_id=c-17"
        );
    }
}
