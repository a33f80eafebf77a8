//! Keys of the operator's own commands: they take no key of an action.

use std::sync::Arc;

use super::{ENTRIES, Keymap, KeymapError, KeymapErrors};
use crate::model::CustomCommand;
use crate::tui::input::key::KeyPress;

impl Keymap {
    /// Binds the keys of `commands`, too.
    ///
    /// # Errors
    /// When a key is none, no terminal sends it as itself, or it has another meaning.
    pub fn with_commands(mut self, commands: &[Arc<CustomCommand>]) -> Result<Self, KeymapErrors> {
        let mut errors = Vec::new();
        for command in commands {
            let Some(written) = &command.key else {
                continue;
            };
            match self.free_key(&command.name, written) {
                Ok(key) => self.commands.push((key, Arc::clone(command))),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() {
            Ok(self)
        } else {
            Err(KeymapErrors(errors))
        }
    }

    /// The key that is `written` for the command `name`, where it means nothing else.
    fn free_key(&self, name: &str, written: &str) -> Result<KeyPress, KeymapError> {
        let (command, key) = (name.to_owned(), written.to_owned());
        let Some(pressed) = KeyPress::parse(written) else {
            return Err(KeymapError::NoCommandKey { command, key });
        };
        if let Some(arrives_as) = pressed.arrives_as() {
            let arrives_as = arrives_as.to_string();
            return Err(KeymapError::UndeliverableCommand {
                command,
                key,
                arrives_as,
            });
        }
        let on_page = self.on_page.iter().find(|(_, each, _)| *each == pressed);
        let index = self
            .keys
            .get(&pressed)
            .or(on_page.map(|(_, _, index)| index));
        let action = index.map(|index| ENTRIES[*index].id.to_owned());
        if let Some(action) = action {
            return Err(KeymapError::CommandTakesKey {
                command,
                key,
                action,
            });
        }
        let mut earlier = self.commands.iter();
        match earlier.find(|(each, _)| *each == pressed) {
            Some((_, other)) => Err(KeymapError::CommandsShareKey {
                command,
                key,
                other: other.name.clone(),
            }),
            None => Ok(pressed),
        }
    }
}
