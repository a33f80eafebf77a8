//! Which variables a program reads to find others.
//!
//! Known servers read few, and the image catalog has how their names begin. What else a stack
//! gives to them (`env_file`, a YAML anchor) is meant for somebody else.

use super::key;
use crate::inference::catalog::{self, Catalog};
use crate::model::{ImageHint, InstanceFacts, Layer};

/// Kinds of the catalog's data layer that call other services by themselves, by variables of any
/// name.
const CALLING_STORES: &[&str] = &[
    "pgbouncer",
    "pgpool",
    "pgcat",
    "supavisor",
    "proxysql",
    "ferretdb",
    "schema-registry",
    "milvus",
    "druid",
    "pinot",
    "lakefs",
    "registry",
    "nexus",
    "janusgraph",
    "tidb",
    "hbase",
    "hdfs",
    "hive-metastore",
    "alluxio",
    "juicefs",
    "ldap",
    "solr",
    "pulsar",
    "marqo",
    "vespa",
];

/// What a variable is to the program that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::inference) enum Usage {
    /// The program is known to read others from variables of such a name.
    Own,
    /// The program may read it.
    Possible,
    /// The program is known and reads no such variable.
    Foreign,
}

/// What the variable `name`, which several programs are given, is to one of this `kind`, which may
/// be a store of data.
pub(in crate::inference) fn of_shared(name: &str, kind: &str, is_store: bool) -> Usage {
    if is_read(name, kind) {
        Usage::Own
    } else if is_store && is_plain_store(kind) {
        // `REDIS_HOST` is there for those who call Redis; `REDIS_MASTER_HOST` may be there for a
        // replica.
        if key::concerns_cluster(name) {
            Usage::Possible
        } else {
            Usage::Foreign
        }
    } else if key::begins_with(name, kind) {
        Usage::Own
    } else if Catalog::builtin().reads(kind).is_some() {
        Usage::Foreign
    } else {
        Usage::Possible
    }
}

/// Whether a container with these `facts` and a known image may read the variable `name`. A store
/// of data reads its own, and those by which the members of a cluster find each other: all others
/// come from a file that it shares.
pub(super) fn may_read(name: &str, facts: &InstanceFacts, hint: &ImageHint) -> bool {
    let kind = hint.kind.as_str();
    let is_store =
        hint.layer == Layer::Data && is_plain_store(kind) && !runs_script(facts.command.reveal());
    !Catalog::builtin().ignores(kind, facts.command.reveal(), name)
        && (!is_store || is_read(name, kind) || key::concerns_store(name, kind))
}

/// Whether a container runs a script instead of what its image is made for.
fn runs_script(command: &[String]) -> bool {
    command
        .iter()
        .take(2)
        .any(|word| matches!(word.rsplit('/').next(), Some("sh" | "bash" | "ash")))
}

/// Whether a store of this `kind` calls nothing but others of its own kind by itself.
pub(in crate::inference) fn is_plain_store(kind: &str) -> bool {
    !CALLING_STORES.contains(&kind)
}

/// Whether the first word of the variable `name` is `word`, whatever the case of both.
pub(in crate::inference) fn begins_with(name: &str, word: &str) -> bool {
    word.len() > 1 && key::begins_with(name, &word.to_ascii_lowercase())
}

/// Whether by the catalog a program of this `kind` reads variables of such a name.
fn is_read(name: &str, kind: &str) -> bool {
    let reads = Catalog::builtin().reads(kind);
    reads.is_some_and(|reads| reads.iter().any(|begin| catalog::begins_with(name, begin)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shared_variable_is_to_known_programs() {
        use Usage::{Foreign, Own, Possible};
        for (name, kind, is_store, expected) in [
            ("DATABASE_URL", "postgres", true, Foreign),
            ("POSTGRES_HOST", "postgres", true, Foreign),
            ("REDIS_HOST", "redis", true, Foreign),
            ("REDIS_MASTER_HOST", "redis", true, Possible),
            ("MINIO_NOTIFY_WEBHOOK_ENDPOINT", "minio", true, Own),
            ("KAFKA_CFG_ZOOKEEPER_CONNECT", "kafka", true, Own),
            ("DATABASE_URL", "pgbouncer", true, Possible),
            ("DATABASE_URL", "mailpit", false, Foreign),
            ("MP_SMTP_RELAY_HOST", "mailpit", false, Own),
            ("DB_HOST", "prometheus", false, Foreign),
            ("DB_HOST", "grafana", false, Foreign),
            ("GF_DATABASE_HOST", "grafana", false, Own),
            ("gf_database_host", "grafana", false, Own),
            ("KEYCLOAK_DATABASE_HOST", "keycloak", false, Own),
            ("REDIS_HOST", "keycloak", false, Foreign),
            ("N8N_RUNNERS_BROKER", "n8n", false, Own),
            ("DB_POSTGRESDB_HOST", "n8n", false, Possible),
        ] {
            assert_eq!(
                of_shared(name, kind, is_store),
                expected,
                "{name} of {kind}"
            );
        }
    }
}
