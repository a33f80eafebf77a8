//! Figures of lines with known times.

mod forms;

use super::*;
use crate::logs::record::{Field, LogForm};
use crate::model::{ErrorBurst, LineLevel};

/// A time in the middle of no bucket: `second` seconds after the begin of one.
fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn line(second: i64, level: Option<LineLevel>, text: &str) -> LogLine {
    LogLine {
        at: Some(at(second)),
        level,
        text: text.to_owned(),
        ..LogLine::default()
    }
}

fn info(second: i64) -> LogLine {
    line(second, Some(LineLevel::Info), "served")
}

fn error(second: i64) -> LogLine {
    line(
        second,
        Some(LineLevel::Error),
        "connection to 10.0.0.1 refused",
    )
}

/// A reading of `lines` from `since` until `until`.
fn reading(lines: Vec<LogLine>, since: Option<i64>, until: i64) -> LogReading {
    LogReading {
        lines,
        since: since.map(at),
        until: at(until),
        is_cut: false,
    }
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() < 0.001
}

#[test]
fn rates_are_those_of_the_time_that_was_read() {
    let mut counter = FigureCounter::default();
    assert!(counter.figures(at(0), None).is_none());
    let mut lines: Vec<LogLine> = (0..60).map(info).collect();
    lines.extend([50, 51, 52].map(error));
    lines.push(line(53, Some(LineLevel::Warning), "slow"));
    counter.add(&reading(lines, None, 60));
    let figures = counter.figures(at(60), None).unwrap();
    let rates = figures.last_minute.rates;
    assert!(near(rates.lines_per_s, 64.0 / 60.0), "{rates:?}");
    assert!(near(rates.errors_per_s, 3.0 / 60.0), "{rates:?}");
    assert!(near(rates.warnings_per_s, 1.0 / 60.0), "{rates:?}");
    assert_eq!(figures.last_quarter.rates, rates, "nothing is older");
    assert_eq!(figures.last_minute.requests, None);
    assert!(!figures.is_estimate);
}

#[test]
fn what_was_not_read_is_unknown_and_what_was_is_zero() {
    let mut counter = FigureCounter::default();
    counter.add(&reading(vec![info(0)], None, 60));
    let history = counter.figures(at(60), None).unwrap().history;
    assert_eq!(history.len(), 60);
    let known: Vec<f64> = history
        .iter()
        .flatten()
        .map(|rates| rates.lines_per_s)
        .collect();
    assert_eq!(known, [1.0 / 15.0, 0.0, 0.0, 0.0]);
    assert!(history[..56].iter().all(Option::is_none));
}

#[test]
fn several_containers_and_readings_add_up() {
    let mut counter = FigureCounter::default();
    counter.add(&reading((0..30).map(info).collect(), None, 30));
    counter.add(&reading((0..30).map(info).collect(), None, 30));
    counter.add(&reading((30..60).map(info).collect(), Some(30), 60));
    let figures = counter.figures(at(60), None).unwrap();
    assert!(near(figures.last_minute.rates.lines_per_s, 1.5));
}

#[test]
fn what_was_cut_off_is_estimated() {
    let mut counter = FigureCounter::default();
    counter.add(&reading(vec![info(0)], None, 0));
    // 100 lines a second for 60 seconds, of which the last 10 came.
    let lines = (5_000..6_000).map(|n| info(n / 100)).collect();
    let cut = LogReading {
        is_cut: true,
        ..reading(lines, Some(0), 60)
    };
    counter.add(&cut);
    let figures = counter.figures(at(60), None).unwrap();
    assert!(figures.is_estimate);
    let rate = figures.last_minute.rates.lines_per_s;
    assert!((rate - 100.0).abs() < 1.0, "{rate}");
    let later = counter.figures(at(60 + 901), None).unwrap();
    assert!(!later.is_estimate);
    assert!(near(later.last_quarter.rates.lines_per_s, 0.0));
}

