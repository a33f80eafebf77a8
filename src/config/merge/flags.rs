//! The settings of the command line.

use crate::config::arguments::Globals;
use crate::config::problem::SettingPlace;
use crate::config::schema::SettingSpec;
use crate::config::value::Raw;

use super::Merge;

impl Merge {
    /// Takes over every flag that was given.
    pub(in crate::config) fn globals(&mut self, globals: &Globals) {
        let settings = &mut self.loaded.settings;
        // A flag for one way to the engine also silences the other way from weaker places.
        if globals.host.is_some() {
            settings.engine.context = None;
        }
        if globals.context.is_some() {
            settings.engine.host = None;
        }
        settings.ui.show_secrets = globals.show_secrets;
        for (key, value) in given(globals) {
            let entry = SettingSpec::of(key).and_then(|entry| Some((entry, entry.flag?)));
            if let (Some((entry, flag)), Some(value)) = (entry, value) {
                self.set(entry, &value, SettingPlace::Flag(flag));
            }
        }
    }
}

/// Keys that a flag sets, with the values given for them.
fn given(globals: &Globals) -> [(&'static str, Option<Raw>); 12] {
    let text = |text: &Option<String>| text.clone().map(Raw::Word);
    let word = |word: &str| Raw::Word(word.to_owned());
    let switch = |on: bool| on.then_some(Raw::Bool(true));
    let list = |texts: &[String]| {
        let texts: Vec<Raw> = texts.iter().cloned().map(Raw::Text).collect();
        (!texts.is_empty()).then_some(Raw::List(texts))
    };
    [
        ("engine.host", text(&globals.host)),
        ("engine.context", text(&globals.context)),
        ("engine.projects", list(&globals.projects)),
        ("engine.read_only", switch(globals.read_only)),
        ("serve.listen", list(&globals.listen)),
        ("serve.behind_proxy", switch(globals.behind_proxy)),
        ("ui.theme", text(&globals.theme)),
        ("ui.view", text(&globals.view)),
        ("ui.stack", text(&globals.stack)),
        ("ui.ascii", switch(globals.ascii)),
        ("ui.color", globals.color.map(|color| word(color.id()))),
        ("log.level", globals.log_level.map(|level| word(level.id()))),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::Parser as _;

    use super::*;
    use crate::config::arguments::Cli;
    use crate::config::schema::ENTRIES;

    #[test]
    fn the_flags_that_are_read_are_those_of_the_table() {
        let cli = Cli::try_parse_from(["hubdeck"]).expect("no flag is needed");
        let read: BTreeSet<&str> = given(&cli.globals).iter().map(|(key, _)| *key).collect();
        let rows = ENTRIES.iter().filter(|entry| entry.flag.is_some());
        assert_eq!(read, rows.map(|entry| entry.key).collect());
    }
}
