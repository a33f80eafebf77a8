//! What one probe found, in words: the message of a result, and the clause that is made of it.

mod http_answer;
mod not_asked;
mod statement;
mod tls;

use std::time::Duration;

use http_answer::{http, said};

use super::clause::Clause;
use crate::explain::certificate;
use crate::model::text::one_line;
use crate::model::words::seconds;
use crate::model::{
    ClusterColour, Finding, HungPhase, PausedTrial, ProbeKind, Statement, Unmet, VaultState,
    secrets,
};

/// Longest message, in characters.
const MESSAGE: usize = 200;
/// Characters of a message that leave room for the words about a paused probe.
const BEFORE_PAUSE: usize = 120;

/// One line for the operator: "200 healthy 1.4.2", "connection refused".
#[must_use]
pub fn finding(finding: &Finding) -> String {
    one_line(&secrets::mask_text(&words(finding)), MESSAGE)
}

fn words(finding: &Finding) -> String {
    let (begin, rest) = parts(finding);
    format!("{begin}{rest}")
}

/// The words in two pieces: what a clause says in other words, and what follows as it is.
fn parts(finding: &Finding) -> (&'static str, String) {
    let plain = |begin| (begin, String::new());
    let within = |begin, time| (begin, format!(" within {}", seconds(time)));
    match finding {
        Finding::Refused => plain("connection refused"),
        Finding::Unreachable => plain("host unreachable"),
        Finding::Closed => plain("connection closed without an answer"),
        Finding::NotResolved { within: None } => plain("name not resolved"),
        Finding::NotResolved { within: Some(time) } => within("name not resolved", *time),
        Finding::NoAnswer { within: time } => within("no answer", *time),
        Finding::Hung {
            phase,
            within: time,
        } => within(missed(*phase), *time),
        Finding::Incomplete { within: time } => within("no complete answer", *time),
        Finding::Redirects { limit } => ("redirected", format!(" more than {limit} times")),
        Finding::CertificateRejected(why) => (
            "certificate not accepted",
            format!(": {}", tls::rejection(why)),
        ),
        Finding::Login { said } => ("login refused", format!(": {said}")),
        Finding::CertificateExpired { ago } => {
            ("certificate", format!(" {}", certificate::validity(-*ago)))
        }
        other => ("", whole(other)),
    }
}

/// What did not come while a probe waited.
const fn missed(phase: HungPhase) -> &'static str {
    match phase {
        HungPhase::Connect => "no connection",
        HungPhase::Tls => "no end of the TLS handshake",
        HungPhase::FirstByte => "no first byte",
    }
}

/// The words of what a clause has no other begin for.
fn whole(finding: &Finding) -> String {
    match finding {
        Finding::OutOfReach(why) => {
            format!(
                "cannot be reached from here: {}",
                not_asked::out_of_reach(why)
            )
        }
        Finding::Protocol { wanted } => format!("the answer is not {}", protocol(*wanted)),
        Finding::TooMuch => "no valid response in the first 256 KiB".to_owned(),
        Finding::HeadTooLarge => "the head of the answer is too large".to_owned(),
        Finding::Handshake(why) => format!("TLS handshake refused: {}", tls::handshake(why)),
        Finding::Unmet(unmet) => self::unmet(unmet),
        Finding::Error { said } => said.clone(),
        Finding::Says(statement) => statement::words(statement),
        Finding::Http(answer) => http(answer),
        Finding::Answered { text } => text.clone(),
        Finding::Exited { code, line } => exited(*code, line),
        Finding::TooMuchOutput => "more than 1 MiB of output, not waited for".to_owned(),
        Finding::NotAsked(why) => format!("not checked: {}", not_asked::words(why)),
        Finding::NotMeasured(shortage) => format!("not measured: {shortage}"),
        Finding::Failed(why) => not_asked::failed(why),
        Finding::Slow {
            took,
            limit,
            answer,
        } => format!(
            "{}, slow: {}",
            self::finding(answer),
            slowness(*took, *limit)
        ),
        Finding::CertificateEnds { left, answer } => {
            format!("{}, {}", self::finding(answer), certificate::words(*left))
        }
        Finding::NotTried { found, paused } => not_tried(found, paused),
        Finding::AcceptsOnly { paused } => accepts_only(paused),
        // The others have a begin: see `parts`.
        other => words(other),
    }
}

