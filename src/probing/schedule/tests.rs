#![allow(clippy::cast_precision_loss)] // small numbers in tests

use proptest::prelude::*;

use super::slot::millis;
use super::*;

const PACE: Pace = Pace {
    interval: Duration::from_secs(30),
    fast: Duration::from_secs(5),
    concurrency: 20,
    per_host: 2,
};

fn key(n: usize) -> TargetKey {
    TargetKey {
        service: crate::model::ServiceId::from(format!("stack/service-{n}")),
        instance: None,
    }
}

fn entry(n: usize, hosts: usize, fast: bool) -> ScheduleEntry {
    ScheduleEntry {
        key: key(n),
        host: Arc::from(format!("host-{}", n % hosts)),
        fast,
        due: false,
    }
}

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// Runs the schedule until `end`; `lasts` says how long a probe of target `n` takes.
/// Gives every start with its target and checks the limits at each.
fn simulate(
    schedule: &mut Schedule,
    end: Duration,
    lasts: impl Fn(&TargetKey) -> Duration,
) -> Vec<(Duration, TargetKey)> {
    let pace = schedule.pace;
    let mut starts = Vec::new();
    let mut ends: BTreeSet<(Duration, TargetKey)> = BTreeSet::new();
    let mut now = Duration::ZERO;
    while now <= end {
        while let Some((at, key)) = ends.first().filter(|(at, _)| *at <= now).cloned() {
            ends.pop_first();
            schedule.finished(&key, at.max(now), true);
        }
        for key in schedule.start_due(now) {
            ends.insert((now + lasts(&key), key.clone()));
            starts.push((now, key));
        }
        assert!(ends.len() <= pace.concurrency, "{} in flight", ends.len());
        let mut hosts: HashMap<Arc<str>, usize> = HashMap::new();
        for (_, key) in &ends {
            *hosts
                .entry(Arc::clone(&schedule.slots[key].host))
                .or_default() += 1;
        }
        assert!(
            hosts.values().all(|busy| *busy <= pace.per_host),
            "{hosts:?}"
        );
        let next = [ends.first().map(|(at, _)| *at), schedule.next_start()]
            .into_iter()
            .flatten()
            .min();
        let Some(next) = next else { break };
        now = next.max(now + ms(1));
    }
    starts
}

#[test]
fn a_thousand_targets_at_once_stay_in_the_limits_and_none_waits_an_interval() {
    let mut schedule = Schedule::new(PACE);
    schedule.sync(
        Duration::ZERO,
        PACE,
        (0..1_000).map(|n| entry(n, 1_000, false)),
    );
    let starts = simulate(&mut schedule, Duration::from_secs(120), |_| ms(500));
    let mut last: HashMap<&TargetKey, Duration> = HashMap::new();
    for (at, key) in &starts {
        let waited = *at - last.insert(key, *at).unwrap_or_default();
        assert!(
            waited <= PACE.interval * 12 / 10 + PACE.interval,
            "{key:?} waited {waited:?}"
        );
    }
    assert_eq!(last.len(), 1_000);
    let first_round: HashSet<_> = starts
        .iter()
        .filter(|(at, _)| *at <= PACE.interval)
        .map(|(_, key)| key)
        .collect();
    assert_eq!(first_round.len(), 1_000, "none later than one interval");
    assert!(
        starts.len() >= 3_900,
        "{} probes in four intervals",
        starts.len()
    );
}

#[test]
fn new_targets_start_at_once() {
    let mut schedule = Schedule::new(PACE);
    schedule.sync(ms(7), PACE, (0..30).map(|n| entry(n, 30, false)));
    assert_eq!(schedule.start_due(ms(7)).len(), 20);
    assert_eq!(schedule.next_start(), None, "full: a probe must end before");
    schedule.finished(&key(0), ms(9), true);
    assert_eq!(schedule.start_due(ms(9)).len(), 1);
}

#[test]
fn a_busy_host_holds_nobody_else_up() {
    let mut schedule = Schedule::new(PACE);
    let crowd = (0..10).map(|n| ScheduleEntry {
        host: "one".into(),
        ..entry(n, 1, false)
    });
    schedule.sync(Duration::ZERO, PACE, crowd.chain([entry(99, 200, false)]));
    let started = schedule.start_due(Duration::ZERO);
    assert_eq!(started.len(), 3);
    assert!(started.contains(&key(99)));
    assert_eq!(schedule.next_start(), None);
}

