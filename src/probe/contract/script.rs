//! Servers that follow a script, one turn after the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// What a server does next.
#[derive(Clone, Debug)]
pub(super) enum Turn {
    /// Reads whatever comes, for at most 100 ms.
    Reads,
    /// Reads exactly this; anything else ends the connection.
    Hears(Vec<u8>),
    Says(Vec<u8>),
    /// Says this without end.
    Floods(Vec<u8>),
    Waits(Duration),
    HangsUp,
}

/// Shorter ways to write a turn.
pub(super) fn hears(bytes: impl AsRef<[u8]>) -> Turn {
    Turn::Hears(bytes.as_ref().to_vec())
}

pub(super) fn says(bytes: impl AsRef<[u8]>) -> Turn {
    Turn::Says(bytes.as_ref().to_vec())
}

pub(super) fn floods(bytes: impl AsRef<[u8]>) -> Turn {
    Turn::Floods(bytes.as_ref().to_vec())
}

/// A server on a port of its own.
pub(super) struct Server {
    pub address: String,
    /// Bytes that it has got rid of.
    pub said: Arc<AtomicUsize>,
}

/// Plays `turns` with everybody who comes.
pub(super) async fn play(turns: Vec<Turn>) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("an address").to_string();
    let said = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&said);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(follow(stream, turns.clone(), Arc::clone(&counted)));
        }
    });
    Server { address, said }
}

/// Errors mean that the probe has hung up, which is its right.
async fn follow(
    mut stream: TcpStream,
    turns: Vec<Turn>,
    said: Arc<AtomicUsize>,
) -> std::io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    for turn in turns {
        match turn {
            Turn::Reads => {
                drop(timeout(Duration::from_millis(100), stream.read(&mut buffer)).await)
            }
            Turn::Hears(expected) => {
                let heard = &mut buffer[..expected.len()];
                stream.read_exact(heard).await?;
                if heard != expected {
                    println!("expected {:?}", expected.escape_ascii().to_string());
                    println!("heard    {:?}", heard.escape_ascii().to_string());
                    return Ok(());
                }
            }
            Turn::Says(bytes) => stream.write_all(&bytes).await?,
            Turn::Floods(bytes) => {
                let chunk = bytes.repeat(64 * 1024 / bytes.len());
                loop {
                    stream.write_all(&chunk).await?;
                    said.fetch_add(chunk.len(), Ordering::Relaxed);
                }
            }
            Turn::Waits(time) => tokio::time::sleep(time).await,
            Turn::HangsUp => return Ok(()),
        }
    }
    // Stay until the probe hangs up.
    while stream.read(&mut buffer).await? > 0 {}
    Ok(())
}
