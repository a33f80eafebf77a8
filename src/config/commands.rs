//! `[[command]]` tables: commands of the operator's own on a key.

use std::sync::Arc;

use crate::model::{CommandField, CommandWord, CustomCommand};

use super::file::{Section, WrittenKey};
use super::problem::{Problem, SettingPlace};
use super::reader::TableReader;
use super::value::Raw;

const KEYS: &[&str] = &["key", "name", "run", "match", "wait"];
const NO_NAME: &str = "this [[command]] has no name; allowed is name = \"psql\"";
const NO_RUN: &str =
    "this [[command]] runs nothing; allowed is run = \"docker exec -it {container} psql\"";
const NAME: &str = "text of 1 to 30 characters";
const KEY: &str = "a key, such as \"ctrl-g\"";
const PATTERN: &str = "a name or stack/name, * for any run of characters";
/// Longest name, in characters.
const MAX_NAME: usize = 30;
/// Longest command, in bytes.
const MAX_RUN: usize = 4096;

/// Reads all tables, each with its place; what is wrong goes to `problems`.
pub(super) fn commands(
    sections: &[&Section],
    problems: &mut Vec<Problem>,
) -> Vec<(SettingPlace, Arc<CustomCommand>)> {
    let mut commands: Vec<(SettingPlace, Arc<CustomCommand>)> = Vec::new();
    for section in sections {
        let Some(command) = command(section, problems) else {
            continue;
        };
        if commands.iter().any(|(_, each)| each.name == command.name) {
            problems.push(Problem {
                place: section.place.clone(),
                message: format!("two commands are called {:?}; rename one", command.name),
            });
        } else {
            commands.push((section.place.clone(), Arc::new(command)));
        }
    }
    commands
}

/// Reads one table; `None` where something is wrong with it.
fn command(section: &Section, problems: &mut Vec<Problem>) -> Option<CustomCommand> {
    let before = problems.len();
    let mut reader = TableReader {
        prefix: "command.",
        problems,
    };
    let mut command = CustomCommand {
        name: String::new(),
        key: None,
        run: String::new(),
        words: Vec::new(),
        pattern: "*".to_owned(),
        wait: None,
    };
    for key in &section.keys {
        match key.name.as_str() {
            "name" => reader.read(key, NAME, name, &mut command.name),
            "key" => reader.read(key, KEY, |raw| text(raw).map(Some), &mut command.key),
            "match" => reader.read(key, PATTERN, pattern, &mut command.pattern),
            "wait" => reader.read(
                key,
                "true or false",
                |raw| raw.bool().map(Some),
                &mut command.wait,
            ),
            "run" => run(&mut reader, key, &mut command),
            _ => reader.unknown(&key.name, &key.place, KEYS),
        }
    }
    for table in &section.tables {
        reader.unknown(&table.name, &table.place, KEYS);
    }
    section.require("name", NO_NAME, reader.problems);
    section.require("run", NO_RUN, reader.problems);
    (problems.len() == before).then_some(command)
}

fn text(raw: &Raw) -> Option<String> {
    let text = raw.text()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn name(raw: &Raw) -> Option<String> {
    text(raw).filter(|name| name.chars().count() <= MAX_NAME && !name.contains(char::is_control))
}

/// A pattern that can match something: names have no blanks, and an id has one slash.
fn pattern(raw: &Raw) -> Option<String> {
    let odd = |c: char| c.is_whitespace() || c.is_control();
    text(raw).filter(|text| !text.contains(odd) && text.matches('/').count() <= 1)
}

/// Reads the command itself, as text that is split into words as a shell does, or as a list of words.
fn run(reader: &mut TableReader<'_>, key: &WrittenKey, command: &mut CustomCommand) {
    let words = match &key.value {
        Raw::List(_) => key.value.list(),
        value => match value.text().map(shell_words::split) {
            Some(Err(_)) => {
                return reader.report("run", &key.place, "has a quotation mark too few");
            }
            Some(Ok(words)) => Some(words),
            None => None,
        },
    };
    let Some(words) = words.filter(|words| words.first().is_some_and(|it| !it.is_empty())) else {
        return reader.wrong(
            key,
            "a command, such as \"docker exec -it {container} psql\"",
        );
    };
    command.run = match &key.value {
        Raw::List(_) => shell_words::join(&words),
        value => value.text().unwrap_or_default().trim().to_owned(),
    };
    if command.run.len() > MAX_RUN || command.run.contains('\0') {
        return reader.report("run", &key.place, "is longer than 4096 bytes or has a NUL");
    }
    match words.iter().map(|word| CommandWord::parse(word)).collect() {
        Ok(words) => command.words = words,
        Err(name) => {
            let name: String = name;
            let known: Vec<String> = CommandField::ALL
                .iter()
                .map(|field| format!("{{{}}}", field.id()))
                .collect();
            let what = format!(
                "has the field {{{name}}}, which does not exist; there are {}",
                known.join(", ")
            );
            return reader.report("run", &key.place, &what);
        }
    }
    if command.words.first().is_some_and(CommandWord::has_field) {
        reader.report(
            "run",
            &key.place,
            "begins with a field; write the program itself there",
        );
    }
}
