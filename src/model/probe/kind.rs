//! The kinds of probes, with what belongs to each.

use serde::{Deserialize, Serialize};

/// How a service is checked.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProbeKind {
    /// HTTP or HTTPS request.
    Http,
    /// TLS handshake and the days its certificate still holds.
    Tls,
    /// TCP connection, with an expected greeting where one is set.
    Tcp,
    /// DNS question.
    Dns,
    /// PostgreSQL accepts connections, as `pg_isready` checks; with credentials it answers `SELECT
    /// 1`.
    Postgres,
    /// Greeting of MySQL or MariaDB; with credentials a ping.
    Mysql,
    /// `PING` of Redis, Valkey, Dragonfly or KeyDB.
    Redis,
    /// `INFO` and `PING` of NATS.
    Nats,
    /// API versions and metadata of Kafka.
    Kafka,
    /// Start frame of AMQP 0-9-1 (RabbitMQ); with credentials a login and the broker's alarms.
    Amqp,
    /// `CONNECT` of MQTT.
    Mqtt,
    /// `version` of memcached.
    Memcached,
    /// `hello` of MongoDB.
    Mongodb,
    /// The standard gRPC health service.
    Grpc,
    /// Cluster health of Elasticsearch or OpenSearch.
    Elasticsearch,
    /// Ping of ClickHouse's HTTP interface.
    Clickhouse,
    /// Liveness of MinIO.
    Minio,
    /// Health of lakeFS.
    Lakefs,
    /// Readiness of Weaviate.
    Weaviate,
    /// Availability of ArangoDB.
    Arangodb,
    /// Health of etcd.
    Etcd,
    /// Whether a Consul agent knows a leader.
    Consul,
    /// Whether Vault or OpenBao is unsealed.
    Vault,
    /// Readiness of Qdrant.
    Qdrant,
    /// Version call of Ollama.
    Ollama,
    /// Readiness of Prometheus.
    Prometheus,
    /// Health of Grafana and its database.
    Grafana,
    /// A command in the container.
    Exec,
    /// Docker's own verdict only.
    Docker,
}

impl ProbeKind {
    /// Every kind.
    pub const ALL: [Self; 29] = [
        Self::Http,
        Self::Tls,
        Self::Tcp,
        Self::Dns,
        Self::Postgres,
        Self::Mysql,
        Self::Redis,
        Self::Nats,
        Self::Kafka,
        Self::Amqp,
        Self::Mqtt,
        Self::Memcached,
        Self::Mongodb,
        Self::Grpc,
        Self::Elasticsearch,
        Self::Clickhouse,
        Self::Minio,
        Self::Lakefs,
        Self::Weaviate,
        Self::Arangodb,
        Self::Etcd,
        Self::Consul,
        Self::Vault,
        Self::Qdrant,
        Self::Ollama,
        Self::Prometheus,
        Self::Grafana,
        Self::Exec,
        Self::Docker,
    ];

    /// The word used in config, JSON and text.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Tls => "tls",
            Self::Tcp => "tcp",
            Self::Dns => "dns",
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
            Self::Redis => "redis",
            Self::Nats => "nats",
            Self::Kafka => "kafka",
            Self::Amqp => "amqp",
            Self::Mqtt => "mqtt",
            Self::Memcached => "memcached",
            Self::Mongodb => "mongodb",
            Self::Grpc => "grpc",
            Self::Elasticsearch => "elasticsearch",
            Self::Clickhouse => "clickhouse",
            Self::Minio => "minio",
            Self::Lakefs => "lakefs",
            Self::Weaviate => "weaviate",
            Self::Arangodb => "arangodb",
            Self::Etcd => "etcd",
            Self::Consul => "consul",
            Self::Vault => "vault",
            Self::Qdrant => "qdrant",
            Self::Ollama => "ollama",
            Self::Prometheus => "prometheus",
            Self::Grafana => "grafana",
            Self::Exec => "exec",
            Self::Docker => "docker",
        }
    }

    /// The kind that `word` means: its id, or the name of a product that speaks the same protocol.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let word = match word {
            "https" => "http",
            "postgresql" => "postgres",
            "mariadb" => "mysql",
            "valkey" | "dragonfly" | "keydb" => "redis",
            "rabbitmq" => "amqp",
            "mongo" => "mongodb",
            "opensearch" => "elasticsearch",
            "openbao" => "vault",
            word => word,
        };
        Self::ALL.into_iter().find(|kind| kind.id() == word)
    }

    /// The port it is usually found at; `None` where there is no usual one.
    #[must_use]
    pub const fn default_port(self) -> Option<u16> {
        Some(match self {
            Self::Tls => 443,
            Self::Dns => 53,
            Self::Postgres => 5432,
            Self::Mysql => 3306,
            Self::Redis => 6379,
            Self::Nats => 4222,
            Self::Kafka => 9092,
            Self::Amqp => 5672,
            Self::Mqtt => 1883,
            Self::Memcached => 11211,
            Self::Mongodb => 27017,
            Self::Elasticsearch => 9200,
            Self::Clickhouse => 8123,
            Self::Minio => 9000,
            Self::Lakefs => 8000,
            Self::Weaviate => 8080,
            Self::Arangodb => 8529,
            Self::Etcd => 2379,
            Self::Consul => 8500,
            Self::Vault => 8200,
            Self::Qdrant => 6333,
            Self::Ollama => 11434,
            Self::Prometheus => 9090,
            Self::Grafana => 3000,
            Self::Http | Self::Tcp | Self::Grpc | Self::Exec | Self::Docker => return None,
        })
    }

    /// The path of a product's documented health call over HTTP; `None` for every other kind.
    #[must_use]
    pub const fn health_path(self) -> Option<&'static str> {
        Some(match self {
            Self::Elasticsearch => "/_cluster/health",
            Self::Clickhouse => "/ping",
            Self::Minio => "/minio/health/live",
            Self::Lakefs => "/_health",
            Self::Weaviate => "/v1/.well-known/ready",
            Self::Arangodb => "/_admin/server/availability",
            Self::Etcd => "/health",
            Self::Consul => "/v1/status/leader",
            Self::Vault => "/v1/sys/health",
            Self::Qdrant => "/readyz",
            Self::Ollama => "/api/version",
            Self::Prometheus => "/-/ready",
            Self::Grafana => "/api/health",
            _ => return None,
        })
    }

    /// Whether it is asked over HTTP.
    #[must_use]
    pub const fn is_http(self) -> bool {
        matches!(self, Self::Http) || self.health_path().is_some()
    }

    /// Whether one probe costs the service more than a greeting, so that a failing one is spared.
    #[must_use]
    pub const fn is_expensive(self, with_credentials: bool) -> bool {
        match self {
            Self::Exec | Self::Kafka => true,
            Self::Postgres | Self::Mysql | Self::Amqp => with_credentials,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_one_word_that_means_it() {
        for kind in ProbeKind::ALL {
            assert_eq!(ProbeKind::parse(kind.id()), Some(kind));
            let json = serde_json::to_value(kind).expect("JSON");
            assert_eq!(json.as_str(), Some(kind.id()));
            assert_eq!(
                kind.is_http(),
                kind == ProbeKind::Http || kind.health_path().is_some()
            );
        }
        for (word, kind) in [
            ("https", Some(ProbeKind::Http)),
            ("mariadb", Some(ProbeKind::Mysql)),
            ("valkey", Some(ProbeKind::Redis)),
            ("opensearch", Some(ProbeKind::Elasticsearch)),
            ("ftp", None),
            ("", None),
        ] {
            assert_eq!(ProbeKind::parse(word), kind, "{word}");
        }
    }
}
