//! Keys become actions in one pure table.

mod table;
mod warning;

use std::collections::{BTreeMap, HashMap};

pub use table::{ENTRIES, Group, KeymapEntry, PRESETS};
pub use warning::KeyWarning;

use crate::tui::input::action::Action;
use crate::tui::input::key::{self, KeyPress};

/// Why a keymap of the config file cannot be used; names the bad key or action and what is allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeymapError {
    /// No such preset.
    #[error("keymap = {0:?} does not exist; allowed are: {allowed}", allowed = table::PRESETS)]
    UnknownPreset(String),
    /// No such action.
    #[error("[keys] {action}: there is no such action; {hint}", hint = suggest(action))]
    UnknownAction {
        /// What was written.
        action: String,
    },
    /// Not a key.
    #[error("[keys] {action}: {key:?} is not a key; allowed are: {allowed}", allowed = key::ALLOWED)]
    UnknownKey {
        /// The action.
        action: String,
        /// What was written.
        key: String,
    },
    /// Two actions claim one key.
    #[error("[keys] {key} is bound to both {first} and {second}; give it to one of them")]
    Conflict {
        /// The key.
        key: String,
        /// One action.
        first: String,
        /// The other.
        second: String,
    },
}

/// The nearest action ids, or all of them.
fn suggest(wrong: &str) -> String {
    let near: Vec<_> = ENTRIES
        .iter()
        .map(|entry| entry.id)
        .filter(|id| {
            id.contains(wrong) || wrong.contains(*id) || id.chars().next() == wrong.chars().next()
        })
        .collect();
    if near.is_empty() {
        return format!(
            "allowed are: {}",
            ENTRIES.each_ref().map(|entry| entry.id).join(", ")
        );
    }
    format!(
        "did you mean one of: {}? `?` in the console lists all",
        near.join(", ")
    )
}

/// Which key does what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keymap {
    /// Key → index into [`ENTRIES`].
    keys: HashMap<KeyPress, usize>,
    /// Keys of each entry, in the order they were written.
    shown: Vec<Vec<KeyPress>>,
    /// Keys of the page without an engine → index into [`ENTRIES`], in the order of the page.
    without_engine: Vec<(KeyPress, usize)>,
    /// What the operator's bindings cost.
    warnings: Vec<KeyWarning>,
}

impl Keymap {
    /// The preset `preset` with `overrides`: action id → keys. An override replaces all keys of its
    /// action, and takes its keys away from actions that are not overridden themselves; what that
    /// costs them is in [`Keymap::warnings`].
    ///
    /// # Errors
    /// When a name is unknown, a key is no key, or two overrides claim one key.
    pub fn from_config(
        preset: &str,
        overrides: &BTreeMap<String, Vec<String>>,
    ) -> Result<Self, KeymapError> {
        let layers = layers(preset, overrides)?;
        let mut keymap = Self::empty();
        let mut decided = vec![false; ENTRIES.len()];
        let [own_layer, rest @ ..] = &layers;
        keymap.lay(own_layer, &mut decided)?;
        keymap.add_undeliverable(own_layer);
        let own = keymap.keys.clone();
        for layer in rest {
            let taken = keymap.lay(layer, &mut decided)?;
            keymap.add_taken(&own, &taken);
        }
        let (page, taken) = without_engine(own_layer)?;
        keymap.without_engine = page;
        keymap.warnings.extend(taken);
        Ok(keymap)
    }

    fn empty() -> Self {
        Self {
            keys: HashMap::new(),
            shown: vec![Vec::new(); ENTRIES.len()],
            without_engine: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// Adds a layer under those already laid: it decides only actions and keys that are still free.
    /// Gives the keys that were not, with the entry that has to do without.
    fn lay(
        &mut self,
        layer: &[(usize, Vec<KeyPress>)],
        decided: &mut [bool],
    ) -> Result<Vec<(KeyPress, usize)>, KeymapError> {
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
                    Some(other) => return Err(conflict(*key, other, *index)),
                }
            }
        }
        Ok(taken)
    }

    /// Records which of the operator's `own` keys were `taken` from which entry.
    fn add_taken(&mut self, own: &HashMap<KeyPress, usize>, taken: &[(KeyPress, usize)]) {
        for (key, loser) in taken {
            let Some(winner) = own.get(key) else { continue };
            self.warnings.push(KeyWarning::Taken {
                key: *key,
                by: ENTRIES[*winner].id,
                from: ENTRIES[*loser].id,
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
        index
            .into_iter()
            .flat_map(|index| self.shown[index].iter().copied())
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
    preset: &str,
    overrides: &BTreeMap<String, Vec<String>>,
) -> Result<[KeyLayer; 3], KeymapError> {
    let changes =
        table::preset(preset).ok_or_else(|| KeymapError::UnknownPreset(preset.to_owned()))?;
    let mut layers: [KeyLayer; 3] = Default::default();
    for (index, entry) in ENTRIES.iter().enumerate() {
        layers[2].push((index, parse_keys(entry.id, entry.keys)?));
    }
    for (action, keys) in changes {
        layers[1].push((find(action)?, parse_keys(action, keys)?));
    }
    for (action, keys) in overrides {
        layers[0].push((find(action)?, parse_keys(action, keys)?));
    }
    Ok(layers)
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
fn without_engine(own: &[(usize, Vec<KeyPress>)]) -> Result<KeysWithoutEngine, KeymapError> {
    let mut bound: Vec<(KeyPress, usize)> = Vec::new();
    let mut usual = Vec::new();
    for (action, keys) in table::WITHOUT_ENGINE {
        let index = find(action)?;
        // To quit there works as everywhere else, and with the usual key too.
        match own
            .iter()
            .find(|(each, _)| *each == index && action != "quit")
        {
            Some((_, keys)) => bound.extend(keys.iter().map(|key| (*key, index))),
            None => usual.extend(
                parse_keys(action, keys)?
                    .into_iter()
                    .map(|key| (key, index)),
            ),
        }
    }
    let mut warnings = Vec::new();
    usual.retain(|(key, loser)| {
        let winner = bound.iter().find(|(taken, _)| taken == key);
        warnings.extend(winner.map(|(_, winner)| KeyWarning::Taken {
            key: *key,
            by: ENTRIES[*winner].id,
            from: ENTRIES[*loser].id,
            left: Vec::new(),
        }));
        winner.is_none()
    });
    bound.extend(usual);
    Ok((bound, warnings))
}

fn find(action: &str) -> Result<usize, KeymapError> {
    ENTRIES
        .iter()
        .position(|entry| entry.id == action)
        .ok_or_else(|| KeymapError::UnknownAction {
            action: action.to_owned(),
        })
}

fn parse_keys<T: AsRef<str>>(action: &str, keys: &[T]) -> Result<Vec<KeyPress>, KeymapError> {
    keys.iter()
        .map(|key| {
            KeyPress::parse(key.as_ref()).ok_or_else(|| KeymapError::UnknownKey {
                action: action.to_owned(),
                key: key.as_ref().to_owned(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests;
