//! What is known of a target outlives changes that do not concern it.

use super::*;
use crate::model::EngineStatus;

/// A change of a snapshot or of the options.
type Change = fn(&mut Snapshot, &mut ProbeOptions);

/// Changes that do not concern `hub/api`.
fn changes() -> Vec<(&'static str, Change)> {
    vec![
        ("the engine is lost", |snapshot, _| {
            let since = snapshot.taken_at;
            snapshot.engine.status = EngineStatus::Lost {
                since,
                error: "connection refused".into(),
                retry_at: since,
            };
        }),
        ("it is inspected again", |snapshot, _| {
            let service = Arc::make_mut(&mut snapshot.services[0]);
            for instance in &mut service.instances {
                instance.facts = Arc::new(InstanceFacts {
                    restarts: 0,
                    ..(*instance.facts).clone()
                });
            }
        }),
        ("another interval", |_, options| {
            options.interval = Duration::from_secs(20)
        }),
        ("another timeout", |_, options| {
            options.timeout = Duration::from_secs(1)
        }),
        ("another idea of slow", |_, options| {
            options.slow_after = Some(Duration::from_secs(1))
        }),
        ("an unrelated rule", |_, options| {
            options.rules = Arc::from([ServiceRule {
                no_probe: true,
                ..ServiceRule::of("db")
            }]);
        }),
        ("another service", |snapshot, _| {
            snapshot
                .services
                .push(Arc::new(service(published("hub/zoo", 80, 18080))));
        }),
    ]
}

#[test]
fn protocol_proof_and_address_are_kept() {
    for (what, change) in changes() {
        let mut container = published("hub/api", 8000, 18000);
        container.networks = vec![NetworkAddress {
            network: "back".into(),
            address: Some([172, 18, 0, 4].into()),
            aliases: Vec::new(),
        }];
        let (mut targets, mut options) = (Targets::default(), ProbeOptions::default());
        let mut seen = (*snapshot(vec![service(container)])).clone();
        let key = targets.sync(&seen, &options, &local())[0].key.clone();
        let report = Some(report(ProbeOutcome::Success, "172.18.0.4:8000"));
        let done = JobOutcome {
            report,
            correction: Some(ProtocolCorrection::Tls),
        };
        targets.apply(&key, Depth::Full, done, Duration::ZERO);
        change(&mut seen, &mut options);
        targets.sync(&seen, &options, &local());
        let job = targets.job(&key, Duration::ZERO).expect("a target");
        assert_eq!(job.target.addresses, ["172.18.0.4:8000"], "{what}");
        assert!(job.target.spec.tls && !job.may_correct, "{what}");
        assert_eq!(job.target.spec.timeout, options.timeout, "{what}");
        assert_eq!(job.target.spec.slow_after, options.slow_after, "{what}");
    }
}

#[test]
fn an_open_breaker_is_kept_until_the_next_run() {
    let mut container = facts("hub/db");
    let ruled = |container: &InstanceFacts, timeout| {
        let mut service = service(container.clone());
        service.probe_rule = Some(ProbeSpec {
            command: vec!["check".into()].into(),
            timeout,
            ..ProbeSpec::new(ProbeKind::Exec, 0, ProbeOrigin::Config)
        });
        snapshot(vec![service])
    };
    let (mut targets, options) = (Targets::default(), ProbeOptions::default());
    let key = targets.sync(&ruled(&container, DENSE_INTERVAL), &options, &local())[0]
        .key
        .clone();
    for _ in 0..5 {
        let report = Some(report(ProbeOutcome::Failure, ""));
        let done = JobOutcome {
            report,
            correction: None,
        };
        assert_eq!(
            targets
                .apply(&key, Depth::Full, done, Duration::ZERO)
                .and_then(|it| it.failed),
            Some(true)
        );
    }
    let depth = |targets: &mut Targets| targets.job(&key, DENSE_INTERVAL).expect("a target").depth;
    assert_eq!(depth(&mut targets), Depth::ConnectOnly);
    targets.sync(&ruled(&container, DENSE_INTERVAL * 2), &options, &local());
    assert_eq!(
        depth(&mut targets),
        Depth::ConnectOnly,
        "another timeout changes nothing"
    );
    targets.try_all(DENSE_INTERVAL);
    assert_eq!(depth(&mut targets), Depth::Full, "somebody asks for it");
    container.started_at = Some(Timestamp::UNIX_EPOCH + SignedDuration::from_secs(9));
    targets.sync(&ruled(&container, DENSE_INTERVAL), &options, &local());
    assert_eq!(depth(&mut targets), Depth::Full, "another run");
}
