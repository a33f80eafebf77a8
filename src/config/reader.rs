//! Puts values in place and words what is wrong.

use super::file::WrittenKey;
use super::problem::{Problem, SettingPlace};
use super::value::Raw;

/// Reads the keys of one table.
pub(super) struct TableReader<'a> {
    /// What stands before a key's name in a message, such as `service.`.
    pub prefix: &'static str,
    /// What is wrong so far.
    pub problems: &'a mut Vec<Problem>,
}

impl TableReader<'_> {
    /// Sets `slot` to what `parse` makes of `key`; `allowed` words what it takes.
    pub fn read<T>(
        &mut self,
        key: &WrittenKey,
        allowed: &str,
        parse: impl Fn(&Raw) -> Option<T>,
        slot: &mut T,
    ) {
        match parse(&key.value) {
            Some(value) => *slot = value,
            None => self.wrong(key, allowed),
        }
    }

    /// The value of `key` is none of what is `allowed`.
    pub fn wrong(&mut self, key: &WrittenKey, allowed: &str) {
        let name = format!("{}{}", self.prefix, key.name);
        self.problems.push(Problem::bad_value(
            key.place.clone(),
            &name,
            &key.value.shown(),
            allowed,
        ));
    }

    /// There is no key `name` beside the `known` ones.
    pub fn unknown(&mut self, name: &str, place: &SettingPlace, known: &[&str]) {
        self.problems.push(Problem::unknown_key(
            place.clone(),
            self.prefix,
            name,
            known.iter().copied(),
        ));
    }

    /// Something about the key `name`, worded to follow its name.
    pub fn report(&mut self, name: &str, place: &SettingPlace, what: &str) {
        let message = format!("{}{name} {what}", self.prefix);
        self.problems.push(Problem {
            place: place.clone(),
            message,
        });
    }
}
