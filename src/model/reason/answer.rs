//! What a service that answers reports of itself.

use serde::{Deserialize, Serialize};

use super::FindingCode;

/// An HTTP answer as far as it concerns health.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpAnswer {
    /// The status code.
    pub status: u16,
    /// What the answer says.
    pub said: HttpSaid,
    /// `version` of its JSON.
    pub version: Option<String>,
    /// What it adds where it is not well: `detail`, `message` or `error` of its JSON.
    pub detail: Option<String>,
    /// Whether the server may want another host name than the one that was sent.
    pub may_want_host: bool,
}

/// What an HTTP answer contains beside its status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HttpSaid {
    /// `Location` of a redirect to another host.
    Redirect {
        /// Where to.
        to: String,
    },
    /// Its word for health, or the reason phrase; may be empty.
    Word(String),
    /// A status of 2xx with a body that says otherwise, such as `healthy: false`.
    Contradiction {
        /// The key of the body.
        key: String,
        /// Its value.
        value: String,
    },
}

impl HttpAnswer {
    /// A status with a word, and nothing else.
    #[must_use]
    pub const fn of(status: u16, word: String) -> Self {
        Self {
            status,
            said: HttpSaid::Word(word),
            version: None,
            detail: None,
            may_want_host: false,
        }
    }
}

/// The colour that Elasticsearch has for a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // Elasticsearch's own words
pub enum ClusterColour {
    Green,
    Yellow,
    Red,
}

/// What a service states of itself in its protocol, by the meaning that the protocol gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Statement {
    /// Any protocol: it answers.
    Answers,
    /// Any protocol: it answers, but wants a password first.
    WantsPassword,
    /// HTTP 401 of a product.
    WantsCredentials,
    /// TCP.
    AcceptsConnections,
    /// TCP: the first line that it sends.
    Greets {
        /// That line.
        line: String,
    },
    /// TLS.
    AcceptsTls,
    /// Any protocol: TLS was asked for, and it offers none.
    NoTls,
    /// PostgreSQL, in the words of `pg_isready`.
    AcceptingConnections,
    /// PostgreSQL.
    AnswersSelect,
    /// MySQL.
    AnswersPing,
    /// MySQL: it lets nobody in from hubdeck's host.
    HostNotAllowed,
    /// Redis and NATS.
    Pong,
    /// Redis: a password was sent, and it asks for none.
    WantsNoPassword,
    /// Redis: `NOPERM`.
    MayNotPing,
    /// Redis: `DENIED`.
    ProtectedMode,
    /// AMQP: another version than 0-9-1.
    SpeaksAmqp {
        /// Major, minor and revision.
        version: [u8; 3],
    },
    /// AMQP.
    AcceptsLogin,
    /// RabbitMQ: an alarm is in force, so that it takes no messages.
    Alarm {
        /// `memory` or `disk`.
        resource: String,
        /// The node that raised it.
        node: String,
    },
    /// MQTT.
    AcceptsSessions,
    /// MQTT: another version than 3.1.1.
    OtherMqttVersion,
    /// MQTT: identifier rejected.
    WantsClientId,
    /// MQTT: server unavailable.
    ServerUnavailable,
    /// Kafka: the brokers of the cluster.
    Brokers {
        /// How many.
        count: usize,
        /// The id of the controller; `None` without one.
        controller: Option<i32>,
    },
    /// Kafka: no broker is known.
    NoBrokers,
    /// Kafka: it does not offer the request for brokers.
    NoBrokerList,
    /// Kafka: it offers that request in other versions only.
    OtherKafkaVersions,
    /// Kafka: it refuses to list its versions.
    RefusesVersions {
        /// Kafka's error code.
        code: i16,
    },
    /// MongoDB: a router.
    RoutesToShards,
    /// MongoDB: a server outside of replica sets.
    AcceptsWrites,
    /// MongoDB: a member of a replica set.
    Member {
        /// What it does in the set.
        role: ReplicaRole,
        /// The name of the set.
        set: Option<String>,
    },
    /// MongoDB: the replica set is not initiated.
    NotInitiated,
    /// MongoDB: it does not know the command that is asked.
    TooOld,
    /// DNS: the name resolves; empty is the root.
    Resolves {
        /// The name.
        name: String,
    },
    /// DNS: it answers, but asks no other servers for this client.
    RefusesRecursion,
    /// DNS: the name exists and has no address.
    NoAddress {
        /// The name.
        name: String,
    },
    /// DNS: an error.
    DnsError {
        /// The response code.
        code: u8,
        /// The name that was asked for; empty is the root.
        name: String,
    },
    /// gRPC: `SERVING`.
    Serving,
    /// gRPC: `NOT_SERVING`.
    NotServing,
    /// gRPC: `UNKNOWN`.
    HealthUnknown,
    /// gRPC: the health service does not know this name.
    UnknownService {
        /// The name.
        name: String,
    },
    /// gRPC: no health service, where one was guessed.
    NoHealthService,
    /// gRPC: no health service, where one was to be there.
    LacksHealthService,
    /// gRPC: an error.
    GrpcError {
        /// The status code.
        code: u32,
        /// The server's words; may be empty.
        said: String,
    },
    /// Elasticsearch.
    Cluster {
        /// The colour of the cluster.
        colour: ClusterColour,
        /// Nodes, of a green one.
        nodes: Option<u64>,
        /// Unassigned shards, of another one.
        unassigned: Option<u64>,
    },
    /// Elasticsearch: no master has been found.
    NoMaster,
    /// MinIO: its storage is not there.
    NoStorage,
    /// A product is not ready.
    NotReady {
        /// Its words, or its HTTP status with a word; empty where it gives no reason.
        said: String,
    },
    /// ArangoDB: the mode in which it is available.
    Available {
        /// The mode.
        mode: String,
    },
    /// ArangoDB: read-only.
    ReadOnly,
    /// etcd.
    Healthy,
    /// etcd.
    Unhealthy {
        /// Its reason.
        said: Option<String>,
    },
    /// Consul: the address of the leader.
    Leader {
        /// That address.
        address: String,
    },
    /// etcd, Consul.
    NoLeader,
    /// Vault.
    Vault(VaultState),
    /// Grafana: the state of its database.
    Database {
        /// `ok`, else what Grafana says.
        state: String,
    },
}