/// What the answer should have been.
const fn protocol(kind: ProbeKind) -> &'static str {
    match kind {
        ProbeKind::Http => "HTTP",
        ProbeKind::Tls => "TLS",
        ProbeKind::Dns => "DNS",
        ProbeKind::Postgres => "PostgreSQL",
        ProbeKind::Mysql => "MySQL",
        ProbeKind::Redis => "Redis",
        ProbeKind::Nats => "NATS",
        ProbeKind::Kafka => "Kafka",
        ProbeKind::Amqp => "AMQP",
        ProbeKind::Mqtt => "MQTT",
        ProbeKind::Memcached => "memcached",
        ProbeKind::Mongodb => "MongoDB",
        ProbeKind::Grpc => "gRPC",
        ProbeKind::Elasticsearch => "from Elasticsearch",
        ProbeKind::Clickhouse => "from ClickHouse",
        ProbeKind::Minio => "from MinIO",
        ProbeKind::Lakefs => "from lakeFS",
        ProbeKind::Weaviate => "from Weaviate",
        ProbeKind::Arangodb => "from ArangoDB",
        ProbeKind::Etcd => "from etcd",
        ProbeKind::Consul => "from Consul",
        ProbeKind::Vault => "from Vault",
        ProbeKind::Qdrant => "from Qdrant",
        ProbeKind::Ollama => "from Ollama",
        ProbeKind::Prometheus => "from Prometheus",
        ProbeKind::Grafana => "from Grafana",
        ProbeKind::Tcp | ProbeKind::Exec | ProbeKind::Docker => "of a known product",
    }
}

/// `503 Service Unavailable: database is down`, `302 to https://id.example/`.
fn unmet(unmet: &Unmet) -> String {
    let at = |place: &str| match place {
        "" => "the answer".to_owned(),
        place => place.to_owned(),
    };
    match unmet {
        Unmet::Text { wanted, cut: false } => {
            format!("response body does not contain \"{wanted}\"")
        }
        Unmet::Text { wanted, cut: true } => {
            format!("the first 256 KiB of the response body do not contain \"{wanted}\"")
        }
        Unmet::Compressed { how, broken: true } => {
            format!("the answer is compressed ({how}), but cannot be unpacked")
        }
        Unmet::Compressed { how, broken: false } => {
            format!("the answer is compressed ({how}) in a way that hubdeck does not know")
        }
        Unmet::TooLong => "the answer is longer than 256 KiB".to_owned(),
        Unmet::NotJson => "the answer is not JSON".to_owned(),
        Unmet::Absent { place } => format!("{} is not in the answer", at(place)),
        Unmet::Value {
            place,
            got,
            wanted: Some(wanted),
            is_text: true,
        } => format!("{} is \"{got}\" instead of \"{wanted}\"", at(place)),
        Unmet::Value {
            place,
            got,
            wanted: Some(wanted),
            is_text: false,
        } => format!("{} is {got} instead of {wanted}", at(place)),
        Unmet::Value {
            place,
            got,
            wanted: None,
            ..
        } => format!("{} is {got}", at(place)),
        Unmet::Greeting { got, wanted } => format!("banner {got:?}, expected {wanted:?}"),
    }
}

/// An exit code and the last line of output, in words.
fn exited(code: i64, line: &str) -> String {
    match (code, line) {
        (0, "") => "exit code 0".to_owned(),
        (0, line) => line.to_owned(),
        (126, "") => "exit code 126: the command cannot be executed".to_owned(),
        (127, "") => "exit code 127: no such command in the container".to_owned(),
        (code, "") => format!("exit code {code}"),
        (code, line) => format!("exit code {code}: {line}"),
    }
}

/// What an expensive probe of `kind` does.
const fn deed(kind: ProbeKind) -> &'static str {
    match kind {
        ProbeKind::Exec => "command",
        ProbeKind::Kafka => "request",
        _ => "login",
    }
}

/// `connection refused (login not tried: it failed 5 times, next in 28 s)`.
fn not_tried(found: &Finding, paused: &PausedTrial) -> String {
    let message = one_line(&finding(found), BEFORE_PAUSE);
    format!("{message} ({})", trial(paused))
}

/// `login not tried: it failed 5 times, next in 28 s`.
fn trial(paused: &PausedTrial) -> String {
    format!(
        "{} not tried: it failed {} times, next {}",
        deed(paused.kind),
        paused.failures,
        when(paused)
    )
}

/// `accepts connections, but the last 5 logins failed; next try in 28 s`.
fn accepts_only(paused: &PausedTrial) -> String {
    format!(
        "accepts connections, but the last {} {}s failed; next try {}",
        paused.failures,
        deed(paused.kind),
        when(paused)
    )
}

fn when(paused: &PausedTrial) -> String {
    match paused.left.as_millis().div_ceil(1_000) {
        0 => "now".to_owned(),
        seconds => format!("in {seconds} s"),
    }
}

