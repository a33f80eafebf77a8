mod compose;
mod ends;
mod jobs;
mod restart_edges;

use proptest::prelude::*;

use super::*;
use crate::model::{
    DockerStatus, InstanceFacts, OperationId, OperationStatus, Overlay, Principal, Step, StepState,
    StepWait, Timestamp,
};
use crate::plan::testing::world;

fn operation(kind: OperationKind, targets: &str, with_dependents: bool) -> Operation {
    Operation {
        kind,
        targets: targets.split_whitespace().map(ServiceId::new).collect(),
        with_dependents,
        image: None,
    }
}

/// The steps as `a1 b1 | c1`: containers side by side, waves apart.
fn show(plan: &Plan) -> String {
    let mut waves: Vec<Vec<&str>> = Vec::new();
    for step in &plan.steps {
        if waves.len() <= step.wave {
            waves.resize(step.wave + 1, Vec::new());
        }
        waves[step.wave].push(&step.name);
    }
    waves
        .iter()
        .map(|wave| wave.join(" "))
        .collect::<Vec<_>>()
        .join(" | ")
}

use OperationKind::{Pause, Restart, Start, Stop, Unpause};

const REMOVE: OperationKind = OperationKind::Remove { force: false };
const FORCE_REMOVE: OperationKind = OperationKind::Remove { force: true };

fn kill(signal: &str) -> OperationKind {
    OperationKind::Kill {
        signal: signal.parse().expect("a signal"),
    }
}

/// Checks the waves of the plan on a stack of services and edges, and that every step of it is of
/// that kind.
fn assert_waves(
    (services, edges): (&str, &str),
    kind: OperationKind,
    targets: &str,
    with: bool,
    expected: &str,
) {
    let made = plan(&operation(kind, targets, with), &world(services, edges)).expect("a plan");
    assert_eq!(
        show(&made),
        expected,
        "{kind:?} {targets} of {services}; {edges}"
    );
    let waits = matches!(kind, Start | Restart);
    assert!(
        made.steps
            .iter()
            .all(|step| (step.wait != StepWait::No) == waits && step.kind == kind)
    );
}

#[test]
fn waves_follow_the_dependencies() {
    let diamond = ("db+ a+ b+ web+", "a>db b>db web>a web-b");
    let job = ("db+ migrate=done api+", "migrate>db api>migrate api>db");
    for (stack, kind, targets, with, expected) in [
        (diamond, Restart, "db", false, "db-1"),
        (diamond, Restart, "db", true, "db-1 | a-1 b-1 | web-1"),
        (diamond, Restart, "a", true, "a-1 | web-1"),
        (diamond, Restart, "web db", false, "db-1 | web-1"),
        (diamond, Restart, "db db", false, "db-1"),
        (diamond, Stop, "db", true, "web-1 | a-1 b-1 | db-1"),
        (diamond, Stop, "a b db", false, "a-1 b-1 | db-1"),
        (diamond, Pause, "db web", false, "web-1 | db-1"),
        (diamond, kill("TERM"), "db", true, "web-1 | a-1 b-1 | db-1"),
        (diamond, FORCE_REMOVE, "db a", false, "a-1 | db-1"),
        // What has completed is removed as anything else.
        (job, REMOVE, "migrate", false, "migrate-1"),
        (("db- a=done", "a>db"), REMOVE, "db a", false, "a-1 | db-1"),
        (
            ("db- a- web-", "a>db web>a"),
            Start,
            "web db a",
            false,
            "db-1 | a-1 | web-1",
        ),
        (
            ("db- a- web+", "a>db web>a"),
            Start,
            "db",
            true,
            "db-1 | a-1",
        ),
        (("db+ a-", "a>db"), Start, "a db", false, "a-1"),
        // A dependent that does not run is not started by a restart; a completed job is never.
        (("db+ a-", "a>db"), Restart, "db", true, "db-1"),
        (job, Restart, "db", true, "db-1 | api-1"),
        (job, Restart, "db migrate api", false, "db-1 | api-1"),
        (job, Restart, "migrate", false, "migrate-1"),
        (job, Start, "migrate", false, "migrate-1"),
    ] {
        assert_waves(stack, kind, targets, with, expected);
    }
}

