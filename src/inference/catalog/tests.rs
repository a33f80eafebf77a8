use std::collections::{BTreeMap, HashSet};

use super::*;
use crate::model::{HintProbe, ProbeKind};

#[test]
fn the_built_in_file_is_sound_and_large() {
    let catalog = Catalog::parse(BUILTIN).expect("catalog.toml");
    assert!(catalog.len() >= 1_500, "{} names", catalog.len());
    assert_eq!(Catalog::builtin().len(), catalog.len());
    for (pattern, _) in &catalog.wild {
        let inner = pattern.trim_start_matches('*').trim_end_matches('*');
        assert!(
            !inner.contains('*') && wild_match(pattern, &pattern.replace('*', "x")),
            "{pattern}"
        );
    }
    let all = catalog
        .exact
        .keys()
        .chain(catalog.wild.iter().map(|(pattern, _)| pattern));
    for pattern in all {
        assert!(
            pattern.matches('/').count() <= 1 && *pattern == pattern.to_lowercase(),
            "{pattern}"
        );
    }
}

#[test]
fn registry_owner_tag_and_digest_do_not_matter() {
    for (image, expected) in [
        ("postgres", Some(("postgres", Layer::Data))),
        ("postgres:16-alpine", Some(("postgres", Layer::Data))),
        ("library/postgres:16", Some(("postgres", Layer::Data))),
        (
            "docker.io/library/postgres:16@sha256:0123",
            Some(("postgres", Layer::Data)),
        ),
        ("bitnami/postgresql:latest", Some(("postgres", Layer::Data))),
        (
            "localhost:5000/mirror/redis:7",
            Some(("redis", Layer::Data)),
        ),
        ("localhost/redis", Some(("redis", Layer::Data))),
        (
            "REGISTRY.example.com:443/a/b/c/Redis",
            Some(("redis", Layer::Data)),
        ),
        (
            "quay.io/prometheus/node-exporter:v1",
            Some(("node-exporter", Layer::Infra)),
        ),
        ("oliver006/redis_exporter", Some(("exporter", Layer::Infra))),
        (
            "otel/opentelemetry-collector-contrib:0.1",
            Some(("otel-collector", Layer::Infra)),
        ),
        (
            "ghcr.io/open-webui/open-webui:main",
            Some(("open-webui", Layer::Ui)),
        ),
        // The owner decides where the last part alone means little or something else.
        ("temporalio/ui:2", Some(("temporal-ui", Layer::Ui))),
        ("someone/ui:2", None),
        ("someone/server", None),
        ("minio/minio", Some(("minio", Layer::Data))),
        ("minio/mc", Some(("minio-client", Layer::Infra))),
        (
            "mcr.microsoft.com/mssql/server:2022-latest",
            Some(("mssql", Layer::Data)),
        ),
        (
            "prodrigestivill/postgres-backup-local",
            Some(("backup", Layer::Infra)),
        ),
        // Own builds, ids and junk are unknown.
        ("hub-backend:latest", None),
        ("sha256:0123456789abcdef", None),
        ("0123456789ab", None),
        ("", None),
        ("/", None),
        (":@/:", None),
        ("мой/образ:тег", None),
    ] {
        let found = Catalog::builtin().lookup(image);
        assert_eq!(
            found.as_ref().map(|hint| (hint.kind.as_str(), hint.layer)),
            expected,
            "{image}"
        );
    }
}

