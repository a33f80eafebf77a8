//! `[logs.filters]` and `[logs.fields]`: saved filters, and which fields are shown of whose lines.

use crate::logs::{LogFilter, SavedFilter};
use crate::model::LogFields;

use super::file::{Section, WrittenKey};
use super::problem::Problem;
use super::settings::LogsSettings;

/// Their names inside `[logs]`.
pub(super) const NAMES: &[&str] = &["filters", "fields"];

/// Reads `table` where it is one of [`NAMES`]; `false` where it is another. What is wrong goes to
/// `problems`.
pub(super) fn read(table: &Section, logs: &mut LogsSettings, problems: &mut Vec<Problem>) -> bool {
    let name = table.name.as_str();
    let allowed = match name {
        "filters" => "a filter, such as \"level>=error -health\"",
        "fields" => "a list of fields, such as [\"status\", \"path\"]",
        _ => return false,
    };
    for inner in &table.tables {
        let message = format!(
            "logs.{name}.{} is a table; allowed is {allowed}",
            inner.name
        );
        problems.push(Problem {
            place: inner.place.clone(),
            message,
        });
    }
    for key in &table.keys {
        let read = if name == "filters" {
            filter(key).map(|filter| logs.filters.push(filter))
        } else {
            fields(key).map(|fields| logs.fields.push(fields))
        };
        if let Err(mistake) = read {
            let full = format!("logs.{name}.{}", key.name);
            problems.push(match mistake {
                Some(error) => Problem {
                    place: key.place.clone(),
                    message: format!("{full}: {error}"),
                },
                None => Problem::bad_value(key.place.clone(), &full, &key.value.shown(), allowed),
            });
        }
    }
    true
}

/// A saved filter, or what is wrong with its text; `None` where it is none.
fn filter(key: &WrittenKey) -> Result<SavedFilter, Option<String>> {
    let text = key.value.text().ok_or(None)?;
    let filter = LogFilter::parse(text).map_err(|error| Some(error.to_string()))?;
    Ok(SavedFilter {
        name: key.name.clone(),
        text: text.to_owned(),
        filter,
    })
}

fn fields(key: &WrittenKey) -> Result<LogFields, Option<String>> {
    Ok(LogFields {
        pattern: key.name.clone(),
        fields: key.value.list().ok_or(None)?,
    })
}
