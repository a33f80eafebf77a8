//! Notices changes of the config file and of the files that `--serve` reads, and loads them again.
//!
//! Two ways, since neither is enough: the system reports at once changes in the directories of a
//! file, of the links to it and of what they lead to; and the files are read every few seconds, for
//! a file that is mounted into a container and edited outside, a directory that appears later, or a
//! network file system, none of which the system reports.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::load::Request;
use super::loaded::{Loaded, content_hash};
use super::problem::ConfigError;

/// Editors write in several steps: a change is read once this long nothing more happened.
const QUIET: Duration = Duration::from_millis(150);
/// How often the files are read although the system reported no change.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// How often a file that keeps changing is read again before it is taken as it is.
const LOOKS: usize = 20;
/// Links that are followed from one file.
const LINKS: usize = 40;

/// Watches the config file and the files that `--serve` reads: tokens, certificate, key.
pub struct Watcher {
    request: Request,
    /// `None` where there is no such place, or it is a pipe or a device, which can be read only
    /// once: then what was loaded last stays.
    file: Option<PathBuf>,
    /// What was loaded last.
    last: Loaded,
    /// The content of each file when it was last loaded.
    seen: BTreeMap<PathBuf, Content>,
    notices: Notices,
}

/// A hash of a file's bytes; `None` where there is no regular file.
type Content = Option<u64>;

impl Watcher {
    /// Begins to watch the file that `request` read `loaded` from, or would read once it is there,
    /// and what it names; `None` where there is nothing to watch.
    #[must_use]
    pub fn start(request: Request, loaded: &Loaded) -> Option<Self> {
        let is_regular =
            |file: &PathBuf| std::fs::metadata(file).map_or(true, |facts| facts.is_file());
        let file = request.file().map(|(file, _)| file).filter(is_regular);
        let mut seen: BTreeMap<PathBuf, Content> = contents(named(loaded));
        seen.extend(file.clone().map(|file| (file, loaded.content)));
        if seen.is_empty() {
            return None;
        }
        let mut watcher = Self {
            request,
            file,
            last: loaded.clone(),
            seen,
            notices: Notices::new(),
        };
        watcher.follow_links();
        Some(watcher)
    }

    /// Waits for the next change of content and loads it; flags and environment stay on top. The
    /// caller keeps its settings where the outcome is an error.
    ///
    /// # Errors
    /// Everything that is wrong with the new content; a file that was there and is gone.
    pub async fn next(&mut self) -> Result<Loaded, ConfigError> {
        loop {
            self.notices.next(LOOK_EVERY).await;
            if self.look().await == self.seen {
                continue;
            }
            let now = self.settled().await;
            if now != self.seen {
                self.seen = now;
                let loaded = self.load().await;
                self.follow_links();
                return loaded;
            }
        }
    }

    /// What the files hold once nobody writes them any more.
    async fn settled(&mut self) -> BTreeMap<PathBuf, Content> {
        let mut now = self.look().await;
        for _ in 0..LOOKS {
            self.notices.quiet().await;
            let later = self.look().await;
            let is_same = now == later;
            now = later;
            if is_same {
                break;
            }
        }
        now
    }

    async fn look(&self) -> BTreeMap<PathBuf, Content> {
        let files: Vec<PathBuf> = self.seen.keys().cloned().collect();
        let looked = tokio::task::spawn_blocking(move || contents(files));
        looked.await.unwrap_or_else(|_| self.seen.clone())
    }

    async fn load(&mut self) -> Result<Loaded, ConfigError> {
        let Some(file) = self.file.clone() else {
            return Ok(self.last.clone());
        };
        let (request, present) = (self.request.clone(), self.last.file.is_some());
        let path = file.clone();
        // A file system that does not answer holds up nothing but this.
        let loaded = tokio::task::spawn_blocking(move || load(&request, &path, present)).await;
        let loaded = loaded.map_err(|error| unreadable(&file, error.to_string()))??;
        let known = std::mem::take(&mut self.seen);
        self.seen = named(&loaded)
            .map(|file| {
                let content = known.get(&file).copied().unwrap_or_else(|| read(&file));
                (file, content)
            })
            .collect();
        self.seen.insert(file, loaded.content);
        self.last = loaded.clone();
        Ok(loaded)
    }

    fn follow_links(&mut self) {
        let directories = self.seen.keys().flat_map(|file| directories(file));
        self.notices.watch(directories.collect());
    }
}

