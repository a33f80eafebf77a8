//! Follows the snapshots of another hubdeck. What came last stays, marked, while it does not answer.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::frames::AttachFrames;
use super::{AttachError, AttachSource};
use crate::collect::backoff::Backoff;
use crate::model::{AttachHello, AttachState, EngineStatus, Snapshot, SnapshotUpdate, Timestamp};

/// Where every change comes from.
const STREAM: &str = "/api/attach/stream";

/// A hubdeck that answered.
pub struct Attached {
    /// What it said first.
    pub hello: AttachHello,
    /// Its snapshots.
    pub snapshots: watch::Receiver<Arc<Snapshot>>,
    follower: Follower,
}

struct Follower {
    source: Arc<AttachSource>,
    publish: watch::Sender<Arc<Snapshot>>,
    /// What the updates of the open connection follow.
    frames: Option<AttachFrames>,
    clock: fn() -> Timestamp,
}

/// Attaches to `source`; returns with its first snapshot. `clock` dates the loss of it.
///
/// # Errors
/// When it does not answer, or not as it has to.
pub async fn attach(
    source: Arc<AttachSource>,
    clock: fn() -> Timestamp,
) -> Result<Attached, AttachError> {
    let (hello, frames, snapshot) = open(&source).await?;
    let (publish, snapshots) = watch::channel(Arc::new(snapshot));
    Ok(Attached {
        hello,
        snapshots,
        follower: Follower {
            source,
            publish,
            frames: Some(frames),
            clock,
        },
    })
}

impl Attached {
    /// Follows every change for as long as somebody reads the snapshots; what was lost is attached
    /// to again.
    pub async fn follow(self) {
        let mut follower = self.follower;
        drop(self.snapshots);
        let publish = follower.publish.clone();
        tokio::select! {
            () = publish.closed() => {}
            () = follower.run() => {}
        }
    }
}

/// Opens the stream: who answers, what follows, and the first snapshot.
async fn open(source: &AttachSource) -> Result<(AttachHello, AttachFrames, Snapshot), AttachError> {
    let mut frames = source.frames(STREAM).await?;
    let hello = frames.hello().await?;
    let first = next(&mut frames, None, source.url()).await?;
    Ok((hello, frames, first))
}

/// The snapshot that follows `before`.
async fn next(
    frames: &mut AttachFrames,
    before: Option<&Snapshot>,
    url: &str,
) -> Result<Snapshot, AttachError> {
    let update: Option<SnapshotUpdate> = frames.next().await?;
    let update = update.ok_or_else(|| AttachError::Silent {
        url: url.to_owned(),
        clause: "it closed the connection".to_owned(),
    })?;
    let mut snapshot = update
        .apply(before)
        .map_err(|error| AttachError::Unreadable {
            url: url.to_owned(),
            clause: error.to_string(),
        })?;
    snapshot.attached = Some(Arc::new(AttachState {
        url: url.to_owned(),
        answers: true,
    }));
    Ok(snapshot)
}

impl Follower {
    async fn run(&mut self) {
        let mut backoff = Backoff::engine();
        let mut lost_since = None;
        loop {
            let error = match self.frames.take() {
                Some(frames) => {
                    lost_since = None;
                    backoff.reset();
                    self.read(frames).await
                }
                None => match open(&self.source).await {
                    Ok((_, frames, snapshot)) => {
                        self.publish.send_replace(Arc::new(snapshot));
                        self.frames = Some(frames);
                        continue;
                    }
                    Err(error) => error,
                },
            };
            let since = *lost_since.get_or_insert_with(self.clock);
            let wait = backoff.next(fastrand::f64());
            self.lost(&error, since, wait);
            tokio::time::sleep(wait).await;
        }
    }

    /// Publishes what comes until the connection is lost; why.
    async fn read(&self, mut frames: AttachFrames) -> AttachError {
        loop {
            let before = self.publish.borrow().clone();
            match next(&mut frames, Some(&before), self.source.url()).await {
                Ok(snapshot) => _ = self.publish.send_replace(Arc::new(snapshot)),
                Err(error) => return error,
            }
        }
    }

    /// Shows in the last snapshot that it is the last one so far.
    fn lost(&self, error: &AttachError, since: Timestamp, wait: Duration) {
        tracing::warn!("{error}");
        let retry_at = (self.clock)().checked_add(wait).unwrap_or(since);
        self.publish.send_modify(|snapshot| {
            let mut last = Snapshot::clone(snapshot);
            last.engine.status = EngineStatus::Lost {
                since,
                error: error.cause(),
                retry_at,
            };
            last.attached = Some(Arc::new(AttachState {
                url: self.source.url().to_owned(),
                answers: false,
            }));
            *snapshot = Arc::new(last);
        });
    }
}
