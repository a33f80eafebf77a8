//! What auto-heal reads of the record, and what it writes.

use super::*;
use crate::model::{HealStop, RecordedResult};
use crate::operate::audit::history;

#[test]
fn every_operation_on_a_service_counts_with_who_asked_for_it() {
    let record = Record::new();
    let service = "hub/db".into();
    assert_eq!(operations_on(&record.path, &service), Ok(Vec::new()));
    let second = |second| Timestamp::from_second(second).expect("a time");
    for (at, source, operation, target, ended) in [
        (100, "auto-heal", "restart", "hub/db", 130),
        (200, "cli", "stop", "hub/db", 201),
        (300, "tui", "restart", "hub/api", 301),
        (400, "tui", "silence", "hub/db", 401),
    ] {
        let line = |time: i64, event: &str| {
            let time = second(time);
            json!({"time": time, "event": event, "correlation": format!("c-{at}"), "source": source,
                "operation": operation, "steps": [{"operation": operation, "target": target}]})
        };
        record.add(&format!("{}\n", line(at, "accepted")));
        record.add(&format!("{}\n", line(ended, "ended")));
    }
    let past = |at, heals| PastOperation {
        at: second(at),
        heals,
    };
    assert_eq!(
        operations_on(&record.path, &service),
        Ok(vec![past(130, true), past(201, false)])
    );
}

#[test]
fn that_a_service_is_healed_no_more_is_an_entry_of_its_own() {
    let record = Record::new();
    let stop = HealStop {
        service: "hub/db".into(),
        at: Timestamp::from_second(100).expect("a time"),
        restarts: 3,
    };
    record_heal_stop(&record.path, &stop).expect("a record");
    let read = history(&record.path).expect("a history");
    let [entry] = &read.operations[..] else {
        panic!("{read:?}")
    };
    assert_eq!(
        (entry.verb.as_str(), entry.result),
        ("auto-heal", RecordedResult::Failed)
    );
    assert_eq!(entry.targets, ["hub/db".into()]);
    assert_eq!(entry.error, Some(stop.clause()));
    assert_eq!(operations_on(&record.path, &stop.service), Ok(Vec::new()));
}
