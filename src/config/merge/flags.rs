//! What the command line says.

use crate::config::cli::Globals;
use crate::config::problem::Place;
use crate::config::schema::ENTRIES;
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
        if let Some(color) = globals.color {
            settings.ui.color = color;
            self.placed("ui.color", Place::Flag("--color"));
        }
        for (key, flag, value) in given(globals) {
            self.flag(key, flag, value);
        }
    }

    fn flag(&mut self, key: &str, flag: &'static str, value: Option<Raw>) {
        if let (Some(value), Some(entry)) = (value, ENTRIES.iter().find(|entry| entry.key == key)) {
            self.set(entry, &value, Place::Flag(flag));
        }
    }
}

/// Flags that set a key, with the values given for them.
fn given(globals: &Globals) -> [(&'static str, &'static str, Option<Raw>); 8] {
    let text = |text: &Option<String>| text.clone().map(Raw::Word);
    let switch = |on: bool| on.then_some(Raw::Bool(true));
    let projects: Vec<Raw> = globals.projects.iter().cloned().map(Raw::Text).collect();
    let level = globals.log_level.map(|level| Raw::Word(level.id().into()));
    [
        ("engine.host", "--host", text(&globals.host)),
        ("engine.context", "--context", text(&globals.context)),
        (
            "engine.projects",
            "--project",
            (!projects.is_empty()).then_some(Raw::List(projects)),
        ),
        ("engine.read_only", "--read-only", switch(globals.read_only)),
        (
            "serve.behind_proxy",
            "--behind-proxy",
            switch(globals.behind_proxy),
        ),
        ("ui.theme", "--theme", text(&globals.theme)),
        ("ui.ascii", "--ascii", switch(globals.ascii)),
        ("log.level", "--log-level", level),
    ]
}
