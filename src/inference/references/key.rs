//! What the name of a variable, flag or field means for its value.

/// What a value under a name may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NameMeaning {
    /// A host: a bare word is one.
    Host,
    /// Anything: only a URL or `host:port` names a host.
    Nothing,
    /// No host that the container calls, whatever it looks like.
    NoHost,
}

/// Last words of names whose values are hosts.
const HOSTS: &[&str] = &[
    "host",
    "hosts",
    "hostname",
    "hostnames",
    "server",
    "servers",
    "addr",
    "addrs",
    "address",
    "addresses",
    "url",
    "urls",
    "uri",
    "uris",
    "endpoint",
    "endpoints",
    "broker",
    "brokers",
    "node",
    "nodes",
    "seed",
    "seeds",
    "peer",
    "peers",
    "upstream",
    "upstreams",
    "member",
    "members",
    "dsn",
    "sentinel",
    "sentinels",
    "points",
    "quorum",
    "remote",
    "ip",
    "fqdn",
    "service",
    "services",
    "replicaof",
    "slaveof",
    "hostaddr",
    "resolver",
    "nameserver",
    "nameservers",
    "datasource",
    "source",
    "join",
];

/// Ends of words that run together, as in `DBHOST` and `BOOTSTRAPSERVERS`.
const HOST_ENDS: &[&str] = &[
    "host", "hosts", "hostname", "server", "servers", "addr", "address", "url", "uri",
];

/// Words that make a name mean something else: who may call, how others see the container,
/// images.
const OTHER_WORDS: &[&str] = &[
    "allowed",
    "allow",
    "trusted",
    "whitelist",
    "allowlist",
    "origin",
    "origins",
    "cors",
    "csrf",
    "redirect",
    "callback",
    "advertised",
    "advertise",
    "listen",
    "listener",
    "listeners",
    "bind",
    "virtual",
    "letsencrypt",
    "development",
    "vhost",
    "noproxy",
    "exclude",
    "excluded",
    "ignore",
    "ignored",
    "skip",
    "logout",
];

/// Words that do so where the name does not end as a host's: `REDIS_IMAGE`, not
/// `IMAGE_SERVICE_HOST`.
const ARTEFACTS: &[&str] = &["image", "images", "version", "tag"];

/// Last words of names whose values are no hosts.
const OTHER_ENDS: &[&str] = &[
    "key",
    "path",
    "dir",
    "directory",
    "file",
    "folder",
    "home",
    "email",
];

/// Ends of last words of names whose values are secrets.
const SECRET_ENDS: &[&str] = &["pass", "passwd", "password", "secret", "token"];

/// What `name` means for its value.
pub(super) fn meaning_of(name: &str) -> NameMeaning {
    let words = words(name);
    let last = words.rsplit('_').next().unwrap_or_default();
    let is_other = words.split('_').any(|word| OTHER_WORDS.contains(&word))
        || OTHER_ENDS.contains(&last)
        || SECRET_ENDS.iter().any(|end| last.ends_with(end))
        || matches!(words.as_str(), "hostname" | "no_proxy");
    if is_other {
        return NameMeaning::NoHost;
    }
    let host_name = words.ends_with("host_name");
    // .NET's `ConnectionStrings__Cache` may be a bare host.
    let host_name = host_name || words.starts_with("connection_string");
    let known = HOSTS.contains(&last) || HOST_ENDS.iter().any(|end| last.ends_with(end));
    match host_name || known {
        true => NameMeaning::Host,
        false if words.split('_').any(|word| ARTEFACTS.contains(&word)) => NameMeaning::NoHost,
        false => NameMeaning::Nothing,
    }
}

/// Words of names by which the members of a cluster find each other.
const CLUSTER: &[&str] = &[
    "master",
    "primary",
    "replica",
    "replication",
    "replicate",
    "cluster",
    "peer",
    "peers",
    "zookeeper",
    "etcd",
    "seed",
    "seeds",
    "node",
    "nodes",
    "join",
    "bootstrap",
    "quorum",
    "voters",
    "leader",
    "sentinel",
    "replset",
    "members",
    "discovery",
    "replicaof",
    "slaveof",
];

/// Whether `name` is of how a store named `kind` finds others: the members of its cluster, or
/// something that it is configured to use.
pub(super) fn concerns_store(name: &str, kind: &str) -> bool {
    begins_with(name, kind)
        || (kind == "postgres" && words(name) == "pghost")
        || concerns_cluster(name)
}

/// Whether `name` is of how the members of a cluster find each other.
pub(super) fn concerns_cluster(name: &str) -> bool {
    words(name).split('_').any(|word| CLUSTER.contains(&word))
}

/// Whether the first word of `name` is `word`.
pub(super) fn begins_with(name: &str, word: &str) -> bool {
    words(name).split('_').next() == Some(word)
}

/// The words of a name in lower case with `_` between them: `dbHost`, `DB_HOST` and `db.host` are
/// the same. A number at the end means nothing (`REDIS_HOST_1`, `SERVER_URL2`) and is left out.
fn words(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    let mut was_lower = false;
    for c in name.chars() {
        let begins = c.is_ascii_uppercase() && was_lower;
        was_lower = c.is_ascii_lowercase() || (was_lower && c.is_ascii_digit());
        if (begins || !c.is_alphanumeric()) && !words.is_empty() && !words.ends_with('_') {
            words.push('_');
        }
        if c.is_alphanumeric() {
            words.push(c.to_ascii_lowercase());
        }
    }
    let kept = words
        .trim_end_matches(|c: char| c.is_ascii_digit() || c == '_')
        .len();
    words.truncate(kept);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_their_values_are() {
        for (names, expected) in [
            (
                "DB_HOST PGHOST dbHost db.host PAPERLESS_DBHOST REDIS_URL bootstrapServers ES_SEEDS",
                NameMeaning::Host,
            ),
            (
                "REST_HOST_NAME PMA_HOST REDIS_HOST_1 URL2 CASSANDRA_CONTACT_POINTS --upstream h.host IMAGE_API_HOST ConnectionStrings__Bus",
                NameMeaning::Host,
            ),
            (
                "DB_USER POSTGRES_DB QUEUE_CONNECTION CACHE_DRIVER SERVER_NAME DB_TYPE",
                NameMeaning::Nothing,
            ),
            (
                "HOSTNAME ALLOWED_HOSTS NO_PROXY DB_PASSWORD REDIS_IMAGE DB_IMAGE_TAG CORS_ORIGIN_URL API_KEY",
                NameMeaning::NoHost,
            ),
            (
                "VIRTUAL_HOST KAFKA_ADVERTISED_LISTENERS OAUTH_REDIRECT_URI BIND_ADDRESS",
                NameMeaning::NoHost,
            ),
            ("url2Host N8N_HOST", NameMeaning::Host),
            ("_ 1 -- é", NameMeaning::Nothing),
        ] {
            for name in names.split(' ') {
                assert_eq!(meaning_of(name), expected, "{name}");
            }
        }
    }
}
