//! Reports to another program that hubdeck is there: who does not hear of it notices.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::config::Settings;
use crate::explain;
use crate::model::secrets::Hidden;
use crate::model::{FetchFailure, Snapshot};
use crate::probe::Fetcher;

/// How long an answer may take.
const LIMIT: Duration = Duration::from_secs(10);
/// Bytes of an answer that are read; nobody looks at them.
const MOST: usize = 64 * 1024;
/// Time after which a heartbeat that failed is sent again.
const RETRY: Duration = Duration::from_secs(10);

/// Where heartbeats go, and how often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HeartbeatOptions {
    /// Where to; `None` sends none.
    pub url: Option<Hidden>,
    /// Time between two.
    pub every: Duration,
}

impl HeartbeatOptions {
    /// As `settings` say.
    pub fn of(settings: &Settings) -> Self {
        Self {
            url: settings.heartbeat.url.clone(),
            every: settings.heartbeat.interval,
        }
    }
}

/// Sends a heartbeat at once and then every so often, while every part of hubdeck runs. Ends with
/// the options.
pub(super) async fn run(
    mut options: watch::Receiver<HeartbeatOptions>,
    snapshots: watch::Receiver<Arc<Snapshot>>,
) {
    let mut failing = false;
    loop {
        let now = options.borrow_and_update().clone();
        let begun = Instant::now();
        let mut wait = now.every;
        if let Some(url) = now.url.as_ref().filter(|_| is_well(&snapshots)) {
            let sent = send(url).await;
            report(&sent, &mut failing);
            if sent.is_err() {
                wait = RETRY.min(now.every);
            }
        }
        tokio::select! {
            () = sleep_until(begun + wait), if now.url.is_some() => {}
            changed = options.changed() => if changed.is_err() {
                return;
            },
        }
    }
}

/// Whether every part of hubdeck itself runs, as `GET /api/health` says it.
fn is_well(snapshots: &watch::Receiver<Arc<Snapshot>>) -> bool {
    snapshots.borrow().parts_down.is_empty()
}

async fn send(url: &Hidden) -> Result<(), FetchFailure> {
    let sent = Fetcher::new()?.get(url, LIMIT, MOST).await;
    match sent {
        // It arrived.
        Ok(_) | Err(FetchFailure::TooLarge(_)) => Ok(()),
        Err(failure) => Err(failure),
    }
}

/// Logs the first failure, and the end of failures. The address is a secret of whoever listens.
fn report(sent: &Result<(), FetchFailure>, failing: &mut bool) {
    match sent {
        Ok(()) if std::mem::take(failing) => tracing::info!("the heartbeat is received again"),
        Ok(()) => tracing::debug!("heartbeat sent"),
        Err(failure) => {
            let why = explain::fetch_failure(failure);
            if std::mem::replace(failing, true) {
                tracing::debug!("the heartbeat failed again: {why}");
            } else {
                tracing::warn!("the heartbeat failed: {why}; it is sent again");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;
    use crate::model::{Part, PartDown, PartFailure, Timestamp};

    const PATIENCE: Duration = Duration::from_secs(20);

    /// Takes the next heartbeat and answers with `status`; its first line.
    async fn take(listener: &TcpListener, status: &str) -> String {
        let accepted = tokio::time::timeout(PATIENCE, listener.accept()).await;
        let (mut stream, _) = accepted.expect("a heartbeat").expect("a connection");
        let mut head = [0; 1024];
        let count = stream.read(&mut head).await.expect("a request");
        let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        stream.write_all(answer.as_bytes()).await.expect("a client");
        let head = String::from_utf8_lossy(&head[..count]).into_owned();
        head.lines().next().unwrap_or_default().to_owned()
    }

    #[tokio::test]
    async fn it_beats_while_all_is_well() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let (options, given) = watch::channel(HeartbeatOptions {
            url: Some(Hidden::new(format!("http://{address}/ping/abc"))),
            every: Duration::from_millis(50),
        });
        let (publish, snapshots) = watch::channel(Arc::new(Snapshot::empty(Timestamp::UNIX_EPOCH)));
        let beating = tokio::spawn(run(given, snapshots));
        assert_eq!(take(&listener, "200 OK").await, "GET /ping/abc HTTP/1.1");
        // One that fails is sent again.
        take(&listener, "500 Internal Server Error").await;
        take(&listener, "200 OK").await;
        publish.send_modify(|snapshot| {
            Arc::make_mut(snapshot).parts_down = vec![PartDown {
                part: Part::Probing,
                since: Timestamp::UNIX_EPOCH,
                failures: 1,
                failure: PartFailure::Panicked,
            }];
        });
        // One may be under way.
        let last = Duration::from_millis(500);
        let mut silent = false;
        for _ in 0..3 {
            let next = tokio::time::timeout(last, listener.accept()).await;
            silent = next.is_err();
        }
        assert!(silent, "a part is down");
        drop(options);
        let ended = tokio::time::timeout(PATIENCE, beating).await;
        ended.expect("it ends").expect("in order");
    }
}
