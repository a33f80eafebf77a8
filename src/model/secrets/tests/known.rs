//! Secrets that one definition marks, hidden wherever they stand.

use super::super::*;
use crate::model::{Healthcheck, InstanceFacts, InstanceId};

fn container(environment: &[(&str, &str)], command: &[&str], test: &[&str]) -> InstanceFacts {
    let mut facts = InstanceFacts::unknown(
        InstanceId::from("1"),
        "hub-db-1",
        Some("hub".into()),
        "db".into(),
    );
    let pairs = environment
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    facts.environment = pairs.collect();
    facts.command = command.iter().map(|word| (*word).to_owned()).collect();
    let test = test.iter().map(|word| (*word).to_owned()).collect();
    facts.healthcheck = Some(Healthcheck {
        test,
        interval: None,
        start_period: None,
        retries: None,
    });
    facts
}

type Words = &'static [&'static str];
/// Environment, command and healthcheck of a container, and the secret that is in them.
type Definition = (
    &'static [(&'static str, &'static str)],
    Words,
    Words,
    &'static str,
);

const DEFINITIONS: &[Definition] = &[
    (&[("DB_PASSWORD", "hunter22")], &[], &[], "hunter22"),
    (
        &[("DATABASE_URL", "postgres://app:hunter22@db/app")],
        &[],
        &[],
        "hunter22",
    ),
    (
        &[("DATABASE_URL", "postgres://app:p%40ss-word1@db/app")],
        &[],
        &[],
        "p@ss-word1",
    ),
    (&[("DB_PASSWORD", "p@ss-word1")], &[], &[], "p%40ss-word1"),
    (
        &[("URL", "https://ghp_0123456789abcdef@git/")],
        &[],
        &[],
        "ghp_0123456789abcdef",
    ),
    (
        &[],
        &["redis-server", "--requirepass", "hunter22"],
        &[],
        "hunter22",
    ),
    (
        &[],
        &["sh", "-c", "exec redis-server --requirepass 'hunter22'"],
        &[],
        "hunter22",
    ),
    (
        &[],
        &[],
        &["CMD-SHELL", "redis-cli -a hunter22 ping || exit 1"],
        "hunter22",
    ),
    (
        &[],
        &[],
        &["CMD", "curl", "-u", "app:hunter22", "http://localhost"],
        "hunter22",
    ),
    (
        &[],
        &[],
        &["CMD-SHELL", "curl 'http://localhost/?token=hunter22'"],
        "hunter22",
    ),
    (
        &[(
            "TLS_KEY",
            "-----BEGIN KEY-----\nMIIEvQIBADANBgkqh\n-----END",
        )],
        &[],
        &[],
        "MIIEvQIBADANBgkqh",
    ),
];

#[test]
fn distinctive_values_are_hidden_wherever_they_stand() {
    for &(environment, command, test, secret) in DEFINITIONS {
        let mut known = KnownSecrets::default();
        let new = known.learn(&container(environment, command, test));
        for known in [&known, &new] {
            let shown = known.hide(&format!("got >{secret}< from x")).into_owned();
            assert_eq!(
                shown, "got >***< from x",
                "{environment:?} {command:?} {test:?}"
            );
        }
        assert!(!format!("{known:?}").contains(secret));
        assert!(
            known
                .learn(&container(environment, command, test))
                .is_empty(),
            "nothing is new twice"
        );
    }
}

#[test]
fn common_values_are_not_hidden_everywhere() {
    for (name, value) in [
        ("POSTGRES_PASSWORD", "postgres"),
        ("DB_PASSWORD", "12345"),
        ("SESSION_SECRET_TTL", "3600000000"),
        ("ADMIN_PASSWORD", "admin"),
        ("SECRET", "86400000"),
        ("DB_PASSWORD_FILE", "/run/secrets/db"),
        ("DB_PASSWORD", "/run/secrets/db"),
        ("KEYCLOAK_URL", "http://keycloak:8080"),
        ("PASSENGER_APP_ENV", "acceptance"),
        ("PARTITION_KEY", "customer_id"),
        ("DB_PASSWORD", "hub-db-1"),
        ("DB_PASSWORD", "$OTHER_VARIABLE"),
        ("URL", "postgres://wikiuser:wikiuser@db/x"),
    ] {
        let mut known = KnownSecrets::default();
        known.learn(&container(&[(name, value)], &[], &[]));
        assert!(known.is_empty(), "{name}={value}");
    }
    let mut known = KnownSecrets::default();
    known.learn(&container(
        &[
            ("POSTGRES_USER", "wikiuser"),
            ("POSTGRES_PASSWORD", "wikiuser"),
        ],
        &[],
        &[],
    ));
    assert!(known.is_empty(), "the name is shown beside it");
    known.learn(&container(&[("DB_PASSWORD", "warehouse")], &[], &[]));
    assert!(!known.is_empty());
    let other =
        InstanceFacts::unknown(InstanceId::from("2"), "warehouse", None, "warehouse".into());
    known.learn(&other);
    assert!(
        known.is_empty(),
        "it turned out to be the name of a service"
    );
}

#[test]
fn the_longest_value_goes_first_and_cut_values_are_hidden_too() {
    let mut known = KnownSecrets::default();
    known.learn(&container(
        &[("A_PASSWORD", "hunter22"), ("B_PASSWORD", "hunter22-long")],
        &[],
        &[],
    ));
    for (text, shown) in [
        ("x hunter22-long y", "x *** y"),
        ("hunter22hunter22", "***"),
        ("failed with hunter22-lo…", "failed with ***…"),
        ("failed with hunt…", "failed with hunt…"),
        ("begin…r22-long end", "begin…*** end"),
        ("hunter22", "***"),
    ] {
        assert_eq!(known.hide(text), shown, "{text}");
    }
    known.learn_text("[db]\nuser = app\npassword = s3cret-in-file\n");
    assert_eq!(
        known.mask("login s3cret-in-file token=abc"),
        "login *** token=***"
    );
}

#[test]
fn sensitive_data_is_printed_masked_and_read_in_the_clear() {
    let facts = container(
        &[("DB_PASSWORD", "hunter22")],
        &["redis-server", "--requirepass", "s3cret-x"],
        &[],
    );
    let json = serde_json::to_string(&facts).expect("JSON");
    for secret in ["hunter22", "s3cret-x"] {
        assert!(
            !format!("{facts:?} {json}").contains(secret),
            "{facts:?} {json}"
        );
    }
    assert_eq!(facts.command.reveal()[2], "s3cret-x");
    let mut known = KnownSecrets::default();
    known.learn(&facts);
    let other = container(&[("GREETING", "hello hunter22")], &["run", "s3cret-x"], &[]);
    assert_eq!(other.environment.masked(&known)[0].1, "hello ***");
    assert_eq!(other.command.masked(&known), ["run", "***"]);
}
