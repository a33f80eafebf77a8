//! The last resort: a TCP port that is published or exposed.

use crate::model::Port;

use super::{ALIVE, Found};

/// Ports that usually speak HTTP, most telling first.
const WEB: [u16; 24] = [
    80, 8080, 8000, 3000, 5000, 8081, 8888, 9000, 4000, 4200, 5173, 8008, 8082, 8090, 8100, 8200, 8500, 9090,
    9091, 9200, 15672, 443, 8443, 9443,
];

/// Web ports that usually want TLS.
const TLS: [u16; 3] = [443, 8443, 9443];

/// Picks the most telling TCP port: published before exposed, web before others, UDP never.
pub(super) fn find(ports: &[Port]) -> Option<Found> {
    let tcp = || ports.iter().filter(|port| port.protocol.eq_ignore_ascii_case("tcp") && port.container != 0);
    let best =
        tcp().min_by_key(|port| (port.published.is_none(), web_rank(port.container), port.container))?;
    let port = best.container;
    if web_rank(port) == WEB.len() {
        return Some(Found::tcp(port));
    }
    Some(Found { tls: TLS.contains(&port), status: ALIVE, ..Found::http(port, "/") })
}

fn web_rank(port: u16) -> usize {
    WEB.iter().position(|web| *web == port).unwrap_or(WEB.len())
}
