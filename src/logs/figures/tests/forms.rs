//! Requests and patterns of lines as servers write them.

use super::*;
use crate::logs::patterns;

/// The request of `text`: method, route, status and duration.
fn request_of(text: &str) -> Option<(String, String, u16, Option<f64>)> {
    let record = Record::read(text);
    let found = LoggedRequest::of(&record)?;
    let route = crate::logs::route::route(found.path);
    Some((
        found.method.to_owned(),
        route,
        found.status,
        found.duration_ms,
    ))
}

#[test]
fn requests_are_read_of_access_logs_json_and_logfmt() {
    for (text, expected) in [
        (
            r#"10.0.0.7 - - [28/Mar/2026:14:02:11 +0000] "GET /api/orders/17?page=2 HTTP/1.1" 503 12 "-" "curl/8.5.0""#,
            Some(("GET", "/api/orders/<*>", 503, None)),
        ),
        (
            r#"{"time":"2026-03-28T14:02:11Z","level":"info","msg":"served","method":"POST","path":"/api/orders","status":201,"duration_ms":12.5}"#,
            Some(("POST", "/api/orders", 201, Some(12.5))),
        ),
        (
            r#"{"level":"info","method":"GET","uri":"/","status":"200","request_time":0.25}"#,
            Some(("GET", "/", 200, Some(250.0))),
        ),
        (
            "time=2026-03-28T14:02:11Z level=INFO msg=served method=GET path=/a/9 status=404 duration_ms=3",
            Some(("GET", "/a/<*>", 404, Some(3.0))),
        ),
        (
            "2026-03-28 14:02:11 UTC [7] LOG:  checkpoint complete",
            None,
        ),
    ] {
        let expected = expected.map(|(method, route, status, duration)| {
            (method.to_owned(), route.to_owned(), status, duration)
        });
        assert_eq!(request_of(text), expected, "{text}");
    }
}

#[test]
fn lines_of_servers_share_patterns_without_their_times_and_values() {
    let lines =
        |texts: &[&str]| -> Vec<LogLine> { texts.iter().map(|text| line(0, None, text)).collect() };
    for (texts, expected) in [
        (
            &[
                r#"10.0.0.7 - - [28/Mar/2026:14:02:11 +0000] "GET /api/orders/17 HTTP/1.1" 200 12 "-" "curl/8.5.0""#,
                r#"10.0.0.9 - - [28/Mar/2026:14:02:12 +0000] "GET /api/orders/18?a=b HTTP/1.1" 204 9 "-" "x""#,
            ][..],
            "GET /api/orders/<*> 2xx",
        ),
        (
            &[
                r#"{"ts":1,"level":"error","msg":"no route to db","order":3}"#,
                r#"{"ts":2,"level":"error","msg":"no route to redis","order":4}"#,
            ],
            "no route to <*> order=<*>",
        ),
        (
            &[
                "2026-03-28 14:02:11.123 UTC [41] ERROR:  relation \"a\" does not exist",
                "2026-03-28 14:02:12.456 UTC [42] ERROR:  relation \"b\" does not exist",
            ],
            "relation <*> does not exist",
        ),
    ] {
        let found = patterns::summary(&lines(texts), None);
        let names: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(names.len(), 1, "{names:?}");
        assert!(names[0].contains(expected), "{names:?}");
    }
}
