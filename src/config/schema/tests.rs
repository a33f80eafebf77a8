//! Every row of the table is complete and correct.

use std::path::Path;

use clap::CommandFactory as _;

use crate::config::Request;
use crate::config::arguments::Cli;

use super::*;

fn load(entry: &SettingSpec, value: &str) -> Settings {
    let (section, name) = entry.parts();
    let text = format!("[{section}]\n{name} = {value}");
    let loaded = Request::default().load_text(Some((Path::new("c.toml"), &text)));
    loaded.unwrap_or_else(|error| panic!("{error}")).settings
}

#[test]
fn every_row_says_what_its_key_is_and_names_another_value() {
    let defaults = Settings::default();
    for entry in ENTRIES {
        assert!(
            entry.help.ends_with('.') && !entry.help.contains(['\n', '|']),
            "the help of {} is not a sentence on one line",
            entry.key
        );
        assert!(!entry.more.contains(['\n', '|']), "{}", entry.key);
        let other = load(entry, entry.another);
        assert!(
            !(entry.same)(&defaults, &other),
            "{} is {} by default",
            entry.key,
            entry.another
        );
    }
}

#[test]
fn what_is_written_is_read_back_as_it_was() {
    let defaults = Settings::default();
    for entry in ENTRIES {
        let (key, default) = (entry.key, entry.value(&defaults));
        assert!((entry.same)(&load(entry, &default), &defaults), "{key}");
        let other = load(entry, entry.another);
        let shown = entry.value(&other);
        if entry.secret {
            assert_eq!(shown, "\"***\"", "{key} is never written");
        } else {
            assert_eq!(shown, entry.another, "{key}");
        }
    }
}

#[test]
fn sections_stand_together_and_no_key_stands_twice() {
    let mut all: Vec<&str> = sections().collect();
    let keys: std::collections::BTreeSet<&str> = ENTRIES.iter().map(|entry| entry.key).collect();
    assert_eq!(keys.len(), ENTRIES.len());
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), count, "a section stands in two places");
}

#[test]
fn every_flag_of_a_row_is_one_of_the_command_line() {
    let command = Cli::command();
    for entry in ENTRIES {
        let Some(flag) = entry.flag else { continue };
        let known = command.get_arguments().any(|argument| {
            Some(argument.get_long().unwrap_or_default()) == flag.strip_prefix("--")
        });
        assert!(known, "{} names the flag {flag}", entry.key);
    }
}
