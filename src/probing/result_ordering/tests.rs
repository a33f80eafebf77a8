use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn key(name: &str) -> TargetKey {
    TargetKey {
        service: name.into(),
        instance: None,
    }
}

/// A result ordering with a log in words.
#[derive(Default)]
struct Scenario {
    ordering: ResultOrdering<String>,
    log: Vec<String>,
}

impl Scenario {
    /// A probe of `name` ran from `started` to `now`, in milliseconds; `how` is `fail`, `well` or
    /// `nothing`; `parents` are separated by blanks.
    fn probe(&mut self, name: &str, (started, now): (u64, u64), how: &str, parents: &str) {
        let failed = match how {
            "fail" => Some(true),
            "well" => Some(false),
            _ => None,
        };
        let result = Some(format!("{name} {how}"));
        let new = NewResult {
            key: key(name),
            started: ms(started),
            failed,
            result,
        };
        let parents = parents.split_whitespace().map(|name| NeededTarget {
            key: key(name),
            timeout: ms(5_000),
        });
        match self.ordering.take(new, parents, ms(now)) {
            Order::Send(results) => self.record(results),
            Order::Hold(asked) => {
                let asked: Vec<&str> = asked.iter().map(|key| key.service.as_str()).collect();
                self.log
                    .push(format!("{name} waits, asks [{}]", asked.join(" ")));
            }
        }
    }

    fn expire(&mut self, now: u64) {
        let late = self.ordering.expired(ms(now));
        self.record(late);
    }

    fn record(&mut self, results: Vec<(TargetKey, String)>) {
        self.log.extend(results.into_iter().map(|(_, text)| text));
    }

    fn sent(&mut self) -> String {
        std::mem::take(&mut self.log).join("; ")
    }
}

#[test]
fn a_failure_of_a_child_waits_for_its_parents() {
    let mut scenario = Scenario::default();
    scenario.probe("db", (0, 5), "well", "");
    scenario.probe("api", (0, 10), "well", "db");
    assert_eq!(
        scenario.sent(),
        "db well; api well",
        "a success is never held"
    );
    scenario.probe("api", (1_000, 1_010), "fail", "db");
    scenario.probe("web", (1_000, 1_011), "fail", "api db");
    assert_eq!(
        scenario.sent(),
        "api waits, asks [db]; web waits, asks [db]"
    );
    scenario.probe("other", (1_000, 1_012), "fail", "");
    scenario.probe("db", (1_012, 1_020), "fail", "");
    assert_eq!(
        scenario.sent(),
        "other fail; db fail; api fail; web fail",
        "parents first"
    );
    assert_eq!(scenario.ordering.next_expiry(), None);
}

#[test]
fn a_parent_that_was_heard_just_now_is_not_asked_again() {
    let mut scenario = Scenario::default();
    scenario.probe("db", (0, 5), "fail", "");
    scenario.probe("api", (0, 10), "fail", "db");
    assert_eq!(scenario.sent(), "db fail; api fail", "it failed as often");
    scenario.probe("api", (1_900, 1_900), "fail", "db");
    assert_eq!(
        scenario.sent(),
        "api waits, asks [db]",
        "it failed once, the child twice"
    );
    scenario.probe("db", (1_900, 1_901), "fail", "");
    scenario.probe("web", (4_500, 4_500), "fail", "db");
    assert_eq!(
        scenario.sent(),
        "db fail; api fail; web waits, asks [db]",
        "too long ago"
    );
    scenario.probe("db", (4_500, 4_600), "well", "");
    assert_eq!(
        scenario.sent(),
        "db well; web fail",
        "it works: the child fails on its own"
    );
}

#[test]
fn a_parents_probe_that_began_before_proves_nothing() {
    let mut scenario = Scenario::default();
    scenario.probe("api", (90, 100), "fail", "db");
    scenario.probe("db", (50, 101), "well", "");
    assert_eq!(scenario.sent(), "api waits, asks [db]; db well");
    scenario.probe("db", (102, 103), "fail", "");
    assert_eq!(scenario.sent(), "db fail; api fail");
    scenario.probe("web", (200, 300), "fail", "cache");
    scenario.probe("cache", (250, 301), "fail", "");
    assert_eq!(
        scenario.sent(),
        "web waits, asks [cache]; cache fail; web fail",
        "unless it fails as often"
    );
    scenario.probe("job", (400, 400), "fail", "queue");
    scenario.probe("queue", (401, 402), "nothing", "");
    assert_eq!(
        scenario.sent(),
        "job waits, asks [queue]; queue nothing; job fail",
        "it could not be asked"
    );
}

