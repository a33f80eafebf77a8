use proptest::prelude::*;

use super::*;
use crate::logs::record::{Field, Record};
use crate::model::LogStream;

fn line(text: &str) -> LogLine {
    LogLine {
        stream: LogStream::Stdout,
        text: text.to_owned(),
        ..LogLine::default()
    }
}

fn filter(text: &str) -> LogFilter {
    LogFilter::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn texts_are_found_in_smart_case() {
    for (text, in_line, expected) in [
        ("", "anything", true),
        ("refused", "Connection REFUSED", true),
        ("Refused", "connection refused", false),
        ("Refused", "Refused by peer", true),
        ("\"connection refused\"", "x connection refused y", true),
        ("connection refused", "refused: connection", true),
        ("connection refused", "connection reset", false),
        ("-health", "GET /health", false),
        ("!health", "GET /orders", true),
        ("-\"GET /health\" get", "GET /orders", true),
        ("a.c", "abc", false),
        ("\"say \\\"hi\\\" c:\\\\x\"", "say \"hi\" c:\\x", true),
        ("grün", "GRÜN", true),
        ("-", "a - b", true),
        ("http://db:5432/x?a=b", "to http://db:5432/x?a=b", true),
        ("timeout", "\x1b[31mtime\x1b[0mout", true),
        ("KeyError", "Traceback\n  File x\nKeyError: 'a'", true),
    ] {
        assert_eq!(
            filter(text).matches(&line(in_line)),
            expected,
            "{text} / {in_line}"
        );
    }
}

#[test]
fn a_word_is_not_found_in_a_longer_one() {
    for (word, text, expected) in [
        ("req-1", "a req-1 b", true),
        ("req-1", "{\"id\":\"req-1\"}", true),
        ("req-1", "a req-10 b", false),
        ("req-1", "a xreq-1 b", false),
        ("a/b", "GET /a/b", true),
        ("\"x\\", "say \"x\\ y", true),
    ] {
        let found = LogFilter::word(word).unwrap();
        assert_eq!(found.matches(&line(text)), expected, "{word} in {text}");
        let read = filter(&found.to_string());
        assert_eq!(read.matches(&line(text)), expected, "{read}");
    }
}

#[test]
fn regular_expressions_match_parts_of_a_line() {
    for (text, in_line, expected) in [
        ("/time(d )?out/", "Timed out", true),
        ("/Time(d )?out/", "timed out", false),
        ("/Time(d )?out/i", "timed out", true),
        (r"/\S+ \d{3}$/", "GET 404", true),
        (r"/\S+X/", "abcx", false),
        (r"/\/api\/v\d/", "GET /api/v1", true),
        ("/^KeyError/", "Traceback\nKeyError", true),
        ("-/debug|trace/", "a debug line", false),
        ("/a b/ c", "c and a b", true),
    ] {
        assert_eq!(
            filter(text).matches(&line(in_line)),
            expected,
            "{text} / {in_line}"
        );
    }
}

#[test]
fn levels_compare_by_weight() {
    let none = None;
    let of = Some;
    use LineLevel::{Debug, Error, Info, Warning};
    for (text, level, expected) in [
        ("level:error", of(Error), true),
        ("level:err", of(Warning), false),
        ("level=WARN", of(Warning), true),
        ("level>=warning", of(Error), true),
        ("level>=warning", of(Info), false),
        ("level>=warning", none, false),
        ("-level>=warning", none, true),
        ("level<info", of(Debug), true),
        ("level>info", of(Info), false),
        ("level<=info", of(Info), true),
        ("Level:error", of(Error), true),
        ("LEVEL>=warning", of(Info), false),
        ("level:verbose", of(Debug), true),
        ("level:severe", of(Error), true),
        ("level:none", none, true),
        ("level:none", of(Error), false),
        ("level!=none", of(Error), true),
        ("level!=info", of(Error), true),
        ("level!=info", none, false),
    ] {
        let line = LogLine { level, ..line("x") };
        assert_eq!(filter(text).matches(&line), expected, "{text} / {level:?}");
    }
}

/// A record with these fields, as the reader of records gives it.
fn record<'a>(fields: &[(&'a str, &'a str)]) -> Record<'a> {
    let mut record = Record::read("the message");
    record.fields = fields
        .iter()
        .map(|(key, value)| Field {
            key: (*key).into(),
            value: (*value).into(),
            number: value.parse().ok(),
        })
        .collect();
    record
}

#[test]
fn fields_compare_as_numbers_durations_and_texts() {
    let record = record(&[
        ("status", "503"),
        ("path", "/api/orders"),
        ("correlation_id", "c-17"),
        ("duration_ms", "1500"),
        ("took", "350ms"),
        ("user", "Ann Lee"),
        ("http.method", "GET"),
        ("big", "9007199254740993"),
        ("empty", ""),
    ]);
    for (text, expected) in [
        ("status>=500", true),
        ("status<500", false),
        ("status=503", true),
        ("status=503.0", true),
        ("status!=503", false),
        ("status!=200", true),
        ("status=5xx", true),
        ("status=4xx", false),
        ("status!=4xx", true),
        ("status=\"5xx\"", false),
        ("STATUS=503", true),
        ("path~^/api", true),
        ("path~^api", false),
        ("path!~health", true),
        ("path!~orders", false),
        ("path~\"api/o\"", true),
        ("correlation_id=c-17", true),
        ("correlation_id=c-1", false),
        ("duration_ms>200", true),
        ("duration_ms>1.5s", false),
        ("duration_ms>=1.5s", true),
        ("took>200ms", true),
        ("took>1s", false),
        ("user=\"ann lee\"", true),
        ("user=\"Ann Lee\"", true),
        ("user=\"ANN LEE\"", false),
        ("user?", true),
        ("user=*", true),
        ("user=\"*\"", false),
        ("http.method=get", true),
        ("big=9007199254740992", false),
        ("big=9007199254740993", true),
        ("empty=\"\"", true),
        ("nothing?", false),
        ("nothing!=1", false),
        ("nothing!~x", false),
        ("-nothing=1", true),
        ("path>1", false),
        ("message~message", true),
        ("message=\"the message\"", true),
    ] {
        let filter = filter(text);
        let mut read = Some(record.clone());
        let holds = filter.terms[0].matches(None, "", &mut read);
        assert_eq!(holds, expected, "{text}");
    }
}

#[test]
fn a_mistake_is_named_with_its_place() {
    for (text, expected) in [
        ("refused \"open", "unclosed \" at column 9"),
        (
            "ab /open",
            "unclosed / at column 4; a text that begins with / stands in quotes",
        ),
        (
            "/api/v1",
            "only the flag i may follow the / before column 6; a text that begins with / stands in quotes",
        ),
        ("x //", "nothing stands between the / at column 3"),
        ("\"a\"b", "a space is missing at column 4"),
        ("status>= x", "no value follows >= at column 7"),
        (
            "status>abc",
            "\"abc\" at column 8 is neither a number nor a duration such as 200ms",
        ),
        (
            "level:loud",
            "no level is called \"loud\" (column 7); there are trace, debug, info, warning, error and none",
        ),
        (
            "level~err",
            "~ at column 6 does not compare with this level; use : or =",
        ),
        (
            "level>none",
            "> at column 6 does not compare with this level; use : or =",
        ),
        (
            "ü /a(b/",
            "the regular expression is wrong at column 5: unclosed group",
        ),
        (
            r"/\/\/(/",
            "the regular expression is wrong at column 6: unclosed group",
        ),
        (
            "path~a[",
            "the regular expression is wrong at column 7: unclosed character class",
        ),
        (
            r"/\w{1000}{100}/",
            "the regular expression at column 1 is too large",
        ),
    ] {
        let error = LogFilter::parse(text).expect_err(text);
        assert_eq!(error.to_string(), expected, "{text}");
    }
}

#[test]
fn a_filter_has_limits() {
    let deep = format!("/{}x{}/", "(".repeat(60), ")".repeat(60));
    assert!(matches!(
        LogFilter::parse(&deep).expect_err("too deep").problem,
        FilterProblem::Regex(_)
    ));
    let long = "x".repeat(5_000);
    assert_eq!(
        LogFilter::parse(&long).expect_err("too long").to_string(),
        "a filter has at most 4096 bytes"
    );
    let grep = LogFilter::regex("a(b", false).expect_err("wrong");
    assert_eq!(
        grep.to_string(),
        "the regular expression is wrong at column 2: unclosed group"
    );
}

#[test]
fn filters_are_combined_and_inverted() {
    let errors = LogFilter::at_least(LineLevel::Error);
    let both = errors.and(&filter("/db|cache/ -health"));
    assert_eq!(both.to_string(), "level>=error -health /db|cache/");
    let error = LogLine {
        level: Some(LineLevel::Error),
        ..line("db refused")
    };
    assert!(both.matches(&error) && !both.matches(&line("db refused")));
    let grep = LogFilter::regex("a b", true).expect("right");
    assert!(grep.matches(&line("ab")) && !grep.matches(&line("a b")));
    assert!(LogFilter::default().is_empty() && LogFilter::default().matches(&error));
}

#[test]
fn a_condition_alone_takes_spaces_into_its_value() {
    for (text, expected) in [
        ("user=ann lee", Ok("user=\"ann lee\"")),
        ("status>=500", Ok("status>=500")),
        ("-path~^/api /x", Ok("-path~\"^/api /x\"")),
        ("level>=warning", Ok("level>=warning")),
        ("user?", Ok("user?")),
        (
            "refused",
            Err("a condition such as status>=500 is missing at column 1"),
        ),
        (
            "user=\"a b\" c",
            Err("a condition such as status>=500 is missing at column 11"),
        ),
        ("user=", Err("no value follows = at column 5")),
    ] {
        let read = LogFilter::condition(text).map(|filter| filter.to_string());
        let read = read.map_err(|error| error.to_string());
        assert_eq!(
            read,
            expected.map(str::to_owned).map_err(str::to_owned),
            "{text}"
        );
    }
}

#[test]
fn what_is_found_is_highlighted_once() {
    let filter = filter("refused /conn\\w+ ref/ -peer status>=1 /x*/");
    assert_eq!(
        filter.highlights("connection refused, Refused by peer"),
        [0..18, 20..27]
    );
}

#[test]
fn many_lines_give_the_same_as_each() {
    let lines: Vec<Arc<LogLine>> = (0..10_000)
        .map(|n| Arc::new(line(&format!("line {n}"))))
        .collect();
    let expected: Vec<usize> = (0..10_000).filter(|n| n % 10 == 3 || n % 10 == 7).collect();
    for text in ["/[37]$/", "message~[37]$"] {
        let filter = filter(text);
        assert_eq!(filter.filter_all(&lines), expected, "{text}");
        assert_eq!(filter.filter_all(&lines[..14]), [3, 7, 13], "{text}");
    }
}

/// Terms as somebody may write them.
fn written() -> impl Strategy<Value = String> {
    let term = prop_oneof![
        "[-!]?[a-zA-Z.:]{1,8}",
        "[-!]?\"([^\"\\\\]|\\\\[\"\\\\])*\"",
        "[-!]?/[a-zA-Z.]{1,4}(\\\\/|\\\\d|\\|b)?/i?",
        "-?level(:|=|!=)(error|warn|none)",
        "-?level(>=|<)(info|debug)",
        "[a-z_]{1,6}(=|!=|~|!~)[a-zA-Z0-9*.-]{1,6}",
        "[a-z_]{1,6}(=|!=|~|!~)\"[a-zA-Z 0-9*.]{0,6}\"",
        "[a-z_]{1,6}(>|<|>=|<=)[0-9]{1,3}(ms|s|\\.5)?",
        "[a-z_]{1,6}\\?",
    ];
    prop::collection::vec(term, 0..5).prop_map(|terms| terms.join(" "))
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,60}") {
        drop(LogFilter::parse(&text));
    }

    #[test]
    fn what_looks_like_a_filter_does_not_panic(text in "[-!\"/a(\\\\=~<>?:. \\[*ilevel]{0,30}") {
        if let Ok(filter) = LogFilter::parse(&text) {
            prop_assert_eq!(LogFilter::parse(&filter.to_string()), Ok(filter));
        }
    }

    #[test]
    fn a_written_filter_is_read_back(text in written()) {
        if let Ok(filter) = LogFilter::parse(&text) {
            prop_assert_eq!(LogFilter::parse(&filter.to_string()), Ok(filter));
        }
    }

    #[test]
    fn inversion_is_the_complement(text in written(), in_line in "[a-z =\"{}:0-9.]{0,40}") {
        if let Ok(filter) = LogFilter::parse(&text) {
            for term in &*filter.terms {
                let inverted = Term { inverted: !term.inverted, test: term.test.clone() };
                let (one, other) = (LogFilter::of(vec![term.clone()]), LogFilter::of(vec![inverted]));
                prop_assert_ne!(one.matches(&line(&in_line)), other.matches(&line(&in_line)));
            }
        }
    }
}
