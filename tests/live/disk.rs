//! Small and read-only file systems for the state of hubdeck.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A file system in memory. Dropping it unmounts it.
pub struct Disk {
    path: PathBuf,
}

impl Disk {
    /// Mounts one at `path`, with `options` such as `size=64k` or `ro`; needs [`may_mount`].
    pub fn mount(path: &Path, options: &str) -> Self {
        std::fs::create_dir_all(path).expect("a directory");
        let mounted = run("mount", &["-t", "tmpfs", "-o", options, "tmpfs"], path);
        assert!(mounted, "mounting needs root");
        Self {
            path: path.to_owned(),
        }
    }

    /// The file that [`Disk::fill`] writes.
    pub fn filler(&self) -> PathBuf {
        self.path.join("filler")
    }

    /// Fills it to the last byte, also the page in which the record `audit` ends.
    pub fn fill(&self, audit: &Path) {
        let mut filler = std::fs::File::create(self.filler()).expect("a file");
        while filler.write_all(&[b'x'; 512]).is_ok() {}
        // What is left of the record's last page is used up by somebody else.
        let Ok(mut record) = std::fs::OpenOptions::new().append(true).open(audit) else {
            return;
        };
        let length = record.metadata().expect("the record").len();
        let rest =
            usize::try_from(length.next_multiple_of(4096) - length).expect("less than a page");
        record
            .write_all(&vec![b' '; rest])
            .expect("the page has room");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        run("umount", &["-l"], &self.path);
    }
}

/// Whether this user may mount file systems.
pub fn may_mount() -> bool {
    rustix::process::geteuid().is_root()
}

fn run(program: &str, arguments: &[&str], path: &Path) -> bool {
    Command::new(program)
        .args(arguments)
        .arg(path)
        .status()
        .is_ok_and(|status| status.success())
}
