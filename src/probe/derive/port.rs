//! The last resort: a port that is published or exposed, and what usually stands behind it.

use crate::model::{Port, PortProtocol, ProbeKind};

use super::{ALIVE, Found};

/// Ports whose protocol is clear from their number, and whether it goes over TLS there.
///
/// Each of these kinds notices when something else answers, so that a wrong guess becomes plain
/// TCP.
const NATIVE: [(u16, ProbeKind, bool); 14] = [
    (5432, ProbeKind::Postgres, false),
    (3306, ProbeKind::Mysql, false),
    (6379, ProbeKind::Redis, false),
    (26379, ProbeKind::Redis, false),
    (27017, ProbeKind::Mongodb, false),
    (4222, ProbeKind::Nats, false),
    (9092, ProbeKind::Kafka, false),
    (5672, ProbeKind::Amqp, false),
    (5671, ProbeKind::Amqp, true),
    (1883, ProbeKind::Mqtt, false),
    (8883, ProbeKind::Mqtt, true),
    (11211, ProbeKind::Memcached, false),
    (50051, ProbeKind::Grpc, false),
    (53, ProbeKind::Dns, false),
];

/// Ports that usually speak HTTP, strongest evidence first.
const WEB: [u16; 24] = [
    80, 8080, 8000, 3000, 5000, 8081, 8888, 9000, 4000, 4200, 5173, 8008, 8082, 8090, 8100, 8200,
    8500, 9090, 9091, 9200, 15672, 443, 8443, 9443,
];

/// Web ports that usually want TLS.
const TLS: [u16; 3] = [443, 8443, 9443];

/// Ports beside a server's own, where it reports on itself or speaks another protocol: NATS, Redpanda, EMQX,
/// ActiveMQ, RabbitMQ, consoles and MQTT over WebSocket, MySQL's second protocol.
const SIDE_DOORS: [u16; 8] = [8222, 9644, 18083, 8161, 15692, 9001, 8083, 33060];

/// Ports whose certificate is looked at beside the check of another port, strongest evidence first.
const CERTIFICATES: [u16; 2] = [443, 8443];

/// Picks the port that is the strongest evidence: published before exposed; a protocol that is clear from the number
/// before HTTP, HTTP before TCP. UDP only where it is DNS.
pub(super) fn find(ports: &[Port]) -> Option<Found> {
    let best = ports
        .iter()
        .filter(|port| port.container != 0 && (port.protocol == PortProtocol::Tcp || is_dns(port)))
        .min_by_key(|port| (port.published.is_none(), rank(port), port.container))?;
    let number = best.container;
    if let Some(found) =
        native(number).filter(|found| (found.kind == ProbeKind::Dns) == is_dns(best))
    {
        return Some(found);
    }
    if !WEB.contains(&number) {
        return Some(Found::tcp(number));
    }
    Some(Found {
        tls: TLS.contains(&number),
        status: ALIVE,
        ..Found::http(number, "/")
    })
}

/// The check of a port whose number stands for a protocol.
pub(super) fn native(port: u16) -> Option<Found> {
    let (_, kind, tls) = *NATIVE.iter().find(|(number, _, _)| *number == port)?;
    Some(Found {
        tls,
        ..Found::of(kind, port)
    })
}

/// Whether `port` usually stands for something else than `kind`.
pub(super) fn is_usual_for_another(port: u16, kind: ProbeKind) -> bool {
    match native(port) {
        Some(found) => found.kind != kind,
        None => (WEB.contains(&port) || SIDE_DOORS.contains(&port)) && kind != ProbeKind::Http,
    }
}

/// The only TCP port that is published, or exposed where none is; `None` when there are several, or
/// none.
pub(super) fn only_tcp(ports: &[Port]) -> Option<u16> {
    let tcp = || {
        ports
            .iter()
            .filter(|port| port.protocol == PortProtocol::Tcp)
    };
    let any_published = tcp().any(|port| port.published.is_some());
    let mut numbers = tcp()
        .filter(|port| port.published.is_some() == any_published)
        .map(|port| port.container);
    let first = numbers.next()?;
    numbers.all(|number| number == first).then_some(first)
}

/// The port among `ports` whose certificate is looked at: published before exposed.
pub(super) fn with_certificate(ports: &[Port]) -> Option<u16> {
    let rank = |port: &Port| {
        CERTIFICATES
            .iter()
            .position(|number| *number == port.container)
    };
    let candidates = ports
        .iter()
        .filter(|port| port.protocol == PortProtocol::Tcp);
    let ranked =
        candidates.filter_map(|port| Some((port.published.is_none(), rank(port)?, port.container)));
    ranked.min().map(|(_, _, number)| number)
}

fn is_dns(port: &Port) -> bool {
    port.container == 53 && port.protocol == PortProtocol::Udp
}

/// How weak the evidence of a port is; gRPC stands below HTTP, as its port is often there beside a page.
fn rank(port: &Port) -> usize {
    let web = WEB.iter().position(|web| *web == port.container);
    match native(port.container) {
        Some(found) if found.kind == ProbeKind::Grpc => WEB.len() + 1,
        Some(found) if (found.kind == ProbeKind::Dns) == is_dns(port) => 0,
        _ => web.map_or(WEB.len() + 2, |web| web + 1),
    }
}
