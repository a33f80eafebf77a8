//! The reference of settings, made from the table: the example file, and the tables in the
//! documentation.

use super::environment::DEBUG_MODE;
use super::schema::{ENTRIES, SettingSpec, TakesEffect, entries_of, sections};
use super::settings::Settings;

/// The text of the example file before the first section, and after the last one.
const HEAD: &str = include_str!("reference/head.toml");
const TAIL: &str = include_str!("reference/tail.toml");

/// The example file: every key, commented out, with its default, and examples of everything else.
#[must_use]
pub fn example() -> String {
    let defaults = Settings::default();
    let key = |entry: &SettingSpec| {
        let (_, name) = entry.parts();
        format!("# {}\n#{name} = {}\n", entry.help, entry.value(&defaults))
    };
    let section = |name| {
        let keys: String = entries_of(name).map(key).collect();
        format!("#[{name}]\n{keys}\n")
    };
    let sections: String = sections().map(section).collect();
    format!("{HEAD}\n{sections}{TAIL}")
}

/// `markdown` with its tables of settings written anew: that of the keys, and that of variables
/// which set keys beside hubdeck's own. Each stands between `<!-- NAME: … -->` and
/// `<!-- end of NAME -->`.
///
/// # Errors
/// The name of a table whose two marks are not there.
pub fn with_tables(markdown: &str) -> Result<String, &'static str> {
    let with_keys = replaced(markdown, "settings", &keys())?;
    replaced(&with_keys, "variables", &variables())
}

/// `text` with `table` between the marks of `name`.
fn replaced(text: &str, name: &'static str, table: &str) -> Result<String, &'static str> {
    let parts = || {
        let begin = text.find(&format!("<!-- {name}:"))?;
        let begin = begin + text.get(begin..)?.find('\n')? + 1;
        let end = begin
            + text
                .get(begin..)?
                .find(&format!("<!-- end of {name} -->"))?;
        Some((text.get(..begin)?, text.get(end..)?))
    };
    let (before, after) = parts().ok_or(name)?;
    Ok(format!("{before}\n{table}\n{after}"))
}

fn keys() -> String {
    let defaults = Settings::default();
    let rows = ENTRIES.iter().map(|entry| {
        let (key, default) = (entry.key, entry.value(&defaults));
        format!("| `{key}` | `{default}` | {} |\n", explained(entry))
    });
    let rows: String = rows.collect();
    format!("| key | default | what it does |\n|---|---|---|\n{rows}")
}

/// The whole documentation of `entry`.
fn explained(entry: &SettingSpec) -> String {
    let flag = entry.flag.map(|flag| format!("Flag `{flag}`."));
    let waits = entry.takes_effect == TakesEffect::AfterRestart;
    let sentences = [
        Some(entry.help),
        flag.as_deref(),
        (!entry.more.is_empty()).then_some(entry.more),
        waits.then_some("*Takes effect after a restart.*"),
    ];
    let sentences: Vec<&str> = sentences.into_iter().flatten().collect();
    sentences.join(" ")
}

fn variables() -> String {
    let aliases = ENTRIES.iter().flat_map(|entry| {
        let row = move |alias| format!("| `{alias}` | `{}` |\n", entry.key);
        entry.aliases.iter().map(row)
    });
    let debug = format!("| `{DEBUG_MODE}` | `true`: `log.level = \"debug\"` |\n");
    let rows: String = aliases.chain([debug]).collect();
    format!("| variable | sets |\n|---|---|\n{rows}")
}

#[cfg(test)]
mod tests;
