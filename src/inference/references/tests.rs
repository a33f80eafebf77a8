//! What values and commands of well-known Compose files name.

mod commands;
mod files;
mod variables;

use proptest::prelude::*;

use super::*;
use crate::topology::testing::facts;

/// `host:port` of every reference, sorted.
fn shown(references: &[Reference]) -> String {
    let words: BTreeSet<String> = references
        .iter()
        .map(|each| {
            each.port
                .map_or_else(|| each.host.clone(), |port| format!("{}:{port}", each.host))
        })
        .collect();
    words.into_iter().collect::<Vec<_>>().join(" ")
}

#[test]
fn details_never_hold_a_value() {
    let mut facts = facts("hub/app");
    facts.environment = vec![(
        "DATABASE_URL".into(),
        "postgres://user:hunter2@db:5432/x".into(),
    )]
    .into();
    facts.command = vec![
        "--dsn=mysql://user:hunter2@sql/x".into(),
        "http://user:hunter2@web/".into(),
    ]
    .into();
    let named = of(&facts).named;
    let details: Vec<_> = named.iter().map(|each| each.detail.to_string()).collect();
    assert_eq!(details, ["DATABASE_URL", "--dsn", "command"]);
    assert!(!format!("{named:?}").contains("hunter2"), "{named:?}");
}

proptest! {
    #[test]
    fn nothing_in_a_container_breaks_it(
        name in "[A-Z_]{0,8}(HOST|URL)?",
        value in "(.|[:/@,= {}\"\n]|://){0,60}",
        words in prop::collection::vec("(.|[-=:;/ ]){0,20}", 0..6),
    ) {
        let mut facts = facts("hub/app");
        facts.environment = vec![(name, value.clone())].into();
        facts.command = (words.clone()).into();
        facts.labels = words.into_iter().map(|word| (format!("traefik.http.routers.{word}"), value.clone())).collect();
        for reference in of(&facts).named {
            prop_assert!(scan::as_host(&reference.host).is_some(), "{:?}", reference);
        }
    }
}
