use super::*;
use crate::model::{Impact, Operation, OperationKind, Step, StepTarget, StepWait};

fn plan(services: &[&str]) -> Plan {
    let step = |service: &&str| Step {
        kind: OperationKind::Restart,
        service: (*service).into(),
        target: StepTarget::Container("id".into()),
        name: "name".to_owned(),
        wait: StepWait::No,
        wave: 0,
    };
    Plan {
        operation: Operation {
            kind: OperationKind::Restart,
            targets: services.iter().map(|service| (*service).into()).collect(),
            with_dependents: false,
            image: None,
        },
        steps: services.iter().map(step).collect(),
        impact: Impact::default(),
        removes: Vec::new(),
        production: Vec::new(),
        last_restart_ms: Default::default(),
        warnings: Vec::new(),
        hash: String::new(),
    }
}

#[test]
fn one_operation_at_a_time_has_a_service() {
    let dir = tempfile::tempdir().expect("a directory");
    let audit = dir.path().join("audit.jsonl");
    let take = |name: &str, services: &[&str]| {
        ServiceClaim::take(&audit, name, ClaimedWork::of_plan(&plan(services)), None)
    };
    let first = take("first", &["hub/db", "hub/api"]).expect("nobody else is there");
    assert!(is_claimed(&audit, "first") && !is_claimed(&audit, "second"));
    let Err(ClaimError::Taken(service, gerund)) = take("second", &["hub/api", "hub/web"]) else {
        panic!("it is taken")
    };
    assert_eq!(
        (service.as_str(), gerund.as_str()),
        ("hub/api", "restarting")
    );
    let beside = take("third", &["hub/web"]).expect("another service");
    drop(first);
    assert!(!is_claimed(&audit, "first"));
    let second = take("second", &["hub/api"]).expect("the first one has ended");
    drop((second, beside));
    let left: Vec<_> = std::fs::read_dir(dir.path().join(DIRECTORY))
        .expect("the directory")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    assert_eq!(left, [GATE], "no file of an operation is left");
}

#[test]
fn what_a_killed_run_left_claims_nothing_and_is_removed() {
    let dir = tempfile::tempdir().expect("a directory");
    let audit = dir.path().join("audit.jsonl");
    let left = dir.path().join(DIRECTORY).join("killed");
    std::fs::create_dir_all(dir.path().join(DIRECTORY)).expect("the directory");
    let content = r#"{"engine":"","gerund":"restarting","services":["hub/db"]}"#;
    std::fs::write(&left, content).expect("a file nobody has locked");
    assert!(!is_claimed(&audit, "killed"));
    ServiceClaim::take(
        &audit,
        "next",
        ClaimedWork::of_plan(&plan(&["hub/db"])),
        None,
    )
    .expect("nobody else lives");
    assert!(!left.exists());
}
