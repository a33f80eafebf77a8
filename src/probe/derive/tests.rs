mod healthchecks;
mod images;
mod requests;

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::model::{HintProbe, ImageHint, Layer, Port};
use crate::probe::testing::{facts, service};

/// `redis 6379`, `rediss 6380`, `grpc 50051 my.Service`, `https 8443 /up any`, `docker`, `-`; then
/// what is sent beside: `POST`, `host=x`, `sni=x`, `user=x`, `Name: value`, `body=x`.
fn show(found: Option<&Found>) -> String {
    let Some(found) = found else {
        return "-".into();
    };
    let Found {
        kind,
        port,
        path,
        subject,
        tls,
        status,
        request,
        server_name,
        user,
    } = found;
    if *kind == ProbeKind::Docker {
        return "docker".into();
    }
    let secure = if *tls { "s" } else { "" };
    let any = if *status == ALIVE { " any" } else { "" };
    let path = if kind.health_path() == Some(path) {
        ""
    } else {
        path
    };
    let mut text = format!("{}{secure} {port}", kind.id());
    for part in [path, subject].into_iter().filter(|part| !part.is_empty()) {
        text = format!("{text} {part}");
    }
    let mut text = text + any;
    let parts = [
        ("", request.method.as_str()),
        ("host=", &request.host),
        ("user=", user),
    ];
    for (name, part) in parts.into_iter().filter(|(_, part)| !part.is_empty()) {
        text = format!("{text} {name}{part}");
    }
    // A healthcheck over TLS asks for the name in its URL.
    if let Some(name) = server_name.as_deref().filter(|name| *name != "localhost") {
        text = format!("{text} sni={name}");
    }
    for (name, value) in &request.headers {
        text = format!("{text} [{name}: {}]", value.reveal());
    }
    request
        .body
        .iter()
        .fold(text, |text, body| format!("{text} body={}", body.reveal()))
}

#[test]
fn labels_set_a_probe_on_the_own_address_only() {
    for (value, expected) in [
        ("http://:8000/health", Ok("http 8000 /health")),
        (" https://:8443/ ", Ok("https 8443 /")),
        ("http://localhost/up", Ok("http 80 /up")),
        ("tcp://:5432", Ok("tcp 5432")),
        ("none", Ok("docker")),
        ("off", Ok("docker")),
        ("redis://:6379", Ok("redis 6379")),
        ("redis://", Ok("redis 6379")),
        ("rediss://:6380/", Ok("rediss 6380")),
        ("valkey://:6379", Ok("redis 6379")),
        ("postgres://:5433", Ok("postgres 5433")),
        ("postgresql://:5432/app", Ok("postgres 5432 app")),
        ("grpc://:50051/my.Service", Ok("grpc 50051 my.Service")),
        ("grpcs://:50051", Ok("grpcs 50051")),
        ("dns://:53/example.org", Ok("dns 53 example.org")),
        ("tls://:8443", Ok("tls 8443")),
        ("amqps://", Ok("amqps 5671")),
        ("vault://:8201", Ok("vault 8201")),
        (
            "grafana://:3000/grafana/api/health",
            Ok("grafana 3000 /grafana/api/health"),
        ),
        ("exec://redis-cli ping", Err("config file only")),
        ("exec: redis-cli ping", Err("config file only")),
        ("redis://:secret@:6379", Err("credentials are taken from")),
        (
            "postgres://monitor:secret@localhost/app",
            Err("credentials are taken from"),
        ),
        ("redis://:6379/0", Err("which redis takes none of")),
        ("grpc://", Err("port")),
        ("postgress://:5432", Err("none of")),
        ("docker://:1", Err("none of")),
        ("tcp://", Err("port")),
        ("tcp://:0", Err("port")),
        ("http://:99999/", Err("port")),
        ("http://169.254.169.254/latest", Err("another host")),
        ("http://user:secret@:80/", Err("credentials are taken from")),
        ("http://other:80/", Err("another host")),
        ("ftp://:21", Err("none of")),
        ("yes", Err("none of")),
        ("", Err("none of")),
        ("http://:80/a b", Err("none of")),
    ] {
        match (label::parse(value), expected) {
            (Ok(found), Ok(expected)) => assert_eq!(show(Some(&found)), expected, "{value}"),
            (Err(error), Err(part)) => {
                assert!(
                    error.contains(part) && !error.contains("secret"),
                    "{value}: {error}"
                );
            }
            (found, expected) => panic!("{value}: {found:?} instead of {expected:?}"),
        }
    }
}

