//! Lists, inspections and statistics of containers.

use hubdeck::model::DockerStatus;
use serde_json::Value;

use super::Sim;

#[tokio::test]
async fn a_list_entry_has_the_engines_shape() {
    let sim = Sim::new();
    let list = sim
        .json("/v1.45/containers/json?filters=%7B%22name%22%3A%5B%22web%22%5D%7D")
        .await;
    let mut web = list[0].clone();
    for key in ["Id", "ImageID", "Created"] {
        assert!(!web[key].is_null(), "{key}");
        web.as_object_mut().unwrap().remove(key);
    }
    let labels = web["Labels"].as_object_mut().unwrap();
    assert_eq!(
        labels["com.docker.compose.depends_on"],
        "db:service_healthy:true,cache:service_started:false"
    );
    assert_eq!(labels["com.docker.compose.container-number"], "1");
    assert_eq!(labels["com.docker.compose.oneoff"], "False");
    assert_eq!(labels.len(), 10);
    assert_eq!(web["Names"][0], "/shop-web-1");
    assert_eq!(web["Status"], "Up 3 minutes (healthy)");
    assert_eq!(
        web["Ports"][0],
        serde_json::json!({ "IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp" })
    );
    assert_eq!(
        web["Ports"][2],
        serde_json::json!({ "PrivatePort": 443, "Type": "tcp" })
    );
    assert_eq!(web["HostConfig"]["NetworkMode"], "shop_default");
    let network = &web["NetworkSettings"]["Networks"]["shop_default"];
    assert!(
        network["IPAddress"]
            .as_str()
            .unwrap()
            .starts_with("198.18.1."),
        "{network}"
    );
    assert_eq!(web["Mounts"][0]["Name"], "shop_data");
    assert_eq!(web["Mounts"][1]["RW"], false);
}

