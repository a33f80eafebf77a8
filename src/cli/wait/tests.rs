use clap::Parser as _;

use super::*;
use crate::cli::WaitError;
use crate::config::arguments::{Cli, CliCommand};
use crate::model::{
    EngineStatus, Health, Instance, InstanceFacts, InstanceId, InstanceState, Reason, ServiceName,
    StackName, Timestamp,
};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn args(words: &[&str]) -> WaitArgs {
    let cli = Cli::try_parse_from([&["hubdeck", "wait"], words].concat()).expect("arguments");
    match cli.command {
        Some(CliCommand::Wait(args)) => args,
        other => panic!("{other:?}"),
    }
}

/// A service of the stack `hub` in this state, with containers in these.
fn service(name: &str, state: HealthState, instances: &[InstanceState]) -> Service {
    let (stack, name) = (Some(StackName::new("hub")), ServiceName::new(name));
    let instance = |(number, state): (usize, &InstanceState)| Instance {
        facts: Arc::new(InstanceFacts {
            state: *state,
            inspected: true,
            ..InstanceFacts::unknown(
                InstanceId::new(format!("{name}{number}")),
                "container",
                stack.clone(),
                name.clone(),
            )
        }),
        sample: None,
        series: Arc::default(),
        probe: None,
    };
    Service {
        instances: instances.iter().enumerate().map(instance).collect(),
        health: Health {
            state,
            reason: Reason::NoCheck,
            ..Health::unknown(NOW)
        },
        ..Service::unknown(stack.clone(), name.clone(), NOW)
    }
}

fn progress(services: Vec<Service>, words: &[&str]) -> Result<WaitProgress, CommandError> {
    let mut snapshot = Snapshot::empty(NOW);
    snapshot.engine.status = EngineStatus::Connected { since: NOW };
    snapshot.engine.last_poll = Some(NOW);
    snapshot.services = services.into_iter().map(Arc::new).collect();
    judge(&Arc::new(snapshot), &Settings::default(), &args(words))
}

/// `reached`, `pending` or `hopeless` of a service `db` alone, named and not.
fn words(db: &Service, state: &str) -> [&'static str; 2] {
    [&["--state", state][..], &["db", "--state", state]].map(|words| {
        match progress(vec![db.clone()], words).expect("it is there") {
            WaitProgress::Reached(_) => "reached",
            WaitProgress::Pending(_) => "pending",
            WaitProgress::Hopeless(_) => "hopeless",
        }
    })
}

#[test]
fn each_state_is_reached_pending_or_hopeless() {
    use HealthState::{Completed, Healthy, Running, Starting, Stopped, Unhealthy};
    use InstanceState as I;
    let (yes, no, never) = (["reached"; 2], ["pending"; 2], ["hopeless"; 2]);
    // Waited for by its name alone, and then in vain.
    let left_out = ["pending", "hopeless"];
    for (state, instances, [healthy, running, completed, stopped]) in [
        (Healthy, &[I::Running][..], [yes, yes, no, no]),
        (Running, &[I::Running], [yes, yes, no, no]),
        (Healthy, &[I::Running, I::Created], [yes, no, no, no]),
        (Starting, &[I::Running], [no, yes, no, no]),
        (Unhealthy, &[I::Running], [no, yes, no, no]),
        (Unhealthy, &[I::Restarting], [no, no, no, yes]),
        (Starting, &[I::Created], [no, no, no, yes]),
        (Unhealthy, &[I::Exited], [never, never, never, yes]),
        (Unhealthy, &[I::Dead, I::Exited], [never, never, never, yes]),
        (Unhealthy, &[I::Running, I::Exited], [no, no, no, no]),
        (Stopped, &[I::Exited], [left_out, left_out, never, yes]),
        (Completed, &[I::Exited], [yes, left_out, yes, yes]),
        (Unhealthy, &[], [no, no, no, yes]),
    ] {
        let db = service("db", state, instances);
        let seen = ["healthy", "running", "completed", "stopped"].map(|state| words(&db, state));
        let expected = [healthy, running, completed, stopped];
        assert_eq!(seen, expected, "{state:?} {instances:?}");
    }
}

