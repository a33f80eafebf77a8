//! What cannot be reached is not probed; what complains is probed with quiet requests.

use super::*;
use crate::probe::Links;

fn at_address(name: &str, address: [u8; 4]) -> InstanceFacts {
    let mut facts = facts(name);
    facts.networks = vec![NetworkAddress {
        network: "lan".into(),
        address: Some(address.into()),
        aliases: Vec::new(),
    }];
    facts
}

#[test]
fn a_network_that_comes_is_noticed() {
    let mut container = at_address("hub/api", [172, 30, 0, 4]);
    container.ports = vec![Port {
        container: 80,
        protocol: "tcp".into(),
        published: None,
        address: None,
    }];
    let seen = snapshot(vec![service(container)]);
    let routes = "br-1\t00001EAC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n";
    let apart = Location {
        links: Some(Links::default()),
        reports_unreachable: true,
        ..local()
    };
    let linked = Location {
        links: Some(Links::parse(routes, "", false)),
        ..apart.clone()
    };
    let (mut targets, options) = (Targets::default(), ProbeOptions::default());
    for (location, addresses) in [
        (&apart, &[][..]),
        (&linked, &["172.30.0.4:80"]),
        (&apart, &[]),
    ] {
        let key = targets.sync(&seen, &options, location)[0].key.clone();
        let job = targets.job(&key, Duration::ZERO).expect("an job");
        assert_eq!(job.target.addresses, addresses);
        assert_eq!(job.out_of_reach.is_some(), addresses.is_empty());
    }
    // Where that is not reported, it is no target.
    assert_eq!(
        targets.sync(
            &seen,
            &options,
            &Location {
                reports_unreachable: false,
                ..apart
            }
        ),
        []
    );
}

/// Targets with one, of which a probe gave `report`, and its key.
fn next(report: Report) -> (Targets, TargetKey) {
    let mut targets = Targets::default();
    let entries = targets.sync(
        &snapshot(vec![service(published("hub/x", 8000, 18000))]),
        &ProbeOptions::default(),
        &local(),
    );
    let key = entries[0].key.clone();
    apply(&mut targets, &key, report, Depth::Full);
    (targets, key)
}

fn apply(targets: &mut Targets, key: &TargetKey, report: Report, depth: Depth) -> Option<Report> {
    let done = JobOutcome {
        report: Some(report),
        correction: None,
    };
    targets
        .apply(key, depth, done, Duration::ZERO)
        .expect("an outcome")
        .report
}

#[test]
fn what_complains_gets_quiet_probes_until_a_refresh() {
    let complaint = Report {
        writes_log_line: true,
        ..report(ProbeOutcome::Success, "127.0.0.1:18000")
    };
    let (mut targets, key) = next(complaint);
    let quiet = |targets: &mut Targets| {
        targets
            .job(&key, Duration::ZERO)
            .expect("an job")
            .target
            .spec
            .quiet
    };
    assert!(quiet(&mut targets));
    apply(
        &mut targets,
        &key,
        report(ProbeOutcome::Success, "127.0.0.1:18000"),
        Depth::Full,
    );
    assert!(
        quiet(&mut targets),
        "a question without a complaint proves nothing of the other"
    );
    // Another run of the container begins anew.
    let mut again = published("hub/x", 8000, 18000);
    again.started_at = Some(Timestamp::UNIX_EPOCH + SignedDuration::from_secs(9));
    targets.sync(
        &snapshot(vec![service(again)]),
        &ProbeOptions::default(),
        &local(),
    );
    assert!(!quiet(&mut targets));

    let refusal = Report {
        writes_log_line: true,
        ..report(ProbeOutcome::Inconclusive, "127.0.0.1:18000")
    };
    let (mut targets, key) = next(refusal.clone());
    let depth = |targets: &mut Targets| targets.job(&key, Duration::ZERO).expect("an job").depth;
    assert_eq!(depth(&mut targets), Depth::ConnectOnly);
    let published = apply(
        &mut targets,
        &key,
        report(ProbeOutcome::Success, ""),
        Depth::ConnectOnly,
    );
    assert_eq!(
        published.map(|published| published.outcome),
        Some(ProbeOutcome::Inconclusive)
    );
    assert_eq!(depth(&mut targets), Depth::ConnectOnly);
    targets.try_all(Duration::ZERO);
    assert_eq!(depth(&mut targets), Depth::Full);
}
