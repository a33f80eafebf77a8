//! Circles between the modules of one room: `a` names `b`, and `b`, over however many others,
//! names `a`. Then neither can be read, tested or moved without the other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{ROOMS, code, files_by_room, group_heads, identifier, names_after, source_root};

/// A circle that is still there: its room, its modules, and why it stands.
type Known = (&'static str, &'static [&'static str], &'static str);

/// Circles that wait to be taken apart. None may be added, and one that is gone goes from here.
const KNOWN: &[Known] = &[];

/// Which modules of one room each of them names.
type Names = BTreeMap<String, BTreeSet<String>>;

/// The direct modules below `room`.
fn modules(room: &str) -> BTreeSet<String> {
    files_by_room()
        .into_iter()
        .filter(|(of, _)| of == room)
        .filter_map(|(_, file)| module_path(room, &file).into_iter().next())
        .collect()
}

/// `["child", "grandchild"]` for `src/room/child/grandchild.rs`; empty for `src/room.rs`.
fn module_path(room: &str, file: &Path) -> Vec<String> {
    let below = file.strip_prefix(source_root().join(room));
    below.map_or_else(
        |_| Vec::new(),
        |below| {
            let plain = below.with_extension("");
            plain
                .iter()
                .map(|part| part.to_string_lossy().into_owned())
                .collect()
        },
    )
}

/// The names that `code` takes from its room's own file, where `depth` modules lie between.
fn names_of_room(code: &str, room: &str, depth: usize) -> BTreeSet<String> {
    let mut names = names_after(code, &format!("crate::{room}::"));
    let own = "super::".repeat(depth);
    let longer = format!("super::{own}");
    for (at, _) in code.match_indices(&own) {
        let before = &code[..at];
        // `super::` of a longer path, or of another one such as `x::super::`.
        let is_part = before.ends_with("::") || code[at..].starts_with(&longer);
        if !is_part {
            let rest = &code[at + own.len()..];
            match rest.strip_prefix('{') {
                Some(group) => names.extend(group_heads(group)),
                None => drop(names.insert(identifier(rest))),
            }
        }
    }
    names
}

/// What the room's own file takes from its modules: `use state::UiState` gives `UiState` of
/// `state`.
fn reexports(code: &str, modules: &BTreeSet<String>) -> BTreeMap<String, String> {
    let mut from = BTreeMap::new();
    for module in modules {
        let names = names_after(code, &format!("use {module}::"));
        from.extend(names.into_iter().map(|name| (name, module.clone())));
    }
    from
}

/// Who names whom among the modules of `room`.
fn names_in(room: &str) -> Names {
    let modules = modules(room);
    let files: Vec<_> = files_by_room()
        .into_iter()
        .filter(|(of, _)| of == room)
        .map(|(_, file)| (module_path(room, &file), code(&file)))
        .collect();
    let own = files.iter().find(|(path, _)| path.is_empty());
    let from = own.map_or_else(BTreeMap::new, |(_, code)| reexports(code, &modules));
    let mut all = Names::new();
    for (path, code) in files.iter().filter(|(path, _)| !path.is_empty()) {
        let named = names_of_room(code, room, path.len());
        let named = named
            .into_iter()
            .map(|name| from.get(&name).cloned().unwrap_or(name))
            .filter(|name| modules.contains(name) && *name != path[0]);
        all.entry(path[0].clone()).or_default().extend(named);
    }
    all
}

/// All modules that `from` names, directly or over others.
fn reached(names: &Names, from: &str) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut next = vec![from.to_owned()];
    while let Some(module) = next.pop() {
        for other in names.get(&module).into_iter().flatten() {
            if seen.insert(other.clone()) {
                next.push(other.clone());
            }
        }
    }
    seen
}

/// The circles of a room: modules that all reach each other.
fn circles(names: &Names) -> BTreeSet<BTreeSet<String>> {
    let reached: BTreeMap<&String, BTreeSet<String>> = names
        .keys()
        .map(|module| (module, reached(names, module)))
        .collect();
    let mut found = BTreeSet::new();
    for (module, others) in reached.iter().filter(|(of, others)| others.contains(**of)) {
        let circle: BTreeSet<String> = others
            .iter()
            .filter(|other| {
                reached
                    .get(other)
                    .is_some_and(|back| back.contains(*module))
            })
            .cloned()
            .collect();
        found.insert(circle);
    }
    found
}

#[test]
fn modules_of_a_room_form_no_circles() {
    let mut broken = Vec::new();
    let mut there = BTreeSet::new();
    for room in ROOMS.iter().map(|room| room.name).chain(["app"]) {
        for circle in circles(&names_in(room)) {
            let known = KNOWN.iter().position(|(of, modules, _)| {
                *of == room && circle.iter().all(|each| modules.contains(&each.as_str()))
            });
            match known {
                Some(known) => drop(there.insert(known)),
                None => broken.push(format!("{room}: {circle:?}")),
            }
        }
    }
    assert!(broken.is_empty(), "circles:\n{}", broken.join("\n"));
    for (index, (room, modules, _)) in KNOWN.iter().enumerate() {
        assert!(
            there.contains(&index),
            "{room} has no circle of {modules:?} any more: take it from the list"
        );
    }
}

#[test]
fn the_reader_of_modules_sees_circles() {
    let code =
        "use super::{a, b::C};\nuse crate::room::d::E;\nfn x() { super::f(); super::super::g(); }";
    let names: Vec<_> = names_of_room(code, "room", 1).into_iter().collect();
    assert_eq!(names, ["a", "b", "d", "f"]);
    let names: Vec<_> = names_of_room(code, "room", 2).into_iter().collect();
    assert_eq!(names, ["d", "g"]);
    let modules = ["a", "b"].map(str::to_owned).into();
    let from = reexports("pub use a::{X, Y};\nuse b::Z;", &modules);
    assert_eq!(from["Y"], "a");
    assert_eq!(from["Z"], "b");
    let edges = [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")];
    let mut names = Names::new();
    for (one, other) in edges {
        names.entry(one.into()).or_default().insert(other.into());
    }
    let expected: BTreeSet<BTreeSet<String>> = [["a", "b", "c"].map(str::to_owned).into()].into();
    assert_eq!(circles(&names), expected);
}
