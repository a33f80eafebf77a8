//! A compact binary form of plain data, which hubdeck sends to consoles that are attached to it.
//!
//! Structures are sequences of their fields, without names, so that reading and writing them takes
//! a sixth of the code that JSON takes; everything else describes itself, as tagged enums need.
//! Both sides have to agree on the structures: see [`super::AttachHello::PROTOCOL`].
//!
//! A value is a mark and what belongs to it: `0` nothing, `1` false, `2` true, `3` a number, `4` a
//! negative number `-1 - n`, `5` and `6` floats of 4 and 8 bytes, `7` a text with its length, `8` a
//! sequence and `9` a map up to the mark `11`; `10` stands for a field that was left out. Numbers and
//! lengths are in groups of seven bits, the lowest first; bytes of floats too.

mod read;
#[cfg(test)]
mod tests;
mod write;

use std::fmt;

use serde::Serialize;
use serde::de::{self, DeserializeOwned};
use serde::ser;

use super::secrets::KnownSecrets;

const NOTHING: u8 = 0;
const FALSE: u8 = 1;
const TRUE: u8 = 2;
const NUMBER: u8 = 3;
const NEGATIVE: u8 = 4;
const FLOAT: u8 = 5;
const DOUBLE: u8 = 6;
const TEXT: u8 = 7;
const SEQUENCE: u8 = 8;
const MAP: u8 = 9;
const LEFT_OUT: u8 = 10;
const END: u8 = 11;

/// Data that cannot be read or written in this form; why. It holds no text, and drops the words of
/// `serde`: the code that makes them would be a third of all that is needed to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BrokenForm {
    /// Bytes are missing.
    #[error("it is cut off")]
    CutOff,
    /// Bytes are left over.
    #[error("something follows the value")]
    TooLong,
    /// A value of another kind stands there.
    #[error("the mark {0} stands where another one has to")]
    Unexpected(u8),
    /// A number is too large.
    #[error("a number has more than 64 bits")]
    TooLarge,
    /// A text is not UTF-8.
    #[error("a text is not UTF-8")]
    NotText,
    /// Sequences and maps stand too deep in each other.
    #[error("it is nested too deeply")]
    TooDeep,
    /// There is no such field, variant or value, or no form of it.
    #[error("it does not fit what is expected")]
    Mismatch,
}

impl de::Error for BrokenForm {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::Mismatch
    }
}

impl ser::Error for BrokenForm {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::Mismatch
    }
}

/// `value` in the compact form.
///
/// # Errors
/// When it holds bytes or numbers of 128 bits.
pub fn to_bytes<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, BrokenForm> {
    let mut writer = write::FormWriter::default();
    value.serialize(&mut writer)?;
    Ok(writer.out)
}

/// The same without any text in which one of `known` stands, or what a name, a flag or a URL marks as
/// a secret.
///
/// # Errors
/// When it holds bytes or numbers of 128 bits.
pub fn to_masked_bytes<T: Serialize + ?Sized>(
    value: &T,
    known: &KnownSecrets,
) -> Result<Vec<u8>, BrokenForm> {
    let mut writer = write::FormWriter {
        hidden: Some(known),
        ..write::FormWriter::default()
    };
    value.serialize(&mut writer)?;
    Ok(writer.out)
}

/// The value that `bytes` hold.
///
/// # Errors
/// When they hold another one, or more than one.
pub fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, BrokenForm> {
    let mut reader = read::FormReader::new(bytes);
    let value = T::deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}
