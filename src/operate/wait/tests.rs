//! Where a container stands after its call.

use super::*;
use crate::model::secrets::Sensitive;
use crate::model::{Healthcheck, SignedDuration};
use crate::plan::testing::{facts, world};

/// Where `api-1` stands after `kind`, from what differs from the facts before the call.
fn standing(
    kind: OperationKind,
    wait: StepWait,
    checked: bool,
    change: impl Fn(&mut InstanceFacts),
) -> Standing {
    let check = || Healthcheck {
        test: Sensitive::default(),
        interval: None,
        start_period: None,
        retries: None,
    };
    let mut now = facts("api", 1, InstanceState::Running);
    now.healthcheck = checked.then(check);
    let awaited = Awaited::new(kind, wait, &now, false);
    change(&mut now);
    let mut snapshot = world("api+", "");
    let mut service = (*snapshot.services[0]).clone();
    service.instances[0].facts = Arc::new(now);
    snapshot.services[0] = Arc::new(service);
    awaited.standing(&snapshot)
}

fn again(facts: &mut InstanceFacts) {
    facts.started_at = Some(Timestamp::UNIX_EPOCH + SignedDuration::from_secs(5));
}

fn with(status: DockerStatus) -> impl Fn(&mut InstanceFacts) {
    move |facts| {
        again(facts);
        facts.docker.status = status;
    }
}

fn ended_with(code: i64) -> impl Fn(&mut InstanceFacts) {
    move |facts| {
        again(facts);
        (facts.state, facts.exit_code) = (InstanceState::Exited, Some(code));
    }
}

/// What changes a container after its call.
type Change = Box<dyn Fn(&mut InstanceFacts)>;

fn unchanged() -> Change {
    Box::new(|_| ())
}

fn not_yet(text: &str) -> Standing {
    Standing::NotYet(text.into())
}

fn failed(text: &str) -> Standing {
    Standing::Failed(text.into())
}

#[test]
fn a_restarted_container_is_up_when_its_healthcheck_passes_or_it_runs_without_one() {
    let unchecked: [(Change, Standing); 4] = [
        (Box::new(again), Standing::Runs),
        (unchanged(), not_yet("no restart observed")),
        (Box::new(ended_with(0)), Standing::Up),
        (Box::new(ended_with(1)), failed("it ended with exit code 1")),
    ];
    for (change, expected) in unchecked {
        let standing = standing(OperationKind::Restart, StepWait::Healthy, false, change);
        assert_eq!(standing, expected);
    }
    for (status, expected) in [
        (DockerStatus::Healthy, Standing::Up),
        (
            DockerStatus::Starting,
            not_yet("its healthcheck has not passed yet"),
        ),
        (
            DockerStatus::None,
            not_yet("its healthcheck has not passed yet"),
        ),
        (DockerStatus::Unhealthy, not_yet("its healthcheck fails")),
    ] {
        let standing = standing(
            OperationKind::Restart,
            StepWait::Healthy,
            true,
            with(status),
        );
        assert_eq!(standing, expected, "{status:?}");
    }
}

#[test]
fn a_started_container_is_up_when_it_runs() {
    let in_state = |state| -> Change { Box::new(move |facts| facts.state = state) };
    let changes: [(Change, Standing); 4] = [
        (unchanged(), Standing::Runs),
        (in_state(InstanceState::Exited), not_yet("it is exited")),
        (
            in_state(InstanceState::Restarting),
            not_yet("it ended; its restart policy restarts it"),
        ),
        (
            Box::new(|facts| facts.id = "x".into()),
            failed("the container was removed"),
        ),
    ];
    for (change, expected) in changes {
        let standing = standing(OperationKind::Start, StepWait::Healthy, false, change);
        assert_eq!(standing, expected);
    }
}

#[test]
fn a_job_is_done_when_it_has_ended_with_exit_code_0() {
    let changes: [(Change, Standing); 5] = [
        // The end of the run before is not that of this one.
        (
            Box::new(|facts| {
                (facts.state, facts.exit_code) = (InstanceState::Exited, Some(0));
            }),
            not_yet("it is exited"),
        ),
        (Box::new(again), not_yet("it is still running")),
        (Box::new(ended_with(0)), Standing::Up),
        (Box::new(ended_with(3)), failed("it ended with exit code 3")),
        (
            Box::new(with(DockerStatus::Healthy)),
            not_yet("it is still running"),
        ),
    ];
    for (change, expected) in changes {
        let standing = standing(OperationKind::Restart, StepWait::Exit, false, change);
        assert_eq!(standing, expected);
    }
    let before = facts("job", 1, InstanceState::Exited);
    let awaited = Awaited::new(OperationKind::Restart, StepWait::Exit, &before, false);
    assert_eq!(
        awaited.late("job-1", &not_yet("it is still running")),
        "job-1 has not ended after 30 min: it is still running"
    );
    assert_eq!(
        awaited.failed("job-1", "it ended with exit code 3"),
        "job-1 failed: it ended with exit code 3"
    );
}

