//! Proxies on a Unix socket before an engine.

use std::path::{Path, PathBuf};

use tokio::net::{UnixListener, UnixStream};

/// Listens in `dir` and hands each connection over to `pass`, with one of its own to the engine at
/// `engine`; gives where it listens.
pub fn listen_before<P, F>(dir: &Path, engine: PathBuf, pass: P) -> PathBuf
where
    P: Fn(UnixStream, UnixStream) -> F + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let path = dir.join("proxy.sock");
    let listener = UnixListener::bind(&path).unwrap();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let engine = UnixStream::connect(&engine).await.unwrap();
            tokio::spawn(pass(client, engine));
        }
    });
    path
}
