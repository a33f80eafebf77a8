use proptest::prelude::*;

use super::*;
use crate::engine::mutation::{mutated, odd_value};

fn parse(json: &str) -> Option<EngineEvent> {
    match read(json.as_bytes()).pop()? {
        Line::Event(event) => Some(event),
        Line::OfNoInterest => None,
        Line::Unreadable => panic!("cannot be read: {json}"),
    }
}

#[test]
fn events_carry_owner_time_and_details() {
    let die = parse(
        r#"{"status":"die","id":"abc","Type":"container","Action":"die","Actor":{"ID":"abc","Attributes":
        {"com.docker.compose.project":"hub","com.docker.compose.service":"db","exitCode":"137","name":"hub-db-1"}},
        "time":1700000000,"timeNano":1700000000123456789}"#,
    )
    .expect("an event");
    assert_eq!(
        die.kind,
        EngineEventKind::Die {
            exit_code: Some(137)
        }
    );
    assert_eq!(die.stack, Some("hub".into()));
    assert_eq!(die.at.as_nanosecond(), 1_700_000_000_123_456_789);

    let task = parse(
        r#"{"Type":"container","Action":"start","Actor":{"ID":"abc","Attributes":{
        "com.docker.stack.namespace":"shop","com.docker.swarm.service.id":"s","com.docker.swarm.service.name":
        "shop_web","com.docker.swarm.task.name":"shop_web.1.t","name":"shop_web.1.t"}},"time":1700000000}"#,
    )
    .expect("an event");
    assert_eq!(task.stack, Some("shop".into()));

    for (action, expected) in [
        (
            "health_status: unhealthy",
            Some(EngineEventKind::HealthStatus),
        ),
        ("died", Some(EngineEventKind::Die { exit_code: None })),
        ("exec_start: sh -c x", None),
        ("attach", None),
        ("", None),
    ] {
        let json = format!(r#"{{"Action":"{action}","Actor":{{"ID":"x"}},"time":1700000000}}"#);
        assert_eq!(parse(&json).map(|event| event.kind), expected, "{action}");
    }
}

