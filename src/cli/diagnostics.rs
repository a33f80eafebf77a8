//! What a command writes instead of a result: no engine, no such project or stack.

use std::sync::Arc;

use crate::config::Settings;
use crate::document::text::head;
use crate::model::{Snapshot, StackName};

use super::charset::{charset, write};
use super::{CommandError, UnknownProject};

/// The part of `snapshot` that the settings name, once there is a list: one stack, or all of it.
///
/// # Errors
/// The first project or the stack that the engine does not have.
pub(super) fn in_scope(
    snapshot: Arc<Snapshot>,
    settings: &Settings,
) -> Result<Arc<Snapshot>, CommandError> {
    known_projects(&snapshot, settings)?;
    match settings.ui.stack.as_deref() {
        Some(stack) if snapshot.has_list() => Ok(Arc::new(snapshot.of_stack(&stack.into())?)),
        _ => Ok(snapshot),
    }
}

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
