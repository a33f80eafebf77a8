//! Keys become actions in one pure table.

mod commands;
mod document;
mod error;
mod originals;
mod presets;
mod table;
mod warning;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

pub use document::keys_document;
pub use error::{KeymapError, KeymapErrors};
pub use presets::PRESETS;
pub use table::{ENTRIES, Group, KeymapEntry};
pub use warning::KeyWarning;

use presets::KeyPreset;

use crate::model::CustomCommand;
use crate::tui::input::action::Action;
use crate::tui::input::key::KeyPress;
use crate::tui::input::page::KeyPage;

/// Which key does what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keymap {
    /// Key → index into [`ENTRIES`].
    keys: HashMap<KeyPress, usize>,
    /// Keys of each entry, in the order they were written.
    shown: Vec<Vec<KeyPress>>,
    /// Keys that do something else on one page, with their index into [`ENTRIES`].
    on_page: Vec<(KeyPage, KeyPress, usize)>,
    /// Keys of the page without an engine → index into [`ENTRIES`], in the order of the page.
    without_engine: Vec<(KeyPress, usize)>,
    /// Keys of the operator's own commands.
    commands: Vec<(KeyPress, Arc<CustomCommand>)>,
    /// What the operator's bindings cost.
    warnings: Vec<KeyWarning>,
}

impl Keymap {
    /// The preset `preset` with `overrides`: action id → keys. An override replaces all keys of its
    /// action, and takes its keys away from actions that are not overridden themselves; what that
    /// costs them is in [`Keymap::warnings`].
    ///
    /// # Errors
    /// When names are unknown, keys are no keys, or two overrides claim one key: all of it.
    pub fn from_config(
        preset: &str,
        overrides: &BTreeMap<String, Vec<String>>,
    ) -> Result<Self, KeymapErrors> {
        let mut errors = Vec::new();
        let preset = presets::preset(preset).unwrap_or_else(|| {
            errors.push(KeymapError::UnknownPreset(preset.to_owned()));
            &presets::ALL[0]
        });
        let keymap = Self::build(preset, overrides, &mut errors);
        if errors.is_empty() {
            Ok(keymap)
        } else {
            Err(KeymapErrors(errors))
        }
    }

    /// The preset `name` as it is shipped; `None` when there is none of this name.
    #[must_use]
    pub fn of_preset(name: &str) -> Option<Self> {
        Self::from_config(name, &BTreeMap::new()).ok()
    }

    fn build(
        preset: &KeyPreset,
        overrides: &BTreeMap<String, Vec<String>>,
        errors: &mut Vec<KeymapError>,
    ) -> Self {
        let layers = layers(preset, overrides, errors);
        let mut keymap = Self::empty();
        let mut decided = vec![false; ENTRIES.len()];
        let [own_layer, rest @ ..] = &layers;
        keymap.lay(own_layer, &mut decided, errors);
        keymap.add_undeliverable(own_layer);
        let own = keymap.keys.clone();
        let hidden = keymap.lay_pages(preset, &decided);
        for layer in rest {
            let taken = keymap.lay(layer, &mut decided, errors);
            keymap.add_taken(&own, &taken, preset.name);
        }
        keymap.add_taken(&own, &hidden, preset.name);
        let (page, taken) = without_engine(own_layer, preset.name, errors);
        keymap.without_engine = page;
        keymap.warnings.extend(taken);
        keymap
    }

    /// Takes what the preset binds on one page only, unless the operator bound key or action. Gives
    /// the keys that the operator bound, with the entry that has to do without.
    fn lay_pages(&mut self, preset: &KeyPreset, decided: &[bool]) -> Vec<(KeyPress, usize)> {
        let mut taken = Vec::new();
        for (page, (action, keys)) in preset.on_page {
            let index = ENTRIES.iter().position(|entry| entry.id == *action);
            let Some(index) = index.filter(|index| !decided[*index]) else {
                continue;
            };
            let keys = keys.iter().filter_map(|key| KeyPress::parse(key));
            for key in keys {
                if self.keys.contains_key(&key) {
                    taken.push((key, index));
                } else {
                    self.on_page.push((*page, key, index));
                }
            }
        }
        taken
    }

