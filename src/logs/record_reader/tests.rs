mod failures;

use super::*;
use crate::logs::record::Record;

fn line(text: &str, stream: LogStream) -> LogLine {
    LogLine {
        text: text.to_owned(),
        stream,
        ..LogLine::default()
    }
}

fn records_of(lines: impl IntoIterator<Item = LogLine>) -> Vec<LogLine> {
    let (mut reader, mut out) = (RecordReader::default(), Vec::new());
    for line in lines {
        reader.push(line, &mut out);
    }
    reader.flush(&mut out);
    assert!(!reader.is_holding());
    out
}

/// The records of `text`, all of its lines on one stream.
fn records(text: &str) -> Vec<LogLine> {
    records_of(text.lines().map(|it| line(it, LogStream::Stderr)))
}

/// Each of these is one record, also when others stand around it.
const TRACES: [&str; 17] = [
    // Python, with a chain.
    "2026-03-28 14:02:11,123 - app - ERROR - failed\nTraceback (most recent call last):\n  File \"/a.py\", line 3, in <module>\n    1/0\n    ~^~\nZeroDivisionError: division by zero\n\nThe above exception was the direct cause of the following exception:\n\nTraceback (most recent call last):\n  File \"/a.py\", line 5, in f\n    raise KeyError('x')\nKeyError: 'x'",
    "Traceback (most recent call last):\n  File \"/a.py\", line 3, in <module>\napp.errors.NotFound: no",
    // Java, with a cause.
    "2026-03-28 14:02:11.123 ERROR 1 --- [main] c.e.App : failed\njava.lang.IllegalStateException: no\n\tat c.e.App.run(App.java:12)\n\tat java.base/java.lang.Thread.run(Thread.java:840)\nCaused by: java.net.ConnectException: refused\n\tat c.e.Db.open(Db.java:7)\n\t... 12 more",
    "Exception in thread \"main\" java.lang.NullPointerException\n\tat App.main(App.java:3)",
    "Mar 28, 2026 2:02:11 PM com.example.App main\nSEVERE: no\njava.lang.IllegalStateException: no\n\tat c.e.App.run(App.java:12)",
    // Go.
    "panic: runtime error: index out of range [5] with length 3\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:10 +0x1d\n\ngoroutine 7 [chan receive]:\nnet/http.(*Server).Serve(0xc0000, {0x1, 0x2})\n\t/usr/local/go/src/net/http/server.go:3056 +0x36d\ncreated by main.main in goroutine 1\n\t/app/main.go:5 +0x2\nexit status 2",
    // Rust.
    "thread 'main' panicked at src/main.rs:2:5:\nindex out of bounds: the len is 3\nstack backtrace:\n   0: rust_begin_unwind\n             at /rustc/x/library/std/src/panicking.rs:652:5\n   1: app::main\nnote: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.",
    // .NET.
    "fail: Shop.Orders[7]\n      No route\n      System.InvalidOperationException: x\n         at Shop.Orders.Get() in /src/Orders.cs:line 7\n      --- End of stack trace from previous location ---\n         at Shop.Api.Run()",
    "Unhandled exception. System.Exception: x\n   at Shop.Main() in /src/Main.cs:line 1\n--- End of inner exception stack trace ---\n   at Shop.Run()",
    // Node.
    "Error: connect ECONNREFUSED 127.0.0.1:5432\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16) {\n  errno: -111,\n  code: 'ECONNREFUSED'\n}",
    // Ruby.
    "E, [2026-03-28T14:02:11.123456 #1] ERROR -- : no (RuntimeError)\n\tfrom /app/a.rb:3:in `x'\n\tfrom /app/a.rb:9:in `<main>'",
    // PHP.
    "PHP Fatal error:  Uncaught Exception: x in /app/a.php:3\nStack trace:\n#0 /app/b.php(7): f()\n#1 {main}\n  thrown in /app/a.php on line 3",
    // PostgreSQL.
    "2026-11-30 10:39:41.324 UTC [69] ERROR:  duplicate key value violates unique constraint \"t_pkey\"\n2026-11-30 10:39:41.324 UTC [69] DETAIL:  Key (id)=(1) already exists.\n2026-11-30 10:39:41.324 UTC [69] STATEMENT:  insert into t\n\tvalues(1),(1)",
    // Whatever is indented below a line of a known form.
    "2026-03-28T14:02:11Z  INFO app: settings\n  a = 1\n  b = 2",
    // JSON over several lines.
    "{\n  \"level\": \"error\",\n  \"list\": [\n    \"}\"\n  ],\n  \"msg\": \"x\"\n}",
    "{\"level\":\"info\",\"msg\":\"one line\"}",
    "Caused by: java.lang.Exception: alone",
];