/// The files beside the config file that a change of is loaded.
fn named(loaded: &Loaded) -> impl Iterator<Item = PathBuf> {
    let serve = &loaded.settings.serve;
    let files = [
        &serve.token_file,
        &serve.tokens_file,
        &serve.tls_cert,
        &serve.tls_key,
    ];
    files.map(Clone::clone).into_iter().flatten()
}

/// What the system reports of changes.
struct Notices {
    changes: mpsc::Receiver<()>,
    /// Keeps `changes` open where the system reports nothing.
    _open: mpsc::Sender<()>,
    notify: Option<RecommendedWatcher>,
    watched: BTreeSet<PathBuf>,
    /// Directories whose refusal was logged.
    refused: BTreeSet<PathBuf>,
}

impl Notices {
    fn new() -> Self {
        // One place is enough: a change that finds it taken is already announced.
        let (sender, changes) = mpsc::channel(1);
        let open = sender.clone();
        let notify = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if event.is_ok_and(|event| is_change(event.kind)) {
                let _already_announced = sender.try_send(());
            }
        });
        let notify = notify.inspect_err(|error| {
            tracing::warn!("the system reports no changes of files: {error}; the config file is read every {LOOK_EVERY:?}");
        });
        Self {
            changes,
            _open: open,
            notify: notify.ok(),
            watched: BTreeSet::new(),
            refused: BTreeSet::new(),
        }
    }

    /// Waits for a change, or for `at_most`.
    async fn next(&mut self, at_most: Duration) {
        // Either way the files are looked at.
        drop(timeout(at_most, self.changes.recv()).await);
    }

    /// Waits until nothing was reported for a while.
    async fn quiet(&mut self) {
        while timeout(QUIET, self.changes.recv()).await.is_ok() {}
    }

    /// Watches `directories` and no others. All anew: one may have been replaced by another of its
    /// name.
    fn watch(&mut self, directories: BTreeSet<PathBuf>) {
        let Some(notify) = &mut self.notify else {
            return;
        };
        for old in std::mem::take(&mut self.watched) {
            // A directory that was removed is not watched any more.
            drop(notify.unwatch(&old));
        }
        for directory in directories {
            match notify.watch(&directory, RecursiveMode::NonRecursive) {
                Ok(()) => drop(self.watched.insert(directory)),
                Err(error) => {
                    if self.refused.insert(directory.clone()) {
                        tracing::warn!(
                            "cannot watch {} for changes: {error}; its files are read every {LOOK_EVERY:?}",
                            directory.display()
                        );
                    }
                }
            }
        }
    }
}

/// The directories in which a change may change what `file` leads to: those of the file, of every
/// link on the way, and of the file at the end. Those that do not exist are left out.
fn directories(file: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut next = Some(file.to_owned());
    for _ in 0..LINKS {
        let Some(path) = next.take() else { break };
        let parent = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        next = std::fs::read_link(&path)
            .ok()
            .map(|target| parent.join(target));
        // A link in the middle, such as Kubernetes' `..data`, leads elsewhere after each change.
        found.extend(
            [parent.to_owned()]
                .into_iter()
                .filter(|parent| parent.is_dir()),
        );
        found.extend(parent.canonicalize().ok());
    }
    found
}

fn load(request: &Request, file: &Path, present: bool) -> Result<Loaded, ConfigError> {
    match std::fs::metadata(file) {
        // What protects (read_only, a token) must not end because a file is gone for a moment, or
        // for good.
        Err(_) if present => Err(ConfigError::Gone {
            file: file.to_owned(),
        }),
        // Reading a pipe would wait for whoever writes into it.
        Ok(facts) if !facts.is_file() => Err(unreadable(file, "it is no regular file".to_owned())),
        _ => request.load(),
    }
}

fn unreadable(file: &Path, error: String) -> ConfigError {
    ConfigError::Unreadable {
        file: file.to_owned(),
        error,
    }
}

/// What each of `files` holds.
fn contents(files: impl IntoIterator<Item = PathBuf>) -> BTreeMap<PathBuf, Content> {
    let read = files.into_iter().map(|file| (read(&file), file));
    read.map(|(content, file)| (file, content)).collect()
}

fn read(file: &Path) -> Content {
    let is_file = std::fs::metadata(file).is_ok_and(|facts| facts.is_file());
    is_file
        .then(|| std::fs::read(file).ok().map(|bytes| content_hash(&bytes)))
        .flatten()
}

/// Whether something was written; our own reading makes access events too.
fn is_change(kind: EventKind) -> bool {
    use notify::event::{AccessKind, AccessMode};
    matches!(
        kind,
        EventKind::Access(AccessKind::Close(AccessMode::Write))
    ) || !matches!(kind, EventKind::Access(_))
}