#[test]
fn requests_have_a_series_as_lines_have() {
    let request = |second| {
        line(
            second,
            Some(LineLevel::Info),
            r#"1.2.3.4 - - [28/Mar/2026:14:02:11 +0000] "GET / HTTP/1.1" 200 9"#,
        )
    };
    let mut counter = FigureCounter::default();
    let mut lines = vec![info(0)];
    lines.extend((15..30).map(request));
    counter.add(&reading(lines, None, 60));
    let figures = counter.figures(at(60), None).unwrap();
    assert_eq!(figures.request_history.len(), figures.history.len());
    let known: Vec<f64> = figures.request_history.into_iter().flatten().collect();
    assert_eq!(known, [0.0, 1.0, 0.0, 0.0]);
    // 50 a second, of which the last ten seconds came.
    let lines = (2_500..3_000).map(|n| request(60 + n / 50)).collect();
    counter.add(&LogReading {
        is_cut: true,
        ..reading(lines, Some(60), 120)
    });
    let figures = counter.figures(at(120), None).unwrap();
    let last = figures.request_history[57].unwrap();
    assert!((last - 50.0).abs() < 1.0, "{last}");
    // A log without any for a quarter of an hour has no series.
    let figures = counter.figures(at(2_000), None).unwrap();
    assert!(figures.request_history.is_empty());
}

/// `count` errors in each bucket of 15 seconds.
fn burst_of(counts: &[u32]) -> Option<ErrorBurst> {
    let mut counter = FigureCounter::default();
    let mut lines = vec![info(-20)];
    for (bucket, count) in (0_i64..).zip(counts) {
        lines.extend((0..*count).map(|_| error(bucket * 15 + 3)));
    }
    let end = i64::try_from(counts.len()).unwrap() * 15;
    counter.add(&reading(lines, None, end));
    counter.figures(at(end), None).unwrap().burst
}

#[test]
fn a_burst_is_far_above_the_usual_rate() {
    for (counts, expected) in [
        (&[0, 0, 0, 0, 0, 0][..], None),
        // Few errors are none, however rare they are else.
        (&[0, 0, 0, 0, 7, 7], None),
        (&[0, 0, 0, 0, 0, 30], Some((75, None, 30))),
        (&[0, 0, 0, 0, 0, 30, 30, 0, 0], Some((75, Some(105), 60))),
        // One quiet bucket does not end it.
        (&[0, 0, 0, 0, 0, 30, 0, 30, 0], Some((75, None, 60))),
        // A service that always logs so many.
        (&[30, 30, 30, 30, 30, 60, 90], None),
        (&[30, 30, 30, 30, 30, 200], Some((75, None, 200))),
        // What is usual is not known yet.
        (&[0, 0, 90], None),
    ] {
        let found = burst_of(counts);
        let found = found.map(|burst| (burst.since, burst.until, burst.errors));
        let expected = expected.map(|(since, until, errors)| (at(since), until.map(at), errors));
        assert_eq!(found, expected, "{counts:?}");
    }
}

#[test]
fn a_bucket_is_watched_once() {
    let mut counter = FigureCounter::default();
    counter.add(&reading(vec![info(-20)], None, 0));
    for end in 0..150 {
        if end == 76 {
            counter.add(&reading((0..30).map(|_| error(76)).collect(), Some(75), 77));
        }
        counter.figures(at(end), None);
    }
    let burst = counter.figures(at(150), None).unwrap().burst.unwrap();
    assert_eq!((burst.errors, burst.until), (30, Some(at(90))));
}

#[test]
fn errors_are_new_where_it_is_known_what_was_before() {
    let old = line(0, Some(LineLevel::Error), "old trouble");
    let lines = vec![old, error(20), error(21)];
    let errors = |is_cut, started| {
        let mut counter = FigureCounter::default();
        counter.add(&LogReading {
            is_cut,
            ..reading(lines.clone(), None, 30)
        });
        let figures = counter.figures(at(30), started).unwrap();
        figures
            .errors
            .into_iter()
            .map(|pattern| (pattern.template, pattern.count, pattern.is_new))
            .collect::<Vec<_>>()
    };
    let refused = "connection to <*> refused".to_owned();
    let old = "old trouble".to_owned();
    let both = |is_new, is_old_new| [(refused.clone(), 2, is_new), (old.clone(), 1, is_old_new)];
    assert_eq!(errors(false, Some(at(10))), both(true, false));
    assert_eq!(errors(true, Some(at(10))), both(true, false));
    assert_eq!(errors(false, Some(at(-10))), both(true, true));
    assert_eq!(errors(true, Some(at(-10))), both(false, false));
    assert_eq!(errors(false, None), both(false, false));
}

