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

/// A world of ordering, told in words.
#[derive(Default)]
struct World {
    ordering: ResultOrdering<String>,
    log: Vec<String>,
}

impl World {
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
            Order::Send(results) => self.note(results),
            Order::Hold(asked) => {
                let asked: Vec<&str> = asked.iter().map(|key| key.service.as_str()).collect();
                self.log
                    .push(format!("{name} waits, asks [{}]", asked.join(" ")));
            }
        }
    }

    fn expire(&mut self, now: u64) {
        let late = self.ordering.expired(ms(now));
        self.note(late);
    }

    fn note(&mut self, results: Vec<(TargetKey, String)>) {
        self.log.extend(results.into_iter().map(|(_, text)| text));
    }

    fn told(&mut self) -> String {
        std::mem::take(&mut self.log).join("; ")
    }
}

#[test]
fn a_failure_of_a_child_waits_for_its_parents() {
    let mut world = World::default();
    world.probe("db", (0, 5), "well", "");
    world.probe("api", (0, 10), "well", "db");
    assert_eq!(world.told(), "db well; api well", "a success is never held");
    world.probe("api", (1_000, 1_010), "fail", "db");
    world.probe("web", (1_000, 1_011), "fail", "api db");
    assert_eq!(world.told(), "api waits, asks [db]; web waits, asks [db]");
    world.probe("other", (1_000, 1_012), "fail", "");
    world.probe("db", (1_012, 1_020), "fail", "");
    assert_eq!(
        world.told(),
        "other fail; db fail; api fail; web fail",
        "parents first"
    );
    assert_eq!(world.ordering.next_expiry(), None);
}

#[test]
fn a_parent_that_was_heard_just_now_is_not_asked_again() {
    let mut world = World::default();
    world.probe("db", (0, 5), "fail", "");
    world.probe("api", (0, 10), "fail", "db");
    assert_eq!(world.told(), "db fail; api fail", "it failed as often");
    world.probe("api", (1_900, 1_900), "fail", "db");
    assert_eq!(
        world.told(),
        "api waits, asks [db]",
        "it failed once, the child twice"
    );
    world.probe("db", (1_900, 1_901), "fail", "");
    world.probe("web", (4_500, 4_500), "fail", "db");
    assert_eq!(
        world.told(),
        "db fail; api fail; web waits, asks [db]",
        "too long ago"
    );
    world.probe("db", (4_500, 4_600), "well", "");
    assert_eq!(
        world.told(),
        "db well; web fail",
        "it works: the child fails on its own"
    );
}

#[test]
fn a_parents_probe_that_began_before_proves_nothing() {
    let mut world = World::default();
    world.probe("api", (90, 100), "fail", "db");
    world.probe("db", (50, 101), "well", "");
    assert_eq!(world.told(), "api waits, asks [db]; db well");
    world.probe("db", (102, 103), "fail", "");
    assert_eq!(world.told(), "db fail; api fail");
    world.probe("web", (200, 300), "fail", "cache");
    world.probe("cache", (250, 301), "fail", "");
    assert_eq!(
        world.told(),
        "web waits, asks [cache]; cache fail; web fail",
        "unless it fails as often"
    );
    world.probe("job", (400, 400), "fail", "queue");
    world.probe("queue", (401, 402), "nothing", "");
    assert_eq!(
        world.told(),
        "job waits, asks [queue]; queue nothing; job fail",
        "it could not be asked"
    );
}

#[test]
fn nobody_waits_longer_than_the_parents_may_take() {
    let mut world = World::default();
    world.probe("api", (0, 100), "fail", "db cache");
    assert_eq!(world.ordering.next_expiry(), Some(ms(6_100)));
    world.probe("cache", (100, 110), "well", "");
    world.expire(6_099);
    assert_eq!(world.told(), "api waits, asks [db cache]; cache well");
    world.expire(6_100);
    assert_eq!(world.told(), "api fail");
    world.probe("db", (100, 6_200), "fail", "");
    assert_eq!(world.told(), "db fail");
}

#[test]
fn chains_are_told_from_the_root_and_circles_do_not_wait_for_themselves() {
    let mut world = World::default();
    world.probe("web", (0, 10), "fail", "api");
    world.probe("api", (10, 20), "fail", "db");
    world.probe("page", (10, 21), "fail", "api");
    assert_eq!(
        world.told(),
        "web waits, asks [api]; api waits, asks [db]; page waits, asks []"
    );
    world.probe("db", (20, 30), "fail", "");
    assert_eq!(world.told(), "db fail; api fail; page fail; web fail");

    world.probe("a", (100, 100), "fail", "b");
    world.probe("b", (101, 102), "fail", "a");
    assert_eq!(
        world.told(),
        "a waits, asks [b]; b fail; a fail",
        "b does not wait for what waits for it"
    );
    world.probe("self", (100, 100), "fail", "self");
    assert_eq!(world.told(), "self fail");

    // Its time is over while the parent's own result is held: the parent's goes first.
    world.probe("web", (1_000, 1_000), "fail", "api");
    world.probe("api", (1_000, 1_900), "fail", "db");
    world.told();
    world.expire(7_000);
    assert_eq!(world.told(), "api fail; web fail");
}

#[test]
fn what_is_gone_is_not_waited_for() {
    let mut world = World::default();
    world.probe("api", (0, 0), "fail", "db cache");
    world.probe("web", (0, 0), "fail", "db");
    world.told();
    let free = world.ordering.retain(|key| key.service.as_str() != "db");
    world.note(free);
    assert_eq!(world.told(), "web fail");
    let free = world.ordering.retain(|key| key.service.as_str() == "cache");
    world.note(free);
    assert_eq!(
        world.told(),
        "api fail",
        "a result of what is gone is told all the same"
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
        let mut told: Vec<(TargetKey, (usize, bool))> = Vec::new();
        let mut due: HashMap<TargetKey, Duration> = HashMap::new();
        let names: Vec<TargetKey> = (0..6).map(|n| key(&n.to_string())).collect();
        for (n, how, passes) in steps {
            now += ms(passes);
            for (key, until) in &due {
                prop_assert!(!ordering.holds(key) || *until + ms(1_500) > now, "bounded");
            }
            let late = ordering.expired(now);
            told.extend(late);
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
                    told.extend(results);
                }
                Order::Hold(asked) => {
                    prop_assert!(how == 0, "only failures are held");
                    prop_assert_eq!(asked.len(), asked.iter().collect::<HashSet<_>>().len());
                    due.insert(names[n].clone(), now + ms(6_000));
                }
            }
        }
        told.extend(ordering.expired(now + ms(6_001)));
        for (n, name) in names.iter().enumerate() {
            let own: Vec<usize> = told.iter().filter(|(key, _)| key == name).map(|(_, it)| it.0).collect();
            prop_assert_eq!(own, (0..count[n]).collect::<Vec<_>>(), "each once, in order");
        }
    }
}
