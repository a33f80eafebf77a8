mod ends;
mod heals;

use serde_json::{Value, json};

use super::*;
use crate::model::{
    Impact, InterruptedOperation, Operation, OperationKind, RecordedStop, SkipReason, Step,
    StepTarget,
};

fn step(kind: OperationKind, name: &str, wave: usize) -> Step {
    Step {
        kind,
        service: format!("hub/{name}").into(),
        target: StepTarget::Container(format!("id-{name}").into()),
        name: format!("hub-{name}-1"),
        wait: crate::model::StepWait::Healthy,
        wave,
    }
}

fn plan(kind: OperationKind, names: &[&str]) -> Plan {
    let targets = names
        .iter()
        .take(1)
        .map(|name| format!("hub/{name}").into())
        .collect();
    Plan {
        operation: Operation {
            kind,
            targets,
            with_dependents: names.len() > 1,
            image: None,
        },
        steps: names
            .iter()
            .enumerate()
            .map(|(wave, name)| step(kind, name, wave))
            .collect(),
        impact: Impact::default(),
        removes: Vec::new(),
        production: Vec::new(),
        last_restart_ms: std::collections::BTreeMap::new(),
        warnings: Vec::new(),
        hash: "00ff".to_owned(),
    }
}

fn engine() -> EngineInfo {
    EngineInfo {
        endpoint: "ssh://root:secret@hub-01".to_owned(),
        chosen_by: "--host".to_owned(),
        id: Some("engine-id".to_owned()),
        host_name: Some("hub-01".to_owned()),
        version: "29".to_owned(),
        api_version: "1.51".to_owned(),
        flavour: crate::model::EngineFlavour::Docker,
        cpus: None,
        memory_bytes: None,
        local: false,
    }
}

struct Record {
    dir: tempfile::TempDir,
    path: PathBuf,
}

impl Record {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("state/hubdeck/audit.jsonl");
        Self { dir, path }
    }

    fn begin(&self, id: u64, plan: &Plan) -> Trail {
        let audit = Audit::new(Some(self.path.clone()));
        audit
            .begin(OperationId(id), Principal::Terminal, plan, Some(&engine()))
            .expect("a record")
    }

    fn text(&self) -> String {
        std::fs::read_to_string(&self.path).expect("the file")
    }

    fn lines(&self) -> Vec<Value> {
        self.text()
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect()
    }

    fn add(&self, text: &str) {
        std::fs::create_dir_all(self.path.parent().expect("a directory")).expect("a directory");
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.path)
            .expect("the file");
        file.write_all(text.as_bytes()).expect("more lines");
    }

    fn interrupted(&self) -> Vec<InterruptedOperation> {
        interrupted(&self.path, Timestamp::now()).expect("a readable record")
    }
}

/// The lines without what every line of the operation has to hold, which is checked.
fn without_common_fields(mut lines: Vec<Value>) -> Vec<Value> {
    let correlation = lines[0]["correlation"].as_str().expect("an id").to_owned();
    assert!(
        correlation.ends_with("-3") && correlation.len() > 15,
        "{correlation}"
    );
    for line in &mut lines {
        let line = line.as_object_mut().expect("an object");
        for (name, value) in [
            ("correlation", json!(correlation)),
            ("source", json!("tui")),
            ("operation_id", json!(3)),
            ("operation", json!("restart")),
            ("plan", json!("00ff")),
            (
                "engine",
                json!({ "name": "hub-01", "id": "engine-id", "endpoint": "ssh://***@hub-01" }),
            ),
        ] {
            assert_eq!(line.remove(name), Some(value), "{name}");
        }
        assert!(line.remove("time").is_some() && line.remove("principal").is_some());
    }
    lines
}

