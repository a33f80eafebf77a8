//! The file of the hubdeck log: appended to, renamed where it becomes too large, opened again where
//! another program renamed it.
#![allow(
    clippy::disallowed_types,
    reason = "threads write one after the other, and none while the file is replaced"
)]

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// When the file is renamed, and how many renamed ones are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rotation {
    /// Bytes that the file may have.
    pub max_bytes: u64,
    /// Renamed files that are kept; 0 never renames.
    pub max_files: u32,
}

/// A log file that is written to.
#[derive(Debug)]
pub(super) struct LogFile {
    path: PathBuf,
    rotation: Rotation,
    state: Mutex<OpenFile>,
}

/// The file that is open.
#[derive(Debug)]
struct OpenFile {
    file: File,
    /// Bytes from which it is replaced: more than are allowed once that failed.
    limit: u64,
}

impl LogFile {
    /// Opens `path` for appending.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(path: &Path, rotation: Rotation) -> io::Result<Self> {
        let file = append_to(path)?;
        Ok(Self {
            path: path.to_owned(),
            rotation,
            state: Mutex::new(OpenFile {
                file,
                limit: rotation.max_bytes,
            }),
        })
    }

    /// Opens the file of this name, which may be another one by now.
    ///
    /// # Errors
    /// When it cannot be opened: the one before is written to then.
    pub fn reopen(&self) -> io::Result<()> {
        let file = append_to(&self.path)?;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state = OpenFile {
            file,
            limit: self.rotation.max_bytes,
        };
        Ok(())
    }

    /// Writes whole lines, into a new file where this one has no room for them.
    fn append(&self, lines: &[u8]) -> io::Result<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let size = state.file.metadata()?.len();
        let after = size.saturating_add(u64::try_from(lines.len()).unwrap_or(u64::MAX));
        if self.rotation.max_files > 0 && size > 0 && after > state.limit {
            match self.replace(&state.file) {
                Ok(file) => {
                    let limit = self.rotation.max_bytes;
                    *state = OpenFile { file, limit };
                }
                // Nothing is lost: the file goes on, and is tried again when it has doubled.
                Err(_) => state.limit = size.saturating_add(self.rotation.max_bytes),
            }
        }
        state.file.write_all(lines)
    }

    /// Renames the file and begins another one; where somebody else renamed it already, only the
    /// latter.
    fn replace(&self, open: &File) -> io::Result<File> {
        if is_at(open, &self.path)? {
            for number in (1..self.rotation.max_files).rev() {
                match fs::rename(self.renamed(number), self.renamed(number + 1)) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
            }
            fs::rename(&self.path, self.renamed(1))?;
        }
        append_to(&self.path)
    }

    /// Its name with `.NUMBER`.
    fn renamed(&self, number: u32) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(format!(".{number}"));
        name.into()
    }
}

/// Whether the file that is `open` is the one that is called `path`.
fn is_at(open: &File, path: &Path) -> io::Result<bool> {
    let ours = open.metadata()?;
    match fs::metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (ours.dev(), ours.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn append_to(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).open(path)
}

/// Writes to a log file; what one call writes stays together.
#[derive(Clone, Debug)]
pub(super) struct LogFileWriter(pub Arc<LogFile>);

impl Write for LogFileWriter {
    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        self.0.append(lines)?;
        Ok(lines.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
