//! Bytes of a file as text: a byte order mark is no part of it.

use std::io;

use serde::{Deserialize, Serialize};

/// The byte order mark of UTF-8, which editors and shells on Windows put first.
const UTF_8_MARK: &[u8] = b"\xef\xbb\xbf";

/// Why bytes are no text that hubdeck reads; worded to follow "cannot read FILE: ".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum NotText {
    /// UTF-16 or UTF-32: with its byte order mark, or every other byte of its first letters is
    /// zero.
    #[error("it is encoded as UTF-16; save it as UTF-8")]
    Utf16,
    /// Some other encoding, or no text.
    #[error("line {line} is not UTF-8; save the file as UTF-8")]
    NotUtf8 {
        /// The first line that is not, from 1.
        line: usize,
    },
}

impl From<NotText> for io::Error {
    fn from(reason: NotText) -> Self {
        Self::new(io::ErrorKind::InvalidData, reason)
    }
}

/// `bytes` without the byte order mark of UTF-8.
#[must_use]
pub fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(UTF_8_MARK).unwrap_or(bytes)
}

/// `bytes` as text, without a byte order mark.
///
/// # Errors
/// When they are UTF-16, or not UTF-8.
pub fn decode(bytes: &[u8]) -> Result<String, NotText> {
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, 1..=255, ..] | [1..=255, 0, ..] => {
            return Err(NotText::Utf16);
        }
        _ => {}
    }
    let text = without_mark(bytes);
    match std::str::from_utf8(text) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let before = text.iter().take(error.valid_up_to());
            Err(NotText::NotUtf8 {
                line: 1 + before.filter(|byte| **byte == b'\n').count(),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_left_out_and_other_encodings_are_named() {
        let little: Vec<u8> = "a = 1".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "a = 1".encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (bytes, expected) in [
            (&b"a = 1"[..], Ok("a = 1")),
            (b"\xef\xbb\xbfa = 1", Ok("a = 1")),
            (b"\xef\xbb\xbf", Ok("")),
            (b"", Ok("")),
            (b"a", Ok("a")),
            ("é\u{feff}".as_bytes(), Ok("é\u{feff}")),
            (&little, Err(NotText::Utf16)),
            (&big, Err(NotText::Utf16)),
            (b"\xff\xfea\0", Err(NotText::Utf16)),
            (b"\xfe\xff\0a", Err(NotText::Utf16)),
            (b"\xef\xbb\xbfa\n\xffb", Err(NotText::NotUtf8 { line: 2 })),
        ] {
            assert_eq!(decode(bytes), expected.map(str::to_owned), "{bytes:?}");
        }
    }
}
