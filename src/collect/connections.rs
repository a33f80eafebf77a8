//! Connections that containers hold open to each other, from the kernel's tables of this machine.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, timeout};

use super::connected;
use crate::engine::{Engine, Socket};
use crate::model::SortShared as _;
use crate::model::sections::Poll;
use crate::model::{
    Connection, InstanceFacts, InstanceId, NetworkMode, Observation, SignedDuration, Snapshot,
    Timestamp,
};

/// What observing connections does; may change while it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObservingOptions {
    /// Whether connections are looked at.
    pub enabled: bool,
    /// Time between two looks at the same container at least.
    pub every: Duration,
    /// Pause after the first list: what is on screen goes first.
    pub head_start: Duration,
    /// Pause between two containers that were never looked at.
    pub spread: Duration,
}

impl Default for ObservingOptions {
    fn default() -> Self {
        Self {
            enabled: true,
            every: Poll::default().interval,
            head_start: Duration::from_millis(200),
            spread: Duration::from_millis(20),
        }
    }
}

/// Distance of the moments at which something may be due.
const TICK: Duration = Duration::from_secs(1);
/// After each other look, how many times what it took is waited: on a large machine a look takes
/// the kernel milliseconds, and observing shall cost a quarter of a percent of one core at most.
const REST: u32 = 400;
/// Time that first looks may take in all before they, too, are followed by a rest.
const CREDIT: Duration = Duration::from_millis(1_000);

/// Containers looked at before asking again which ones there are.
const BATCH: usize = 64;

/// The kernel lists a connection for a minute after its end. Where the container at the other end
/// is younger, its address may have been another's then.
const REMEMBERED: SignedDuration = SignedDuration::from_secs(70);

/// One container's connections as they were last seen.
struct Seen {
    at: Instant,
    connections: Vec<Connection>,
}

/// What one look at a snapshot asks for.
#[derive(Default)]
struct Due {
    /// Containers never looked at.
    fresh: Vec<InstanceId>,
    /// Those whose time has come.
    due: Vec<InstanceId>,
    /// Whether every running container was inspected.
    all_known: bool,
}

/// Who has which address.
type Addresses = HashMap<IpAddr, (InstanceId, Option<Timestamp>)>;

/// The observer: its inputs and the channel it sends to.
struct Observer {
    snapshots: watch::Receiver<Arc<Snapshot>>,
    options: watch::Receiver<ObservingOptions>,
    complete: watch::Sender<bool>,
    out: mpsc::Sender<Observation>,
    seen: HashMap<InstanceId, Seen>,
    /// The connections that were sent last, and when.
    sent: Vec<Connection>,
    sent_at: Option<Instant>,
    /// What is left of [`CREDIT`].
    credit: Duration,
}

/// Looks at the connections of running containers for as long as `out` is read.
///
/// What was never looked at comes first. All connections are sent together when they differ from
/// those sent before: at once after a container's first look, else at most once in `every`.
/// Containers that share a network namespace are looked at once, for its owner; those on the host's
/// network are left out, as its connections are everybody's. `complete` becomes true when every
/// container was looked at, and when none is to be.
pub async fn run(
    mut link: watch::Receiver<Option<Engine>>,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    options: watch::Receiver<ObservingOptions>,
    complete: watch::Sender<bool>,
    out: mpsc::Sender<Observation>,
) {
    let closed = out.clone();
    let (seen, sent) = (HashMap::new(), Vec::new());
    let mut observer = Observer {
        snapshots,
        options,
        complete,
        out,
        seen,
        sent,
        sent_at: None,
        credit: CREDIT,
    };
    while let Some(engine) = connected(&mut link, &closed).await {
        tokio::select! {
            _over = observer.observe(&engine) => return,
            changed = link.changed() => if changed.is_err() { return },
            () = closed.closed() => return,
        }
    }
}

impl Observer {
    /// Looks again and again; `None` when nobody listens any more.
    async fn observe(&mut self, engine: &Engine) -> Option<()> {
        self.snapshots
            .wait_for(|snapshot| snapshot.has_list())
            .await
            .ok()?;
        let head_start = self.options.borrow().head_start;
        sleep(head_start).await;
        loop {
            let options = *self.options.borrow();
            if !options.enabled {
                self.seen.clear();
            }
            let Due {
                fresh,
                due,
                all_known,
            } = if options.enabled {
                self.due(options.every)
            } else {
                Due {
                    all_known: true,
                    ..Due::default()
                }
            };
            let first_looks = !fresh.is_empty();
            let addresses = if fresh.len() + due.len() > 0 {
                self.addresses()
            } else {
                Addresses::new()
            };
            for id in fresh.iter().chain(&due) {
                let pause = self.look(engine, id, &addresses, options.spread);
                sleep(pause).await;
            }
            let now = Instant::now();
            let waited = self
                .sent_at
                .is_none_or(|at| now.duration_since(at) >= options.every);
            if first_looks || waited || !options.enabled {
                self.send_if_changed(now).await?;
            }
            if fresh.len() < BATCH && all_known {
                self.complete
                    .send_if_modified(|complete| !std::mem::replace(complete, true));
            }
            if !all_known {
                // The inspections that are still to come make the next snapshots.
                drop(timeout(TICK, self.snapshots.changed()).await);
            } else if fresh.len() + due.len() < BATCH {
                sleep(TICK).await;
            }
        }
    }

