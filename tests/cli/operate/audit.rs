//! `hubdeck audit` on a record of its own; no engine is there.

use std::fs;

use crate::support::hubdeck::{Home, Output};

use super::record;

/// Two operations, one of them interrupted, a line of an early version, and two that cannot be read.
const RECORD: &str = r#"{"time":"2026-01-02T03:04:05Z","principal":"uid:7","source":"tui","operation":"stop","target":"hub/old","container":"hub-old-1","container_id":"0","result":"succeeded","duration_ms":20}
{"time":"2026-03-28T14:00:00Z","event":"accepted","correlation":"a-1","principal":"uid:7","source":"cli","operation":"restart","targets":["hub/db"],"steps":[{"step":0,"operation":"restart","target":"hub/db","container":"hub-db-1","container_id":"1"},{"step":1,"operation":"restart","target":"hub/api","container":"hub-api-1","container_id":"2"}]}
{"time":"2026-03-28T14:00:00Z","event":"intent","correlation":"a-1","operation":"restart","step":0,"target":"hub/db","container":"hub-db-1","container_id":"1"}
{"time":"20
{"time":"2026-03-28T14:00:02Z","event":"result","correlation":"a-1","operation":"restart","step":0,"target":"hub/db","container":"hub-db-1","container_id":"1","result":"failed","error":"no \u001b[2Jspace","duration_ms":2000}
{"time":"2026-03-28T14:00:02Z","event":"result","correlation":"a-1","operation":"restart","step":1,"target":"hub/api","container":"hub-api-1","container_id":"2","result":"skipped","reason":"an earlier step failed","duration_ms":0}
{"time":"2026-03-28T14:00:02Z","event":"ended","correlation":"a-1","operation":"restart","result":"failed","error":"no space"}
{"time":"2026-03-28T15:00:00Z","event":"accepted","correlation":"b-1","principal":"http","source":"http","operation":"stop","targets":["ops/web","ops/one","ops/two","ops/three"],"steps":[{"step":0,"operation":"stop","target":"ops/web","container":"ops-web-1","container_id":"3"}]}
{"time":"2026-03-28T15:00:00Z","event":"intent","correlation":"b-1","operation":"stop","step":0,"target":"ops/web","container":"ops-web-1","container_id":"3"}
{"time":7}
"#;

fn home() -> Home {
    let home = Home::with_engine("unix:///nowhere.sock");
    let record = record(&home);
    fs::create_dir_all(record.parent().expect("a directory")).expect("a directory");
    fs::write(record, RECORD).expect("the record");
    home
}

fn rows(output: &Output) -> Vec<&str> {
    output.stdout.lines().collect()
}

const RESTART: [&str; 3] = [
    "2026-03-28 14:00:00  cli uid:7  restart hub/db  failed after 2 s: no space",
    "  restart hub-db-1  failed after 2 s: no  [2Jspace",
    "  restart hub-api-1  not begun: an earlier step failed",
];
const STOP: [&str; 2] = [
    "2026-03-28 15:00:00  http  stop ops/web, ops/one, ops/two and 1 more  interrupted",
    "  stop ops-web-1  outcome unknown",
];

#[test]
fn operations_stand_with_their_steps_and_broken_lines_are_said() {
    let output = home().run(&["audit"]);
    assert_eq!(output.code, Some(0), "{output:?}");
    let old = [
        "2026-01-02 03:04:05  tui uid:7  stop hub/old  succeeded in 0 ms",
        "  stop hub-old-1  succeeded in 20 ms",
    ];
    assert_eq!(rows(&output), [&old[..], &RESTART, &STOP].concat());
    assert_eq!(
        output.stderr,
        "hubdeck: line 4 of the audit record cannot be read: {\"time\":\"20\n\
         hubdeck: line 10 of the audit record cannot be read: {\"time\":7}\n"
    );
}

#[test]
fn only_what_is_wanted_is_printed_as_text_and_as_it_is_recorded() {
    let home = home();
    let since = home.run(&["audit", "--since", "2026-03-28T14:30:00Z"]);
    assert_eq!(rows(&since), STOP);
    for name in ["api", "hub/api"] {
        let one = home.run(&["audit", "--service", name]);
        assert_eq!(rows(&one), RESTART, "a step is on {name}");
    }
    let none = home.run(&["audit", "--service", "hub/ap"]);
    assert_eq!((none.code, none.stdout.as_str()), (Some(0), ""));
    let json = home.run(&["audit", "--json", "--service", "web"]);
    let expected: Vec<&str> = RECORD.lines().skip(7).take(2).collect();
    assert_eq!(rows(&json), expected);
    let wrong = home.run(&["audit", "--since", "yesterday"]);
    assert_eq!(wrong.code, Some(2), "{wrong:?}");
}

#[test]
fn no_record_is_no_failure_and_one_that_cannot_be_read_is() {
    let home = Home::new();
    let output = home.run(&["audit"]);
    assert_eq!((output.code, output.stdout.as_str()), (Some(0), ""));
    assert_eq!(
        output.stderr,
        "hubdeck: the audit record has no such operation\n"
    );
    fs::create_dir_all(record(&home)).expect("a directory in its place");
    let output = home.run(&["audit"]);
    assert_eq!(output.code, Some(1), "{output:?}");
    assert!(
        output
            .stderr
            .starts_with("hubdeck: cannot read the audit record "),
        "{output:?}"
    );
}

/// A restart with dependents and the engine's answer, and a command in a container.
const CALLED: &str = r#"{"time":"2026-03-28T14:00:00Z","event":"accepted","correlation":"a-1","principal":"uid:7","source":"cli","operation":"restart","with_dependents":true,"targets":["hub/db"],"steps":[{"step":0,"operation":"restart","target":"hub/db","container":"hub-db-1","container_id":"1","command":"docker restart hub-db-1"}]}
{"time":"2026-03-28T14:00:02Z","event":"result","correlation":"a-1","operation":"restart","step":0,"target":"hub/db","container":"hub-db-1","container_id":"1","command":"docker restart hub-db-1","result":"failed","error":"no","duration_ms":2000,"calls":[{"call":"POST /v1.45/containers/1/restart","status":500,"answer":"driver\nfailed"}]}
{"time":"2026-03-28T14:00:02Z","event":"ended","correlation":"a-1","operation":"restart","result":"failed","error":"no"}
{"time":"2026-03-28T15:00:00Z","event":"accepted","correlation":"c-1","principal":"uid:7","source":"cli","operation":"exec","targets":["hub/db"],"step":0,"target":"hub/db","container":"hub-db-1","container_id":"1","command":"docker exec hub-db-1 nope"}
{"time":"2026-03-28T15:00:01Z","event":"ended","correlation":"c-1","operation":"exec","targets":["hub/db"],"step":0,"target":"hub/db","container":"hub-db-1","container_id":"1","command":"docker exec hub-db-1 nope","result":"succeeded","duration_ms":1000,"exit_code":127}
"#;

#[test]
fn dependents_commands_exit_codes_and_answers_are_printed() {
    let home = home();
    fs::write(record(&home), CALLED).expect("the record");
    let head =
        "2026-03-28 14:00:00  cli uid:7  restart hub/db with dependents  failed after 2 s: no";
    let step = "  restart hub-db-1  failed after 2 s: no";
    let exec = "2026-03-28 15:00:00  cli uid:7  exec hub/db: docker exec hub-db-1 nope  exited with code 127 after 1 s";
    assert_eq!(rows(&home.run(&["audit"])), [head, step, exec]);
    let calls = [
        "    docker restart hub-db-1",
        "    POST /v1.45/containers/1/restart  500: driver failed",
    ];
    let verbose = home.run(&["audit", "--verbose"]);
    assert_eq!(rows(&verbose), [head, step, calls[0], calls[1], exec]);
    let json = home.run(&["audit", "--json"]);
    assert_eq!(rows(&json), CALLED.lines().collect::<Vec<_>>());
}

/// An update that ended in the middle, whose container before is kept.
const KEPT: &str = r#"{"time":"2026-03-28T14:00:00Z","event":"accepted","correlation":"a-1","principal":"uid:7","source":"cli","operation":"update","targets":["hub/web"],"steps":[{"step":0,"operation":"update","target":"hub/web","container":"hub-web-1","container_id":"1"}]}
{"time":"2026-03-28T14:00:00Z","event":"intent","correlation":"a-1","operation":"update","step":0,"target":"hub/web","container":"hub-web-1","container_id":"1"}
{"time":"2026-03-28T14:00:01Z","event":"kept","correlation":"a-1","operation":"update","step":0,"target":"hub/web","container":"hub-web-1","container_id":"1","kept_as":"hub-web-1_hubdeck_old"}
"#;

#[test]
fn what_is_kept_of_an_update_without_an_end_is_named_with_what_brings_it_back() {
    let home = home();
    fs::write(record(&home), KEPT).expect("the record");
    let output = home.run(&["audit"]);
    assert_eq!(
        rows(&output),
        [
            "2026-03-28 14:00:00  cli uid:7  update hub/web  interrupted",
            "  update hub-web-1  outcome unknown",
            "    the container before is kept as hub-web-1_hubdeck_old: `docker rm --force hub-web-1`, `docker rename \
             hub-web-1_hubdeck_old hub-web-1` and `docker start hub-web-1` bring it back, `docker rm \
             hub-web-1_hubdeck_old` removes it where hub-web-1 is healthy",
        ]
    );
}
