//! Docker contexts: named endpoints in the Docker configuration directory.

use std::io;
use std::path::Path;

use ring::digest::{SHA256, digest};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::endpoint::{Endpoint, TlsOptions};
use super::tls::TlsFiles;
use crate::model::encoding::decode;

/// The context that means "the default socket".
pub(super) const DEFAULT: &str = "default";

#[derive(Default, Deserialize)]
#[serde(default)]
struct ConfigFile {
    #[serde(rename = "currentContext")]
    current_context: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Meta {
    endpoints: Option<Endpoints>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Endpoints {
    docker: Option<DockerEndpoint>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct DockerEndpoint {
    host: Option<String>,
    #[serde(rename = "SkipTLSVerify")]
    skip_tls_verify: Option<bool>,
}

/// The context `config.json` under `dir` names; `None` when it names none or there is no file.
pub(super) fn current(dir: &Path) -> Result<Option<String>, String> {
    let file: Option<ConfigFile> = read(&dir.join("config.json"))?;
    Ok(file
        .and_then(|file| file.current_context)
        .filter(|name| !name.is_empty()))
}

/// The endpoint of context `name`: its files lie in directories that are called by the SHA-256 of
/// its name.
pub(super) fn endpoint(
    dir: &Path,
    name: &str,
    runtime_dir: Option<&Path>,
) -> Result<Endpoint, String> {
    let id = id(name);
    let meta = meta(dir, &id, name)?;
    let docker = meta
        .endpoints
        .and_then(|endpoints| endpoints.docker)
        .unwrap_or_default();
    let host = docker
        .host
        .filter(|host| !host.is_empty())
        .ok_or_else(|| format!("context {name} has no Docker endpoint"))?;
    let skips = docker.skip_tls_verify.unwrap_or(false);
    let files = TlsFiles::in_directory(&dir.join("contexts/tls").join(id).join("docker"), !skips);
    Endpoint::parse(
        &host,
        &TlsOptions {
            wanted: skips || !files.is_empty(),
            files,
        },
        runtime_dir,
    )
}

/// What the directories of context `name` are called.
fn id(name: &str) -> String {
    digest(&SHA256, name.as_bytes())
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The JSON file at `path`; `None` when there is none.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, String> {
    let failed = |cause: String| format!("cannot read {}: {cause}", path.display());
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        // Neither where a part of the path is a file.
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            return Ok(None);
        }
        Err(error) => return Err(failed(super::refused::system_words(&error))),
    };
    let text = decoded(&bytes).ok_or_else(|| failed("it is not text".into()))?;
    serde_json::from_str(&text)
        .map(Some)
        .map_err(|error| failed(error.to_string()))
}

/// `bytes` as text, without the byte order mark that editors and shells on Windows put first.
fn decoded(bytes: &[u8]) -> Option<String> {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes
            .chunks_exact(2)
            .filter_map(|pair| Some(unit(pair.try_into().ok()?)))
            .collect();
        String::from_utf16(&units).ok()
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => decode(bytes).ok(),
    }
}

fn meta(dir: &Path, id: &str, name: &str) -> Result<Meta, String> {
    read(&dir.join("contexts/meta").join(id).join("meta.json"))?.ok_or_else(|| {
        format!(
            "there is no context {name} in {}; see `docker context ls`",
            dir.display()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_context_lies_where_docker_puts_it() {
        assert_eq!(
            id("nowhere"),
            "20aeff0494e828d188c704e1f488a589b15ae01d11f6cb129f62129caa6cc543"
        );
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_a_file() {
        let dir = tempfile::tempdir().expect("a directory");
        let text = r#"{"currentContext":"prod"}"#;
        let utf8 = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        let little: Vec<u8> = "\u{feff}"
            .encode_utf16()
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        let big: Vec<u8> = "\u{feff}"
            .encode_utf16()
            .chain(text.encode_utf16())
            .flat_map(u16::to_be_bytes)
            .collect();
        for bytes in [text.as_bytes().to_vec(), utf8, little, big] {
            std::fs::write(dir.path().join("config.json"), bytes).expect("a file");
            assert_eq!(current(dir.path()), Ok(Some("prod".to_owned())));
        }
        std::fs::write(
            dir.path().join("config.json"),
            b"{\"currentContext\":\"\xff\"}",
        )
        .expect("a file");
        assert!(
            current(dir.path())
                .expect_err("no text")
                .ends_with("config.json: it is not text")
        );
        assert_eq!(current(Path::new("/nonexistent")), Ok(None));
    }
}
