//! Targets: what is one, where it is reached, and how closely it is watched.

use super::*;

#[test]
fn the_address_that_worked_is_kept_until_it_fails() {
    let mut container = published("hub/api", 8000, 18000);
    container.networks = vec![NetworkAddress {
        network: "back".into(),
        address: Some([172, 18, 0, 4].into()),
        aliases: Vec::new(),
    }];
    let mut targets = Targets::default();
    let options = ProbeOptions::default();
    let seen = snapshot(vec![service(container.clone())]);
    let entries = targets.sync(&seen, &options, &local());
    let key = entries[0].key.clone();
    let target =
        |targets: &mut Targets| targets.job(&key, Duration::ZERO).expect("a target").target;
    let addresses = |targets: &mut Targets| target(targets).addresses;
    let apply = |targets: &mut Targets, outcome, address, correction| {
        let report = Some(report(outcome, address));
        let done = JobOutcome { report, correction };
        targets.apply(&key, Depth::Full, done, Duration::ZERO);
    };
    let both = ["127.0.0.1:18000", "172.18.0.4:8000"];
    assert_eq!(addresses(&mut targets), both);
    apply(&mut targets, ProbeOutcome::Success, both[1], None);
    assert_eq!(addresses(&mut targets), both[1..]);
    // The same container with another health log keeps it, another run of it does not.
    container.docker.failing_streak = 1;
    targets.sync(
        &snapshot(vec![service(container.clone())]),
        &options,
        &local(),
    );
    assert_eq!(addresses(&mut targets), both[1..]);
    apply(&mut targets, ProbeOutcome::Failure, both[1], None);
    assert_eq!(addresses(&mut targets), both);
    apply(
        &mut targets,
        ProbeOutcome::Success,
        both[1],
        Some(ProtocolCorrection::Tcp),
    );
    assert_eq!(target(&mut targets).spec.kind, ProbeKind::Tcp);
    container.started_at = Some(Timestamp::UNIX_EPOCH + SignedDuration::from_secs(9));
    targets.sync(&snapshot(vec![service(container)]), &options, &local());
    assert_eq!(addresses(&mut targets), both);
    assert_eq!(
        target(&mut targets).spec.kind,
        ProbeKind::Http,
        "correction anew"
    );
}

#[test]
fn services_that_start_fail_or_changed_are_watched() {
    let fast = |state: HealthState, seconds_ago: i64| {
        let mut service = service(published("hub/api", 8000, 18000));
        service.health.state = state;
        let now = snapshot(Vec::new()).taken_at;
        service.health.since = now - SignedDuration::from_secs(seconds_ago);
        Targets::default().sync(&snapshot(vec![service]), &ProbeOptions::default(), &local())[0]
            .fast
    };
    assert!(fast(HealthState::Starting, 600));
    assert!(fast(HealthState::Unhealthy, 600));
    assert!(fast(HealthState::Degraded, 600));
    assert!(fast(HealthState::Healthy, 10));
    assert!(!fast(HealthState::Healthy, 61));
    assert!(
        !fast(HealthState::Healthy, 3_600),
        "hubdeck's own first look is no change"
    );
}

#[test]
fn every_running_replica_is_a_target_and_a_url_is_one() {
    let mut service = service(published("hub/api", 8000, 18000));
    let mut second = published("hub/api", 8000, 18001);
    second.id = "second".into();
    let mut third = second.clone();
    (third.id, third.state) = ("third".into(), InstanceState::Exited);
    for facts in [second, third] {
        service.instances.push(crate::model::Instance {
            facts: Arc::new(facts),
            sample: None,
            series: Arc::default(),
            probe: None,
        });
    }
    let mut targets = Targets::default();
    let options = ProbeOptions::default();
    let entries = targets.sync(&snapshot(vec![service.clone()]), &options, &local());
    let hosts: Vec<&str> = entries.iter().map(|entry| &*entry.host).collect();
    assert_eq!(
        hosts,
        ["127.0.0.1:18000", "127.0.0.1:18001"],
        "other containers stand behind other ports"
    );
    service.probe_rule = Some(ProbeSpec {
        url: Some("https://api.example/health".into()),
        timeout: Duration::from_secs(1),
        ..ProbeSpec::new(ProbeKind::Http, 0, ProbeOrigin::Config)
    });
    let entries = targets.sync(&snapshot(vec![service.clone()]), &options, &local());
    assert_eq!(
        entries
            .iter()
            .map(|entry| (&*entry.host, entry.key.instance.is_none()))
            .collect::<Vec<_>>(),
        [("api.example", true)]
    );
    service.instances.clear();
    assert_eq!(
        targets.sync(&snapshot(vec![service.clone()]), &options, &local()),
        []
    );
    service.source = crate::model::Source::Config;
    assert_eq!(
        targets
            .sync(&snapshot(vec![service]), &options, &local())
            .len(),
        1
    );
}

#[test]
fn a_certificate_port_is_reached_like_the_check_itself() {
    let mut container = published("hub/web", 80, 18080);
    let address = Some("127.0.0.1".to_owned());
    container.ports.push(Port {
        container: 443,
        protocol: "tcp".into(),
        published: Some(18443),
        address,
    });
    let mut targets = Targets::default();
    let entries = targets.sync(
        &snapshot(vec![service(container)]),
        &ProbeOptions::default(),
        &local(),
    );
    let target = targets
        .job(&entries[0].key, Duration::ZERO)
        .expect("an job")
        .target;
    assert_eq!(
        (target.spec.port, target.spec.certificate_port),
        (80, Some(443))
    );
    assert_eq!(target.addresses, ["127.0.0.1:18080"]);
    assert_eq!(target.certificate_addresses, ["127.0.0.1:18443"]);
}

#[test]
fn every_running_replica_runs_a_command_without_any_port() {
    let mut service = service(facts("hub/db"));
    let mut second = facts("hub/db");
    second.id = "second".into();
    let second = crate::model::Instance {
        facts: Arc::new(second),
        sample: None,
        series: Arc::default(),
        probe: None,
    };
    service.instances.push(second);
    service.probe_rule = Some(ProbeSpec {
        command: vec!["check".into(), "--password=hunter2".into()].into(),
        ..ProbeSpec::new(ProbeKind::Exec, 0, ProbeOrigin::Config)
    });
    let entries =
        Targets::default().sync(&snapshot(vec![service]), &ProbeOptions::default(), &local());
    let hosts: Vec<&str> = entries.iter().map(|entry| &*entry.host).collect();
    assert_eq!(hosts, ["id-hub/db", "second"]);
}
