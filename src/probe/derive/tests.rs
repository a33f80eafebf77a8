use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::model::{HintProbe, ImageHint, Layer, Port};
use crate::probe::testing::{facts, service};

fn show(found: Option<&Found>) -> String {
    match found {
        None => "-".into(),
        Some(Found { kind: ProbeKind::Tcp, port, .. }) => format!("tcp {port}"),
        Some(Found { kind: ProbeKind::Docker, .. }) => "docker".into(),
        Some(Found { tls, port, path, status, .. }) => {
            let scheme = if *tls { "https" } else { "http" };
            let any = if *status == ALIVE { " any" } else { "" };
            format!("{scheme} {port} {path}{any}")
        }
    }
}

/// Shell healthchecks as they are found in Compose files and images.
const SHELL: &[(&str, &str)] = &[
    ("curl -f http://localhost:8000/health", "http 8000 /health"),
    ("curl -f http://localhost:8000/health || exit 1", "http 8000 /health"),
    ("curl -fsS http://127.0.0.1:3000/api/health >/dev/null || exit 1", "http 3000 /api/health"),
    ("curl --fail http://localhost", "http 80 /"),
    ("curl --fail --silent localhost:9200/_cluster/health | grep -q green", "http 9200 /_cluster/health"),
    ("curl -sf 'http://localhost:9090/-/healthy'", "http 9090 /-/healthy"),
    ("curl -s http://localhost:9200", "http 9200 / any"),
    ("curl -k -f https://localhost:8443/status", "https 8443 /status"),
    ("curl -f https://localhost/", "https 443 /"),
    ("curl -f http://localhost:8080/health?full=1", "http 8080 /health?full=1"),
    ("curl -f http://[::1]:8080/health", "http 8080 /health"),
    ("curl -f http://$HOSTNAME:8080/health", "http 8080 /health"),
    ("curl -f http://$(hostname):8080/health", "http 8080 /health"),
    ("curl -f -u user:pass http://localhost:9200/_cat/health", "tcp 9200"),
    ("curl -f -H 'Authorization: Bearer x' http://localhost:8000/", "tcp 8000"),
    ("curl -f -X POST http://localhost:8000/rpc", "tcp 8000"),
    ("curl --unix-socket /var/run/docker.sock http://localhost/_ping", "-"),
    (r#"[ "$(curl -s -o /dev/null -w '%{http_code}' http://localhost:80/)" = "200" ]"#, "http 80 / any"),
    (r#"test "$(curl -fs http://localhost:5601/api/status)" != """#, "http 5601 /api/status"),
    ("/usr/bin/curl -f http://0.0.0.0:4000/ping", "http 4000 /ping"),
    ("curl -f http://localhost:$PORT/health", "-"),
    ("curl -f http://localhost:${PORT:-8000}/health", "-"),
    ("curl -f http://localhost:8000/$PATH_PREFIX/health", "-"),
    ("curl -f http://backend:8000/health", "-"),
    ("curl -f https://example.org/", "-"),
    ("curl -f http://169.254.169.254/latest/meta-data", "-"),
    ("wget -q --spider http://127.0.0.1/nginx-health", "http 80 /nginx-health"),
    ("wget --no-verbose --tries=1 --spider http://localhost:8080/health || exit 1", "http 8080 /health"),
    ("wget -qO- localhost:9000/ping", "http 9000 /ping"),
    ("wget -O /dev/null -q http://localhost:3100/ready", "http 3100 /ready"),
    (
        "python -c \"import urllib.request; urllib.request.urlopen('http://localhost:8000/health')\"",
        "http 8000 /health",
    ),
    (
        "python3 -c \"import urllib.request as u; u.urlopen(\\\"http://127.0.0.1:5000/healthz\\\", timeout=3)\"",
        "http 5000 /healthz",
    ),
    (
        "node -e \"fetch('http://localhost:3000/healthz').then(r=>process.exit(r.ok?0:1)).catch(()=>process.exit(1))\"",
        "http 3000 /healthz",
    ),
    (
        "node -e \"require('http').get('http://localhost:3000/up', r => process.exit(r.statusCode===200?0:1))\"",
        "http 3000 /up",
    ),
    ("pg_isready -U postgres", "tcp 5432"),
    ("pg_isready -U $POSTGRES_USER -d ${POSTGRES_DB}", "tcp 5432"),
    ("pg_isready -h localhost -p 5433 -U app", "tcp 5433"),
    ("pg_isready --port=6000", "tcp 6000"),
    ("pg_isready -p $PGPORT", "-"),
    ("pg_isready -h db.example.org", "-"),
    ("PGPASSWORD=x psql -U app -c 'select 1'", "tcp 5432"),
    ("redis-cli ping", "tcp 6379"),
    ("redis-cli -p 6380 ping | grep PONG", "tcp 6380"),
    ("redis-cli --raw incr ping", "tcp 6379"),
    ("redis-cli -a \"$REDIS_PASSWORD\" ping", "tcp 6379"),
    ("valkey-cli ping", "tcp 6379"),
    ("mysqladmin ping -h localhost", "tcp 3306"),
    ("mysqladmin ping -h 127.0.0.1 -u root --password=$MYSQL_ROOT_PASSWORD", "tcp 3306"),
    ("mariadb-admin -P3307 ping", "tcp 3307"),
    ("healthcheck.sh --connect --innodb_initialized", "tcp 3306"),
    ("nc -z localhost 1234", "tcp 1234"),
    ("nc -zv 127.0.0.1 9092 || exit 1", "tcp 9092"),
    ("nc -zu localhost 53", "-"),
    ("echo ruok | nc localhost 2181 | grep imok", "tcp 2181"),
    ("echo stats | nc 127.0.0.1 11211", "tcp 11211"),
    ("timeout 5s bash -c '</dev/tcp/localhost/7687'", "tcp 7687"),
    ("bash -c 'cat < /dev/null > /dev/tcp/127.0.0.1/8080'", "tcp 8080"),
    ("mongosh --eval 'db.runCommand(\"ping\").ok' --quiet", "tcp 27017"),
    ("echo 'db.stats().ok' | mongo localhost:27017/test --quiet", "tcp 27017"),
    ("rabbitmq-diagnostics -q ping", "tcp 5672"),
    ("kafka-topics.sh --bootstrap-server localhost:9092 --list", "tcp 9092"),
    ("kafka-broker-api-versions --bootstrap-server=kafka:9092", "-"),
    ("grpc_health_probe -addr=:50051", "tcp 50051"),
    ("etcdctl endpoint health", "tcp 2379"),
    ("mosquitto_sub -p 1884 -t '$SYS/#' -C 1 -W 3", "tcp 1884"),
    ("test -f /tmp/healthy", "-"),
    ("pgrep -f worker || exit 1", "-"),
    ("cat /app/ready", "-"),
    ("exit 0", "-"),
    ("", "-"),
    ("wget http://localhost:0/", "-"),
    ("wget http://localhost:99999/", "-"),
    ("'unclosed", "-"),
];

#[test]
fn shell_healthchecks_tell_port_and_path() {
    for (script, expected) in SHELL {
        let test = ["CMD-SHELL".to_owned(), (*script).to_owned()];
        assert_eq!(show(healthcheck::parse(&test).as_ref()), *expected, "{script}");
    }
}

#[test]
fn exec_healthchecks_tell_port_and_path() {
    for (test, expected) in [
        (&["CMD", "curl", "-f", "http://localhost:8000/health"][..], "http 8000 /health"),
        (&["CMD", "wget", "--spider", "-q", "http://127.0.0.1:8080/"], "http 8080 /"),
        (
            &["CMD", "python", "-c", "import urllib.request as r; r.urlopen('http://localhost:8000/')"],
            "http 8000 /",
        ),
        (&["CMD", "pg_isready", "-p", "5433"], "tcp 5433"),
        (&["CMD", "sh", "-c", "redis-cli ping | grep PONG"], "tcp 6379"),
        (&["CMD", "/bin/bash", "-ec", "nc -z localhost 81"], "tcp 81"),
        (&["CMD", "/app/healthcheck"], "-"),
        (&["CMD"], "-"),
        (&["CMD-SHELL"], "-"),
        (&["NONE"], "-"),
        (&[], "-"),
    ] {
        let words: Vec<String> = test.iter().map(|word| (*word).to_owned()).collect();
        assert_eq!(show(healthcheck::parse(&words).as_ref()), expected, "{test:?}");
    }
}

#[test]
fn labels_set_a_probe_on_the_own_address_only() {
    for (value, expected) in [
        ("http://:8000/health", Ok("http 8000 /health")),
        (" https://:8443/ ", Ok("https 8443 /")),
        ("http://localhost/up", Ok("http 80 /up")),
        ("tcp://:5432", Ok("tcp 5432")),
        ("none", Ok("docker")),
        ("tcp://", Err("port")),
        ("tcp://:0", Err("port")),
        ("http://:99999/", Err("port")),
        ("http://169.254.169.254/latest", Err("another host")),
        ("http://user:secret@:80/", Err("another host")),
        ("http://other:80/", Err("another host")),
        ("ftp://:21", Err("none of")),
        ("yes", Err("none of")),
        ("", Err("none of")),
        ("http://:80/a b", Err("none of")),
    ] {
        match (label::parse(value), expected) {
            (Ok(found), Ok(expected)) => assert_eq!(show(Some(&found)), expected, "{value}"),
            (Err(error), Err(part)) => assert!(error.contains(part), "{value}: {error}"),
            (found, expected) => panic!("{value}: {found:?} instead of {expected:?}"),
        }
    }
}

fn port(container: u16, protocol: &str, published: Option<u16>) -> Port {
    Port { container, protocol: protocol.into(), published, address: None }
}

#[test]
fn ports_are_the_last_resort_and_udp_never_is() {
    for (ports, expected) in [
        (vec![], "-"),
        (vec![port(53, "udp", Some(53))], "-"),
        (vec![port(5432, "tcp", None)], "tcp 5432"),
        (vec![port(80, "tcp", None)], "http 80 / any"),
        (vec![port(443, "tcp", None)], "https 443 / any"),
        (vec![port(443, "tcp", Some(443)), port(80, "tcp", Some(80))], "http 80 / any"),
        (vec![port(80, "tcp", None), port(5672, "tcp", Some(5672))], "tcp 5672"),
        (vec![port(5672, "tcp", Some(1)), port(15672, "tcp", Some(2))], "http 15672 / any"),
        (vec![port(9999, "tcp", None), port(1234, "tcp", None)], "tcp 1234"),
    ] {
        assert_eq!(show(port::find(&ports).as_ref()), expected, "{ports:?}");
    }
}

#[test]
fn the_strongest_source_wins() {
    let timeout = Duration::from_secs(5);
    let healthcheck = crate::model::Healthcheck {
        test: vec!["CMD-SHELL".into(), "curl -f http://localhost:1/x".into()],
        interval: None,
        start_period: None,
        retries: None,
    };
    let hint = ImageHint {
        kind: "x".into(),
        layer: Layer::App,
        probe: Some(HintProbe { kind: ProbeKind::Http, port: 2, path: "/hint".into() }),
    };
    let mut facts = facts("api");
    facts.ports = vec![port(3, "tcp", Some(3))];
    facts.healthcheck = Some(healthcheck);
    facts.labels = BTreeMap::from([(LABEL.to_owned(), "tcp://:4".to_owned())]);
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
    facts.labels.clear();
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
    facts.labels = BTreeMap::from([(LABEL.to_owned(), "http://evil/".to_owned())]);
    let derived = derive(&service(facts), Duration::from_secs(5), None);
    assert_eq!(derived.spec.map(|spec| spec.port), Some(3));
    let warning = derived.warning.expect("a warning");
    assert!(warning.starts_with("label hubdeck.probe of api is ignored: "), "{warning}");
}

proptest! {
    #[test]
    fn no_text_panics_and_no_port_is_zero(script in "[-a-z0-9 '\"$(){}|&;:/\\\\.]{0,60}|\\PC{0,40}", head in 0..4_usize) {
        let heads = ["", "curl -f http://localhost", "nc -z localhost ", "pg_isready -p "];
        let script = format!("{}{script}", heads[head]);
        for form in ["CMD-SHELL", "CMD"] {
            if let Some(found) = healthcheck::parse(&[form.to_owned(), script.clone()]) {
                prop_assert!(found.port != 0);
            }
        }
        if let Ok(found) = label::parse(&script) {
            prop_assert!(found.kind == ProbeKind::Docker || found.port != 0);
        }
    }
}
