//! Why a target is probed now, or why not.

use super::*;

const NOW: Duration = Duration::from_secs(60);

fn key(name: &str) -> TargetKey {
    TargetKey {
        service: name.into(),
        instance: Some(format!("id-{name}").into()),
    }
}

/// Three healthy services, `a/api` needs `a/db`; the ports of `a/api` and `a/web` are behind one
/// address.
fn services() -> Vec<Service> {
    let healthy = |name: &str, address: [u8; 4]| {
        let mut facts = facts(name);
        facts.ports = vec![Port {
            container: 80,
            protocol: "tcp".into(),
            published: None,
            address: None,
        }];
        facts.networks = vec![NetworkAddress {
            network: "back".into(),
            address: Some(address.into()),
            aliases: Vec::new(),
        }];
        let mut service = service(facts);
        service.health.since = Timestamp::UNIX_EPOCH;
        service
    };
    let mut api = healthy("a/api", [10, 0, 0, 1]);
    api.depends_on = vec!["a/db".into()];
    let db = healthy("a/db", [10, 0, 0, 2]);
    vec![api, db, healthy("a/web", [10, 0, 0, 1])]
}

fn probing(limits: (usize, usize)) -> Probing {
    let mut probing = Probing::new(ProbeOptions {
        concurrency: limits.0,
        per_host: limits.1,
        ..ProbeOptions::default()
    });
    let free = probing.sync(snapshot(services()), local_links(), NOW);
    assert_eq!(free, []);
    probing
}

/// hubdeck with an interface in 10.0.0.0/8.
fn local_links() -> Location {
    let routes = "br-1\t0000000A\t00000000\t0001\t0\t0\t0\t000000FF\t0\t0\t0\n";
    Location {
        links: Some(crate::probe::Links::parse(routes, "", false)),
        ..local()
    }
}

fn states(probing: &Probing, now: Duration) -> [Option<ProbeState>; 3] {
    ["a/api", "a/db", "a/web"].map(|name| probing.state(&key(name), now))
}

fn end(probing: &mut Probing, job: &ProbeJob, outcome: ProbeOutcome, now: Duration) -> Vec<String> {
    let report = Report::new(
        &job.target.spec,
        "",
        outcome,
        crate::model::Finding::default(),
    )
    .timed(&job.target.spec, TOGETHER);
    let outcome = JobOutcome {
        report: Some(report),
        correction: None,
    };
    let snapshot = snapshot(services());
    let finished = probing.finished(job, outcome, &snapshot, now, snapshot.taken_at);
    let sent = finished.probed.iter();
    sent.map(|probed| probed.service.to_string()).collect()
}

fn named(jobs: &[ProbeJob]) -> Vec<&str> {
    jobs.iter().map(|job| job.key.service.as_str()).collect()
}

#[test]
fn what_is_due_starts_within_the_limits_and_says_why_not() {
    use ProbeState::{BehindOther, Due, HostBusy, LimitReached, Running};
    let before = [Some(Due), Some(Due), Some(BehindOther)];
    for (limits, jobs, after) in [
        (
            (9, 9),
            vec!["a/api", "a/db", "a/web"],
            [Running, Running, Running],
        ),
        ((9, 1), vec!["a/api", "a/db"], [Running, Running, HostBusy]),
        ((1, 9), vec!["a/api"], [Running, LimitReached, LimitReached]),
    ] {
        let mut probing = probing(limits);
        assert_eq!(states(&probing, NOW), before, "{limits:?}");
        assert_eq!(named(&probing.next(NOW)), jobs, "{limits:?}");
        assert_eq!(states(&probing, NOW), after.map(Some), "{limits:?}");
    }
    assert_eq!(probing((9, 9)).state(&key("a/other"), NOW), None);
}

#[test]
fn a_target_waits_for_its_time_and_a_failure_for_what_is_needed() {
    let mut probing = probing((9, 9));
    let jobs = probing.next(NOW);
    for job in &jobs {
        let sent = end(&mut probing, job, ProbeOutcome::Success, NOW);
        assert_eq!(sent, [job.key.service.as_str()]);
    }
    let due = states(&probing, NOW).map(|state| match state {
        Some(ProbeState::NotDue(due)) => due,
        other => panic!("{other:?} after a probe"),
    });
    let first = due.into_iter().min().expect("three targets");
    assert!(first > NOW && first <= NOW + ProbeOptions::default().interval);
    assert_eq!(probing.next_deadline(), Some(together(first)));

    // The child fails first: its result is held and the parent's probe is due.
    let later = NOW + ProbeOptions::default().interval * 2;
    let jobs = probing.next(later);
    let [api, db, web] = &jobs[..] else {
        panic!("{:?}", named(&jobs))
    };
    let by_name = |name| {
        *[api, db, web]
            .iter()
            .find(|job| job.key == key(name))
            .expect("a job")
    };
    let (api, db) = (by_name("a/api"), by_name("a/db"));
    assert_eq!(
        end(&mut probing, api, ProbeOutcome::Failure, later),
        [""; 0]
    );
    assert_eq!(
        probing.state(&key("a/api"), later),
        Some(ProbeState::ResultHeld)
    );
    assert!(!probing.has_probed_all(&snapshot(services())), "it is held");
    // The parent's probe began before it was due: it is probed once more.
    let failed = end(&mut probing, db, ProbeOutcome::Failure, later);
    assert_eq!(failed, ["a/db", "a/api"], "it failed as often");
    assert_eq!(
        probing.state(&key("a/web"), later),
        Some(ProbeState::Running)
    );
    let states = states(&probing, later);
    assert!(matches!(states[0], Some(ProbeState::NotDue(_))));
}

#[test]
fn a_held_failure_is_sent_when_its_parents_had_their_time() {
    let mut probing = probing((9, 9));
    let jobs = probing.next(NOW);
    for job in &jobs {
        end(&mut probing, job, ProbeOutcome::Success, NOW);
    }
    let later = NOW + ProbeOptions::default().interval * 2;
    let jobs = probing.next(later);
    let api = jobs.iter().find(|job| job.key == key("a/api"));
    let api = api.expect("a job");
    assert_eq!(
        end(&mut probing, api, ProbeOutcome::Failure, later),
        [""; 0]
    );
    let expiry = later + ProbeOptions::default().timeout + Duration::from_secs(1);
    assert_eq!(probing.next_deadline(), Some(expiry), "the others run");
    assert_eq!(probing.expired(expiry - TOGETHER), []);
    let late = probing.expired(expiry);
    assert_eq!(late.len(), 1);
    assert_eq!(late[0].result.outcome, ProbeOutcome::Failure);
}

#[test]
fn a_refresh_makes_every_target_due() {
    let mut probing = probing((9, 9));
    for job in &probing.next(NOW) {
        end(&mut probing, job, ProbeOutcome::Success, NOW);
    }
    assert_eq!(named(&probing.next(NOW)), [""; 0]);
    probing.refresh(NOW);
    assert_eq!(named(&probing.next(NOW)), ["a/api", "a/db", "a/web"]);
}
