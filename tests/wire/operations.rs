//! Operations against the simulated engine: order, waits, failures, refusals and the record.

mod auto_heal;
mod ends;
mod gate;
mod newer_images;
mod record;
mod replace;
use std::sync::Arc;
use std::time::Duration;

use hubdeck::explain::timeline::words;
use hubdeck::model::{
    HttpCaller, OperationKind, Principal, ServiceId, SkipReason, Snapshot, StepState, Timestamp,
};
use hubdeck::operate::SubmitRefusal;
use hubdeck::plan::PlanRefusal;
use hubdeck::sim::{Bound, Control, Listen, Scenario, serve};

use crate::support::operations::World;

const SCENARIO: &str = r#"
name = "operate"

[[stack]]
name = "hub"

[[stack.service]]
name = "db"
image = "postgres:16-alpine"
env = { POSTGRES_PASSWORD = "Pw-of-db-42" }
healthcheck = { test = ["CMD", "pg_isready"], interval = 1, retries = 3, ready_after = 0.6 }

[[stack.service]]
name = "api"
image = "example/api:1"
replicas = 2
depends_on = ["db:service_healthy:true", "migrate:service_completed_successfully"]
healthcheck = { test = ["CMD", "check"], interval = 1, retries = 3, ready_after = 0.3 }

[[stack.service]]
name = "web"
image = "example/web:1"
newer_image = true
depends_on = ["api:service_healthy"]

[[stack.service]]
name = "migrate"
image = "example/migrate:1"
state = "exited"
restart = "no"
depends_on = ["db:service_healthy"]

[[stack.service]]
name = "broken"
image = "example/broken:1"
restart = "no"
state = "exited"
exit_code = 3
runs_for = 0.2

[[stack.service]]
name = "job"
image = "example/job:1"
restart = "no"
state = "exited"
runs_for = 0.2
"#;

/// The state of steps that an earlier one kept from being begun.
const FAILED_BEFORE: StepState = StepState::Skipped {
    reason: SkipReason::Failure,
};

/// The simulated engine with a world around it.
struct Simulated {
    world: World,
    control: Control,
    _dir: tempfile::TempDir,
}

async fn simulated() -> Simulated {
    let dir = tempfile::tempdir().unwrap();
    let control = Control::new(Timestamp::now);
    let listen = Listen::Unix(dir.path().join("engine.sock"));
    tokio::spawn(serve(
        Scenario::parse(SCENARIO).unwrap(),
        listen,
        control.clone(),
    ));
    let Bound::Unix(path) = control.ready().await else {
        panic!("a unix socket")
    };
    let world = World::of(&format!("unix://{}", path.display()), "hub", 6).await;
    Simulated {
        world,
        control,
        _dir: dir,
    }
}

#[tokio::test]
async fn a_restart_goes_through_the_dependents_and_waits_for_each() {
    let Simulated { world, _dir, .. } = simulated().await;
    let migrate = world.started_at("hub-migrate-1");
    let plan = world.plan(OperationKind::Restart, &["hub/db"], true);
    let names: Vec<_> = plan.steps.iter().map(|step| step.name.as_str()).collect();
    assert_eq!(
        names,
        ["hub-db-1", "hub-api-1", "hub-api-2", "hub-web-1"],
        "no completed job among them"
    );
    let status = world.end(world.submit(&plan).unwrap()).await;
    assert_eq!(status.error, None);
    assert!(
        status
            .steps
            .iter()
            .all(|step| *step == StepState::Succeeded),
        "{:?}",
        status.steps
    );
    assert_eq!(status.principal, Principal::Terminal);
    let starts: Vec<_> = names.iter().map(|name| world.started_at(name)).collect();
    // The next one starts only after the one before was healthy.
    for (pair, ready_ms) in starts.windows(2).zip([600, 300, 300]) {
        let gap = pair[1].duration_since(pair[0]).as_millis();
        assert!(
            gap >= ready_ms,
            "{gap} ms between two starts, healthy after {ready_ms} ms"
        );
    }
    assert_eq!(
        world.started_at("hub-migrate-1"),
        migrate,
        "the job was left alone"
    );
    let records = world.records();
    let targets: Vec<_> = records
        .iter()
        .map(|it| it["container"].as_str().unwrap())
        .collect();
    assert_eq!(targets, names);
    assert!(records.iter().all(|it| it["result"] == "succeeded"
        && it["plan"] == *plan.hash
        && it["source"] == "tui"));
}

