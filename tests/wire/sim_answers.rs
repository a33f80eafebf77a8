//! The simulated engine's answers, shape by shape, without a socket.

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use futures_util::StreamExt as _;
use hubdeck::model::{DockerStatus, LogStream, Timestamp};
use hubdeck::sim::{Control, Scenario, router};
use serde_json::Value;
use tower::ServiceExt as _;

const SCENARIO: &str = r#"
name = "wire"
[[stack]]
name = "shop"
[[stack.service]]
name = "web"
image = "nginx:1.25-alpine"
command = ["nginx", "-g", "daemon off;"]
age = 600
uptime = 180
depends_on = ["db:service_healthy:true", "cache"]
port = [{ container = 80, published = 8080 }, { container = 443 }]
mounts = ["data:/data", "/srv/x:/x:ro"]
memory_limit = 128
cpu_limit = 0.5
env = { API_KEY = "k", EMPTY = "" }
load = { cpu = 50.0, memory = 64 }
healthcheck = { test = ["CMD-SHELL", "wget -qO- http://localhost/health"], interval = 10, output = "ok" }
[[stack.service]]
name = "db"
image = "postgres:16-alpine"
replicas = 2
[[stack.service]]
name = "cache"
image = "redis:7-alpine"
state = "paused"
[[stack.service]]
name = "migrate"
image = "shop/api:1"
state = "exited"
runs_for = 4
restart = "no"
uptime = 7200
[[stack.service]]
name = "sidecar"
image = "envoy:1"
network_mode = "service:web"
[[container]]
name = "lonely 🦀"
image = "busybox:1.36"
tty = true
[[container]]
name = "loop"
image = "busybox:1.36"
state = "restarting"
exit_code = 3
uptime = 150
"#;

struct Sim {
    control: Control,
    router: axum::Router,
}

impl Sim {
    fn new() -> Self {
        let control = Control::new(Timestamp::now);
        Self {
            router: router(&Scenario::parse(SCENARIO).unwrap(), control.clone()),
            control,
        }
    }

