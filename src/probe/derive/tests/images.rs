//! Known images, alone and together with a healthcheck.

use super::*;

#[test]
fn a_known_image_is_asked_at_its_port_or_at_its_only_one() {
    let redis = known(ProbeKind::Redis, 6379, "");
    let minio = known(ProbeKind::Minio, 9000, "");
    let nginx = known(ProbeKind::Http, 80, "");
    let temporal = known(ProbeKind::Grpc, 7233, "temporal.Service");
    for (hint, ports, expected) in [
        (&redis, vec![], "redis 6379"),
        (&redis, vec![port(6379, "tcp", None)], "redis 6379"),
        (&redis, vec![port(7000, "tcp", Some(7000))], "redis 7000"),
        (
            &redis,
            vec![port(7000, "tcp", Some(7000)), port(6379, "tcp", None)],
            "redis 7000",
        ),
        (
            &redis,
            vec![port(7000, "tcp", None), port(6379, "tcp", None)],
            "redis 6379",
        ),
        (
            &redis,
            vec![port(7000, "tcp", Some(1)), port(6379, "tcp", Some(2))],
            "redis 6379",
        ),
        (
            &redis,
            vec![port(9001, "tcp", Some(1)), port(6379, "tcp", None)],
            "redis 6379",
        ),
        (&redis, vec![port(8080, "tcp", Some(8080))], "redis 6379"),
        (&minio, vec![port(9001, "tcp", None)], "minio 9000"),
        (&nginx, vec![port(8080, "tcp", None)], "http 8080 / any"),
        (&nginx, vec![port(5432, "tcp", None)], "http 80 / any"),
        (&temporal, vec![], "grpc 7233 temporal.Service"),
        (
            &known(ProbeKind::Http, 8080, "/health"),
            vec![port(80, "tcp", None)],
            "http 8080 /health",
        ),
        (
            &known(ProbeKind::Dns, 53, ""),
            vec![port(80, "tcp", None)],
            "dns 53",
        ),
    ] {
        assert_eq!(
            show(Some(&image::find(hint, &ports))),
            expected,
            "{hint:?} {ports:?}"
        );
    }
}

/// What is known of an image: kind, port and path.
type Hint = Option<(ProbeKind, u16, &'static str)>;

const REDIS: Hint = Some((ProbeKind::Redis, 6379, ""));

const NATS: Hint = Some((ProbeKind::Nats, 4222, ""));

const AMQP: Hint = Some((ProbeKind::Amqp, 5672, ""));

const SEARCH: Hint = Some((ProbeKind::Elasticsearch, 9200, ""));

const CLICKHOUSE: Hint = Some((ProbeKind::Clickhouse, 8123, ""));

const PROMETHEUS: Hint = Some((ProbeKind::Prometheus, 9090, ""));

const GRAFANA: Hint = Some((ProbeKind::Grafana, 3000, ""));

const ZOOKEEPER: Hint = Some((ProbeKind::Tcp, 2181, ""));

const N8N: Hint = Some((ProbeKind::Http, 5678, "/healthz"));

/// A healthcheck, what is known of the image, and the probe that both together make.
const REFINED: &[(&str, &Hint, &str)] = &[
    // A port alone is asked in the image's protocol, known or clear from the number.
    ("nc -z localhost 6380", &REDIS, "redis 6380"),
    ("nc -z localhost 6380", &None, "tcp 6380"),
    ("nc -z localhost 11211", &None, "memcached 11211"),
    ("nc -z localhost 2181", &ZOOKEEPER, "tcp 2181"),
    ("nc -z localhost 5678", &N8N, "http 5678 /healthz"),
    ("nc -z localhost 5679", &N8N, "tcp 5679"),
    ("redis-cli -p 7000 ping", &None, "redis 7000"),
    // A side door: the image's own port is the better evidence.
    ("nc -z localhost 8222", &NATS, "-"),
    // A page of its own that its authors ask, with all that it takes, is asked as they do.
    (
        "curl -u u:p http://localhost:15672/api/overview",
        &AMQP,
        "http 15672 /api/overview any [Authorization: Basic dTpw]",
    ),
    ("clickhouse-client --query 'SELECT 1'", &CLICKHOUSE, "-"),
    // The authors' own path stays, a product's health call is the product's check.
    (
        "wget -q http://localhost:8222/healthz",
        &NATS,
        "http 8222 /healthz",
    ),
    (
        "curl -f http://localhost:9200/_cluster/health?wait_for_status=yellow",
        &SEARCH,
        "elasticsearch 9200 /_cluster/health?wait_for_status=yellow",
    ),
    (
        "curl -f http://localhost:9200/_cluster/health",
        &None,
        "elasticsearch 9200",
    ),
    (
        "curl -s http://localhost:9200",
        &SEARCH,
        "elasticsearch 9200",
    ),
    (
        "curl -s http://localhost:9200/_cat/health",
        &SEARCH,
        "elasticsearch 9200",
    ),
    (
        "curl -s http://localhost:9200/index/_count",
        &SEARCH,
        "http 9200 /index/_count any",
    ),
    (
        "curl -k -u elastic:pw https://localhost:9200",
        &SEARCH,
        "elasticsearchs 9200 [Authorization: Basic ZWxhc3RpYzpwdw==]",
    ),
    (
        "wget -q http://localhost:8123/ping",
        &CLICKHOUSE,
        "clickhouse 8123",
    ),
    (
        "wget -q http://localhost:9090/-/healthy",
        &PROMETHEUS,
        "prometheus 9090",
    ),
    (
        "wget -q http://localhost:9093/-/ready",
        &None,
        "http 9093 /-/ready",
    ),
    (
        "curl -f http://localhost:3000/grafana/api/health",
        &GRAFANA,
        "grafana 3000 /grafana/api/health",
    ),
    (
        "curl -f http://localhost:9000/minio/health/live",
        &None,
        "minio 9000",
    ),
    (
        "curl -f http://localhost:8080/v1/.well-known/live",
        &None,
        "weaviate 8080",
    ),
    (
        "curl -f http://localhost:8000/health",
        &None,
        "http 8000 /health",
    ),
];

#[test]
fn a_healthcheck_and_a_known_image_tell_more_together() {
    for &(script, hint, expected) in REFINED {
        let told =
            healthcheck::parse(&["CMD-SHELL".to_owned(), script.to_owned()], &[]).expect(script);
        let hint = hint.map(|(kind, port, path)| known(kind, port, path));
        assert_eq!(
            show(image::refine(told, hint.as_ref()).as_ref()),
            expected,
            "{script} {hint:?}"
        );
    }
}
