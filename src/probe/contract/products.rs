//! The contract of the products that are asked over HTTP: what each one's answer means.

use super::{Manner, answer, probe, serve, spec};
use crate::model::{Expect, JsonCondition, ProbeKind, ProbeOutcome, ProbeSpec};

use ProbeKind::{
    Arangodb, Clickhouse, Consul, Elasticsearch, Etcd, Grafana, Lakefs, Minio, Ollama, Prometheus,
    Qdrant, Vault, Weaviate,
};
use ProbeOutcome::{Failure, Starting, Success, Warning};

/// Asks `kind` of a server that gives the answer of `status` with `body`.
async fn said(kind: ProbeKind, status: &str, body: &str) -> (ProbeOutcome, String, Option<String>) {
    let content = if body.starts_with(['{', '"']) {
        "application/json"
    } else {
        "text/plain; charset=utf-8"
    };
    let at = serve(Manner::Answers(answer(status, content, body)))
        .await
        .to_string();
    let report = probe(spec(kind), vec![at.clone()]).await.expect("a report");
    let path = kind.health_path().expect("a path");
    assert_eq!(report.target, format!("http://{at}{path}"));
    assert!(
        report.is_answer() && report.mismatch.is_none(),
        "{kind:?} {status}: {}",
        report.message()
    );
    (report.outcome, report.message(), report.version)
}

async fn all(cases: &[(ProbeKind, &str, &str, ProbeOutcome, &str)]) {
    for (kind, status, body, outcome, message) in cases {
        let (found, told, _) = said(*kind, status, body).await;
        assert_eq!(
            (found, told.as_str()),
            (*outcome, *message),
            "{kind:?} {status} {body}"
        );
    }
}

#[tokio::test]
async fn search_engines_tell_a_colour() {
    let ok = "200 OK";
    all(&[
        (
            Elasticsearch,
            ok,
            r#"{"status":"green","number_of_nodes":3,"unassigned_shards":0}"#,
            Success,
            "green, 3 nodes",
        ),
        (
            Elasticsearch,
            ok,
            r#"{"status":"green","number_of_nodes":1}"#,
            Success,
            "green, 1 node",
        ),
        (
            Elasticsearch,
            ok,
            r#"{"status":"yellow","number_of_nodes":1,"unassigned_shards":7}"#,
            Warning,
            "yellow, 7 unassigned shards",
        ),
        (
            Elasticsearch,
            ok,
            r#"{"status":"yellow","unassigned_shards":1}"#,
            Warning,
            "yellow, 1 unassigned shard",
        ),
        (
            Elasticsearch,
            ok,
            r#"{"status":"red","unassigned_shards":12}"#,
            Failure,
            "red, 12 unassigned shards",
        ),
    ])
    .await;
}

#[tokio::test]
async fn search_engines_wait_for_a_master_or_want_credentials() {
    let lost = r#"{"error":{"root_cause":[{"type":"master_not_discovered_exception","reason":null}],"type":"master_not_discovered_exception","reason":null},"status":503}"#;
    let lost_too = r#"{"error":{"root_cause":[{"type":"cluster_manager_not_discovered_exception"}]},"status":503}"#;
    all(&[
        (
            Elasticsearch,
            "408 Request Timeout",
            r#"{"status":"red","timed_out":true}"#,
            Failure,
            "red",
        ),
        (
            Elasticsearch,
            "503 Service Unavailable",
            lost,
            Starting,
            "not ready: no master has been found yet",
        ),
        (
            Elasticsearch,
            "503 Service Unavailable",
            lost_too,
            Starting,
            "not ready: no master has been found yet",
        ),
        (
            Elasticsearch,
            "503 Service Unavailable",
            "",
            Failure,
            "503 Service Unavailable",
        ),
        (
            Elasticsearch,
            "401 Unauthorized",
            r#"{"error":{"type":"security_exception"},"status":401}"#,
            Success,
            "answers, wants credentials",
        ),
        (
            Elasticsearch,
            "403 Forbidden",
            r#"{"error":{"type":"security_exception"},"status":403}"#,
            Failure,
            "403 403",
        ),
    ])
    .await;
}

