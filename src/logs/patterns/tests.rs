//! Which lines share a pattern, and what stays true of patterns whatever comes.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn line(text: &str) -> LogLine {
    LogLine {
        text: text.to_owned(),
        ..LogLine::default()
    }
}

fn error_at(text: &str, second: i64) -> LogLine {
    LogLine {
        at: Some(at(second)),
        level: Some(LineLevel::Error),
        ..line(text)
    }
}

fn templates(lines: &[&str]) -> Vec<(String, u64)> {
    let lines: Vec<LogLine> = lines.iter().map(|text| line(text)).collect();
    summary(&lines, None)
        .iter()
        .map(|pattern| (pattern.to_string(), pattern.count))
        .collect()
}

#[test]
fn lines_of_one_shape_share_a_pattern() {
    for (lines, expected) in [
        (
            &[
                "connection to db refused",
                "connection to redis refused",
                "connection to nats refused",
            ][..],
            &[("connection to <*> refused", 3)][..],
        ),
        (
            &[
                "user 17 logged in",
                "user 18 logged in",
                "user 17 logged out",
            ],
            &[("user <*> logged in", 2), ("user <*> logged out", 1)],
        ),
        (&["started", "stopped"], &[("started", 1), ("stopped", 1)]),
        (&["a b", "a b c"], &[("a b", 1), ("a b c", 1)]),
        (&["", ""], &[("", 2)]),
        (&["1 2", "3 4"], &[("<*> <*>", 2)]),
    ] {
        let expected: Vec<(String, u64)> = expected
            .iter()
            .map(|(template, count)| ((*template).to_owned(), *count))
            .collect();
        assert_eq!(templates(lines), expected);
    }
}

#[test]
fn exceptions_share_a_pattern_where_they_are_the_same() {
    let python = |exception: &str| {
        format!(
            "Traceback (most recent call last):\n  File \"/a.py\", line 3, in f\n    g()\n{exception}"
        )
    };
    let group = |inner| {
        format!(
            "  + Exception Group Traceback (most recent call last):\n  |   File \"/a.py\", line 1\n  | ExceptionGroup: two\n  +-+---------------- 1 ----------------\n    | {inner}"
        )
    };
    for (text, template) in [
        (python("ZeroDivisionError: division by zero"), "ZeroDivisionError: division by zero"),
        (python("KeyError: 'x'"), "KeyError: <*>"),
        (python("ValueError: two\n\nlines"), "ValueError: two"),
        (
            format!("{}\n\nDuring handling of the above exception, another exception occurred:\n\n{}", python("KeyError: 'x'"), python("TypeError: no")),
            "TypeError: no",
        ),
        (group("ValueError: 1"), "ExceptionGroup: two"),
        // Cut before its exception.
        ("Traceback (most recent call last):\n  File".to_owned(), "Traceback (most recent call last):"),
        (
            format!("2026-03-28 14:02:11,123 - app - ERROR - failed\n{}", python("KeyError: 'x'")),
            "failed KeyError: <*>",
        ),
        (
            "2026-03-28 14:02:11.123 ERROR 1 --- [main] c.e.App : failed\njava.lang.IllegalStateException: no\n\tat c.e.App.run(App.java:12)\nCaused by: java.io.IOException: x".to_owned(),
            "failed java.lang.IllegalStateException: no",
        ),
        (
            "fail: Shop.Orders[7]\n      No route\n      System.InvalidOperationException: x\n         at Shop.Orders.Get()".to_owned(),
            "No route System.InvalidOperationException: x",
        ),
        ("java.lang.IllegalStateException: no\n\tat c.e.App.run(App.java:12)\nCaused by: java.io.IOException: x".to_owned(), "java.lang.IllegalStateException: no"),
        ("panic: boom\n\ngoroutine 1 [running]:\nmain.main()".to_owned(), "boom"),
        (
            "thread 'main' panicked at src/main.rs:2:5:\nindex out of bounds: the len is 3".to_owned(),
            "thread <*> panicked at src/main.rs:<*>: index out of bounds: the len is <*>",
        ),
    ] {
        let found = templates(&[&text, &text]);
        let (found, count) = found.first().expect("a pattern");
        // Fields of the head stand behind.
        let fields = found.strip_prefix(template).unwrap_or_else(|| panic!("{found}"));
        assert!(fields.split_whitespace().all(|it| it.ends_with("=<*>")), "{found}");
        assert_eq!(*count, 2);
    }
    // However long the message before them is, other exceptions are others.
    let long = "ERROR the request of the user could not be handled within the time";
    let of = |name: &str| format!("{long}\n{}", python(&format!("{name}: no")));
    assert_eq!(templates(&[&of("KeyError"), &of("TypeError")]).len(), 2);
}

#[test]
fn lines_of_different_levels_never_share_a_pattern() {
    let lines = [line("it is so"), error_at("it is so", 1)];
    let patterns = summary(&lines, None);
    assert_eq!(patterns.len(), 2);
    assert!(patterns[0].is_error());
}

