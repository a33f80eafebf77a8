//! A snapshot as plain text, as `hubdeck status` prints it: what is wrong, the engine and how many services are in
//! which state, the stacks in the bands of the map, and a table of services.

mod bands;
mod head;
mod table;
mod troubles;

use std::fmt::{self, Write};

use super::TextForm;
use crate::model::Snapshot;

/// All of `snapshot`: what is wrong, head, bands and table. The width is that at which bands wrap; the table is
/// never cut, so that `grep` finds everything.
#[must_use]
pub fn status(snapshot: &Snapshot, form: TextForm) -> String {
    let mut out = String::new();
    let _infallible = write_status(snapshot, form, &mut out);
    out
}

/// What the engine is, what is wrong with it, and how many services are in which state.
#[must_use]
pub fn head(snapshot: &Snapshot) -> String {
    let mut out = String::new();
    let _infallible = head::write(snapshot, &mut out);
    out
}

/// What is wrong first; a lost engine comes before what was last known of the services.
fn begin(snapshot: &Snapshot, form: TextForm, out: &mut impl Write) -> fmt::Result {
    if !snapshot.engine.status.is_connected() {
        head::write(snapshot, out)?;
        return troubles::write(snapshot, form, out);
    }
    troubles::write(snapshot, form, out)?;
    head::write(snapshot, out)
}

fn write_status(snapshot: &Snapshot, form: TextForm, out: &mut impl Write) -> fmt::Result {
    begin(snapshot, form, out)?;
    if !snapshot.services.is_empty() {
        writeln!(out)?;
        bands::write(snapshot, form, out)?;
        writeln!(out)?;
        table::write(snapshot, form, out)?;
    }
    Ok(())
}