    fn empty() -> Self {
        Self {
            keys: HashMap::new(),
            shown: vec![Vec::new(); ENTRIES.len()],
            on_page: Vec::new(),
            without_engine: Vec::new(),
            commands: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// Adds a layer under those already laid: it decides only actions and keys that are still free.
    /// Gives the keys that were not, with the entry that has to do without.
    fn lay(
        &mut self,
        layer: &[(usize, Vec<KeyPress>)],
        decided: &mut [bool],
        errors: &mut Vec<KeymapError>,
    ) -> Vec<(KeyPress, usize)> {
        let above = self.keys.clone();
        let mut taken = Vec::new();
        let open: Vec<_> = layer.iter().filter(|(index, _)| !decided[*index]).collect();
        for (index, keys) in open {
            decided[*index] = true;
            for key in keys {
                if above.contains_key(key) {
                    taken.push((*key, *index));
                    continue;
                }
                match self.keys.insert(*key, *index) {
                    None => self.shown[*index].push(*key),
                    // Written twice for one action.
                    Some(other) if other == *index => {}
                    Some(other) => errors.push(conflict(*key, other, *index)),
                }
            }
        }
        taken
    }

    /// Records which of the operator's `own` keys were `taken` from which entry.
    fn add_taken(
        &mut self,
        own: &HashMap<KeyPress, usize>,
        taken: &[(KeyPress, usize)],
        preset: &'static str,
    ) {
        for (key, loser) in taken {
            let Some(winner) = own.get(key) else { continue };
            self.warnings.push(KeyWarning::Taken {
                key: *key,
                by: ENTRIES[*winner].id,
                from: ENTRIES[*loser].id,
                preset,
                left: self.shown[*loser].clone(),
            });
        }
    }

    /// Records the operator's keys that no terminal distinguishes from another one.
    fn add_undeliverable(&mut self, own: &[(usize, Vec<KeyPress>)]) {
        for (index, keys) in own {
            let undeliverable = keys
                .iter()
                .filter_map(|key| Some((*key, key.arrives_as()?)));
            self.warnings.extend(undeliverable.map(|(key, arrives_as)| {
                KeyWarning::Undeliverable {
                    key,
                    action: ENTRIES[*index].id,
                    arrives_as,
                }
            }));
        }
    }

    /// What the operator's bindings cost, one warning for each key.
    #[must_use]
    pub fn warnings(&self) -> &[KeyWarning] {
        &self.warnings
    }

    /// What `key` does, when it is bound.
    #[must_use]
    pub fn action(&self, key: KeyPress) -> Option<&'static Action> {
        self.keys.get(&key).map(|index| &ENTRIES[*index].action)
    }

    /// The action of the operator's own command on `key`.
    #[must_use]
    pub fn command(&self, key: KeyPress) -> Option<Action> {
        let mut commands = self.commands.iter();
        let found = commands.find(|(each, _)| *each == key);
        found.map(|(_, command)| Action::Custom(Arc::clone(command)))
    }

    /// What `key` does on `page` and nowhere else; `None` where it does the same as elsewhere.
    #[must_use]
    pub fn action_on(&self, page: KeyPage, key: KeyPress) -> Option<&'static Action> {
        self.entry_on(page, key).map(|entry| &entry.action)
    }

    fn entry_on(&self, page: KeyPage, key: KeyPress) -> Option<&'static KeymapEntry> {
        let mut own = self.on_page.iter();
        let found = own.find(|(on, each, _)| page.is_on(*on) && *each == key);
        found.map(|(_, _, index)| &ENTRIES[*index])
    }

    fn entry(&self, key: KeyPress) -> Option<&'static KeymapEntry> {
        self.keys.get(&key).map(|index| &ENTRIES[*index])
    }

    /// The keys of `action` on `page`, those of this page alone first.
    #[must_use]
    pub fn keys_on(&self, page: Option<KeyPage>, action: &Action) -> Vec<KeyPress> {
        let own = self.on_page.iter();
        let own = own.filter(|(on, _, index)| {
            page.is_some_and(|page| page.is_on(*on)) && ENTRIES[*index].action == *action
        });
        let hidden = |key: &KeyPress| page.is_some_and(|page| self.entry_on(page, *key).is_some());
        let usual = self.keys_of(action).filter(|key| !hidden(key));
        own.map(|(_, key, _)| *key).chain(usual).collect()
    }

    /// The first of them for the screen; empty when there is none.
    #[must_use]
    pub fn label_on(&self, page: Option<KeyPage>, action: &Action, ascii: bool) -> String {
        let keys = self.keys_on(page, action);
        keys.first()
            .map_or_else(String::new, |key| key.label(ascii))
    }

    /// What `key` does on the page that is shown where no engine was ever reached; `None` when it
    /// means nothing of its own there.
    #[must_use]
    pub fn action_without_engine(&self, key: KeyPress) -> Option<&'static Action> {
        let bound = self.without_engine.iter().find(|(each, _)| *each == key);
        bound.map(|(_, index)| &ENTRIES[*index].action)
    }

    /// The first key of `action` on that page; empty when it has none.
    #[must_use]
    pub fn label_without_engine(&self, action: &Action, ascii: bool) -> String {
        let own = self
            .without_engine
            .iter()
            .find(|(_, index)| ENTRIES[*index].action == *action);
        own.map_or_else(|| self.label(action, ascii), |(key, _)| key.label(ascii))
    }

    /// The keys of `action`, the first one first; empty when there are none.
    pub fn keys_of(&self, action: &Action) -> impl Iterator<Item = KeyPress> + '_ {
        let index = ENTRIES.iter().position(|entry| entry.action == *action);
        let commands = self.commands.iter();
        let own: Vec<KeyPress> = match action {
            Action::Custom(command) => commands
                .filter(|(_, each)| each == command)
                .map(|(key, _)| *key)
                .collect(),
            _ => Vec::new(),
        };
        index
            .into_iter()
            .flat_map(|index| self.shown[index].iter().copied())
            .chain(own)
    }

    /// The first key of `action` for the screen; empty when it has none.
    #[must_use]
    pub fn label(&self, action: &Action, ascii: bool) -> String {
        self.keys_of(action)
            .next()
            .map_or_else(String::new, |key| key.label(ascii))
    }
}