#[tokio::test]
async fn a_failed_step_names_its_reason_and_later_waves_are_skipped() {
    let Simulated {
        world,
        control,
        _dir,
    } = simulated().await;
    let plan = world.plan(OperationKind::Restart, &["hub/db"], true);
    let db = plan.steps[0].target_id().to_owned();
    control.forbid(&format!("/containers/{db}/restart"));
    let status = world.end(world.submit(&plan).unwrap()).await;
    let error = status.error.clone().expect("an error");
    assert!(error.starts_with("cannot restart hub-db-1: "), "{error}");
    assert!(matches!(&status.steps[0], StepState::Failed { error: own } if *own == error));
    assert!(
        status.steps[1..].iter().all(|step| *step == FAILED_BEFORE),
        "{:?}",
        status.steps
    );
    let commands = [
        "docker restart hub-api-1",
        "docker restart hub-api-2",
        "docker restart hub-web-1",
    ];
    assert_eq!(status.finishing_commands(), commands);
    let skipped = world.lines().into_iter();
    let skipped = skipped.filter(|line| line["result"] == "skipped");
    assert!(skipped.map(|line| line["command"].clone()).eq(commands));
    let snapshot = world.snapshots.borrow().clone();
    let told = snapshot.timeline.iter().map(|event| words(&event.change));
    let left = "; 3 steps not begun: `docker restart hub-api-1`, ";
    let told: Vec<String> = told.collect();
    assert!(told.iter().any(|line| line.contains(left)), "{told:?}");
    let records = world.records();
    assert_eq!(
        (records.len(), records[0]["result"].as_str()),
        (1, Some("failed"))
    );
    assert_eq!(records[0]["error"], *error);
}

