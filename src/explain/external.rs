//! Figures of another program, in one line.

use serde_json::Value;

use super::fetch_failure::fetch_failure;
use crate::model::ExternalView;

/// Figures that are written at most.
const FIGURES: usize = 30;

/// The figures of the last answer as `name value · name value`, and why the last request failed.
#[must_use]
pub fn external(view: &ExternalView) -> (Option<String>, Option<String>) {
    let json = view.json.as_deref();
    let value = json.and_then(|json| serde_json::from_str::<Value>(json).ok());
    let figures = value.map(|value| {
        let mut found = Vec::new();
        flatten("", &value, &mut found);
        found.join(" · ")
    });
    (figures, view.failure.as_ref().map(fetch_failure))
}

/// Collects `name value` of everything below `name` that is no list and no object.
fn flatten(name: &str, value: &Value, found: &mut Vec<String>) {
    if found.len() >= FIGURES {
        return;
    }
    match value {
        Value::Object(all) => {
            for (key, each) in all {
                let name = if name.is_empty() {
                    key.clone()
                } else {
                    format!("{name}.{key}")
                };
                flatten(&name, each, found);
            }
        }
        Value::Array(all) => found.push(format!("{name} {} entries", all.len())),
        Value::String(text) => found.push(format!("{name} {text}")),
        Value::Null | Value::Bool(_) | Value::Number(_) => found.push(format!("{name} {value}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FetchFailure, Timestamp};

    #[test]
    fn figures_are_named_by_their_path() {
        let view = ExternalView {
            json: Some(r#"{"chats":42,"users":{"active":3,"who":"ann"},"all":[1,2]}"#.to_owned()),
            fetched_at: Some(Timestamp::UNIX_EPOCH),
            asked_at: Timestamp::UNIX_EPOCH,
            failure: Some(FetchFailure::Status(503)),
        };
        let (figures, failure) = external(&view);
        let figures = figures.unwrap_or_default();
        for part in [
            "chats 42",
            "users.active 3",
            "users.who ann",
            "all 2 entries",
        ] {
            assert!(figures.split(" · ").any(|each| each == part), "{figures}");
        }
        assert_eq!(failure.as_deref(), Some("HTTP 503"));
    }
}
