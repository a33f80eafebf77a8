//! Images with which updates failed: a small file beside the audit record, so that they are not
//! taken again by later runs either.

use std::io;
use std::path::{Path, PathBuf};

use crate::model::BadImage;

/// The file, beside the audit record.
const FILE: &str = "bad-images.json";
/// Most images that are remembered; the oldest go first.
const MOST: usize = 100;

/// The images that the file beside the audit record `audit` holds, oldest first; none where there
/// is no file yet.
///
/// # Errors
/// One sentence when the file is there and cannot be read.
pub fn bad_images(audit: &Path) -> Result<Vec<BadImage>, String> {
    let path = file(audit);
    let unreadable = |error: &dyn std::fmt::Display| {
        format!(
            "cannot read the images that failed from {}: {error}",
            path.display()
        )
    };
    match std::fs::read(&path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| unreadable(&error)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(unreadable(&error)),
    }
}

/// Adds `image` to the file beside the audit record `audit`; all that are remembered then.
///
/// # Errors
/// One sentence when the file cannot be read or written.
pub(super) fn remember(audit: &Path, image: BadImage) -> Result<Vec<BadImage>, String> {
    let mut all = bad_images(audit)?;
    add(&mut all, image);
    let path = file(audit);
    let written = serde_json::to_vec_pretty(&all)
        .map_err(io::Error::from)
        .and_then(|text| replace(&path, &text));
    written.map(|()| all).map_err(|error| {
        format!(
            "cannot remember in {} that the image failed: {error}",
            path.display()
        )
    })
}

/// Adds `image` to `all`; what is known of the same image goes.
pub(super) fn add(all: &mut Vec<BadImage>, image: BadImage) {
    all.retain(|known| known.id != image.id || known.reference != image.reference);
    all.push(image);
    let excess = all.len().saturating_sub(MOST);
    all.drain(..excess);
}

fn file(audit: &Path) -> PathBuf {
    audit.with_file_name(FILE)
}

/// Writes the whole file or leaves the one before.
fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    let fresh = path.with_extension("json.new");
    std::fs::write(&fresh, text)?;
    std::fs::File::open(&fresh)?.sync_all()?;
    std::fs::rename(&fresh, path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;

    fn image(id: &str) -> BadImage {
        BadImage {
            reference: "reg:5000/app:1".to_owned(),
            id: id.to_owned(),
            digest: String::new(),
            service: "hub/web".into(),
            at: Timestamp::UNIX_EPOCH,
            error: "web is not healthy".to_owned(),
        }
    }

    #[test]
    fn what_failed_is_there_for_the_next_run() {
        let dir = tempfile::tempdir().expect("a directory");
        let audit = dir.path().join("audit.jsonl");
        assert_eq!(bad_images(&audit), Ok(Vec::new()));
        for id in ["a", "b", "a"] {
            remember(&audit, image(id)).expect("written");
        }
        assert_eq!(bad_images(&audit), Ok(vec![image("b"), image("a")]));
        for number in 0..MOST {
            remember(&audit, image(&number.to_string())).expect("written");
        }
        assert_eq!(bad_images(&audit).expect("readable").len(), MOST);
        std::fs::write(file(&audit), "{").expect("written");
        assert!(bad_images(&audit).is_err());
        assert!(
            remember(&audit, image("c")).is_err(),
            "what cannot be read is kept"
        );
    }
}
