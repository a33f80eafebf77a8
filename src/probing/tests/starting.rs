//! A container that starts: when it is probed, and what is not reported of it.

use super::*;
use crate::model::Unread;

/// A container of network `back` with port 80 exposed, whose present run began at `started`.
fn container(address: Option<[u8; 4]>, started: Timestamp) -> InstanceFacts {
    let mut facts = facts("hub/api");
    facts.started_at = Some(started);
    facts.ports = vec![Port {
        container: 80,
        protocol: "tcp".into(),
        published: None,
        address: None,
    }];
    facts.networks = vec![NetworkAddress {
        network: "back".into(),
        address: address.map(Into::into),
        aliases: Vec::new(),
    }];
    facts
}

fn after_start(seconds: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1) + SignedDuration::from_secs(seconds)
}

/// `services` as they are `seconds` after hubdeck's start.
fn seen(seconds: i64, services: Vec<Service>) -> Arc<Snapshot> {
    Arc::new(Snapshot {
        taken_at: after_start(seconds),
        ..(*snapshot(services)).clone()
    })
}

fn reporting() -> Location {
    Location {
        reports_unreachable: true,
        ..local()
    }
}

/// Period and due mark of the schedule entry of the only target; `None` where there is none.
fn entry(targets: &mut Targets, seconds: i64, facts: &InstanceFacts) -> Option<(bool, bool)> {
    let mut service = service(facts.clone());
    (service.health.state, service.health.since) = (HealthState::Healthy, Timestamp::UNIX_EPOCH);
    let entries = targets.sync(
        &seen(seconds, vec![service]),
        &ProbeOptions::default(),
        &reporting(),
    );
    entries.first().map(|entry| (entry.fast, entry.due))
}

#[test]
fn an_address_that_is_not_known_yet_is_not_reported_as_missing() {
    let old = Timestamp::UNIX_EPOCH;
    let failed = Unread {
        inspection: Some("no answer within 10 s".into()),
        ..Unread::default()
    };
    let announced = InstanceFacts {
        announced: true,
        ..container(None, after_start(9))
    };
    for (what, facts, reason) in [
        (
            "it was inspected",
            container(None, old),
            Some("it has no address"),
        ),
        ("only its start is known", announced.clone(), None),
        (
            "its inspection failed",
            InstanceFacts {
                unread: failed.clone(),
                ..announced
            },
            None,
        ),
        (
            "it failed before, of a run that is known",
            InstanceFacts {
                unread: failed,
                ..container(None, old)
            },
            { Some("it has no address") },
        ),
        (
            "it has ended",
            InstanceFacts {
                state: InstanceState::Exited,
                ..container(None, old)
            },
            None,
        ),
    ] {
        let mut targets = Targets::default();
        let entries = targets.sync(
            &seen(10, vec![service(facts)]),
            &ProbeOptions::default(),
            &reporting(),
        );
        let job = entries
            .first()
            .and_then(|entry| targets.job(&entry.key, Duration::ZERO));
        assert_eq!(
            job.and_then(|job| job.out_of_reach)
                .map(|why| crate::explain::finding(&crate::model::Finding::OutOfReach(why))),
            reason.map(|reason| format!("cannot be reached from here: {reason}")),
            "{what}"
        );
    }
}

#[test]
fn what_uses_the_network_of_a_container_that_starts_waits_for_its_address() {
    let old = Timestamp::UNIX_EPOCH;
    let mut user = container(None, old);
    (user.networks, user.network_mode) = (Vec::new(), "container:id-hub/vpn".into());
    let owner = |address, state, announced| InstanceFacts {
        networks: container(address, old).networks,
        state,
        announced,
        ..facts("hub/vpn")
    };
    for (owner, expected) in [
        (
            owner(Some([172, 18, 0, 4]), InstanceState::Running, false),
            1,
        ),
        (owner(None, InstanceState::Exited, false), 0),
        (owner(None, InstanceState::Running, true), 0),
    ] {
        let services = seen(10, vec![service(user.clone()), service(owner.clone())]);
        let entries = Targets::default().sync(&services, &ProbeOptions::default(), &reporting());
        let of_user = entries
            .iter()
            .filter(|entry| entry.key.service.as_str() == "hub/api")
            .count();
        assert_eq!(of_user, expected, "{:?} {}", owner.state, owner.announced);
    }
}

