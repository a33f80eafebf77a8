//! Real listeners on 127.0.0.1 for simulated services, so that a probe finds what inspect promises:
//! open while the service works, 503 or refused while it fails, silent while it is paused.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use super::control::Control;
use super::error::SimError;
use super::id::unit;
use super::schema::{ListenKind, SimState};
use super::world::World;

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
/// Longest request head that is read.
const HEAD: usize = 8 << 10;

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
    for (index, inside, kind) in wanted {
        let known = common
            .iter()
            .find(|(other, _)| *other == kind)
            .filter(|_| shared);
        let port = match known {
            Some((_, port)) => *port,
            None => {
                let (service, listener) =
                    ServiceListener::open(control, index, kind, shared).await?;
                let port = service.address.port();
                common.push((kind, port));
                tasks.push(tokio::spawn(service.run(listener)));
                port
            }
        };
        found.push((index, inside, port));
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

/// The ports that are to be listened on: container, port inside, what listens.
fn wanted(world: &World) -> Vec<(u32, u16, ListenKind)> {
    let ports = world.all().flat_map(|(index, container)| {
        let ports = container.spec.ports.iter();
        ports.map(move |port| (index, port.container, port.listen))
    });
    ports
        .filter_map(|(index, port, kind)| Some((index, port, kind?)))
        .collect()
}

impl ServiceListener {
    async fn open(
        control: &Control,
        index: u32,
        kind: ListenKind,
        shared: bool,
    ) -> Result<(Self, TcpListener), SimError> {
        let failed = |source| SimError::Listener {
            service: name_of(control, index),
            source,
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let container = (!shared).then_some(index);
        Ok((
            Self {
                control: control.clone(),
                container,
                kind,
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
                (SimState::Running, Some(_)) if self.kind == ListenKind::Tcp => Behaviour::Closed,
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

    /// What it says of its version, and how many milliseconds its answer takes now.
    fn version_and_latency(&self) -> (String, f64) {
        self.control.look(|world, now| {
            let container = self.container.and_then(|index| world.get(index));
            let Some(container) = container else {
                return ("1.4.2".to_owned(), 0.0);
            };
            let spread = 0.7 + 0.6 * unit(now.unsigned_abs());
            let latency = container.spec.latency * container.curve().level(now) * spread;
            (container.spec.version.clone(), latency)
        })
    }

    fn answer(&self, stream: TcpStream, behaviour: &Behaviour, permits: &Arc<Semaphore>) {
        let (Behaviour::Open { failing }, Ok(permit)) =
            (behaviour, Arc::clone(permits).try_acquire_owned())
        else {
            return;
        };
        if self.kind == ListenKind::Tcp {
            // The peer sees that somebody accepts; then the connection is closed.
            return;
        }
        let (version, latency) = self.version_and_latency();
        let reply = reply(&version, failing.as_deref());
        tokio::spawn(async move {
            let served = respond(
                stream,
                Duration::from_secs_f64(latency.clamp(0.0, 2_000.0) / 1000.0),
                &reply,
            );
            // A peer that goes away or stays silent is its own affair.
            let _ = tokio::time::timeout(Duration::from_secs(10), served).await;
            drop(permit);
        });
    }
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

fn reply(version: &str, failing: Option<&str>) -> String {
    let body = |status: &str, error| match error {
        None => serde_json::json!({ "status": status, "version": version }).to_string(),
        Some(error) => {
            serde_json::json!({ "status": status, "version": version, "error": error }).to_string()
        }
    };
    let (status, body) = match failing {
        None => ("200 OK", body("healthy", None)),
        // A check that printed the service's own JSON: that is what the service answers.
        Some(own) if own.starts_with('{') => ("503 Service Unavailable", own.to_owned()),
        Some(error) => ("503 Service Unavailable", body("unhealthy", Some(error))),
    };
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

async fn respond(mut stream: TcpStream, latency: Duration, reply: &str) -> std::io::Result<()> {
    let mut head = Vec::with_capacity(512);
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if head.len() > HEAD || stream.read_buf(&mut head).await? == 0 {
            return Ok(());
        }
    }
    tokio::time::sleep(latency).await;
    stream.write_all(reply.as_bytes()).await?;
    stream.shutdown().await
}

fn name_of(control: &Control, index: u32) -> String {
    control.look(|world, _| {
        let container = world.get(index);
        container.map_or_else(String::new, |container| container.name.to_string())
    })
}