fn port(container: u16, protocol: &str, published: Option<u16>) -> Port {
    Port {
        container,
        protocol: protocol.into(),
        published,
        address: None,
    }
}

#[test]
fn ports_are_the_last_resort() {
    for (ports, expected) in [
        (vec![], "-"),
        (vec![port(53, "udp", Some(53))], "dns 53"),
        (vec![port(53, "tcp", Some(53))], "tcp 53"),
        (
            vec![
                port(53, "tcp", None),
                port(53, "udp", None),
                port(80, "tcp", None),
            ],
            "dns 53",
        ),
        (vec![port(123, "udp", Some(123))], "-"),
        (vec![port(6379, "udp", None)], "-"),
        (vec![port(5432, "tcp", None)], "postgres 5432"),
        (vec![port(3306, "tcp", None)], "mysql 3306"),
        (
            vec![port(33060, "tcp", None), port(3306, "tcp", None)],
            "mysql 3306",
        ),
        (vec![port(6379, "tcp", None)], "redis 6379"),
        (
            vec![port(4222, "tcp", None), port(8222, "tcp", None)],
            "nats 4222",
        ),
        (vec![port(9092, "tcp", None)], "kafka 9092"),
        (vec![port(8883, "tcp", None)], "mqtts 8883"),
        (vec![port(11211, "tcp", None)], "memcached 11211"),
        (vec![port(27017, "tcp", None)], "mongodb 27017"),
        (vec![port(50051, "tcp", None)], "grpc 50051"),
        (
            vec![port(50051, "tcp", None), port(8080, "tcp", None)],
            "http 8080 / any",
        ),
        (vec![port(80, "tcp", None)], "http 80 / any"),
        (vec![port(443, "tcp", None)], "https 443 / any"),
        (
            vec![port(443, "tcp", Some(443)), port(80, "tcp", Some(80))],
            "http 80 / any",
        ),
        (
            vec![port(80, "tcp", None), port(5672, "tcp", Some(5672))],
            "amqp 5672",
        ),
        (
            vec![port(5672, "tcp", Some(1)), port(15672, "tcp", Some(2))],
            "amqp 5672",
        ),
        (
            vec![port(9999, "tcp", None), port(1234, "tcp", None)],
            "tcp 1234",
        ),
    ] {
        assert_eq!(show(port::find(&ports).as_ref()), expected, "{ports:?}");
    }
}

fn known(kind: ProbeKind, port: u16, path: &str) -> HintProbe {
    HintProbe {
        kind,
        port,
        path: path.into(),
        tls: false,
    }
}

/// The port whose certificate is looked at, of a container with these ports, label and healthcheck.
fn certificate_port(ports: Vec<Port>, label: Option<&str>, check: Option<&str>) -> Option<u16> {
    let mut facts = facts("web");
    facts.ports = ports;
    facts.labels = label
        .map(|label| (ProbeSpec::LABEL.to_owned(), label.to_owned()))
        .into_iter()
        .collect();
    facts.healthcheck = check.map(|script| crate::model::Healthcheck {
        test: vec!["CMD-SHELL".into(), script.into()].into(),
        interval: None,
        start_period: None,
        retries: None,
    });
    derive(&service(facts), Duration::from_secs(5), None)
        .spec
        .expect("a probe")
        .certificate_port
}

