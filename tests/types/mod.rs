//! Names of types: one name means one thing in the whole library. Private types may be called as
//! they like, as nobody else reads their names.

use std::collections::BTreeMap;

use super::{code, files_by_room, identifier};

/// A name that is declared more than once, and why it stays.
type Known = (&'static str, &'static str);

/// Names with several meanings. None may be added, and one that is unique goes from here.
const KNOWN: &[Known] = &[];

const KEYWORDS: [&str; 5] = ["struct ", "enum ", "trait ", "type ", "union "];

/// The names of the types that `code` declares `pub` or `pub(…)`.
fn declared(code: &str) -> Vec<String> {
    code.lines().filter_map(declared_in).collect()
}

fn declared_in(line: &str) -> Option<String> {
    let rest = line.trim_start().strip_prefix("pub")?;
    let rest = match rest.strip_prefix('(') {
        Some(scope) => scope.split_once(") ")?.1,
        None => rest.strip_prefix(' ')?,
    };
    let rest = rest.strip_prefix("unsafe ").unwrap_or(rest);
    let name = KEYWORDS
        .iter()
        .find_map(|keyword| rest.strip_prefix(keyword))?;
    Some(identifier(name))
}

#[test]
fn a_type_name_means_one_thing() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (_, file) in files_by_room() {
        for name in declared(&code(&file)) {
            places
                .entry(name)
                .or_default()
                .push(file.display().to_string());
        }
    }
    places.retain(|_, files| files.len() > 1);
    let is_known = |name: &str| KNOWN.iter().any(|(known, _)| *known == name);
    let broken: Vec<String> = places
        .iter()
        .filter(|(name, _)| !is_known(name))
        .map(|(name, files)| format!("{name}: {}", files.join(", ")))
        .collect();
    assert!(
        broken.is_empty(),
        "names with several meanings:\n{}",
        broken.join("\n")
    );
    for (name, _) in KNOWN {
        assert!(
            places.contains_key(*name),
            "{name} is declared once only: take it from the list"
        );
    }
}

#[test]
fn the_reader_of_declarations_sees_types() {
    let code = "pub struct A<'a>(u8);\n    pub(in crate::x) type B = u8;\npub(super) enum C {\n\
                struct D;\npub fn struct_like() {}\npub trait E: Sized {\npub use f::G;\n\
                pub unsafe trait H {}\n    pub type_of: u8,";
    assert_eq!(declared(code), ["A", "B", "C", "E", "H"]);
}
