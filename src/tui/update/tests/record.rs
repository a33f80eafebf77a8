//! The record of an operation: what was called and answered.

use super::*;
use crate::model::{Change, EngineCall, OperationChange, TimelineEvent};

/// A console in whose snapshot a restart has ended, with its events.
fn ended() -> TestConsole {
    let mut console = console();
    let mut status = status(&console, 1, true, None);
    status.steps = vec![StepState::Succeeded];
    let call = "POST /v1.45/containers/1/restart".to_owned();
    status.calls = vec![vec![EngineCall::new(call, Some(204), b"")]];
    let operation = status.plan.operation.clone();
    let change = OperationChange::Started {
        operation,
        principal: Principal::Terminal,
    };
    let event = TimelineEvent {
        sequence: 99,
        at: status.started_at,
        service: Some("hub/db".into()),
        instance: None,
        change: Change::Operation(change),
    };
    console.snapshot.timeline = Arc::new(vec![Arc::new(event)]);
    console.snapshot.operations = vec![Arc::new(status)];
    console.settle();
    console
}

const CALL: &str = "POST /v1.45/containers/1/restart: 204";
const COMMAND: &str = "docker restart hub-db-1";

#[test]
fn the_steps_of_an_operation_show_their_calls_on_a_key() {
    let mut console = ended();
    let steps = console.press("O").screen();
    assert!(
        !steps.contains(CALL) && steps.contains("i record"),
        "{steps}"
    );
    let record = console.press("i").screen();
    assert!(
        record.contains(CALL) && record.contains(COMMAND),
        "{record}"
    );
    assert!(!console.press("i").screen().contains(CALL));
}

#[test]
fn an_event_of_an_operation_opens_its_record() {
    let mut console = ended();
    let record = console.press("4 enter").screen();
    assert!(
        record.contains(CALL) && record.contains(COMMAND),
        "{record}"
    );
    assert!(console.press("esc").ui.dialog.is_none());
    console.snapshot.operations.clear();
    console.press("4 enter");
    assert!(
        console.ui.details.is_some(),
        "of one that is forgotten, the service"
    );
}
