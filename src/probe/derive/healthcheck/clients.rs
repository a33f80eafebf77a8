//! Clients that ask one server in its own protocol: what kind of probe does the same from outside.

use super::{assignment, flag};
use crate::model::ProbeKind;
use crate::model::authority::{split_path, split_url};
use crate::probe::derive::{Found, is_own_host, split_authority};

/// A client with the flags for the address it asks.
struct Client {
    names: &'static [&'static str],
    kind: ProbeKind,
    /// Port where no flag sets another; 0 where one has to.
    port: u16,
    /// Flags that set the port.
    ports: &'static [&'static str],
    /// Flags that set `host:port` or a URL.
    addresses: &'static [&'static str],
    /// Flags that turn TLS on.
    tls: &'static [&'static str],
}

const fn client(kind: ProbeKind, port: u16, names: &'static [&'static str]) -> Client {
    Client {
        names,
        kind,
        port,
        ports: &[],
        addresses: &[],
        tls: &[],
    }
}

const CLIENTS: &[Client] = &[
    Client {
        ports: &["-p", "--port"],
        ..client(ProbeKind::Postgres, 5432, &["pg_isready", "psql"])
    },
    Client {
        ports: &["-p"],
        addresses: &["-u"],
        tls: &["--tls"],
        ..client(
            ProbeKind::Redis,
            6379,
            &["redis-cli", "valkey-cli", "keydb-cli"],
        )
    },
    Client {
        ports: &["-P", "--port"],
        ..client(
            ProbeKind::Mysql,
            3306,
            &["mysqladmin", "mariadb-admin", "mysql", "mariadb"],
        )
    },
    Client {
        ports: &["--port"],
        tls: &["--tls", "--ssl"],
        ..client(ProbeKind::Mongodb, 27017, &["mongosh", "mongo"])
    },
    client(
        ProbeKind::Amqp,
        5672,
        &["rabbitmq-diagnostics", "rabbitmqctl", "lavinmqctl"],
    ),
    Client {
        ports: &["-p", "--port"],
        tls: &["--cafile", "--capath", "--tls-use-os-certs"],
        ..client(
            ProbeKind::Mqtt,
            1883,
            &["mosquitto_sub", "mosquitto_pub", "mosquitto_rr"],
        )
    },
    Client {
        addresses: &["-s", "--server"],
        ..client(ProbeKind::Nats, 4222, &["nats"])
    },
    Client {
        addresses: &["-b", "--brokers"],
        ..client(ProbeKind::Kafka, 9092, &["kcat", "kafkacat", "rpk"])
    },
    Client {
        addresses: &["-addr", "--addr"],
        tls: &["-tls", "--tls"],
        ..client(
            ProbeKind::Grpc,
            0,
            &["grpc_health_probe", "grpc-health-probe"],
        )
    },
    Client {
        addresses: &["--endpoints"],
        tls: &["--cacert", "--cert"],
        ..client(ProbeKind::Etcd, 2379, &["etcdctl"])
    },
    Client {
        addresses: &["-address", "--address"],
        ..client(ProbeKind::Vault, 8200, &["vault", "bao"])
    },
    Client {
        addresses: &["-http-addr"],
        ..client(ProbeKind::Consul, 8500, &["consul"])
    },
    client(ProbeKind::Ollama, 11434, &["ollama"]),
    client(ProbeKind::Tcp, 9042, &["cqlsh", "nodetool"]),
    // It speaks ClickHouse's own protocol, which no probe of ours does: a known image is pinged
    // over HTTP.
    Client {
        ports: &["--port"],
        tls: &["--secure"],
        ..client(ProbeKind::Tcp, 9000, &["clickhouse-client"])
    },
    client(ProbeKind::Tcp, 7687, &["cypher-shell"]),
];

/// Flags that name the server, checked to be the container itself.
const HOST_FLAGS: [&str; 3] = ["-h", "--host", "--hostname"];

/// The check that `program` makes, called with `arguments`; `None` inside where it asks somebody
/// else.
///
/// The outer `None` says that `program` is no client we know. Words `before` it set variables.
#[allow(clippy::option_option)] // outer: a known client; inner: a check that can be made from outside
pub(super) fn read(
    program: &str,
    arguments: &[String],
    before: &[String],
) -> Option<Option<Found>> {
    if program == "healthcheck.sh" {
        // MariaDB's own script; others call theirs so too.
        let own = arguments.iter().any(|word| {
            matches!(
                word.as_str(),
                "--connect" | "--innodb_initialized" | "--galera_online" | "--replication"
            )
        });
        return Some(own.then(|| Found::of(ProbeKind::Mysql, 3306)));
    }
    if program == "mc" {
        let ready = arguments
            .iter()
            .take(2)
            .map(String::as_str)
            .eq(["ready", "local"]);
        return Some(ready.then(|| Found::of(ProbeKind::Minio, 9000)));
    }
    if matches!(program, "dig" | "drill") {
        return Some(from_dig(arguments));
    }
    if program.starts_with("kafka-") {
        let flags = [
            "--bootstrap-server",
            "--broker-list",
            "--bootstrap-controller",
        ];
        return Some(flag(arguments, &flags).and_then(|address| at(ProbeKind::Kafka, &address)));
    }
    let client = CLIENTS
        .iter()
        .find(|client| client.names.contains(&program))?;
    let found = client.read(arguments);
    Some(found.map(|found| {
        if client.kind == ProbeKind::Postgres {
            whom(found, arguments, before)
        } else {
            found
        }
    }))
}