/// What our probe met, as the rest of a sentence that begins with the service's name.
pub(super) fn clause(finding: &Finding) -> Clause {
    let rest = || parts(finding).1;
    match begin(finding) {
        Some((present, participle)) => Clause::since(
            format!("{present}{}", rest()),
            format!("{participle}{}", rest()),
        ),
        None => clause_of_own(finding),
    }
}

/// The clause of a finding whose sentence has no beginning of its own.
fn clause_of_own(finding: &Finding) -> Clause {
    match finding {
        Finding::Slow { took, limit, .. } => {
            Clause::since(format!("is slow ({})", seconds(*took)), "been slow")
                .explained_since(slowness(*took, *limit))
        }
        Finding::NotTried { found, paused } => clause(found).beside(trial(paused)),
        Finding::CertificateExpired { ago } => Clause::told(format!(
            "has a certificate that {}",
            certificate::validity(-*ago)
        ))
        .once_called("had a certificate that had expired"),
        Finding::CertificateRejected(why) => Clause::since(
            "has a certificate that is not accepted",
            "had a certificate that is not accepted",
        )
        .once_called("had a certificate that was not accepted")
        .explained(one_line(&tls::rejection(why), MESSAGE)),
        Finding::Login { said } => {
            Clause::since("refuses the login", "refused the login").explained(masked(said))
        }
        other if other.http_status().is_some() => answers(other),
        Finding::Unmet(Unmet::Text { wanted, cut: false }) => both(
            "answers",
            "answered",
            &format!("without \"{}\"", masked(wanted)),
        ),
        Finding::Unmet(Unmet::Absent { place } | Unmet::Value { place, .. })
            if !place.is_empty() =>
        {
            both(
                "answers",
                "answered",
                &format!("that {}", self::finding(finding)),
            )
        }
        // Grafana's word; any other is shown as it is.
        Finding::Says(Statement::Database { state }) if state == "failing" => both(
            "reports",
            "reported",
            &format!("that its database is {state}"),
        ),
        Finding::Says(statement) => stated(statement).unwrap_or_else(|| fails(finding)),
        other => fails(other),
    }
}

/// "2.5 s, limit 2 s".
fn slowness(took: Duration, limit: Duration) -> String {
    format!("{}, limit {}", seconds(took), seconds(limit))
}

fn both(present: &str, participle: &str, rest: &str) -> Clause {
    Clause::since(format!("{present} {rest}"), format!("{participle} {rest}"))
}

fn masked(text: &str) -> String {
    one_line(&secrets::mask_text(text), MESSAGE)
}

/// "answers 503 db down", "has answered 503 since 14:02:11 (db down)".
fn answers(finding: &Finding) -> Clause {
    let whole = self::finding(finding);
    let Finding::Http(answer) = finding else {
        return both("answers", "answered", &whole);
    };
    let past = format!("answered {}", answer.status);
    Clause::since(format!("answers {whole}"), past).added_since(said(answer).1)
}

fn fails(finding: &Finding) -> Clause {
    failed_probe(self::finding(finding))
}

/// "fails its probe: unhealthy".
pub(super) fn failed_probe(why: String) -> Clause {
    Clause::since("fails its probe", "failed its probe").explained(why)
}

/// How the clause begins for what [`parts`] distinguishes: as it is now, and after "has".
const fn begin(finding: &Finding) -> Option<(&'static str, &'static str)> {
    Some(match finding {
        Finding::Refused => ("refuses connections", "refused connections"),
        Finding::Unreachable => ("is unreachable", "been unreachable"),
        Finding::NotResolved { .. } => {
            ("cannot be found by its name", "not been found by its name")
        }
        Finding::Closed => (
            "closes connections without an answer",
            "closed connections without an answer",
        ),
        Finding::NoAnswer { .. } | Finding::Hung { .. } => ("does not answer", "not answered"),
        Finding::Incomplete { .. } => ("does not answer completely", "not answered completely"),
        Finding::Redirects { .. } => ("redirects", "redirected"),
        _ => return None,
    })
}

/// The clause of a statement of trouble.
fn stated(statement: &Statement) -> Option<Clause> {
    let words = masked(&statement::words(statement));
    Some(match statement {
        Statement::Vault(VaultState::RemovedFromCluster) => Clause::at(format!("was {words}")),
        Statement::Vault(VaultState::IsolatedStandby) => both("is", "been", &format!("a {words}")),
        Statement::Vault(VaultState::Sealed | VaultState::NotInitialised)
        | Statement::Cluster {
            colour: ClusterColour::Red | ClusterColour::Yellow,
            unassigned: Some(_),
            ..
        } => both("is", "been", &words),
        Statement::NoLeader => both("has", "had", &words).once_called("had no leader"),
        Statement::Unhealthy { .. } => both("reports", "reported", &format!("that it is {words}")),
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
