//! `[[layer]]` tables: layers of the map renamed, moved or added.

use crate::model::{Layer, LayerName, Layers, text};

use super::file::{Section, Written};
use super::problem::{Place, Problem};
use super::value::Raw;

const KEYS: &[&str] = &["id", "title", "after"];
/// Most layers, built-in ones included: more do not fit on a screen.
const MAX_LAYERS: usize = 20;
/// Longest id and title, in characters.
const MAX_ID: usize = 30;
const MAX_TITLE: usize = 40;

const ID: &str = "lower-case letters, digits and -, at most 30 of them";
const TITLE: &str = "text of 1 to 40 characters";

/// One table, as far as it is right.
struct Table<'a> {
    id: String,
    title: Option<String>,
    after: Option<(&'a Written, String)>,
}

/// Reads all tables; what is wrong goes to `problems`.
pub(super) fn layers(sections: &[&Section], problems: &mut Vec<Problem>) -> Layers {
    let mut names: Vec<LayerName> = Layers::default().iter().cloned().collect();
    let mut tables: Vec<Table> = Vec::new();
    for section in sections {
        let Some(table) = table(section, problems) else {
            continue;
        };
        if tables.iter().any(|each| each.id == table.id) {
            let message = format!("the layer {:?} is defined twice", table.id);
            problems.push(Problem {
                place: section.place.clone(),
                message,
            });
            continue;
        }
        if let Some(index) = names.iter().position(|name| name.id == table.id) {
            if let Some(title) = &table.title {
                names[index].title.clone_from(title);
            }
        } else if names.len() == MAX_LAYERS {
            let message = format!(
                "the layer {:?} is one too many; allowed are {MAX_LAYERS}",
                table.id
            );
            problems.push(Problem {
                place: section.place.clone(),
                message,
            });
            continue;
        } else if let Ok(number) = u8::try_from(names.len() - Layer::BUILT_IN.len()) {
            let title = table.title.clone().unwrap_or_else(|| table.id.clone());
            names.push(LayerName {
                layer: Layer::Added(number),
                id: table.id.clone(),
                title,
            });
        }
        tables.push(table);
    }
    // Only now is every id known: a table may stand below one that comes later in the file.
    for table in &tables {
        place(&mut names, table, problems);
    }
    Layers::new(names)
}

fn table<'a>(section: &'a Section, problems: &mut Vec<Problem>) -> Option<Table<'a>> {
    let (mut id, mut title, mut after) = (None, None, None);
    let mut has_id = false;
    for key in &section.keys {
        let mut wrong = |allowed: &str| {
            let name = format!("layer.{}", key.name);
            problems.push(Problem::bad_value(
                key.place.clone(),
                &name,
                &key.value.shown(),
                allowed,
            ));
        };
        match key.name.as_str() {
            "id" => {
                has_id = true;
                match key.value.text().filter(|text| is_id(text)) {
                    Some(text) => id = Some(text.to_owned()),
                    None => wrong(ID),
                }
            }
            "title" => match read_title(&key.value) {
                Some(text) => title = Some(text),
                None => wrong(TITLE),
            },
            "after" => match key.value.text() {
                Some(text) => after = Some((key, text.to_owned())),
                None => wrong("the id of a layer, or \"\" for the top"),
            },
            _ => problems.push(unknown(&key.name, &key.place)),
        }
    }
    problems.extend(
        section
            .tables
            .iter()
            .map(|table| unknown(&table.name, &table.place)),
    );
    if !has_id {
        let message = "this [[layer]] has no id; allowed is id = \"name\"".to_owned();
        problems.push(Problem {
            place: section.place.clone(),
            message,
        });
    }
    Some(Table {
        id: id?,
        title,
        after,
    })
}

fn unknown(name: &str, place: &Place) -> Problem {
    Problem::unknown_key(place.clone(), "layer.", name, KEYS.iter().copied())
}

fn is_id(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && text.len() <= MAX_ID && text.chars().all(allowed)
}

fn read_title(raw: &Raw) -> Option<String> {
    let title = text::one_line(raw.text()?, MAX_TITLE + 1).trim().to_owned();
    (1..=MAX_TITLE)
        .contains(&title.chars().count())
        .then_some(title)
}

/// Moves the layer of `table` to where it asks to be.
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
        let ids = names
            .iter()
            .filter(|name| name.id != table.id)
            .map(|name| name.id.as_str());
        let allowed = format!(
            "\"\" for the top, or one of {}",
            ids.collect::<Vec<_>>().join(", ")
        );
        problems.push(Problem::bad_value(
            key.place.clone(),
            "layer.after",
            &key.value.shown(),
            &allowed,
        ));
        return;
    };
    let moved = names.remove(own);
    let at = names
        .iter()
        .position(|name| name.id == *after)
        .map_or(0, |index| index + 1);
    names.insert(at, moved);
}