/// `found` with the user and the database that PostgreSQL's own clients ask for.
fn whom(found: Found, arguments: &[String], before: &[String]) -> Found {
    let variable = |name: &str| {
        let mut set = before.iter().filter_map(|word| assignment(word));
        set.find(|(set, _)| *set == name)
            .map(|(_, value)| value.to_owned())
    };
    let database = value(arguments, &["-d", "--dbname"]);
    let url = database
        .iter()
        .chain(arguments)
        .find(|word| word.contains("://"));
    let (of_url, in_url) = url.map_or((None, None), |url| parts_of_url(url));
    let setting = |name: &str| setting(database.as_deref()?, name);
    let plain = || database.clone().filter(|text| !text.contains(['=', ':']));
    let user = value(arguments, &["-U", "--username"]);
    let user = user
        .or_else(|| setting("user"))
        .or(of_url)
        .or_else(|| variable("PGUSER"));
    let database = setting("dbname")
        .or(in_url)
        .or_else(plain)
        .or_else(|| variable("PGDATABASE"));
    let known = |text: Option<String>| {
        text.filter(|text| !text.contains(['$', '\0']))
            .unwrap_or_default()
    };
    Found {
        user: known(user),
        subject: known(database),
        ..found
    }
}

/// User and database of `postgres://user:password@host/database`.
fn parts_of_url(url: &str) -> (Option<String>, Option<String>) {
    let (_, authority, path) = split_url(url);
    let user = authority
        .rsplit_once('@')
        .and_then(|(user, _)| user.split(':').next());
    let database = path
        .strip_prefix('/')
        .and_then(|path| path.split('?').next());
    let some = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    (some(user), some(database))
}

/// The value of the first of `names`, where it may be any word: `-U app`, `-Uapp`,
/// `--username=app`.
fn value(arguments: &[String], names: &[&str]) -> Option<String> {
    arguments.iter().enumerate().find_map(|(index, word)| {
        names
            .iter()
            .find_map(|name| match word.strip_prefix(name)? {
                "" => arguments.get(index + 1).cloned(),
                rest if name.starts_with("--") => rest.strip_prefix('=').map(str::to_owned),
                rest => Some(rest.to_owned()),
            })
    })
}

impl Client {
    fn read(&self, arguments: &[String]) -> Option<Found> {
        let host = flag(arguments, &HOST_FLAGS);
        if host.is_some_and(|host| !is_own_host(&host) && !host.starts_with('/')) {
            return None;
        }
        let address = flag(arguments, self.addresses).or_else(|| self.positional(arguments));
        let mut found = match (address, flag(arguments, self.ports)) {
            (Some(address), _) => at(self.kind, &address)?,
            (None, Some(port)) => Found::of(self.kind, port.parse().ok()?),
            (None, None) => Found::of(self.kind, self.port),
        };
        if found.port == 0 {
            return None;
        }
        found.tls |= arguments.iter().any(|word| {
            let name = word.split_once('=').map_or(word.as_str(), |(name, _)| name);
            self.tls.contains(&name) && !word.ends_with("=false")
        });
        if self.kind == ProbeKind::Grpc {
            found.subject = flag(arguments, &["-service", "--service"]).unwrap_or_default();
        }
        Some(found)
    }

    /// An address among the plain arguments: a URL of this kind, or mongo's `localhost:27017/test`.
    fn positional(&self, arguments: &[String]) -> Option<String> {
        let is_url = |word: &str| {
            split_url(word)
                .0
                .and_then(ProbeKind::of_scheme)
                .is_some_and(|(kind, _)| kind == self.kind)
        };
        let is_bare = |word: &str| {
            self.kind == ProbeKind::Mongodb
                && split_authority(split_path(word), 0)
                    .is_some_and(|(host, port, _)| is_own_host(host) && port != 0)
        };
        arguments
            .iter()
            .find(|word| is_url(word) || is_bare(word))
            .cloned()
    }
}

/// The check of `kind` at `address` (`host:port` or a URL, the first of a list), when it is our
/// own.
fn at(kind: ProbeKind, address: &str) -> Option<Found> {
    let first = address.split(',').next()?;
    let (scheme, rest) = first.split_once("://").unwrap_or(("", first));
    let tls = scheme == "https" || ProbeKind::of_scheme(scheme).is_some_and(|(_, tls)| tls);
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    let (host, port, _) = split_authority(split_path(rest), kind.default_port().unwrap_or(0))?;
    let own = host.is_empty() || is_own_host(host);
    (own && port != 0).then(|| Found {
        tls,
        ..Found::of(kind, port)
    })
}

/// `dig @127.0.0.1 -p 53 pi.hole A`: what it asks for is asked for by us too.
fn from_dig(arguments: &[String]) -> Option<Found> {
    let server = arguments.iter().find_map(|word| word.strip_prefix('@'))?;
    if !is_own_host(server) {
        return None;
    }
    let port = match flag(arguments, &["-p"]) {
        Some(port) => port.parse().ok().filter(|port| *port != 0)?,
        None => 53,
    };
    let name = arguments.iter().find(|word| {
        word.contains('.')
            && word
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
            && !word.starts_with('-')
    });
    Some(Found {
        subject: name.cloned().unwrap_or_default(),
        ..Found::of(ProbeKind::Dns, port)
    })
}

/// The value of `name` in `dbname=shop user=app`.
fn setting(text: &str, name: &str) -> Option<String> {
    if !text.contains('=') || text.contains("://") {
        return None;
    }
    text.split_whitespace()
        .filter_map(assignment)
        .find(|(set, _)| *set == name)
        .map(|(_, value)| value.to_owned())
}
