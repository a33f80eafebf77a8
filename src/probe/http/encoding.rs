//! Bodies that come compressed although nobody asked for that: some servers and middleware always
//! do.

use miniz_oxide::inflate::{
    DecompressError, TINFLStatus, decompress_to_vec_with_limit, decompress_to_vec_zlib_with_limit,
};
use reqwest::header::{CONTENT_ENCODING, HeaderMap};

use crate::probe::field_reader::FieldReader;

/// How a body is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Gzip,
    /// zlib as the standard has it, or bare deflate as some servers take it.
    Deflate,
    /// One that hubdeck does not know, or several at once.
    Unknown,
}

/// How the unpacking ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unpacked {
    Whole,
    /// At the limit.
    Cut,
    Broken,
}

/// How the body behind `headers` is compressed; `None` when it is not.
pub(super) fn of(headers: &HeaderMap) -> Option<Coding> {
    let mut all = headers.get_all(CONTENT_ENCODING).iter();
    let first = all.next()?;
    let name = first
        .to_str()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match name.as_str() {
        _ if all.next().is_some() => Some(Coding::Unknown),
        "" | "identity" => None,
        "gzip" | "x-gzip" => Some(Coding::Gzip),
        "deflate" => Some(Coding::Deflate),
        _ => Some(Coding::Unknown),
    }
}

impl Coding {
    /// The first `limit` bytes of what `bytes` stand for; a small body may stand for a very large
    /// one.
    pub fn unpack(self, bytes: &[u8], limit: usize) -> (Vec<u8>, Unpacked) {
        let unpacked = match self {
            Self::Gzip => match behind_gzip_head(bytes) {
                Some(bytes) => decompress_to_vec_with_limit(bytes, limit),
                None => return (Vec::new(), Unpacked::Broken),
            },
            Self::Deflate => decompress_to_vec_zlib_with_limit(bytes, limit)
                .or_else(|zlib| decompress_to_vec_with_limit(bytes, limit).map_err(|_| zlib)),
            Self::Unknown => return (Vec::new(), Unpacked::Broken),
        };
        match unpacked {
            Ok(plain) => (plain, Unpacked::Whole),
            Err(DecompressError {
                status: TINFLStatus::HasMoreOutput,
                output,
            }) => (output, Unpacked::Cut),
            Err(DecompressError { output, .. }) => (output, Unpacked::Broken),
        }
    }
}

/// What follows the head of a gzip file (RFC 1952); its check sum at the end is passed over.
fn behind_gzip_head(bytes: &[u8]) -> Option<&[u8]> {
    const CHECK: u8 = 2;
    const EXTRA: u8 = 4;
    const NAME: u8 = 8;
    const COMMENT: u8 = 16;
    let mut fields = FieldReader::of(bytes);
    (fields.take(3)? == b"\x1f\x8b\x08").then_some(())?;
    let flags = fields.byte()?;
    fields.take(6)?;
    if flags & EXTRA != 0 {
        let length = fields.le_u16()?;
        fields.take(usize::from(length))?;
    }
    for flag in [NAME, COMMENT] {
        if flags & flag != 0 {
            fields.until_nul()?;
        }
    }
    if flags & CHECK != 0 {
        fields.take(2)?;
    }
    Some(fields.rest())
}

#[cfg(test)]
mod tests {
    use miniz_oxide::deflate::{compress_to_vec, compress_to_vec_zlib};
    use reqwest::header::HeaderValue;

    use super::*;

    const TEXT: &[u8] = b"{\"status\":\"ok\"}";

    fn gzip(flags: u8, head: &[u8], text: &[u8]) -> Vec<u8> {
        let start = [0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3];
        [&start[..], head, &compress_to_vec(text, 6), &[0; 8]].concat()
    }

    #[test]
    fn known_codings_are_unpacked() {
        for (coding, bytes) in [
            (Coding::Gzip, gzip(0, b"", TEXT)),
            (
                Coding::Gzip,
                gzip(2 | 4 | 8 | 16, b"\x03\0abcname\0comment\0\x12\x34", TEXT),
            ),
            (Coding::Deflate, compress_to_vec_zlib(TEXT, 6)),
            (Coding::Deflate, compress_to_vec(TEXT, 6)),
        ] {
            assert_eq!(
                coding.unpack(&bytes, 1_000),
                (TEXT.to_vec(), Unpacked::Whole),
                "{coding:?}"
            );
        }
    }

    #[test]
    fn a_small_body_that_stands_for_a_huge_one_is_cut() {
        let huge = gzip(0, b"", &vec![b' '; 64 << 20]);
        assert!(huge.len() < 128 * 1024);
        let (plain, unpacked) = Coding::Gzip.unpack(&huge, 1_000);
        assert_eq!((plain.len(), unpacked), (1_000, Unpacked::Cut));
    }

    #[test]
    fn what_is_broken_says_so() {
        let whole = gzip(0, b"", TEXT);
        for (coding, bytes) in [
            (Coding::Gzip, &b""[..]),
            (Coding::Gzip, b"\x1f\x8b\x08"),
            (Coding::Gzip, b"plain text"),
            (Coding::Gzip, &whole[..20]),
            (
                Coding::Gzip,
                &[0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 3, 255, 255],
            ),
            (Coding::Deflate, b"plain text"),
            (Coding::Unknown, b"plain text"),
        ] {
            assert_eq!(
                coding.unpack(bytes, 1_000).1,
                Unpacked::Broken,
                "{coding:?} {bytes:?}"
            );
        }
    }

    #[test]
    fn headers_tell_the_coding() {
        for (values, coding) in [
            (&[][..], None),
            (&["identity"], None),
            (&["gzip"], Some(Coding::Gzip)),
            (&["X-GZIP"], Some(Coding::Gzip)),
            (&["deflate"], Some(Coding::Deflate)),
            (&["br"], Some(Coding::Unknown)),
            (&["gzip, br"], Some(Coding::Unknown)),
            (&["gzip", "br"], Some(Coding::Unknown)),
        ] {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(CONTENT_ENCODING, HeaderValue::from_static(value));
            }
            assert_eq!(of(&headers), coding, "{values:?}");
        }
    }
}
