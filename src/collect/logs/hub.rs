//! What the followers share: the streams that are open, the engine, the black box.

use std::collections::{HashMap, HashSet};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, watch};

use super::black_box::BlackBox;
use super::feed::{Begin, Feed};
use super::followers::{FeedEvent, Follower, Followers};
use super::recent::RecentLines;
use crate::engine::Engine;
use crate::logs::sources::{final_name, owner};
use crate::model::{InstanceId, LogLine, LogSource, ServiceId, Snapshot};

/// News that a follower may be behind its feed.
const NEWS: usize = 16;
/// Followers that may wait to join a feed.
const JOINING: usize = 16;

/// Said where reading panicked.
pub(super) const FAILED: &str = "reading failed on a bug in hubdeck; see the hubdeck log";

/// What the followers share.
pub(super) struct Hub {
    /// The engine; `None` while it is lost.
    pub link: watch::Receiver<Option<Engine>>,
    pub snapshots: Option<watch::Receiver<Arc<Snapshot>>>,
    pub black_box: BlackBox,
    pub recent: RecentLines,
    /// How to join each feed that is open.
    feeds: watch::Sender<HashMap<InstanceId, mpsc::Sender<Follower>>>,
}

impl Hub {
    pub fn new(
        link: watch::Receiver<Option<Engine>>,
        snapshots: Option<watch::Receiver<Arc<Snapshot>>>,
        black_box: BlackBox,
    ) -> Self {
        Self {
            link,
            snapshots,
            black_box,
            recent: RecentLines::default(),
            feeds: watch::Sender::default(),
        }
    }

    /// The engine, once there is one; `None` when there never will be.
    pub async fn engine(&self) -> Option<Engine> {
        let mut link = self.link.clone();
        link.wait_for(Option::is_some).await.ok()?.clone()
    }

    /// The service of a container and the container's name, as snapshot or black box tell.
    pub fn place(&self, instance: &InstanceId) -> Option<(ServiceId, String)> {
        let snapshot = self.snapshots.as_ref().map(|it| Arc::clone(&it.borrow()));
        let known = snapshot.and_then(|snapshot| owner(&snapshot, instance));
        let known = known.map(|owner| (owner.service, owner.container));
        // It knows of a run before a snapshot does.
        known.or_else(|| {
            let (service, name) = self.black_box.place(instance)?;
            Some((service, final_name(&name).to_owned()))
        })
    }

    /// Whether another container has the service and the name `place` of `instance` now.
    pub fn is_replaced(&self, instance: &InstanceId, place: &(ServiceId, String)) -> bool {
        let Some(snapshots) = &self.snapshots else {
            return false;
        };
        let snapshot = Arc::clone(&snapshots.borrow());
        let service = snapshot.service(&place.0);
        let mut others = service.into_iter().flat_map(|service| &service.instances);
        others.any(|it| it.facts.id != *instance && final_name(&it.facts.name) == place.1)
    }

    /// The last lines of a container that are known without its log: those of its runs, and what was
    /// read after them.
    pub fn kept_lines(&self, instance: &InstanceId) -> Vec<LogLine> {
        let mut lines = self.black_box.lines(instance);
        let last = lines.iter().filter_map(LogLine::read_until).max();
        lines.extend(self.recent.after(instance, last));
        lines
    }

    /// The containers whose live stream is open.
    pub fn followed(&self) -> HashSet<InstanceId> {
        self.feeds.borrow().keys().cloned().collect()
    }

    /// Joins the live stream of a container; whether it was opened for this follower, from `begin`
    /// on. One that was open already gives what comes from now on.
    pub fn subscribe(
        self: &Arc<Self>,
        source: &LogSource,
        begin: Begin,
    ) -> (mpsc::Receiver<FeedEvent>, bool) {
        let (follower, live) = mpsc::channel(NEWS);
        let mut waiting = Some(follower);
        let mut joining = None;
        self.feeds.send_modify(|feeds| {
            if let Some(open) = feeds.get(&source.instance)
                && let Some(follower) = waiting.take()
                && let Err(TrySendError::Full(it) | TrySendError::Closed(it)) =
                    open.try_send(follower)
            {
                waiting = Some(it);
            }
            if waiting.is_some() {
                let (join, joined) = mpsc::channel(JOINING);
                feeds.insert(source.instance.clone(), join.clone());
                joining = Some((join, joined));
            }
        });
        let is_first = joining.is_some();
        if let (Some(joining), Some(follower)) = (joining, waiting) {
            self.open(source.clone(), begin, follower, joining);
        }
        (live, is_first)
    }

    fn open(
        self: &Arc<Self>,
        source: LogSource,
        begin: Begin,
        follower: Follower,
        (join, joining): (mpsc::Sender<Follower>, mpsc::Receiver<Follower>),
    ) {
        let (hub, instance) = (Arc::clone(self), source.instance.clone());
        let (link, snapshots) = (self.link.clone(), self.snapshots.clone());
        let followers = Followers::new(follower, joining);
        let recent = self.recent.clone();
        let mut feed = Feed::new(link, snapshots, recent, source, begin, followers);
        tokio::spawn(async move {
            loop {
                let reading = AssertUnwindSafe(feed.run()).catch_unwind().await;
                if reading.is_err() {
                    let short = instance.short();
                    tracing::error!("reading the logs of container {short} failed on a bug");
                    feed.followers.tell_failure(FAILED);
                }
                if hub.close(&instance, &join, &mut feed) {
                    return;
                }
            }
        });
    }

    /// Takes a feed out that is joined with `join`; `false` where somebody has joined it meanwhile
    /// and it has to go on. Another feed may have taken its place, where it was too busy to be joined.
    fn close(&self, instance: &InstanceId, join: &mpsc::Sender<Follower>, feed: &mut Feed) -> bool {
        let mut goes_on = false;
        self.feeds.send_modify(|feeds| {
            goes_on = feed.followers.take_those_that_wait();
            let is_open = feeds.get(instance).is_some_and(|it| it.same_channel(join));
            if !goes_on && is_open {
                feeds.remove(instance);
            }
        });
        !goes_on
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_end_of_a_feed_leaves_the_one_that_took_its_place() {
        let (_engine, link) = watch::channel(None);
        let hub = Arc::new(Hub::new(link, None, BlackBox::default()));
        let source = LogSource {
            instance: InstanceId::new("a"),
            tty: Some(false),
        };
        let begin = Begin {
            tail: None,
            since: None,
        };
        let subscribe = || hub.subscribe(&source, begin);
        // No feed runs before the test waits.
        let first: Vec<_> = (0..=JOINING).map(|_| subscribe()).collect();
        let second = subscribe();
        assert!(first[0].1 && second.1 && !first[JOINING].1);
        drop(first);
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        assert!(!subscribe().1, "the second feed is still open");
    }
}