#[test]
fn what_cannot_be_started_is_hopeless_at_once() {
    let mut db = service("db", HealthState::Unhealthy, &[InstanceState::Created]);
    db.health.reason = Reason::CannotStart {
        error: "no such file".into(),
    };
    assert_eq!(words(&db, "healthy"), ["hopeless"; 2]);
    assert_eq!(words(&db, "stopped"), ["reached"; 2]);
}

#[test]
fn how_a_process_ended_is_waited_for() {
    let mut db = service("db", HealthState::Unknown, &[InstanceState::Exited]);
    for instance in &mut db.instances {
        Arc::make_mut(&mut instance.facts).inspected = false;
    }
    assert_eq!(words(&db, "healthy"), ["pending"; 2]);
}

#[test]
fn what_is_missing_is_named_with_the_reason() {
    let services = || {
        vec![
            service("api", HealthState::Starting, &[InstanceState::Running]),
            service("db", HealthState::Healthy, &[InstanceState::Running]),
            service("web", HealthState::Unhealthy, &[InstanceState::Exited]),
        ]
    };
    let Ok(WaitProgress::Hopeless(waited_for)) = progress(services(), &[]) else {
        panic!("web ended")
    };
    let error = WaitError::Hopeless {
        state: WaitState::Healthy,
        waited_for,
    };
    assert_eq!(
        error.to_string(),
        "not healthy, and nothing will make it so by itself: 1 of 3 services\n  hub/web is unhealthy: no check"
    );
    let Ok(WaitProgress::Pending(waited_for)) = progress(services(), &["hub/api", "db"]) else {
        panic!("api starts")
    };
    let error = WaitError::TimedOut {
        state: WaitState::Healthy,
        limit: Duration::from_millis(2_500),
        waited_for,
    };
    assert_eq!(
        error.to_string(),
        "not healthy within 2.5 s: 1 of 2 services\n  hub/api is starting: no check"
    );
    assert_eq!(CommandError::from(error).status(), ExitStatus::Failure);
    let Ok(WaitProgress::Reached(reached)) = progress(services(), &["db"]) else {
        panic!("db is healthy")
    };
    assert_eq!(reached, [ServiceId::from("hub/db")]);
}

#[test]
fn a_service_that_is_not_there_is_a_mistake_and_none_at_all_is_waited_for() {
    let error = progress(vec![service("db", HealthState::Healthy, &[])], &["dd"]).unwrap_err();
    assert_eq!(error.status(), ExitStatus::Usage, "{error}");
    let nothing = WaitedFor {
        total: 0,
        services: Vec::new(),
    };
    assert_eq!(nothing.to_string(), "there is no service");
    assert_eq!(
        progress(Vec::new(), &[]).ok(),
        Some(WaitProgress::Pending(nothing))
    );
}

#[test]
fn nothing_is_reached_on_an_engine_that_is_lost() {
    let mut snapshot = Snapshot::empty(NOW);
    snapshot.services = vec![Arc::new(service(
        "db",
        HealthState::Healthy,
        &[InstanceState::Running],
    ))];
    let judged = judge(&Arc::new(snapshot), &Settings::default(), &args(&[])).expect("judged");
    assert!(matches!(judged, WaitProgress::Pending(_)), "{judged:?}");
}

#[test]
fn times_have_bounds() {
    let parse = |time: &str| Cli::try_parse_from(["hubdeck", "wait", "--timeout", time]);
    for (time, is_good) in [
        ("1s", true),
        ("90", true),
        ("1h30m", true),
        ("0s", false),
        ("25h", false),
        ("soon", false),
    ] {
        assert_eq!(parse(time).is_ok(), is_good, "{time}");
    }
}
