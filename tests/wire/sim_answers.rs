//! The simulated engine's answers, shape by shape, without a socket.

mod containers;
mod scenarios;
mod streams;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use hubdeck::model::Timestamp;
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