#[tokio::test]
async fn an_error_of_the_engine_tells_no_secret_to_the_steps_and_the_record() {
    let Simulated {
        world,
        control,
        _dir,
    } = simulated().await;
    let error = r#"{"message":"cannot run check --password Flag-Pw-7: Pw-of-db-42 was refused"}"#;
    control.forbid("/containers/*/restart");
    control.rewrite("/containers/*/restart", |_| error.to_owned());
    let status = world
        .end(
            world
                .submit(&world.plan(OperationKind::Restart, &["hub/api"], false))
                .unwrap(),
        )
        .await;
    let (told, kept) = (
        format!("{status:?}"),
        std::fs::read_to_string(world.audit()).unwrap(),
    );
    for text in [&told, &kept] {
        assert!(text.contains("*** was refused"), "{text}");
        assert!(
            !text.contains("Pw-of-db-42") && !text.contains("Flag-Pw-7"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_container_that_ends_badly_fails_its_start_and_a_job_that_ends_well_does_not() {
    let Simulated { world, _dir, .. } = simulated().await;
    let plan = world.plan(OperationKind::Start, &["hub/broken"], false);
    let status = world.end(world.submit(&plan).unwrap()).await;
    assert_eq!(
        status.error.as_deref(),
        Some("hub-broken-1 is not healthy: it ended with exit code 3")
    );
    let plan = world.plan(OperationKind::Start, &["hub/job"], false);
    assert_eq!(world.end(world.submit(&plan).unwrap()).await.error, None);
}

#[tokio::test]
async fn stop_start_pause_and_unpause_do_what_they_say() {
    let Simulated { world, _dir, .. } = simulated().await;
    let mut snapshots = world.snapshots.clone();
    for (kind, running) in [
        (OperationKind::Stop, 0),
        (OperationKind::Start, 2),
        (OperationKind::Pause, 0),
        (OperationKind::Unpause, 2),
    ] {
        let plan = world.plan(kind, &["hub/api"], false);
        let status = world.end(world.submit(&plan).unwrap()).await;
        assert_eq!(status.error, None, "{kind:?}");
        let api = ServiceId::new("hub/api");
        let seen = snapshots.wait_for(|it| {
            it.service(&api)
                .is_some_and(|api| api.replicas().0 == running)
        });
        tokio::time::timeout(Duration::from_secs(20), seen)
            .await
            .expect("the new state is seen")
            .unwrap();
    }
}

#[tokio::test]
async fn one_operation_at_a_time_per_service_and_none_without_an_engine() {
    let Simulated { world, _dir, .. } = simulated().await;
    let first = world.plan(OperationKind::Restart, &["hub/db"], true);
    let second = world.plan(OperationKind::Restart, &["hub/web"], false);
    let third = world.plan(OperationKind::Stop, &["hub/web"], false);
    let id = world.submit(&first).unwrap();
    assert_eq!(
        world.submit(&second),
        Err(SubmitRefusal::Busy("hub/web".into(), id))
    );
    assert_eq!(world.end(id).await.error, None);
    let id = world.submit(&third).unwrap();
    tokio::time::timeout(Duration::from_secs(20), world.operator.idle())
        .await
        .expect("nothing runs");
    assert_eq!(world.end(id).await.error, None);
    world.engine.send_replace(None);
    assert_eq!(world.submit(&first), Err(SubmitRefusal::EngineLost));
}

#[tokio::test]
async fn a_plan_that_would_be_another_one_now_is_given_back_to_every_face() {
    let Simulated { world, _dir, .. } = simulated().await;
    let confirmed = world.plan(OperationKind::Restart, &["hub/db"], true);
    let stop = world.plan(OperationKind::Stop, &["hub/web"], false);
    assert_eq!(world.end(world.submit(&stop).unwrap()).await.error, None);
    let mut seen = world.snapshots.clone();
    let web = ServiceId::new("hub/web");
    let is_stopped = |snapshot: &Arc<Snapshot>| {
        snapshot
            .service(&web)
            .is_some_and(|web| web.replicas().0 == 0)
    };
    tokio::time::timeout(Duration::from_secs(20), seen.wait_for(is_stopped))
        .await
        .expect("the stop is seen")
        .unwrap();
    let calls = world.records().len();
    let mut given_back = None;
    let http = Principal::Http(HttpCaller {
        token: Some("ci".into()),
        correlation_id: "1".into(),
    });
    for face in [Principal::Terminal, http.clone(), Principal::Cli] {
        let answer = world.operator.submit(confirmed.clone(), face.clone());
        let Err(SubmitRefusal::Changed(fresh)) = answer else {
            panic!("{face:?} got {answer:?}");
        };
        assert_ne!(fresh.hash, confirmed.hash);
        assert!(fresh.steps.iter().all(|step| step.service != web));
        given_back = Some(fresh);
    }
    assert_eq!(world.records().len(), calls, "nothing was called");
    let fresh = given_back.expect("a plan");
    let id = world.operator.submit(*fresh, http.clone()).unwrap();
    assert_eq!(world.end(id).await.error, None);
    let again = world.operator.submit(stop, http);
    assert!(
        matches!(&again, Err(SubmitRefusal::Impossible(refusal)) if refusal.to_string().contains("is not running")),
        "{again:?}"
    );
}

#[tokio::test]
async fn a_plan_whose_containers_are_gone_does_nothing() {
    let Simulated {
        world,
        control,
        _dir,
    } = simulated().await;
    let plan = world.plan(OperationKind::Restart, &["hub/db", "hub/web"], false);
    let db = world.started_at("hub-db-1");
    control.remove("hub-web-1").unwrap();
    let mut snapshots = world.snapshots.clone();
    let web = ServiceId::new("hub/web");
    snapshots
        .wait_for(|snapshot| {
            snapshot
                .service(&web)
                .is_none_or(|web| web.instances.is_empty())
        })
        .await
        .unwrap();
    let gone = PlanRefusal::UnknownService(web);
    assert_eq!(world.submit(&plan), Err(SubmitRefusal::Impossible(gone)));
    assert_eq!(world.started_at("hub-db-1"), db);
    assert!(world.records().is_empty());
}
