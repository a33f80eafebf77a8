//! Words of names and kinds of the catalog by which it is known who calls whom.

/// Tools that people look at: other programs do not call them.
pub(super) const VIEWERS: &[&str] = &[
    "grafana",
    "adminer",
    "pgadmin",
    "pgweb",
    "phpmyadmin",
    "mongo-express",
    "redis-commander",
    "redisinsight",
    "phpredisadmin",
    "cloudbeaver",
    "dbgate",
    "kafka-ui",
    "elasticvue",
    "phpldapadmin",
    "flower",
    "rq-dashboard",
    "attu",
    "filebrowser",
    "portainer",
    "dockge",
    "dozzle",
    "uptime-kuma",
    "homepage",
    "swagger-ui",
    "kibana",
    "opensearch-dashboards",
    "temporal-ui",
    "control-center",
    "supabase-studio",
    "hubdeck",
    "beszel",
    "glances",
    "netdata",
];

/// Tools that come by themselves and are called by monitoring at most.
pub(super) const COLLECTORS: &[&str] = &[
    "prometheus",
    "vmagent",
    "node-exporter",
    "blackbox-exporter",
    "exporter",
    "cadvisor",
    "promtail",
    "vector",
    "fluent-bit",
    "beats",
    "logspout",
    "telegraf",
    "watchtower",
    "diun",
    "autoheal",
    "ofelia",
    "backup",
    "alertmanager",
    "dind",
    "ddns",
];

/// Words of names of programs that take work from a queue or a scheduler and answer nobody.
pub(super) const WORKERS: &[&str] = &[
    "worker",
    "workers",
    "consumer",
    "consumers",
    "subscriber",
    "beat",
    "celery",
    "celerybeat",
    "scheduler",
    "cron",
    "crond",
    "crontab",
    "sidekiq",
    "resque",
    "horizon",
    "dramatiq",
    "poller",
    "forwarder",
    "replacer",
];

/// Begins of words in the names of what looks at all others.
pub(super) const WATCHERS: &[&str] = &[
    "watch", "monitor", "health", "status", "test", "e2e", "probe", "load", "smoke", "bench",
    "check",
];

/// Programs of which one image makes a cluster, whose members and clients call each other.
pub(super) const CLUSTERS: &[&str] = &[
    "temporal", "cadence", "ollama", "spark", "flink", "ray", "dask", "trino", "presto", "nomad",
    "livekit", "jenkins", "selenium", "locust", "k6",
];

/// Images of languages and systems: two services that run one need not be the same program.
pub(super) const RUNTIMES: &[&str] = &[
    "node",
    "python",
    "php",
    "php-fpm",
    "ruby",
    "golang",
    "rust",
    "openjdk",
    "eclipse-temurin",
    "amazoncorretto",
    "maven",
    "gradle",
    "jdk",
    "jre",
    "sdk",
    "aspnet",
    "runtime",
    "elixir",
    "perl",
    "deno",
    "bun",
    "alpine",
    "debian",
    "ubuntu",
    "busybox",
    "bash",
];

/// Servers of pages, and proxies without a memory of their own.
pub(super) const WEB_SERVERS: &[&str] = &[
    "nginx",
    "nginx-proxy",
    "apache",
    "caddy",
    "lighttpd",
    "haproxy",
    "traefik",
    "envoy",
    "varnish",
    "swag",
];

/// Stores with a protocol of their own, which web servers do not speak. Those that speak HTTP may
/// well stand behind one.
pub(super) const RAW_STORES: &[&str] = &[
    "postgres",
    "pgbouncer",
    "mysql",
    "mariadb",
    "mssql",
    "oracle",
    "mongodb",
    "cassandra",
    "redis",
    "valkey",
    "keydb",
    "dragonfly",
    "memcached",
    "kafka",
    "rabbitmq",
    "zookeeper",
];

/// Stores in which the members of clusters agree.
pub(super) const COORDINATION: &[&str] = &["zookeeper", "etcd"];

/// Programs that call no other: they serve, or look at files and the kernel.
pub(super) const SILENT: &[&str] = &[
    "certbot",
    "mailpit",
    "mailhog",
    "maildev",
    "mailcatcher",
    "cadvisor",
    "node-exporter",
    "tika",
    "gotenberg",
    "libreoffice",
    "browser",
    "tei",
    "tgi",
    "vllm",
    "llama.cpp",
    "whisper",
    "tts",
    "coturn",
    "whoami",
    "squid",
    "dns",
];

/// Stores that speak the protocol of Redis.
const LIKE_REDIS: &[&str] = &[
    "redis",
    "valkey",
    "keydb",
    "dragonfly",
    "kvrocks",
    "garnet",
    "falkordb",
];

/// Consoles with the kinds of stores that they are made for.
pub(super) const CONSOLES: &[(&str, &[&str])] = &[
    (
        "pgadmin",
        &[
            "postgres",
            "pgbouncer",
            "cockroachdb",
            "yugabytedb",
            "pgpool",
            "pgcat",
        ],
    ),
    (
        "pgweb",
        &[
            "postgres",
            "pgbouncer",
            "cockroachdb",
            "yugabytedb",
            "pgpool",
            "pgcat",
        ],
    ),
    ("phpmyadmin", &["mysql", "mariadb", "tidb", "proxysql"]),
    ("mongo-express", &["mongodb", "ferretdb"]),
    ("redis-commander", LIKE_REDIS),
    ("redisinsight", LIKE_REDIS),
    ("phpredisadmin", LIKE_REDIS),
    (
        "flower",
        &[
            "redis",
            "valkey",
            "keydb",
            "dragonfly",
            "rabbitmq",
            "lavinmq",
        ],
    ),
    (
        "kafka-ui",
        &["kafka", "redpanda", "zookeeper", "schema-registry"],
    ),
    ("phpldapadmin", &["ldap"]),
    ("attu", &["milvus"]),
    ("kibana", &["elasticsearch"]),
    ("opensearch-dashboards", &["opensearch", "elasticsearch"]),
];

/// Stores from which nothing is copied.
pub(super) const NOTHING_TO_COPY: &[&str] = &["memcached"];

/// What jobs that change a database have no use for.
pub(super) const NO_DATABASES: &[&str] = &[
    "redis",
    "valkey",
    "keydb",
    "dragonfly",
    "memcached",
    "rabbitmq",
    "lavinmq",
    "nats",
    "mosquitto",
    "minio",
];
