//! The walls between the rooms: reads the paths named under `src/` and enforces the table of
//! `ARCHITECTURE.md`. A wall that nobody checks is no wall.

#![allow(clippy::expect_used)] // helpers of tests may fail like tests

mod circles;
mod clocks;
mod links;
mod paths;
mod sentences;
mod sizes;
mod types;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A room, the rooms it may know, and the outside packages that it must not name.
struct Room {
    name: &'static str,
    may_know: &'static [&'static str],
    forbidden_packages: &'static [&'static str],
}

const NO_IO: &[&str] = &[
    "bollard",
    "reqwest",
    "axum",
    "tokio",
    "ratatui",
    "crossterm",
    "notify",
    "clap",
    "directories",
];

/// The table of `ARCHITECTURE.md`. `app` is the composition root and knows everybody.
const ROOMS: &[Room] = &[
    Room {
        name: "model",
        may_know: &[],
        forbidden_packages: NO_IO,
    },
    Room {
        name: "config",
        may_know: &["model", "logs"],
        forbidden_packages: &["bollard", "reqwest", "axum", "ratatui", "crossterm"],
    },
    Room {
        name: "engine",
        may_know: &["model"],
        forbidden_packages: &["reqwest", "axum", "ratatui", "crossterm", "clap"],
    },
    Room {
        name: "sim",
        may_know: &["model"],
        forbidden_packages: &["bollard", "reqwest", "ratatui", "crossterm", "clap"],
    },
    Room {
        name: "probe",
        may_know: &["model"],
        forbidden_packages: &["bollard", "axum", "ratatui", "crossterm", "clap"],
    },
    Room {
        name: "probing",
        // Of `probe` only plain types: see `PLAIN_OF_PROBE`.
        may_know: &["model", "probe"],
        forbidden_packages: NO_IO,
    },
    Room {
        name: "inference",
        may_know: &["model"],
        forbidden_packages: NO_IO,
    },
    Room {
        name: "topology",
        may_know: &["model"],
        forbidden_packages: NO_IO,
    },
    Room {
        name: "logs",
        may_know: &["model"],
        forbidden_packages: NO_IO,
    },
    Room {
        name: "explain",
        may_know: &["model", "topology", "logs"],
        forbidden_packages: NO_IO,
    },
    Room {
        name: "drawing",
        may_know: &[],
        forbidden_packages: NO_IO,
    },
    Room {
        name: "document",
        may_know: &["model", "topology", "logs", "explain", "drawing"],
        forbidden_packages: NO_IO,
    },
    Room {
        name: "collect",
        may_know: &["model", "engine", "probe", "probing", "logs"],
        forbidden_packages: &["bollard", "reqwest", "axum", "ratatui", "crossterm", "clap"],
    },
    Room {
        name: "store",
        // `probing`: what a probe result means is decided there, for the store as for the schedule.
        may_know: &["model", "probing", "inference", "topology"],
        forbidden_packages: NO_IO,
    },
    Room {
        name: "plan",
        may_know: &["model", "topology"],
        forbidden_packages: NO_IO,
    },
    Room {
        name: "operate",
        may_know: &["model", "plan", "engine"],
        forbidden_packages: &["bollard", "reqwest", "axum", "ratatui", "crossterm", "clap"],
    },
    Room {
        name: "tui",
        may_know: &[
            "model", "topology", "logs", "explain", "drawing", "plan", "operate",
        ],
        forbidden_packages: &["bollard", "reqwest", "axum", "clap"],
    },
    Room {
        name: "serve",
        may_know: &["model", "logs", "explain", "document", "plan", "operate"],
        forbidden_packages: &["bollard", "reqwest", "ratatui", "crossterm", "clap"],
    },
    Room {
        name: "attach",
        // Of `engine` the connection to another hubdeck, of `collect` the backoff: see
        // `FOR_ATTACH`.
        may_know: &["model", "operate", "engine", "collect"],
        forbidden_packages: &["bollard", "reqwest", "axum", "ratatui", "crossterm", "clap"],
    },
    Room {
        name: "cli",
        may_know: &["model", "config", "logs", "explain", "document"],
        forbidden_packages: NO_IO,
    },
];

/// What of `operate` the faces may name: the trait and its refusals, not the machinery.
const OPERATIONS_TRAIT: &[&str] = &[
    "Operations",
    "SubmitRefusal",
    "CancelRefusal",
    "ComposeRefusal",
    "ExecRefusal",
    "ExecSession",
    "CommandRecord",
];

/// What of `probe` the room `probing` may name: what a probe is and found, not what runs it.
const PLAIN_OF_PROBE: &[&str] = &[
    "Derived",
    "Location",
    "Mismatch",
    "Report",
    "addresses",
    "derive",
    "out_of_reach",
    // Of tests alone.
    "testing",
];

