//! Order of results: a loop over simulated services, in simulated time.

use std::collections::HashMap;

use super::*;
use crate::collect::probes::ask::Asker;
use crate::model::ProbeTarget;

/// How each service answers: after how many milliseconds, and whether well.
#[derive(Clone, Default)]
struct Script {
    answers: watch::Sender<HashMap<String, (u64, bool)>>,
    asked: watch::Sender<Vec<String>>,
}

impl Script {
    fn set(&self, service: &str, after: u64, well: bool) {
        self.answers
            .send_modify(|all| _ = all.insert(service.to_owned(), (after, well)));
    }
}

impl Asker for Script {
    async fn check(&self, target: &ProbeTarget) -> Option<Report> {
        self.asked
            .send_modify(|all| all.push(target.service.to_string()));
        let answer = |script: &Self| script.answers.borrow()[target.service.as_str()];
        tokio::time::sleep(Duration::from_millis(answer(self).0)).await;
        // The state at the end of the probe decides, as on a connection that breaks.
        let outcome = if answer(self).1 {
            ProbeOutcome::Success
        } else {
            ProbeOutcome::Failure
        };
        Some(
            Report::new(
                &target.spec,
                "",
                outcome,
                crate::explain::testing::finding("scripted"),
            )
            .timed(&target.spec, Duration::ZERO),
        )
    }

    /// Connecting works where the service's name with `:` is set to be well.
    async fn connect(&self, target: &ProbeTarget) -> Option<Report> {
        let well = self
            .answers
            .borrow()
            .get(&format!("{}:", target.service))?
            .1;
        let (outcome, words) = match well {
            true => (ProbeOutcome::Success, "accepts connections"),
            false => (ProbeOutcome::Failure, "connection refused"),
        };
        Some(Report::new(
            &target.spec,
            "",
            outcome,
            crate::explain::testing::finding(words),
        ))
    }
}

/// A service with a URL that needs others.
fn external(name: &str, needs: &[&str]) -> Service {
    let mut service = service(facts(name));
    service.instances.clear();
    service.source = crate::model::Source::Config;
    service.probe_rule = Some(ProbeSpec {
        url: Some(format!("http://{}.example/", name.replace('/', "-"))),
        ..ProbeSpec::new(ProbeKind::Http, 0, ProbeOrigin::Config)
    });
    service.depends_on = needs.iter().map(ServiceId::new).collect();
    service
}

struct Simulation {
    script: Script,
    snapshots: watch::Sender<Arc<Snapshot>>,
    results: mpsc::Receiver<Observation>,
    _options: watch::Sender<ProbeOptions>,
}

impl Simulation {
    fn of(services: Vec<Service>) -> Self {
        let script = Script::default();
        for service in &services {
            script.set(service.id.as_str(), 3, true);
        }
        let (snapshots, seen) = watch::channel(snapshot(services));
        let (options, set) = watch::channel(ProbeOptions::default());
        let (out, results) = mpsc::channel(64);
        let running = Loop::new(seen, set, out, script.clone());
        tokio::spawn(async move {
            running
                .run(&Notify::new(), &watch::Sender::new(false))
                .await
        });
        Self {
            script,
            snapshots,
            results,
            _options: options,
        }
    }

    /// The next `count` results: the service and whether it works.
    async fn next(&mut self, count: usize) -> Vec<(String, bool)> {
        let mut all = Vec::new();
        while all.len() < count {
            match self.results.recv().await.expect("a running loop") {
                Observation::Probed {
                    service, result, ..
                } => {
                    all.push((service.to_string(), result.outcome.works()));
                }
                other => panic!("{other:?} instead of a result"),
            }
        }
        all
    }

    /// The next result's outcome and message.
    async fn message(&mut self) -> (ProbeOutcome, String) {
        match self.results.recv().await.expect("a running loop") {
            Observation::Probed { result, .. } => {
                (result.outcome, crate::explain::finding(&result.finding))
            }
            other => panic!("{other:?} instead of a result"),
        }
    }

    /// Shows `service` in `state` from now on, which makes probing it denser.
    fn show(&self, id: &str, state: HealthState) {
        self.snapshots.send_modify(|snapshot| {
            let mut next = (**snapshot).clone();
            for service in next
                .services
                .iter_mut()
                .filter(|service| service.id.as_str() == id)
            {
                Arc::make_mut(service).health.state = state;
            }
            *snapshot = Arc::new(next);
        });
    }
}

