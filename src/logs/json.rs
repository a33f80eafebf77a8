//! Log lines that are JSON objects, made readable: level, message, then the other fields.

use serde_json::{Map, Value};

/// What a part of a readable line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonPart {
    /// Its level, with how bad that is.
    Level(Severity),
    /// Its message.
    Message,
    /// The name of a further field.
    Key,
    /// The value of a further field.
    Value,
}

/// Keys of the message, the level and the time, strongest first.
const MESSAGE: [&str; 4] = ["message", "msg", "event", "text"];
const LEVEL: [&str; 5] = ["level", "lvl", "severity", "log.level", "levelname"];
const TIME: [&str; 6] = ["time", "timestamp", "ts", "@timestamp", "t", "asctime"];

/// The parts of a readable line, each with what it is; `None` when `text` is no JSON object with a
/// message. Time fields are left out: every line has the engine's time.
#[must_use]
pub fn readable(text: &str) -> Option<Vec<(String, JsonPart)>> {
    let trimmed = text.trim();
    if !(trimmed.starts_with('{') && trimmed.ends_with('}')) {
        return None;
    }
    let mut fields: Map<String, Value> = serde_json::from_str(trimmed).ok()?;
    let message = take(&mut fields, &MESSAGE)?;
    let mut parts = Vec::new();
    if let Some(level) = take(&mut fields, &LEVEL) {
        let level = level_word(&level);
        let severity = severity(&level);
        parts.push((format!("{level:<5} "), JsonPart::Level(severity)));
    }
    parts.push((shown(&message), JsonPart::Message));
    fields.retain(|key, _| !TIME.contains(&key.as_str()));
    for (key, value) in &fields {
        parts.push((format!(" {key}="), JsonPart::Key));
        parts.push((shown(value), JsonPart::Value));
    }
    Some(parts)
}

fn take(fields: &mut Map<String, Value>, keys: &[&str]) -> Option<Value> {
    keys.iter().find_map(|key| fields.remove(*key))
}

/// A value as it reads: strings without quotes, everything else as JSON.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect(),
        other => other.to_string(),
    }
}

/// The level in upper case; the numbers of bunyan and pino as words.
fn level_word(level: &Value) -> String {
    match level {
        Value::Number(number) => match number.as_i64() {
            Some(..=10) => "TRACE",
            Some(11..=20) => "DEBUG",
            Some(21..=30) => "INFO",
            Some(31..=40) => "WARN",
            Some(41..=50) => "ERROR",
            _ => "FATAL",
        }
        .to_owned(),
        other => shown(other).to_uppercase(),
    }
}

/// How bad a line is by its level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// An error, or worse.
    Error,
    /// A warning.
    Warning,
    /// Normal operation.
    Info,
    /// Anything else: debug, trace, words of its own.
    Other,
}

fn severity(level: &str) -> Severity {
    match level {
        "ERROR" | "ERR" | "FATAL" | "CRITICAL" | "PANIC" | "EMERGENCY" | "ALERT" => Severity::Error,
        "WARN" | "WARNING" => Severity::Warning,
        "INFO" | "NOTICE" | "INFORMATION" => Severity::Info,
        _ => Severity::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(line: &str) -> Option<String> {
        readable(line).map(|parts| parts.into_iter().map(|(part, _)| part).collect())
    }

    #[test]
    fn the_message_comes_first_and_nothing_but_the_time_is_lost() {
        for (line, expected) in [
            (
                r#"{"time":"2026","level":"error","msg":"no route","correlation_id":"c-17","n":3}"#,
                Some("ERROR no route correlation_id=c-17 n=3"),
            ),
            (
                r#"{"level":30,"msg":"up","err":{"code":1}}"#,
                Some(r#"INFO  up err={"code":1}"#),
            ),
            (r#" {"message":"a\nb"} "#, Some("a b")),
            (r#"{"user":"x"}"#, None),
            (r#"{"msg": broken"#, None),
            ("[1]", None),
            ("plain", None),
        ] {
            assert_eq!(text(line).as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn levels_are_known_in_any_case() {
        for (level, severity) in [
            ("error", Severity::Error),
            ("Warning", Severity::Warning),
            ("debug", Severity::Other),
        ] {
            let parts = readable(&format!(r#"{{"severity":"{level}","msg":"m"}}"#)).unwrap();
            assert_eq!(parts[0].1, JsonPart::Level(severity), "{level}");
        }
    }
}