/// Whether `after` makes a probe of what was `before` due, and has it watched for a minute.
fn assert_trigger(what: &str, before: &InstanceFacts, after: &InstanceFacts, triggers: bool) {
    // Within the first seconds of hubdeck as well.
    let mut targets = Targets::default();
    assert_eq!(
        entry(&mut targets, 4, before),
        Some((false, true)),
        "{what}: a new target is due"
    );
    assert_eq!(
        entry(&mut targets, 5, before),
        Some((false, false)),
        "{what}: once"
    );
    assert_eq!(
        entry(&mut targets, 6, after).map(|(_, due)| due),
        Some(triggers),
        "{what}"
    );
    // A run that began before hubdeck was there is no change of the last minute.
    let watched = triggers && after.started_at == before.started_at
        || after.started_at > Some(after_start(0));
    assert_eq!(
        entry(&mut targets, 7, after),
        Some((watched, false)),
        "{what}"
    );
    assert_eq!(
        entry(&mut targets, 67, after),
        Some((false, false)),
        "{what}: for a minute"
    );
}

#[test]
fn a_start_a_verdict_and_a_way_make_a_probe_due_and_watched_until_it_succeeds() {
    let old = Timestamp::UNIX_EPOCH;
    let docker = |status| {
        let mut facts = container(Some([172, 18, 0, 4]), old);
        facts.docker.status = status;
        facts
    };
    let began = |seconds| container(Some([172, 18, 0, 4]), after_start(seconds));
    for (what, before, after, triggers) in [
        (
            "nothing new",
            docker(DockerStatus::Healthy),
            docker(DockerStatus::Healthy),
            false,
        ),
        ("it was started again", began(-60), began(5), true),
        (
            "Docker finds it healthy",
            docker(DockerStatus::Starting),
            docker(DockerStatus::Healthy),
            true,
        ),
        (
            "Docker finds it healthy again",
            docker(DockerStatus::Unhealthy),
            docker(DockerStatus::Healthy),
            true,
        ),
        (
            "Docker finds it unhealthy",
            docker(DockerStatus::Healthy),
            docker(DockerStatus::Unhealthy),
            false,
        ),
        (
            "its address is known",
            container(None, old),
            began(-3_600),
            true,
        ),
        (
            "its address is known",
            container(None, began(-60).started_at.expect("a start")),
            began(-60),
            true,
        ),
        (
            "its address is gone",
            docker(DockerStatus::Healthy),
            container(None, old),
            false,
        ),
    ] {
        assert_trigger(what, &before, &after, triggers);
    }
}

#[test]
fn only_a_success_of_after_the_news_ends_the_watch() {
    let key = TargetKey {
        service: "hub/api".into(),
        instance: Some("id-hub/api".into()),
    };
    let (mut targets, facts) = (
        Targets::default(),
        container(Some([172, 18, 0, 4]), after_start(5)),
    );
    let apply = |targets: &mut Targets, outcome| {
        let done = JobOutcome {
            report: Some(report(outcome, "172.18.0.4:80")),
            correction: None,
        };
        targets
            .apply(&key, Depth::Full, done, Duration::ZERO)
            .expect("a target");
    };
    assert_eq!(entry(&mut targets, 6, &facts), Some((true, true)));
    apply(&mut targets, ProbeOutcome::Success);
    assert_eq!(
        entry(&mut targets, 7, &facts),
        Some((true, false)),
        "it started before"
    );
    targets.job(&key, Duration::ZERO).expect("an job");
    for outcome in [
        ProbeOutcome::Failure,
        ProbeOutcome::Inconclusive,
        ProbeOutcome::Starting,
    ] {
        apply(&mut targets, outcome);
        assert_eq!(
            entry(&mut targets, 8, &facts),
            Some((true, false)),
            "{outcome:?}"
        );
    }
    apply(&mut targets, ProbeOutcome::Success);
    assert_eq!(entry(&mut targets, 9, &facts), Some((false, false)));
}