fn field(key: &'static str, value: &str) -> Field<'static> {
    Field {
        key: key.into(),
        value: value.to_owned().into(),
        number: value.parse().ok(),
    }
}

fn record(fields: &[(&'static str, &str)]) -> Record<'static> {
    Record {
        form: LogForm::Json,
        level: None,
        time: None,
        message: "request".into(),
        fields: fields
            .iter()
            .map(|(key, value)| field(key, value))
            .collect(),
        trace: None,
    }
}

#[test]
fn a_request_is_read_whatever_wrote_it() {
    for (fields, expected) in [
        (
            &[
                ("method", "GET"),
                ("path", "/a"),
                ("status", "200"),
                ("duration_ms", "12.5"),
            ][..],
            Some(("GET", "/a", 200, Some(12.5))),
        ),
        (
            &[
                ("method", "GET"),
                ("path", "/a"),
                ("status", "503"),
                ("request_time", "0.25"),
            ],
            Some(("GET", "/a", 503, Some(250.0))),
        ),
        (
            &[
                ("http_method", "PUT"),
                ("url", "/b"),
                ("status_code", "404"),
            ],
            Some(("PUT", "/b", 404, None)),
        ),
        (&[("method", "GET"), ("path", "/a"), ("status", "ok")], None),
        (&[("method", "GET"), ("path", "/a"), ("status", "7")], None),
        (&[("method", "GET"), ("status", "200"), ("x", "")], None),
        (&[], None),
    ] {
        let record = record(fields);
        let found = LoggedRequest::of(&record);
        let found = found.map(|it| (it.method, it.path, it.status, it.duration_ms));
        assert_eq!(found, expected, "{fields:?}");
    }
}

fn request(path: &str, status: u16, duration_ms: f64) -> LoggedRequest<'_> {
    LoggedRequest {
        method: "GET",
        path,
        status,
        duration_ms: Some(duration_ms),
    }
}

#[test]
fn requests_have_rates_and_percentiles() {
    let mut window = RequestWindow::new(15, 4);
    for n in 1..=100_i32 {
        let status = if n <= 10 {
            500
        } else if n <= 30 {
            404
        } else {
            200
        };
        window.add(
            at(i64::from(n / 2)),
            &request("/", status, f64::from(n)),
            1.0,
        );
    }
    let figures = window.figures(at(60), at(0)).unwrap();
    assert!(near(figures.requests_per_s, 100.0 / 60.0));
    assert!(near(figures.server_errors_per_s, 10.0 / 60.0));
    assert!(near(figures.client_errors_per_s, 20.0 / 60.0));
    for (found, expected) in [
        (figures.p50_ms, 50.0),
        (figures.p95_ms, 95.0),
        (figures.p99_ms, 99.0),
    ] {
        let found = found.unwrap();
        assert!(
            (found - expected).abs() <= expected * 0.01 + 0.1,
            "{found} for {expected}"
        );
    }
    assert_eq!(window.figures(at(300), at(0)), None, "they are over");
}

#[test]
fn without_durations_there_are_no_percentiles() {
    let mut window = RequestWindow::new(15, 4);
    let plain = LoggedRequest {
        duration_ms: None,
        ..request("/", 200, 0.0)
    };
    window.add(at(0), &plain, 3.0);
    let figures = window.figures(at(30), at(0)).unwrap();
    assert!(near(figures.requests_per_s, 0.1));
    assert_eq!(figures.p95_ms, None);
}

#[test]
fn the_busiest_routes_are_kept_whatever_else_is_asked_for() {
    let mut routes = Routes::default();
    for n in 0..200_u32 {
        routes.add(at(0), &request(&format!("/orders/{n}"), 200, 5.0), 1.0);
        let random: String = n.to_string().bytes().map(|b| char::from(b + 49)).collect();
        routes.add(at(1), &request(&format!("/{random}"), 404, 1.0), 1.0);
    }
    let busiest = routes.busiest(at(100), at(0));
    assert_eq!(busiest.len(), 10);
    assert_eq!(busiest[0].route, "/orders/<*>");
    assert!(near(busiest[0].requests.requests_per_s, 2.0));
    assert!(busiest[0].requests.p99_ms.is_some());
}
