//! Words of names and kinds of the catalog that tell who calls whom.

/// Begins of words in the names of jobs.
pub(super) const JOBS: &[&str] = &[
    "migrat",
    "init",
    "setup",
    "seed",
    "bootstrap",
    "provision",
    "install",
    "import",
    "fixture",
    "createbucket",
    "keygen",
    "genkey",
    "certs",
    "prepare",
    "permission",
    "generat",
    "secret",
    "download",
    "restore",
    "chown",
];

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

/// Words of names of programs that take work from a queue or a clock and answer nobody.
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
pub(super) const WATCHERS: &[&str] =
    &["watch", "monitor", "health", "status", "test", "e2e", "probe", "load", "smoke", "bench", "check"];

/// Programs of which one image makes a cluster, whose members and clients call each other.
pub(super) const CLUSTERS: &[&str] = &[
    "temporal", "cadence", "ollama", "spark", "flink", "ray", "dask", "trino", "presto", "nomad", "livekit",
    "jenkins", "selenium", "locust", "k6",
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

/// Stores with a protocol of their own, which web servers do not speak. Those that speak HTTP may well
/// stand behind one.
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
