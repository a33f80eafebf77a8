//! Exit codes, engine errors, outputs of checks and findings of probes.

use std::time::Duration;

use super::*;
use crate::explain::testing;
use crate::model::{
    CertificateRejection, Finding, HttpAnswer, SignedDuration, Statement, VaultState,
};

#[test]
#[allow(clippy::too_many_lines)] // a table
fn every_source_has_its_own_patterns() {
    // What ran and ended, what the engine could not start, or what runs.
    let find = |symptoms: Symptoms<'_>| {
        use Condition::{Ended, NotStarted, Proxy, Running};
        let ended = symptoms.exit_code.is_some() || symptoms.out_of_memory;
        let conditions = match (ended, symptoms.engine) {
            (_, error) if !error.is_empty() => vec![NotStarted],
            (true, _) => vec![Ended],
            (false, _) => vec![Running, Proxy],
        };
        let symptoms = Symptoms {
            conditions,
            ..symptoms
        };
        Diagnoses::builtin()
            .find(&symptoms)
            .first()
            .map(|found| found.cause.id.clone())
    };
    for (symptoms, expected) in [
        (
            Symptoms {
                exit_code: Some(137),
                out_of_memory: true,
                ..Symptoms::default()
            },
            Some("out-of-memory"),
        ),
        (
            Symptoms {
                exit_code: Some(137),
                ..Symptoms::default()
            },
            Some("killed"),
        ),
        (
            Symptoms {
                exit_code: Some(139),
                ..Symptoms::default()
            },
            Some("segmentation-fault"),
        ),
        (
            Symptoms {
                exit_code: Some(127),
                ..Symptoms::default()
            },
            Some("command-not-found"),
        ),
        (
            Symptoms {
                exit_code: Some(126),
                ..Symptoms::default()
            },
            Some("not-executable"),
        ),
        (
            Symptoms {
                exit_code: Some(1),
                ..Symptoms::default()
            },
            None,
        ),
        (
            Symptoms {
                exit_code: Some(0),
                ..Symptoms::default()
            },
            None,
        ),
        // The log is more exact than the signal.
        (
            Symptoms {
                exit_code: Some(137),
                log: vec![LogLineAt::near("fatal: no space left on device")],
                ..Symptoms::default()
            },
            Some("disk-full"),
        ),
        (
            Symptoms {
                check: vec!["wget: can't connect to remote host (127.0.0.1): Connection refused"],
                ..Symptoms::default()
            },
            Some("not-listening"),
        ),
        (
            Symptoms {
                engine: "driver failed programming external connectivity: Bind for 0.0.0.0:80 failed: port is already allocated",
                ..Symptoms::default()
            },
            Some("port-in-use"),
        ),
        (
            Symptoms {
                engine: "failed to create task for container: exec: \"./run\": stat ./run: no such file or directory: unknown",
                exit_code: Some(127),
                ..Symptoms::default()
            },
            Some("command-not-found"),
        ),
        (
            Symptoms {
                engine: "exec: \"/entrypoint.sh\": permission denied: unknown",
                ..Symptoms::default()
            },
            Some("not-executable"),
        ),
        (
            Symptoms {
                engine: "exec /app/run: exec format error",
                exit_code: Some(255),
                ..Symptoms::default()
            },
            Some("platform-mismatch"),
        ),
        (
            Symptoms {
                engine: "invalid mount config for type \"bind\": bind source path does not exist: /srv/x",
                ..Symptoms::default()
            },
            Some("mount-missing"),
        ),
        (
            Symptoms {
                reason: Some(ReasonCode::CutOff),
                log: vec![LogLineAt::near("the database system is starting up")],
                ..Symptoms::default()
            },
            Some("no-network"),
        ),
    ] {
        let told = format!("{symptoms:?}");
        assert_eq!(find(symptoms).as_deref(), expected, "{told}");
    }
}

