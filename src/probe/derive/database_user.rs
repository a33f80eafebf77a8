//! The user and the database that the environment variables of an image create.

use super::Found;
use crate::model::ProbeKind;

/// Variables that name PostgreSQL's user, the most specific first.
const USERS: [&str; 3] = ["POSTGRES_USER", "POSTGRESQL_USERNAME", "PGUSER"];
/// The same for its database.
const DATABASES: [&str; 3] = ["POSTGRES_DB", "POSTGRESQL_DATABASE", "PGDATABASE"];

/// `found` with the user and the database that `environment` names, where nothing else did: a
/// server that trusts everybody writes an error about an unknown one into its log.
pub(super) fn with_database_user(found: Found, environment: &[(String, String)]) -> Found {
    if found.kind != ProbeKind::Postgres {
        return found;
    }
    let or = |text: String, names: &[&str]| {
        if text.is_empty() {
            first(environment, names).unwrap_or_default()
        } else {
            text
        }
    };
    Found {
        user: or(found.user, &USERS),
        subject: or(found.subject, &DATABASES),
        ..found
    }
}

/// The value of the first of the variables `names` that is set, unless it is of no use.
fn first(environment: &[(String, String)], names: &[&str]) -> Option<String> {
    let value = |name: &&str| {
        environment
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    };
    names
        .iter()
        .find_map(value)
        .filter(|value| !value.is_empty() && !value.contains('\0'))
        .cloned()
}