    async fn send(&self, method: &str, path: &str) -> (StatusCode, HeaderMap, Bytes) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .body(Body::empty())
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        (
            status,
            headers,
            to_bytes(response.into_body(), usize::MAX).await.unwrap(),
        )
    }

    async fn json(&self, path: &str) -> Value {
        let (status, _, body) = self.send("GET", path).await;
        assert_eq!(status, 200, "{path}: {}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).unwrap()
    }

    async fn refusal(&self, method: &str, path: &str) -> (u16, String) {
        let (status, _, body) = self.send(method, path).await;
        let message = serde_json::from_slice::<Value>(&body)
            .map(|body| body["message"].as_str().unwrap_or_default().to_owned());
        (status.as_u16(), message.unwrap_or_default())
    }

    async fn names(&self, query: &str) -> Vec<String> {
        let list = self.json(&format!("/containers/json{query}")).await;
        let name = |entry: &Value| entry["Names"][0].as_str().unwrap()[1..].to_owned();
        let mut names: Vec<_> = list.as_array().unwrap().iter().map(name).collect();
        names.sort();
        names
    }

    async fn status(&self, name: &str) -> String {
        let list = self.json("/containers/json?all=1").await;
        let name = format!("/{name}");
        let entry = list
            .as_array()
            .unwrap()
            .iter()
            .find(|entry| entry["Names"][0] == name)
            .unwrap();
        entry["Status"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn ping_tells_the_version_by_header() {
    let sim = Sim::new();
    for method in ["GET", "HEAD"] {
        let (status, headers, _) = sim.send(method, "/_ping").await;
        assert_eq!(
            (status.as_u16(), &headers["api-version"], &headers["ostype"]),
            (200, &"1.45".parse().unwrap(), &"linux".parse().unwrap())
        );
    }
    let version = sim.json("/version").await;
    assert_eq!(
        (&version["ApiVersion"], &version["MinAPIVersion"]),
        (&"1.45".into(), &"1.24".into())
    );
    assert_eq!(version["Platform"]["Name"], "hubdeck sim");
}

#[tokio::test]
async fn versions_are_negotiated_as_the_engine_does() {
    let sim = Sim::new();
    assert_eq!(sim.send("GET", "/v1.44/info").await.0, 200);
    let new = sim.refusal("GET", "/v1.46/info").await;
    assert_eq!(
        new,
        (
            400,
            "client version 1.46 is too new. Maximum supported API version is 1.45".into()
        )
    );
    sim.control.set_api_versions((1, 44), (1, 51));
    let (status, message) = sim.refusal("GET", "/v1.43/info").await;
    assert_eq!(status, 400);
    assert!(
        message
            .starts_with("client version 1.43 is too old. Minimum supported API version is 1.44")
    );
    assert_eq!(sim.json("/version").await["ApiVersion"], "1.51");
}

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

#[tokio::test]
async fn logs_are_framed_or_raw() {
    let sim = Sim::new();
    sim.control
        .log("shop-db-1", LogStream::Stdout, b"out")
        .unwrap();
    sim.control
        .log("shop-db-1", LogStream::Stderr, b"err \xff")
        .unwrap();
    sim.control
        .log("lonely 🦀", LogStream::Stdout, b"raw")
        .unwrap();
    let (_, headers, body) = sim
        .send("GET", "/containers/shop-db-1/logs?stdout=1&stderr=1")
        .await;
    assert_eq!(
        headers["content-type"],
        "application/vnd.docker.multiplexed-stream"
    );
    assert_eq!(
        &body[..],
        b"\x01\0\0\0\0\0\0\x04out\n\x02\0\0\0\0\0\0\x06err \xff\n"
    );
    let (_, _, body) = sim
        .send(
            "GET",
            "/containers/shop-db-1/logs?stderr=1&tail=1&timestamps=1",
        )
        .await;
    assert_eq!((body[0], body[7], body[8 + 30]), (2, 31 + 6, b' '));
    let (_, headers, body) = sim
        .send("GET", "/containers/lonely%20%F0%9F%A6%80/logs?stdout=1")
        .await;
    assert_eq!(
        (&headers["content-type"], &body[..]),
        (
            &"application/vnd.docker.raw-stream".parse().unwrap(),
            &b"raw\r\n"[..]
        )
    );
    assert_eq!(
        sim.refusal("GET", "/containers/shop-db-1/logs").await.0,
        400
    );
    let (_, _, body) = sim
        .send(
            "GET",
            "/containers/shop-db-1/logs?stdout=1&since=4000000000",
        )
        .await;
    assert!(body.is_empty());
}

#[tokio::test]
async fn a_followed_log_ends_with_its_container() {
    let sim = Sim::new();
    let request = Request::get("/containers/shop-db-1/logs?stdout=1&follow=1")
        .body(Body::empty())
        .unwrap();
    let mut stream = sim
        .router
        .clone()
        .oneshot(request)
        .await
        .unwrap()
        .into_body()
        .into_data_stream();
    sim.control
        .log("shop-db-1", LogStream::Stdout, b"one")
        .unwrap();
    assert_eq!(&stream.next().await.unwrap().unwrap()[8..], b"one\n");
    sim.control
        .log("shop-db-1", LogStream::Stdout, b"two")
        .unwrap();
    assert_eq!(&stream.next().await.unwrap().unwrap()[8..], b"two\n");
    sim.control.stop("shop-db-1").unwrap();
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn events_tell_what_happened_and_what_happens() {
    let sim = Sim::new();
    sim.control.kill("shop-db-1", 137).unwrap();
    let filters = "filters=%7B%22type%22%3A%5B%22container%22%5D%2C%22event%22%3A%5B%22die%22%2C%22start%22%2C%22health_status%22%5D%7D";
    let request = Request::get(format!("/events?since=1&{filters}"))
        .body(Body::empty())
        .unwrap();
    let mut stream = sim
        .router
        .clone()
        .oneshot(request)
        .await
        .unwrap()
        .into_body()
        .into_data_stream();
    sim.control.start("shop-db-1").unwrap();
    sim.control
        .set_health("shop-web-1", DockerStatus::Unhealthy)
        .unwrap();
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(serde_json::from_slice::<Value>(&stream.next().await.unwrap().unwrap()).unwrap());
    }
    let actions: Vec<_> = seen
        .iter()
        .map(|event| event["Action"].as_str().unwrap())
        .collect();
    assert_eq!(actions, ["die", "start", "health_status: unhealthy"]);
    let die = &seen[0];
    assert_eq!(
        (&die["status"], &die["Type"], &die["from"]),
        (
            &"die".into(),
            &"container".into(),
            &"postgres:16-alpine".into()
        )
    );
    let attributes = &die["Actor"]["Attributes"];
    assert_eq!(
        (&attributes["exitCode"], &attributes["name"]),
        (&"137".into(), &"shop-db-1".into())
    );
    assert_eq!(attributes["com.docker.compose.service"], "db");
    assert_eq!(
        die["time"].as_i64().unwrap(),
        die["timeNano"].as_i64().unwrap() / 1_000_000_000
    );
}

#[tokio::test]
async fn events_with_an_end_in_the_past_end() {
    let sim = Sim::new();
    sim.control.stop("shop-db-1").unwrap();
    let (status, _, body) = sim.send("GET", "/events?since=1&until=1").await;
    assert_eq!((status.as_u16(), body.len()), (200, 0));
}

#[tokio::test]
async fn actions_answer_as_the_engine_does() {
    let sim = Sim::new();
    let steps = [
        ("POST", "/containers/shop-db-1/start", 304, ""),
        ("POST", "/containers/shop-db-1/stop", 204, ""),
        ("POST", "/containers/shop-db-1/stop", 304, ""),
        (
            "POST",
            "/containers/shop-db-1/kill",
            409,
            "cannot kill container: shop-db-1",
        ),
        ("POST", "/containers/shop-db-1/pause", 409, "container "),
        ("POST", "/containers/shop-db-1/unpause", 500, "Container "),
        ("GET", "/containers/shop-db-1/top", 409, "container "),
        ("POST", "/containers/shop-db-1/restart", 204, ""),
        (
            "POST",
            "/containers/shop-db-1/kill?signal=NOPE",
            400,
            "cannot kill container: shop-db-1: invalid signal: NOPE",
        ),
        ("POST", "/containers/shop-db-1/kill?signal=HUP", 204, ""),
        ("POST", "/containers/shop-db-1/pause", 204, ""),
        (
            "POST",
            "/containers/shop-db-1/start",
            409,
            "cannot start a paused container",
        ),
        ("POST", "/containers/shop-db-1/unpause", 204, ""),
        (
            "DELETE",
            "/containers/shop-db-1",
            409,
            "cannot remove container \"/shop-db-1\": container is running",
        ),
        (
            "POST",
            "/containers/shop-db-1/exec",
            400,
            "No exec command specified",
        ),
        ("DELETE", "/containers/shop-db-1?force=1", 204, ""),
        (
            "POST",
            "/containers/shop-db-1/start",
            404,
            "No such container: shop-db-1",
        ),
        ("GET", "/nope", 404, "page not found"),
    ];
    for (method, path, status, message) in steps {
        let answer = sim.refusal(method, path).await;
        assert!(
            answer.0 == status && answer.1.starts_with(message),
            "{method} {path}: {answer:?}"
        );
    }
    let (_, _, body) = sim.send("POST", "/containers/shop-migrate-1/wait").await;
    assert_eq!(&body[..], b"{\"StatusCode\":0}\n");
}

#[tokio::test]
async fn the_stock_is_what_the_containers_imply() {
    let sim = Sim::new();
    let tags: Vec<_> = sim
        .json("/images/json")
        .await
        .as_array()
        .unwrap()
        .iter()
        .map(|i| i["RepoTags"][0].clone())
        .collect();
    assert_eq!(tags.len(), 6);
    assert_eq!(sim.json("/networks").await[3]["Name"], "shop_default");
    assert_eq!(sim.json("/networks/shop_default").await["Driver"], "bridge");
    assert_eq!(
        sim.json("/volumes").await["Volumes"][0]["Name"],
        "shop_data"
    );
    assert_eq!(
        sim.json("/system/df").await["Images"]
            .as_array()
            .unwrap()
            .len(),
        6
    );
    let info = sim.json("/info").await;
    assert_eq!(
        (
            &info["Containers"],
            &info["ContainersRunning"],
            &info["ContainersPaused"]
        ),
        (&8.into(), &6.into(), &1.into())
    );
}

#[tokio::test]
async fn forbidden_paths_answer_as_a_socket_proxy() {
    let sim = Sim::new();
    sim.control.forbid("/containers/*/stats");
    assert_eq!(
        sim.send(
            "GET",
            "/v1.45/containers/shop-web-1/stats?stream=0&one-shot=1"
        )
        .await
        .0,
        403
    );
    assert_eq!(sim.send("GET", "/containers/shop-web-1/json").await.0, 200);
    sim.control.forbid("/events");
    assert_eq!(sim.send("GET", "/events").await.0, 403);
    sim.control.allow_all();
    assert_eq!(
        sim.send("GET", "/containers/shop-web-1/stats?stream=0&one-shot=1")
            .await
            .0,
        200
    );
    let calls = sim.control.calls();
    assert_eq!(calls["GET /containers/{id}/stats"], 2);
    assert_eq!(calls["GET /events"], 1);
}

#[tokio::test]
async fn thirty_thousand_stopped_do_not_slow_the_running() {
    let control = Control::new(Timestamp::now);
    let sim = Sim {
        router: router(&Scenario::sized(30, 30_000), control.clone()),
        control,
    };
    let (_, _, running) = sim
        .send(
            "GET",
            "/containers/json?filters=%7B%22status%22%3A%5B%22running%22%5D%7D",
        )
        .await;
    assert!(running.len() < 80_000, "{}", running.len());
    let all = sim.json("/containers/json?all=1").await;
    let all = all.as_array().unwrap();
    assert_eq!(all.len(), 30_030);
    assert_eq!(
        all.iter()
            .filter(|entry| entry["State"] == "running")
            .count(),
        30
    );
    let of_compose = all
        .iter()
        .filter(|entry| !entry["Labels"]["com.docker.compose.project"].is_null())
        .count();
    assert_eq!(of_compose, 30 + 300 + 1200);
    let ids: std::collections::HashSet<_> = all.iter().map(|entry| entry["Id"].as_str()).collect();
    assert_eq!(ids.len(), 30_030);
}

#[tokio::test]
async fn sized_scenarios_have_the_size_they_promise() {
    for (running, stopped) in [(0, 0), (1, 0), (7, 3), (10, 250), (1000, 0), (0, 9)] {
        let scenario = Scenario::sized(running, stopped);
        assert_eq!(scenario.len(), running + stopped, "{running} {stopped}");
        let control = Control::new(Timestamp::now);
        let sim = Sim {
            router: router(&scenario, control.clone()),
            control,
        };
        assert_eq!(sim.names("").await.len(), running);
    }
}

#[test]
fn a_wrong_scenario_names_line_key_and_choice() {
    let cases = [
        (
            "[[stack]]\nname = 3\n",
            "scenario line 2, key `name`: invalid type: integer `3`, expected a string",
        ),
        (
            "nam = \"x\"\n",
            "scenario line 1, key `nam`: unknown field `nam`, expected one of",
        ),
        (
            "[[container]]\nname = \"a\"\nimage = \"b\"\nstate = \"up\"\n",
            "scenario line 4, key `state`: unknown variant `up`, expected one of `created`, `running`",
        ),
        (
            "[[container]]\nname = \"a\"\nimage = \"b\"\nlogs = [\"$nope\"]\n",
            "scenario line 4, key `logs`: unknown variable `$nope`; known are $time",
        ),
        (
            "[[container]]\nname = \"a\"\n",
            "scenario line 2, key `name`: `a` needs a `name` and an `image`",
        ),
        (
            "[[stack]]\nname = \"s\"\n[[stack.service]]\nname = \"a\"\nimage = \"b\"\ndepends_on = [\"c:service_healthy\"]\n",
            "scenario line 6, key `depends_on`: `s/a` depends on `c`, which is not in the stack",
        ),
        (
            "[[incident]]\nfirst = 1\neffect = [{ service = \"s/gone\" }]\n",
            "scenario line 3, key `effect`: the incident's service `s/gone` does not exist",
        ),
    ];
    for (text, expected) in cases {
        let error = Scenario::parse(text).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn a_scenario_file_is_named_in_its_errors() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("bad.toml");
    std::fs::write(&path, "seed = \"x\"\n").unwrap();
    let error = Scenario::load(&path).unwrap_err().to_string();
    assert!(error.contains("bad.toml line 1, key `seed`"), "{error}");
    let error = Scenario::load(&dir.path().join("gone.toml"))
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("cannot read the scenario") && error.contains("gone.toml"),
        "{error}"
    );
}
