//! Healthchecks as they are found, and what is read from them.

use super::super::healthcheck;
use super::show;

/// Shell healthchecks as they are found in Compose files and images.
const SHELL: &[(&str, &str)] = &[
    ("curl -f http://localhost:8000/health", "http 8000 /health"),
    (
        "curl -f http://localhost:8000/health || exit 1",
        "http 8000 /health",
    ),
    (
        "curl -fsS http://127.0.0.1:3000/api/health >/dev/null || exit 1",
        "http 3000 /api/health host=127.0.0.1:3000",
    ),
    ("curl --fail http://localhost", "http 80 /"),
    (
        "curl --fail --silent localhost:9200/_cluster/health | grep -q green",
        "http 9200 /_cluster/health",
    ),
    (
        "curl -sf 'http://localhost:9090/-/healthy'",
        "http 9090 /-/healthy",
    ),
    ("curl -s http://localhost:9200", "http 9200 / any"),
    (
        "curl -k -f https://localhost:8443/status",
        "https 8443 /status",
    ),
    ("curl -f https://localhost/", "https 443 /"),
    (
        "curl -f http://localhost:8080/health?full=1",
        "http 8080 /health?full=1",
    ),
    (
        "curl -f http://[::1]:8080/health",
        "http 8080 /health host=[::1]:8080",
    ),
    ("curl -f http://$HOSTNAME:8080/health", "http 8080 /health"),
    (
        "curl -f http://$(hostname):8080/health",
        "http 8080 /health",
    ),
    (
        "curl -f -u user:pass http://localhost:9200/_cat/health",
        "http 9200 /_cat/health [Authorization: Basic dXNlcjpwYXNz]",
    ),
    (
        "curl -f -H 'Authorization: Bearer x' http://localhost:8000/",
        "http 8000 / [Authorization: Bearer x]",
    ),
    (
        "curl -f -X POST http://localhost:8000/rpc",
        "http 8000 /rpc POST",
    ),
    (
        "curl --unix-socket /var/run/docker.sock http://localhost/_ping",
        "-",
    ),
    (
        r#"[ "$(curl -s -o /dev/null -w '%{http_code}' http://localhost:80/)" = "200" ]"#,
        "http 80 / any",
    ),
    (
        r#"test "$(curl -fs http://localhost:5601/api/status)" != """#,
        "http 5601 /api/status",
    ),
    (
        "/usr/bin/curl -f http://0.0.0.0:4000/ping",
        "http 4000 /ping host=0.0.0.0:4000",
    ),
    ("curl -f http://localhost:$PORT/health", "-"),
    (
        "curl -f http://localhost:${PORT:-8000}/health",
        "http 8000 /health",
    ),
    ("curl -f http://localhost:8000/$PATH_PREFIX/health", "-"),
    ("curl -f http://backend:8000/health", "-"),
    ("curl -f https://example.org/", "-"),
    ("curl -f http://169.254.169.254/latest/meta-data", "-"),
    (
        "wget -q --spider http://127.0.0.1/nginx-health",
        "http 80 /nginx-health host=127.0.0.1",
    ),
    (
        "wget --no-verbose --tries=1 --spider http://localhost:8080/health || exit 1",
        "http 8080 /health",
    ),
    ("wget -qO- localhost:9000/ping", "http 9000 /ping"),
    (
        "wget -O /dev/null -q http://localhost:3100/ready",
        "http 3100 /ready",
    ),
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
    ("pg_isready -U postgres", "postgres 5432 user=postgres"),
    (
        "pg_isready -U $POSTGRES_USER -d ${POSTGRES_DB}",
        "postgres 5432",
    ),
    (
        "pg_isready -h localhost -p 5433 -U app",
        "postgres 5433 user=app",
    ),
    ("pg_isready --port=6000", "postgres 6000"),
    ("pg_isready -p $PGPORT", "-"),
    ("pg_isready -h db.example.org", "-"),
    (
        "PGPASSWORD=x psql -U app -c 'select 1'",
        "postgres 5432 user=app",
    ),
    ("redis-cli ping", "redis 6379"),
    ("redis-cli -p 6380 ping | grep PONG", "redis 6380"),
    ("redis-cli --raw incr ping", "redis 6379"),
    ("redis-cli -a \"$REDIS_PASSWORD\" ping", "redis 6379"),
    ("valkey-cli ping", "redis 6379"),
    ("mysqladmin ping -h localhost", "mysql 3306"),
    (
        "mysqladmin ping -h 127.0.0.1 -u root --password=$MYSQL_ROOT_PASSWORD",
        "mysql 3306",
    ),
    ("mariadb-admin -P3307 ping", "mysql 3307"),
    (
        "healthcheck.sh --connect --innodb_initialized",
        "mysql 3306",
    ),
    ("nc -z localhost 1234", "tcp 1234"),
    ("nc -zv 127.0.0.1 9092 || exit 1", "tcp 9092"),
    ("nc -zu localhost 53", "-"),
    ("echo ruok | nc localhost 2181 | grep imok", "tcp 2181"),
    ("echo stats | nc 127.0.0.1 11211", "tcp 11211"),
    ("timeout 5s bash -c '</dev/tcp/localhost/7687'", "tcp 7687"),
    (
        "bash -c 'cat < /dev/null > /dev/tcp/127.0.0.1/8080'",
        "tcp 8080",
    ),
    (
        "mongosh --eval 'db.runCommand(\"ping\").ok' --quiet",
        "mongodb 27017",
    ),
    (
        "echo 'db.stats().ok' | mongo localhost:27017/test --quiet",
        "mongodb 27017",
    ),
    ("rabbitmq-diagnostics -q ping", "amqp 5672"),
    (
        "kafka-topics.sh --bootstrap-server localhost:9092 --list",
        "kafka 9092",
    ),
    (
        "kafka-broker-api-versions --bootstrap-server=kafka:9092",
        "-",
    ),
    ("grpc_health_probe -addr=:50051", "grpc 50051"),
    ("etcdctl endpoint health", "etcd 2379"),
    ("mosquitto_sub -p 1884 -t '$SYS/#' -C 1 -W 3", "mqtt 1884"),
    (
        "psql postgresql://app:pw@localhost:5433/app -c 'select 1'",
        "postgres 5433 app user=app",
    ),
    ("redis-cli --tls -p 6380 ping", "rediss 6380"),
    (
        "redis-cli -u rediss://:pw@127.0.0.1:6390 ping",
        "rediss 6390",
    ),
    ("redis-cli -h cache ping", "-"),
    (
        "mongosh --port 27018 --tls --quiet -p secret",
        "mongodbs 27018",
    ),
    (
        "mongosh mongodb://localhost:27019/test --eval 1",
        "mongodb 27019",
    ),
    ("rabbitmqctl -p /vhost list_queues", "amqp 5672"),
    (
        "nats server check connection -s nats://localhost:4333",
        "nats 4333",
    ),
    ("kcat -b localhost:19092 -L", "kafka 19092"),
    (
        "rpk cluster health | grep -E 'Healthy:.+true'",
        "kafka 9092",
    ),
    (
        "grpc_health_probe -addr=localhost:50052 -tls -service=my.Service",
        "grpcs 50052 my.Service",
    ),
    ("grpc_health_probe -addr=api:50052", "-"),
    ("grpc_health_probe", "-"),
    (
        "etcdctl --endpoints=https://127.0.0.1:2379,https://b:2379 endpoint health",
        "etcds 2379",
    ),
    ("mosquitto_sub --cafile /ca.crt -p 8883 -t x", "mqtts 8883"),
    ("mc ready local", "minio 9000"),
    ("mc ls local", "-"),
    (
        "VAULT_ADDR=http://127.0.0.1:8200 vault status",
        "vault 8200",
    ),
    ("consul members", "consul 8500"),
    ("ollama list", "ollama 11434"),
    ("clickhouse-client --query 'SELECT 1'", "tcp 9000"),
    ("cqlsh -e 'describe cluster'", "tcp 9042"),
    ("cypher-shell -u neo4j -p 12345678 'RETURN 1'", "tcp 7687"),
    (
        "dig +short +norecurse +retry=0 @127.0.0.1 pi.hole || exit 1",
        "dns 53 pi.hole",
    ),
    (
        "drill -p 5353 @127.0.0.1 example.org",
        "dns 5353 example.org",
    ),
    ("dig @9.9.9.9 example.org", "-"),
    ("/app/healthcheck.sh", "-"),
    (
        "curl -fk -u user:pw https://localhost:9200",
        "https 9200 / [Authorization: Basic dXNlcjpwdw==]",
    ),
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
        assert_eq!(
            show(healthcheck::parse(&test, &[]).as_ref()),
            *expected,
            "{script}"
        );
    }
}

