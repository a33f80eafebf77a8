mod lines;
mod sources;

use super::*;
use std::collections::HashSet;

/// The first cause that a log line of a process that ended fits; a proxy's among them.
fn of_log(line: &str) -> Option<&'static str> {
    let symptoms = Symptoms {
        log: vec![LogLineAt::near(line)],
        conditions: vec![Condition::Ended, Condition::Proxy],
        ..Symptoms::default()
    };
    Diagnoses::builtin()
        .find(&symptoms)
        .first()
        .map(|found| found.cause.id.as_str())
}

#[test]
fn the_file_is_well_formed_and_complete() {
    let diagnoses = Diagnoses::parse(BUILTIN).expect("a well-formed file");
    let ids: HashSet<&str> = diagnoses
        .causes
        .iter()
        .map(|cause| cause.id.as_str())
        .collect();
    assert_eq!(ids.len(), diagnoses.causes.len(), "each once");
    for cause in &diagnoses.causes {
        assert!(
            !cause.words.is_empty() && cause.hint.ends_with('.') && !cause.advice.is_empty(),
            "{}",
            cause.id
        );
    }
}

/// Reads TOML, whose parser says in which line an error is.
fn read(toml: &str) -> Result<Vec<Cause>, String> {
    let file: file::DiagnosisFile = toml::from_str(toml).map_err(|error| error.to_string())?;
    file::causes(file).map_err(|error| error.to_string())
}

#[test]
fn every_code_of_the_file_exists() {
    let causes = read(include_str!("../diagnosis.toml")).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(causes.len(), Diagnoses::builtin().causes().len());
}

#[test]
fn an_unknown_code_is_refused_with_its_line() {
    let begin = "[[diagnosis]]\nid = 'x'\nwords = ''\nhint = ''\ntry = []\n";
    for key in ["finding", "reason"] {
        let error = read(&format!("{begin}{key} = ['not_resolvd']\n")).expect_err("no such code");
        assert!(
            error.contains("line 6") && error.contains("unknown variant `not_resolvd`"),
            "{error}"
        );
    }
}

#[test]
fn a_bad_pattern_is_told_with_its_place() {
    let text = r#"{"diagnosis": [{"id": "x", "words": "", "hint": "", "try": [], "text": ["("]}]}"#;
    let error = Diagnoses::parse(text)
        .expect_err("no regular expression")
        .to_string();
    assert!(
        error.starts_with("the pattern \"(\" of the diagnosis \"x\""),
        "{error}"
    );
}

#[test]
fn the_latest_line_that_fits_is_the_evidence_and_long_lines_are_cut() {
    let log = ["starting", "disk full: a", "disk full: b", "goodbye"]
        .map(LogLineAt::near)
        .to_vec();
    let found = Diagnoses::builtin().find(&Symptoms {
        log,
        ..Symptoms::default()
    });
    assert_eq!(
        found.iter().map(|found| &*found.line).collect::<Vec<_>>(),
        ["disk full: b"]
    );
    assert_eq!(
        found[0].context,
        Some("starting"),
        "the line before the first error"
    );
    let long = format!("{}disk full", "ü".repeat(pattern::LINE));
    assert_eq!(of_log(&long), None);
}

fn ids(symptoms: &Symptoms<'_>) -> Vec<&'static str> {
    Diagnoses::builtin()
        .find(symptoms)
        .iter()
        .map(|found| found.cause.id.as_str())
        .collect()
}

fn log_of<'a>(lines: &[&'a str], conditions: &[Condition]) -> Symptoms<'a> {
    let log = lines.iter().map(|line| LogLineAt::near(line)).collect();
    Symptoms {
        log,
        conditions: conditions.to_vec(),
        ..Symptoms::default()
    }
}

#[test]
fn a_broken_document_is_a_configuration_only_beside_one() {
    const ERROR: &str =
        "json.decoder.JSONDecodeError: Expecting ',' delimiter: line 3 column 5 (char 42)";
    for (before, expected) in [
        (
            "    settings = json.load(open('/app/settings.json'))",
            vec!["bad-configuration"],
        ),
        ("    rates = json.loads(answer)", vec![]),
    ] {
        assert_eq!(
            ids(&log_of(&[before, ERROR], &[Condition::Ended])),
            expected,
            "{before}"
        );
    }
}