/// What the room `attach` may name of `engine` and `collect`: the way to another hubdeck.
const FOR_ATTACH: &[&str] = &["RemoteAnswer", "RemoteHub", "backoff", "encoded"];

/// The modules of `tui` in the order in which a key passes them: each names itself and what stands
/// before it, so that nothing but `update` changes what lives between two frames.
const TUI_FLOW: [&str; 6] = ["input", "state", "update", "draw", "terminal", "run"];

fn source_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn rust_files(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("src is readable") {
        let path = entry.expect("src is readable").path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Every source file with the room it stands in; `main` and `lib` are rooms of their own here.
fn files_by_room() -> Vec<(String, PathBuf)> {
    let root = source_root();
    let mut files = Vec::new();
    rust_files(&root, &mut files);
    files.sort();
    files
        .into_iter()
        .map(|file| {
            let relative = file.strip_prefix(&root).expect("below src");
            let first = relative.iter().next().expect("a name").to_string_lossy();
            (first.trim_end_matches(".rs").to_owned(), file)
        })
        .collect()
}

/// Whether `file` is of tests alone.
fn is_of_tests(file: &Path) -> bool {
    let of_tests = |part: &std::ffi::OsStr| {
        ["tests", "fixture", "contract"]
            .iter()
            .any(|name| part == *name)
    };
    let below = file.strip_prefix(source_root()).unwrap_or(file);
    below.with_extension("").iter().any(of_tests)
}

/// The code of a file: comments gone, and everything from the first `#[cfg(test)] mod` on gone,
/// because tests may build their world from any room.
fn code(file: &Path) -> String {
    if is_of_tests(file) {
        return String::new();
    }
    let text = fs::read_to_string(file).expect("a readable source file");
    let mut lines = Vec::new();
    let mut all = text.lines().peekable();
    while let Some(line) = all.next() {
        if line.trim() == "#[cfg(test)]"
            && all
                .peek()
                .is_some_and(|next| next.trim_end().ends_with('{'))
        {
            break;
        }
        let trimmed = line.trim_start();
        if !trimmed.starts_with("//") {
            lines.push(line);
        }
    }
    lines.join("\n")
}

/// The names after `prefix` in `code`: `crate::store::x` and `crate::{store, model::Y}` give
/// `store`, `model`.
fn names_after(code: &str, prefix: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (at, _) in code.match_indices(prefix) {
        let boundary = code[..at].chars().next_back();
        if boundary.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = &code[at + prefix.len()..];
        if let Some(group) = rest.strip_prefix('{') {
            names.extend(group_heads(group));
        } else {
            names.insert(identifier(rest));
        }
    }
    names.remove("");
    names
}

fn identifier(text: &str) -> String {
    text.trim_start()
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

/// First identifiers of the comma-separated items of a `use` group, up to its closing brace.
fn group_heads(group: &str) -> Vec<String> {
    let mut heads = Vec::new();
    let (mut depth, mut item) = (0, String::new());
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => heads.push(identifier(&std::mem::take(&mut item))),
            _ => {}
        }
        if c != ',' || depth > 0 {
            item.push(c);
        }
    }
    heads.push(identifier(&item));
    heads
}

fn names_package(code: &str, package: &str) -> bool {
    code.match_indices(&format!("{package}::")).any(|(at, _)| {
        !code[..at]
            .chars()
            .next_back()
            .is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
    })
}

#[test]
fn every_directory_of_the_library_is_a_known_room() {
    let known: BTreeSet<_> = ROOMS
        .iter()
        .map(|room| room.name)
        .chain(["app", "main", "lib"])
        .collect();
    for (room, file) in files_by_room() {
        assert!(
            known.contains(room.as_str()),
            "{} stands in no room of ARCHITECTURE.md",
            file.display()
        );
    }
    for room in &known {
        let file = source_root().join(format!("{room}.rs"));
        assert!(file.exists(), "room {room} has no {}", file.display());
    }
}

#[test]
fn rooms_know_only_whom_the_table_allows() {
    let mut broken = Vec::new();
    for (room_name, file) in files_by_room() {
        let Some(room) = ROOMS.iter().find(|room| room.name == room_name) else {
            continue;
        };
        let code = code(&file);
        for known in names_after(&code, "crate::") {
            let is_room = ROOMS.iter().any(|other| other.name == known) || known == "app";
            if is_room && known != room.name && !room.may_know.contains(&known.as_str()) {
                broken.push(format!(
                    "{}: {} must not know {known}",
                    file.display(),
                    room.name
                ));
            }
        }
        for package in room.forbidden_packages {
            if names_package(&code, package) {
                broken.push(format!(
                    "{}: {} must not name {package}",
                    file.display(),
                    room.name
                ));
            }
        }
    }
    assert!(broken.is_empty(), "walls broken:\n{}", broken.join("\n"));
}

#[test]
fn the_drawing_names_no_package_at_all() {
    let manifest = include_str!("../Cargo.toml");
    let manifest: toml::Table = manifest.parse().expect("a manifest");
    let packages = manifest["dependencies"].as_table().expect("dependencies");
    for (room, file) in files_by_room() {
        let code = if room == "drawing" {
            code(&file)
        } else {
            String::new()
        };
        for package in packages.keys().map(|name| name.replace('-', "_")) {
            assert!(
                !names_package(&code, &package),
                "{} names {package}; the drawing needs nothing but std",
                file.display()
            );
        }
    }
}

#[test]
fn faces_know_only_the_operations_trait() {
    for (room, file) in files_by_room() {
        if !["tui", "serve", "cli"].contains(&room.as_str()) {
            continue;
        }
        for name in names_after(&code(&file), "crate::operate::") {
            assert!(
                OPERATIONS_TRAIT.contains(&name.as_str()),
                "{} reaches past the operations trait: operate::{name}",
                file.display()
            );
        }
    }
}

#[test]
fn probing_runs_no_probes() {
    for (room, file) in files_by_room() {
        if room != "probing" {
            continue;
        }
        for name in names_after(&code(&file), "crate::probe::") {
            assert!(
                PLAIN_OF_PROBE.contains(&name.as_str()),
                "{} reaches past the plain types of probe: {name}",
                file.display()
            );
        }
    }
}

#[test]
fn attach_knows_only_the_way_to_another_hubdeck() {
    for (room, file) in files_by_room() {
        if room != "attach" {
            continue;
        }
        let code = code(&file);
        let of_engine = names_after(&code, "crate::engine::");
        for name in of_engine.union(&names_after(&code, "crate::collect::")) {
            assert!(
                FOR_ATTACH.contains(&name.as_str()),
                "{} reaches past the way to another hubdeck: {name}",
                file.display()
            );
        }
    }
}

/// What `code` in `module`, a path below `src/`, names through `super::`: paths below `src/`.
fn names_through_super(code: &str, module: &[String]) -> BTreeSet<Vec<String>> {
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("super::") {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') {
            continue;
        }
        let mut rest = &code[at..];
        let mut up = module.len();
        while let Some(further) = rest.strip_prefix("super::") {
            (rest, up) = (further, up.saturating_sub(1));
        }
        let heads = match rest.strip_prefix('{') {
            Some(group) => group_heads(group),
            None => vec![identifier(rest)],
        };
        for head in heads.into_iter().filter(|head| !head.is_empty()) {
            found.insert([&module[..up], &[head]].concat());
        }
    }
    found
}

