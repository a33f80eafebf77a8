//! The documents: what they link to is there, and a picture is small enough for a front page.

use std::fs;
use std::path::{Path, PathBuf};

/// Most bytes of a picture.
const PICTURE: u64 = 400_000;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Targets of the Markdown links and pictures of `text`: what stands between `](` and `)`.
fn targets(text: &str) -> Vec<&str> {
    let parts = text.split("](").skip(1);
    parts
        .filter_map(|part| part.split_once(')'))
        .map(|(target, _)| target)
        .filter(|target| !target.contains("://"))
        .collect()
}

/// The anchor that code hosts give a head line.
fn anchor(head: &str) -> String {
    let head = head.trim_start_matches('#').trim().to_lowercase();
    let kept = head
        .chars()
        .filter(|character| character.is_alphanumeric() || matches!(character, ' ' | '-' | '_'));
    kept.map(|character| if character == ' ' { '-' } else { character })
        .collect()
}

fn documents() -> Vec<PathBuf> {
    let folder = fs::read_dir(root().join("docs")).expect("the documents");
    let docs = folder.map(|entry| entry.expect("a document").path());
    let top = ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"].map(|name| root().join(name));
    docs.chain(top).collect()
}

#[test]
fn links_lead_somewhere() {
    for document in documents() {
        let text = fs::read_to_string(&document).expect("a readable document");
        let folder = document.parent().expect("a folder");
        for target in targets(&text) {
            let (file, place) = target.split_once('#').unwrap_or((target, ""));
            let file = match file {
                "" => document.clone(),
                file => folder.join(file),
            };
            assert!(
                file.exists(),
                "{} links to {target}, which is not there",
                document.display()
            );
            if place.is_empty() || file.extension().is_none_or(|kind| kind != "md") {
                continue;
            }
            let there = fs::read_to_string(&file).expect("a readable document");
            let mut heads = there.lines().filter(|line| line.starts_with('#'));
            assert!(
                heads.any(|head| anchor(head) == place),
                "{} links to {target}: no head line has this anchor",
                document.display()
            );
        }
    }
}

#[test]
fn pictures_are_small() {
    for entry in fs::read_dir(root().join("screenshots")).expect("the pictures") {
        let path = entry.expect("a picture").path();
        let bytes = fs::metadata(&path).expect("its size").len();
        assert!(bytes <= PICTURE, "{} has {bytes} bytes", path.display());
    }
}

#[test]
fn targets_and_anchors_are_read() {
    let text = "![a](b.svg) and [c](d.md#e-f), [g](https://h.example)";
    assert_eq!(targets(text), ["b.svg", "d.md#e-f"]);
    assert_eq!(anchor("## hubdeck's own health"), "hubdecks-own-health");
}
