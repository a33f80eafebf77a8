//! The program in a terminal of its own, in an empty home and an environment that is the same
//! everywhere.

use std::io;
use std::path::Path;

use portable_pty::CommandBuilder;
use tempfile::TempDir;

use crate::pty::Terminal;

/// Starts `program` with `arguments` in a terminal of `columns` × `rows`; the home goes with the
/// folder.
pub fn start(
    program: &Path,
    arguments: &[&str],
    (columns, rows): (u16, u16),
) -> io::Result<(TempDir, Terminal)> {
    let home = tempfile::tempdir()?;
    let mut command = CommandBuilder::new(program);
    command.args(arguments);
    command.env_clear();
    for (name, value) in [
        ("TERM", "xterm-256color"),
        ("COLORTERM", "truecolor"),
        ("LANG", "C.UTF-8"),
        ("TZ", "UTC"),
    ] {
        command.env(name, value);
    }
    command.env("HOME", home.path());
    let terminal = Terminal::start(command, columns, rows);
    Ok((home, terminal))
}