#[tokio::test]
async fn each_step_has_its_intent_and_its_result() {
    let record = Record::new();
    let plan = plan(OperationKind::Restart, &["db", "api"]);
    let trail = record.begin(3, &plan);
    trail.intent(&plan, 0).await.expect("a record");
    let failed = StepState::Failed {
        error: "no \"such\"\ncontainer".to_owned(),
    };
    trail
        .result(&plan, 0, &failed, (Duration::from_millis(1_234), &[]))
        .await
        .expect("a record");
    let skipped = StepState::Skipped {
        reason: SkipReason::Shutdown,
    };
    trail
        .result(&plan, 1, &skipped, (Duration::ZERO, &[]))
        .await
        .expect("a record");
    trail
        .ended(&OperationProgress::Failed {
            error: "it failed".to_owned(),
        })
        .await
        .expect("a record");
    let lines = without_common_fields(record.lines());
    let called = |number: usize, name: &str| {
        json!({
            "step": number, "target": format!("hub/{name}"), "container": format!("hub-{name}-1"),
            "container_id": format!("id-{name}"), "command": format!("docker restart hub-{name}-1"),
        })
    };
    let with = |mut line: Value, more: Value| {
        line.as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("an object").clone());
        line
    };
    let planned = |number, name| with(called(number, name), json!({ "operation": "restart" }));
    assert_eq!(
        lines,
        [
            json!({ "event": "accepted", "with_dependents": true, "targets": ["hub/db"], "steps": [planned(0, "db"), planned(1, "api")] }),
            with(called(0, "db"), json!({ "event": "intent" })),
            with(
                called(0, "db"),
                json!({
                    "event": "result", "result": "failed", "error": "no \"such\"\ncontainer", "duration_ms": 1234
                })
            ),
            with(
                called(1, "api"),
                json!({
                    "event": "result", "result": "skipped", "reason": "hubdeck was terminated", "duration_ms": 0
                })
            ),
            json!({ "event": "ended", "result": "failed", "error": "it failed" }),
        ]
    );
}

#[cfg(unix)]
#[test]
fn the_record_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let record = Record::new();
    drop(record.begin(1, &plan(OperationKind::Stop, &["db"])));
    let mode = std::fs::metadata(&record.path)
        .expect("the file")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn correlation_ids_differ_between_runs_and_operations() {
    let record = Record::new();
    let plan = plan(OperationKind::Stop, &["db"]);
    for id in [1, 1, 2] {
        drop(record.begin(id, &plan));
    }
    let ids: std::collections::BTreeSet<_> = record
        .lines()
        .iter()
        .map(|line| line["correlation"].to_string())
        .collect();
    assert_eq!(ids.len(), 3);
}

/// A line of an earlier version.
const OLD: &str = r#"{"time":"1970-01-01T00:16:40Z","principal":"uid:0","source":"tui","operation_id":1,"operation":"KIND","target":"hub/db","container":"hub-db-1","container_id":"old","plan":"","result":"RESULT","duration_ms":10000}"#;

#[tokio::test]
async fn stops_of_old_and_new_lines_are_read_again_also_without_a_result() {
    let record = Record::new();
    assert_eq!(
        recorded_stops(&record.path),
        Ok(Vec::new()),
        "no record yet"
    );
    for (kind, result) in [
        ("restart", "succeeded"),
        ("stop", "failed"),
        ("stop", "succeeded"),
    ] {
        record.add(&format!(
            "{}\n",
            OLD.replace("KIND", kind).replace("RESULT", result)
        ));
    }
    record.add("no record\n{\"time\":7}\n");
    let second = |second| Timestamp::from_second(second).expect("a time");
    let old = RecordedStop {
        instance: "old".into(),
        began_at: second(990),
        ended_at: second(1_000),
    };
    assert_eq!(recorded_stops(&record.path), Ok(vec![old.clone()]));

    let plan = plan(OperationKind::Stop, &["db", "api", "web"]);
    let trail = record.begin(1, &plan);
    for index in 0..3 {
        trail.intent(&plan, index).await.expect("a record");
    }
    let two = (Duration::from_secs(2), &[][..]);
    trail
        .result(&plan, 0, &StepState::Succeeded, two)
        .await
        .expect("a record");
    let failed = StepState::Failed {
        error: "no such container".to_owned(),
    };
    trail
        .result(&plan, 1, &failed, two)
        .await
        .expect("a record");
    let stops = recorded_stops(&record.path).expect("stops");
    let of: Vec<&str> = stops.iter().map(|stop| stop.instance.as_str()).collect();
    assert_eq!(
        of,
        ["old", "id-db", "id-web"],
        "the failed one does not count, the one without a result does"
    );
    let lasts = |stop: &RecordedStop| stop.ended_at.duration_since(stop.began_at).as_secs();
    assert_eq!((lasts(&stops[1]), lasts(&stops[2])), (2, 900));
    let error = recorded_stops(record.dir.path()).expect_err("a directory is no file");
    assert!(
        error.starts_with("cannot read the audit record "),
        "{error}"
    );
}

