use proptest::prelude::*;

use super::*;

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// What happens to a breaker, one letter each: `f` a failure with an answer, `n` one without, `s` a
/// success of a full probe; `a` and `r` connecting works or does not; digits are that many
/// times 10 s. Gives the depth of the probe after each.
fn walk(text: &str) -> String {
    let (mut breaker, mut now) = (Breaker::default(), Duration::ZERO);
    let step = |letter: char| {
        match letter {
            'f' => breaker.finished(FullProbe::Refused, now),
            'n' => breaker.finished(FullProbe::NoAnswer, now),
            's' => breaker.finished(FullProbe::Succeeded, now),
            'a' | 'r' => {
                breaker.connected(letter == 'a', now);
            }
            digit => now += s(10 * u64::from(digit.to_digit(10).expect("a letter of the table"))),
        }
        if breaker.begin(now) == Depth::Full {
            'w'
        } else {
            'c'
        }
    };
    text.chars().map(step).collect()
}

#[test]
fn the_table_of_the_breaker() {
    for (happens, depths, why) in [
        ("ffff", "wwww", "four failures are not enough"),
        ("fffff", "wwwwc", "closed → open: five"),
        ("ffffsffff", "wwwwwwwww", "in a row"),
        ("fffff23", "wwwwccw", "open → half open: after 30 s"),
        ("fffff3s", "wwwwcww", "half open → closed: a success"),
        ("fffff3sffff", "wwwwcwwwwww", "and five are needed again"),
        ("fffff3f", "wwwwcwc", "half open → open: a failure"),
        ("fffff3f51", "wwwwcwccw", "for 60 s then"),
        ("fffff3f6f93", "wwwwcwcwccw", "then for 120 s"),
        ("fffff3f6f93f996", "wwwwcwcwccwcccw", "then for 240 s"),
        (
            "fffff3f6f93f996f9993",
            "wwwwcwcwccwcccwccccw",
            "and for 300 s at most",
        ),
        (
            "fffff3f6f93f996f9993f9993",
            "wwwwcwcwccwcccwccccwccccw",
            "again and again",
        ),
        ("fffffaaaa", "wwwwccccc", "what answers all the time waits"),
        ("fffffra", "wwwwccw", "what answers again is tried at once"),
        ("fffffras", "wwwwccww", "and is closed by its success"),
        ("fffffraf", "wwwwccwc", "a failed trial waits longer"),
        (
            "fffffrafaaa",
            "wwwwccwcccc",
            "and answering as before changes nothing",
        ),
        (
            "nnnnnra",
            "wwwwccw",
            "what nobody answered is tried when somebody does",
        ),
        ("nnnnna", "wwwwcw", "also the first time"),
        (
            "nnnnnanaaaa",
            "wwwwcwccccc",
            "but once: it accepts and says nothing",
        ),
    ] {
        assert_eq!(walk(happens), depths, "{happens}: {why}");
    }
}

#[test]
fn what_is_told_counts_down() {
    let mut breaker = Breaker::default();
    for _ in 0..5 {
        assert_eq!(breaker.pause(s(7)), None);
        breaker.finished(FullProbe::Refused, s(7));
    }
    assert_eq!(
        breaker.pause(s(9)),
        Some(Pause {
            failures: 5,
            left: s(28)
        })
    );
    breaker.run_soon(s(10));
    assert_eq!(breaker.begin(s(10)), Depth::Full);
    assert_eq!(breaker.pause(s(10)), None);
    breaker.finished(FullProbe::Refused, s(10));
    assert_eq!(
        breaker.pause(s(10)),
        Some(Pause {
            failures: 6,
            left: s(60)
        })
    );
}

proptest! {
    #[test]
    fn it_never_closes_without_a_success_and_never_waits_longer_than_five_minutes(
        steps in prop::collection::vec((0..5_u8, 0..400_u64), 1..200),
    ) {
        let (mut breaker, mut now) = (Breaker::default(), Duration::ZERO);
        let (mut opened, mut last_whole) = (false, Duration::ZERO);
        for (what, seconds) in steps {
            now += s(seconds);
            let depth = breaker.begin(now);
            if opened && depth == Depth::Full {
                prop_assert!(matches!(breaker.state, State::HalfOpen { .. }), "a trial, not closed");
            }
            match (depth, what) {
                (Depth::Full, 0) => breaker.finished(FullProbe::Succeeded, now),
                (Depth::Full, 1) => breaker.finished(FullProbe::NoAnswer, now),
                (Depth::Full, 2) => breaker.finished(FullProbe::Refused, now),
                // Inconclusive: nothing is correction.
                (Depth::Full, _) => {}
                (Depth::ConnectOnly, _) => {
                    prop_assert!(now < last_whole + LONGEST_WAIT, "waited since {last_whole:?}");
                    breaker.connected(what % 2 == 0, now);
                }
            }
            if depth == Depth::Full {
                last_whole = now;
                if what < 3 {
                    opened = matches!(breaker.state, State::Open { .. });
                }
            }
            prop_assert_eq!(breaker.state == State::Closed, !opened);
            if let Some(pause) = breaker.pause(now) {
                prop_assert!(pause.left <= LONGEST_WAIT && pause.failures >= OPENS_AFTER);
            }
        }
    }
}
