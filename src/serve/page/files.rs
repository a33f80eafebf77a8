//! `GET /assets/{name}`: style sheet, scripts and icons of the page, as they are in the program.
//!
//! Their names change with what they hold (`build/page.rs`), so that a browser may keep them for ever.

use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use miniz_oxide::inflate::decompress_to_vec_with_limit;

use crate::serve::problem::{self, ProblemDetails};

/// How long a browser may keep a file.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Bytes of a gzip file before and behind what is compressed (RFC 1952, without a name).
const GZIP_FRAME: (usize, usize) = (10, 8);

/// A file of the page, compressed when the program was built.
pub(super) struct PageFile {
    /// What it is called behind `assets/`.
    pub name: &'static str,
    media: &'static str,
    /// Bytes when it is unpacked.
    size: usize,
    gzip: &'static [u8],
}

/// Every file.
pub(super) const FILES: &[PageFile] = include!(concat!(env!("OUT_DIR"), "/page_files.rs"));

impl PageFile {
    /// The bytes as a client without gzip wants them.
    fn unpacked(&self) -> Result<Vec<u8>, ProblemDetails> {
        let end = self.gzip.len().saturating_sub(GZIP_FRAME.1);
        let packed = self.gzip.get(GZIP_FRAME.0..end).unwrap_or_default();
        decompress_to_vec_with_limit(packed, self.size).map_err(|error| {
            ProblemDetails::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                format!("{} cannot be unpacked: {error}", self.name),
            )
        })
    }

    fn answer(&self, takes_gzip: bool) -> Result<Response, ProblemDetails> {
        let body = if takes_gzip {
            Bytes::from_static(self.gzip)
        } else {
            Bytes::from(self.unpacked()?)
        };
        let mut response = Response::new(Body::from(body));
        let headers = response.headers_mut();
        if takes_gzip {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.media));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(FOR_EVER));
        headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
        Ok(response)
    }
}

/// `GET /assets/{name}`.
pub async fn file(Path(name): Path<String>, headers: HeaderMap, uri: Uri) -> Response {
    match FILES.iter().find(|file| file.name == name) {
        Some(file) => file
            .answer(takes_gzip(&headers))
            .unwrap_or_else(IntoResponse::into_response),
        None => problem::unknown_path(uri).await.into_response(),
    }
}

/// Whether `Accept-Encoding` names gzip (or anything) with a weight above 0.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let all = headers.get_all(ACCEPT_ENCODING).iter();
    let texts = all.filter_map(|value| value.to_str().ok());
    let codings: Vec<&str> = texts.flat_map(|text| text.split(',')).collect();
    let weight = |coding: &str| {
        codings.iter().find_map(|each| {
            let mut parts = each.split(';').map(str::trim);
            let is_it = parts.next()?.eq_ignore_ascii_case(coding);
            let weight = parts.find_map(|part| part.strip_prefix("q="));
            is_it.then(|| weight.is_none_or(|weight| weight.parse().is_ok_and(|q: f32| q > 0.0)))
        })
    };
    weight("gzip").or_else(|| weight("*")).unwrap_or(false)
}

#[cfg(test)]
mod tests;