#[tokio::test]
async fn what_was_under_way_is_told_once() {
    let record = Record::new();
    assert!(record.interrupted().is_empty(), "no record yet");
    let plan = plan(OperationKind::Restart, &["db", "api", "web"]);
    let trail = record.begin(1, &plan);
    trail.intent(&plan, 0).await.expect("a record");
    trail
        .result(&plan, 0, &StepState::Succeeded, (Duration::ZERO, &[]))
        .await
        .expect("a record");
    trail.intent(&plan, 1).await.expect("a record");
    assert!(
        record.interrupted().is_empty(),
        "the operation still goes on"
    );
    drop(trail);
    let ended = record.begin(2, &plan);
    ended
        .ended(&OperationProgress::Succeeded)
        .await
        .expect("a record");
    drop(ended);
    record.add("{\"time\":\"19");
    let told = record.interrupted();
    let [operation] = told.as_slice() else {
        panic!("{told:?}")
    };
    assert_eq!(operation.verb, "restart");
    assert_eq!(operation.targets, ["hub/db".into()]);
    let calls: Vec<String> = operation.unknown.iter().map(ToString::to_string).collect();
    assert_eq!(calls, ["restart hub-api-1"]);
    assert_eq!(operation.unknown[0].instance, "id-api".into());
    assert_eq!(operation.not_begun, ["restart hub-web-1"]);
    assert!(record.interrupted().is_empty(), "it was reported");
    assert!(
        record
            .text()
            .lines()
            .last()
            .is_some_and(|line| line.contains("\"interrupted\""))
    );
}

#[test]
fn a_torn_line_costs_itself_only() {
    let record = Record::new();
    record.add("{\"time\":\"19");
    drop(record.begin(1, &plan(OperationKind::Stop, &["db"])));
    let text = record.text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!((lines.len(), lines[0]), (2, "{\"time\":\"19"));
    assert!(serde_json::from_str::<Value>(lines[1]).is_ok(), "{text}");
}

#[tokio::test]
async fn a_record_that_cannot_be_written_refuses() {
    let dir = tempfile::tempdir().expect("a directory");
    let plan = plan(OperationKind::Stop, &["db"]);
    let begin = |path: Option<PathBuf>| {
        let begun = Audit::new(path).begin(OperationId(1), Principal::Cli, &plan, None);
        begun.map_err(|refusal| match refusal {
            SubmitRefusal::Unrecorded(text) => text,
            other => other.to_string(),
        })
    };
    let error = begin(Some(dir.path().to_path_buf())).expect_err("a directory is no file");
    assert!(
        error.starts_with("cannot write the audit record "),
        "{error}"
    );
    let error = begin(Some(PathBuf::new())).expect_err("no place");
    assert_eq!(
        error,
        "cannot write the audit record: there is no home directory; set HOME"
    );
    let unwanted = begin(None).expect("none is wanted");
    assert_eq!(unwanted.intent(&plan, 0).await, Ok(()));
    // The disk fills half-way.
    let path = dir.path().join("audit.jsonl");
    let trail = begin(Some(path.clone())).expect("a record");
    std::fs::remove_file(&path).expect("removed");
    std::fs::create_dir(&path).expect("a directory in its place");
    let error = trail.intent(&plan, 0).await.expect_err("no record");
    assert!(
        error.starts_with("cannot write the audit record "),
        "{error}"
    );
}

#[test]
fn a_pipe_in_place_of_the_record_is_refused_and_waited_for_by_nobody() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("audit.jsonl");
    mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).expect("a pipe");
    let plan = plan(OperationKind::Stop, &["db"]);
    let begun =
        Audit::new(Some(path.clone())).begin(OperationId(1), Principal::Terminal, &plan, None);
    let refusals = [
        begun.expect_err("refused").to_string(),
        recorded_stops(&path).expect_err("refused"),
        interrupted(&path, Timestamp::now()).expect_err("refused"),
    ];
    assert!(
        refusals
            .iter()
            .all(|text| text.contains("it is no regular file")),
        "{refusals:?}"
    );
}
