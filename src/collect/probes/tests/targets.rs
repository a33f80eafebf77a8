//! Targets: what is one, where it is reached, and how closely it is watched.

use super::*;

#[test]
fn the_address_that_worked_is_kept_until_it_fails() {
    let mut container = published("hub/api", 8000, 18000);
    container.networks = vec![crate::model::NetworkAddress {
        network: "back".into(),
        address: Some([172, 18, 0, 4].into()),
        aliases: Vec::new(),
    }];
    let mut book = Book::default();
    let options = ProbeOptions::default();
    let seen = snapshot(vec![service(container.clone())]);
    let wishes = book.sync(&seen, &options, &local());
    let key = wishes[0].key.clone();
    let target = |book: &mut Book| book.errand(&key, Duration::ZERO).expect("a target").target;
    let addresses = |book: &mut Book| target(book).addresses;
    let note = |book: &mut Book, outcome, address, learned| {
        let report = Some(report(outcome, address));
        let done = Done {
            report,
            learned,
            way: Way::Whole,
            started: Duration::ZERO,
        };
        book.note(&key, done, Duration::ZERO);
    };
    let both = ["127.0.0.1:18000", "172.18.0.4:8000"];
    assert_eq!(addresses(&mut book), both);
    note(&mut book, ProbeOutcome::Success, both[1], None);
    assert_eq!(addresses(&mut book), both[1..]);
    // The same container with another health log keeps it, another run of it does not.
    container.docker.failing_streak = 1;
    book.sync(
        &snapshot(vec![service(container.clone())]),
        &options,
        &local(),
    );
    assert_eq!(addresses(&mut book), both[1..]);
    note(&mut book, ProbeOutcome::Failure, both[1], None);
    assert_eq!(addresses(&mut book), both);
    note(
        &mut book,
        ProbeOutcome::Success,
        both[1],
        Some(Learned::Tcp),
    );
    assert_eq!(target(&mut book).spec.kind, ProbeKind::Tcp);
    container.started_at = Some(Timestamp::UNIX_EPOCH + SignedDuration::from_secs(9));
    book.sync(&snapshot(vec![service(container)]), &options, &local());
    assert_eq!(addresses(&mut book), both);
    assert_eq!(target(&mut book).spec.kind, ProbeKind::Http, "learned anew");
}

#[test]
fn services_that_start_fail_or_changed_are_watched() {
    let fast = |state: HealthState, seconds_ago: i64| {
        let mut service = service(published("hub/api", 8000, 18000));
        service.health.state = state;
        let now = snapshot(Vec::new()).taken_at;
        service.health.since = now - SignedDuration::from_secs(seconds_ago);
        Book::default().sync(&snapshot(vec![service]), &ProbeOptions::default(), &local())[0].fast
    };
    assert!(fast(HealthState::Starting, 600));
    assert!(fast(HealthState::Unhealthy, 600));
    assert!(fast(HealthState::Degraded, 600));
    assert!(fast(HealthState::Healthy, 10));
    assert!(!fast(HealthState::Healthy, 61));
    assert!(
        !fast(HealthState::Healthy, 3_600),
        "hubdeck's own first look is no news"
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
        });
    }
    let mut book = Book::default();
    let options = ProbeOptions::default();
    let wishes = book.sync(&snapshot(vec![service.clone()]), &options, &local());
    let hosts: Vec<&str> = wishes.iter().map(|wish| &*wish.host).collect();
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
    let wishes = book.sync(&snapshot(vec![service.clone()]), &options, &local());
    assert_eq!(
        wishes
            .iter()
            .map(|wish| (&*wish.host, wish.key.instance.is_none()))
            .collect::<Vec<_>>(),
        [("api.example", true)]
    );
    service.instances.clear();
    assert_eq!(
        book.sync(&snapshot(vec![service.clone()]), &options, &local()),
        []
    );
    service.source = crate::model::Source::Config;
    assert_eq!(
        book.sync(&snapshot(vec![service]), &options, &local())
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
    let mut book = Book::default();
    let wishes = book.sync(
        &snapshot(vec![service(container)]),
        &ProbeOptions::default(),
        &local(),
    );
    let target = book
        .errand(&wishes[0].key, Duration::ZERO)
        .expect("an errand")
        .target;
    assert_eq!(
        (target.spec.port, target.spec.certificate_port),
        (80, Some(443))
    );
    assert_eq!(target.addresses, ["127.0.0.1:18080"]);
    assert_eq!(target.certificate_addresses, ["127.0.0.1:18443"]);
}
