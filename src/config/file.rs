//! The config file as a list of written keys with their lines.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{Problem, SettingPlace};
use super::value::Raw;
use crate::model::SortShared as _;

/// A key as it was written.
#[derive(Clone, Debug)]
pub(super) struct WrittenKey {
    /// Its name inside its table.
    pub name: String,
    /// Where.
    pub place: SettingPlace,
    /// What.
    pub value: Raw,
}

/// A table with the place of its head.
#[derive(Clone, Debug)]
pub(super) struct Section {
    /// Its name.
    pub name: String,
    /// Where it begins.
    pub place: SettingPlace,
    /// Its keys.
    pub keys: Vec<WrittenKey>,
    /// Tables inside it.
    pub tables: Vec<Section>,
}

impl Section {
    /// Adds `message` to `problems` where the section has no key `name`.
    pub fn require(&self, name: &str, message: &str, problems: &mut Vec<Problem>) {
        if !self.keys.iter().any(|key| key.name == name) {
            problems.push(Problem {
                place: self.place.clone(),
                message: message.to_owned(),
            });
        }
    }
}

/// A parsed file, keys not yet known to be right.
#[derive(Clone, Debug, Default)]
pub(super) struct ParsedFile {
    /// Keys outside every section.
    pub loose: Vec<WrittenKey>,
    /// Tables.
    pub sections: Vec<Section>,
    /// Arrays of tables, one entry per table.
    pub lists: Vec<Section>,
}

/// Parses `text`.
///
/// # Errors
/// Every mistake of TOML grammar, each with its line.
pub(super) fn parse(file: &Path, text: &str) -> Result<ParsedFile, Vec<Problem>> {
    let lines = Lines {
        file: file.to_owned(),
        text,
    };
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let problem = |error| syntax_problem(&lines, error);
        return Err(errors.iter().map(problem).collect());
    }
    let mut document = ParsedFile::default();
    for (key, value) in table.get_ref() {
        if let DeValue::Table(table) = value.get_ref() {
            let section = section(&lines, key, value.span().start, table);
            document.sections.push(section);
        } else if let Some(tables) = tables(value.get_ref()) {
            let tables = tables.into_iter();
            let list = tables.map(|(start, table)| section(&lines, key, start, table));
            document.lists.extend(list);
        } else {
            document.loose.push(written(&lines, key, value));
        }
    }
    Ok(document)
}

fn syntax_problem(lines: &Lines<'_>, error: &toml::de::Error) -> Problem {
    Problem {
        place: lines.place(error.span().map_or(0, |span| span.start)),
        message: format!("not TOML: {}", error.message().replace('\n', ", ")),
    }
}

/// The tables of a list that holds nothing else, each with where it starts.
fn tables<'a, 'i>(value: &'a DeValue<'i>) -> Option<Vec<(usize, &'a DeTable<'i>)>> {
    let items = value.as_array().filter(|items| !items.is_empty())?;
    let table =
        |item: &'a Spanned<DeValue<'i>>| Some((item.span().start, item.get_ref().as_table()?));
    items.iter().map(table).collect()
}

fn section(
    lines: &Lines<'_>,
    name: &Spanned<Cow<'_, str>>,
    start: usize,
    table: &DeTable<'_>,
) -> Section {
    let mut section = Section {
        name: name.get_ref().to_string(),
        place: lines.place(start),
        keys: Vec::new(),
        tables: Vec::new(),
    };
    for (key, value) in table {
        if let DeValue::Table(inner) = value.get_ref() {
            let inner = self::section(lines, key, key.span().start, inner);
            section.tables.push(inner);
        } else {
            section.keys.push(written(lines, key, value));
        }
    }
    let keys = &mut section.keys;
    keys.sort_shared_by_key(|key| line_number(&key.place));
    section
}

/// 0 where the place is no line.
const fn line_number(place: &SettingPlace) -> usize {
    match place {
        SettingPlace::Line { line, .. } => *line,
        _ => 0,
    }
}

fn written(
    lines: &Lines<'_>,
    key: &Spanned<Cow<'_, str>>,
    value: &Spanned<DeValue<'_>>,
) -> WrittenKey {
    WrittenKey {
        name: key.get_ref().to_string(),
        place: lines.place(key.span().start),
        value: raw(value.get_ref()),
    }
}

fn raw(value: &DeValue<'_>) -> Raw {
    match value {
        DeValue::String(text) => Raw::Text(text.to_string()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or(Raw::Other("number out of range"), Raw::Integer),
        DeValue::Float(number) => number
            .as_str()
            .parse()
            .map_or(Raw::Other("number out of range"), Raw::Float),
        DeValue::Boolean(yes) => Raw::Bool(*yes),
        DeValue::Array(items) => Raw::List(items.iter().map(|item| raw(item.get_ref())).collect()),
        DeValue::Datetime(_) => Raw::Other("date"),
        DeValue::Table(_) => Raw::Other("table"),
    }
}

/// Finds lines by byte offset.
struct Lines<'a> {
    file: PathBuf,
    text: &'a str,
}

impl Lines<'_> {
    fn place(&self, offset: usize) -> SettingPlace {
        let before = self.text.as_bytes().iter().take(offset);
        let line = 1 + before.filter(|byte| **byte == b'\n').count();
        SettingPlace::Line {
            file: self.file.clone(),
            line,
        }
    }
}
