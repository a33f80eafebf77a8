//! Configuration files out of a container: `GET /containers/{id}/archive`, a tar stream, read
//! within bounds.
//!
//! The engine follows links in the directories of the path but not a link at its end, and gives
//! links inside a directory as links: both are followed here, as far as what was read goes.

use std::collections::BTreeMap;
use std::io::Read as _;

use bollard::errors::Error as ClientError;
use futures_util::StreamExt;
use tar::EntryType;

use super::transport::{HttpMethod, READ_TIMEOUT, encoded};
use super::{Engine, EngineError, target};
use crate::model::encoding::without_mark;
use crate::model::{ConfigurationFile, InstanceId};

const OPERATION: &str = "read files of";
/// Bytes read of one archive; the rest of it is not asked for.
const ARCHIVE_LIMIT: usize = 2 << 20;
/// Files kept of one container.
const FILES_LIMIT: usize = 64;
/// Bytes of text kept of one container.
const TEXT_LIMIT: usize = 2 << 20;
/// Bytes kept of one file, to the end of a line.
const FILE_LIMIT: usize = 256 << 10;
/// Directories below the path asked for, the file's own name included.
const DEPTH_LIMIT: usize = 4;
/// Links followed one after the other.
const LINKS_LIMIT: usize = 4;

/// Files that proxies bring along and that never name another service, and what may hold keys.
const SKIPPED_NAMES: &[&str] = &[
    "mime.types",
    "fastcgi.conf",
    "koi-utf",
    "koi-win",
    "win-utf",
];
const SKIPPED_ENDINGS: &[&str] = &[
    "_params",
    ".pem",
    ".key",
    ".crt",
    ".cer",
    ".csr",
    ".der",
    ".p12",
    ".pfx",
    ".jks",
    ".htpasswd",
    ".bak",
];
const SKIPPED_WORDS: &[&str] = &[
    "secret",
    "password",
    "passwd",
    "credential",
    "token",
    "private",
];
const SKIPPED_FOLDERS: &[&str] = &["modules", "modules-enabled", "certs", "ssl"];

/// Configuration.
impl Engine {
    /// The text files of a container at `paths`: a file, or a directory with what is below it.
    ///
    /// Works for stopped containers too. A path that does not exist gives no file, binary files and
    /// keys are left out. Bounded: at most 64 files, 256 KiB of each (to the end of a line), 2 MiB
    /// of each archive and of all texts together, directories four deep.
    ///
    /// # Errors
    /// When the engine does not answer, refuses, or cannot look into the container.
    pub async fn read_files(
        &self,
        id: &InstanceId,
        paths: &[String],
    ) -> Result<Vec<ConfigurationFile>, EngineError> {
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        let mut bytes = 0;
        for path in paths {
            for (path, text) in self.read_path(id, path).await? {
                if files.len() >= FILES_LIMIT || bytes + text.len() > TEXT_LIMIT {
                    break;
                }
                bytes += text.len();
                files.insert(path, text);
            }
        }
        Ok(files
            .into_iter()
            .map(|(path, text)| ConfigurationFile { path, text })
            .collect())
    }

    /// Files at one path under the names that were asked for, whatever links lead to them.
    async fn read_path(
        &self,
        id: &InstanceId,
        path: &str,
    ) -> Result<BTreeMap<String, String>, EngineError> {
        let asked = normal("/", path);
        let mut real = asked.clone();
        for _ in 0..=LINKS_LIMIT {
            let Some(archive) = self.archive(id, &real).await? else {
                break;
            };
            match unpack(&real, &archive) {
                Unpacked::Link(target) => real = target,
                Unpacked::Files(files) => {
                    let renamed = |(path, text): (String, String)| {
                        let below = path.strip_prefix(&real).unwrap_or_default();
                        (format!("{asked}{below}"), text)
                    };
                    return Ok(files.into_iter().map(renamed).collect());
                }
            }
        }
        Ok(BTreeMap::new())
    }

    /// The beginning of the archive of `path`; `None` when there is no such path.
    /// The first [`ARCHIVE_LIMIT`] bytes of the answer to `url`.
    async fn begin_of(&self, url: &str) -> Result<Vec<u8>, ClientError> {
        let mut body = Vec::new();
        let mut stream = self.transport.open(HttpMethod::Get, url, READ_TIMEOUT);
        while let Some(chunk) = stream.next().await {
            let chunk = chunk?;
            let room = ARCHIVE_LIMIT - body.len();
            body.extend(chunk.as_ref().iter().take(room));
            if body.len() >= ARCHIVE_LIMIT {
                break;
            }
        }
        Ok(body)
    }

    async fn archive(&self, id: &InstanceId, path: &str) -> Result<Option<Vec<u8>>, EngineError> {
        let url = format!(
            "/containers/{}/archive?path={}",
            encoded(id.as_str()),
            encoded(path)
        );
        let target = target(id);
        let _turn = self.transport.turn().await;
        match tokio::time::timeout(READ_TIMEOUT, self.begin_of(&url)).await {
            Ok(Ok(body)) => Ok(Some(body)),
            Ok(Err(error)) if is_missing(&error) => Ok(None),
            Ok(Err(error)) => Err(EngineError::from_client(OPERATION, &target, &error)),
            Err(_elapsed) => Err(EngineError::timed_out(OPERATION, &target)),
        }
    }
}

/// Whether the path or its container is not there, as opposed to the endpoint.
fn is_missing(error: &ClientError) -> bool {
    match error {
        ClientError::DockerResponseServerError {
            status_code: 404,
            message,
        } => {
            let message = message.to_ascii_lowercase();
            ["could not find", "no such", "not found in container"]
                .iter()
                .any(|word| message.contains(word))
        }
        _ => false,
    }
}

