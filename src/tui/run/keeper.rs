//! The file of what is kept from one run of the console to the next.
//!
//! A change is applied to what the file holds then, under a lock, so that of two consoles neither
//! loses what the other one kept.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::tui::state::kept::{KeptChange, KeptState};

/// More than a hundred lines and some columns never need; what is bigger is another file.
const LARGEST: u64 = 1 << 20;

/// Keeps changes, one write after the other.
#[derive(Debug, Default)]
pub struct Keeper {
    /// `None` keeps nothing.
    path: Option<PathBuf>,
    waiting: Vec<KeptChange>,
    writing: bool,
}

/// Changes to write to a file.
#[derive(Debug)]
pub struct KeeperWrite {
    path: PathBuf,
    changes: Vec<KeptChange>,
}

impl Keeper {
    /// Reads what the file at `path` holds. Where it cannot be read, nothing is written to it in
    /// this run: what it holds is not lost, and the sentence says so.
    pub fn open(path: Option<PathBuf>) -> (Self, KeptState, Option<String>) {
        let Some(path) = path else {
            return (Self::default(), KeptState::default(), None);
        };
        match read(&path) {
            Ok(kept) => {
                let path = Some(path);
                (
                    Self {
                        path,
                        ..Self::default()
                    },
                    kept,
                    None,
                )
            }
            Err(error) => (
                Self::default(),
                KeptState::default(),
                Some(not_kept(&path, &error)),
            ),
        }
    }

    /// Adds a change; gives what is to be written now.
    pub fn add(&mut self, change: KeptChange) -> Option<KeeperWrite> {
        if self.path.is_some() {
            self.waiting.push(change);
        }
        self.next()
    }

    /// Takes the outcome of a write; gives what is to be written next. After a failure nothing is
    /// kept any more, so that it is said once.
    pub fn written(&mut self, outcome: &Result<(), String>) -> Option<KeeperWrite> {
        self.writing = false;
        if outcome.is_err() {
            *self = Self::default();
        }
        self.next()
    }

    /// Whether a write goes on.
    pub const fn is_writing(&self) -> bool {
        self.writing
    }

    fn next(&mut self) -> Option<KeeperWrite> {
        if self.writing || self.waiting.is_empty() {
            return None;
        }
        let path = self.path.clone()?;
        self.writing = true;
        let changes = std::mem::take(&mut self.waiting);
        Some(KeeperWrite { path, changes })
    }
}

impl KeeperWrite {
    /// Writes the changes; waits for other consoles that write.
    ///
    /// # Errors
    /// One sentence when the file cannot be read or written.
    pub fn run(self) -> Result<(), String> {
        let Self { path, changes } = self;
        write(&path, changes).map_err(|error| not_kept(&path, &error))
    }
}

/// Whether the file at `path` holds columns that were chosen in the console.
#[must_use]
pub fn has_kept_columns(path: &Path) -> bool {
    read(path).is_ok_and(|kept| kept.table.columns.is_some())
}

fn not_kept(path: &Path, error: &io::Error) -> String {
    let file = path.display();
    format!("columns, sort order and typed commands are not kept: cannot use {file}: {error}")
}

/// What the file at `path` holds; nothing where there is none.
fn read(path: &Path) -> io::Result<KeptState> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(KeptState::default()),
        Err(error) => return Err(error),
        // To open a pipe would wait for whoever else opens it.
        Ok(facts) if !facts.is_file() => return Err(io::Error::other("it is no regular file")),
        Ok(_) => {}
    }
    let mut text = String::new();
    File::open(path)?.take(LARGEST).read_to_string(&mut text)?;
    Ok(serde_json::from_str(&text)?)
}

/// Applies `changes` to what the file at `path` holds, and replaces it as a whole.
fn write(path: &Path, changes: Vec<KeptChange>) -> io::Result<()> {
    let directory = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(directory)?;
    // The directory is locked and not the file, which another one takes the place of. The lock goes
    // with its handle.
    let lock = File::open(directory)?;
    if let Err(error) = lock.lock() {
        tracing::debug!("cannot lock {}: {error}", directory.display());
    }
    let mut kept = read(path)?;
    for change in changes {
        kept.apply(change);
    }
    let text = serde_json::to_vec_pretty(&kept)?;
    let new = path.with_extension(format!("{}.new", std::process::id()));
    let written = create(&new, &text).and_then(|()| fs::rename(&new, path));
    if written.is_err() {
        // What failed is said; the rest of it need not stay.
        drop(fs::remove_file(&new));
    }
    written
}

fn create(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text)?;
    file.sync_data()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::input::column::Column;
    use crate::tui::state::table::TableChoice;

    fn command(line: &str) -> KeptChange {
        KeptChange::Command(line.to_owned())
    }

    fn choice() -> TableChoice {
        TableChoice {
            columns: Some(vec![Column::Name, Column::Cpu]),
            sort: Column::Cpu,
            reverse: true,
        }
    }

    #[test]
    fn two_consoles_keep_what_the_other_one_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/console.json");
        let (mut one, kept, warning) = Keeper::open(Some(path.clone()));
        assert_eq!((kept, warning), (KeptState::default(), None));
        let (mut two, _, _) = Keeper::open(Some(path.clone()));
        one.add(KeptChange::Table(choice())).unwrap().run().unwrap();
        two.add(command("map")).unwrap().run().unwrap();
        let (_, kept, _) = Keeper::open(Some(path));
        assert_eq!(
            (kept.table, kept.commands),
            (choice(), vec!["map".to_owned()])
        );
    }

    #[test]
    fn writes_at_once_lose_nothing_and_leave_one_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("console.json");
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let path = &path;
                scope.spawn(move || {
                    for line in 0..10 {
                        write(path, vec![command(&format!("filter {thread} {line}"))]).unwrap();
                    }
                });
            }
        });
        assert_eq!(read(&path).unwrap().commands.len(), 80);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn changes_wait_for_the_write_before_them() {
        let folder = tempfile::tempdir().unwrap();
        let (mut keeper, _, _) = Keeper::open(Some(folder.path().join("console.json")));
        let first = keeper.add(command("map")).unwrap();
        assert!(keeper.add(command("help")).is_none() && keeper.is_writing());
        let next = keeper.written(&first.run()).unwrap();
        assert_eq!(next.changes, [command("help")]);
        assert!(keeper.written(&next.run()).is_none() && !keeper.is_writing());
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named_and_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("console.json");
        fs::write(&path, "{\"commands\": [\"map\"").unwrap();
        let (mut keeper, kept, warning) = Keeper::open(Some(path.clone()));
        assert_eq!(kept, KeptState::default());
        let warning = warning.unwrap();
        assert!(warning.contains("console.json: EOF"), "{warning}");
        assert!(keeper.add(command("help")).is_none(), "nothing is written");
        assert!(write(&path, vec![command("help")]).is_err());
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            "{\"commands\": [\"map\""
        );
    }

    #[test]
    fn a_write_that_fails_is_said_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/console.json");
        let (mut keeper, _, _) = Keeper::open(Some(path));
        fs::write(folder.path().join("state"), "").unwrap();
        let outcome = keeper.add(command("map")).unwrap().run();
        assert!(
            outcome.as_ref().unwrap_err().contains("not kept"),
            "{outcome:?}"
        );
        assert!(keeper.written(&outcome).is_none());
        assert!(keeper.add(command("help")).is_none());
    }
}
