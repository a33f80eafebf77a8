//! One key with its modifiers, as config names it.

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key as the keymap knows it: letters carry no shift, they are upper case instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyPress {
    /// The key.
    pub code: KeyCode,
    /// `ctrl`, `alt`, and `shift` for keys that are no letters.
    pub modifiers: KeyModifiers,
}

const NAMED: [(&str, KeyCode); 14] = [
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("space", KeyCode::Char(' ')),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pgup", KeyCode::PageUp),
    ("pgdn", KeyCode::PageDown),
];

/// How keys are written, for error messages.
pub const ALLOWED: &str = "a single character, enter, esc, tab, space, backspace, delete, up, down, left, right, \
     home, end, pgup, pgdn, f1 … f12, each with ctrl-, alt- or shift- before it";

impl KeyPress {
    /// The key of a terminal event, normalised.
    #[must_use]
    pub fn of(event: &KeyEvent) -> Self {
        Self::normal(event.code, event.modifiers)
    }

    fn normal(code: KeyCode, modifiers: KeyModifiers) -> Self {
        let known = modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT);
        match code {
            KeyCode::BackTab => Self {
                code: KeyCode::Tab,
                modifiers: known | KeyModifiers::SHIFT,
            },
            KeyCode::Char(c) => {
                let c = if known.contains(KeyModifiers::CONTROL) {
                    c.to_ascii_lowercase()
                } else {
                    c
                };
                Self {
                    code: KeyCode::Char(c),
                    modifiers: known - KeyModifiers::SHIFT,
                }
            }
            code => Self {
                code,
                modifiers: known,
            },
        }
    }

    /// Reads a key as config writes it: `r`, `R`, `ctrl-d`, `shift-tab`, `pgup`, `f5`, `-`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = text;
        let mut modifiers = KeyModifiers::NONE;
        while let Some((head, tail)) = rest.split_once('-') {
            if tail.is_empty() || head.is_empty() {
                break;
            }
            modifiers |= match head.to_ascii_lowercase().as_str() {
                "ctrl" => KeyModifiers::CONTROL,
                "alt" => KeyModifiers::ALT,
                "shift" => KeyModifiers::SHIFT,
                _ => return None,
            };
            rest = tail;
        }
        let code = Self::parse_code(rest)?;
        let code = match code {
            KeyCode::Char(c) if modifiers.contains(KeyModifiers::SHIFT) => {
                KeyCode::Char(c.to_ascii_uppercase())
            }
            code => code,
        };
        Some(Self::normal(code, modifiers))
    }

    fn parse_code(text: &str) -> Option<KeyCode> {
        let mut chars = text.chars();
        if let (Some(c), None) = (chars.next(), chars.next()) {
            return (!c.is_control() && c != ' ').then_some(KeyCode::Char(c));
        }
        let name = text.to_ascii_lowercase();
        if let Some((_, code)) = NAMED.iter().find(|(each, _)| *each == name) {
            return Some(*code);
        }
        let number: u8 = name.strip_prefix('f')?.parse().ok()?;
        (1..=12).contains(&number).then_some(KeyCode::F(number))
    }

    /// The key that hubdeck sees instead, where terminals send the same byte for both.
    #[must_use]
    pub fn arrives_as(&self) -> Option<Self> {
        let code = match self.code {
            _ if !self.modifiers.contains(KeyModifiers::CONTROL) => return None,
            KeyCode::Char('i') => KeyCode::Tab,
            KeyCode::Char('m') => KeyCode::Enter,
            KeyCode::Char('[') => KeyCode::Esc,
            _ => return None,
        };
        Some(Self {
            code,
            modifiers: self.modifiers - KeyModifiers::CONTROL,
        })
    }

    /// How it is shown in footer and help; arrows as signs unless `ascii`.
    #[must_use]
    pub fn label(&self, ascii: bool) -> String {
        let sign = match self.code {
            KeyCode::Up => "↑",
            KeyCode::Down => "↓",
            KeyCode::Left => "←",
            KeyCode::Right => "→",
            _ => "",
        };
        if ascii || sign.is_empty() || !self.modifiers.is_empty() {
            self.to_string()
        } else {
            sign.to_owned()
        }
    }
}

impl fmt::Display for KeyPress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (modifier, name) in [
            (KeyModifiers::CONTROL, "ctrl-"),
            (KeyModifiers::ALT, "alt-"),
            (KeyModifiers::SHIFT, "shift-"),
        ] {
            if self.modifiers.contains(modifier) {
                f.write_str(name)?;
            }
        }
        if let Some((name, _)) = NAMED.iter().find(|(_, code)| *code == self.code) {
            return f.write_str(name);
        }
        match self.code {
            KeyCode::Char(c) => write!(f, "{c}"),
            KeyCode::F(number) => write!(f, "f{number}"),
            other => write!(f, "{other}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_and_written_alike() {
        for text in [
            "r",
            "R",
            "?",
            "-",
            "+",
            "ctrl-d",
            "ctrl--",
            "alt-x",
            "shift-tab",
            "space",
            "pgup",
            "f5",
            "f12",
            "é",
        ] {
            let key = KeyPress::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(key.to_string(), text);
            assert_eq!(KeyPress::parse(&key.to_string()), Some(key));
        }
        for text in ["", " ", "f0", "f13", "ctrl-", "hyper-x", "enterr", "ab"] {
            assert_eq!(KeyPress::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn terminals_spell_one_key_in_several_ways() {
        let event = |code, modifiers| KeyPress::of(&KeyEvent::new(code, modifiers));
        assert_eq!(
            Some(event(KeyCode::Char('R'), KeyModifiers::SHIFT)),
            KeyPress::parse("R")
        );
        assert_eq!(
            Some(event(KeyCode::Char('R'), KeyModifiers::NONE)),
            KeyPress::parse("shift-r")
        );
        assert_eq!(
            Some(event(KeyCode::BackTab, KeyModifiers::NONE)),
            KeyPress::parse("shift-tab")
        );
        assert_eq!(
            Some(event(KeyCode::Char('D'), KeyModifiers::CONTROL)),
            KeyPress::parse("ctrl-d")
        );
    }
}
