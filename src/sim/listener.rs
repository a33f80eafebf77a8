//! Real listeners on 127.0.0.1 for simulated services, so that a probe finds what inspect promises:
//! open while the service works, 503 or refused while it fails, silent while it is paused. Each
//! speaks the protocol of its service as far as a check of it goes.

mod http;
mod mqtt;
mod nats;
mod postgres;
mod redis;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use super::clock::Nanos;
use super::control::Control;
use super::error::SimError;
use super::id::unit;
use super::schema::{ListenKind, SimState};
use super::world::{Container, World};

/// What a listener does at the moment.
#[derive(Clone, Debug, PartialEq)]
enum Behaviour {
    /// Nothing listens.
    Closed,
    /// The kernel accepts, nobody answers.
    Silent,
    /// It answers.
    Open { failing: Option<Arc<str>> },
}

struct ServiceListener {
    control: Control,
    /// `None` for a listener shared by all.
    container: Option<u32>,
    kind: ListenKind,
    address: SocketAddr,
}

/// Connections one listener serves at a time.
const CONNECTIONS: usize = 64;
/// Longest time that one connection is served.
const CONVERSATION: Duration = Duration::from_secs(40);

/// Opens the listeners of the scenario and gives the containers their host ports.
///
/// # Errors
/// The system gives no port.
pub(super) async fn open_all(control: &Control) -> Result<Vec<JoinHandle<()>>, SimError> {
    let wanted = control.look(|world, _| wanted(world));
    let shared = control.look(|world, _| world.shared_listeners);
    let mut tasks = Vec::new();
    let mut common: Vec<(ListenKind, u16)> = Vec::new();
    let mut found = Vec::new();
    for wish in wanted {
        let known = common
            .iter()
            .find(|(other, _)| *other == wish.kind)
            .filter(|_| shared);
        let port = match known {
            Some((_, port)) => *port,
            None => {
                let (service, listener) = ServiceListener::open(control, &wish, shared).await?;
                let port = service.address.port();
                common.push((wish.kind, port));
                tasks.push(tokio::spawn(service.run(listener)));
                port
            }
        };
        found.push((wish.container, wish.inside, port));
    }
    control.change(|world, _| {
        for (index, inside, port) in found {
            if let Some(container) = world.get_mut(index) {
                container.listeners.push((inside, port));
            }
        }
    });
    Ok(tasks)
}

/// A port that is to be listened on.
struct Wish {
    /// Index of the container.
    container: u32,
    /// Port inside of it.
    inside: u16,
    /// Port on the host, where the scenario names one.
    published: Option<u16>,
    kind: ListenKind,
}

fn wanted(world: &World) -> Vec<Wish> {
    let ports = world.all().flat_map(|(index, container)| {
        let ports = container.spec.ports.iter();
        ports.map(move |port| (index, container, port))
    });
    ports
        .filter_map(|(index, container, port)| {
            Some(Wish {
                container: index,
                inside: port.container,
                published: container.published(port),
                kind: port.listen?,
            })
        })
        .collect()
}

impl ServiceListener {
    async fn open(
        control: &Control,
        wish: &Wish,
        shared: bool,
    ) -> Result<(Self, TcpListener), SimError> {
        let failed = |source| SimError::Listener {
            service: name_of(control, wish.container),
            source,
        };
        let listener = bind(wish.published.filter(|_| !shared))
            .await
            .map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let container = (!shared).then_some(wish.container);
        Ok((
            Self {
                control: control.clone(),
                container,
                kind: wish.kind,
                address,
            },
            listener,
        ))
    }

    fn behaviour(&self) -> Behaviour {
        let Some(index) = self.container else {
            return Behaviour::Open { failing: None };
        };
        self.control.look(|world, _| {
            let Some(container) = world.get(index) else {
                return Behaviour::Closed;
            };
            match (container.state, container.failing()) {
                (SimState::Paused, _) => Behaviour::Silent,
                (SimState::Running, Some(_)) if self.kind != ListenKind::Http => Behaviour::Closed,
                (SimState::Running, failing) => Behaviour::Open {
                    failing: failing.cloned(),
                },
                _ => Behaviour::Closed,
            }
        })
    }

