//! JSON with one value replaced, for tests: what a broken engine or proxy may send.

use proptest::prelude::*;
use serde_json::Value;

/// A value that may stand anywhere, as JSON text.
pub(super) fn odd_value() -> impl Strategy<Value = String> {
    let fixed = [
        "null",
        "true",
        "-1",
        "0",
        "1.5",
        "1e308",
        "18446744073709551616",
        "\"\"",
        "\"x\"",
        "[]",
        "{}",
        "[null]",
    ];
    let fixed = prop::sample::select(fixed.map(str::to_owned).to_vec());
    let long = Just("9".repeat(400));
    let deep = Just(format!("{}{}", "[".repeat(200), "]".repeat(200)));
    let strange = [
        "\"\\ud800\"",
        "\"\\u0000\\u001b[2J\"",
        "{\"\":null}",
        "[[1],{}]",
    ];
    prop_oneof![4 => fixed, 1 => long, 1 => deep, 1 => prop::sample::select(strange.map(str::to_owned).to_vec())]
}

/// How many values are in `value`, itself among them.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(all) => all.iter().map(count).sum::<usize>(),
        Value::Object(all) => all.values().map(count).sum(),
        _ => 0,
    }
}

/// `value` as JSON text with the value numbered `at`, counted in reading order, replaced by `odd`.
fn replaced(value: &Value, at: &mut usize, odd: &str) -> String {
    if *at == 0 {
        *at = usize::MAX;
        return odd.to_owned();
    }
    *at = at.saturating_sub(1);
    match value {
        Value::Array(all) => {
            let parts: Vec<String> = all.iter().map(|each| replaced(each, at, odd)).collect();
            format!("[{}]", parts.join(","))
        }
        Value::Object(all) => {
            let part = |(key, value): (&String, &Value)| {
                format!("{}:{}", Value::from(key.as_str()), replaced(value, at, odd))
            };
            let parts: Vec<String> = all.iter().map(part).collect();
            format!("{{{}}}", parts.join(","))
        }
        other => other.to_string(),
    }
}

/// `json` with one value, chosen by `place`, replaced by `odd`.
pub(super) fn mutated(json: &str, place: prop::sample::Index, odd: &str) -> String {
    let value: Value = serde_json::from_str(json).expect("JSON");
    replaced(&value, &mut place.index(count(&value)), odd)
}
