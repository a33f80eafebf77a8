use super::*;
use crate::engine::facts;

fn seconds(text: f64) -> SignedDuration {
    SignedDuration::from_secs_f64(text)
}

/// The difference in force after answers, each `(engine's time, unsure, asked, answered)` in
/// seconds of ours.
fn after(answers: &[(f64, f64, f64, f64)]) -> Vec<f64> {
    let clock = Clock::default();
    let begin = Instant::now();
    let ours =
        |second: f64| Timestamp::from_second(1_700_000_000).expect("a time") + seconds(second);
    let moment = |second: f64| begin + std::time::Duration::from_secs_f64(second);
    let mut found = Vec::new();
    for (told, within, asked, answered) in answers {
        clock.record(Reading {
            engine_time: ours(*told),
            within: seconds(*within),
            asked: moment(*asked),
            answered: moment(*answered),
        });
        let before = clock.ahead();
        // The conclusion comes a little after the answer.
        let changed = clock.update(ours(answered + 0.25), moment(answered + 0.25));
        assert_eq!(changed, clock.ahead() != before);
        found.push((clock.ahead().as_secs_f64() * 100.0).round() / 100.0);
    }
    found
}

#[test]
fn clocks_agree_within_two_seconds() {
    // A header that counts whole seconds, at every fraction of one.
    for fraction in 0..10 {
        let now = 100.0 + f64::from(fraction) / 10.0;
        for off in [0.0, 1.0, -1.0, 1.4, -1.4] {
            assert_eq!(
                after(&[((now + off).floor(), 1.0, now, now + 0.01)]),
                [0.0],
                "{off} at {now}"
            );
        }
    }
    assert_eq!(
        after(&[
            (100.0 + 2.0, 0.0, 100.0, 100.02),
            (100.0 - 2.0, 0.0, 100.0, 100.02)
        ]),
        [0.0, 0.0]
    );
}

#[test]
fn a_difference_is_found_and_stays_in_force() {
    for ahead in [3600.0, -3600.0, 90.0, -3.7] {
        // Every tenth of a second another answer whose header counts whole seconds.
        let answers: Vec<_> = (0..40)
            .map(|turn| {
                let now = 500.0 + f64::from(turn) / 10.0;
                ((now + ahead + 0.005_f64).floor(), 1.0, now, now + 0.01)
            })
            .collect();
        let found = after(&answers);
        assert!((found[0] - ahead).abs() < 0.52, "{ahead}: {found:?}");
        assert!(
            found
                .iter()
                .all(|each| (each - found[0]).abs() < f64::EPSILON),
            "{ahead}: {found:?}"
        );
    }
}

#[test]
fn an_exact_answer_corrects_a_coarse_one_and_not_the_other_way_round() {
    let found = after(&[
        (1100.0, 1.0, 100.9, 100.91),
        (1101.0, 0.0, 101.0, 101.02),
        (1102.0, 1.0, 102.6, 102.61),
        // An exact one that hardly differs changes nothing.
        (1103.03, 0.0, 103.0, 103.001),
    ]);
    assert_eq!(found, [999.6, 999.99, 999.99, 999.99]);
}

#[test]
fn slow_answers_prove_only_what_they_can() {
    // Three seconds late: the engine's time lies anywhere in between.
    assert_eq!(after(&[(102.9, 0.0, 100.0, 103.0)]), [0.0]);
    assert_eq!(after(&[(100.0, 0.0, 100.0, 106.0)]), [0.0]);
    // An hour shows all the same, and a quick answer makes it exact.
    assert_eq!(
        after(&[(3703.0, 0.0, 100.0, 103.0), (3710.0, 0.0, 110.0, 110.02)]),
        [3601.5, 3599.99]
    );
}

#[test]
fn a_clock_that_is_set_right_is_believed() {
    let found = after(&[
        (3700.0, 0.0, 100.0, 100.0),
        (110.0, 1.0, 110.3, 110.31),
        (3720.0, 0.0, 120.0, 120.0),
    ]);
    assert_eq!(found, [3600.0, 0.0, 3600.0]);
}

#[test]
fn every_time_of_a_container_is_carried_over() {
    let text = r#"{"Id":"abc","Name":"/x","Created":"2024-05-01T10:00:00Z","State":{"Status":"exited",
        "StartedAt":"2024-05-01T10:00:01.5Z","FinishedAt":"2024-05-01T10:00:02Z","Health":{"Status":"healthy",
        "Log":[{"Start":"2024-05-01T10:00:03Z","End":"2024-05-01T10:00:04Z","ExitCode":0,"Output":"ok"}]}}}"#;
    let mut told = facts::from_inspection(text, &"abc".into()).expect("an inspection");
    let clock = Clock(watch::Sender::new(State {
        difference: Difference {
            ahead: SignedDuration::from_hours(24),
            width: SignedDuration::ZERO,
        },
        ..State::default()
    }));
    clock.correct(&mut told);
    let shown = format!("{told:?}");
    assert!(!shown.contains("2024-05-01"), "{shown}");
    assert!(shown.matches("2024-04-30T10:00:0").count() >= 5, "{shown}");
    assert_eq!(
        clock.theirs(told.started_at.expect("a start")).to_string(),
        "2024-05-01T10:00:01.5Z"
    );
}