#[test]
fn replicas_are_restarted_one_after_the_other_and_a_cycle_is_one_wave() {
    for (stack, kind, targets, with, expected) in [
        // Next to what else is in their wave.
        (
            ("db+++ cache+ a+", "a>db a>cache"),
            Restart,
            "db cache",
            true,
            "cache-1 db-1 | db-2 | db-3 | a-1",
        ),
        (("a++", ""), Stop, "a", false, "a-1 a-2"),
        (("a+-p", ""), kill("KILL"), "a", false, "a-1 a-3"),
        (("a+-p", ""), REMOVE, "a", false, "a-2"),
        (("a+-p", ""), FORCE_REMOVE, "a", false, "a-1 a-2 a-3"),
        (("a+-+", ""), Stop, "a", false, "a-1 a-3"),
        (("a+-", ""), Start, "a", false, "a-2"),
        (
            ("a+ b+ c+", "a>b b>a c>a"),
            Restart,
            "a",
            true,
            "a-1 b-1 | c-1",
        ),
        (("a+p", ""), Pause, "a", false, "a-1"),
        (("a+p", ""), Unpause, "a", false, "a-2"),
        (("a=exited", ""), Restart, "a", false, "a-1"),
    ] {
        assert_waves(stack, kind, targets, with, expected);
    }
}

#[test]
fn what_cannot_be_done_is_told() {
    for (services, kind, targets, expected) in [
        (
            "a+",
            Restart,
            "x",
            "there is no service x; see `hubdeck status` for the names",
        ),
        (
            "a+ site=external",
            Stop,
            "site",
            "site has no containers that could be operated on",
        ),
        ("a+", Start, "a", "nothing to do: a is already running"),
        (
            "a+ b+",
            Start,
            "a b",
            "nothing to do: all 2 services are already running",
        ),
        (
            "ap",
            Start,
            "a",
            "a is paused: unpause it, a start does not",
        ),
        ("a-", Stop, "a", "nothing to do: a is not running"),
        ("a-", Pause, "a", "nothing to do: a is not running"),
        ("a+", Unpause, "a", "nothing to do: a is not paused"),
        ("a-", kill("KILL"), "a", "nothing to do: a is not running"),
        (
            "a+ b+",
            REMOVE,
            "a b",
            "nothing was done: all 2 services are running; stop them first, or force their removal (--force)",
        ),
        ("a+", Stop, "", "nothing to do: no service is named"),
    ] {
        let refusal =
            plan(&operation(kind, targets, false), &world(services, "")).expect_err("a refusal");
        assert_eq!(refusal.to_string(), expected);
    }
}

#[test]
fn warnings_say_what_else_is_hit() {
    let services = "db+ a+ b+ web+ old-";
    let edges = "a>db b-db web>a old>db";
    for (kind, targets, with, expected) in [
        // What needs it is in the impact, and there only.
        (Stop, "db", false, &[][..]),
        (Stop, "db", true, &[]),
        (Stop, "web", false, &[]),
        (
            Restart,
            "web",
            false,
            &["web has no healthcheck; \"running\" is taken as ready"],
        ),
        (
            Restart,
            "a b",
            true,
            &["a, b, web have no healthcheck; \"running\" is taken as ready"],
        ),
    ] {
        let made = plan(&operation(kind, targets, with), &world(services, edges)).expect("a plan");
        assert_eq!(made.warnings, expected, "{kind:?} {targets} {with}");
    }
    let made = plan(&operation(Start, "a", false), &world("db- a-", "a>db")).expect("a plan");
    assert_eq!(made.warnings[0], "a depends on db, which is not running");
    let made = plan(
        &operation(Restart, "a job", false),
        &world("a+ job=done", ""),
    )
    .expect("a plan");
    assert_eq!(made.warnings[1], "job completed and is left alone");
}

