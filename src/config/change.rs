//! What a reload changes in a hubdeck that is running.

use std::fmt;

use crate::model::text::{after_restart, enumerated};

use super::schema::{ENTRIES, TakesEffect};
use super::settings::Settings;

/// Tables within `[logs]`.
const FILTERS: &str = "logs.filters";
const FIELDS: &str = "logs.fields";

/// How hubdeck runs: some sections concern only one mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunMode {
    /// The console.
    Console,
    /// `hubdeck --serve`.
    Serve,
}

impl RunMode {
    /// Whether a change of `section` changes anything here.
    #[must_use]
    pub fn uses(self, section: &str) -> bool {
        match section {
            "serve" | "cache" | "heartbeat" => self == Self::Serve,
            "ui" | "keys" | "command" | FILTERS | FIELDS => self == Self::Console,
            _ => true,
        }
    }
}

/// The keys that a reload changed, in the order of the example file; `keys`, `logs.filters`,
/// `logs.fields`, `command`, `layer` and `service` stand for whole sections.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// In force now.
    pub in_force: Vec<&'static str>,
    /// In force after a restart: until then the old value is.
    pub after_restart: Vec<&'static str>,
}

impl Changes {
    /// What has to wait, in one sentence; `None` where nothing has.
    #[must_use]
    pub fn waiting(&self) -> Option<String> {
        after_restart(&self.after_restart)
    }
}

impl fmt::Display for Changes {
    /// What is in force now; what has to wait where that is all.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.in_force.as_slice() {
            [] => f.write_str(self.waiting().as_deref().unwrap_or("no change")),
            [one] => write!(f, "{one} changed"),
            many => write!(f, "{} changed", enumerated(many)),
        }
    }
}

impl Settings {
    /// Puts `new` in force in a hubdeck that is running as `face`, but for what needs a restart:
    /// that keeps its value. Gives the keys that changed and concern `face`.
    pub fn take_over(&mut self, mut new: Self, mode: RunMode) -> Changes {
        let mut changes = Changes::default();
        for entry in ENTRIES {
            if (entry.same)(self, &new) {
                continue;
            }
            let changed = match entry.takes_effect {
                TakesEffect::AtOnce => &mut changes.in_force,
                TakesEffect::AfterRestart => {
                    (entry.keep)(&mut new, self);
                    &mut changes.after_restart
                }
            };
            if mode.uses(entry.parts().0) {
                changed.push(entry.key);
            }
        }
        let sections = self.changed_sections(&new).into_iter();
        let used = sections.filter(|name| mode.uses(name));
        changes.in_force.extend(used);
        *self = new;
        changes
    }

    /// The sections beside the table of settings in which `new` differs.
    fn changed_sections(&self, new: &Self) -> Vec<&'static str> {
        let sections = [
            ("keys", self.keys != new.keys),
            (FILTERS, self.logs.filters != new.logs.filters),
            (FIELDS, self.logs.fields != new.logs.fields),
            ("command", self.ui.commands != new.ui.commands),
            ("layer", self.layers != new.layers),
            ("service", self.services != new.services),
        ];
        let changed = sections.into_iter().filter(|(_, changed)| *changed);
        changed.map(|(name, _)| name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_a_restart_keeps_its_value_and_is_told_again() {
        let mut running = Settings::default();
        let mut new = Settings::default();
        (new.serve.port, new.cache.ttl) = (6000, std::time::Duration::from_secs(9));
        new.keys.insert("quit".into(), vec!["x".into()]);
        let changes = running.take_over(new.clone(), RunMode::Serve);
        assert_eq!(
            (running.serve.port, running.cache.ttl),
            (5003, new.cache.ttl)
        );
        assert_eq!(changes.to_string(), "cache.ttl changed");
        assert_eq!(
            changes.waiting().as_deref(),
            Some("serve.port takes effect after a restart")
        );
        let again = running.take_over(new.clone(), RunMode::Serve);
        assert_eq!(
            again.to_string(),
            "serve.port takes effect after a restart",
            "a change that has to wait is a change"
        );
        assert_eq!(again.after_restart, ["serve.port"]);
        let mut console = Settings::default();
        let changes = console.take_over(new, RunMode::Console);
        assert_eq!(
            changes,
            Changes {
                in_force: vec!["keys"],
                after_restart: Vec::new()
            }
        );
    }
}
