//! Log lines that are JSON objects, made readable: level, message, then the other fields.

use serde_json::{Map, Value};

use crate::tui::theme::Role;

/// Keys of the message, the level and the time, strongest first.
const MESSAGE: [&str; 4] = ["message", "msg", "event", "text"];
const LEVEL: [&str; 5] = ["level", "lvl", "severity", "log.level", "levelname"];
const TIME: [&str; 6] = ["time", "timestamp", "ts", "@timestamp", "t", "asctime"];

/// The parts of a readable line, each with its role; `None` when `text` is no JSON object with a
/// message. Time fields are left out: every line has the engine's time.
#[must_use]
pub fn readable(text: &str) -> Option<Vec<(String, Role)>> {
    let trimmed = text.trim();
    if !(trimmed.starts_with('{') && trimmed.ends_with('}')) {
        return None;
    }
    let mut fields: Map<String, Value> = serde_json::from_str(trimmed).ok()?;
    let message = take(&mut fields, &MESSAGE)?;
    let mut parts = Vec::new();
    if let Some(level) = take(&mut fields, &LEVEL) {
        let level = level_word(&level);
        let role = level_role(&level);
        parts.push((format!("{level:<5} "), role));
    }
    parts.push((shown(&message), Role::Text));
    fields.retain(|key, _| !TIME.contains(&key.as_str()));
    for (key, value) in &fields {
        parts.push((format!(" {key}="), Role::Dim));
        parts.push((shown(value), Role::Muted));
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

fn level_role(level: &str) -> Role {
    match level {
        "ERROR" | "ERR" | "FATAL" | "CRITICAL" | "PANIC" | "EMERGENCY" | "ALERT" => Role::Unhealthy,
        "WARN" | "WARNING" => Role::Degraded,
        "INFO" | "NOTICE" | "INFORMATION" => Role::Healthy,
        _ => Role::Muted,
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
    fn levels_are_coloured() {
        for (level, role) in [
            ("error", Role::Unhealthy),
            ("Warning", Role::Degraded),
            ("debug", Role::Muted),
        ] {
            let parts = readable(&format!(r#"{{"severity":"{level}","msg":"m"}}"#)).unwrap();
            assert_eq!(parts[0].1, role, "{level}");
        }
    }
}
