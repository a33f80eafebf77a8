//! Sizes: what is too long to be read at once. Tests and contracts of probes are tables and stories,
//! so that only files count there.

use std::fs;
use std::path::Path;

use super::{files_by_room, identifier, is_of_tests};

const LONGEST_FILE: usize = 400;
const LONG_FILE: usize = 300;
const LONGEST_FUNCTION: usize = 60;
const LONG_FUNCTION: usize = 25;
const MOST_FIELDS: usize = 15;

/// A function or struct that is larger than that: its room, its name and why it stays.
type Known = (&'static str, &'static str, &'static str);

/// Functions that wait to be split. None may be added, and one that is shorter goes from here.
const LONG_FUNCTIONS: &[Known] = &[];

/// Structs with many fields. None may be added, and one that has fewer goes from here.
const WIDE_STRUCTS: &[Known] = &[
    ("sim", "ServiceSpec", "schema of a scenario"),
    ("model", "InstanceFacts", "facts of a container"),
    ("document", "ServiceDocument", "schema of a JSON document"),
    (
        "sim",
        "Container",
        "everything that a simulated container is",
    ),
    ("explain", "Cause", "schema of `diagnosis.toml`"),
    ("explain", "Block", "schema of `diagnosis.toml`"),
    ("model", "Service", "a service of a snapshot"),
    ("document", "EngineDocument", "schema of a JSON document"),
    ("model", "Snapshot", "everything that a face reads"),
    ("model", "ProbeSpec", "schema of a probe"),
    ("inference", "File", "schema of `clues.toml`"),
    ("inference", "Clues", "schema of `clues.toml`"),
    ("config", "Draft", "a probe while its keys are read"),
    ("config", "Settings", "schema of the config file"),
];

/// A declaration with its length in lines or its number of fields.
#[derive(Debug, PartialEq, Eq)]
struct Sized {
    name: String,
    size: usize,
}

/// The lines of a file before its tests.
fn lines(file: &Path) -> Vec<String> {
    if is_of_tests(file) {
        return Vec::new();
    }
    let text = fs::read_to_string(file).expect("a readable source file");
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let tests = lines.windows(2).position(|pair| {
        pair[0].trim() == "#[cfg(test)]" && pair[1].starts_with("mod ") && pair[1].ends_with('{')
    });
    lines[..tests.unwrap_or(lines.len())].to_vec()
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// What follows `keyword` in the declaration that `line` begins.
fn declared<'a>(line: &'a str, keyword: &str) -> Option<&'a str> {
    let (before, rest) = line.split_once(&format!("{keyword} "))?;
    let is_modifier = |word: &str| {
        ["const", "async", "unsafe", "extern", "in"].contains(&word)
            || word.starts_with("pub")
            || word.ends_with(')')
    };
    let is_declaration = before.split_whitespace().all(is_modifier);
    let name = rest.starts_with(|letter: char| letter.is_alphabetic() || letter == '_');
    (is_declaration && name).then_some(rest)
}

/// The lines from `from` to the closing brace of what begins there; `None` without a body.
fn body(lines: &[String], from: usize) -> Option<&[String]> {
    if lines[from].trim_end().ends_with('}') {
        return Some(&lines[from..=from]);
    }
    let depth = indent(&lines[from]);
    let end = lines[from..]
        .iter()
        .position(|line| indent(line) == depth && (line.trim() == "}" || line.ends_with(';')))?;
    let body = &lines[from..=from + end];
    body.last()
        .is_some_and(|line| line.trim() == "}")
        .then_some(body)
}

/// The functions of `lines`, each from its `fn` line to its closing brace.
fn functions(lines: &[String]) -> Vec<Sized> {
    let found = lines.iter().enumerate().filter_map(|(at, line)| {
        let name = identifier(declared(line, "fn")?);
        let size = body(lines, at)?.len();
        Some(Sized { name, size })
    });
    found.collect()
}

/// The structs of `lines` with the number of their named fields.
fn structs(lines: &[String]) -> Vec<Sized> {
    let found = lines.iter().enumerate().filter_map(|(at, line)| {
        let name = identifier(declared(line, "struct")?);
        let depth = indent(line) + 4;
        let is_field = |line: &&String| {
            let text = line.trim_start();
            let is_name = text.starts_with(|letter: char| letter.is_lowercase() || letter == '_');
            indent(line) == depth && is_name && text.contains(": ")
        };
        let size = body(lines, at)?.iter().filter(is_field).count();
        Some(Sized { name, size })
    });
    found.collect()
}