#[tokio::test(start_paused = true)]
async fn no_failure_of_a_child_is_sent_before_as_many_of_its_parent() {
    for (db_after, api_after) in [(3, 3), (3, 2_000), (5_000, 3), (4_000, 4_500)] {
        let mut world = Simulation::of(vec![
            external("hub/db", &[]),
            external("hub/api", &["hub/db"]),
            external("x", &[]),
        ]);
        world.next(3).await;
        // Both die at the same moment; only the child is watched closely as yet.
        world.script.set("hub/db", db_after, false);
        world.script.set("hub/api", api_after, false);
        world.show("hub/api", HealthState::Degraded);
        let (mut db, mut api) = (0, 0);
        while api < 5 {
            let (service, works) = world.next(1).await.remove(0);
            match service.as_str() {
                "hub/db" => db = if works { 0 } else { db + 1 },
                "hub/api" => {
                    api = if works { 0 } else { api + 1 };
                    assert!(
                        db >= api,
                        "{api} failures of the child, {db} of its parent ({db_after} ms)"
                    );
                }
                _ => assert!(works, "others go on"),
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_success_is_sent_at_once_and_a_silent_parent_is_waited_for_within_bounds() {
    let mut world = Simulation::of(vec![external("db", &[]), external("api", &["db"])]);
    world.next(2).await;
    world.script.set("db", 60_000, false);
    world.script.set("api", 3, false);
    world.show("api", HealthState::Degraded);
    let begun = Instant::now();
    assert_eq!(world.next(1).await, [("api".to_owned(), false)]);
    let waited = begun.elapsed();
    assert!(
        waited > Duration::from_secs(6) && waited < Duration::from_secs(37),
        "{waited:?}"
    );
    world.script.set("api", 3, true);
    let begun = Instant::now();
    assert_eq!(world.next(1).await, [("api".to_owned(), true)]);
    assert!(
        begun.elapsed() < Duration::from_secs(6),
        "{:?}",
        begun.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn three_hundred_children_ask_their_parent_a_few_times_only() {
    let names: Vec<String> = (0..300).map(|n| format!("hub/child-{n:03}")).collect();
    let mut services: Vec<Service> = names
        .iter()
        .map(|name| external(name, &["hub/db"]))
        .collect();
    services.push(external("hub/db", &[]));
    let mut world = Simulation::of(services);
    world.next(301).await;
    for name in names.iter().chain([&"hub/db".to_owned()]) {
        world.script.set(name, 3, false);
    }
    world.script.asked.send_replace(Vec::new());
    let mut failed: HashMap<String, usize> = HashMap::new();
    let begun = Instant::now();
    while failed.len() < 301 {
        let (service, works) = world.next(1).await.remove(0);
        if !works {
            *failed.entry(service).or_default() += 1;
        }
        assert!(
            failed.values().all(|count| *count <= failed["hub/db"]),
            "the parent is ahead of all"
        );
    }
    let asked = world
        .script
        .asked
        .borrow()
        .iter()
        .filter(|name| *name == "hub/db")
        .count();
    let seconds = begun.elapsed().as_secs();
    assert!(
        asked as u64 <= 2 * seconds + 2,
        "{asked} times in {seconds} s"
    );
}

#[tokio::test(start_paused = true)]
async fn an_expensive_probe_is_spared_and_its_recovery_seen_within_two_dense_intervals() {
    let mut db = external("db", &[]);
    db.probe_rule = Some(ProbeSpec {
        url: Some("postgres://db.example".into()),
        credentials: Some(crate::model::Credentials::Token(
            crate::model::SecretSource::Environment("X".into()),
        )),
        ..ProbeSpec::new(ProbeKind::Postgres, 0, ProbeOrigin::Config)
    });
    let mut world = Simulation::of(vec![db]);
    assert!(world.next(1).await[0].1);
    world.show("db", HealthState::Unhealthy);
    world.script.set("db", 3, false);
    world.script.set("db:", 3, false);
    for _ in 0..5 {
        assert_eq!(
            world.message().await,
            (ProbeOutcome::Failure, "scripted".to_owned())
        );
    }
    let script = world.script.clone();
    let asked = || script.asked.borrow().len();
    let before = asked();
    // A minute and more of refused connections: the two trials of their time are the only logins.
    for _ in 0..16 {
        let (outcome, message) = world.message().await;
        let spared = message.starts_with("connection refused (login not tried: it failed ");
        assert!(
            outcome == ProbeOutcome::Failure && (spared || message == "scripted"),
            "{message}"
        );
    }
    assert!(asked() - before <= 2, "{} logins", asked() - before);
    let begun = Instant::now();
    world.script.set("db", 3, true);
    world.script.set("db:", 3, true);
    while world.message().await.0 != ProbeOutcome::Success {}
    assert!(
        begun.elapsed() <= DENSE_INTERVAL * 2,
        "{:?}",
        begun.elapsed()
    );
}