#[test]
fn targets_come_go_and_change_while_they_run() {
    let mut schedule = Schedule::new(PACE);
    schedule.sync(
        Duration::ZERO,
        PACE,
        [entry(1, 9, false), entry(2, 9, false)],
    );
    assert_eq!(schedule.start_due(Duration::ZERO).len(), 2);
    // Gone while it runs: its place is freed, it never comes again.
    schedule.sync(ms(1), PACE, [entry(2, 9, false)]);
    schedule.finished(&key(1), ms(2), false);
    schedule.all_now(ms(3));
    schedule.finished(&key(2), ms(4), true);
    assert_eq!(
        schedule.next_start(),
        Some(MIN_SPACING),
        "due again while it ran"
    );
    assert_eq!(schedule.start_due(MIN_SPACING), [key(2)]);
    schedule.finished(&key(2), MIN_SPACING + ms(5), true);
    let quiet = schedule.next_start().expect("a time");
    schedule.sync(MIN_SPACING + ms(6), PACE, [entry(2, 9, true)]);
    let watched = schedule.next_start().expect("a time");
    assert!(
        watched <= MIN_SPACING + ms(6) + PACE.fast * 12 / 10,
        "{watched:?} instead of {quiet:?}"
    );
    schedule.sync(MIN_SPACING + ms(7), PACE, []);
    assert_eq!(schedule.next_start(), None);
    assert_eq!(
        (schedule.running, schedule.slots.len(), schedule.hosts.len()),
        (0, 0, 0)
    );
    assert!(schedule.heads.is_empty());
}

#[test]
fn what_is_asked_for_out_of_turn_goes_first_but_not_at_once_again() {
    let mut schedule = Schedule::new(Pace {
        concurrency: 1,
        ..PACE
    });
    let pace = schedule.pace;
    schedule.sync(ms(1), pace, (0..9).map(|n| entry(n, 9, false)));
    schedule.run_soon(&key(7), ms(1));
    assert_eq!(
        schedule.start_due(ms(1)),
        [key(7)],
        "before eight that wait as long"
    );
    schedule.run_soon(&key(7), ms(2));
    schedule.finished(&key(7), ms(3), true);
    for _ in 0..8 {
        let [key] = &schedule.start_due(ms(4))[..] else {
            panic!("one at a time")
        };
        schedule.finished(key, ms(5), true);
    }
    assert_eq!(
        schedule.slots[&key(7)].due,
        ms(1) + MIN_SPACING,
        "half a second after its last start"
    );
    schedule.run_soon(&key(7), ms(400));
    assert_eq!(schedule.slots[&key(7)].due, ms(1) + MIN_SPACING);
    schedule.run_soon(&key(99), ms(400));
}

#[test]
fn a_suspended_target_keeps_its_grid_and_is_due_again_when_that_was_asked_for() {
    let mut schedule = Schedule::new(PACE);
    schedule.sync(Duration::ZERO, PACE, [entry(1, 9, false)]);
    let run = |schedule: &mut Schedule, at: Duration| {
        assert_eq!(schedule.start_due(at), [key(1)]);
        schedule.finished(&key(1), at, true);
    };
    run(&mut schedule, Duration::ZERO);
    let first = schedule.next_start().expect("a time");
    schedule.suspend(&key(1));
    assert_eq!(
        (schedule.next_start(), schedule.start_due(PACE.interval * 2)),
        (None, Vec::new())
    );
    schedule.resume(&key(1), ms(100));
    assert_eq!(schedule.next_start(), Some(first), "nothing was missed");
    schedule.suspend(&key(1));
    schedule.resume(&key(1), PACE.interval * 3);
    let later = schedule.next_start().expect("a time");
    assert!(
        later > PACE.interval * 3 && later < PACE.interval * 42 / 10,
        "{later:?}"
    );
    schedule.suspend(&key(1));
    schedule.run_soon(&key(1), PACE.interval * 4);
    assert_eq!(schedule.next_start(), None);
    schedule.resume(&key(1), PACE.interval * 5);
    run(&mut schedule, PACE.interval * 5);
    schedule.suspend(&key(1));
    schedule.sync(PACE.interval * 5, PACE, []);
    schedule.resume(&key(1), PACE.interval * 5);
    assert_eq!(
        (schedule.slots.len(), schedule.hosts.len()),
        (0, 0),
        "forgotten while suspended"
    );
}

