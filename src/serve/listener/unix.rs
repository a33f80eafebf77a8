//! A Unix socket at a path: what was left there is removed, and only owner and group may open it.

use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::UnixStream;
use std::path::Path;

use tokio::net::UnixListener;

/// Listens at `path`.
///
/// # Errors
/// When something listens there already, or something else than a socket is there.
pub fn bind(path: &Path) -> io::Result<UnixListener> {
    remove_stale(path)?;
    // Made under another name: nobody may open it before its mode is set.
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let hidden = path.with_file_name(format!(".{name}.{}", std::process::id()));
    drop(fs::remove_file(&hidden));
    let listener = UnixListener::bind(&hidden)?;
    let shown = fs::set_permissions(&hidden, fs::Permissions::from_mode(0o660))
        .and_then(|()| fs::rename(&hidden, path));
    shown.inspect_err(|_| drop(fs::remove_file(&hidden)))?;
    Ok(listener)
}

/// Removes a socket that nobody listens on any more.
fn remove_stale(path: &Path) -> io::Result<()> {
    let facts = match fs::symlink_metadata(path) {
        Ok(facts) => facts,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    if !facts.file_type().is_socket() {
        return Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            "there is something else than a socket",
        ));
    }
    match UnixStream::connect(path) {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => fs::remove_file(path),
        Err(error) => Err(error),
        Ok(_) => Err(io::Error::new(
            io::ErrorKind::AddrInUse,
            "another program listens there",
        )),
    }
}