#[test]
fn a_long_start_period_is_respected() {
    let mut before = facts("api", 1, InstanceState::Running);
    assert_eq!(
        Awaited::new(OperationKind::Start, StepWait::Healthy, &before, false).limit(),
        LIMIT
    );
    before.healthcheck = Some(Healthcheck {
        test: Sensitive::default(),
        interval: None,
        start_period: Some(Duration::from_secs(300)),
        retries: None,
    });
    assert_eq!(
        Awaited::new(OperationKind::Start, StepWait::Healthy, &before, false).limit(),
        Duration::from_secs(600)
    );
}

/// Where a container that was started again at 5 s stands, with and without a healthcheck that
/// passes, by a probe that ended at `at` seconds.
fn probed(checked: bool, probe: Option<(i64, bool, bool)>) -> Standing {
    let mut now = facts("api", 1, InstanceState::Running);
    if checked {
        now.docker.status = DockerStatus::Healthy;
    }
    let awaited = Awaited::new(OperationKind::Restart, StepWait::Healthy, &now, true);
    again(&mut now);
    let mut snapshot = world("api+", "");
    let instance = &mut Arc::make_mut(&mut snapshot.services[0]).instances[0];
    instance.facts = Arc::new(now);
    instance.probe = probe.map(|(at, works, counts)| InstanceProbe {
        checked_at: Timestamp::UNIX_EPOCH + SignedDuration::from_secs(at),
        works,
        counts,
    });
    awaited.standing(&snapshot)
}

#[test]
fn it_is_up_by_its_healthcheck_and_by_our_probe_of_the_new_run() {
    let fails = || not_yet("hubdeck's probe of it fails");
    for (probe, with_check, without) in [
        (None, Standing::Unprobed, Standing::Unprobed),
        // Of the run before.
        (
            Some((4, true, true)),
            Standing::Unprobed,
            Standing::Unprobed,
        ),
        (Some((6, true, true)), Standing::Up, Standing::Up),
        (Some((6, false, true)), fails(), fails()),
        // A guess that never succeeded has no say.
        (Some((6, false, false)), Standing::Up, Standing::Runs),
    ] {
        assert_eq!(probed(true, probe), with_check, "{probe:?}");
        assert_eq!(probed(false, probe), without, "{probe:?}");
    }
}

#[test]
fn our_probe_has_a_say_where_its_results_count_or_a_setting_asks_for_it() {
    let mut snapshot = world("api++", "");
    let id: InstanceId = "id-api-1".into();
    assert!(!is_probed(&snapshot, &id));
    let service = Arc::make_mut(&mut snapshot.services[0]);
    let probe = |counts| InstanceProbe {
        checked_at: Timestamp::UNIX_EPOCH,
        works: false,
        counts,
    };
    service.instances[0].probe = Some(probe(false));
    service.instances[1].probe = Some(probe(true));
    assert!(!is_probed(&snapshot, &id), "each replica for itself");
    assert!(is_probed(&snapshot, &"id-api-2".into()));
}

#[test]
fn what_fails_of_a_new_container_is_not_waited_for() {
    let kind = OperationKind::Update {
        with_volumes: false,
    };
    let standing = |change: &dyn Fn(&mut InstanceFacts)| {
        let mut now = facts("api", 1, InstanceState::Running);
        let awaited = Awaited::new(kind, StepWait::Healthy, &now, false).of_new();
        change(&mut now);
        awaited.of_facts(&now, None)
    };
    assert_eq!(standing(&|_| ()), Standing::Runs, "every run is a new one");
    let restarted = |times: u64| {
        move |facts: &mut InstanceFacts| (facts.restarts, facts.exit_code) = (times, Some(3))
    };
    assert_eq!(standing(&restarted(1)), Standing::Runs);
    let crashed = "it ended with exit code 3, and its restart policy restarted it 2 times";
    assert_eq!(standing(&restarted(2)), failed(crashed));
    let sick = |facts: &mut InstanceFacts| facts.docker.status = DockerStatus::Unhealthy;
    assert_eq!(standing(&sick), failed("its healthcheck fails"));
    for code in [0, 3] {
        let ended = |facts: &mut InstanceFacts| {
            (facts.state, facts.exit_code) = (InstanceState::Exited, Some(code));
        };
        assert_eq!(
            standing(&ended),
            failed(&format!("it ended with exit code {code}"))
        );
    }
    let now = facts("api", 1, InstanceState::Running);
    let awaited = Awaited::new(kind, StepWait::Healthy, &now, false);
    let empty = world("", "");
    assert_eq!(
        awaited.standing(&empty),
        failed("the container was removed")
    );
    let not_listed = not_yet("it is not listed yet");
    assert_eq!(awaited.clone().of_new().standing(&empty), not_listed);
    assert_eq!(awaited.of_returning().standing(&empty), not_listed);
}
