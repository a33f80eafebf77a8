//! Products with a health call of their own over HTTP: what each one's answer means.

use reqwest::header::HeaderName;
use serde_json::Value;

use super::answer::HttpResponse;
use super::plain;
use crate::model::{
    ClusterColour, Finding, HttpAnswer, ProbeKind, ProbeOutcome, Statement, VaultState, text,
};
use crate::probe::answer::Answer as Answered;

use ProbeOutcome::{Failure, Starting, Warning};

/// Longest reason that is taken from an answer, in characters.
const REASON: usize = 120;

/// What a product's answer means; `None` when it is none of this product's.
type Verdict = Option<Answered>;

/// The verdict of the product behind `kind` on `answer`.
///
/// # Errors
/// [`Finding::Protocol`] when something else answers.
pub(super) fn judge(kind: ProbeKind, answer: &HttpResponse) -> Result<Answered, Finding> {
    if answer.status == 401 {
        return Ok(Answered::works(Statement::WantsCredentials));
    }
    let told = if answer.is_page() {
        None
    } else {
        judge_of(kind)(answer)
    };
    // A server in trouble may not get as far as its own words.
    let told = told.or_else(|| {
        is_trouble(answer).then(|| Answered::http(Failure, plain::said(answer, Failure)))
    });
    told.ok_or(Finding::Protocol { wanted: kind })
}

/// How the answers of `kind` are judged.
fn judge_of(kind: ProbeKind) -> fn(&HttpResponse) -> Verdict {
    match kind {
        ProbeKind::Elasticsearch => elasticsearch,
        ProbeKind::Clickhouse => clickhouse,
        ProbeKind::Minio => minio,
        ProbeKind::Weaviate | ProbeKind::Qdrant | ProbeKind::Prometheus => ready,
        ProbeKind::Arangodb => arangodb,
        ProbeKind::Etcd => etcd,
        ProbeKind::Consul => consul,
        ProbeKind::Vault => vault,
        ProbeKind::Ollama => ollama,
        ProbeKind::Grafana => grafana,
        _ => works,
    }
}

/// Whether the status means trouble, whatever server sends it.
fn is_trouble(answer: &HttpResponse) -> bool {
    answer.status.is_server_error() || matches!(answer.status.as_u16(), 403 | 408 | 429)
}

fn says(outcome: ProbeOutcome, statement: Statement) -> Answered {
    Answered::judged(outcome, statement)
}

/// A text field of a JSON object, cleaned and cut.
fn field(json: &Value, name: &str) -> Option<String> {
    let text = text::one_line(json.get(name)?.as_str()?, REASON);
    (!text.is_empty()).then_some(text)
}

/// The first line of the answer, else the reason phrase.
fn first_line(answer: &HttpResponse) -> String {
    let text = answer.text();
    let line = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with('{'));
    let word = line
        .or(answer.status.canonical_reason())
        .unwrap_or_default();
    text::one_line(word, REASON)
}

/// 200 is alive; the answer holds nothing else.
fn works(answer: &HttpResponse) -> Verdict {
    (answer.status == 200).then(|| {
        Answered::http(
            ProbeOutcome::Success,
            HttpAnswer::of(200, first_line(answer)),
        )
    })
}

/// 200 is ready, 503 not yet.
fn ready(answer: &HttpResponse) -> Verdict {
    if answer.status == 503 {
        let said = text::one_line(&format!("503 {}", first_line(answer)), REASON);
        return Some(says(Starting, Statement::NotReady { said }));
    }
    works(answer)
}

/// `Ok.` to a ping.
fn clickhouse(answer: &HttpResponse) -> Verdict {
    works(answer).filter(|_| answer.text().starts_with("Ok."))
}

/// 200 is alive, but one whose objects are not there yet has a header for it.
fn minio(answer: &HttpResponse) -> Verdict {
    let status = answer.header(&HeaderName::from_static("x-minio-server-status"));
    let alive = works(answer)?;
    Some(match status.as_deref() {
        Some("offline") => says(Starting, Statement::NoStorage),
        _ => alive,
    })
}

