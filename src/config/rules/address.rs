//! The address of a probe whose target is no container: `https://…`, `redis://cache.example:6379`.

use crate::model::ProbeKind;
use crate::model::authority::{split_port, split_url};

/// An address as it was written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// What its scheme means.
    pub kind: ProbeKind,
    /// Whether the scheme means TLS.
    pub tls: bool,
    /// Its scheme.
    scheme: String,
    /// Name or address; IPv6 in brackets.
    host: String,
    port: Option<u16>,
    /// Path and query with the leading slash; empty where there is none.
    path: String,
}

/// Why a text is no address of a probe.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// A user or a password stands in it.
    Credentials,
    /// Its scheme means no kind of probe.
    Scheme,
    /// Host or port cannot be.
    Target,
}

impl Address {
    /// Reads `text`.
    pub fn parse(text: &str) -> Result<Self, Wrong> {
        let (scheme, authority, path) = split_url(text.trim());
        let scheme = scheme.ok_or(Wrong::Scheme)?;
        if authority.contains('@') {
            return Err(Wrong::Credentials);
        }
        let (kind, tls) = ProbeKind::of_scheme(scheme)
            .filter(|(kind, _)| kind.has_address())
            .ok_or(Wrong::Scheme)?;
        let (host, port) = split_port(authority);
        let port = port.map(port_number).transpose()?;
        let clean = !path.chars().any(|c| c.is_whitespace() || c.is_control());
        if !is_host(host) || !clean {
            return Err(Wrong::Target);
        }
        Ok(Self {
            kind,
            tls,
            scheme: scheme.to_owned(),
            host: host.to_owned(),
            port,
            path: rooted(path),
        })
    }

    /// What stands behind the slash, for kinds that are asked for something.
    pub fn subject(&self) -> &str {
        self.path.trim_start_matches('/')
    }

    /// The complete URL of a probe of `kind`, with the port and path that are usual for it; `None`
    /// where there is no usual port and none is written.
    pub fn complete(&self, kind: ProbeKind, tls: bool) -> Option<String> {
        let spoken = matches!(self.scheme.as_str(), "http" | "https");
        let port = match self.port {
            None if spoken => String::new(),
            port => format!(":{}", port.or_else(|| kind.usual_port(tls))?),
        };
        let host = &self.host;
        if !kind.is_http() {
            return Some(format!("{}://{host}{port}", kind.id()));
        }
        let path = match kind.health_path() {
            Some(call) if self.subject().is_empty() => call,
            _ => &self.path,
        };
        Some(format!(
            "{}://{host}{port}{path}",
            if tls { "https" } else { "http" }
        ))
    }
}

fn is_host(text: &str) -> bool {
    match text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        Some(inner) => inner.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            !text.is_empty()
                && text
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))
        }
    }
}

/// 0 is no port.
fn port_number(port: &str) -> Result<u16, Wrong> {
    let number = port.parse().ok().filter(|port| *port != 0);
    number.ok_or(Wrong::Target)
}

/// `path` with its first slash; an empty one stays empty.
fn rooted(path: &str) -> String {
    if path.is_empty() || path.starts_with('/') {
        path.to_owned()
    } else {
        format!("/{path}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_completed() {
        for (text, expected) in [
            (
                "https://example.org/health?x=1",
                "https://example.org/health?x=1",
            ),
            ("http://example.org", "http://example.org"),
            ("http://[::1]:8080/", "http://[::1]:8080/"),
            ("redis://cache.example", "redis://cache.example:6379"),
            ("rediss://cache.example:6380", "redis://cache.example:6380"),
            (
                "postgresql://db_1.example/app",
                "postgres://db_1.example:5432",
            ),
            ("amqps://mq.example", "amqp://mq.example:5671"),
            (
                "grpc://api.example:50051/my.Service",
                "grpc://api.example:50051",
            ),
            ("tls://example.org", "tls://example.org:443"),
            ("dns://9.9.9.9/example.org", "dns://9.9.9.9:53"),
            (
                "vault://vault.example",
                "http://vault.example:8200/v1/sys/health",
            ),
            (
                "elasticsearchs://es.example/",
                "https://es.example:9200/_cluster/health",
            ),
            (
                "minio://s3.example:9000/own/path",
                "http://s3.example:9000/own/path",
            ),
        ] {
            let address = Address::parse(text).expect(text);
            assert_eq!(
                address.complete(address.kind, address.tls).as_deref(),
                Some(expected),
                "{text}"
            );
        }
        let plain = Address::parse("https://es.example:9200").expect("an address");
        let elastic = plain.complete(ProbeKind::Elasticsearch, true);
        assert_eq!(
            elastic.as_deref(),
            Some("https://es.example:9200/_cluster/health")
        );
        let bare = Address::parse("tcp://example.org").expect("an address");
        assert_eq!(bare.complete(ProbeKind::Tcp, false), None);
        assert_eq!(
            Address::parse("dns://9.9.9.9/example.org")
                .expect("one")
                .subject(),
            "example.org"
        );
    }

    #[test]
    fn what_is_no_address_says_why() {
        for (text, wrong) in [
            ("", Wrong::Scheme),
            ("example.org", Wrong::Scheme),
            ("ftp://x", Wrong::Scheme),
            ("exec://x", Wrong::Scheme),
            ("docker://x", Wrong::Scheme),
            ("redis://:secret@cache", Wrong::Credentials),
            ("https://user@example.org/", Wrong::Credentials),
            ("http://", Wrong::Target),
            ("http://:80/", Wrong::Target),
            ("http://x:0/", Wrong::Target),
            ("http://x:99999/", Wrong::Target),
            ("http://x:port/", Wrong::Target),
            ("http://a b/", Wrong::Target),
            ("http://a/b c", Wrong::Target),
            ("http://[x]/", Wrong::Target),
        ] {
            assert_eq!(Address::parse(text), Err(wrong), "{text}");
        }
    }
}
