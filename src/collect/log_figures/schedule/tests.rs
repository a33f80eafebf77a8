//! Which logs are due when, and from where on they are read.

use std::sync::Arc;

use super::*;
use crate::model::{InstanceFacts, InstanceState, ServiceName};

const EVERY: Duration = Duration::from_secs(30);

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn instance(id: &str, state: InstanceState) -> Instance {
    let facts = InstanceFacts {
        state,
        inspected: true,
        started_at: Some(at(7)),
        ..InstanceFacts::unknown(id.into(), id, None, id.into())
    };
    Instance {
        facts: Arc::new(facts),
        sample: None,
        series: Arc::default(),
        probe: None,
    }
}

fn snapshot(services: &[(&str, &[(&str, InstanceState)])]) -> Snapshot {
    let services = services.iter().map(|(name, instances)| {
        let each = instances.iter();
        Arc::new(Service {
            instances: each.map(|(id, state)| instance(id, *state)).collect(),
            ..Service::unknown(None, ServiceName::from(*name), at(0))
        })
    });
    Snapshot {
        services: services.collect(),
        ..Snapshot::empty(at(0))
    }
}

/// The containers of every job due at `second`.
fn due(
    schedule: &mut ReadingSchedule,
    start: Instant,
    second: u64,
    snapshot: &Snapshot,
) -> Vec<SourceJob> {
    let jobs = schedule.due(start + Duration::from_secs(second), snapshot, |_| EVERY);
    jobs.into_iter().flat_map(|job| job.sources).collect()
}

/// Reads what is due at `second`, `lines` from each, and gives what was read.
fn read(
    schedule: &mut ReadingSchedule,
    start: Instant,
    second: u64,
    snapshot: &Snapshot,
) -> Vec<String> {
    let jobs = due(schedule, start, second, snapshot);
    for job in &jobs {
        schedule.done(job, at(100), Some(at(90)), 5);
    }
    let ids = jobs.iter().map(|job| job.source.instance.to_string());
    ids.collect()
}

const RUNNING: InstanceState = InstanceState::Running;
const EXITED: InstanceState = InstanceState::Exited;

#[test]
fn each_running_container_is_read_once_in_a_turn() {
    let (mut schedule, start) = (ReadingSchedule::default(), Instant::now());
    let names: Vec<String> = (0..50).map(|n| format!("service-{n}")).collect();
    let instances: Vec<_> = names
        .iter()
        .map(|name| [(name.as_str(), RUNNING)])
        .collect();
    let services: Vec<(&str, &[_])> = (names.iter().zip(&instances))
        .map(|(name, instances)| (name.as_str(), &instances[..]))
        .collect();
    let snapshot = snapshot(&services);
    let turns = |schedule: &mut ReadingSchedule, seconds: std::ops::Range<u64>| {
        let read: Vec<usize> = seconds
            .map(|second| read(schedule, start, second, &snapshot).len())
            .collect();
        (read.iter().sum::<usize>(), read.into_iter().max())
    };
    let (first, most) = turns(&mut schedule, 0..31);
    assert_eq!(first, 50);
    assert!(most < Some(10), "{most:?} at once");
    assert_eq!(turns(&mut schedule, 31..61).0, 50);
}

#[test]
fn what_ended_is_read_once_more_at_once() {
    let (mut schedule, start) = (ReadingSchedule::default(), Instant::now());
    let running = snapshot(&[("a", &[("a", RUNNING)]), ("b", &[("b", EXITED)])]);
    let first = (0..31).find_map(|second| {
        let read = read(&mut schedule, start, second, &running);
        (!read.is_empty()).then_some((second, read))
    });
    let (second, first) = first.expect("a turn");
    assert_eq!(first, ["a"]);
    let ended = snapshot(&[("a", &[("a", EXITED)]), ("b", &[("b", EXITED)])]);
    assert_eq!(read(&mut schedule, start, second + 1, &ended), ["a"]);
    for second in second + 2..100 {
        assert!(read(&mut schedule, start, second, &ended).is_empty());
    }
}

#[test]
fn reading_goes_on_where_it_ended() {
    let (mut schedule, start) = (ReadingSchedule::default(), Instant::now());
    let running = snapshot(&[("a", &[("a", RUNNING)])]);
    due(&mut schedule, start, 0, &running);
    let first = due(&mut schedule, start, 30, &running).remove(0);
    assert_eq!(
        (
            first.since(),
            first.read_until,
            first.expected,
            first.source.tty
        ),
        (None, None, FIRST, Some(false))
    );
    schedule.done(&first, at(100), Some(at(90)), 40);
    let second = due(&mut schedule, start, 60, &running).remove(0);
    assert_eq!(
        second.since(),
        at(90).checked_add(SignedDuration::from_nanos(1)).ok()
    );
    assert_eq!((second.read_until, second.expected), (Some(at(100)), 80));
    schedule.done(&second, at(130), None, 0);
    let third = due(&mut schedule, start, 90, &running).remove(0);
    assert_eq!((third.since(), third.expected), (second.since(), LEAST));
}

#[test]
fn a_log_that_cannot_be_read_waits_ever_longer() {
    let (mut schedule, start) = (ReadingSchedule::default(), Instant::now());
    let running = snapshot(&[("a", &[("a", RUNNING)])]);
    let mut tried = Vec::new();
    for second in 0..1_000 {
        for job in due(&mut schedule, start, second, &running) {
            tried.push(second);
            schedule.failed(&job, start + Duration::from_secs(second), EVERY);
        }
    }
    let waits: Vec<u64> = tried.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(waits, [60, 120, 240, 480]);
}

#[test]
fn what_is_gone_is_forgotten() {
    let (mut schedule, start) = (ReadingSchedule::default(), Instant::now());
    let running = snapshot(&[("a", &[("a", RUNNING)])]);
    due(&mut schedule, start, 0, &running);
    due(&mut schedule, start, 30, &running);
    assert!(!schedule.services.is_empty() && !schedule.sources.is_empty());
    due(&mut schedule, start, 31, &snapshot(&[]));
    assert!(schedule.services.is_empty() && schedule.sources.is_empty());
}

#[test]
fn a_service_that_is_followed_is_read_more_often() {
    let (mut schedule, start) = (ReadingSchedule::default(), Instant::now());
    let both = snapshot(&[("one", &[("a", RUNNING)]), ("two", &[("b", RUNNING)])]);
    let mut reads = HashMap::new();
    for second in 0..60 {
        let every = |service: &Service| match service.name.as_str() {
            "one" => Duration::from_secs(5),
            _ => EVERY,
        };
        for job in schedule.due(start + Duration::from_secs(second), &both, every) {
            *reads.entry(job.service.to_string()).or_insert(0) += 1;
        }
    }
    assert!((11..=13).contains(&reads["one"]), "{reads:?}");
    assert_eq!(reads["two"], 2);
}
