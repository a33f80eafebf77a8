//! Reads how a line of the catalog is checked: `redis`, `postgres:5433`, `https:9001/ping`.

use crate::model::{HintProbe, ProbeKind};

/// The probe that `text` means; `None` when it means none.
pub(super) fn parse(text: &str) -> Option<HintProbe> {
    let (head, rest) = match text.split_once('/') {
        Some((head, rest)) => (head, Some(rest)),
        None => (text, None),
    };
    let (word, port) = match head.split_once(':') {
        Some((word, port)) => (word, Some(port.parse().ok().filter(|port| *port != 0)?)),
        None => (head, None),
    };
    let (kind, tls) = ProbeKind::of_scheme(word).filter(|(kind, _)| kind.has_address())?;
    let path = match rest {
        None => String::new(),
        Some(rest) if kind.is_http() => format!("/{rest}"),
        Some(rest) if matches!(kind, ProbeKind::Grpc | ProbeKind::Dns) => rest.to_owned(),
        Some(_) => return None,
    };
    Some(HintProbe {
        kind,
        port: port.or_else(|| kind.default_port())?,
        path,
        tls,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kind_port_and_rest_are_read() {
        let hint = |kind, port, path: &str, tls| {
            Some(HintProbe {
                kind,
                port,
                path: path.into(),
                tls,
            })
        };
        for (text, expected) in [
            ("redis", hint(ProbeKind::Redis, 6379, "", false)),
            ("mariadb:3307", hint(ProbeKind::Mysql, 3307, "", false)),
            ("tcp:22", hint(ProbeKind::Tcp, 22, "", false)),
            ("http:80", hint(ProbeKind::Http, 80, "", false)),
            ("http:80/", hint(ProbeKind::Http, 80, "/", false)),
            (
                "https:9001/ping",
                hint(ProbeKind::Http, 9001, "/ping", true),
            ),
            ("vault:8200/v1/sys/health?standbyok=true", {
                hint(
                    ProbeKind::Vault,
                    8200,
                    "/v1/sys/health?standbyok=true",
                    false,
                )
            }),
            (
                "grpc:7233/temporal.api.Service",
                hint(ProbeKind::Grpc, 7233, "temporal.api.Service", false),
            ),
            ("dns", hint(ProbeKind::Dns, 53, "", false)),
            ("http", None),
            ("tcp", None),
            ("tcp:0", None),
            ("tcp:70000", None),
            ("tcp:22/x", None),
            ("redis/0", None),
            ("exec:1", None),
            ("docker:1", None),
            ("ftp:21", None),
            ("", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }
}
