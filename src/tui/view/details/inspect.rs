//! The engine's raw inspection, secrets masked.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;
use serde_json::Value;

use crate::model::text::{MASK, is_secret_name, mask_urls, mask_value};
use crate::tui::scene::{HitMap, Scene, Viewport};
use crate::tui::state::DetailsState;
use crate::tui::theme::Role;
use crate::tui::widget::{pen, scroll};

/// Draws the lines in sight of the inspection, or why there is none.
pub fn draw(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>, details: &DetailsState, hits: &mut HitMap) {
    let theme = scene.theme;
    let message = |buffer: &mut Buffer, words: &str, role: Role| {
        let y = area.y + area.height.saturating_sub(1) / 2;
        pen::centred(buffer, area, y, words, scene.glyphs, theme.style(role));
    };
    let text = match &details.inspect {
        None => return message(buffer, "asking the engine", Role::Muted),
        Some(Err(error)) => return message(buffer, error, Role::Unhealthy),
        Some(Ok(text)) => text,
    };
    let (rows, total) = (usize::from(area.height), text.lines().count());
    let top = details.top.min(total.saturating_sub(rows));
    hits.viewport = Viewport { top, rows, total };
    for (line, y) in text.lines().skip(top).zip(area.y..area.bottom()) {
        let spans = coloured(line).map(|(part, role)| Span::styled(part, theme.style(role)));
        pen::put_cut(
            buffer,
            Rect { width: area.width.saturating_sub(1), ..area },
            area.x,
            y,
            &spans,
            scene.glyphs,
        );
    }
    scroll::bar(buffer, area, hits.viewport, theme, scene.glyphs);
}

/// A line of pretty JSON as its key and the rest.
fn coloured(line: &str) -> [(&str, Role); 2] {
    let key_end = line.trim_start().starts_with('"').then(|| line.find("\": ")).flatten();
    match key_end.and_then(|end| line.split_at_checked(end + 2)) {
        Some((key, value)) => [(key, Role::Key), (value, Role::Text)],
        None => [("", Role::Key), (line, Role::Text)],
    }
}

/// `json` pretty-printed with secrets masked: values of keys and variables that tell of one, and the
/// user part of URLs. Text that is no JSON only has its URLs masked.
#[must_use]
pub fn masked(json: &str) -> String {
    match serde_json::from_str::<Value>(json) {
        Ok(mut value) => {
            mask(&mut value);
            serde_json::to_string_pretty(&value).unwrap_or_else(|_| mask_urls(json))
        }
        Err(_) => mask_urls(json),
    }
}

fn mask(value: &mut Value) {
    match value {
        Value::String(text) => {
            let variable = text.split_once('=').filter(|(name, _)| {
                !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
            });
            *text = match variable {
                Some((name, value)) => format!("{name}={}", mask_value(name, value)),
                None => mask_urls(text),
            };
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(text) if is_secret_name(name) && !text.is_empty() => {
                        MASK.clone_into(text);
                    }
                    field => mask(field),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_in_an_inspection_are_masked() {
        let json = r#"{"Config":{"Env":["DB_PASSWORD=hunter2","PORT=80","U=redis://a:b@c"],
            "Labels":{"api.token":"abc","x":"1"}},"Cmd":["--url","http://u:p@h/"],"N":3}"#;
        let shown = masked(json);
        for secret in ["hunter2", "abc", "a:b", "u:p"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
        for kept in ["PORT=80", "DB_PASSWORD=***", "redis://***@c", "http://***@h/", "\"N\": 3"] {
            assert!(shown.contains(kept), "{kept} not in {shown}");
        }
        assert_eq!(masked("not json http://u:p@h"), "not json http://***@h");
    }
}