#[tokio::test]
async fn lists_are_filtered_and_ordered() {
    let sim = Sim::new();
    let filter = |json: &str| {
        let quoted = json
            .replace('"', "%22")
            .replace('{', "%7B")
            .replace('}', "%7D")
            .replace(' ', "%20");
        format!("?filters={quoted}")
    };
    assert_eq!(sim.names("").await.len(), 7);
    assert_eq!(sim.names("?all=true").await.len(), 8);
    assert_eq!(sim.names("?limit=3").await.len(), 3);
    assert_eq!(
        sim.names(&filter(r#"{"status":["exited"]}"#)).await,
        ["shop-migrate-1"]
    );
    assert_eq!(
        sim.names(&filter(r#"{"status":{"paused":true}}"#)).await,
        ["shop-cache-1"]
    );
    assert_eq!(
        sim.names(&filter(r#"{"health":["healthy"]}"#)).await,
        ["shop-web-1"]
    );
    assert_eq!(
        sim.names(&filter(r#"{"name":["^/?loop$"]}"#)).await,
        ["loop"]
    );
    let label = r#"{"label":["com.docker.compose.project=shop","com.docker.compose.service=db"]}"#;
    assert_eq!(sim.names(&filter(label)).await, ["shop-db-1", "shop-db-2"]);
    assert_eq!(
        sim.refusal("GET", "/containers/json?filters=x").await,
        (400, "invalid filter".into())
    );
    let unknown = sim
        .refusal(
            "GET",
            &format!("/containers/json{}", filter(r#"{"nope":["x"]}"#)),
        )
        .await;
    assert_eq!(unknown, (400, "invalid filter 'nope'".into()));
}

#[tokio::test]
async fn every_state_has_its_words() {
    let sim = Sim::new();
    assert_eq!(sim.status("shop-db-1").await, "Up 3 days");
    assert_eq!(sim.status("shop-cache-1").await, "Up 3 days (Paused)");
    assert_eq!(sim.status("shop-migrate-1").await, "Exited (0) 2 hours ago");
    assert_eq!(sim.status("loop").await, "Restarting (3) 2 minutes ago");
    sim.control
        .set_health("shop-web-1", DockerStatus::Unhealthy)
        .unwrap();
    assert_eq!(sim.status("shop-web-1").await, "Up 3 minutes (unhealthy)");
    sim.control.stop("shop-web-1").unwrap();
    sim.control.start("shop-web-1").unwrap();
    assert!(
        sim.status("shop-web-1")
            .await
            .ends_with(" (health: starting)")
    );
}

#[tokio::test]
async fn an_inspection_has_the_engines_shape() {
    let sim = Sim::new();
    let web = sim.json("/containers/shop-web-1/json").await;
    let id = web["Id"].as_str().unwrap();
    assert_eq!(
        sim.json(&format!("/containers/{}/json", &id[..12])).await["Id"],
        id
    );
    assert_eq!(web["Name"], "/shop-web-1");
    assert_eq!(web["State"]["Status"], "running");
    assert_eq!(web["State"]["Health"]["Status"], "healthy");
    assert_eq!(web["State"]["Health"]["Log"].as_array().unwrap().len(), 5);
    assert_eq!(web["State"]["FinishedAt"], "0001-01-01T00:00:00Z");
    assert_eq!(web["Config"]["Env"][1], "EMPTY=");
    assert_eq!(web["Config"]["Healthcheck"]["Interval"], 10_000_000_000_i64);
    assert_eq!(web["HostConfig"]["Memory"], 134_217_728);
    assert_eq!(web["HostConfig"]["NanoCpus"], 500_000_000);
    assert_eq!(web["HostConfig"]["RestartPolicy"]["Name"], "unless-stopped");
    assert_eq!(
        web["NetworkSettings"]["Ports"]["80/tcp"][0]["HostPort"],
        "8080"
    );
    assert!(web["NetworkSettings"]["Ports"]["443/tcp"].is_null());
    assert_eq!(
        web["NetworkSettings"]["Networks"]["shop_default"]["Aliases"][1],
        "web"
    );
    let sidecar = sim.json("/containers/shop-sidecar-1/json").await;
    assert_eq!(
        sidecar["HostConfig"]["NetworkMode"],
        format!("container:{id}")
    );
    let crab = sim.json("/containers/lonely%20%F0%9F%A6%80/json").await;
    assert_eq!(
        (&crab["Name"], &crab["Config"]["Labels"]),
        (&"/lonely 🦀".into(), &serde_json::json!({}))
    );
    let missing = sim.refusal("GET", "/containers/nope/json").await;
    assert_eq!(missing, (404, "No such container: nope".into()));
}

#[tokio::test]
async fn unhealthy_by_hand_has_a_streak_and_an_output() {
    let sim = Sim::new();
    sim.control
        .set_health("shop-web-1", DockerStatus::Unhealthy)
        .unwrap();
    let health = sim.json("/containers/shop-web-1/json").await["State"]["Health"].clone();
    assert_eq!(health["Status"], "unhealthy");
    assert!(health["FailingStreak"].as_u64().unwrap() >= 3, "{health}");
    assert_eq!(health["Log"][4]["ExitCode"], 1);
}

#[tokio::test]
async fn two_one_shot_stats_give_the_load() {
    let sim = Sim::new();
    let path = "/containers/shop-web-1/stats?stream=false&one-shot=true";
    let first = sim.json(path).await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let second = sim.json(path).await;
    let number =
        |sample: &Value, key: &str| sample["cpu_stats"].pointer(key).unwrap().as_u64().unwrap();
    let delta = |key: &str| (number(&second, key) - number(&first, key)) as f64;
    let cpus = second["cpu_stats"]["online_cpus"].as_f64().unwrap();
    let percent = delta("/cpu_usage/total_usage") / delta("/system_cpu_usage") * cpus * 100.0;
    assert!((5.0..150.0).contains(&percent), "{percent}");
    assert_eq!(first["precpu_stats"]["cpu_usage"]["total_usage"], 0);
    assert!(first["precpu_stats"]["system_cpu_usage"].is_null());
    assert_eq!(first["memory_stats"]["limit"], 134_217_728);
    assert!(first["memory_stats"]["stats"]["inactive_file"].is_u64());
    assert!(
        first["memory_stats"]["stats"]["total_inactive_file"].is_null(),
        "cgroup v2 has no such key"
    );
    assert!(first["networks"]["eth0"]["rx_bytes"].is_u64());
    assert!(
        sim.json("/containers/shop-sidecar-1/stats?stream=0&one-shot=1")
            .await["networks"]
            .is_null()
    );
    let dead = sim
        .json("/containers/shop-migrate-1/stats?stream=0&one-shot=1")
        .await;
    assert_eq!(
        (&dead["read"], &dead["memory_stats"]),
        (&"0001-01-01T00:00:00Z".into(), &serde_json::json!({}))
    );
}
