//! Panics, tracebacks and exceptions as programs write them: where their records begin and end, and
//! that they are errors.

use super::*;

/// Each is one record and an error, whatever is written before it.
const FAILURES: [&str; 24] = [
    // Python 3.12: an error, one in an error, a group, and one of a package.
    "Traceback (most recent call last):\n  File \"/a.py\", line 3, in <module>\n    1/0\n    ~^~\nZeroDivisionError: division by zero",
    "Traceback (most recent call last):\n  File \"/a.py\", line 2, in <module>\n    {}['x']\n    ~~^^^^^\nKeyError: 'x'\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File \"/a.py\", line 4, in <module>\n    raise ValueError('no')\nValueError: no",
    "  + Exception Group Traceback (most recent call last):\n  |   File \"/a.py\", line 1, in <module>\n  |     raise ExceptionGroup('two', [ValueError('1'), TypeError('2')])\n  | ExceptionGroup: two (2 sub-exceptions)\n  +-+---------------- 1 ----------------\n    | ValueError: 1\n    +---------------- 2 ----------------\n    | TypeError: 2\n    +------------------------------------",
    "Traceback (most recent call last):\n  File \"/a.py\", line 3, in <module>\nsqlalchemy.exc.OperationalError: (psycopg2.OperationalError) connection refused",
    "Traceback (most recent call last):\n  File \"/a.py\", line 9, in main\n    time.sleep(9)\nKeyboardInterrupt",
    // Go 1.22.
    "panic: boom\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:4 +0x25\nexit status 2",
    "panic: a [recovered]\n\tpanic: b\n\ngoroutine 1 [running]:\nmain.f.func1()\n\t/app/main.go:9 +0x33\npanic({0x45e5c0?, 0x48a268?})\n\t/usr/local/go/src/runtime/panic.go:770 +0x132",
    "panic: runtime error: invalid memory address or nil pointer dereference\n[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x45c7a0]\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:5 +0x20",
    "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [chan receive]:\nmain.main()\n\t/app/main.go:5 +0x2e",
    "unexpected fault address 0x7f3a5c000000\nfatal error: fault\n[signal SIGSEGV: segmentation violation code=0x2 addr=0x7f3a5c000000 pc=0x45c7a0]\n\ngoroutine 1 gp=0xc000002380 m=0 mp=0x4d5f20 [running]:\nruntime.throw({0x466e42?, 0x0?})\n\t/usr/local/go/src/runtime/panic.go:1023 +0x5c fp=0xc00006cf30",
    "SIGSEGV: segmentation violation\nPC=0x7f21 m=0 sigcode=1\nsignal arrived during cgo execution\n\ngoroutine 1 [syscall]:\nruntime.cgocall(0x4010a0, 0xc000046f70)\n\t/usr/local/go/src/runtime/cgocall.go:157 +0x5c\n\nrax    0x0\nrip    0x7f21",
    "2026/03/28 14:02:11 http: panic serving 10.0.0.7:51324: boom\ngoroutine 34 [running]:\nnet/http.(*conn).serve.func1()\n\t/usr/local/go/src/net/http/server.go:1898 +0xbe\npanic({0x6413c0?, 0x7163a0?})\n\t/usr/local/go/src/runtime/panic.go:770 +0x132\ncreated by net/http.(*Server).Serve in goroutine 1\n\t/usr/local/go/src/net/http/server.go:3285 +0x4b4",
    // Java 21.
    "Exception in thread \"main\" java.lang.IllegalStateException: no\n\tat App.main(App.java:3)\nCaused by: java.net.ConnectException: Connection refused\n\tat App.open(App.java:7)\n\t... 1 more",
    "java.lang.OutOfMemoryError: Java heap space\n\tat java.base/java.util.Arrays.copyOf(Arrays.java:3541)",
    // Rust 1.80, and 1.90 with the number of the thread.
    "thread 'main' panicked at src/main.rs:2:5:\nassertion `left == right` failed\n  left: 1\n right: 2\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
    "thread 'tokio-runtime-worker' (17) panicked at src/main.rs:2:5:\nboom",
    "fatal runtime error: stack overflow, aborting",
    // Node 20.
    "Error: boom\n    at Object.<anonymous> (/app/index.js:3:7)\n    at Module._compile (node:internal/modules/cjs/loader:1364:14)",
    "TypeError [ERR_INVALID_ARG_TYPE]: The \"path\" argument must be of type string\n    at Object.readFileSync (node:fs:441:42) {\n  code: 'ERR_INVALID_ARG_TYPE'\n}",
    "[UnhandledPromiseRejection: This error originated either by throwing inside of an async function without a catch block] {\n  code: 'ERR_UNHANDLED_REJECTION'\n}",
    // .NET 8.
    "Unhandled exception. System.InvalidOperationException: no\n ---> System.Exception: inner\n   at Shop.Main() in /src/Main.cs:line 1\n   --- End of inner exception stack trace ---\n   at Shop.Run()",
    // PHP 8.
    "PHP Fatal error:  Uncaught Exception: x in /app/a.php:3\nStack trace:\n#0 {main}\n  thrown in /app/a.php on line 3",
    // Ruby 3.3 and 3.4.
    "/app/a.rb:3:in `/': divided by 0 (ZeroDivisionError)\n\tfrom /app/a.rb:3:in `f'\n\tfrom /app/a.rb:9:in `<main>'",
    "/app/a.rb:3:in 'Integer#/': divided by 0 (ZeroDivisionError)\n\tfrom /app/a.rb:9:in '<main>'",
];

