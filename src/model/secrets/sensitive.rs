//! Data that may hold secrets, in the clear for those that work with it and masked for everybody
//! who prints it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

use super::{KnownSecrets, mask_value, mask_words};

/// Data of which the secrets can be masked.
pub trait Maskable: Sized {
    /// The same with [`super::MASK`] for every secret that it marks itself, and for those of
    /// `known`.
    #[must_use]
    fn masked(&self, known: &KnownSecrets) -> Self;
}

/// The words of a command.
impl Maskable for Vec<String> {
    fn masked(&self, known: &KnownSecrets) -> Self {
        mask_words(&known.hide_all(self))
    }
}

/// Variables with their values.
impl Maskable for Vec<(String, String)> {
    fn masked(&self, known: &KnownSecrets) -> Self {
        self.iter()
            .map(|(name, value)| (name.clone(), mask_value(name, &known.hide(value))))
            .collect()
    }
}

/// Labels.
impl Maskable for BTreeMap<String, String> {
    fn masked(&self, known: &KnownSecrets) -> Self {
        self.iter()
            .map(|(name, value)| (name.clone(), mask_value(name, &known.hide(value))))
            .collect()
    }
}

/// Data with secrets: what derives probes and edges reads it with [`Sensitive::reveal`]; `Debug`
/// and `Serialize` write it masked, and faces show [`Sensitive::masked`].
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Sensitive<T>(T);

impl<T> Sensitive<T> {
    /// The data in the clear.
    #[must_use]
    pub const fn reveal(&self) -> &T {
        &self.0
    }

    /// The data in the clear, to be changed.
    pub const fn reveal_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: Maskable> Sensitive<T> {
    /// The data as it may be shown, also without the values that are known as secrets elsewhere.
    #[must_use]
    pub fn masked(&self, known: &KnownSecrets) -> T {
        self.0.masked(known)
    }
}

impl<T> From<T> for Sensitive<T> {
    fn from(data: T) -> Self {
        Self(data)
    }
}

impl<A, T: FromIterator<A>> FromIterator<A> for Sensitive<T> {
    fn from_iter<I: IntoIterator<Item = A>>(items: I) -> Self {
        Self(items.into_iter().collect())
    }
}

impl<const N: usize> From<[(String, String); N]> for Sensitive<BTreeMap<String, String>> {
    fn from(pairs: [(String, String); N]) -> Self {
        Self(pairs.into())
    }
}

impl<T: Maskable + fmt::Debug> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.masked(&KnownSecrets::default()).fmt(f)
    }
}

impl<T: Maskable + Serialize> Serialize for Sensitive<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0
            .masked(&KnownSecrets::default())
            .serialize(serializer)
    }
}
