//! The settings of the file, section by section.

use std::sync::Arc;

use crate::config::file::{ParsedFile, Section};
use crate::config::problem::{Problem, SettingPlace};
use crate::config::schema::{entries_of, sections};
use crate::config::{commands, layers, log_tables, rules};

use super::Merge;

/// Lists of tables that there are, with their words for people.
const LISTS: [(&str, &str); 3] = [
    ("command", "commands"),
    ("layer", "layers"),
    ("service", "service rules"),
];

fn is_list(name: &str) -> bool {
    LISTS.iter().any(|(known, _)| *known == name)
}

impl Merge {
    /// Takes over every section with keys.
    pub(in crate::config) fn document(&mut self, document: &ParsedFile) {
        for key in &document.loose {
            self.unknown_section(&key.name, &key.place);
        }
        for list in document.lists.iter().filter(|list| !is_list(&list.name)) {
            self.unknown_section(&list.name, &list.place);
        }
        for section in &document.sections {
            match section.name.as_str() {
                "keys" => self.keys(section),
                name if sections().any(|known| known == name) => self.section(section),
                _ => self.unknown_section(&section.name, &section.place),
            }
        }
    }

    /// Layers, then rules: their layers are among those, and their probes take the settled timeout
    /// for their default, whatever the order in the file.
    pub(in crate::config) fn lists(&mut self, document: &ParsedFile) {
        let named = |name| document.lists.iter().filter(move |list| list.name == name);
        let settings = &mut self.loaded.settings;
        let layers: Vec<&Section> = named("layer").collect();
        if !layers.is_empty() {
            settings.layers = Arc::new(layers::layers(&layers, &mut self.problems));
        }
        for section in named("service") {
            let rule = rules::rule(
                section,
                &settings.probes,
                &settings.layers,
                &mut self.problems,
            );
            settings.services.push(rule);
        }
        let sections: Vec<&Section> = named("command").collect();
        for (place, command) in commands::commands(&sections, &mut self.problems) {
            let key = format!("command.{}", command.name);
            self.loaded.places.insert(key, place);
            self.loaded.settings.ui.commands.push(command);
        }
    }

    fn unknown_section(&mut self, name: &str, place: &SettingPlace) {
        let list = LISTS.iter().find(|(known, _)| *known == name);
        let message = match name {
            _ if list.is_some() => list.map_or_else(String::new, |(known, words)| {
                format!("{words} are written as [[{known}]], with two brackets")
            }),
            name if sections().any(|known| known == name) || name == "keys" => {
                format!("{name} is a section, written as [{name}]")
            }
            _ => {
                let known = sections().chain(["keys", "command", "layer", "service"]);
                self.problems
                    .push(Problem::unknown_key(place.clone(), "", name, known));
                return;
            }
        };
        self.problems.push(Problem {
            place: place.clone(),
            message,
        });
    }

    fn section(&mut self, section: &Section) {
        let prefix = format!("{}.", section.name);
        let tables = if section.name == "logs" {
            log_tables::NAMES
        } else {
            &[]
        };
        let known = || {
            let keys = entries_of(&section.name).map(|entry| entry.parts().1);
            keys.chain(tables.iter().copied())
        };
        for key in &section.keys {
            match entries_of(&section.name).find(|entry| entry.parts().1 == key.name) {
                Some(entry) => self.set(entry, &key.value, key.place.clone()),
                None => self.problems.push(Problem::unknown_key(
                    key.place.clone(),
                    &prefix,
                    &key.name,
                    known(),
                )),
            }
        }
        for table in &section.tables {
            let logs = &mut self.loaded.settings.logs;
            if section.name == "logs" && log_tables::read(table, logs, &mut self.problems) {
                continue;
            }
            self.problems.push(Problem::unknown_key(
                table.place.clone(),
                &prefix,
                &table.name,
                known(),
            ));
        }
    }

    fn keys(&mut self, section: &Section) {
        for key in &section.keys {
            let name = format!("keys.{}", key.name);
            match key.value.list() {
                Some(keys) => self.bind(&key.name, keys, key.place.clone()),
                None => self.problems.push(Problem::bad_value(
                    key.place.clone(),
                    &name,
                    &key.value.shown(),
                    "a key or a list of keys, such as [\"r\", \"ctrl-r\"]",
                )),
            }
        }
        for table in &section.tables {
            let message = format!(
                "keys.{} is a table; allowed is a key or a list of keys",
                table.name
            );
            self.problems.push(Problem {
                place: table.place.clone(),
                message,
            });
        }
    }
}
