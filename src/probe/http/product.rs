//! Products with a health call of their own over HTTP: what each one's answer means.

use reqwest::header::HeaderName;
use serde_json::Value;

use super::answer::Answer;
use super::plain;
use crate::model::{ProbeKind, ProbeOutcome, text};
use crate::probe::{Fault, answer};

use ProbeOutcome::{Failure, Starting, Warning};

/// Longest reason that is taken from an answer, in characters.
const REASON: usize = 120;

/// What a product's answer means; `None` when it is none of this product's.
type Verdict = Option<answer::Answer>;

/// The verdict of the product behind `kind` on `answer`.
///
/// # Errors
/// [`Fault::Protocol`] when something else answers.
pub(super) fn judge(kind: ProbeKind, answer: &Answer) -> Result<answer::Answer, Fault> {
    type Judge = fn(&Answer) -> Verdict;
    let (other, judge): (&'static str, Judge) = match kind {
        ProbeKind::Elasticsearch => ("from Elasticsearch", elasticsearch),
        ProbeKind::Clickhouse => ("from ClickHouse", clickhouse),
        ProbeKind::Minio => ("from MinIO", minio),
        ProbeKind::Lakefs => ("from lakeFS", works),
        ProbeKind::Weaviate => ("from Weaviate", ready),
        ProbeKind::Arangodb => ("from ArangoDB", arangodb),
        ProbeKind::Etcd => ("from etcd", etcd),
        ProbeKind::Consul => ("from Consul", consul),
        ProbeKind::Vault => ("from Vault", vault),
        ProbeKind::Qdrant => ("from Qdrant", ready),
        ProbeKind::Ollama => ("from Ollama", ollama),
        ProbeKind::Prometheus => ("from Prometheus", ready),
        ProbeKind::Grafana => ("from Grafana", grafana),
        _ => ("of a known product", works),
    };
    if answer.status == 401 {
        return Ok(says(ProbeOutcome::Success, "answers, wants credentials"));
    }
    let told = if answer.is_page() {
        None
    } else {
        judge(answer)
    };
    // A server in trouble may not get as far as its own words.
    let told =
        told.or_else(|| is_trouble(answer).then(|| says(Failure, plain::message(answer, Failure))));
    told.ok_or(Fault::Protocol(other))
}

/// Whether the status tells of trouble, whoever says so.
fn is_trouble(answer: &Answer) -> bool {
    answer.status.is_server_error() || matches!(answer.status.as_u16(), 403 | 408 | 429)
}

fn says(outcome: ProbeOutcome, message: impl Into<String>) -> answer::Answer {
    answer::Answer::judged(outcome, message)
}

/// A text field of a JSON object, cleaned and cut.
fn field(json: &Value, name: &str) -> Option<String> {
    let text = text::one_line(json.get(name)?.as_str()?, REASON);
    (!text.is_empty()).then_some(text)
}

/// `200 all shards are ready`: the status with the first line of the answer.
fn first_line(answer: &Answer) -> String {
    let text = answer.text();
    let line = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with('{'));
    let word = line
        .or(answer.status.canonical_reason())
        .unwrap_or_default();
    text::one_line(&format!("{} {word}", answer.status.as_u16()), REASON)
}

/// 200 is alive; nothing else is said.
fn works(answer: &Answer) -> Verdict {
    (answer.status == 200).then(|| says(ProbeOutcome::Success, first_line(answer)))
}

/// 200 is ready, 503 not yet.
fn ready(answer: &Answer) -> Verdict {
    if answer.status == 503 {
        return Some(says(Starting, format!("not ready: {}", first_line(answer))));
    }
    works(answer)
}

/// `Ok.` to a ping.
fn clickhouse(answer: &Answer) -> Verdict {
    works(answer).filter(|_| answer.text().starts_with("Ok."))
}

/// 200 is alive, but one whose objects are not there yet says so in a header.
fn minio(answer: &Answer) -> Verdict {
    let status = answer.header(&HeaderName::from_static("x-minio-server-status"));
    let alive = works(answer)?;
    Some(match status.as_deref() {
        Some("offline") => says(Starting, "not ready: its storage is not there yet"),
        _ => alive,
    })
}