    /// Containers to look at, at most a batch in all. Forgets those that no longer run.
    fn due(&mut self, every: Duration) -> Due {
        let snapshot = Arc::clone(&self.snapshots.borrow_and_update());
        let owners: HashSet<&InstanceId> = snapshot
            .services
            .iter()
            .flat_map(|service| &service.instances)
            .filter(|instance| owns_its_namespace(&instance.facts))
            .map(|instance| &instance.facts.id)
            .collect();
        let all_known = knows_all(&snapshot);
        self.seen.retain(|id, _| owners.contains(id));
        let fresh: Vec<InstanceId> = owners
            .iter()
            .filter(|id| !self.seen.contains_key(**id))
            .take(BATCH)
            .map(|id| (*id).clone())
            .collect();
        let now = Instant::now();
        let mut due: Vec<(Instant, InstanceId)> = self
            .seen
            .iter()
            .filter(|(_, seen)| now.duration_since(seen.at) >= every)
            .map(|(id, seen)| (seen.at, id.clone()))
            .collect();
        due.sort_shared_by_key(|(at, _)| *at);
        due.truncate(BATCH - fresh.len());
        Due {
            fresh,
            due: due.into_iter().map(|(_, id)| id).collect(),
            all_known,
        }
    }

    /// Looks at one container; gives how long to wait before the next one.
    fn look(
        &mut self,
        engine: &Engine,
        id: &InstanceId,
        addresses: &Addresses,
        spread: Duration,
    ) -> Duration {
        let at = Instant::now();
        // What cannot be read yields nothing, and is tried again in its turn.
        let sockets = engine.read_sockets(id).unwrap_or_default();
        let cost = at.elapsed();
        let now = Timestamp::now();
        let connections = sockets
            .iter()
            .filter_map(|socket| connection(id, socket, addresses, now))
            .collect();
        let first = self
            .seen
            .insert(id.clone(), Seen { at, connections })
            .is_none();
        match self.credit.checked_sub(cost).filter(|_| first) {
            Some(credit) => {
                self.credit = credit;
                spread
            }
            None => spread.max(cost * REST),
        }
    }

    /// Addresses of what runs in a namespace of its own.
    fn addresses(&self) -> Addresses {
        let snapshot = Arc::clone(&self.snapshots.borrow());
        let owners = snapshot
            .services
            .iter()
            .flat_map(|service| &service.instances)
            .map(|instance| &instance.facts)
            .filter(|facts| owns_its_namespace(facts));
        owners
            .flat_map(|facts| {
                let addresses = facts.networks.iter().filter_map(|network| network.address);
                addresses.map(|address| (address, (facts.id.clone(), facts.started_at)))
            })
            .collect()
    }

    /// Sends all connections when they changed; `None` when the receiver is gone.
    async fn send_if_changed(&mut self, now: Instant) -> Option<()> {
        let mut connections: Vec<Connection> = self
            .seen
            .values()
            .flat_map(|seen| &seen.connections)
            .cloned()
            .collect();
        connections.sort_shared();
        // Both ends list a connection.
        connections.dedup();
        if connections != self.sent {
            self.sent.clone_from(&connections);
            self.sent_at = Some(now);
            self.out
                .send(Observation::Connected {
                    at: Timestamp::now(),
                    connections,
                })
                .await
                .ok()?;
        }
        Some(())
    }
}

/// The connection that a socket of container `id` stands for; `None` when the other end is no
/// container that is known, or may have been another one.
fn connection(
    id: &InstanceId,
    socket: &Socket,
    addresses: &Addresses,
    now: Timestamp,
) -> Option<Connection> {
    let (other, started_at) = addresses.get(&socket.remote)?;
    let is_old = started_at.is_some_and(|started_at| now.duration_since(started_at) >= REMEMBERED);
    if other == id || !(socket.open || is_old) {
        return None;
    }
    let (from, address) = if socket.incoming {
        (other, socket.local)
    } else {
        (id, socket.remote)
    };
    Some(Connection {
        from: from.clone(),
        address,
        port: socket.port,
    })
}

/// Whether the container runs in a network namespace that is its own.
fn owns_its_namespace(facts: &InstanceFacts) -> bool {
    let is_own = !matches!(
        facts.network(),
        NetworkMode::Container(_) | NetworkMode::Host | NetworkMode::None
    );
    facts.is_running() && is_own
}

#[cfg(test)]
mod tests;

/// Whether everything that runs was inspected: only an inspection tells when a container was started,
/// which shows whose address it is, and the secrets in its environment.
pub(super) fn knows_all(snapshot: &Snapshot) -> bool {
    let mut instances = (snapshot.services.iter()).flat_map(|service| &service.instances);
    instances.all(|instance| {
        !instance.facts.is_running() || !snapshot.awaits_inspection(&instance.facts)
    })
}