#[test]
fn exec_healthchecks_tell_port_and_path() {
    for (test, expected) in [
        (
            &["CMD", "curl", "-f", "http://localhost:8000/health"][..],
            "http 8000 /health",
        ),
        (
            &["CMD", "wget", "--spider", "-q", "http://127.0.0.1:8080/"],
            "http 8080 / host=127.0.0.1:8080",
        ),
        (
            &[
                "CMD",
                "python",
                "-c",
                "import urllib.request as r; r.urlopen('http://localhost:8000/')",
            ],
            "http 8000 /",
        ),
        (&["CMD", "pg_isready", "-p", "5433"], "postgres 5433"),
        (
            &["CMD", "sh", "-c", "redis-cli ping | grep PONG"],
            "redis 6379",
        ),
        (&["CMD", "/bin/bash", "-ec", "nc -z localhost 81"], "tcp 81"),
        (&["CMD", "/app/healthcheck"], "-"),
        (&["CMD"], "-"),
        (&["CMD-SHELL"], "-"),
        (&["NONE"], "-"),
        (&[], "-"),
    ] {
        let words: Vec<String> = test.iter().map(|word| (*word).to_owned()).collect();
        assert_eq!(
            show(healthcheck::parse(&words, &[]).as_ref()),
            expected,
            "{test:?}"
        );
    }
}