/// Actions with their keys.
type KeyLayer = Vec<(usize, Vec<KeyPress>)>;

/// The operator's own bindings, those of the preset and the usual ones, in this order.
fn layers(
    preset: &KeyPreset,
    overrides: &BTreeMap<String, Vec<String>>,
    errors: &mut Vec<KeymapError>,
) -> [KeyLayer; 3] {
    let own = overrides
        .iter()
        .filter_map(|(action, keys)| read(action, keys, errors))
        .collect();
    let changes = preset.keys.iter();
    let changes = changes
        .filter_map(|(action, keys)| read(action, keys, errors))
        .collect();
    let usual = ENTRIES
        .iter()
        .filter_map(|entry| read(entry.id, entry.keys, errors))
        .collect();
    [own, changes, usual]
}

/// The action with its keys, without those that are none.
fn read<T: AsRef<str>>(
    action: &str,
    keys: &[T],
    errors: &mut Vec<KeymapError>,
) -> Option<(usize, Vec<KeyPress>)> {
    let Some(index) = ENTRIES.iter().position(|entry| entry.id == action) else {
        let action = action.to_owned();
        errors.push(KeymapError::UnknownAction { action });
        return None;
    };
    let mut parsed = Vec::new();
    for key in keys.iter().map(AsRef::as_ref) {
        match KeyPress::parse(key) {
            Some(key) => parsed.push(key),
            None => errors.push(KeymapError::UnknownKey {
                action: action.to_owned(),
                key: key.to_owned(),
            }),
        }
    }
    Some((index, parsed))
}

fn conflict(key: KeyPress, first: usize, second: usize) -> KeymapError {
    KeymapError::Conflict {
        key: key.to_string(),
        first: ENTRIES[first].id.to_owned(),
        second: ENTRIES[second].id.to_owned(),
    }
}

impl Default for Keymap {
    fn default() -> Self {
        // The table is tested to be free of errors.
        Self::from_config("default", &BTreeMap::new()).unwrap_or_else(|_| Self::empty())
    }
}

/// Keys of the page without an engine with the entries that they stand for, and what the operator's
/// own keys cost there.
type KeysWithoutEngine = (Vec<(KeyPress, usize)>, Vec<KeyWarning>);

/// The keys of the page without an engine: those that the operator bound in their own layer, and
/// the usual ones that are still free.
fn without_engine(
    own: &[(usize, Vec<KeyPress>)],
    preset: &'static str,
    errors: &mut Vec<KeymapError>,
) -> KeysWithoutEngine {
    let mut bound: Vec<(KeyPress, usize)> = Vec::new();
    let mut usual = Vec::new();
    for (action, keys) in table::WITHOUT_ENGINE {
        let Some((index, keys)) = read(action, keys, errors) else {
            continue;
        };
        // To quit there works as everywhere else, and with the usual key too.
        match own
            .iter()
            .find(|(each, _)| *each == index && action != "quit")
        {
            Some((_, keys)) => bound.extend(keys.iter().map(|key| (*key, index))),
            None => usual.extend(keys.into_iter().map(|key| (key, index))),
        }
    }
    let mut warnings = Vec::new();
    usual.retain(|(key, loser)| {
        let winner = bound.iter().find(|(taken, _)| taken == key);
        warnings.extend(winner.map(|(_, winner)| KeyWarning::Taken {
            key: *key,
            by: ENTRIES[*winner].id,
            from: ENTRIES[*loser].id,
            preset,
            left: Vec::new(),
        }));
        winner.is_none()
    });
    bound.extend(usual);
    (bound, warnings)
}

#[cfg(test)]
mod tests;
