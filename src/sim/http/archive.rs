//! `GET /containers/{id}/archive`: files out of a container, as `docker cp` asks for them.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use super::super::clock::{SECOND, stamp};
use super::super::control::Control;
use super::super::files::{Archive, archive};
use super::{Params, reply};

pub(super) fn of_container(control: &Control, key: &str, params: &Params) -> Response {
    let Some(path) = params.get("path") else {
        return reply::message(400, "bad parameter: path cannot be empty");
    };
    let found = control.look(|world, _| {
        let index = world.index(key)?;
        let created = world.get(index).map_or(0, |container| container.created);
        let files = world.get(index).map(|container| &container.spec.files);
        let modified = u64::try_from(created / SECOND).unwrap_or(0);
        Ok((
            files.and_then(|files| archive(files, path, modified)),
            stamp(created),
        ))
    });
    match found {
        Ok((Some(Ok(archive)), modified)) => {
            let stat = stat(&archive, &modified);
            answer(archive, &stat)
        }
        Ok((Some(Err(error)), _)) => {
            reply::message(500, &format!("cannot archive {path}: {error}"))
        }
        Ok((None, _)) => reply::message(
            404,
            &format!("Could not find the file {path} in container {key}"),
        ),
        Err(refusal) => reply::refused(&refusal),
    }
}

fn answer(archive: Archive, stat: &str) -> Response {
    let mut response = (
        StatusCode::OK,
        [(header::CONTENT_TYPE, "application/x-tar")],
        archive.tar,
    )
        .into_response();
    if let Ok(value) = HeaderValue::from_str(&base64(stat.as_bytes())) {
        response
            .headers_mut()
            .insert("x-docker-container-path-stat", value);
    }
    response
}

/// Standard base64 with padding, as the header has it.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            let index = (bits >> (18 - 6 * digit) & 63) as usize;
            out.push(if digit <= chunk.len() {
                char::from(DIGITS[index])
            } else {
                '='
            });
        }
    }
    out
}

/// The header `X-Docker-Container-Path-Stat`, before its encoding.
fn stat(archive: &Archive, modified: &str) -> String {
    json!({
        "name": archive.name,
        "size": archive.size,
        "mode": archive.mode,
        "mtime": modified,
        "linkTarget": archive.link,
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn base64_pads_as_the_standard_says() {
        for (text, expected) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("?>~", "Pz5+"),
        ] {
            assert_eq!(base64(text.as_bytes()), expected);
        }
    }
}
