//! Who reads a live log stream.

use std::sync::Arc;

use tokio::sync::mpsc;

use crate::model::{LogLine, LogMark, SignedDuration, Timestamp};

/// What followers of a container are sent.
#[derive(Clone, Debug)]
pub(super) enum FeedEvent {
    /// Lines as the engine gives them, and by how much its clock is ahead of ours.
    Lines(Arc<Vec<LogLine>>, SignedDuration),
    /// What happened between two lines, and when by our clock.
    Mark(LogMark, Option<Timestamp>),
    /// The container does not run.
    Ended,
    /// The engine has no such container any more; nothing follows.
    Gone,
    /// The log cannot be read; one sentence why. Nothing follows.
    Failed(String),
}

/// Where a follower is sent the news of a feed.
pub(super) type Follower = mpsc::Sender<FeedEvent>;

/// Nobody follows any more, or there is nothing to follow.
pub(super) struct Over;

/// The followers of one container.
pub(super) struct Followers {
    all: Vec<Follower>,
    /// Further ones.
    joining: mpsc::Receiver<Follower>,
    /// Whether they know that the container does not run.
    know_end: bool,
}

impl Followers {
    /// The first one, and where further ones come from.
    pub fn new(first: Follower, joining: mpsc::Receiver<Follower>) -> Self {
        Self {
            all: vec![first],
            joining,
            know_end: false,
        }
    }

    /// Sends `news` to every follower; those that have gone are forgotten.
    pub async fn send(&mut self, news: FeedEvent) -> Result<(), Over> {
        self.know_end = matches!(news, FeedEvent::Ended);
        while let Ok(follower) = self.joining.try_recv() {
            self.all.push(follower);
        }
        let last = self.all.pop();
        let mut left = Vec::with_capacity(self.all.len() + 1);
        for follower in self.all.drain(..) {
            if follower.send(news.clone()).await.is_ok() {
                left.push(follower);
            }
        }
        // The only follower takes the lines as they are, without a copy.
        if let Some(last) = last
            && last.send(news).await.is_ok()
        {
            left.push(last);
        }
        self.all = left;
        if self.all.is_empty() {
            return Err(Over);
        }
        Ok(())
    }

    /// Says once that the container does not run.
    pub async fn send_end(&mut self) -> Result<(), Over> {
        if self.know_end {
            return Ok(());
        }
        self.send(FeedEvent::Ended).await
    }

    /// Waits for `work`, takes further followers meanwhile, and gives up when nobody follows.
    pub async fn wait_for<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Over> {
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return Ok(done),
                Some(follower) = self.joining.recv() => {
                    if self.know_end {
                        // Fails where it has gone already.
                        drop(follower.try_send(FeedEvent::Ended));
                    }
                    self.all.push(follower);
                }
                () = all_gone(&self.all) => {
                    if !self.take_those_that_wait() {
                        return Err(Over);
                    }
                }
            }
        }
    }

    /// Says `reason` to those that have room for it.
    pub fn tell_failure(&self, reason: &str) {
        let failed = FeedEvent::Failed(reason.to_owned());
        let reported = self.all.iter().map(|it| it.try_send(failed.clone()));
        // Fails where nobody reads any more.
        reported.for_each(drop);
    }

    /// Puts those that wait to join in the place of all others; whether there are any.
    pub fn take_those_that_wait(&mut self) -> bool {
        self.all.clear();
        while let Ok(follower) = self.joining.try_recv() {
            self.all.push(follower);
        }
        !self.all.is_empty()
    }
}

async fn all_gone(followers: &[Follower]) {
    for follower in followers {
        follower.closed().await;
    }
}