#[test]
fn the_certificate_of_a_tls_port_beside_a_plain_check_is_looked_at() {
    let own = port(80, "tcp", None);
    for (ports, label, check, expected) in [
        (vec![own.clone()], None, None, None),
        (
            vec![own.clone(), port(443, "tcp", None)],
            None,
            None,
            Some(443),
        ),
        (
            vec![port(8443, "tcp", Some(1)), port(443, "tcp", None)],
            Some("http://:80/"),
            None,
            Some(8443),
        ),
        (vec![own.clone(), port(443, "udp", None)], None, None, None),
        (vec![port(443, "tcp", None)], None, None, None),
        (vec![port(443, "tcp", None)], Some("none"), None, None),
        (vec![port(443, "tcp", None)], Some("tcp://:443"), None, None),
        (
            vec![port(443, "tcp", None)],
            Some("tls://:8443"),
            None,
            None,
        ),
        (
            vec![port(443, "tcp", None)],
            Some("redis://:6379"),
            None,
            Some(443),
        ),
        (
            vec![own.clone()],
            Some("http://:80/"),
            Some("curl -fk https://localhost:9443/up"),
            Some(9443),
        ),
        (
            vec![own],
            None,
            Some("curl -fk https://localhost:9443/up"),
            None,
        ),
    ] {
        assert_eq!(
            certificate_port(ports.clone(), label, check),
            expected,
            "{ports:?} {label:?} {check:?}"
        );
    }
}

#[test]
fn the_strongest_source_wins() {
    let timeout = Duration::from_secs(5);
    let healthcheck = crate::model::Healthcheck {
        test: vec!["CMD-SHELL".into(), "curl -f http://localhost:1/x".into()].into(),
        interval: None,
        start_period: None,
        retries: None,
    };
    let hint = ImageHint {
        kind: "x".into(),
        layer: Layer::App,
        probe: Some(known(ProbeKind::Http, 2, "/hint")),
    };
    let mut facts = facts("api");
    facts.ports = vec![port(3, "tcp", Some(3))];
    facts.healthcheck = Some(healthcheck);
    facts.labels = BTreeMap::from([(ProbeSpec::LABEL.to_owned(), "tcp://:4".to_owned())]).into();
    let mut service = service(facts.clone());
    service.hint = Some(Arc::new(hint));
    service.probe_rule = Some(Found::tcp(5).into_spec(ProbeOrigin::Config, timeout, None));
    let seen = |service: &Service| {
        let spec = derive(service, timeout, None).spec.expect("a probe");
        (spec.port, spec.origin)
    };
    assert_eq!(seen(&service), (5, ProbeOrigin::Config));
    service.probe_rule = None;
    assert_eq!(seen(&service), (4, ProbeOrigin::Label));
    facts.labels.reveal_mut().clear();
    service.instances[0].facts = Arc::new(facts.clone());
    assert_eq!(seen(&service), (1, ProbeOrigin::Healthcheck));
    facts.healthcheck = None;
    service.instances[0].facts = Arc::new(facts);
    assert_eq!(seen(&service), (2, ProbeOrigin::Catalog));
    service.hint = None;
    assert_eq!(seen(&service), (3, ProbeOrigin::Port));
}

#[test]
fn a_bad_label_is_told_and_the_next_source_serves() {
    let mut facts = facts("api");
    facts.ports = vec![port(3, "tcp", None)];
    facts.labels =
        BTreeMap::from([(ProbeSpec::LABEL.to_owned(), "http://evil/".to_owned())]).into();
    let derived = derive(&service(facts), Duration::from_secs(5), None);
    assert_eq!(derived.spec.map(|spec| spec.port), Some(3));
    let warning = derived.warning.expect("a warning");
    assert!(
        warning.starts_with("label hubdeck.probe of api is ignored: "),
        "{warning}"
    );
}

proptest! {
    #[test]
    fn no_text_panics_and_no_port_is_zero(script in "[-a-z0-9 '\"$(){}|&;:/\\\\.]{0,60}|\\PC{0,40}", head in 0..4_usize) {
        let heads = ["", "curl -f http://localhost", "nc -z localhost ", "pg_isready -p "];
        let script = format!("{}{script}", heads[head]);
        for form in ["CMD-SHELL", "CMD"] {
            if let Some(found) = healthcheck::parse(&[form.to_owned(), script.clone()], &[]) {
                prop_assert!(found.port != 0);
            }
        }
        if let Ok(found) = label::parse(&script) {
            prop_assert!(found.kind == ProbeKind::Docker || found.port != 0);
        }
    }
}
