//! Words in service names that tell the layer.

use crate::model::Layer;

/// The words of `name`, in order, lower case where ASCII, without trailing digits.
pub(super) fn of(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_alphanumeric())
        .map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit()))
        .filter(|word| !word.is_empty())
}

/// What a word tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// The layer.
    Is(Layer),
    /// A web front end or a whole web application.
    Web,
}

/// What `word` tells, when it tells something. `last` is whether it ends the name.
pub(super) fn layer(word: &str, last: bool) -> Option<Word> {
    let is = |list: &[&str]| list.iter().any(|each| each.eq_ignore_ascii_case(word));
    if is(&["web", "webserver", "webapp"]) {
        return Some(Word::Web);
    }
    if last && is(DATA_LAST) {
        return Some(Word::Is(Layer::Data));
    }
    [
        (EDGES, Layer::Edge),
        (FRONTENDS, Layer::Ui),
        (DATA, Layer::Data),
        (TOOLS, Layer::Infra),
        (OPERATIONS, Layer::Infra),
        (APPS, Layer::App),
    ]
    .into_iter()
    .find(|(list, _)| is(list))
    .map(|(_, layer)| Word::Is(layer))
}

/// Work that ends, or copies.
pub(super) const JOBS: &[&str] = &[
    "backup",
    "backups",
    "dump",
    "migrate",
    "migrates",
    "migration",
    "migrations",
    "migrator",
    "init",
    "initdb",
    "initializer",
    "setup",
    "seed",
    "seeder",
    "seeds",
    "bootstrap",
    "provision",
    "provisioner",
    "installer",
    "install",
    "import",
    "importer",
    "loader",
    "fixtures",
    "createbucket",
    "createbuckets",
    "bucket",
    "buckets",
    "genkeys",
    "keygen",
    "certs",
    "pull",
    "puller",
    "download",
    "downloader",
    "permissions",
    "chown",
    "wait",
    "waiter",
    "topics",
    "configure",
    "configurator",
    "register",
    "registrar",
    "test",
    "tests",
    "e2e",
    "smoke",
    "build",
    "builder",
];

const EDGES: &[&str] = &[
    "proxy",
    "gateway",
    "gw",
    "ingress",
    "router",
    "lb",
    "loadbalancer",
    "balancer",
    "edge",
    "reverse",
    "tunnel",
    "vpn",
    "waf",
    "cdn",
    "acme",
    "letsencrypt",
    "certbot",
    "tls",
    "entrypoint",
    "bastion",
];

/// What people look at.
pub(super) const FRONTENDS: &[&str] = &[
    "frontend",
    "frontends",
    "front",
    "fe",
    "ui",
    "webui",
    "gui",
    "dashboard",
    "dashboards",
    "portal",
    "client",
    "site",
    "website",
    "www",
    "spa",
    "static",
    "console",
    "studio",
    "storefront",
    "landing",
    "homepage",
    "docs",
    "designer",
    "playground",
    "chat",
];

const DATA: &[&str] = &[
    "db",
    "dbs",
    "database",
    "sql",
    "pg",
    "pgsql",
    "postgis",
    "mongodb",
    "datastore",
    "s3",
    "objectstore",
    "vectordb",
    "warehouse",
    "ldap",
    "sentinel",
    "pgpool",
    "pooler",
    "minio",
    "redis",
    "postgres",
    "mysql",
    "mongo",
    "kafka",
    "elasticsearch",
];

/// Words that name data as the last word only: a `queue` keeps data, a `queue-master` works on it.
const DATA_LAST: &[&str] =
    &["cache", "broker", "mq", "queue", "bus", "store", "blob", "kv", "search", "replica", "storage"];

/// What operates the rest of a stack from inside it.
pub(super) const TOOLS: &[&str] =
    &["cli", "tools", "toolbox", "admin", "flower", "shell", "debug", "utils", "util", "maintenance"];

const OPERATIONS: &[&str] = &[
    "monitor",
    "monitoring",
    "exporter",
    "metrics",
    "prometheus",
    "grafana",
    "alert",
    "alerts",
    "alerting",
    "logs",
    "logging",
    "logger",
    "log",
    "tracing",
    "trace",
    "traces",
    "telemetry",
    "otel",
    "collector",
    "agent",
    "watchdog",
    "watchtower",
    "autoheal",
    "healthcheck",
    "ops",
    "runner",
    "cleanup",
    "cleaner",
    "gc",
    "ofelia",
    "mail",
    "smtp",
    "mailer",
    "mailhog",
    "simulator",
    "sim",
    "loadtest",
    "load",
    "sandbox",
    "sandboxes",
    "vault",
    "ci",
    "rotate",
    "socket",
    "docker",
    "restore",
    "archiver",
    "sync",
];

const APPS: &[&str] = &[
    "api",
    "apis",
    "backend",
    "be",
    "server",
    "app",
    "application",
    "service",
    "svc",
    "worker",
    "workers",
    "scheduler",
    "beat",
    "celery",
    "sidekiq",
    "consumer",
    "producer",
    "processor",
    "job",
    "jobs",
    "cron",
    "engine",
    "core",
    "auth",
    "bot",
    "ml",
    "inference",
    "model",
    "llm",
    "mcp",
    "aggregator",
    "orchestrator",
    "controller",
    "manager",
    "handler",
    "streaming",
    "stream",
    "websocket",
    "ws",
    "graphql",
    "rest",
    "rpc",
    "grpc",
    "hub",
    "daemon",
    "functions",
    "realtime",
    "notifications",
    "notifier",
    "webhook",
    "webhooks",
    "indexer",
    "crawler",
    "renderer",
    "embeddings",
    "embedding",
];
