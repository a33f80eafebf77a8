//! `[[layer]]` tables: layers of the map renamed, moved or added.

use crate::model::{Layer, LayerName, Layers, text};

use super::file::{Section, WrittenKey};
use super::problem::Problem;
use super::reader::TableReader;
use super::value::Raw;

const KEYS: &[&str] = &["id", "title", "after"];
const NO_ID: &str = "this [[layer]] has no id; allowed is id = \"name\"";
/// Most layers, built-in ones included: more do not fit on a screen.
const MAX_LAYERS: usize = 20;
/// Longest id and title, in characters.
const MAX_ID: usize = 30;
const MAX_TITLE: usize = 40;

const ID: &str = "lower-case letters, digits and -, at most 30 of them";
const TITLE: &str = "text of 1 to 40 characters";
const AFTER: &str = "the id of a layer, or \"\" for the top";

/// One table, as far as it is right.
struct Table<'a> {
    id: String,
    title: Option<String>,
    after: Option<(&'a WrittenKey, String)>,
}

/// Reads all tables; what is wrong goes to `problems`.
pub(super) fn layers(sections: &[&Section], problems: &mut Vec<Problem>) -> Layers {
    let mut names: Vec<LayerName> = Layers::default().iter().cloned().collect();
    let mut tables: Vec<Table> = Vec::new();
    for section in sections {
        let Some(table) = table(section, problems) else {
            continue;
        };
        match define_once(&mut names, &tables, &table) {
            Ok(()) => tables.push(table),
            Err(message) => problems.push(Problem {
                place: section.place.clone(),
                message,
            }),
        }
    }
    // Only now is every id known: a table may stand below one that comes later in the file.
    for table in &tables {
        place(&mut names, table, problems);
    }
    Layers::new(names)
}

/// The same as [`define`]; a layer of one of the `earlier` tables is an error.
fn define_once(names: &mut Vec<LayerName>, earlier: &[Table], table: &Table) -> Result<(), String> {
    if earlier.iter().any(|each| each.id == table.id) {
        return Err(format!("the layer {:?} is defined twice", table.id));
    }
    define(names, table)
}

/// Renames the layer of `table`, or adds it at the end.
///
/// # Errors
/// Why there cannot be one more, as a sentence.
fn define(names: &mut Vec<LayerName>, table: &Table) -> Result<(), String> {
    if let Some(name) = names.iter_mut().find(|name| name.id == table.id) {
        if let Some(title) = &table.title {
            name.title.clone_from(title);
        }
        return Ok(());
    }
    let number = u8::try_from(names.len() - Layer::BUILT_IN.len()).ok();
    let number = number.filter(|_| names.len() < MAX_LAYERS);
    let too_many = || {
        format!(
            "the layer {:?} is one too many; allowed are {MAX_LAYERS}",
            table.id
        )
    };
    names.push(LayerName {
        layer: Layer::Added(number.ok_or_else(too_many)?),
        id: table.id.clone(),
        title: table.title.clone().unwrap_or_else(|| table.id.clone()),
    });
    Ok(())
}

fn table<'a>(section: &'a Section, problems: &mut Vec<Problem>) -> Option<Table<'a>> {
    let mut reader = reader(problems);
    let (mut id, mut title, mut after) = (None, None, None);
    for key in &section.keys {
        match key.name.as_str() {
            "id" => reader.read(key, ID, |raw| read_id(raw).map(Some), &mut id),
            "title" => reader.read(key, TITLE, |raw| read_title(raw).map(Some), &mut title),
            "after" => {
                let read = |raw: &Raw| Some(Some((key, raw.text()?.to_owned())));
                reader.read(key, AFTER, read, &mut after);
            }
            name => reader.unknown(name, &key.place, KEYS),
        }
    }
    for table in &section.tables {
        reader.unknown(&table.name, &table.place, KEYS);
    }
    section.require("id", NO_ID, problems);
    Some(Table {
        id: id?,
        title,
        after,
    })
}

fn reader(problems: &mut Vec<Problem>) -> TableReader<'_> {
    let prefix = "layer.";
    TableReader { prefix, problems }
}

fn read_id(raw: &Raw) -> Option<String> {
    let text = raw.text()?;
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_id = !text.is_empty() && text.len() <= MAX_ID && text.chars().all(allowed);
    is_id.then(|| text.to_owned())
}

fn read_title(raw: &Raw) -> Option<String> {
    let title = text::one_line(raw.text()?, MAX_TITLE + 1).trim().to_owned();
    (1..=MAX_TITLE)
        .contains(&title.chars().count())
        .then_some(title)
}

/// Moves the layer of `table` to where it asks to be.
/// What a layer other than `id` may stand after.
fn places(names: &[LayerName], id: &str) -> String {
    let others = names.iter().map(|name| name.id.as_str());
    let others: Vec<&str> = others.filter(|other| *other != id).collect();
    format!("\"\" for the top, or one of {}", others.join(", "))
}

fn place(names: &mut Vec<LayerName>, table: &Table, problems: &mut Vec<Problem>) {
    let Some((key, after)) = &table.after else {
        return;
    };
    let target_exists = names.iter().any(|name| name.id == *after);
    let own = names.iter().position(|name| name.id == table.id);
    let (Some(own), true) = (
        own,
        (target_exists || after.is_empty()) && *after != table.id,
    ) else {
        return reader(problems).wrong(key, &places(names, &table.id));
    };
    let moved = names.remove(own);
    let at = names
        .iter()
        .position(|name| name.id == *after)
        .map_or(0, |index| index + 1);
    names.insert(at, moved);
}