#[test]
fn nobody_waits_longer_than_the_parents_may_take() {
    let mut scenario = Scenario::default();
    scenario.probe("api", (0, 100), "fail", "db cache");
    assert_eq!(scenario.ordering.next_expiry(), Some(ms(6_100)));
    scenario.probe("cache", (100, 110), "well", "");
    scenario.expire(6_099);
    assert_eq!(scenario.sent(), "api waits, asks [db cache]; cache well");
    scenario.expire(6_100);
    assert_eq!(scenario.sent(), "api fail");
    scenario.probe("db", (100, 6_200), "fail", "");
    assert_eq!(scenario.sent(), "db fail");
}

#[test]
fn chains_are_told_from_the_root_and_circles_do_not_wait_for_themselves() {
    let mut scenario = Scenario::default();
    scenario.probe("web", (0, 10), "fail", "api");
    scenario.probe("api", (10, 20), "fail", "db");
    scenario.probe("page", (10, 21), "fail", "api");
    assert_eq!(
        scenario.sent(),
        "web waits, asks [api]; api waits, asks [db]; page waits, asks []"
    );
    scenario.probe("db", (20, 30), "fail", "");
    assert_eq!(scenario.sent(), "db fail; api fail; page fail; web fail");

    scenario.probe("a", (100, 100), "fail", "b");
    scenario.probe("b", (101, 102), "fail", "a");
    assert_eq!(
        scenario.sent(),
        "a waits, asks [b]; b fail; a fail",
        "b does not wait for what waits for it"
    );
    scenario.probe("self", (100, 100), "fail", "self");
    assert_eq!(scenario.sent(), "self fail");

    // Its time is over while the parent's own result is held: the parent's goes first.
    scenario.probe("web", (1_000, 1_000), "fail", "api");
    scenario.probe("api", (1_000, 1_900), "fail", "db");
    scenario.sent();
    scenario.expire(7_000);
    assert_eq!(scenario.sent(), "api fail; web fail");
}

#[test]
fn what_is_gone_is_not_waited_for() {
    let mut scenario = Scenario::default();
    scenario.probe("api", (0, 0), "fail", "db cache");
    scenario.probe("web", (0, 0), "fail", "db");
    scenario.sent();
    let free = scenario.ordering.retain(|key| key.service.as_str() != "db");
    scenario.record(free);
    assert_eq!(scenario.sent(), "web fail");
    let free = scenario
        .ordering
        .retain(|key| key.service.as_str() == "cache");
    scenario.record(free);
    assert_eq!(
        scenario.sent(),
        "api fail",
        "a result of what is gone is sent all the same"
    );
}

proptest! {
    #[test]
    fn nothing_is_lost_doubled_or_overtaken(
        edges in prop::collection::hash_set((0..6_usize, 0..6_usize), 0..12),
        steps in prop::collection::vec((0..6_usize, 0..3_u8, 0..1_500_u64), 1..120),
    ) {
        let mut ordering: ResultOrdering<(usize, bool)> = ResultOrdering::default();
        let (mut now, mut count) = (Duration::ZERO, [0_usize; 6]);
        let mut sent: Vec<(TargetKey, (usize, bool))> = Vec::new();
        let mut due: HashMap<TargetKey, Duration> = HashMap::new();
        let names: Vec<TargetKey> = (0..6).map(|n| key(&n.to_string())).collect();
        for (n, how, passes) in steps {
            now += ms(passes);
            for (key, until) in &due {
                prop_assert!(!ordering.holds(key) || *until + ms(1_500) > now, "bounded");
            }
            let late = ordering.expired(now);
            sent.extend(late);
            // What is held is not probed.
            if ordering.holds(&names[n]) {
                continue;
            }
            let failed = [Some(true), Some(false), None][usize::from(how)];
            let result = Some((count[n], how == 1));
            count[n] += 1;
            let new = NewResult { key: names[n].clone(), started: now, failed, result };
            let parents = edges.iter().filter(|(from, _)| *from == n);
            let parents = parents.map(|(_, to)| NeededTarget { key: names[*to].clone(), timeout: ms(5_000) });
            match ordering.take(new, parents.collect::<Vec<_>>(), now) {
                Order::Send(results) => {
                    prop_assert_eq!(&results[0].0, &names[n], "its own first");
                    sent.extend(results);
                }
                Order::Hold(asked) => {
                    prop_assert!(how == 0, "only failures are held");
                    prop_assert_eq!(asked.len(), asked.iter().collect::<HashSet<_>>().len());
                    due.insert(names[n].clone(), now + ms(6_000));
                }
            }
        }
        sent.extend(ordering.expired(now + ms(6_001)));
        for (n, name) in names.iter().enumerate() {
            let own: Vec<usize> = sent.iter().filter(|(key, _)| key == name).map(|(_, it)| it.0).collect();
            prop_assert_eq!(own, (0..count[n]).collect::<Vec<_>>(), "each once, in order");
        }
    }
}