#[test]
fn probes_are_read() {
    let probe = |image| {
        Catalog::builtin()
            .lookup(image)
            .and_then(|hint| hint.probe.clone())
    };
    let hint = |kind, port, path: &str| {
        Some(HintProbe {
            kind,
            port,
            path: path.into(),
            tls: false,
        })
    };
    for (image, expected) in [
        ("minio/minio", hint(ProbeKind::Minio, 9000, "")),
        ("postgres", hint(ProbeKind::Postgres, 5432, "")),
        (
            "cockroachdb/cockroach",
            hint(ProbeKind::Http, 8080, "/health?ready=1"),
        ),
        ("bitnami/redis-sentinel", hint(ProbeKind::Redis, 26379, "")),
        ("pihole/pihole", hint(ProbeKind::Dns, 53, "")),
        (
            "nginxinc/nginx-unprivileged",
            hint(ProbeKind::Http, 8080, ""),
        ),
    ] {
        assert_eq!(probe(image), expected, "{image}");
    }
    assert_eq!(probe("containrrr/watchtower"), None);
}

#[test]
fn the_variables_that_a_program_reads_belong_to_its_kind() {
    let catalog = Catalog::builtin();
    assert_eq!(catalog.reads("grafana"), Some(&["GF_".to_owned()][..]));
    assert_eq!(catalog.reads("cadvisor"), Some(&[][..]));
    assert_eq!(catalog.reads("n8n"), None);
    let kinds: HashSet<&str> = (catalog
        .exact
        .values()
        .chain(catalog.wild.iter().map(|(_, hint)| hint)))
    .map(|hint| hint.kind.as_str())
    .collect();
    assert!(catalog.reads.len() >= 90, "{} kinds", catalog.reads.len());
    for (kind, begins) in &catalog.reads {
        assert!(
            kinds.contains(kind.as_str()) && begins.iter().all(|begin| begin.len() >= 2),
            "{kind}"
        );
    }
}

#[test]
fn some_roles_of_a_program_do_not_read_all() {
    let ignores = |kind: &str, command: &str, variable: &str| {
        Catalog::builtin().ignores(kind, &[command.to_owned()], variable)
    };
    assert!(ignores(
        "druid",
        "broker",
        "druid_metadata_storage_connector_connectURI"
    ));
    assert!(ignores(
        "druid",
        "/druid.sh middleManager",
        "druid_metadata_storage_connector_connectURI"
    ));
    assert!(!ignores(
        "druid",
        "/druid.sh Coordinator",
        "druid_metadata_storage_connector_connectURI"
    ));
    assert!(!ignores("druid", "broker", "druid_zk_service_host"));
    assert!(!ignores("postgres", "", "druid_metadata_x"));
}

#[test]
fn every_native_kind_is_known_by_an_image() {
    let catalog = Catalog::builtin();
    let hints = catalog
        .exact
        .values()
        .chain(catalog.wild.iter().map(|(_, hint)| hint));
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for hint in hints {
        *counts
            .entry(hint.probe.as_ref().map_or("none", |probe| probe.kind.id()))
            .or_default() += 1;
    }
    println!("names by probe: {counts:?}");
    for kind in ProbeKind::ALL {
        let absent = !kind.has_address() || kind == ProbeKind::Tls;
        assert_eq!(counts.contains_key(kind.id()), !absent, "{kind:?}");
    }
}

#[test]
fn a_bad_file_says_what_is_wrong() {
    for (text, expected) in [
        (r#"{"edge": 1}"#, "cannot be read"),
        (r#"{"middle": []}"#, "names a band \"middle\""),
        (
            r#"{"data": [{"kind": "x", "images": [], "probe": "http"}]}"#,
            "checks \"x\" by \"http\", which",
        ),
        (
            r#"{"data": [{"images": ["y"], "probe": "ftp:21"}]}"#,
            "checks \"y\" by \"ftp:21\", which",
        ),
        (
            r#"{"data": [{"kind": "x", "images": [], "tcp": 1}]}"#,
            "unknown field",
        ),
        (
            r#"{"data": [{"kind": "x", "images": ["y", "y"]}]}"#,
            "\"y\" twice",
        ),
        (
            r#"{"data": [{"kind": "x", "images": [], "port": 1}]}"#,
            "unknown field",
        ),
    ] {
        let error = Catalog::parse(text).expect_err(text).to_string();
        assert!(error.contains(expected), "{text}: {error}");
    }
}
