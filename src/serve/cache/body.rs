//! A body as it is kept: plain, and compressed once somebody takes it so.

use std::sync::OnceLock;

use axum::body::{Body, Bytes};
use axum::http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use miniz_oxide::deflate::compress_to_vec;

use crate::serve::problem::ProblemDetails;

/// Smaller bodies are sent as they are: one packet holds them.
const LEAST_COMPRESSED: usize = 1_400;
/// Of 0 to 10: what JSON gains above costs far more time than it saves.
const LEVEL: u8 = 4;
/// Head of RFC 1952: deflate, no name, no time, unknown system.
const GZIP_HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/// A body, with its compressed form once that is made.
pub struct CachedBody {
    plain: Bytes,
    gzip: OnceLock<Option<Bytes>>,
}

/// Bytes for one client, and whether they are gzip.
pub type Coded = (Bytes, bool);

impl CachedBody {
    /// A body of which nothing is compressed yet.
    pub const fn new(plain: Bytes) -> Self {
        Self {
            plain,
            gzip: OnceLock::new(),
        }
    }

    /// The bytes for a client; compressed where it accepts that and they get smaller.
    pub fn coded(&self, accepts_gzip: bool) -> Coded {
        if accepts_gzip && self.plain.len() >= LEAST_COMPRESSED {
            let made = self.gzip.get_or_init(|| {
                let packed = gzip(&self.plain);
                (packed.len() < self.plain.len()).then(|| Bytes::from(packed))
            });
            if let Some(packed) = made {
                return (packed.clone(), true);
            }
        }
        (self.plain.clone(), false)
    }
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut packed = GZIP_HEAD.to_vec();
    packed.extend(compress_to_vec(plain, LEVEL));
    packed.extend(crc32fast::hash(plain).to_le_bytes());
    // The length modulo 2^32, as RFC 1952 has it.
    #[allow(clippy::cast_possible_truncation)]
    packed.extend((plain.len() as u32).to_le_bytes());
    packed
}

/// Whether `Accept-Encoding` takes gzip; without the header bodies are sent plain.
pub fn accepts_gzip(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT_ENCODING).into_iter();
    let mut any = None;
    for coding in values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
    {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight.trim().strip_prefix("q=").map(str::parse::<f32>);
        let takes = weight.is_none_or(|weight| weight.is_ok_and(|weight| weight > 0.0));
        match name.trim() {
            name if name.eq_ignore_ascii_case("gzip") => return takes,
            "*" => any = Some(takes),
            _ => {}
        }
    }
    any.unwrap_or(false)
}

/// Whether the client has the body with `etag` already.
fn is_known(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let Ok(ours) = etag.to_str().map(bare) else {
        return false;
    };
    headers
        .get_all(IF_NONE_MATCH)
        .into_iter()
        .filter_map(|list| list.to_str().ok())
        .flat_map(|list| list.split(','))
        .any(|tag| tag.trim() == "*" || bare(tag) == ours)
}

/// Answers with a body, or 304 when the client has the one with `etag`. The tag is weak: plain and
/// compressed bytes share it.
pub fn answer(
    headers: &HeaderMap,
    etag: &HeaderValue,
    media: &'static str,
    body: impl FnOnce(bool) -> Result<Coded, String>,
) -> Response {
    let mut response = if is_known(headers, etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        match body(accepts_gzip(headers)) {
            Ok((bytes, is_gzip)) => with_media(bytes, is_gzip, media),
            Err(error) => {
                return ProblemDetails::new(StatusCode::INTERNAL_SERVER_ERROR, error)
                    .into_response();
            }
        }
    };
    let headers = response.headers_mut();
    headers.insert(ETAG, etag.clone());
    headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    response
}

fn with_media(bytes: Bytes, is_gzip: bool, media: &'static str) -> Response {
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
    if is_gzip {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_sent_to_those_who_take_it() {
        for (value, takes) in [
            (None, false),
            (Some("gzip"), true),
            (Some("deflate, GZIP;q=0.5"), true),
            (Some("gzip;q=0"), false),
            (Some("*"), true),
            (Some("*;q=0"), false),
            (Some("*, gzip;q=0"), false),
            (Some("gzip; q=1.0, *;q=0"), true),
            (Some("br, identity"), false),
            (Some("gzip;q=much"), false),
            (Some(""), false),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(value) = value {
                headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(value));
            }
            assert_eq!(accepts_gzip(&headers), takes, "{value:?}");
        }
    }

    #[test]
    fn a_compressed_body_is_made_once_and_unpacks_to_the_same() {
        let plain = Bytes::from("{\"name\":\"backend\"},".repeat(500));
        let body = CachedBody::new(plain.clone());
        assert_eq!(body.coded(false), (plain.clone(), false));
        let (packed, is_gzip) = body.coded(true);
        assert!(is_gzip && packed.len() < plain.len() / 10);
        let inner = &packed[GZIP_HEAD.len()..packed.len() - 8];
        let unpacked = miniz_oxide::inflate::decompress_to_vec(inner).unwrap();
        assert_eq!(unpacked, plain);
        assert_eq!(
            body.coded(true).0.as_ptr(),
            packed.as_ptr(),
            "not made again"
        );
    }

    #[test]
    fn small_bodies_and_those_that_would_grow_are_sent_plain() {
        let small = CachedBody::new(Bytes::from_static(b"{}"));
        assert!(!small.coded(true).1);
        let noise: Vec<u8> = (0..4_000).map(|_| fastrand::u8(..)).collect();
        assert!(!CachedBody::new(Bytes::from(noise)).coded(true).1);
    }
}
