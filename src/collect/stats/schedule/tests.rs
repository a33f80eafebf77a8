use super::super::facts_for_test;
use super::*;

fn containers(count: usize) -> Vec<Arc<InstanceFacts>> {
    (0..count)
        .map(|n| Arc::new(facts_for_test(&format!("container-{n}"), "{}")))
        .collect()
}

fn focus(ids: &[&str]) -> Focus {
    Focus {
        instances: ids.iter().map(|id| InstanceId::from(*id)).collect(),
    }
}

/// Seconds (of `span`) at which each container was due, by one tick a second.
fn turns(containers: &[Arc<InstanceFacts>], focus: &Focus, span: u64) -> HashMap<String, Vec<u64>> {
    let (mut schedule, begin, options) = (
        SampleSchedule::default(),
        Instant::now(),
        SamplingOptions::default(),
    );
    let mut turns: HashMap<String, Vec<u64>> = HashMap::new();
    for second in 0..span {
        let now = begin + Duration::from_secs(second);
        for facts in schedule.due(now, containers.iter(), focus, &options) {
            turns
                .entry(facts.id.as_str().to_owned())
                .or_default()
                .push(second);
        }
    }
    turns
}

#[test]
fn what_is_on_screen_comes_at_once_again_soon_then_every_two_seconds() {
    let turns = turns(&containers(1), &focus(&["container-0"]), 8);
    assert_eq!(turns["container-0"], [0, 1, 3, 5, 7]);
}

#[test]
fn the_rest_is_spread_and_slow() {
    let turns = turns(&containers(300), &focus(&[]), 95);
    assert_eq!(turns.len(), 300);
    let mut busiest = HashMap::<u64, usize>::new();
    for (id, seconds) in &turns {
        assert!(seconds[0] <= 5, "{id}: the first figures come early");
        assert!(
            seconds[1] - seconds[0] <= 2,
            "{id}: the second reading follows the first"
        );
        assert!(
            seconds[2..].windows(2).all(|pair| pair[1] - pair[0] == 30),
            "{id}: {seconds:?}"
        );
        seconds
            .iter()
            .filter(|second| **second > 40)
            .for_each(|second| *busiest.entry(*second).or_default() += 1);
    }
    assert!(
        busiest.values().all(|count| *count < 40),
        "not all at once: {busiest:?}"
    );
}

#[test]
fn coming_into_focus_does_not_wait_for_the_slow_turn() {
    let (containers, options) = (containers(1), SamplingOptions::default());
    let (mut schedule, begin) = (SampleSchedule::default(), Instant::now());
    for second in 0..40 {
        schedule.due(
            begin + Duration::from_secs(second),
            containers.iter(),
            &focus(&[]),
            &options,
        );
    }
    let now = begin + Duration::from_secs(42);
    let due = schedule.due(now, containers.iter(), &focus(&["container-0"]), &options);
    assert_eq!(due.len(), 1);
}

#[test]
fn what_stopped_is_forgotten_and_what_hangs_is_postponed() {
    let (containers, options) = (containers(1), SamplingOptions::default());
    let (mut schedule, now) = (SampleSchedule::default(), Instant::now());
    let (id, focus) = (&containers[0].id, focus(&["container-0"]));
    assert_eq!(
        schedule.due(now, containers.iter(), &focus, &options).len(),
        1
    );
    schedule.postpone(id, now + Duration::from_secs(30));
    let later = now + Duration::from_secs(20);
    assert!(
        schedule
            .due(later, containers.iter(), &focus, &options)
            .is_empty()
    );
    assert!(schedule.differ(id).is_some());
    schedule.due(later, [].iter(), &focus, &options);
    assert!(schedule.differ(id).is_none());
}

#[test]
fn a_shorter_interval_counts_at_once() {
    let containers = containers(1);
    let (mut schedule, begin) = (SampleSchedule::default(), Instant::now());
    let slow = SamplingOptions {
        others_every: Duration::from_secs(3_600),
        ..SamplingOptions::default()
    };
    let nothing = focus(&[]);
    for second in 0..4_000 {
        schedule.due(
            begin + Duration::from_secs(second),
            containers.iter(),
            &nothing,
            &slow,
        );
    }
    let fast = SamplingOptions {
        others_every: Duration::from_secs(1),
        ..slow
    };
    let due = schedule.due(
        begin + Duration::from_secs(4_001),
        containers.iter(),
        &nothing,
        &fast,
    );
    assert_eq!(due.len(), 1);
}