#[tokio::test]
async fn stores_tell_whether_they_are_there() {
    let (ok, unavailable) = ("200 OK", "503 Service Unavailable");
    all(&[
        (Clickhouse, ok, "Ok.\n", Success, "200 Ok."),
        (Clickhouse, "500 Internal Server Error", "DB::Exception", Failure, "500 Internal Server Error"),
        (Minio, ok, "", Success, "200 OK"),
        (Minio, unavailable, "", Failure, "503 Service Unavailable"),
        (Lakefs, ok, "alive!", Success, "200 alive!"),
        (Lakefs, unavailable, "", Failure, "503 Service Unavailable"),
        (Weaviate, ok, "", Success, "200 OK"),
        (Weaviate, unavailable, "", Starting, "not ready: 503 Service Unavailable"),
        (Qdrant, ok, "all shards are ready", Success, "200 all shards are ready"),
        (Qdrant, unavailable, "some shards are not ready", Starting, "not ready: 503 some shards are not ready"),
        (Arangodb, ok, r#"{"mode":"default","error":false,"code":200}"#, Success, "available, default mode"),
        (Arangodb, ok, r#"{"mode":"readonly","error":false,"code":200}"#, Warning, "read-only"),
        (
            Arangodb,
            unavailable,
            r#"{"code":503,"error":true,"errorMessage":"service unavailable due to startup or maintenance mode","errorNum":503}"#,
            Starting,
            "not ready: service unavailable due to startup or maintenance mode",
        ),
        (
            Arangodb,
            unavailable,
            r#"{"code":503,"error":true,"errorMessage":"shutdown in progress"}"#,
            Failure,
            "not ready: shutdown in progress",
        ),
    ])
    .await;
    let offline = "HTTP/1.1 200 OK\r\nX-Minio-Server-Status: offline\r\nContent-Length: 0\r\n\r\n";
    let at = serve(Manner::Answers(offline)).await.to_string();
    let report = probe(spec(Minio), vec![at]).await.expect("a report");
    assert_eq!(
        (report.outcome, report.message().as_str()),
        (Starting, "not ready: its storage is not there yet")
    );
}

#[tokio::test]
async fn clusters_tell_whether_they_have_a_leader() {
    let ok = "200 OK";
    all(&[
        (
            Etcd,
            ok,
            r#"{"health":"true","reason":""}"#,
            Success,
            "healthy",
        ),
        (Etcd, ok, r#"{"health":true}"#, Success, "healthy"),
        (
            Etcd,
            "503 X",
            r#"{"health":"false","reason":"RAFT NO LEADER"}"#,
            Failure,
            "no leader",
        ),
        (
            Etcd,
            "503 X",
            r#"{"health":"false","reason":"ALARM NOSPACE"}"#,
            Failure,
            "unhealthy: ALARM NOSPACE",
        ),
        (Etcd, "503 X", r#"{"health":"false"}"#, Failure, "unhealthy"),
        (
            Consul,
            ok,
            r#""10.1.10.12:8300""#,
            Success,
            "leader 10.1.10.12:8300",
        ),
        (Consul, ok, r#""""#, Failure, "no leader"),
        (Consul, "500 X", "No cluster leader", Failure, "no leader"),
    ])
    .await;
}

#[tokio::test]
async fn vaults_tell_whether_they_are_open() {
    let ok = "200 OK";
    let vault = r#"{"initialized":true,"sealed":false,"standby":false,"version":"1.17.2"}"#;
    all(&[
        (Vault, ok, vault, Success, "active"),
        (Vault, "429 Too Many Requests", vault, Success, "standby"),
        (
            Vault,
            "472 X",
            vault,
            Success,
            "standby for disaster recovery",
        ),
        (Vault, "473 X", vault, Success, "performance standby"),
        (
            Vault,
            "474 X",
            vault,
            Warning,
            "standby that cannot reach the active node",
        ),
        (
            Vault,
            "501 X",
            r#"{"initialized":false,"sealed":true}"#,
            Failure,
            "not initialised",
        ),
        (
            Vault,
            "503 X",
            r#"{"initialized":true,"sealed":true}"#,
            Failure,
            "sealed",
        ),
        (Vault, "530 X", vault, Failure, "removed from its cluster"),
        (
            Vault,
            "503 X",
            "upstream is gone",
            Failure,
            "503 Service Unavailable",
        ),
    ])
    .await;
    assert_eq!(said(Vault, ok, vault).await.2.as_deref(), Some("1.17.2"));
}

#[tokio::test]
async fn tools_tell_their_version_and_whether_they_are_ready() {
    let ok = "200 OK";
    let good = "{\n  \"commit\": \"abc\",\n  \"database\": \"ok\",\n  \"version\": \"11.1.0\"\n}";
    let bad = r#"{"database":"failing","version":"11.1.0"}"#;
    all(&[
        (
            Ollama,
            ok,
            r#"{"version":"0.5.1"}"#,
            Success,
            "200 OK 0.5.1",
        ),
        (
            Prometheus,
            ok,
            "Prometheus Server is Ready.\n",
            Success,
            "200 Prometheus Server is Ready.",
        ),
        (
            Prometheus,
            "503 X",
            "Service Unavailable",
            Starting,
            "not ready: 503 Service Unavailable",
        ),
        (Grafana, ok, good, Success, "database ok"),
        (Grafana, "503 X", bad, Failure, "database failing"),
        (Grafana, "502 X", "", Failure, "502 Bad Gateway"),
    ])
    .await;
    assert_eq!(
        said(Ollama, ok, r#"{"version":"0.5.1"}"#)
            .await
            .2
            .as_deref(),
        Some("0.5.1")
    );
    assert_eq!(said(Grafana, ok, good).await.2.as_deref(), Some("11.1.0"));
}

#[tokio::test]
async fn conditions_hold_for_products_as_well() {
    let body = r#"{"status":"green","number_of_nodes":1}"#;
    let at = serve(Manner::Answers(answer("200 OK", "application/json", body)))
        .await
        .to_string();
    let equals = Some("3".to_owned());
    let json = Some(JsonCondition {
        pointer: "/number_of_nodes".to_owned(),
        equals,
    });
    let expect = Expect { text: None, json };
    let report = probe(
        ProbeSpec {
            expect,
            ..spec(Elasticsearch)
        },
        vec![at],
    )
    .await
    .expect("a report");
    assert_eq!(
        (report.outcome, report.message().as_str()),
        (Failure, "/number_of_nodes is 1 instead of 3")
    );
}
