//! Services whose needs were down before hubdeck was started.

use HealthState::{Completed, Healthy, Running, Stopped, Unhealthy};
use ProbeOrigin::Healthcheck as Check;
use ProbeOutcome::Success;
use hubdeck::model::*;

use super::{FAULT, begin, db, hub, incidents, inspect};
use crate::support::store::{With, at, facts};

#[test]
fn what_survives_without_its_need_is_not_blocked() {
    let list = hub(db().exited(137, FAULT));
    let mut world = begin(&list, 60);
    inspect(&mut world, &list);
    let _ = world.probe(&list[1], Check, Success);
    let backend = world.service("hub/backend").health.clone();
    assert_eq!((backend.state, backend.blocked_by), (Healthy, vec![]));
    let proxy = world.service("hub/proxy").health.clone();
    assert_eq!(
        (proxy.state, proxy.blocked_by),
        (Healthy, vec![]),
        "the one before it works"
    );
    assert_eq!(
        world.incidents(),
        ["db exited with code 137 (killed); backend depends on it"]
    );
    // What Docker checks later than that tells it as well.
    let mut world = begin(&list, 60);
    let checked = list[1]
        .clone()
        .with(|facts| facts.docker.checked_at = Some(at(FAULT + 5)));
    let _ = world.inspect(checked);
    assert_eq!(world.service("hub/backend").health.state, Healthy);
    // What nothing checks runs, and is blocked.
    let unchecked = vec![list[0].clone(), facts("hub/worker").needs("db:healthy")];
    let mut world = begin(&unchecked, 60);
    let _ = world.inspect(unchecked[1].clone());
    let worker = world.service("hub/worker").health.clone();
    assert_eq!(
        (worker.state, worker.blocked_by),
        (Running, vec!["hub/db".into()])
    );
}

#[test]
fn a_stopped_service_in_between_is_missed_and_misses_what_it_needs() {
    let mut list = hub(db().exited(0, FAULT));
    list[1] = list[1].clone().exited(143, FAULT + 1);
    let mut world = begin(&list, 60);
    assert_eq!(
        world.health("hub/backend"),
        "unhealthy: stopped with exit code 143; proxy depends on it"
    );
    assert_eq!(
        world.health("hub/db"),
        "unhealthy: stopped with exit code 0; backend depends on it"
    );
    assert_eq!(
        incidents(&mut world),
        ["1 hub/db [hub/backend hub/proxy] db was stopped (exit 0); this blocks backend and proxy"]
    );
}

#[test]
fn one_shots_are_missed_only_when_they_failed() {
    for (job, state, expected) in [
        (facts("hub/migrate").exited(0, FAULT), Completed, vec![]),
        (
            facts("hub/migrate").exited(1, FAULT),
            Unhealthy,
            vec!["migrate exited with code 1; this blocks api"],
        ),
        (
            facts("hub/migrate").with(|facts| {
                (facts.state, facts.started_at) = (InstanceState::Created, None);
            }),
            Stopped,
            vec![],
        ),
    ] {
        let api = facts("hub/api").needs("migrate:completed");
        let job = job.with(|facts| facts.restart_policy = "no".into());
        let mut world = begin(&[job.clone(), api.clone()], 60);
        let _ = world.inspect(job);
        let _ = world.inspect(api);
        assert_eq!(world.service("hub/migrate").health.state, state);
        assert_eq!(world.incidents(), expected);
    }
}
