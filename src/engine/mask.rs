//! A container's raw inspection with its secrets masked.

use serde_json::Value;

use crate::model::secrets::{KnownSecrets, MASK, Maskable as _, is_secret_name, mask_value};

/// Masks secrets in place: variables, labels and other keys by their names, flags on command lines,
/// user parts of URLs, and the values that are `known`, wherever they stand.
pub(super) fn mask(value: &mut Value, known: &KnownSecrets) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::String(text) if !text.is_empty() && is_secret_name(key) => {
                        MASK.clone_into(text)
                    }
                    Value::Array(entries) if key == "Env" => {
                        entries
                            .iter_mut()
                            .for_each(|entry| mask_variable(entry, known));
                    }
                    other => mask(other, known),
                }
            }
        }
        Value::Array(entries) => mask_entries(entries, known),
        Value::String(text) => *text = known.mask(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn mask_variable(entry: &mut Value, known: &KnownSecrets) {
    if let Value::String(text) = entry
        && let Some((name, value)) = text.split_once('=')
    {
        *text = format!("{name}={}", mask_value(name, &known.hide(value)));
    }
}

/// A list of texts is the words of a command, or might be.
fn mask_entries(entries: &mut [Value], known: &KnownSecrets) {
    let words: Option<Vec<String>> = entries
        .iter()
        .map(|entry| entry.as_str().map(str::to_owned))
        .collect();
    match words {
        Some(words) => {
            for (entry, word) in entries.iter_mut().zip(words.masked(known)) {
                *entry = Value::String(word);
            }
        }
        None => entries.iter_mut().for_each(|entry| mask(entry, known)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_do_not_leave_the_engine_room() {
        let mut value = json!({
            "Args": ["--requirepass", "hunter2", "--port", "6379", "--api-key=abc", "redis://:pw@h/0"],
            "Config": {
                "Env": ["DB_PASSWORD=x", "EMPTY_TOKEN=", "PORT=1", "URL=postgres://u:p@db/x", "ALONE"],
                "Labels": {"traefik.auth.secret": "s", "com.example": "http://u:p@h", "note": "plain"},
            },
            "HostConfig": {"Memory": 12, "Binds": null},
        });
        mask(&mut value, &KnownSecrets::default());
        assert_eq!(
            value["Args"],
            json!([
                "--requirepass",
                "***",
                "--port",
                "6379",
                "--api-key=***",
                "redis://***@h/0"
            ])
        );
        assert_eq!(
            value["Config"]["Env"],
            json!([
                "DB_PASSWORD=***",
                "EMPTY_TOKEN=",
                "PORT=1",
                "URL=postgres://***@db/x",
                "ALONE"
            ])
        );
        assert_eq!(
            value["Config"]["Labels"],
            json!({"traefik.auth.secret": "***", "com.example": "http://***@h", "note": "plain"})
        );
        let mut known = json!({"State": {"Health": {"Log": [{"Output": "hunter22 was wrong"}]}}, "Cmd": ["x", "hunter22"]});
        let mut secrets = KnownSecrets::default();
        secrets.learn_text("password=hunter22");
        mask(&mut known, &secrets);
        assert!(!known.to_string().contains("hunter22"), "{known}");
        assert_eq!(value["HostConfig"], json!({"Memory": 12, "Binds": null}));
    }
}
