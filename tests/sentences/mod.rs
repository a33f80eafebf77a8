//! Our own sentences are written once, for people, and read by nobody: what a program has to know
//! travels as a type. Texts of others (engines, servers, terminals, people) have to be read; where
//! that is done stands here with its reason.

use super::{code, files_by_room, source_root};

/// The rooms in which sentences of ours are at hand: nobody looks there for words that stand in the
/// source. The other rooms read what engines and servers send.
const SENTENCED: [&str; 8] = [
    "explain", "store", "topology", "document", "tui", "cli", "serve", "app",
];

/// Methods that look into a text.
const READERS: [&str; 9] = [
    "starts_with",
    "ends_with",
    "split_once",
    "rsplit_once",
    "strip_prefix",
    "strip_suffix",
    "contains",
    "find",
    "rfind",
];

/// Texts that were sentences before they were types: nobody looks into what stands there.
const WORDS: [&str; 4] = [".reason", ".message", ".sentence", ".text()"];

/// The cause of an [`EngineError`](hubdeck::engine::EngineError): the engine's own words or ours.
const CAUSES: [&str; 3] = [" cause", ".cause", ".cause()"];

/// Files that read foreign texts, and whose those are.
const FOREIGN: &[(&str, &str)] = &[
    ("app/simulate.rs", "an address from the command line"),
    ("cli/check.rs", "a URL, and an answer over HTTP"),
    (
        "explain/diagnosis/advice.rs",
        "the braces of diagnosis.toml",
    ),
    ("explain/diagnosis/level.rs", "log lines of services"),
    (
        "engine/registry.rs",
        "errors of registries, as engines pass them on",
    ),
    ("engine/swarm.rs", "errors of engines"),
    ("explain/engine_error.rs", "errors of engines"),
    (
        "explain/names.rs",
        "URLs of probes, and paths of mounts and log lines",
    ),
    ("explain/symptoms.rs", "log lines of services"),
    (
        "explain/symptoms/run.rs",
        "what Docker writes of a healthcheck that took too long",
    ),
    ("probe/http/condition.rs", "answers of servers"),
    ("probe/http/product.rs", "answers of servers"),
    ("serve/cache/body.rs", "headers of clients"),
    ("serve/guard.rs", "headers of clients"),
    ("serve/openapi/document.rs", "paths of routes"),
    ("serve/page.rs", "headers of clients"),
    ("serve/page/files.rs", "headers of clients"),
    ("serve/path.rs", "paths of requests"),
    ("serve/prefix.rs", "headers of proxies"),
    ("serve/routes.rs", "paths of routes"),
    (
        "topology/unreachable_dependency.rs",
        "log lines of services, and names of networks",
    ),
    ("tui/state/command/arguments.rs", "what the operator types"),
    (
        "tui/terminal/canvas/links.rs",
        "URLs, before they are written to a terminal",
    ),
    ("tui/terminal/clipboard.rs", "variables that terminals set"),
    ("tui/terminal/color.rs", "variables that terminals set"),
    ("tui/terminal/hyperlinks.rs", "variables that terminals set"),
];

/// The places in `code` that look into what was a sentence once, or into the cause of an error;
/// with `literals` also those that look for words that stand in the source.
fn readers(code: &str, literals: bool) -> Vec<String> {
    let mut found = Vec::new();
    for reader in READERS {
        let call = format!(".{reader}(");
        for (at, _) in code.match_indices(&call) {
            let argument = code[at + call.len()..].trim_start();
            let argument = argument.trim_start_matches(['&', '[']).trim_start();
            let before = code[..at].trim_end();
            let ends = |words: &&str| before.ends_with(*words);
            let of_words = WORDS.iter().chain(&CAUSES).any(ends);
            if of_words || (literals && argument.starts_with('"')) {
                let line = code[..at].matches('\n').count();
                let line = code.lines().nth(line).unwrap_or_default();
                found.push(line.trim().to_owned());
            }
        }
    }
    found
}

#[test]
fn nobody_reads_sentences_of_ours() {
    let mut found = Vec::new();
    let mut used = Vec::new();
    for (room, file) in files_by_room() {
        // Helpers of tests make types of words.
        let of_tests = file.file_stem().is_some_and(|name| name == "testing");
        if of_tests {
            continue;
        }
        let name = file.strip_prefix(source_root()).expect("below src");
        let name = name.to_string_lossy().replace('\\', "/");
        let places = readers(&code(&file), SENTENCED.contains(&room.as_str()));
        let foreign = FOREIGN.iter().find(|(file, _)| *file == name);
        match foreign {
            Some((file, _)) if !places.is_empty() => used.push(*file),
            Some(_) => {}
            None => found.extend(places.iter().map(|place| format!("{name}: {place}"))),
        }
    }
    assert!(
        found.is_empty(),
        "texts are read; carry a type, or say whose text it is in tests/sentences/mod.rs:\n{}",
        found.join("\n")
    );
    for (file, why) in FOREIGN {
        assert!(
            used.contains(file),
            "{file} reads no text any more ({why}): take it from the list"
        );
    }
}

#[test]
fn the_reader_of_readers_sees_them() {
    for (code, expected) in [
        ("let a = reason.starts_with(\"probe: \");", 1),
        (
            "let a = text\n    .strip_suffix(\n        \" ago\",\n    );",
            1,
        ),
        ("if health.reason.contains(needle) {}", 1),
        ("if probe.message.split_once(mark).is_some() {}", 1),
        ("if [\"a\", \"b\"].iter().any(|it| text.contains(it)) {}", 0),
        ("if names.contains(&\"host\") {}", 1),
        ("Self::Lost { cause } if cause.contains(LATE) => 1,", 1),
        (
            "let a = ids.contains(&id) && all.iter().find(|it| it.ok).is_some();",
            0,
        ),
    ] {
        assert_eq!(readers(code, true).len(), expected, "{code}");
    }
}
