//! Which engine is connected to, and what happens when it goes or is another one.

use hubdeck::engine::ConnectRequest;
use hubdeck::model::{EngineStatus, Observation, Timestamp};

use super::{Discovery, Sim, scenario, services, sockets};

#[tokio::test]
async fn where_nothing_is_named_the_engine_found_first_is_the_only_one_from_then_on() {
    let dir = tempfile::tempdir().unwrap();
    let (first, second) = (
        dir.path().join("first.sock"),
        dir.path().join("second.sock"),
    );
    let found = Sim::start(scenario("mine", "web"), &second, Timestamp::now).await;
    let request = ConnectRequest {
        sockets: sockets(&[&first, &second]),
        ..ConnectRequest::default()
    };
    let mut discovery = Discovery::start(request);
    discovery.connected().await;
    assert_eq!(services(&discovery.link).await, ["web"]);

    // Another engine comes up at the address that comes first, and the one that was found goes.
    let _other = Sim::start(scenario("foreign", "payroll"), &first, Timestamp::now).await;
    found.end(&second).await;
    let (error, _) = discovery.lost().await;
    assert!(!error.is_empty());
    for _ in 0..3 {
        discovery.refresh.notify_one();
        let (error, attempts) = discovery.lost().await;
        assert_eq!(attempts, [format!("unix://{}", second.display())]);
        assert_eq!(
            error,
            format!(
                "no container engine answers at unix://{} (default socket): no such file",
                second.display()
            )
        );
        assert!(discovery.link.borrow().is_none(), "nothing can act");
    }
    let _back = Sim::start(scenario("mine", "web"), &second, Timestamp::now).await;
    discovery.refresh.notify_one();
    discovery.connected().await;
    assert_eq!(services(&discovery.link).await, ["web"]);
}

#[tokio::test]
async fn a_named_engine_that_goes_is_not_replaced_by_another() {
    let dir = tempfile::tempdir().unwrap();
    let (named, usual) = (dir.path().join("p.sock"), dir.path().join("docker.sock"));
    let _usual = Sim::start(scenario("foreign", "payroll"), &usual, Timestamp::now).await;
    let proxy = Sim::start(scenario("mine", "web"), &named, Timestamp::now).await;
    let request = ConnectRequest {
        docker_host: Some(format!("unix://{}", named.display())),
        sockets: sockets(&[&usual]),
        ..ConnectRequest::default()
    };
    let mut discovery = Discovery::start(request);
    discovery.connected().await;
    proxy.end(&named).await;
    discovery.lost().await;
    let mut told = 0;
    while told < 3 {
        discovery.refresh.notify_one();
        let heard = discovery.news.recv().await.unwrap();
        match heard {
            Observation::Engine {
                status: EngineStatus::Lost { .. },
                attempts,
            } => {
                assert_eq!(attempts.len(), 1);
                assert_eq!(
                    (attempts[0].source.as_str(), attempts[0].error.as_str()),
                    ("DOCKER_HOST", "no such file")
                );
                told += 1;
            }
            other => panic!("news of an engine that is gone: {other:?}"),
        }
    }
    assert!(discovery.link.borrow().is_none());
}

#[tokio::test]
async fn another_engine_at_the_same_address_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("engine.sock");
    let first = Sim::start(scenario("mine", "web"), &path, Timestamp::now).await;
    let mut discovery = Discovery::start(ConnectRequest::to_host(format!(
        "unix://{}",
        path.display()
    )));
    let before = discovery.described().await;
    assert!(before.id.is_some());
    first.end(&path).await;
    discovery.lost().await;
    let again = Sim::start(scenario("mine", "web"), &path, Timestamp::now).await;
    let mut said = Vec::new();
    let mut described = async |discovery: &mut Discovery| {
        discovery.refresh.notify_one();
        discovery
            .until("description", |news| match news {
                Observation::Own { text, .. } => {
                    said.push(text.clone());
                    None
                }
                Observation::EngineInfo(info) if info.host_name.is_some() => Some(()),
                _ => None,
            })
            .await;
        said.clone()
    };
    assert!(
        described(&mut discovery).await.is_empty(),
        "the same engine came back"
    );
    again.end(&path).await;
    discovery.lost().await;
    let _other = Sim::start(scenario("foreign", "payroll"), &path, Timestamp::now).await;
    let said = described(&mut discovery).await;
    assert_eq!(said.len(), 1);
    assert!(
        said[0].starts_with(&format!(
            "another engine answers at unix://{} now: ",
            path.display()
        )),
        "{said:?}"
    );
}