#[test]
fn compose_run_and_hook_containers_and_other_types_are_left_out() {
    for attributes in [
        r#""com.docker.compose.oneoff":"True""#,
        r#""com.docker.compose.hook":"post_start""#,
    ] {
        let json = format!(
            r#"{{"Action":"start","Actor":{{"ID":"x","Attributes":{{{attributes}}}}},"time":1700000000}}"#
        );
        assert_eq!(parse(&json), None);
    }
    assert_eq!(
        parse(r#"{"Type":"network","Action":"create","Actor":{"ID":"x"},"time":1}"#),
        None
    );
    assert_eq!(parse("  \r\n"), None);
    assert!(matches!(read(b"<html>")[..], [Line::Unreadable]));
}

/// What a stream of these chunks brings: the events' containers, and counts of lines that are none.
fn news(chunks: &[&[u8]]) -> String {
    let mut decoder = Decoder::default();
    chunks.iter().for_each(|chunk| decoder.push(chunk));
    decoder.finish();
    let words = decoder.news.into_iter().map(|news| match news {
        EventNews::Event(event) => event.instance.to_string(),
        EventNews::Unreadable { lines } => format!("{lines}!"),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The event that the container `id` died; `extra` is put behind its time.
fn die(id: &str, extra: &str) -> String {
    format!(
        r#"{{"Type":"container","Action":"die","Actor":{{"ID":"{id}","Attributes":{{"name":"x"}}}},"time":1700000000{extra}}}"#
    )
}

/// `odd` between the deaths of `a` and `b` comes to `expected`, in one piece and in two.
fn assert_between(odd: &str, expected: &str) {
    let stream = format!("{}\n{odd}\n{}\n", die("a", ""), die("b", ""));
    assert_eq!(news(&[stream.as_bytes()]), expected, "{odd:.80}");
    let (front, back) = stream.as_bytes().split_at(stream.len() / 2);
    assert_eq!(news(&[front, back]), expected, "in two: {odd:.80}");
}

#[test]
fn a_line_that_cannot_be_read_costs_that_line() {
    let (huge, deep) = ("x".repeat(LINE_LIMIT + 1), "[".repeat(100_000));
    for odd in [huge, deep] {
        assert_between(&odd, "a 1! b");
    }
    for (odd, expected) in [
        (r#"{"Type":7}"#, "a 1! b"),
        ("7\nnull\n[]\n\"x\"", "a 4! b"),
        ("<html>", "a 1! b"),
        ("{", "a 1! b"),
        ("\0\0\0", "a b"),
        ("{\0}", "a 1! b"),
        ("", "a b"),
        (
            r#"{"Type":"container","Action":7,"Actor":{"ID":"x"},"time":1}"#,
            "a 1! b",
        ),
        (
            r#"{"Type":"container","Action":"die","Actor":{"ID":null},"time":1}"#,
            "a 1! b",
        ),
        (
            r#"{"Type":"container","Action":"die","Actor":{"ID":"x"},"time":"now"}"#,
            "a 1! b",
        ),
        (
            r#"{"Type":"container","Action":"die","Actor":[],"time":1}"#,
            "a 1! b",
        ),
        (
            r#"{"Type":"container","Action":"exec_start","Actor":7}"#,
            "a b",
        ),
        (r#"{"Type":"image","Action":7}"#, "a b"),
        (
            r#"{"Type":"network","Action":"connect","Actor":{"ID":"n"},"time":1}"#,
            "a 1! b",
        ),
    ] {
        assert_between(odd, expected);
    }
}

#[test]
fn an_odd_line_that_tells_what_happened_to_whom_is_an_event() {
    for (odd, expected) in [
        (&die("odd", r#","timeNano":-1,"scope":7"#), "a odd b"),
        (&die("odd", "").replace(r#""container""#, "7"), "a odd b"),
        (
            &die("odd", "").replace(r#"{"name""#, r#"{"exitCode":null,"x":[],"name""#),
            "a odd b",
        ),
        (&format!("{}{}", die("c", ""), die("d", "")), "a c d b"),
        (&format!("\0{}", die("c", "")), "a c b"),
    ] {
        assert_between(odd, expected);
    }
}

#[test]
fn a_line_that_is_cut_is_no_event() {
    let (a, b) = (die("a", ""), die("b", ""));
    let cut = &b[..b.len() / 2];
    assert_eq!(
        news(&[a.as_bytes()]),
        "a",
        "the end of the last line is missing"
    );
    assert_eq!(
        news(&[a.as_bytes(), b"\n", cut.as_bytes()]),
        "a",
        "cut in the middle"
    );
    assert_eq!(
        news(&[a.as_bytes(), b"\n\xff\xfe\n", b.as_bytes()]),
        "a 1! b"
    );
}

#[test]
fn an_exit_code_may_be_a_number() {
    let die = |code: &str| {
        parse(&format!(
            r#"{{"Action":"die","Actor":{{"ID":"x","Attributes":{{"exitCode":{code}}}}},"time":1700000000}}"#
        ))
    };
    for (code, expected) in [
        ("137", Some(137)),
        (r#""137""#, Some(137)),
        ("null", None),
        ("[]", None),
        ("1e9", None),
    ] {
        let kind = die(code).map(|event| event.kind);
        assert_eq!(
            kind,
            Some(EngineEventKind::Die {
                exit_code: expected
            }),
            "{code}"
        );
    }
}

#[test]
fn a_container_joins_and_leaves_networks() {
    let network = |action: &str, container: &str| {
        parse(&format!(
            r#"{{"Type":"network","Action":"{action}","Actor":{{"ID":"n","Attributes":
            {{"container":"{container}","name":"hub_data","type":"bridge"}}}},"time":1700000000}}"#
        ))
    };
    let event = network("disconnect", "abc").expect("an event");
    assert_eq!(event.instance.as_str(), "abc");
    assert_eq!(
        event.kind,
        EngineEventKind::Disconnect {
            network: "hub_data".into()
        }
    );
    let joined = network("connect", "abc").map(|event| event.kind);
    assert_eq!(
        joined,
        Some(EngineEventKind::Connect {
            network: "hub_data".into()
        })
    );
    assert_eq!(network("destroy", "abc"), None);
    assert_eq!(network("connect", ""), None);
}

#[test]
fn since_keeps_nanoseconds() {
    let at = Timestamp::from_nanosecond(1_700_000_000_000_000_007).expect("a time");
    assert_eq!(seconds(at), "1700000000.000000007");
}

proptest! {
    #[test]
    fn any_value_anywhere_in_an_event_costs_that_line_only(place in any::<prop::sample::Index>(), odd in odd_value()) {
        let die = r#"{"Type":"container","Action":"die","Actor":{"ID":"x","Attributes":{"name":"a","exitCode":"1"}},
            "time":1700000000,"timeNano":1700000000123456789}"#;
        let well = die.replace('\n', "");
        let odd = mutated(die, place, &odd);
        let mut decoder = Decoder::default();
        decoder.push(format!("{well}\n{odd}\n{well}\n").as_bytes());
        let events = decoder.news.iter().filter(|news| matches!(news, EventNews::Event(event) if event.instance.as_str() == "x"));
        prop_assert!(events.count() >= 2);
        let lost: u64 = decoder.news.iter().map(|news| match news {
            EventNews::Unreadable { lines } => *lines,
            EventNews::Event(_) => 0,
        }).sum();
        prop_assert!(lost <= 1);
    }

    #[test]
    fn any_bytes_are_a_stream(chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 0..6)) {
        let mut decoder = Decoder::default();
        chunks.iter().for_each(|chunk| decoder.push(chunk));
        decoder.finish();
        prop_assert!(!decoder.news.iter().any(|news| matches!(news, EventNews::Event(_))));
    }
}
