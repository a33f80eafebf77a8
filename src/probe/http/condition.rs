//! What an answer must hold beside its status.

use reqwest::header::CONTENT_ENCODING;
use serde_json::Value;

use super::answer::{BodyEnd, HttpResponse};
use crate::model::{Expect, Finding, JsonCondition, Unmet, text};

/// Longest excerpt of what was expected or found, in characters.
const TOLD: usize = 60;

/// Whether `answer` holds what is expected of it.
///
/// # Errors
/// [`Finding::Unmet`] with what was found instead.
pub(super) fn check(expect: &Expect, answer: &HttpResponse) -> Result<(), Finding> {
    let unmet = |unmet| Err(Finding::Unmet(unmet));
    if *expect != Expect::default() && matches!(answer.end, BodyEnd::Unread | BodyEnd::Broken) {
        let how = answer.header(&CONTENT_ENCODING).unwrap_or_default();
        return unmet(Unmet::Compressed {
            how: text::one_line(&how, TOLD),
            broken: answer.end == BodyEnd::Broken,
        });
    }
    if let Some(expected) = &expect.text
        && !answer.text().contains(expected.as_str())
    {
        return unmet(Unmet::Text {
            wanted: text::one_line(expected, TOLD),
            cut: answer.end == BodyEnd::Cut,
        });
    }
    match &expect.json {
        None => Ok(()),
        Some(condition) => match answer.json() {
            Some(json) => value(condition, &json).or_else(unmet),
            None if answer.end == BodyEnd::Cut => unmet(Unmet::TooLong),
            None => unmet(Unmet::NotJson),
        },
    }
}

/// Whether `json` meets `condition`; else what was found.
fn value(condition: &JsonCondition, json: &Value) -> Result<(), Unmet> {
    let place = condition.pointer.clone();
    let Some(found) = json.pointer(&condition.pointer) else {
        return Err(Unmet::Absent { place });
    };
    let text = text_of(found);
    let got = text::one_line(&text, TOLD);
    match &condition.equals {
        None if matches!(found, Value::Null | Value::Bool(false)) => Err(Unmet::Value {
            place,
            got,
            wanted: None,
            is_text: false,
        }),
        Some(expected) if text != *expected => Err(Unmet::Value {
            place,
            got,
            wanted: Some(text::one_line(expected, TOLD)),
            is_text: found.is_string(),
        }),
        _ => Ok(()),
    }
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_json_value_is_compared_as_its_text_or_has_to_be_something() {
        let json = serde_json::json!({
            "status": "down", "count": 3, "ready": false, "live": true, "none": null, "zero": 0,
            "checks": [{"a/b": "ok"}], "empty": ""
        });
        for (pointer, equals, expected) in [
            ("/status", Some("down"), ""),
            (
                "/status",
                Some("ok"),
                "/status is \"down\" instead of \"ok\"",
            ),
            ("/status", None, ""),
            ("/count", Some("3"), ""),
            ("/count", Some("5"), "/count is 3 instead of 5"),
            ("/ready", None, "/ready is false"),
            ("/ready", Some("true"), "/ready is false instead of true"),
            ("/ready", Some("false"), ""),
            ("/live", None, ""),
            ("/none", None, "/none is null"),
            ("/none", Some("null"), ""),
            ("/zero", None, ""),
            ("/empty", None, ""),
            ("/empty", Some("ok"), "/empty is \"\" instead of \"ok\""),
            ("/checks/0/a~1b", Some("ok"), ""),
            ("/checks/1", None, "/checks/1 is not in the answer"),
            ("/absent", Some("x"), "/absent is not in the answer"),
            ("status", None, "status is not in the answer"),
            (
                "/checks",
                Some("[]"),
                "/checks is [{\"a/b\":\"ok\"}] instead of []",
            ),
            ("", None, ""),
        ] {
            let condition = JsonCondition {
                pointer: pointer.to_owned(),
                equals: equals.map(str::to_owned),
            };
            let unmet = value(&condition, &json).err();
            let told = unmet.map_or_else(String::new, |unmet| {
                crate::explain::finding(&Finding::Unmet(unmet))
            });
            assert_eq!(told, expected, "{pointer} {equals:?}");
        }
    }
}