#[test]
fn the_impact_leaves_out_what_does_not_run() {
    let snapshot = world(
        "db+ migrate=done api+ web+ old- site=external",
        "migrate>db api>db web-api old>db site>db",
    );
    let impact = plan(&operation(Restart, "db", false), &snapshot)
        .expect("a plan")
        .impact;
    let names = |ids: &[ServiceId]| {
        ids.iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(
        (names(&impact.hard), names(&impact.soft)),
        ("api site".to_owned(), "web".to_owned())
    );
}

#[test]
fn a_healthcheck_silences_its_warning_and_a_running_operation_makes_one() {
    let mut snapshot = world("db+ a+", "a>db");
    let mut db = (*snapshot.services[1]).clone();
    let mut facts = (*db.instances[0].facts).clone();
    facts.docker.status = DockerStatus::Healthy;
    db.instances[0].facts = Arc::new(facts);
    snapshot.services[1] = Arc::new(db);
    let made = plan(&operation(Restart, "db", true), &snapshot).expect("a plan");
    assert_eq!(
        made.warnings,
        ["a has no healthcheck; \"running\" is taken as ready"]
    );
    let status = OperationStatus {
        id: OperationId(7),
        principal: Principal::Http(crate::model::HttpCaller {
            token: None,
            correlation_id: "1".into(),
        }),
        activities: Default::default(),
        steps: vec![StepState::Running; made.steps.len()],
        times: Vec::new(),
        plan: made,
        calls: Vec::new(),
        started_at: Timestamp::UNIX_EPOCH,
        finished_at: None,
        error: None,
        cancelled: None,
        output: Default::default(),
    };
    snapshot.operations = vec![Arc::new(status)];
    let warnings = plan(&operation(Stop, "db", true), &snapshot)
        .expect("a plan")
        .warnings;
    assert_eq!(
        warnings,
        ["operation 7 (restart) is still running on a, db"]
    );
}

#[test]
fn the_hash_changes_with_what_the_plan_does_and_only_then() {
    let snapshot = world("db+ a+ web+", "a>db web>a");
    let hash = |operation: &Operation, snapshot: &Snapshot| {
        plan(operation, snapshot).expect("a plan").hash
    };
    let restart = operation(Restart, "db", true);
    let first = hash(&restart, &snapshot);
    assert_eq!((first.len(), first.to_lowercase()), (16, first.clone()));
    let mut later = world("db+ a+ web+", "a>db web>a");
    later.revision = 99;
    assert_eq!(hash(&restart, &later), first);
    for other in [
        hash(&operation(Restart, "db", false), &snapshot),
        hash(&operation(Stop, "db", true), &snapshot),
        hash(&operation(kill("HUP"), "db", true), &snapshot),
        hash(&operation(kill("USR1"), "db", true), &snapshot),
        hash(&restart, &world("db+ a+", "a>db")),
        hash(&restart, &world("db+ a+ web++", "a>db web>a")),
        hash(&restart, &world("db+ a+ web+", "a>db web>db")),
    ] {
        assert_ne!(other, first);
    }
}

proptest! {
    #[test]
    fn every_container_once_and_in_order(
        pairs in prop::collection::vec((0..6_u8, 0..6_u8), 0..12),
        replicas in prop::collection::vec(1..4_usize, 6),
        targets in prop::collection::btree_set(0..6_u8, 1..6),
        with in any::<bool>(),
        stop in any::<bool>(),
    ) {
        // Only edges to smaller numbers: no cycles.
        let edges: Vec<String> = pairs.iter().filter(|(a, b)| a > b).map(|(a, b)| format!("s{a}>s{b}")).collect();
        let services: Vec<String> = (0..6).map(|n| format!("s{n}{}", "+".repeat(replicas[n]))).collect();
        let snapshot = world(&services.join(" "), &edges.join(" "));
        let kind = if stop { Stop } else { Restart };
        let names: Vec<String> = targets.iter().map(|n| format!("s{n}")).collect();
        let made = plan(&operation(kind, &names.join(" "), with), &snapshot).expect("a plan");
        let mut seen: Vec<_> = made.steps.iter().map(|step| step.target_id()).collect();
        seen.sort();
        let count = seen.len();
        seen.dedup();
        prop_assert_eq!(seen.len(), count, "a container twice");
        prop_assert!(made.steps.windows(2).all(|pair| pair[0].wave <= pair[1].wave), "steps out of order");
        for edge in snapshot.edges.iter() {
            let waves = |id: &ServiceId| {
                let own = made.steps.iter().filter(|step| step.service == *id).map(|step| step.wave);
                own.clone().min().zip(own.max())
            };
            let (Some(from), Some(to)) = (waves(&edge.from), waves(&edge.to)) else { continue };
            let (earlier, later) = if stop { (from, to) } else { (to, from) };
            prop_assert!(earlier.1 < later.0, "{:?} in {}", edge, show(&made));
        }
    }
}

#[test]
fn silences_call_no_container_and_reach_every_service() {
    let mut snapshot = world("db+ api-", "api>db");
    let silence = |minutes| operation(OperationKind::Silence { minutes }, "db api", false);
    let made = plan(&silence(Some(10)), &snapshot).expect("a plan");
    assert_eq!(show(&made), "api db");
    assert!(
        made.warnings.is_empty() && made.impact.is_empty(),
        "{:?}",
        made.warnings
    );
    let other = plan(&silence(None), &snapshot).expect("a plan");
    assert_ne!(made.hash, other.hash, "another time is another plan");
    let lift = operation(OperationKind::Lift, "db api", false);
    let refusal = plan(&lift, &snapshot).expect_err("nothing is silenced");
    assert_eq!(
        refusal.to_string(),
        "nothing to do: all 2 services are not muted"
    );
    for service in &mut snapshot.services {
        Arc::make_mut(service).health.overlays = vec![Overlay::Maintenance];
    }
    assert_eq!(show(&plan(&lift, &snapshot).expect("a plan")), "api db");
}
