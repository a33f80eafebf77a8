//! What a command writes instead of a result: no engine, no such project.

use crate::config::Settings;
use crate::document::text::head;
use crate::model::{Snapshot, StackName};

use super::charset::{charset, write};
use super::{CommandError, UnknownProject};

/// Whether the engine has every project that the settings name; a misspelt one must not look like a
/// stack in which nothing fails.
///
/// # Errors
/// The first project that the engine does not have.
pub(super) fn known_projects(
    snapshot: &Snapshot,
    settings: &Settings,
) -> Result<(), UnknownProject> {
    let there = snapshot.engine.projects.iter();
    let mut unknown = there.flat_map(|there| unknown_projects(there, &settings.engine.projects));
    unknown.next().map_or(Ok(()), Err)
}

/// The projects of `named` that are not `there`.
pub fn unknown_projects(
    there: &[StackName],
    named: &[String],
) -> impl Iterator<Item = UnknownProject> {
    let unknown = named
        .iter()
        .filter(|name| there.iter().all(|each| each.as_str() != name.as_str()));
    unknown.map(|name| UnknownProject {
        name: name.clone(),
        there: there.to_vec(),
    })
}

/// Writes to standard error what was tried to reach an engine.
///
/// # Errors
/// When standard error cannot be written to.
pub(super) fn no_engine(snapshot: &Snapshot, settings: &Settings) -> Result<(), CommandError> {
    let head = head(snapshot);
    write(&head, charset(settings), &mut std::io::stderr().lock())
        .map_err(CommandError::Diagnostics)
}
