//! Which image an update takes: what is named, what the container names, what its Compose file says.

use std::path::Path;

use serde_json::Value;

use crate::model::{ImageReference, compose_labels};

/// What the new container names, and what is pulled for it: the image that was `named`, or that of
/// the container with these `labels`, whose reference is `own`.
///
/// # Errors
/// One sentence when nothing can be pulled, or the Compose file decides otherwise.
pub(super) async fn pulled_reference(
    named: Option<&str>,
    own: String,
    labels: &Value,
) -> Result<(String, String), String> {
    let Some(named) = named else {
        return own_reference(own);
    };
    let Some(wanted) = ImageReference::of(named) else {
        return Err(format!("{named} is no image reference that can be pulled"));
    };
    if !is_composed(labels) || named == own {
        return Ok((named.to_owned(), named.to_owned()));
    }
    let is_same = |parts: ImageReference<'_>| wanted.is_same_repository(&parts);
    let parts = ImageReference::of(&own);
    if wanted.digest.is_some() && parts.is_some_and(is_same) {
        Ok((own, named.to_owned()))
    } else {
        Err(file_decides(labels, &own).await)
    }
}

/// The same where none is named.
fn own_reference(own: String) -> Result<(String, String), String> {
    match ImageReference::of(&own) {
        None => Err("its image has no reference to pull; name one with --image".to_owned()),
        Some(parts) if parts.digest.is_some() => Err(format!(
            "its image is pinned by a digest ({own}), under which there is no newer one; name another with --image"
        )),
        Some(_) => Ok((own.clone(), own)),
    }
}

/// Whether these are labels of a container that Compose made.
fn is_composed(labels: &Value) -> bool {
    labels.get(compose_labels::SERVICE).is_some()
}

/// Why another image than `reference` cannot be named: the next `docker compose up` would take that
/// of the file.
async fn file_decides(labels: &Value, reference: &str) -> String {
    let label = |name: &str| labels.get(name).and_then(Value::as_str).unwrap_or_default();
    let service = label(compose_labels::SERVICE);
    let mut place = "its Compose file".to_owned();
    // What is merged last counts.
    for file in label(compose_labels::CONFIG_FILES)
        .split(',')
        .rev()
        .filter(|file| !file.is_empty())
    {
        // On another host there is no such file here.
        let text = tokio::fs::read_to_string(Path::new(file)).await;
        if let Some(line) = text.ok().and_then(|text| image_line(&text, service)) {
            place = format!("line {line} of {file}");
            break;
        }
    }
    format!(
        "{place} decides its image ({reference}): change it there and apply it with `docker compose up -d {service}`, or \
         name a digest of the same repository"
    )
}

/// The line, from 1, that says which image `service` has; `None` where none does.
///
/// A file is searched by its indentation: what is written in one line, as JSON is, is not found.
fn image_line(text: &str, service: &str) -> Option<usize> {
    let mut inside: Option<usize> = None;
    let mut in_services = false;
    for (number, line) in (1..).zip(text.lines()) {
        let content = line.trim_start();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let indent = line.len() - content.len();
        if indent == 0 {
            in_services = content.starts_with("services:");
        }
        let key = content
            .split(':')
            .next()
            .unwrap_or_default()
            .trim_matches(['"', '\'']);
        match inside {
            Some(level) if indent <= level => inside = None,
            Some(_) if key == "image" => return Some(number),
            _ => {}
        }
        if in_services && indent > 0 && key == service && inside.is_none() {
            inside = Some(indent);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE_TEXT: &str = "name: shop\nservices:\n  db:\n    image: postgres:16\n  # the shop\n  web:\n    ports:\n      \
                             - 80\n    image: web:1\nvolumes:\n  web:\n    image: none\n";

    #[test]
    fn the_line_of_the_image_is_found_by_its_service() {
        assert_eq!(image_line(FILE_TEXT, "db"), Some(4));
        assert_eq!(image_line(FILE_TEXT, "web"), Some(9));
        assert_eq!(image_line(FILE_TEXT, "api"), None);
        assert_eq!(
            image_line(
                "services:\n  web:\n    build: .\n  db:\n    image: x\n",
                "web"
            ),
            None
        );
    }

    #[tokio::test]
    async fn the_refusal_names_the_line_to_change() {
        let dir = tempfile::tempdir().expect("a directory");
        let file = dir.path().join("compose.yaml");
        std::fs::write(&file, FILE_TEXT).expect("written");
        let labels = serde_json::json!({ compose_labels::SERVICE: "web", compose_labels::CONFIG_FILES: file.display().to_string() });
        let refusal = file_decides(&labels, "web:1").await;
        let place = format!("line 9 of {} decides its image (web:1): ", file.display());
        assert!(refusal.starts_with(&place), "{refusal}");
        let gone = serde_json::json!({ compose_labels::SERVICE: "web", compose_labels::CONFIG_FILES: "/none/compose.yaml" });
        let refusal = file_decides(&gone, "web:1").await;
        assert!(
            refusal.starts_with("its Compose file decides its image (web:1): "),
            "{refusal}"
        );
    }

    #[tokio::test]
    async fn what_is_named_wins_unless_a_compose_file_says_otherwise() {
        let composed = serde_json::json!({ compose_labels::SERVICE: "web" });
        let digest = "reg:5000/web@sha256:ab";
        for (named, own, labels, expected) in [
            (None, "web:1", &composed, Ok(("web:1", "web:1"))),
            (
                None,
                "sha256:ab",
                &composed,
                Err("has no reference to pull"),
            ),
            (
                None,
                "web@sha256:ab",
                &composed,
                Err("is pinned by a digest"),
            ),
            (
                Some("sha256:ab"),
                "web:1",
                &Value::Null,
                Err("is no image reference"),
            ),
            (Some("web:2"), "web:1", &Value::Null, Ok(("web:2", "web:2"))),
            (Some("web:1"), "web:1", &composed, Ok(("web:1", "web:1"))),
            (
                Some("web:2"),
                "web:1",
                &composed,
                Err("decides its image (web:1)"),
            ),
            (
                Some(digest),
                "reg:5000/web:1",
                &composed,
                Ok(("reg:5000/web:1", digest)),
            ),
            (
                Some(digest),
                "reg:5000/api:1",
                &composed,
                Err("decides its image"),
            ),
        ] {
            let found = pulled_reference(named, own.to_owned(), labels).await;
            match (&found, expected) {
                (Ok((reference, pulled)), Ok(expected)) => {
                    assert_eq!(
                        (reference.as_str(), pulled.as_str()),
                        expected,
                        "{named:?} {own}"
                    );
                }
                (Err(error), Err(expected)) => assert!(error.contains(expected), "{error}"),
                _ => panic!("{named:?} {own}: {found:?}"),
            }
        }
    }
}