/// What an archive holds.
#[derive(Debug, PartialEq, Eq)]
enum Unpacked {
    /// Nothing but a link at the path itself; where it leads to.
    Link(String),
    /// Absolute path → text.
    Files(BTreeMap<String, String>),
}

/// Reads the archive of `asked` (absolute, normal) as far as it goes.
fn unpack(asked: &str, archive: &[u8]) -> Unpacked {
    let parent = asked.rsplit_once('/').map_or("", |(parent, _)| parent);
    let mut found = Found::default();
    let mut archive = tar::Archive::new(archive);
    // An archive that was cut, or is none, ends here like any other.
    for mut entry in archive
        .entries()
        .into_iter()
        .flatten()
        .map_while(Result::ok)
    {
        let path = normal(
            parent,
            &format!("./{}", String::from_utf8_lossy(&entry.path_bytes())),
        );
        let kind = entry.header().entry_type();
        let Some(below) = path.strip_prefix(asked) else {
            continue;
        };
        let depth = below.matches('/').count();
        if depth > DEPTH_LIMIT {
            continue;
        }
        if matches!(kind, EntryType::Symlink | EntryType::Link) {
            let name = entry.link_name_bytes().unwrap_or_default();
            let name = String::from_utf8_lossy(&name);
            // A hard link names an entry of the archive, a symbolic one a path beside the link.
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let target = match kind {
                EntryType::Link => normal(parent, &format!("./{name}")),
                _ => normal(folder, &name),
            };
            if depth == 0 {
                return Unpacked::Link(target);
            }
            found.links.insert(path, target);
        } else if kind.is_file() && !is_skipped(below) && found.texts.len() < 4 * FILES_LIMIT {
            let wanted = entry.size().min(FILE_LIMIT as u64 + 1);
            let mut bytes = Vec::new();
            // Where the archive was cut, reading ends early without an error.
            let read = entry.by_ref().take(wanted).read_to_end(&mut bytes).is_ok();
            if let Some(text) =
                text(bytes.as_slice()).filter(|_| read && bytes.len() as u64 == wanted)
            {
                found.texts.insert(path, text);
            }
        }
    }
    Unpacked::Files(found.resolved(asked))
}

/// What was read of a directory, links not yet followed.
#[derive(Default)]
struct Found {
    texts: BTreeMap<String, String>,
    links: BTreeMap<String, String>,
}

impl Found {
    /// Texts under every path that leads to them. What lies ready in `sites-available` is in force
    /// only where a link leads to it, so only the link counts.
    fn resolved(self, asked: &str) -> BTreeMap<String, String> {
        let linked = self
            .links
            .keys()
            .filter(|link| !is_skipped(link))
            .flat_map(|link| self.through(link));
        let mut files: BTreeMap<String, String> = linked.take(FILES_LIMIT).collect();
        let rest = self.texts.into_iter().filter(|(path, _)| {
            !path
                .strip_prefix(asked)
                .unwrap_or_default()
                .contains("-available/")
        });
        for (path, text) in rest {
            if files.len() >= FILES_LIMIT {
                break;
            }
            files.insert(path, text);
        }
        files
    }

    /// The file `link` leads to under the link's name, or those of the directory it leads to.
    fn through(&self, link: &str) -> Vec<(String, String)> {
        let mut target = link;
        for _ in 0..LINKS_LIMIT {
            let Some(next) = self.links.get(target) else {
                break;
            };
            target = next;
        }
        if let Some(text) = self.texts.get(target) {
            return vec![(link.to_owned(), text.clone())];
        }
        let folder = format!("{target}/");
        let below = self
            .texts
            .range(folder.clone()..)
            .take_while(|(path, _)| path.starts_with(&folder));
        below
            .filter_map(|(path, text)| {
                Some((
                    format!("{link}/{}", path.strip_prefix(&folder)?),
                    text.clone(),
                ))
            })
            .collect()
    }
}

/// Whether a path below the one asked for is known to hold nothing of use, or to hold keys.
fn is_skipped(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let mut parts = path.rsplit('/');
    let name = parts.next().unwrap_or_default();
    SKIPPED_NAMES.contains(&name)
        || SKIPPED_WORDS.iter().any(|word| path.contains(word))
        || SKIPPED_ENDINGS.iter().any(|ending| name.ends_with(ending))
        || parts.any(|folder| SKIPPED_FOLDERS.contains(&folder))
}

/// `bytes` as text of at most [`FILE_LIMIT`] bytes, cut at the end of a line; `None` for a binary
/// file.
fn text(bytes: &[u8]) -> Option<String> {
    if bytes.contains(&0) {
        return None;
    }
    let bytes = without_mark(bytes);
    let kept = match bytes.get(..FILE_LIMIT) {
        Some(kept) if bytes.len() > FILE_LIMIT => {
            let end = kept
                .iter()
                .rposition(|byte| *byte == b'\n')
                .map_or(0, |at| at + 1);
            kept.get(..end).unwrap_or_default()
        }
        _ => bytes,
    };
    // Comments in an old encoding must not hide the directives.
    Some(String::from_utf8_lossy(kept).into_owned())
}

/// `path` seen from `folder` as an absolute path without `.`, `..` and doubled slashes.
fn normal(folder: &str, path: &str) -> String {
    let base = if path.starts_with('/') { "" } else { folder };
    let mut parts: Vec<&str> = Vec::new();
    for part in base.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests;