/// Nine of ten of `sizes` are at most this.
fn p90(mut sizes: Vec<usize>) -> usize {
    sizes.sort_unstable();
    sizes.get(sizes.len() * 9 / 10).copied().unwrap_or(0)
}

/// Everything that `read` finds in a room, with the room's name.
fn all(read: impl Fn(&[String]) -> Vec<Sized>) -> Vec<(String, Sized)> {
    let files = files_by_room().into_iter();
    files
        .flat_map(|(room, file)| {
            let found = read(&lines(&file));
            found.into_iter().map(move |each| (room.clone(), each))
        })
        .collect()
}

/// What of `all` is larger than `most` and not in `known`, and what of `known` is not.
fn misfits(all: &[(String, Sized)], most: usize, known: &[Known]) -> Vec<String> {
    let large: Vec<_> = all.iter().filter(|(_, each)| each.size > most).collect();
    let is =
        |(room, each): &(String, Sized), (of, name, _): &Known| *of == *room && *name == each.name;
    let unknown = large
        .iter()
        .filter(|each| !known.iter().any(|row| is(each, row)));
    let gone = known
        .iter()
        .filter(|row| !large.iter().any(|each| is(each, row)));
    let unknown = unknown.map(|(room, each)| format!("{room}: {} has {}", each.name, each.size));
    let gone = gone.map(|(room, name, _)| format!("{room}: take {name} from the list"));
    unknown.chain(gone).collect()
}

#[test]
fn files_stay_readable() {
    let mut sizes = Vec::new();
    for (_, file) in files_by_room() {
        let text = fs::read_to_string(&file).expect("a readable source file");
        let count = text.lines().count();
        sizes.push(count);
        assert!(
            count <= LONGEST_FILE,
            "{} has {count} lines; {LONGEST_FILE} at most, split it",
            file.display()
        );
    }
    let most = p90(sizes);
    assert!(
        most <= LONG_FILE,
        "one file of ten has {most} lines or more"
    );
}

#[test]
fn functions_stay_readable() {
    let all = all(functions);
    let misfits = misfits(&all, LONGEST_FUNCTION, LONG_FUNCTIONS);
    assert!(misfits.is_empty(), "functions:\n{}", misfits.join("\n"));
    let most = p90(all.into_iter().map(|(_, each)| each.size).collect());
    println!("one function of ten has {most} lines or more");
    assert!(
        most <= LONG_FUNCTION,
        "one function of ten has {most} lines or more"
    );
}

#[test]
fn structs_stay_readable() {
    let misfits = misfits(&all(structs), MOST_FIELDS, WIDE_STRUCTS);
    assert!(misfits.is_empty(), "structs:\n{}", misfits.join("\n"));
}

#[test]
fn the_reader_of_sizes_counts() {
    let code = "pub(super) struct Wide<'a> {\n    /// One: it.\n    pub one: u8,\n    two: &'a str,\n}\n\
                struct Unit;\nimpl Wide<'_> {\n    pub const fn short(&self) -> u8 { 1 }\n\
                \n    async fn long(\n        self,\n    ) {\n        drop(self);\n    }\n}\n\
                trait T {\n    fn none(&self);\n    fn two(\n        &self,\n    ) -> u8;\n}\n\
                // a fn of words\n";
    let lines: Vec<String> = code.lines().map(str::to_owned).collect();
    let sized = |name: &str, size| Sized {
        name: name.to_owned(),
        size,
    };
    assert_eq!(functions(&lines), [sized("short", 1), sized("long", 5)]);
    assert_eq!(structs(&lines), [sized("Wide", 2)]);
    assert_eq!(p90((1..=10).collect()), 10);
    assert_eq!(p90((1..=20).collect()), 19);
    let all = [
        ("room".to_owned(), sized("a", 9)),
        ("room".to_owned(), sized("b", 2)),
    ];
    assert!(misfits(&all, 5, &[("room", "a", "why")]).is_empty());
    assert_eq!(misfits(&all, 5, &[]), ["room: a has 9"]);
    let listed = [("room", "a", "why"), ("room", "b", "why")];
    assert_eq!(misfits(&all, 5, &listed), ["room: take b from the list"]);
}