/// Each is one record: a logger wrote the first line, and the exception below it.
const LOGGED: [&str; 7] = [
    "ERROR:root:failed\nTraceback (most recent call last):\n  File \"/a.py\", line 3, in <module>\nZeroDivisionError: division by zero",
    "2026-03-28 14:02:11.123 ERROR 1 --- [main] c.e.App : failed\njava.lang.IllegalStateException: no\n\tat c.e.App.run(App.java:12)",
    "2026-03-28 14:02:11.123  WARN 1 --- [main] c.e.App : again\njava.net.ConnectException: refused\n\tat c.e.App.run(App.java:12)",
    "[14:02:11 ERR] failed\nSystem.InvalidOperationException: no\n   at Shop.Main() in /src/Main.cs:line 1",
    "info: Shop.Orders[7]\n      again\n      System.InvalidOperationException: no\n         at Shop.Orders.Get() in /src/Orders.cs:line 7",
    "2026-03-28T14:02:11Z ERROR app: failed\n  + Exception Group Traceback (most recent call last):\n  |   File \"/a.py\", line 1, in <module>\n  | ExceptionGroup: two (1 sub-exception)\n  +-+---------------- 1 ----------------\n    | ValueError: 1\n    +------------------------------------",
    "\u{1b}[31mERROR\u{1b}[0m failed\n\u{1b}[1mTraceback (most recent call last):\u{1b}[0m\n  File \"/a.py\", line 3, in <module>\n\u{1b}[1;35mZeroDivisionError\u{1b}[0m: division by zero",
];

fn texts(found: &[LogLine]) -> Vec<(&str, Option<LineLevel>)> {
    found
        .iter()
        .map(|it| (it.text.as_str(), it.level))
        .collect()
}

#[test]
fn a_failure_is_a_record_of_its_own_and_an_error() {
    let (info, error) = (Some(LineLevel::Info), Some(LineLevel::Error));
    let said = "INFO handled request 1";
    for failure in FAILURES {
        let found = records(&format!("{said}\n{failure}\n{failure}\n{said}"));
        let expected = [
            (said, info),
            (failure, error),
            (failure, error),
            (said, info),
        ];
        assert_eq!(texts(&found), expected);
        assert_eq!(Record::read(failure).level, error, "{failure}");
    }
    for failure in LOGGED {
        let found = records(&format!("{said}\n{failure}\n{failure}"));
        assert_eq!(
            texts(&found),
            [(said, info), (failure, error), (failure, error)]
        );
        assert_eq!(Record::read(failure).level, error, "{failure}");
    }
}

#[test]
fn what_merely_names_a_failure_changes_no_level() {
    for (text, level) in [
        (
            "INFO settings\n  panic: false\n  retry.on: IOError",
            LineLevel::Info,
        ),
        (
            "INFO request failed with java.io.IOException: x",
            LineLevel::Info,
        ),
        (
            "2026-03-28T14:02:11Z DEBUG app: threads\n\tat App.main(App.java:3)",
            LineLevel::Debug,
        ),
    ] {
        assert_eq!(texts(&records(text)), [(text, Some(level))]);
    }
}

/// What a follower gets whom every line reaches alone, with a pause behind it.
fn live(text: &str) -> Vec<LogLine> {
    let (mut reader, mut out) = (RecordReader::default(), Vec::new());
    for text in text.lines() {
        reader.push(line(text, LogStream::Stderr), &mut out);
        reader.flush_oldest(&mut out);
    }
    out
}

#[test]
fn lines_that_come_one_by_one_have_the_level_of_their_record() {
    let others = ["2026-03-28T14:02:11Z  INFO app: settings\n  a = 1\n  b = 2"];
    for trace in FAILURES.into_iter().chain(LOGGED).chain(others) {
        let whole = records(&format!("INFO a\n{trace}"));
        let level = whole[1].level;
        for text in ["INFO a\n", ""] {
            let found = live(&format!("{text}{trace}\nINFO b"));
            let of_trace = found.iter().filter(|it| !it.text.starts_with("INFO "));
            for line in of_trace.filter(|it| !it.text.is_empty()) {
                // A failure within a line that was given already comes too late for it.
                let is_late =
                    line.level.is_some_and(|it| it < LineLevel::Error) && level > line.level;
                assert!(line.level == level || is_late, "{:?} of {trace}", line.text);
            }
            assert_eq!(found.last().unwrap().level, Some(LineLevel::Info));
        }
    }
}

#[test]
fn a_pause_ends_a_record() {
    let begin: Timestamp = "2026-03-28T14:02:11Z".parse().unwrap();
    let trace = FAILURES[0];
    let count = |millis: i64| {
        let lines = trace.lines().zip(0_i64..).map(|(text, index)| LogLine {
            at: Some(begin + SignedDuration::from_millis(millis * index)),
            ..line(text, LogStream::Stderr)
        });
        records_of(lines).len()
    };
    assert_eq!((count(0), count(900), count(-900)), (1, 1, 1));
    assert_eq!(count(1_100), trace.lines().count());
}