#[test]
fn slow_and_crowded_hosts_leave_the_others_their_time() {
    // 40 targets of one host that answers after 4 s, 10 silent ones, 950 others of 150 hosts.
    let slow = (0..40).map(|n| ScheduleEntry {
        host: "slow".into(),
        ..entry(n, 1, false)
    });
    let silent = (40..50).map(|n| ScheduleEntry {
        host: format!("silent-{n}").into(),
        ..entry(n, 1, false)
    });
    let others = (50..1_000).map(|n| entry(n, 150, false));
    let mut schedule = Schedule::new(PACE);
    schedule.sync(Duration::ZERO, PACE, slow.chain(silent).chain(others));
    let number = |key: &TargetKey| {
        key.service.as_str()["stack/service-".len()..]
            .parse::<u64>()
            .expect("a number")
    };
    let lasts = |key: &TargetKey| match number(key) {
        0..40 => ms(4_000),
        40..50 => ms(5_000),
        n => ms(20 + n % 200),
    };
    let starts = simulate(&mut schedule, Duration::from_secs(300), lasts);
    for n in 50..1_000 {
        let own: Vec<Duration> = starts
            .iter()
            .filter(|(_, each)| number(each) == n)
            .map(|(at, _)| *at)
            .collect();
        assert!(
            own[0] <= Duration::from_secs(20),
            "{n} first at {:?}",
            own[0]
        );
        let longest = own
            .windows(2)
            .map(|pair| pair[1] - pair[0])
            .max()
            .expect("several");
        assert!(
            longest <= PACE.interval * 12 / 10 + Duration::from_secs(10),
            "{n} waited {longest:?}"
        );
    }
    // The slow host has two at once: each of its own gets the share that is left.
    for n in 0..40 {
        let count = starts.iter().filter(|(_, each)| number(each) == n).count();
        assert!(
            (3..=5).contains(&count),
            "{count} of {n} in 300 s at 80 s a round"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn probes_stay_on_their_grid_however_long_they_take(
        targets in 1..=20_usize, seed in any::<u64>(), longest in 1..12_000_u64, fast in any::<bool>(),
    ) {
        let mut schedule = Schedule::new(PACE);
        schedule.sync(Duration::ZERO, PACE, (0..targets).map(|n| entry(n, targets, fast)));
        let lasts = |key: &TargetKey| ms((key.hash() ^ seed) % longest);
        let starts = simulate(&mut schedule, Duration::from_secs(600), lasts);
        let period = if fast { PACE.fast } else { PACE.interval }.as_secs_f64();
        for n in 0..targets {
            let key = key(n);
            let own: Vec<_> = starts.iter().filter(|(_, each)| *each == key).map(|(at, _)| *at).collect();
            prop_assert_eq!(own[0], Duration::ZERO);
            // Each start lies near a grid point even after ten minutes: nothing adds up.
            let phase = (key.hash() % millis(Duration::from_secs_f64(period))) as f64 / 1_000.0;
            for at in &own[1..] {
                let off = (at.as_secs_f64() - phase).rem_euclid(period);
                let off = off.min(period - off);
                prop_assert!(off <= period * 0.1 + 0.002, "{:?} is {} s off", at, off);
            }
            // Slower than its period it skips grid points, else it meets every one once.
            let expected = 600.0 / period;
            if lasts(&key).as_secs_f64() < period * 0.7 {
                let count = own.len() as f64;
                prop_assert!((count - expected).abs() <= 2.0, "{} probes, {} expected", count, expected);
            }
        }
    }

    #[test]
    fn limits_hold_and_nobody_starves(
        targets in 1..200_usize, hosts in 1..200_usize, seed in any::<u64>(),
    ) {
        let mut schedule = Schedule::new(PACE);
        schedule.sync(Duration::ZERO, PACE, (0..targets).map(|n| entry(n, hosts, n % 3 == 0)));
        let starts = simulate(&mut schedule, Duration::from_secs(90), |key| ms((key.hash() ^ seed) % 100));
        for n in 0..targets {
            let count = starts.iter().filter(|(_, each)| *each == key(n)).count();
            prop_assert!(count >= 3, "{} of target {}", count, n);
        }
    }

    #[test]
    fn the_next_time_is_later_and_within_two_periods(name in 0..1_000_usize, now in 0..10_000_000_u64) {
        let mut slot = Slot {
            host: "h".into(),
            hash: key(name).hash(),
            fast: false,
            due: Duration::ZERO,
            base: Duration::ZERO,
            started: None,
            stage: Stage::Waiting,
            again: false,
        };
        slot.advance(&PACE, ms(now), ms(now));
        prop_assert!(slot.due >= ms(now) && slot.due <= ms(now) + PACE.interval * 11 / 10);
        let (first, base) = (slot.due, slot.base);
        slot.advance(&PACE, base, first);
        prop_assert!(slot.base == base + PACE.interval, "every grid point once");
    }
}

#[test]
fn what_is_due_starts_at_once_but_not_twice_in_half_a_second() {
    let mut schedule = Schedule::new(PACE);
    let sync = |schedule: &mut Schedule, at, due| {
        schedule.sync(
            at,
            PACE,
            [ScheduleEntry {
                due,
                ..entry(0, 1, false)
            }],
        );
    };
    sync(&mut schedule, ms(0), true);
    assert_eq!(schedule.start_due(ms(0)), [key(0)]);
    // While it runs: once more when it ends.
    sync(&mut schedule, ms(100), true);
    schedule.finished(&key(0), ms(200), true);
    assert_eq!(schedule.next_start(), Some(MIN_SPACING));
    assert_eq!(schedule.start_due(MIN_SPACING), [key(0)]);
    schedule.finished(&key(0), ms(600), true);
    // While it waits for its turn.
    sync(&mut schedule, ms(1_500), false);
    assert_eq!(schedule.start_due(ms(1_500)), []);
    sync(&mut schedule, ms(1_600), true);
    assert_eq!(schedule.start_due(ms(1_600)), [key(0)]);
    schedule.finished(&key(0), ms(1_700), true);
    // A failure that is held: once more when it is sent.
    schedule.suspend(&key(0));
    sync(&mut schedule, ms(3_000), true);
    assert_eq!(schedule.start_due(ms(3_000)), []);
    schedule.resume(&key(0), ms(3_100));
    assert_eq!(schedule.start_due(ms(3_100)), [key(0)]);
}