    /// Serves until the simulation ends.
    async fn run(self, listener: TcpListener) {
        let mut listener = Some(listener);
        let mut changes = self.control.changes();
        let permits = Arc::new(Semaphore::new(CONNECTIONS));
        loop {
            changes.mark_unchanged();
            let behaviour = self.behaviour();
            if behaviour == Behaviour::Closed {
                listener = None;
            } else if listener.is_none() {
                listener = TcpListener::bind(self.address).await.ok();
            }
            let again =
                Duration::from_millis(if listener.is_none() && behaviour != Behaviour::Closed {
                    200
                } else {
                    60_000
                });
            tokio::select! {
                changed = changes.changed() => if changed.is_err() { return },
                () = tokio::time::sleep(again) => {}
                stream = accept(listener.as_ref(), &behaviour) => self.answer(stream, &behaviour, &permits),
            }
        }
    }

    /// What it says now, and how long each answer takes.
    fn answer_now(&self, failing: Option<&str>) -> Answer {
        self.control.look(|world, now| {
            let container = self.container.and_then(|index| world.get(index));
            let Some(container) = container else {
                return Answer {
                    version: "1.4.2".to_owned(),
                    body: http::reply("1.4.2", "", failing),
                    latency: Duration::ZERO,
                };
            };
            let spec = &container.spec;
            let check = spec.healthcheck.as_ref();
            let working = check.map_or("", |check| check.output.as_str());
            Answer {
                version: spec.version.clone(),
                body: http::reply(&spec.version, working, failing),
                latency: container.latency(now),
            }
        })
    }

    fn answer(&self, stream: TcpStream, behaviour: &Behaviour, permits: &Arc<Semaphore>) {
        let (Behaviour::Open { failing }, Ok(permit)) =
            (behaviour, Arc::clone(permits).try_acquire_owned())
        else {
            return;
        };
        let answer = self.answer_now(failing.as_deref());
        let kind = self.kind;
        tokio::spawn(async move {
            // A peer that goes away or stays silent is its own affair.
            let _ = tokio::time::timeout(CONVERSATION, answer.speak(kind, stream)).await;
            drop(permit);
        });
    }
}

impl Container {
    /// How long an answer takes at `now`.
    fn latency(&self, now: Nanos) -> Duration {
        let spread = 0.7 + 0.6 * unit(now.unsigned_abs());
        let usual = self.spec.latency * self.curve().level(now) * spread;
        let milliseconds = usual + self.ailment().map_or(0.0, |ailment| ailment.delay);
        Duration::from_secs_f64(milliseconds.clamp(0.0, 30_000.0) / 1000.0)
    }
}

/// What a service says over a connection.
struct Answer {
    version: String,
    /// The whole answer to a request over HTTP.
    body: String,
    latency: Duration,
}

impl Answer {
    async fn speak(self, kind: ListenKind, mut stream: TcpStream) -> std::io::Result<()> {
        let latency = self.latency;
        match kind {
            ListenKind::Http => http::serve(stream, latency, &self.body).await,
            // The peer sees that somebody accepts, and waits for it.
            ListenKind::Tcp => {
                tokio::io::copy(&mut stream, &mut tokio::io::sink()).await?;
                Ok(())
            }
            ListenKind::Postgres => postgres::serve(stream, &self.version, latency).await,
            ListenKind::Redis => redis::serve(stream, latency).await,
            ListenKind::Nats => nats::serve(stream, &self.version, latency).await,
            ListenKind::Mqtt => mqtt::serve(stream, latency).await,
        }
    }
}

/// Listens on `port` where it is free, else on one that the system chooses.
async fn bind(port: Option<u16>) -> std::io::Result<TcpListener> {
    if let Some(port) = port
        && let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await
    {
        return Ok(listener);
    }
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await
}

async fn accept(listener: Option<&TcpListener>, behaviour: &Behaviour) -> TcpStream {
    loop {
        match (listener, behaviour) {
            (Some(listener), Behaviour::Open { .. }) => match listener.accept().await {
                Ok((stream, _)) => return stream,
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            _ => std::future::pending().await,
        }
    }
}

fn name_of(control: &Control, index: u32) -> String {
    control.look(|world, _| {
        let container = world.get(index);
        container.map_or_else(String::new, |container| container.name.to_string())
    })
}