/// A colour for the cluster; without a master it has none.
fn elasticsearch(answer: &Answer) -> Verdict {
    let json = answer.json()?;
    if answer.status == 503 {
        let error = json.get("error")?;
        let kind = error
            .get("type")
            .or_else(|| error.pointer("/root_cause/0/type"))?
            .as_str()?;
        let waits = kind.contains("not_discovered") || kind == "cluster_block_exception";
        return waits.then(|| says(Starting, "not ready: no master has been found yet"));
    }
    let status = field(&json, "status")?;
    let count = |name: &str| json.get(name).and_then(Value::as_u64);
    let shards = match count("unassigned_shards") {
        None => String::new(),
        Some(1) => ", 1 unassigned shard".to_owned(),
        Some(count) => format!(", {count} unassigned shards"),
    };
    Some(match status.as_str() {
        "green" => match count("number_of_nodes") {
            Some(1) => says(ProbeOutcome::Success, "green, 1 node"),
            Some(nodes) => says(ProbeOutcome::Success, format!("green, {nodes} nodes")),
            None => says(ProbeOutcome::Success, "green"),
        },
        "yellow" => says(Warning, format!("yellow{shards}")),
        "red" => says(Failure, format!("red{shards}")),
        _ => return None,
    })
}

/// 200 with its mode; 503 while it starts, ends or is in maintenance.
fn arangodb(answer: &Answer) -> Verdict {
    let json = answer.json()?;
    if answer.status == 503 {
        let reason = field(&json, "errorMessage").unwrap_or_else(|| "not available".to_owned());
        let waits = ["startup", "starting", "maintenance"]
            .iter()
            .any(|word| reason.contains(word));
        return Some(says(
            if waits { Starting } else { Failure },
            format!("not ready: {reason}"),
        ));
    }
    Some(match field(&json, "mode")?.as_str() {
        "readonly" => says(Warning, "read-only"),
        mode => says(ProbeOutcome::Success, format!("available, {mode} mode")),
    })
}

/// `{"health":"true"}`, with a reason where it is not.
fn etcd(answer: &Answer) -> Verdict {
    let json = answer.json()?;
    let healthy = match json.get("health")? {
        Value::Bool(healthy) => *healthy,
        health => health.as_str()? == "true",
    };
    let reason = field(&json, "reason").or_else(|| field(&json, "errors"));
    Some(match (healthy, reason) {
        (true, _) => says(ProbeOutcome::Success, "healthy"),
        (false, Some(reason)) if reason.contains("NO LEADER") => says(Failure, "no leader"),
        (false, Some(reason)) => says(Failure, format!("unhealthy: {reason}")),
        (false, None) => says(Failure, "unhealthy"),
    })
}

/// The leader's address as a JSON string; empty without one.
fn consul(answer: &Answer) -> Verdict {
    if answer.status == 500 && answer.text().contains("leader") {
        return Some(says(Failure, "no leader"));
    }
    let json = answer.json()?;
    Some(match json.as_str()? {
        "" => says(Failure, "no leader"),
        leader => says(ProbeOutcome::Success, format!("leader {leader}")),
    })
}

/// A status of its own for every state, and the version.
fn vault(answer: &Answer) -> Verdict {
    let json = answer.json()?;
    json.get("initialized")?.as_bool()?;
    let told = match answer.status.as_u16() {
        200 => says(ProbeOutcome::Success, "active"),
        429 => says(ProbeOutcome::Success, "standby"),
        472 => says(ProbeOutcome::Success, "standby for disaster recovery"),
        473 => says(ProbeOutcome::Success, "performance standby"),
        474 => says(Warning, "standby that cannot reach the active node"),
        501 => says(Failure, "not initialised"),
        503 => says(Failure, "sealed"),
        530 => says(Failure, "removed from its cluster"),
        _ => return None,
    };
    Some(told.of_version(field(&json, "version")))
}

/// `{"version":"0.5.1"}`.
fn ollama(answer: &Answer) -> Verdict {
    let version = field(&answer.json()?, "version")?;
    Some(says(ProbeOutcome::Success, format!("200 OK {version}")).of_version(Some(version)))
}

/// Whether its database answers, and the version.
fn grafana(answer: &Answer) -> Verdict {
    let json = answer.json()?;
    let database = field(&json, "database")?;
    let outcome = if database == "ok" {
        ProbeOutcome::Success
    } else {
        Failure
    };
    Some(says(outcome, format!("database {database}")).of_version(field(&json, "version")))
}