/// The module that `file` is, as a path below `src/`.
fn module_of(file: &Path) -> Vec<String> {
    let relative = file.strip_prefix(source_root()).expect("below src");
    let names = relative.with_extension("");
    names
        .iter()
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

#[test]
fn modules_of_the_terminal_name_only_what_stands_before_them() {
    let mut broken = Vec::new();
    for (room, file) in files_by_room() {
        let module = module_of(&file);
        let place = module.get(1).and_then(|name| {
            let name = name.as_str();
            TUI_FLOW.iter().position(|each| *each == name)
        });
        let Some(place) = place.filter(|_| room == "tui") else {
            continue;
        };
        let code = code(&file);
        let mut named = names_after(&code, "crate::tui::");
        for path in names_through_super(&code, &module) {
            named.extend((path.len() == 2 && path[0] == "tui").then(|| path[1].clone()));
        }
        for name in named {
            if !TUI_FLOW[..=place].contains(&name.as_str()) {
                broken.push(format!(
                    "{}: {} must not name tui::{name}",
                    file.display(),
                    TUI_FLOW[place]
                ));
            }
        }
    }
    assert!(
        broken.is_empty(),
        "inner walls broken:\n{}",
        broken.join("\n")
    );
}

#[test]
fn every_module_of_the_terminal_stands_in_the_flow() {
    let of_tests = ["fixture", "test_console"];
    for (room, file) in files_by_room() {
        if let (true, Some(name)) = (room == "tui", module_of(&file).get(1)) {
            let name = name.as_str();
            assert!(
                TUI_FLOW.contains(&name) || of_tests.contains(&name),
                "{} stands in no module of the flow",
                file.display()
            );
        }
    }
}

#[test]
fn only_update_changes_what_lives_between_two_frames() {
    for (room, file) in files_by_room() {
        let module = module_of(&file);
        let may = |name: &String| ["update", "test_console"].contains(&name.as_str());
        if room == "tui" && !module.get(1).is_some_and(may) {
            for state in [
                "UiState",
                "LogsState",
                "DetailsState",
                "MapState",
                "TableState",
                "TimelineState",
                "Dialog",
            ] {
                assert!(
                    !code(&file).contains(&format!("&mut {state}")),
                    "{} changes {state}",
                    file.display()
                );
            }
            if let Some(change) = change_of_ui(&code(&file)) {
                panic!("{} changes the screen state: {change}", file.display());
            }
        }
    }
}

/// The first statement of `code` that changes what a value `ui` holds.
fn change_of_ui(code: &str) -> Option<String> {
    const CHANGES: [&str; 8] = [
        ".clone_from",
        ".push",
        ".retain",
        ".clear",
        ".insert",
        ".extend",
        ".take",
        ".as_mut",
    ];
    // Without spaces, as a chain may go over several lines.
    let dense: String = code.split_whitespace().collect();
    dense.match_indices("ui.").find_map(|(at, _)| {
        let before = dense[..at].chars().next_back();
        if before.is_some_and(|last| last.is_alphanumeric() || last == '_') {
            return None;
        }
        let end = dense[at..]
            .find([';', '{', '}'])
            .map_or(dense.len(), |end| at + end);
        let statement = &dense[at..end];
        // The path itself: what stands in an argument or a comparison is read only.
        let path_end =
            statement.find(|letter: char| !(letter.is_alphanumeric() || "._".contains(letter)));
        let (path, rest) = statement.split_at(path_end.unwrap_or(statement.len()));
        let is_assigned =
            rest.starts_with('=') && !rest.starts_with("==") && !rest.starts_with("=>")
                || rest.starts_with("+=")
                || rest.starts_with("-=");
        let method = path.rfind('.').map(|dot| &path[dot..]).unwrap_or_default();
        let called = rest.starts_with('(') && CHANGES.contains(&method);
        (is_assigned || called).then(|| statement.to_owned())
    })
}

#[test]
fn the_reader_of_changes_sees_them() {
    let changes = [
        "self.ui.mode = Mode::Map;",
        "session.ui.top += 1;",
        "self\n    .ui\n    .details\n    .as_mut()\n    .map(|x| x);",
        "ui.selection.marked.clear();",
    ];
    for change in changes {
        assert!(change_of_ui(change).is_some(), "{change}");
    }
    for reading in [
        "if ui.mode == Mode::Map {",
        "let top = ui.top;",
        "match gui.x { _ => ui.selection.marked.len() }",
    ] {
        assert_eq!(change_of_ui(reading), None, "{reading}");
    }
}

#[test]
fn only_one_place_of_the_faces_reveals_secrets() {
    for (room, file) in files_by_room() {
        let face = ["tui", "serve", "cli", "app"].contains(&room.as_str());
        // The symptoms look for programs in the command of a healthcheck and show none of it.
        let of_words = ["explain", "document"].contains(&room.as_str())
            && !file.ends_with("explain/symptoms.rs");
        if (face && !file.ends_with("tui/draw/context.rs")) || of_words {
            let code = code(&file);
            assert!(
                !code.contains(".reveal("),
                "{} shows secrets in the clear",
                file.display()
            );
        }
    }
}

#[test]
fn every_room_opens_with_three_lines() {
    for room in ROOMS.iter().map(|room| room.name).chain(["app"]) {
        let text =
            fs::read_to_string(source_root().join(format!("{room}.rs"))).expect("a room file");
        let head: Vec<_> = text
            .lines()
            .take_while(|line| line.starts_with("//!"))
            .collect();
        let has = |word: &str| {
            head.iter().any(|line| {
                line.trim_start_matches("//!")
                    .trim_start()
                    .starts_with(word)
            })
        };
        assert!(
            head.len() >= 3,
            "{room}.rs opens with what it is, what it knows, what it never does"
        );
        assert!(has("Knows:"), "{room}.rs does not say what it knows");
        assert!(has("Never:"), "{room}.rs does not say what it never does");
    }
}

#[test]
fn the_reader_of_use_lines_reads_them() {
    let code = "use crate::{store, model::{A, B}, tui};\nlet x = crate::probe::run();\nuse other_crate::engine::X;";
    let names: Vec<_> = names_after(code, "crate::").into_iter().collect();
    assert_eq!(names, ["model", "probe", "store", "tui"]);
    let module = ["tui", "draw", "view"].map(ToOwned::to_owned);
    let code = "use super::widget::text;\nuse super::{a, b::C};\nsuper::super::run::x();";
    let names = names_through_super(code, &module).into_iter();
    let names: Vec<String> = names.map(|path| path.join("::")).collect();
    assert_eq!(
        names,
        [
            "tui::draw::a",
            "tui::draw::b",
            "tui::draw::widget",
            "tui::run"
        ]
    );
    assert!(names_package("let a = bollard::Docker::new();", "bollard"));
    assert!(!names_package(
        "let a = my_bollard::Docker::new();",
        "bollard"
    ));
}