#[test]
fn what_belongs_together_is_one_record_and_nothing_else_is() {
    let between = "{\"level\":\"info\",\"msg\":\"between\"}";
    let plain = "Server listening on port 3000";
    for trace in TRACES {
        let found = records(trace);
        let texts: Vec<_> = found.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(texts, [trace]);
        assert_eq!(found[0].level, Record::read(trace).level);
        for other in [between, plain] {
            let all = records(&format!("{other}\n{trace}\n{other}\n{trace}"));
            let texts: Vec<_> = all.iter().map(|it| it.text.as_str()).collect();
            assert_eq!(texts, [other, trace, other, trace]);
        }
    }
    let expected = [LineLevel::Error; 13].map(Some);
    let levels = TRACES.map(|it| records(it)[0].level);
    assert_eq!(levels[..13], expected);
}

#[test]
fn lines_that_only_look_like_more_stand_alone() {
    for text in [
        "one\ntwo\nthree",
        "banner\n   ___\n  |   |",
        "{broken\nnext\nnext",
        "2026-03-28T14:02:11Z INFO a\n2026-03-28T14:02:12Z INFO b",
        "2026-03-28T14:02:11Z INFO a\nplain\nValueError: of another script",
        "{\"a\":1}\n  indented",
        "Traceback (most recent call last):\n2026-03-28T14:02:12Z INFO b\n2026-03-28T14:02:12Z INFO c",
    ] {
        assert_eq!(records(text).len(), text.lines().count(), "{text}");
    }
}

#[test]
fn streams_are_never_joined_and_do_not_end_each_other() {
    use LogStream::{Stderr, Stdout};
    let found = records_of([
        line("Traceback (most recent call last):", Stderr),
        line("GET / 200", Stdout),
        line("  File \"/a.py\", line 3", Stderr),
        line("  indented", Stdout),
        line("ValueError: x", Stderr),
    ]);
    let texts: Vec<_> = found
        .iter()
        .map(|it| (it.sequence, it.text.as_str()))
        .collect();
    assert_eq!(
        texts,
        [
            (
                0,
                "Traceback (most recent call last):\n  File \"/a.py\", line 3\nValueError: x"
            ),
            (1, "GET / 200"),
            (2, "  indented"),
        ]
    );
}

#[test]
fn a_record_has_bounds_and_every_byte_is_counted() {
    let frame = format!("\tat {}", "x".repeat(96));
    let trace = format!("java.lang.Exception: x\n{}", vec![frame; 499].join("\n"));
    let found = records(&format!("{trace}\n\tat one.more"));
    assert_eq!(found.len(), 2, "500 lines are a record");
    assert_eq!(found[1].level, Some(LineLevel::Error), "the rest of it too");
    assert!(found[0].text.len() <= LINE_LIMIT);
    assert_eq!(
        found[0].text.len() as u64 + found[0].cut_bytes,
        trace.len() as u64
    );

    let long = records(&"é".repeat(45_001));
    assert_eq!(long[0].text.len(), LINE_LIMIT);
    assert_eq!(long[0].cut_bytes, 90_002 - LINE_LIMIT as u64);
}

