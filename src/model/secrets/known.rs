//! Values that are known as secrets, so that they are hidden wherever they occur.
//!
//! A value is known from the definition of any container: a variable or label whose name marks a
//! secret, the password in a URL, the value of a flag, a setting of a configuration file. It counts
//! only when it is distinctive, since hiding `postgres` or `8080` wherever it stands would blank
//! the screen: at least six characters, no number, path, address or usual word, no name of a
//! service, container, stack, image or network, and not the value of a variable beside it that is
//! no secret (`POSTGRES_USER=app` with the password `app…`).

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::ops::Range;

use super::{find, replace};
use crate::model::SortShared as _;

/// Fewest characters of a value that is hidden wherever it stands.
pub(super) const SHORTEST: usize = 6;
/// Most values that are remembered; the ones known longest go first.
const MOST: usize = 4_096;

/// Values known as secrets. Printed, it shows only how many there are.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct KnownSecrets {
    /// Longest first, so that none leaves the rest of a longer one behind.
    values: Vec<String>,
    /// Places in `values` by the first bytes of the value: a text is gone through once, however
    /// many are known.
    starts: HashMap<[u8; 2], Vec<usize>>,
    /// In the order they became known.
    order: Vec<String>,
    /// Names that are no secrets, in lower case.
    names: BTreeSet<String>,
}

impl KnownSecrets {
    /// Learns the secrets in the text of a configuration file; returns the values that are new.
    pub fn learn_text(&mut self, text: &str) -> Self {
        self.add(find::of_text(text))
    }

    /// Takes `names` from the values that are hidden, and keeps them from becoming such.
    pub(in crate::model) fn add_names<'a>(&mut self, names: impl Iterator<Item = &'a str>) {
        for name in names {
            if self.names.insert(name.to_lowercase()) {
                let is_name = |value: &String| value.eq_ignore_ascii_case(name);
                self.order.retain(|value| !is_name(value));
            }
        }
    }

    pub(in crate::model) fn add(&mut self, found: Vec<String>) -> Self {
        let mut new = Self::default();
        for value in found {
            if !self.names.contains(&value.to_lowercase()) && !self.order.contains(&value) {
                self.order.push(value.clone());
                new.order.push(value);
            }
        }
        self.order.drain(..self.order.len().saturating_sub(MOST));
        for known in [self, &mut new] {
            known.values.clone_from(&known.order);
            known
                .values
                .sort_shared_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
            known.index();
        }
        new
    }

    fn index(&mut self) {
        self.starts.clear();
        for (at, value) in self.values.iter().enumerate() {
            if let [first, second, ..] = value.as_bytes() {
                self.starts.entry([*first, *second]).or_default().push(at);
            }
        }
    }

    /// The longest value that stands in `text` at `at`.
    fn value_at(&self, text: &str, at: usize) -> Option<&str> {
        let start: [u8; 2] = text.as_bytes().get(at..at + 2)?.try_into().ok()?;
        let rest = &text.as_bytes()[at..];
        let candidates = self
            .starts
            .get(&start)?
            .iter()
            .filter_map(|index| self.values.get(*index));
        candidates
            .into_iter()
            .map(String::as_str)
            .find(|value| rest.starts_with(value.as_bytes()))
    }

    /// Whether no value is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// `text` as it may be shown: without the values that are known, and without what the text
    /// itself marks by a name, a flag or a URL.
    #[must_use]
    pub fn mask(&self, text: &str) -> String {
        super::mask_text(&self.hide(text))
    }

    /// `text` without the values that are known, and without the begin or end of one where the text
    /// was cut (`…`).
    #[must_use]
    pub fn hide<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut parts = Vec::new();
        let mut at = 0;
        while !self.values.is_empty() && at + 1 < text.len() {
            at = match self.value_at(text, at) {
                Some(value) => {
                    parts.push(at..at + value.len());
                    at + value.len()
                }
                None => at + 1,
            };
        }
        self.find_cut(text, &mut parts);
        if parts.is_empty() {
            Cow::Borrowed(text)
        } else {
            Cow::Owned(replace(text, parts))
        }
    }

    /// Finds values of which `…` cut off the end or the beginning.
    fn find_cut(&self, text: &str, parts: &mut Vec<Range<usize>>) {
        for (cut, sign) in text.match_indices('…') {
            let (before, after) = (&text[..cut], &text[cut + sign.len()..]);
            for value in &self.values {
                parts.extend(begun(before, value).map(|length| cut - length..cut));
                let end = cut + sign.len();
                parts.extend(ended(after, value).map(|length| end..end + length));
            }
        }
    }

    /// [`Self::hide`] for each word of a command.
    pub(super) fn hide_all(&self, words: &[String]) -> Vec<String> {
        words
            .iter()
            .map(|word| self.hide(word).into_owned())
            .collect()
    }
}

impl fmt::Debug for KnownSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KnownSecrets({})", self.values.len())
    }
}

/// Bytes at the end of `text` that are the begin of `value`, when they are enough to recognise it.
fn begun(text: &str, value: &str) -> Option<usize> {
    let lengths = (SHORTEST.min(value.len())..value.len()).rev();
    lengths
        .into_iter()
        .find(|length| value.is_char_boundary(*length) && text.ends_with(&value[..*length]))
}

/// Bytes at the begin of `text` that are the end of `value`.
fn ended(text: &str, value: &str) -> Option<usize> {
    let lengths = (SHORTEST.min(value.len())..value.len()).rev();
    let start = |length: usize| value.len() - length;
    lengths.into_iter().find(|length| {
        value.is_char_boundary(start(*length)) && text.starts_with(&value[start(*length)..])
    })
}