#[test]
fn what_evidence_cannot_tell_apart_is_shown_together() {
    let symptoms = log_of(&["exec /start.sh: exec format error"], &[Condition::Ended]);
    assert_eq!(
        ids(&symptoms),
        ["platform-mismatch", "script-without-first-line"]
    );
    let symptoms = log_of(
        &["x: no such table: users", "y: Too many open files"],
        &[Condition::Ended],
    );
    assert_eq!(ids(&symptoms), ["migration-missing", "too-many-open-files"]);
}

#[test]
fn a_cause_that_is_ruled_out_is_not_shown_and_leaves_its_line_to_no_other() {
    use Condition::{
        CheckSucceeded, Ended, HttpError, Lasted, NoTool, Running, Worked, WorkedInThisRun,
    };
    let missing = Symptoms {
        check: vec!["/bin/sh: curl: not found"],
        ..Symptoms::default()
    };
    let with = |symptoms: &Symptoms<'static>, conditions: &[Condition]| {
        ids(&Symptoms {
            conditions: conditions.to_vec(),
            ..symptoms.clone()
        })
    };
    assert_eq!(
        with(&missing, &[Running, NoTool]),
        ["healthcheck-tool-missing"]
    );
    // Our own probe may well have succeeded: the check never did.
    assert_eq!(
        with(&missing, &[Running, NoTool, Worked]),
        ["healthcheck-tool-missing"]
    );
    assert!(with(&missing, &[Running, NoTool, CheckSucceeded]).is_empty());
    assert!(with(&missing, &[Running]).is_empty());
    let code = Symptoms {
        exit_code: Some(127),
        ..Symptoms::default()
    };
    assert_eq!(with(&code, &[Ended]), ["command-not-found"]);
    for ruled_out in [Running, Worked, WorkedInThisRun, Lasted] {
        assert!(with(&code, &[Ended, ruled_out]).is_empty(), "{ruled_out:?}");
    }
    let refused = Symptoms {
        probe: Some(&crate::model::Finding::Refused),
        ..Symptoms::default()
    };
    assert_eq!(with(&refused, &[Running]), ["not-listening"]);
    assert!(with(&refused, &[Running, HttpError]).is_empty());
}

#[test]
fn trouble_that_passed_gives_way_to_what_was_said_later() {
    let ended = [Condition::Ended];
    let refused = "cannot connect to db:5432: Connection refused";
    let lines = [
        refused,
        "connected",
        "Traceback (most recent call last):",
        "ZeroDivisionError: division by zero",
    ];
    assert_eq!(ids(&log_of(&lines, &ended)), ["unhandled-error"]);
    let lines = [
        "Traceback (most recent call last):",
        "ConnectionRefusedError: [Errno 111] Connection refused",
    ];
    assert_eq!(ids(&log_of(&lines, &ended)), ["connection-refused"]);
}

#[test]
fn lines_count_by_their_level_and_their_place() {
    let line = |text, place| LogLineAt {
        text,
        at: None,
        place,
    };
    let find = |log: Vec<LogLineAt<'static>>, condition| {
        ids(&Symptoms {
            log,
            conditions: vec![condition],
            ..Symptoms::default()
        })
    };
    const DENIED: &str = "Authentication failed for user eve";
    const WARNED: &str = "WARN Authentication failed for user eve";
    use Condition::{Ended, Running};
    use Place::{Earlier, Near, WhileItWorked};
    for (log, condition, expected) in [
        (
            vec![line(DENIED, Near)],
            Running,
            vec!["authentication-failed"],
        ),
        (vec![line(WARNED, Near)], Running, vec![]),
        (
            vec![line(WARNED, Near)],
            Ended,
            vec!["authentication-failed"],
        ),
        (
            vec![line("INFO Authentication failed for user eve", Near)],
            Ended,
            vec![],
        ),
        (vec![line(DENIED, Earlier)], Running, vec![]),
        // It was said while the service worked: everyday life.
        (
            vec![line(DENIED, WhileItWorked), line(DENIED, Near)],
            Running,
            vec![],
        ),
        (
            vec![
                line(DENIED, WhileItWorked),
                line("FATAL: Authentication failed", Near),
            ],
            Ended,
            vec!["authentication-failed"],
        ),
    ] {
        assert_eq!(
            find(log.clone(), condition),
            expected,
            "{log:?} {condition:?}"
        );
    }
}
