//! What a service states of itself, in words.

use crate::model::words::plural;
use crate::model::{ClusterColour, ReplicaRole, Statement, VaultState};

/// The words of `statement`.
pub(super) fn words(statement: &Statement) -> String {
    plain(statement).map_or_else(|| detailed(statement), str::to_owned)
}

/// The words of a statement that has no field.
const fn plain(statement: &Statement) -> Option<&'static str> {
    Some(match statement {
        Statement::Answers => "answers",
        Statement::WantsPassword => "answers, wants a password",
        Statement::WantsCredentials => "answers, wants credentials",
        Statement::AcceptsConnections => "accepts connections",
        Statement::AcceptsTls => "accepts TLS",
        Statement::NoTls => "offers no TLS",
        Statement::AcceptingConnections => "accepting connections",
        Statement::AnswersSelect => "answers SELECT 1",
        Statement::AnswersPing => "answers ping",
        Statement::HostNotAllowed => "answers, host not allowed to connect",
        Statement::Pong => "PONG",
        Statement::WantsNoPassword => "PONG, but it asks for no password",
        Statement::MayNotPing => "answers, but this user may not PING",
        Statement::ProtectedMode => "answers, but protected mode keeps hubdeck out",
        Statement::AcceptsLogin => "accepts the login",
        Statement::AcceptsSessions => "accepts MQTT sessions",
        Statement::OtherMqttVersion => "answers, but speaks another version than MQTT 3.1.1",
        Statement::WantsClientId => "answers, but wants a client identifier",
        Statement::ServerUnavailable => "server unavailable",
        Statement::NoBrokers => "knows no brokers",
        Statement::NoBrokerList => "answers, but tells nothing of brokers",
        Statement::OtherKafkaVersions => "answers, but speaks no version that hubdeck knows",
        Statement::RoutesToShards => "mongos router",
        Statement::AcceptsWrites => "accepts writes",
        Statement::NotInitiated => "its replica set is not initiated",
        Statement::TooOld => "answers, but is too old to say more",
        Statement::RefusesRecursion => "answers, recursion refused",
        Statement::Serving => "SERVING",
        Statement::NotServing => "NOT_SERVING",
        Statement::HealthUnknown => "health UNKNOWN",
        Statement::NoHealthService => "answers, but has no health service",
        Statement::LacksHealthService => "has no health service",
        Statement::NoMaster => "not ready: no master has been found yet",
        Statement::NoStorage => "not ready: its storage is not there yet",
        Statement::ReadOnly => "read-only",
        Statement::Healthy => "healthy",
        Statement::NoLeader => "no leader",
        Statement::Vault(state) => vault(*state),
        _ => return None,
    })
}

const fn vault(state: VaultState) -> &'static str {
    match state {
        VaultState::Active => "active",
        VaultState::Standby => "standby",
        VaultState::DisasterRecoveryStandby => "standby for disaster recovery",
        VaultState::PerformanceStandby => "performance standby",
        VaultState::IsolatedStandby => "standby that cannot reach the active node",
        VaultState::NotInitialised => "not initialised",
        VaultState::Sealed => "sealed",
        VaultState::RemovedFromCluster => "removed from its cluster",
    }
}

fn detailed(statement: &Statement) -> String {
    match statement {
        Statement::Greets { line } => format!("greets {line}"),
        Statement::SpeaksAmqp {
            version: [major, minor, revision],
        } => format!("answers, but speaks AMQP {major}.{minor}.{revision} only"),
        Statement::Alarm { resource, node } => {
            format!("{resource} alarm on {node}: takes no messages")
        }
        Statement::Brokers { count, controller } => {
            let brokers = plural(*count, "broker");
            match controller {
                Some(id) => format!("{brokers}, controller {id}"),
                None => format!("{brokers}, no controller"),
            }
        }
        Statement::RefusesVersions { code } => {
            format!("refuses to tell its versions: {}", kafka(*code))
        }
        Statement::Member { role, set } => member(*role, set.as_deref()),
        Statement::Resolves { name } => format!("resolves {}", about(name)),
        Statement::NoAddress { name } => format!("{} has no address", about(name)),
        Statement::DnsError { code, name } => dns(*code, about(name)),
        Statement::UnknownService { name } => format!("knows no service {name:?}"),
        Statement::GrpcError { code, said } => grpc(*code, said),
        Statement::Cluster {
            colour,
            nodes,
            unassigned,
        } => cluster(*colour, *nodes, *unassigned),
        Statement::NotReady { said } if said.is_empty() => "not ready: not available".to_owned(),
        Statement::NotReady { said } => format!("not ready: {said}"),
        Statement::Available { mode } => format!("available, {mode} mode"),
        Statement::Unhealthy { said: None } => "unhealthy".to_owned(),
        Statement::Unhealthy { said: Some(said) } => format!("unhealthy: {said}"),
        Statement::Leader { address } => format!("leader {address}"),
        Statement::Database { state } => format!("database {state}"),
        // The others have no field: see `plain`.
        _ => String::new(),
    }
}

/// The name that DNS was asked for.
const fn about(name: &str) -> &str {
    if name.is_empty() { "the root" } else { name }
}

fn dns(code: u8, about: &str) -> String {
    match code {
        1 => "FORMERR: does not understand the question".to_owned(),
        2 => format!("SERVFAIL: cannot resolve {about}"),
        3 => format!("NXDOMAIN: {about} does not exist"),
        4 => "NOTIMP: does not answer such questions".to_owned(),
        5 => format!("REFUSED: does not tell about {about}"),
        code => format!("answers with code {code}"),
    }
}

fn grpc(code: u32, said: &str) -> String {
    let name = match code {
        4 => "DEADLINE_EXCEEDED".to_owned(),
        8 => "RESOURCE_EXHAUSTED".to_owned(),
        13 => "INTERNAL".to_owned(),
        14 => "UNAVAILABLE".to_owned(),
        code => format!("gRPC status {code}"),
    };
    if said.is_empty() {
        name
    } else {
        format!("{name}: {said}")
    }
}

/// What an error code of Kafka means.
fn kafka(code: i16) -> String {
    let known = match code {
        -1 => "unknown server error",
        8 => "broker not available",
        29 | 31 => "not authorised",
        33 | 34 | 58 => "login refused",
        35 => "unsupported version",
        41 => "not the controller",
        _ => return format!("error {code}"),
    };
    known.to_owned()
}

fn member(role: ReplicaRole, set: Option<&str>) -> String {
    let of_set = set.map(|name| format!(" of {name}")).unwrap_or_default();
    match role {
        ReplicaRole::Primary => format!("primary{of_set}"),
        ReplicaRole::Secondary => format!("secondary{of_set}"),
        ReplicaRole::Arbiter => format!("arbiter{of_set}"),
        ReplicaRole::None => format!("neither primary nor secondary{of_set} yet"),
    }
}

fn cluster(colour: ClusterColour, nodes: Option<u64>, unassigned: Option<u64>) -> String {
    let counted = |count: u64, noun: &str| {
        let plural = if count == 1 { "" } else { "s" };
        format!(", {count} {noun}{plural}")
    };
    let colour = match colour {
        ClusterColour::Green => "green",
        ClusterColour::Yellow => "yellow",
        ClusterColour::Red => "red",
    };
    let nodes = nodes.map(|count| counted(count, "node"));
    let shards = unassigned.map(|count| counted(count, "unassigned shard"));
    format!(
        "{colour}{}{}",
        nodes.unwrap_or_default(),
        shards.unwrap_or_default()
    )
}
