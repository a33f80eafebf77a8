//! The values of a YAML, JSON or TOML file with the names above them; as much of YAML as is needed.

use super::DEEPEST;

/// Most values of one file.
const MOST: usize = 4_096;

/// One value: the names above it, outermost first, and its text.
pub(super) type OutlineValue = (Vec<String>, String);

/// Every value of a file.
pub(super) fn values(text: &str) -> Vec<OutlineValue> {
    let mut found = Vec::new();
    if let Ok(table) = text.parse::<toml::Table>() {
        for (name, value) in table {
            of_toml(vec![name], value, &mut found);
        }
        return found;
    }
    of_yaml(text, &mut found);
    found
}

fn of_toml(path: Vec<String>, value: toml::Value, found: &mut Vec<OutlineValue>) {
    if found.len() >= MOST || path.len() > DEEPEST {
        return;
    }
    match value {
        toml::Value::Table(table) => {
            for (name, value) in table {
                let path = path.iter().cloned().chain([name]).collect();
                of_toml(path, value, found);
            }
        }
        toml::Value::Array(items) => {
            for item in items {
                of_toml(path.clone(), item, found);
            }
        }
        toml::Value::String(text) => found.push((path, text)),
        _ => {}
    }
}

/// Block style by indentation. Flow style (`{a: b}`, which JSON is too) stays one text.
fn of_yaml(text: &str, found: &mut Vec<OutlineValue>) {
    let mut above: Vec<(usize, String)> = Vec::new();
    for line in text.lines() {
        let trimmed = line.trim_start();
        if trimmed.is_empty() || trimmed.starts_with('#') || found.len() >= MOST {
            continue;
        }
        let item = trimmed.trim_start_matches("- ");
        let indent = line.len() - item.len();
        let value = item.split(" #").next().unwrap_or_default().trim();
        while above.last().is_some_and(|(depth, _)| *depth >= indent) {
            above.pop();
        }
        let (name, value) = name_and_value(value);
        if let Some(name) = name.filter(|_| above.len() < DEEPEST) {
            above.push((indent, name.trim_matches(['"', '\'']).to_owned()));
        }
        if !value.is_empty() {
            let path = above.iter().map(|(_, name)| name.clone()).collect();
            found.push((path, value.trim_matches(['"', '\'']).to_owned()));
        }
    }
}

/// `name: value`, `name:`, or a value alone.
fn name_and_value(text: &str) -> (Option<&str>, &str) {
    if let Some((name, value)) = text.split_once(": ") {
        return (Some(name), value.trim());
    }
    let name = text.strip_suffix(':');
    name.map_or((None, text), |name| (Some(name), ""))
}