#[test]
fn new_patterns_come_first_then_errors_by_count() {
    let mut miner = PatternMiner::default();
    for second in 0..5 {
        miner.add(&error_at("old and frequent", second));
        miner.add(&line("all is well"));
    }
    miner.add(&error_at("old and rare", 3));
    miner.add(&error_at("new", 10));
    let names = |since| {
        let sorted = miner.sorted(since).into_iter();
        sorted.map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        names(Some(at(10))),
        ["new", "old and frequent", "old and rare", "all is well"]
    );
    assert_eq!(
        names(None),
        ["old and frequent", "old and rare", "new", "all is well"]
    );
}

#[test]
fn a_pattern_has_its_times_rate_and_example() {
    let mut miner = PatternMiner::default();
    for second in [5, 0, 10] {
        miner.add(&error_at(&format!("took {second} s"), second));
    }
    let pattern = miner.sorted(None)[0];
    assert_eq!(
        (pattern.first_seen, pattern.last_seen, pattern.count),
        (Some(at(0)), Some(at(10)), 3)
    );
    assert_eq!(pattern.example, "took 5 s");
    assert_eq!(pattern.per_second(at(30)), Some(0.1));
    assert_eq!(pattern.per_second(at(0)), None);
}

#[test]
fn the_pattern_unseen_for_longest_goes() {
    let mut miner = PatternMiner::with_limit(2);
    let first = miner.add(&line("first"));
    let second = miner.add(&line("second"));
    miner.add(&line("first"));
    let third = miner.add(&line("third"));
    assert_eq!(miner.of(&line("first")), Some(first));
    assert_eq!(miner.of(&line("second")), None);
    assert!(miner.get(second).is_none());
    assert_eq!(miner.of(&line("third")), Some(third));
}

#[test]
fn what_was_removed_is_not_new_when_it_comes_back() {
    let mut miner = PatternMiner::with_limit(2);
    miner.add(&error_at("first", 1));
    miner.add(&error_at("second", 11));
    miner.add(&error_at("third", 12));
    miner.add(&error_at("first", 13));
    let is_new = |text: &str| {
        let id = miner.of(&error_at(text, 0)).unwrap();
        miner.get(id).unwrap().is_new_since(at(10))
    };
    assert!(!is_new("first"));
    // Nothing was removed before the second came, but it had to go.
    assert!(miner.of(&error_at("second", 0)).is_none());
}

#[test]
fn many_first_words_are_one_pattern() {
    let mut miner = PatternMiner::default();
    let name = |n: u32| -> String {
        let letters =
            [n / 676, n / 26, n].map(|d| char::from(b'a' + u8::try_from(d % 26).unwrap()));
        letters.into_iter().collect()
    };
    for n in 0..2_000 {
        miner.add(&line(&format!("{} has logged in again", name(n))));
    }
    assert!(
        miner.patterns().count() <= 101,
        "{}",
        miner.patterns().count()
    );
}

/// Words of which some vary.
fn text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("connection"),
        Just("to"),
        Just("refused"),
        Just("db"),
        Just("redis"),
        Just("17"),
        Just("\"q r\""),
        Just("id=4"),
        Just("ü"),
        Just("10.0.0.1:80"),
    ];
    proptest::collection::vec(word, 0..8).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_line_has_the_pattern_it_was_added_to(texts in proptest::collection::vec(text(), 1..80)) {
        let mut miner = PatternMiner::default();
        for text in &texts {
            let id = miner.add(&line(text));
            prop_assert_eq!(miner.of(&line(text)), Some(id));
        }
        for text in &texts {
            prop_assert!(miner.of(&line(text)).is_some());
        }
        let mut templates: Vec<_> = miner.patterns().map(|it| (&it.template, it.level)).collect();
        let all = templates.len();
        templates.sort();
        templates.dedup();
        prop_assert_eq!(templates.len(), all, "two patterns have one template");
        let counted: u64 = miner.patterns().map(|pattern| pattern.count).sum();
        prop_assert_eq!(counted, texts.len() as u64);
    }

    #[test]
    fn a_template_only_becomes_more_general(texts in proptest::collection::vec(text(), 1..80)) {
        let mut miner = PatternMiner::default();
        let mut before: HashMap<PatternId, Vec<Box<str>>> = HashMap::new();
        for text in &texts {
            miner.add(&line(text));
            for pattern in miner.patterns() {
                if let Some(old) = before.get(&pattern.id) {
                    prop_assert_eq!(old.len(), pattern.template.len());
                    for (old, new) in old.iter().zip(&pattern.template) {
                        prop_assert!(old == new || &**new == crate::logs::mask::WILDCARD);
                    }
                }
                before.insert(pattern.id, pattern.template.clone());
            }
        }
    }

    #[test]
    fn any_text_can_be_added(texts in proptest::collection::vec(".{0,60}", 1..20)) {
        let mut miner = PatternMiner::with_limit(4);
        for text in &texts {
            let id = miner.add(&line(text));
            prop_assert_eq!(miner.of(&line(text)), Some(id));
            prop_assert!(miner.patterns().count() <= 4);
        }
    }
}
