//! What a command says instead of a result: no engine, no such project.

use crate::config::Settings;
use crate::document::text::head;
use crate::model::{Snapshot, StackName};

use super::CommandError;
use super::charset::{charset, write};

/// Whether the engine has every project that the settings name; a misspelt one must not look like a
/// stack in which nothing fails.
///
/// # Errors
/// The first project that the engine does not have.
pub(super) fn known_projects(snapshot: &Snapshot, settings: &Settings) -> Result<(), CommandError> {
    let Some(there) = &snapshot.engine.projects else {
        return Ok(());
    };
    match unknown_projects(there, &settings.engine.projects).next() {
        Some(unknown) => Err(CommandError::Project {
            unknown: unknown.clone(),
            there: there.clone(),
        }),
        None => Ok(()),
    }
}

/// The projects of `named` that are not `there`.
pub fn unknown_projects<'a>(
    there: &'a [StackName],
    named: &'a [String],
) -> impl Iterator<Item = &'a String> {
    named
        .iter()
        .filter(|name| there.iter().all(|each| each.as_str() != name.as_str()))
}

/// Says on standard error what was tried to reach an engine.
///
/// # Errors
/// When standard error cannot be written to.
pub(super) fn no_engine(snapshot: &Snapshot, settings: &Settings) -> Result<(), CommandError> {
    let head = head(snapshot);
    write(&head, charset(settings), &mut std::io::stderr().lock())
        .map_err(CommandError::Diagnostics)
}
