//! What an answer must hold beside its status.

use reqwest::header::CONTENT_ENCODING;
use serde_json::Value;

use super::answer::{Answer, End};
use crate::model::{Expect, JsonCondition, text};
use crate::probe::Fault;

/// Longest text that is told of what was expected or found, in characters.
const TOLD: usize = 60;

/// Whether `answer` holds what is expected of it.
///
/// # Errors
/// [`Fault::Condition`] with what was found instead.
pub(super) fn check(expect: &Expect, answer: &Answer) -> Result<(), Fault> {
    let unmet = |words: String| Err(Fault::Condition(words));
    if *expect != Expect::default() && matches!(answer.end, End::Unread | End::Broken) {
        let how = answer.header(&CONTENT_ENCODING).unwrap_or_default();
        let how = text::one_line(&how, TOLD);
        return unmet(match answer.end {
            End::Broken => format!("the answer is compressed ({how}), but cannot be unpacked"),
            _ => format!("the answer is compressed ({how}) in a way that hubdeck does not know"),
        });
    }
    if let Some(expected) = &expect.text
        && !answer.text().contains(expected.as_str())
    {
        let within = if answer.end == End::Cut {
            "the first 256 KiB of the answer do"
        } else {
            "the answer does"
        };
        return unmet(format!("{within} not hold {}", quoted(expected)));
    }
    match &expect.json {
        None => Ok(()),
        Some(condition) => match answer.json() {
            Some(json) => value(condition, &json).or_else(unmet),
            None if answer.end == End::Cut => unmet("the answer is longer than 256 KiB".to_owned()),
            None => unmet("the answer is not JSON".to_owned()),
        },
    }
}

/// Whether `json` meets `condition`; else what was found.
fn value(condition: &JsonCondition, json: &Value) -> Result<(), String> {
    let place = if condition.pointer.is_empty() {
        "the answer"
    } else {
        &condition.pointer
    };
    let Some(found) = json.pointer(&condition.pointer) else {
        return Err(format!("{place} is not in the answer"));
    };
    let text = match found {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match &condition.equals {
        None if matches!(found, Value::Null | Value::Bool(false)) => {
            Err(format!("{place} is {found}"))
        }
        Some(expected) if text != *expected => {
            let (found, expected) = match found {
                Value::String(_) => (quoted(&text), quoted(expected)),
                _ => (text::one_line(&text, TOLD), text::one_line(expected, TOLD)),
            };
            Err(format!("{place} is {found} instead of {expected}"))
        }
        _ => Ok(()),
    }
}

fn quoted(words: &str) -> String {
    format!("\"{}\"", text::one_line(words, TOLD))
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
            let told = value(&condition, &json).err().unwrap_or_default();
            assert_eq!(told, expected, "{pointer} {equals:?}");
        }
    }
}
