//! Files in simulated containers, and the tar archives the engine gives of them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read as _};

use serde::{Deserialize, Serialize};
use tar::{Builder, EntryType, Header};

/// Bits of a file's mode as the engine's JSON has them.
const FOLDER_MODE: u64 = 1 << 31 | 0o755;
const LINK_MODE: u64 = 1 << 27 | 0o777;
const FILE_MODE: u64 = 0o644;

/// A file of a container.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(untagged)]
pub(super) enum FileSpec {
    /// Its text.
    Text(String),
    /// A symbolic link to a path.
    Link {
        /// Where it leads.
        link: String,
    },
    /// A binary file of so many zero bytes.
    Zeros {
        /// Its size in bytes.
        zeros: u64,
    },
}

/// What the engine reports of a path, and its archive.
pub(super) struct Archive {
    pub(super) name: String,
    pub(super) size: u64,
    pub(super) mode: u64,
    /// Empty for what is no link.
    pub(super) link: String,
    pub(super) tar: Vec<u8>,
}

/// The archive of `path` at `modified` (seconds since 1970); `None` when there is no such path.
///
/// Like the engine's, it follows no link at the end of the path, and its entries begin with the
/// last part of the path.
///
/// # Errors
/// When a path or link does not fit into an archive.
pub(super) fn archive(
    files: &BTreeMap<String, FileSpec>,
    path: &str,
    modified: u64,
) -> Option<io::Result<Archive>> {
    let path = format!("/{}", path.trim_end_matches("/.").trim_matches('/'));
    let name = path.rsplit('/').next().unwrap_or_default().to_owned();
    let below = format!("{}/", path.trim_end_matches('/'));
    let found: Vec<(&str, &FileSpec)> = files
        .iter()
        .filter(|(each, _)| **each == path || each.starts_with(&below))
        .filter_map(|(each, file)| Some((each.strip_prefix(&path)?, file)))
        .collect();
    let (first, file) = *found.first()?;
    let (size, mode, link) = if first.is_empty() {
        facts(file)
    } else {
        (4096, FOLDER_MODE, "")
    };
    let link = link.to_owned();
    Some(pack(&name, &found, modified).map(|tar| Archive {
        name,
        size,
        mode,
        link,
        tar,
    }))
}

/// Size and mode of `file`, and where it leads to if it is a link.
fn facts(file: &FileSpec) -> (u64, u64, &str) {
    match file {
        FileSpec::Text(text) => (text.len() as u64, FILE_MODE, ""),
        FileSpec::Link { link } => (link.len() as u64, LINK_MODE, link),
        FileSpec::Zeros { zeros } => (*zeros, FILE_MODE, ""),
    }
}

/// Writes `found`, paths relative to the folder or file `name`, with the folders on the way.
fn pack(name: &str, found: &[(&str, &FileSpec)], modified: u64) -> io::Result<Vec<u8>> {
    let mut builder = Builder::new(Vec::new());
    let mut folders = BTreeSet::new();
    for (path, file) in found {
        for (at, _) in path.match_indices('/') {
            let folder = format!("{name}{}/", path.get(..at).unwrap_or_default());
            if folder != "/" && folders.insert(folder.clone()) {
                let mut header = header(EntryType::Directory, 0, modified);
                builder.append_data(&mut header, folder, io::empty())?;
            }
        }
        let entry = format!("{name}{path}");
        let entry = entry.trim_start_matches('/');
        match file {
            FileSpec::Text(text) => {
                let mut header = header(EntryType::Regular, text.len() as u64, modified);
                builder.append_data(&mut header, entry, text.as_bytes())?;
            }
            FileSpec::Link { link } => {
                builder.append_link(&mut header(EntryType::Symlink, 0, modified), entry, link)?;
            }
            FileSpec::Zeros { zeros } => {
                let mut header = header(EntryType::Regular, *zeros, modified);
                builder.append_data(&mut header, entry, io::repeat(0).take(*zeros))?;
            }
        }
    }
    builder.into_inner()
}

fn header(kind: EntryType, size: u64, modified: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(match kind {
        EntryType::Directory => 0o755,
        EntryType::Symlink => 0o777,
        _ => 0o644,
    });
    header.set_size(size);
    header.set_mtime(modified);
    header
}
