//! Shapes of containers against the simulated engine: networks of other containers, Swarm services.

use hubdeck::engine::{ConnectRequest, Engine, SwarmUpdate};
use hubdeck::model::{HealthState, InstanceId, OperationKind, ServiceId, StepState, Timestamp};
use hubdeck::sim::{Bound, Control, Listen, Scenario, serve};

use crate::support::operations::World;

const SCENARIO: &str = r#"
name = "shapes"

[[stack]]
name = "shop"

[[stack.service]]
name = "web"
image = "busybox:1.36"
swarm = true
replicas = 2
restart = "no"

[[stack.service]]
name = "vpn"
image = "example/vpn:1"

[[stack.service]]
name = "torrent"
image = "example/torrent:1"
network_mode = "service:vpn"
depends_on = ["vpn:service_started:true"]
"#;

struct Simulated {
    control: Control,
    host: String,
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
    Simulated {
        control,
        host: format!("unix://{}", path.display()),
        _dir: dir,
    }
}

async fn engine(host: &str) -> Engine {
    ConnectRequest::to_host(host).connect().await.unwrap().0
}

#[tokio::test]
async fn a_swarm_service_is_updated_and_its_tasks_are_replaced() {
    let Simulated {
        control,
        host,
        _dir,
    } = simulated().await;
    let engine = engine(&host).await;
    let services = engine.swarm_services().await.unwrap().expect("a manager");
    let web = services
        .iter()
        .find(|service| service.name == "shop_web")
        .expect("the service");
    assert_eq!((web.desired, web.running), (Some(2), Some(2)));
    let before = engine.list().await.unwrap();
    let tasks = |list: &[hubdeck::model::InstanceFacts]| -> Vec<InstanceId> {
        let tasks = list
            .iter()
            .filter(|facts| facts.swarm_task().is_some() && facts.is_running());
        tasks.map(|facts| facts.id.clone()).collect()
    };
    let first = before
        .iter()
        .find(|facts| facts.swarm_task().is_some())
        .expect("a task");
    assert_eq!(
        (
            first.stack.as_ref().map(|it| it.as_str()),
            first.service.as_str()
        ),
        (Some("shop"), "web")
    );
    engine.restart_swarm_service(&web.id).await.unwrap();
    assert_eq!(engine.swarm_update(&web.id).await, Ok(SwarmUpdate::Done));
    let after = engine.list().await.unwrap();
    assert_eq!(tasks(&after).len(), 2);
    assert!(
        tasks(&after).iter().all(|id| !tasks(&before).contains(id)),
        "they are others"
    );
    assert_eq!(control.calls().get("POST /services/{id}/update"), Some(&1));
    let error = engine
        .restart_swarm_service("nowhere")
        .await
        .expect_err("no such service");
    assert_eq!(error.cause(), "the Swarm has no such service");
}

#[tokio::test]
async fn an_engine_that_is_no_manager_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let control = Control::new(Timestamp::now);
    let listen = Listen::Unix(dir.path().join("engine.sock"));
    let scenario = Scenario::parse("[[container]]\nname = \"a\"\nimage = \"b\"\n").unwrap();
    tokio::spawn(serve(scenario, listen, control.clone()));
    let Bound::Unix(path) = control.ready().await else {
        panic!("a unix socket")
    };
    let engine = engine(&format!("unix://{}", path.display())).await;
    assert_eq!(engine.swarm_services().await, Ok(None));
    let error = engine
        .restart_swarm_service("x")
        .await
        .expect_err("a refusal");
    assert_eq!(
        error.cause(),
        "this engine is no manager of the Swarm; use one that is"
    );
}

#[tokio::test]
async fn a_plan_restarts_a_swarm_service_through_the_swarm() {
    let Simulated {
        control,
        host,
        _dir,
    } = simulated().await;
    let world = World::of(&host, "shop", 3).await;
    let plan = world.plan(OperationKind::Restart, &["shop/web"], false);
    assert_eq!(plan.steps.len(), 1);
    let status = world.end(world.submit(&plan).unwrap()).await;
    assert_eq!(
        (status.error, &status.steps[..]),
        (None, &[StepState::Succeeded][..])
    );
    let calls = control.calls();
    assert_eq!(calls.get("POST /services/{id}/update"), Some(&1));
    assert!(
        !calls.keys().any(|call| call.ends_with("/restart")),
        "{calls:?}"
    );
    let records = world.records();
    assert_eq!(records[0]["container"], "Swarm service shop_web");
}

#[tokio::test]
async fn a_restart_of_an_owner_takes_the_user_of_its_network_along() {
    let Simulated { host, _dir, .. } = simulated().await;
    let world = World::of(&host, "shop", 3).await;
    let plan = world.plan(OperationKind::Restart, &["shop/vpn"], false);
    let names: Vec<_> = plan
        .steps
        .iter()
        .map(|step| (step.name.as_str(), step.wave))
        .collect();
    assert_eq!(names, [("shop-vpn-1", 0), ("shop-torrent-1", 1)]);
    let status = world.end(world.submit(&plan).unwrap()).await;
    assert_eq!(status.error, None);
    assert!(world.started_at("shop-torrent-1") > world.started_at("shop-vpn-1"));
}

#[tokio::test]
async fn a_restart_of_an_owner_by_hand_strands_the_user_of_its_network() {
    let Simulated {
        control,
        host,
        _dir,
    } = simulated().await;
    let world = World::of(&host, "shop", 3).await;
    control.stop("shop-vpn-1").unwrap();
    control.start("shop-vpn-1").unwrap();
    let mut snapshots = world.snapshots.clone();
    let torrent = ServiceId::new("shop/torrent");
    let seen = snapshots.wait_for(|snapshot| {
        snapshot.service(&torrent).is_some_and(|service| {
            service.health.state == HealthState::Unhealthy
                && hubdeck::explain::short(service) == "its network ended when vpn restarted"
        })
    });
    tokio::time::timeout(std::time::Duration::from_secs(20), seen)
        .await
        .expect("it is seen")
        .unwrap();
}
