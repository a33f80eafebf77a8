//! What the catalog knows of an image, alone and together with a healthcheck.

use crate::model::{HintProbe, Port, ProbeKind};

use super::{ALIVE, Found, port};

/// Further health calls of products, beside the one in [`ProbeKind::health_path`].
const CALLS: &[(ProbeKind, &[&str])] = &[
    (
        ProbeKind::Elasticsearch,
        &["/_cat/health", "/_cat/nodes", "/_cluster/stats"],
    ),
    (
        ProbeKind::Minio,
        &["/minio/health/ready", "/minio/health/cluster"],
    ),
    (ProbeKind::Weaviate, &["/v1/.well-known/live", "/v1/meta"]),
    (ProbeKind::Arangodb, &["/_api/version"]),
    (ProbeKind::Etcd, &["/readyz", "/livez", "/version"]),
    (ProbeKind::Consul, &["/v1/agent/self", "/v1/status/peers"]),
    (ProbeKind::Vault, &["/v1/sys/seal-status"]),
    (ProbeKind::Qdrant, &["/healthz", "/livez"]),
    (ProbeKind::Ollama, &["/api/tags"]),
    (ProbeKind::Prometheus, &["/-/healthy"]),
];

/// Products whose health call is no other product's: the path identifies them without a known image.
const TELLING: [ProbeKind; 6] = [
    ProbeKind::Elasticsearch,
    ProbeKind::Minio,
    ProbeKind::Weaviate,
    ProbeKind::Arangodb,
    ProbeKind::Consul,
    ProbeKind::Vault,
];

/// The check of an image in the catalog.
///
/// A container whose only published TCP port (only exposed one, where none is published) is another
/// one was configured so: that port is asked then, unless it usually stands for something else or
/// the catalog names a path there.
pub(super) fn find(known: &HintProbe, ports: &[Port]) -> Found {
    let mut found = Found {
        tls: known.tls,
        ..of(known)
    };
    let moves = found.kind != ProbeKind::Dns && (!found.kind.is_http() || found.status == ALIVE);
    if let Some(other) = port::only_tcp(ports).filter(|_| moves)
        && !port::is_usual_for_another(other, found.kind)
    {
        found.port = other;
    }
    found
}

/// What a healthcheck that `told` something means where the image is `known`.
///
/// - A port alone becomes the kind that the image is known for, at that port. A side door (a
///   management
///   page, metrics) is left aside for the image's own port: `None`.
/// - A path that is a product's health call, or its front page, becomes the product's own check.
/// - Everything else stays as its authors wrote it.
pub(super) fn refine(told: Found, known: Option<&HintProbe>) -> Option<Found> {
    match (told.kind, known) {
        (ProbeKind::Tcp, Some(known)) if known.kind != ProbeKind::Tcp => at_port(told, known),
        (ProbeKind::Tcp, _) => Some(port::native(told.port).unwrap_or(told)),
        (ProbeKind::Http, known) => Some(product(&told, known).unwrap_or(told)),
        _ => Some(told),
    }
}

fn at_port(told: Found, known: &HintProbe) -> Option<Found> {
    let at_home = told.port == known.port;
    if !at_home && port::is_usual_for_another(told.port, known.kind) {
        return None;
    }
    if !at_home && known.kind.is_http() {
        return Some(told);
    }
    Some(Found {
        port: told.port,
        tls: told.tls || (at_home && known.tls),
        ..of(known)
    })
}

/// The check of the product that `told` asks for its health.
fn product(told: &Found, known: Option<&HintProbe>) -> Option<Found> {
    let path = told.path.split('?').next().unwrap_or_default();
    let known = known.filter(|known| known.kind.health_path().is_some());
    let kind = match known {
        Some(known) => known.kind,
        None => TELLING
            .into_iter()
            .find(|kind| calls(*kind).any(|call| path.ends_with(call)))?,
    };
    let plain = Found {
        tls: told.tls,
        ..Found::of(kind, told.port)
    }
    .asking_like(Some(told));
    if kind.health_path().is_some_and(|call| path.ends_with(call)) {
        // The call of its authors, behind whatever prefix it stands.
        return Some(Found {
            path: told.path.clone(),
            request: told.request.clone(),
            ..plain
        });
    }
    let front = known.is_some_and(|known| known.port == told.port) && path == "/";
    (front || calls(kind).any(|call| path == call)).then_some(plain)
}

fn calls(kind: ProbeKind) -> impl Iterator<Item = &'static str> {
    let more = CALLS
        .iter()
        .filter(move |(each, _)| *each == kind)
        .flat_map(|(_, calls)| *calls);
    // A front page or a bare version identifies no product.
    kind.health_path().into_iter().chain(more.copied())
}

fn of(known: &HintProbe) -> Found {
    let usual = Found::of(known.kind, known.port);
    match known.kind {
        ProbeKind::Http if known.path.is_empty() => Found {
            status: ALIVE,
            ..Found::http(known.port, "/")
        },
        kind if kind.is_http() && !known.path.is_empty() => Found {
            path: known.path.clone(),
            ..usual
        },
        _ => Found {
            subject: known.path.clone(),
            ..usual
        },
    }
}
