//! `hubdeck config check`: what is wrong with file, environment and flags, and what sets what.

use std::io::{self, Write};
use std::path::Path;

use super::ExitStatus;
use crate::config::{Loaded, Problem, Request, SettingPlace};

/// Writes the findings on `request` and gives the exit status. `more` checks what only other rooms
/// know, names of themes, columns, actions and keys, and gives what is odd about them. `columns` is
/// the file of the columns that were chosen in the console, where there are any.
///
/// # Errors
/// When `out` cannot be written to.
pub fn config_check(
    request: &Request,
    more: impl Fn(&Loaded) -> Result<Vec<Problem>, Vec<Problem>>,
    columns: Option<&Path>,
    out: &mut impl Write,
) -> io::Result<ExitStatus> {
    let (loaded, mut problems) = match request.read() {
        Ok(read) => read,
        Err(error) => {
            writeln!(out, "{error}")?;
            return Ok(ExitStatus::Usage);
        }
    };
    let odd = more(&loaded).unwrap_or_else(|more| {
        problems.extend(more);
        Vec::new()
    });
    let open = loaded.serve_tokens().err();
    for problem in &problems {
        writeln!(out, "{problem}")?;
    }
    if let Some(error) = &open {
        writeln!(out, "--serve: {error}")?;
    }
    for warning in &loaded.warnings {
        writeln!(out, "warning: {warning}")?;
    }
    for odd in &odd {
        writeln!(out, "warning: {odd}")?;
    }
    if !problems.is_empty() || open.is_some() {
        return Ok(ExitStatus::Usage);
    }
    write_places(request, &loaded, out)?;
    if let Some(file) = columns {
        let file = file.display();
        writeln!(
            out,
            "columns chosen in the console replace ui.columns ({file}); r in :columns resets them"
        )?;
    }
    Ok(ExitStatus::Success)
}

fn write_places(request: &Request, loaded: &Loaded, out: &mut impl Write) -> io::Result<()> {
    match (&loaded.file, request.file()) {
        (Some(file), _) => writeln!(out, "{} is fine", file.display())?,
        (None, Some((file, _))) => writeln!(out, "no config file (looked for {})", file.display())?,
        (None, None) => writeln!(out, "no config file")?,
    }
    let lengths = loaded.places().map(|(key, _)| key.len());
    let width = lengths.max().unwrap_or_default();
    for (key, place) in loaded.places() {
        let place = match place {
            SettingPlace::Line { line, .. } => format!("line {line}"),
            other => other.to_string(),
        };
        writeln!(out, "  {key:<width$}  {place}")?;
    }
    match loaded.settings.services.len() {
        0 => writeln!(out, "all other settings: default"),
        count => writeln!(
            out,
            "{count} [[service]] rules; all other settings: default"
        ),
    }
}