/// What a member of a MongoDB replica set does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // MongoDB's own words
pub enum ReplicaRole {
    Primary,
    Secondary,
    Arbiter,
    /// Neither primary nor secondary yet.
    None,
}

/// The states for which Vault has an HTTP status of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // Vault's own words
pub enum VaultState {
    Active,
    Standby,
    DisasterRecoveryStandby,
    PerformanceStandby,
    /// A standby that cannot reach the active node.
    IsolatedStandby,
    NotInitialised,
    Sealed,
    RemovedFromCluster,
}

impl Statement {
    pub(super) const fn code(&self) -> FindingCode {
        match self {
            Self::NotReady { .. } | Self::NoMaster | Self::NoStorage => FindingCode::NotReady,
            Self::Unhealthy { .. } | Self::NotServing => FindingCode::Unhealthy,
            Self::NoLeader => FindingCode::NoLeader,
            Self::Vault(VaultState::NotInitialised) => FindingCode::NotInitialised,
            Self::Vault(VaultState::Sealed) => FindingCode::Sealed,
            Self::Vault(VaultState::RemovedFromCluster) => FindingCode::RemovedFromCluster,
            Self::Cluster {
                colour: ClusterColour::Yellow,
                ..
            } => FindingCode::ClusterYellow,
            Self::Cluster {
                colour: ClusterColour::Red,
                ..
            } => FindingCode::ClusterRed,
            Self::Alarm { .. } => FindingCode::Alarm,
            Self::NoTls
            | Self::ServerUnavailable
            | Self::NoBrokers
            | Self::RefusesVersions { .. }
            | Self::NoAddress { .. }
            | Self::DnsError { .. }
            | Self::HealthUnknown
            | Self::UnknownService { .. }
            | Self::LacksHealthService
            | Self::GrpcError { .. } => FindingCode::Error,
            _ => FindingCode::Answered,
        }
    }
}

macro_rules! visit_texts {
    ($name:ident $(, $mut:tt)?) => {
        pub(super) fn $name(&$($mut)? self, visit: &mut dyn FnMut(&$($mut)? String)) {
            match self {
                Self::Greets { line: text }
                | Self::Resolves { name: text }
                | Self::NoAddress { name: text }
                | Self::DnsError { name: text, .. }
                | Self::UnknownService { name: text }
                | Self::GrpcError { said: text, .. }
                | Self::NotReady { said: text }
                | Self::Available { mode: text }
                | Self::Leader { address: text }
                | Self::Database { state: text }
                | Self::Unhealthy { said: Some(text) }
                | Self::Member { set: Some(text), .. } => visit(text),
                Self::Alarm { resource, node } => {
                    visit(resource);
                    visit(node);
                }
                _ => {}
            }
        }
    };
}

impl Statement {
    visit_texts!(texts);
    visit_texts!(texts_mut, mut);
}

macro_rules! visit_http_texts {
    ($name:ident $(, $mut:tt)?) => {
        pub(super) fn $name(&$($mut)? self, visit: &mut dyn FnMut(&$($mut)? String)) {
            match &$($mut)? self.said {
                HttpSaid::Redirect { to } => visit(to),
                HttpSaid::Word(word) => visit(word),
                HttpSaid::Contradiction { key, value } => {
                    visit(key);
                    visit(value);
                }
            }
            if let Some(text) = &$($mut)? self.version {
                visit(text);
            }
            if let Some(text) = &$($mut)? self.detail {
                visit(text);
            }
        }
    };
}

impl HttpAnswer {
    visit_http_texts!(texts);
    visit_http_texts!(texts_mut, mut);
}