/// A colour for the cluster; without a master it has none.
fn elasticsearch(answer: &HttpResponse) -> Verdict {
    let json = answer.json()?;
    if answer.status == 503 {
        return elasticsearch_without_master(&json);
    }
    let count = |name: &str| json.get(name).and_then(Value::as_u64);
    let (outcome, colour) = match field(&json, "status")?.as_str() {
        "green" => (ProbeOutcome::Success, ClusterColour::Green),
        "yellow" => (Warning, ClusterColour::Yellow),
        "red" => (Failure, ClusterColour::Red),
        _ => return None,
    };
    let is_green = colour == ClusterColour::Green;
    Some(says(
        outcome,
        Statement::Cluster {
            colour,
            nodes: count("number_of_nodes").filter(|_| is_green),
            unassigned: count("unassigned_shards").filter(|_| !is_green),
        },
    ))
}

/// 200 with its mode; 503 while it starts, ends or is in maintenance.
fn arangodb(answer: &HttpResponse) -> Verdict {
    let json = answer.json()?;
    if answer.status == 503 {
        let said = field(&json, "errorMessage").unwrap_or_default();
        let waits = ["startup", "starting", "maintenance"]
            .iter()
            .any(|word| said.contains(word));
        let outcome = if waits { Starting } else { Failure };
        return Some(says(outcome, Statement::NotReady { said }));
    }
    Some(match field(&json, "mode")?.as_str() {
        "readonly" => says(Warning, Statement::ReadOnly),
        mode => {
            let mode = mode.to_owned();
            says(ProbeOutcome::Success, Statement::Available { mode })
        }
    })
}

/// `{"health":"true"}`, with a reason where it is not.
fn etcd(answer: &HttpResponse) -> Verdict {
    let json = answer.json()?;
    let healthy = match json.get("health")? {
        Value::Bool(healthy) => *healthy,
        health => health.as_str()? == "true",
    };
    let said = field(&json, "reason").or_else(|| field(&json, "errors"));
    Some(match (healthy, said) {
        (true, _) => says(ProbeOutcome::Success, Statement::Healthy),
        (false, Some(said)) if said.contains("NO LEADER") => says(Failure, Statement::NoLeader),
        (false, said) => says(Failure, Statement::Unhealthy { said }),
    })
}

/// The leader's address as a JSON string; empty without one.
fn consul(answer: &HttpResponse) -> Verdict {
    if answer.status == 500 && answer.text().contains("leader") {
        return Some(says(Failure, Statement::NoLeader));
    }
    let json = answer.json()?;
    Some(match json.as_str()? {
        "" => says(Failure, Statement::NoLeader),
        leader => {
            let address = leader.to_owned();
            says(ProbeOutcome::Success, Statement::Leader { address })
        }
    })
}

/// A status of its own for every state, and the version.
fn vault(answer: &HttpResponse) -> Verdict {
    let json = answer.json()?;
    json.get("initialized")?.as_bool()?;
    let (outcome, state) = match answer.status.as_u16() {
        200 => (ProbeOutcome::Success, VaultState::Active),
        429 => (ProbeOutcome::Success, VaultState::Standby),
        472 => (ProbeOutcome::Success, VaultState::DisasterRecoveryStandby),
        473 => (ProbeOutcome::Success, VaultState::PerformanceStandby),
        474 => (Warning, VaultState::IsolatedStandby),
        501 => (Failure, VaultState::NotInitialised),
        503 => (Failure, VaultState::Sealed),
        530 => (Failure, VaultState::RemovedFromCluster),
        _ => return None,
    };
    Some(says(outcome, Statement::Vault(state)).of_version(field(&json, "version")))
}

/// `{"version":"0.5.1"}`.
fn ollama(answer: &HttpResponse) -> Verdict {
    let version = field(&answer.json()?, "version")?;
    let said = HttpAnswer {
        version: Some(version.clone()),
        ..HttpAnswer::of(200, "OK".to_owned())
    };
    Some(Answered::http(ProbeOutcome::Success, said).of_version(Some(version)))
}

/// Whether its database answers, and the version.
fn grafana(answer: &HttpResponse) -> Verdict {
    let json = answer.json()?;
    let state = field(&json, "database")?;
    let outcome = if state == "ok" {
        ProbeOutcome::Success
    } else {
        Failure
    };
    Some(says(outcome, Statement::Database { state }).of_version(field(&json, "version")))
}

fn elasticsearch_without_master(json: &Value) -> Verdict {
    let error = json.get("error")?;
    let kind = error
        .get("type")
        .or_else(|| error.pointer("/root_cause/0/type"))?
        .as_str()?;
    let waits = kind.contains("not_discovered") || kind == "cluster_block_exception";
    waits.then(|| says(Starting, Statement::NoMaster))
}
