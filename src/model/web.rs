//! Addresses of published ports for a browser. They are made of numbers and of the address of the
//! engine, never of text that a container supplies.

use std::net::IpAddr;

use super::commands::is_safe;
use super::{Port, PortProtocol};

/// Ports inside containers that speak TLS by convention.
const TLS: [u16; 2] = [443, 8443];

impl Port {
    /// Whether it is one of TCP.
    #[must_use]
    pub fn is_tcp(&self) -> bool {
        self.protocol == PortProtocol::Tcp
    }
}

/// The URL of a published port, as seen from the machine that shows it, where the engine is at
/// `endpoint`; `None` where it is not published, or not over TCP.
#[must_use]
pub fn web_url(port: &Port, endpoint: &str) -> Option<String> {
    let published = port.published.filter(|_| port.is_tcp())?;
    let bound: Option<IpAddr> = port.address.as_deref().and_then(|text| text.parse().ok());
    let host = match bound {
        Some(IpAddr::V6(address)) if !address.is_unspecified() && !address.is_loopback() => {
            format!("[{address}]")
        }
        Some(IpAddr::V4(address)) if !address.is_unspecified() && !address.is_loopback() => {
            address.to_string()
        }
        _ => engine_host(endpoint).to_owned(),
    };
    let scheme = if TLS.contains(&port.container) {
        "https"
    } else {
        "http"
    };
    Some(format!("{scheme}://{host}:{published}"))
}

/// The host of an engine's address, such as `ssh://ann@server:22`; `localhost` where it is on this
/// machine, or no name that may stand in a URL.
fn engine_host(endpoint: &str) -> &str {
    let remote = endpoint
        .split_once("://")
        .filter(|(scheme, _)| matches!(*scheme, "ssh" | "tcp" | "http" | "https"));
    let Some((_, rest)) = remote else {
        return "localhost";
    };
    let authority = rest.split('/').next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = if host.starts_with('[') {
        host.split_once(']').map_or("", |(address, _)| {
            host.get(..=address.len()).unwrap_or_default()
        })
    } else {
        host.split(':').next().unwrap_or_default()
    };
    let inner = host.trim_start_matches('[').trim_end_matches(']');
    if is_safe(inner) && !inner.contains('%') {
        host
    } else {
        "localhost"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCAL: &str = "unix:///var/run/docker.sock";

    /// Port in the container and on the host, where it is bound, the engine, the URL.
    type Case = (
        u16,
        Option<u16>,
        Option<&'static str>,
        &'static str,
        Option<&'static str>,
    );

    const CASES: &[Case] = &[
        (
            80,
            Some(8080),
            Some("0.0.0.0"),
            LOCAL,
            Some("http://localhost:8080"),
        ),
        (
            80,
            Some(8080),
            Some("::"),
            LOCAL,
            Some("http://localhost:8080"),
        ),
        (
            80,
            Some(8080),
            Some("127.0.0.1"),
            LOCAL,
            Some("http://localhost:8080"),
        ),
        (80, Some(8080), None, LOCAL, Some("http://localhost:8080")),
        (
            443,
            Some(8443),
            Some("10.0.0.5"),
            LOCAL,
            Some("https://10.0.0.5:8443"),
        ),
        (
            80,
            Some(1),
            Some("fd00::5"),
            LOCAL,
            Some("http://[fd00::5]:1"),
        ),
        (
            80,
            Some(8080),
            Some("\u{1b}]8;;evil"),
            LOCAL,
            Some("http://localhost:8080"),
        ),
        (80, None, None, LOCAL, None),
        (
            80,
            Some(80),
            None,
            "ssh://ann@server:22",
            Some("http://server:80"),
        ),
        (
            80,
            Some(80),
            None,
            "tcp://10.1.2.3:2376",
            Some("http://10.1.2.3:80"),
        ),
        (
            80,
            Some(80),
            None,
            "tcp://[fd00::1]:2376",
            Some("http://[fd00::1]:80"),
        ),
        (
            80,
            Some(80),
            None,
            "tcp://a;b:2376",
            Some("http://localhost:80"),
        ),
    ];

    #[test]
    fn a_url_is_made_of_the_published_port_and_the_host_of_the_engine() {
        for (container, published, address, endpoint, expected) in CASES.iter().copied() {
            let port = Port {
                container,
                protocol: PortProtocol::Tcp,
                published,
                address: address.map(str::to_owned),
            };
            assert_eq!(
                web_url(&port, endpoint).as_deref(),
                expected,
                "{container} {published:?} {address:?} {endpoint}"
            );
        }
        let udp = Port {
            container: 53,
            protocol: PortProtocol::Udp,
            published: Some(53),
            address: None,
        };
        assert_eq!(web_url(&udp, LOCAL), None);
    }
}
