//! Writes `config.example.toml` and the tables of `docs/configuration.md` from the table of settings,
//! `docs/keys.md` from the table of keys, and completions and manual page from the command line.
//!
//! `just settings`

mod generated;

use std::error::Error;
use std::fs;
use std::path::Path;

use hubdeck::config::reference::{example, with_tables};
use hubdeck::tui::input::keymap::keys_document;

fn main() -> Result<(), Box<dyn Error>> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::write(repository.join("config.example.toml"), example())?;
    let documentation = repository.join("docs/configuration.md");
    let written = with_tables(&fs::read_to_string(&documentation)?)
        .map_err(|name| format!("{} has no table {name}", documentation.display()))?;
    fs::write(documentation, written)?;
    fs::write(repository.join("docs/keys.md"), keys_document())?;
    for (path, text) in generated::files()? {
        fs::write(repository.join(path), text)?;
    }
    Ok(())
}