#[test]
fn long_json_keeps_its_level_its_message_and_its_small_fields() {
    let big = "x\\u00e9\\\"".repeat(10_000);
    let tail = r#""n":7,"deep":{"a":[1,2],"s":"y"},"level":"error","msg":"no route"}"#;
    let list = vec![r#"{"k":"value"}"#; 5_000].join(",");
    for text in [
        format!(r#"{{"time":"2026-03-28T14:02:11Z","big":"{big}",{tail}"#),
        format!(r#"{{"time":"2026-03-28T14:02:11Z","list":[{list}],{tail}"#),
        format!(r#"{{"time":"2026-03-28T14:02:11Z","o":{{"list":[{list}],"z":"{big}"}},{tail}"#),
    ] {
        let found = records(&text);
        assert!(found[0].text.len() <= LINE_LIMIT, "{}", found[0].text.len());
        serde_json::from_str::<serde_json::Value>(&found[0].text).expect("JSON again");
        let record = Record::read(&found[0].text);
        assert_eq!(
            (record.level, found[0].level),
            (Some(LineLevel::Error), Some(LineLevel::Error))
        );
        assert_eq!(record.message, "no route");
        assert!(record.time.is_some());
        assert_eq!(record.field("n").and_then(|it| it.number), Some(7.0));
        assert_eq!(
            record.field("deep.s").map(|it| it.value.as_ref()),
            Some("y")
        );
        assert!(
            found[0].cut_bytes > text.len() as u64 - 17_000
                && found[0].cut_bytes < text.len() as u64
        );
    }
    // Cut by the decoder as well: what is complete is there, and the level behind text.
    let text = format!(r#"2026-03-28 14:02:11 INFO got {{"level":"warn","msg":"m","big":"{big}"#);
    let found = records(&text);
    let record = Record::read(&found[0].text);
    assert_eq!(
        (record.level, record.message.as_ref()),
        (Some(LineLevel::Info), "got")
    );
    assert!(
        record
            .field("big")
            .is_some_and(|it| it.value.ends_with('…'))
    );
    // Very many members.
    let many: Vec<_> = (0..9_000)
        .map(|it| format!(r#""key{it}":"some value""#))
        .collect();
    let found = records(&format!(
        r#"{{"level":"warn","msg":"many",{}}}"#,
        many.join(",")
    ));
    assert!(found[0].text.len() <= LINE_LIMIT);
    assert_eq!(Record::read(&found[0].text).message, "many");
}

#[test]
fn level_message_and_time_are_kept_wherever_they_stand() {
    let many: Vec<_> = (0..9_000)
        .map(|it| format!(r#""key{it}":"some value""#))
        .collect();
    let many = many.join(",");
    let key = "k\\u00e9y".repeat(4_000);
    let own = r#""ts":"2026-03-28T14:02:11Z","msg":"no route","level":"error""#;
    for text in [
        format!("{{{many},{own}}}"),
        format!("{{{many},{own},{many}}}"),
        format!(r#"{{"{key}":1,{own}}}"#),
        format!(r#"{{"a":{{"{key}":1}},{many},"{key}":"{key}",{own},"{key}":2}}"#),
    ] {
        let found = records(&text);
        assert!(found[0].text.len() <= LINE_LIMIT, "{}", found[0].text.len());
        serde_json::from_str::<serde_json::Value>(&found[0].text).expect("JSON again");
        let record = Record::read(&found[0].text);
        let level = Some(LineLevel::Error);
        assert_eq!((record.level, found[0].level), (level, level));
        assert_eq!(record.message, "no route");
        assert!(record.time.is_some());
        let all = text.len() as u64;
        let (kept, cut) = (found[0].text.len() as u64, found[0].cut_bytes);
        assert!(kept + cut >= all && cut < all, "{kept} and {cut} of {all}");
    }
}

#[test]
fn a_colour_is_not_cut_in_two_and_ends_with_the_line() {
    let reset = "\u{1b}[0m";
    for before in LINE_LIMIT - 16..LINE_LIMIT {
        let text = format!("{}\u{1b}[31;1mred{}", "x".repeat(before), "y".repeat(100));
        let found = records(&text);
        let (kept, ended) = match found[0].text.strip_suffix(reset) {
            Some(kept) => (kept, true),
            None => (found[0].text.as_str(), false),
        };
        let (_, colour) = kept.split_at(before.min(kept.len()));
        assert_eq!(ended, colour.starts_with("\u{1b}[31;1m"), "{colour:?}");
        assert!(ended || colour.is_empty(), "{colour:?}");
        assert!(found[0].text.len() <= LINE_LIMIT);
        assert_eq!(kept.len() as u64 + found[0].cut_bytes, text.len() as u64);
    }
    // One that was ended needs no other end.
    let text = format!("\u{1b}[31mred{reset}{}", "x".repeat(LINE_LIMIT));
    assert!(!records(&text)[0].text.ends_with(reset));
}

#[test]
fn a_clock_that_is_an_hour_off_is_marked_once() {
    let begin: Timestamp = "2026-03-28T14:02:11Z".parse().unwrap();
    let lines = (0..200).map(|it| {
        let at = begin + SignedDuration::from_secs(it);
        LogLine {
            at: Some(at),
            text: format!("{} INFO x", at + SignedDuration::from_hours(1)),
            ..LogLine::default()
        }
    });
    let found = records_of(lines);
    let marks: Vec<_> = found.iter().filter_map(|it| it.mark).collect();
    assert_eq!(marks, [LogMark::ClockOff(SignedDuration::from_hours(1))]);
    assert!(
        found
            .windows(2)
            .all(|two| two[0].sequence < two[1].sequence)
    );
}
