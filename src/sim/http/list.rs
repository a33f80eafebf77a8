//! `GET /containers/json`. Made for 30,000 containers: filtered before anything is written, and
//! written in pieces, so that no answer is ever held in memory as a whole.

use axum::body::Bytes;
use axum::response::Response;
use futures_util::stream;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use crate::model::DockerStatus;
use crate::model::SortShared as _;

use super::super::clock::{Nanos, SECOND, human};
use super::super::control::Control;
use super::super::id::Id;
use super::super::schema::SimState;
use super::super::world::{Container, World};
use super::filters::ContainerFilter;
use super::inspect::{mounts, network};
use super::{Params, reply};

/// Containers written in one piece.
const PIECE: usize = 256;

pub(super) fn containers(control: &Control, params: &Params) -> Response {
    let filter = match ContainerFilter::parse(params) {
        Ok(filter) => filter,
        Err(refusal) => return reply::refused(&refusal),
    };
    let wanted = newest_first(control, params, &filter);
    let size = params.is("size");
    if wanted.len() <= PIECE {
        return whole(control, &wanted, size);
    }
    in_pieces(control.clone(), wanted, size)
}

/// Creation and index of the containers that are asked for.
fn newest_first(control: &Control, params: &Params, filter: &ContainerFilter) -> Vec<(Nanos, u32)> {
    let mut wanted: Vec<(Nanos, u32)> = control.look(|world, _| {
        let fitting = world
            .all()
            .filter(|(_, container)| filter.fits(world, container));
        fitting
            .map(|(index, container)| (container.created, index))
            .collect()
    });
    wanted.sort_shared_by(|a, b| b.cmp(a));
    let limit = params
        .get("limit")
        .and_then(|limit| limit.parse().ok())
        .filter(|limit| *limit > 0);
    wanted.truncate(limit.unwrap_or(usize::MAX));
    wanted
}

fn whole(control: &Control, wanted: &[(Nanos, u32)], size: bool) -> Response {
    let body = control.look(|world, now| {
        let entries = wanted.iter().filter_map(|(_, index)| world.get(*index));
        let entries = entries.map(|container| Entry {
            world,
            container,
            now,
            size,
        });
        entries
            .collect::<Vec<_>>()
            .serialize(serde_json::value::Serializer)
            .ok()
    });
    body.map_or_else(
        || reply::message(500, "the list cannot be written"),
        |body| reply::json(&body),
    )
}

fn in_pieces(control: Control, wanted: Vec<(Nanos, u32)>, size: bool) -> Response {
    let pieces = stream::unfold((wanted, 0), move |(wanted, at)| {
        let control = control.clone();
        async move {
            if at >= wanted.len() {
                return None;
            }
            let end = (at + PIECE).min(wanted.len());
            let piece = piece(
                &control,
                &wanted[at..end],
                at == 0,
                end == wanted.len(),
                size,
            );
            Some((piece, (wanted, end)))
        }
    });
    reply::stream("application/json", pieces)
}

fn piece(
    control: &Control,
    wanted: &[(Nanos, u32)],
    first: bool,
    last: bool,
    size: bool,
) -> Result<Bytes, std::io::Error> {
    let mut out = Vec::with_capacity(wanted.len() * 1500);
    out.push(if first { b'[' } else { b' ' });
    control.look(|world, now| {
        let mut begun = !first;
        for container in wanted.iter().filter_map(|(_, index)| world.get(*index)) {
            if begun {
                out.push(b',');
            }
            begun = true;
            serde_json::to_writer(
                &mut out,
                &Entry {
                    world,
                    container,
                    now,
                    size,
                },
            )?;
        }
        Ok::<_, serde_json::Error>(())
    })?;
    if last {
        out.extend_from_slice(b"]\n");
    }
    Ok(Bytes::from(out))
}

struct Entry<'a> {
    world: &'a World,
    container: &'a Container,
    now: Nanos,
    size: bool,
}

impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self {
            world,
            container,
            now,
            size,
        } = self;
        let spec = &container.spec;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("Id", &container.id.to_string())?;
        map.serialize_entry("Names", &[format!("/{}", container.name)])?;
        map.serialize_entry("Image", &spec.image)?;
        map.serialize_entry(
            "ImageID",
            &format!("sha256:{}", Id::of("image", &spec.image)),
        )?;
        map.serialize_entry("Command", &spec.command.join(" "))?;
        map.serialize_entry("Created", &(container.created / SECOND))?;
        map.serialize_entry("Ports", &Ports(container))?;
        map.serialize_entry("Labels", &Labels(world, container))?;
        map.serialize_entry("State", container.state.word())?;
        map.serialize_entry("Status", &status(container, *now))?;
        map.serialize_entry(
            "HostConfig",
            &serde_json::json!({ "NetworkMode": world.network_mode(container) }),
        )?;
        map.serialize_entry(
            "NetworkSettings",
            &serde_json::json!({ "Networks": Networks(world, container) }),
        )?;
        map.serialize_entry("Mounts", &mounts(world, container))?;
        if *size {
            map.serialize_entry("SizeRw", &(4096 + container.seed % 50_000_000))?;
            map.serialize_entry("SizeRootFs", &(60_000_000 + container.seed % 300_000_000))?;
        }
        map.end()
    }
}

/// The column `STATUS` of `docker ps`.
pub(super) fn status(container: &Container, now: Nanos) -> String {
    let up = || format!("Up {}", human(now - container.started));
    let ended = || {
        format!(
            "({}) {} ago",
            container.exit_code,
            human(now - container.finished)
        )
    };
    match (container.state, container.health) {
        (SimState::Created, _) => "Created".into(),
        (SimState::Paused, _) => format!("{} (Paused)", up()),
        (SimState::Restarting, _) => format!("Restarting {}", ended()),
        (SimState::Exited, _) => format!("Exited {}", ended()),
        (SimState::Dead, _) => "Dead".into(),
        (SimState::Running, DockerStatus::None) => up(),
        (SimState::Running, DockerStatus::Starting) => format!("{} (health: starting)", up()),
        (SimState::Running, DockerStatus::Healthy) => format!("{} (healthy)", up()),
        (SimState::Running, DockerStatus::Unhealthy) => format!("{} (unhealthy)", up()),
    }
}

struct Ports<'a>(&'a Container);

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Port<'a> {
    #[serde(rename = "IP", skip_serializing_if = "Option::is_none")]
    ip: Option<&'a str>,
    private_port: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    public_port: Option<u16>,
    #[serde(rename = "Type")]
    kind: &'a str,
}

impl Serialize for Ports<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        // Ports exist while the process does.
        for binding in self.0.bindings().filter(|_| self.0.state.is_up()) {
            let (private_port, kind) = (binding.spec.container, binding.spec.protocol.as_str());
            let port = |ip| Port {
                ip,
                private_port,
                public_port: binding.host.map(|(_, port)| port),
                kind,
            };
            list.serialize_element(&port(binding.host.map(|(ip, _)| ip)))?;
            if binding.host.is_some_and(|(ip, _)| ip == "0.0.0.0") {
                list.serialize_element(&port(Some("::")))?;
            }
        }
        list.end()
    }
}

/// The labels of a container as a JSON object.
pub(super) struct Labels<'a>(pub(super) &'a World, pub(super) &'a Container);

impl Serialize for Labels<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let mut done = Ok(());
        self.0.each_label(self.1, &mut |key, value| {
            if done.is_ok() {
                done = map.serialize_entry(key, value);
            }
        });
        done?;
        map.end()
    }
}

/// `NetworkSettings.Networks`.
pub(super) struct Networks<'a>(pub(super) &'a World, pub(super) &'a Container);

impl Serialize for Networks<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for attachment in self.0.attachments(self.1) {
            map.serialize_entry(&attachment.name, &network(&attachment, self.1, false))?;
        }
        map.end()
    }
}
