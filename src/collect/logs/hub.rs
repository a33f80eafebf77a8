//! What the followers share: the streams that are open, the engine, the black box.

use std::collections::{HashMap, HashSet};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, watch};

use super::black_box::BlackBox;
use super::feed::{Begin, Feed};
use super::followers::{FeedNews, Follower, Followers};
use crate::engine::Engine;
use crate::model::{InstanceId, LogSource, ServiceId, Snapshot};

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
        let known = snapshot.as_ref().and_then(|snapshot| {
            let services = snapshot.services.iter();
            let of = services.flat_map(|each| each.instances.iter().map(move |it| (each, it)));
            let (service, found) = of.into_iter().find(|(_, it)| it.facts.id == *instance)?;
            Some((service.id.clone(), found.facts.name.clone()))
        });
        let (service, name) = known.or_else(|| self.black_box.place(instance))?;
        Some((service, final_name(&name).to_owned()))
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
    ) -> (mpsc::Receiver<FeedNews>, bool) {
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
        let mut feed = Feed::new(link, snapshots, source, begin, followers);
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

/// Compose gives a container that replaces another one a name of its own, with the id of the other,
/// until that is removed.
fn final_name(name: &str) -> &str {
    match name.split_once('_') {
        Some((id, rest)) if id.len() == 12 && id.bytes().all(|it| it.is_ascii_hexdigit()) => rest,
        _ => name,
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
