//! A container's raw inspection with its secrets masked.

use serde_json::Value;

use crate::model::text::{MASK, is_secret_name, mask_urls, mask_value};

/// Masks secrets in place: variables by their names, labels and other keys whose names tell of a
/// secret, secrets given as flags on a command line, user parts of URLs everywhere.
pub(super) fn mask(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::String(text) => *text = mask_value(key, text),
                    Value::Array(entries) if key == "Env" => entries.iter_mut().for_each(mask_variable),
                    Value::Array(entries) => mask_words(entries),
                    other => mask(other),
                }
            }
        }
        Value::Array(entries) => mask_words(entries),
        Value::String(text) => *text = mask_urls(text),
        _ => {}
    }
}

fn mask_variable(entry: &mut Value) {
    if let Value::String(text) = entry
        && let Some((name, value)) = text.split_once('=')
    {
        *text = format!("{name}={}", mask_value(name, value));
    }
}

/// Words of a command: `--password=x`, and the word after a bare `--password`.
fn mask_words(entries: &mut [Value]) {
    let mut secret_next = false;
    for entry in entries {
        let Value::String(text) = entry else {
            mask(entry);
            secret_next = false;
            continue;
        };
        let flag = text.starts_with('-') && is_secret_name(text);
        if secret_next && !text.starts_with('-') {
            *text = MASK.to_owned();
        } else if let Some((name, value)) = text.split_once('=') {
            *text = format!("{name}={}", mask_value(name, value));
        } else {
            *text = mask_urls(text);
        }
        secret_next = flag && !text.contains('=');
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
        mask(&mut value);
        assert_eq!(
            value["Args"],
            json!(["--requirepass", "***", "--port", "6379", "--api-key=***", "redis://***@h/0"])
        );
        assert_eq!(
            value["Config"]["Env"],
            json!(["DB_PASSWORD=***", "EMPTY_TOKEN=", "PORT=1", "URL=postgres://***@db/x", "ALONE"])
        );
        assert_eq!(
            value["Config"]["Labels"],
            json!({"traefik.auth.secret": "***", "com.example": "http://***@h", "note": "plain"})
        );
        assert_eq!(value["HostConfig"], json!({"Memory": 12, "Binds": null}));
    }
}