/// What the failing probe of a running proxy found, and the cause of it.
#[allow(clippy::too_many_lines)] // a table
fn findings() -> Vec<(Finding, Option<&'static str>)> {
    let within = Duration::from_secs(5);
    let slow = |answer| Finding::Slow {
        took: within,
        limit: Duration::from_secs(2),
        answer: Box::new(answer),
    };
    let days = |days: i64| SignedDuration::from_hours(24 * days);
    let ends = |answer| Finding::CertificateEnds {
        left: days(9),
        answer: Box::new(answer),
    };
    let detailed = |word: &str, version: Option<&str>, detail: &str| {
        Finding::Http(HttpAnswer {
            version: version.map(str::to_owned),
            detail: Some(detail.to_owned()),
            ..HttpAnswer::of(503, word.to_owned())
        })
    };
    let expired = CertificateRejection::Other {
        said: "expired".to_owned(),
    };
    let not_ready = Statement::NotReady {
        said: "503 x".to_owned(),
    };
    let unresolved = "database db:5432: [Errno -2] Name or service not known";
    let said = |said: &str| Finding::Error {
        said: said.to_owned(),
    };
    vec![
        (Finding::Refused, Some("not-listening")),
        (Finding::NoAnswer { within }, Some("unresponsive")),
        (Finding::Incomplete { within }, Some("unresponsive")),
        (testing::finding("502 Bad Gateway"), Some("upstream-error")),
        (
            slow(testing::finding("504 Gateway Timeout")),
            Some("upstream-error"),
        ),
        (
            testing::finding("503 Service Unavailable"),
            Some("upstream-error"),
        ),
        (testing::finding("503"), Some("upstream-error")),
        (
            slow(testing::finding("503 Service Unavailable")),
            Some("upstream-error"),
        ),
        (detailed("Service Unavailable", None, "try later"), None),
        (testing::finding("503 loading"), None),
        // A service's own words about what it needs.
        (
            detailed("unhealthy", None, "redis:6379 connection refused"),
            Some("connection-refused"),
        ),
        (
            detailed("unhealthy", Some("1.4.2"), unresolved),
            Some("name-not-resolved"),
        ),
        (
            said("the database system is starting up"),
            Some("database-starting"),
        ),
        (Finding::CertificateRejected(expired), Some("certificate")),
        (
            Finding::CertificateExpired { ago: days(3) },
            Some("certificate"),
        ),
        (ends(testing::finding("200 OK")), Some("certificate")),
        (slow(ends(testing::finding("200 OK"))), Some("certificate")),
        (
            Finding::NotResolved {
                within: Some(within),
            },
            Some("name-not-resolved"),
        ),
        (
            testing::finding("login refused: 401 Unauthorized"),
            Some("authentication-failed"),
        ),
        (
            Finding::Says(Statement::Vault(VaultState::Sealed)),
            Some("sealed"),
        ),
        (Finding::Says(not_ready), Some("database-starting")),
        (testing::finding("500 Internal Server Error"), None),
        (Finding::Closed, None),
    ]
}

/// The first cause of a finding.
fn of_finding(finding: &Finding) -> Option<Candidate<'_>> {
    let symptoms = Symptoms {
        probe: Some(finding),
        conditions: vec![Condition::Running, Condition::Proxy],
        ..Symptoms::default()
    };
    Diagnoses::builtin().find(&symptoms).into_iter().next()
}

#[test]
fn findings_are_recognised_by_code_by_status_and_by_what_others_said() {
    for (finding, expected) in findings() {
        let found = of_finding(&finding);
        let id = found.as_ref().map(|found| found.cause.id.as_str());
        assert_eq!(id, expected, "{finding:?}");
        if let Some(found) = found {
            assert_eq!(found.line, crate::explain::finding(&finding), "as shown");
        }
    }
}

#[test]
fn a_pattern_sees_no_word_of_hubdeck() {
    // Each of these patterns fits every text that is not empty.
    let any = r#"{"diagnosis": [{"id": "any", "words": "", "hint": "", "try": [], "probe": ["."], "text": ["."],
        "engine": ["."], "check": ["."], "log": ["."], "vague": ["."]}]}"#;
    let any: &'static Diagnoses = Box::leak(Box::new(Diagnoses::parse(any).expect("a file")));
    for (finding, _) in findings() {
        let mut others = String::new();
        finding.texts(&mut |text| others.push_str(text));
        let symptoms = Symptoms {
            reason: Some(ReasonCode::CutOff),
            probe: Some(&finding),
            ..Symptoms::default()
        };
        let found = any.find(&symptoms);
        assert_eq!(found.is_empty(), others.is_empty(), "{finding:?}");
    }
}
