//! The simulated engine on a real socket: binding, streaming, dying and returning.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use hubdeck::model::{LogStream, Timestamp};
use hubdeck::sim::{Bound, Control, Listen, Scenario, SimError, serve};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpStream, UnixStream};
use tokio::task::JoinHandle;

struct Running {
    control: Control,
    server: JoinHandle<Result<(), SimError>>,
    path: PathBuf,
    _dir: tempfile::TempDir,
}

async fn run(scenario: Scenario) -> Running {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("engine.sock");
    let (control, server) = start(scenario, Listen::Unix(path.clone())).await.unwrap();
    Running {
        control,
        server,
        path,
        _dir: dir,
    }
}

async fn start(
    scenario: Scenario,
    listen: Listen,
) -> Result<(Control, JoinHandle<Result<(), SimError>>), SimError> {
    let control = Control::new(Timestamp::now);
    let mut server = tokio::spawn(serve(scenario, listen, control.clone()));
    tokio::select! {
        _ = control.ready() => Ok((control, server)),
        ended = &mut server => Err(ended.unwrap().unwrap_err()),
    }
}

async fn open(path: &Path, request: &str) -> BufReader<UnixStream> {
    let mut stream = UnixStream::connect(path).await.unwrap();
    stream
        .write_all(format!("{request} HTTP/1.1\r\nHost: d\r\n\r\n").as_bytes())
        .await
        .unwrap();
    BufReader::new(stream)
}

async fn get(path: &Path, target: &str) -> String {
    let mut stream = UnixStream::connect(path).await.unwrap();
    let request = format!("GET {target} HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// Reads lines until one contains `wanted`; `false` when the stream ends before.
async fn read_until(stream: &mut BufReader<UnixStream>, wanted: &str) -> bool {
    let mut line = Vec::new();
    loop {
        line.clear();
        match stream.read_until(b'\n', &mut line).await {
            Ok(0) | Err(_) => return false,
            Ok(_) if String::from_utf8_lossy(&line).contains(wanted) => return true,
            Ok(_) => {}
        }
    }
}

async fn end(running: Running) {
    running.control.shutdown();
    let ended = tokio::time::timeout(Duration::from_secs(20), running.server).await;
    ended
        .expect("the server ends when told to")
        .unwrap()
        .unwrap();
    assert!(!running.path.exists(), "the socket file is gone");
}

#[tokio::test]
async fn it_serves_a_unix_socket_and_ends_cleanly_with_streams_open() {
    let sim = run(Scenario::sized(3, 0)).await;
    assert!(
        get(&sim.path, "/_ping")
            .await
            .starts_with("HTTP/1.1 200 OK")
    );
    let mut events = open(&sim.path, "GET /v1.45/events").await;
    assert!(
        read_until(&mut events, "application/json").await,
        "headers come before the first event"
    );
    sim.control.stop("stack-000-db-1").unwrap();
    assert!(read_until(&mut events, "\"Action\":\"die\"").await);
    let mut logs = open(
        &sim.path,
        "GET /containers/stack-000-redis-1/logs?stdout=1&follow=1&tail=1",
    )
    .await;
    sim.control
        .log("stack-000-redis-1", LogStream::Stdout, b"hello")
        .unwrap();
    assert!(read_until(&mut logs, "hello").await);
    end(sim).await;
    assert!(
        !read_until(&mut events, "no such thing").await,
        "open streams end"
    );
}

#[tokio::test]
async fn a_dead_daemon_drops_and_refuses_and_returns() {
    let sim = run(Scenario::sized(3, 0)).await;
    let mut events = open(&sim.path, "GET /events").await;
    assert!(read_until(&mut events, "application/json").await);
    let mut stats = open(&sim.path, "GET /containers/stack-000-db-1/stats").await;
    assert!(read_until(&mut stats, "cpu_stats").await);
    for _ in 0..3 {
        sim.control.cut_connections();
        assert!(!read_until(&mut events, "no such thing").await);
        assert!(!read_until(&mut stats, "no such thing").await);
        let refused = async {
            while UnixStream::connect(&sim.path).await.is_ok() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), refused)
            .await
            .expect("a dead daemon refuses");
        sim.control.stop("stack-000-db-1").unwrap();
        sim.control.start("stack-000-db-1").unwrap();
        sim.control.resume();
        let back = async {
            while UnixStream::connect(&sim.path).await.is_err() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), back)
            .await
            .expect("it returns");
        assert!(
            get(&sim.path, "/containers/json")
                .await
                .contains("stack-000-db-1")
        );
        events = open(&sim.path, "GET /events?since=1").await;
        assert!(read_until(&mut events, "\"start\"").await);
        stats = open(&sim.path, "GET /containers/stack-000-db-1/stats").await;
        assert!(read_until(&mut stats, "cpu_stats").await);
    }
    end(sim).await;
}

#[tokio::test]
async fn a_socket_in_use_is_refused_and_a_dead_one_replaced() {
    let sim = run(Scenario::sized(1, 0)).await;
    let error = start(Scenario::sized(1, 0), Listen::Unix(sim.path.clone()))
        .await
        .unwrap_err();
    assert!(matches!(error, SimError::InUse { .. }), "{error}");
    assert!(
        error
            .to_string()
            .contains("stop it or choose another address"),
        "{error}"
    );

    let dead = sim.path.with_file_name("dead.sock");
    drop(std::os::unix::net::UnixListener::bind(&dead).unwrap());
    assert!(dead.exists());
    let (control, server) = start(Scenario::sized(1, 0), Listen::Unix(dead.clone()))
        .await
        .unwrap();
    assert!(get(&dead, "/_ping").await.contains("200 OK"));
    control.shutdown();
    server.await.unwrap().unwrap();

    let file = sim.path.with_file_name("notes.txt");
    std::fs::write(&file, "mine").unwrap();
    let error = start(Scenario::sized(1, 0), Listen::Unix(file.clone()))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("no socket"), "{error}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
    let nowhere = Listen::Unix(sim.path.join("below/a/socket"));
    assert!(matches!(
        start(Scenario::sized(1, 0), nowhere).await,
        Err(SimError::Bind { .. })
    ));
    end(sim).await;
}

#[tokio::test]
async fn it_serves_tcp_on_a_chosen_port() {
    let control = Control::new(Timestamp::now);
    let listen = Listen::Tcp(SocketAddr::from(([127, 0, 0, 1], 0)));
    let server = tokio::spawn(serve(Scenario::sized(1, 0), listen, control.clone()));
    let Bound::Tcp(address) = control.ready().await else {
        panic!("a TCP address")
    };
    assert!(
        http(address, "/_ping")
            .await
            .unwrap()
            .contains("api-version: 1.45")
    );
    let taken = start(Scenario::sized(1, 0), Listen::Tcp(address))
        .await
        .unwrap_err();
    assert!(matches!(taken, SimError::InUse { .. }), "{taken}");
    control.shutdown();
    server.await.unwrap().unwrap();
}

async fn http(address: SocketAddr, target: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream
        .write_all(
            format!("GET {target} HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n").as_bytes(),
        )
        .await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// Host address of a container's port, as inspect tells it.
async fn published(sim: &Running, name: &str, port: &str) -> SocketAddr {
    let answer = get(&sim.path, &format!("/containers/{name}/json")).await;
    let body: serde_json::Value =
        serde_json::from_str(&answer[answer.find('{').unwrap()..]).unwrap();
    let binding = &body["NetworkSettings"]["Ports"][port][0];
    format!(
        "{}:{}",
        binding["HostIp"].as_str().unwrap(),
        binding["HostPort"].as_str().unwrap()
    )
    .parse()
    .unwrap()
}

/// Asks until `fits` likes the answer.
async fn eventually(address: SocketAddr, fits: impl Fn(&std::io::Result<String>) -> bool) {
    let asked = async {
        while !fits(&http(address, "/health").await) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), asked)
        .await
        .expect("the listener follows its container");
}

#[tokio::test]
async fn published_ports_are_real_and_follow_their_container() {
    let sim = run(Scenario::demo()).await;
    let backend = published(&sim, "hub-backend-1", "8000/tcp").await;
    let db = published(&sim, "hub-db-1", "5432/tcp").await;
    assert!(
        backend.ip().is_loopback() && backend != published(&sim, "hub-backend-2", "8000/tcp").await
    );
    let answer = http(backend, "/health").await.unwrap();
    assert!(
        answer.ends_with(r#"{"status":"healthy","version":"1.4.2"}"#),
        "{answer}"
    );
    TcpStream::connect(db).await.unwrap();

    sim.control.begin_incident(0);
    let refused = async {
        while TcpStream::connect(db).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), refused)
        .await
        .expect("a failing TCP service refuses");
    eventually(backend, |answer| {
        answer
            .as_ref()
            .is_ok_and(|answer| answer.starts_with("HTTP/1.1 503"))
    })
    .await;

    sim.control.stop("hub-backend-1").unwrap();
    eventually(backend, Result::is_err).await;
    sim.control.start("hub-backend-1").unwrap();
    eventually(backend, |answer| {
        answer
            .as_ref()
            .is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
    })
    .await;
    sim.control.start("hub-db-1").unwrap();
    end(sim).await;
}

/// What `docker LINE` prints of the engine at `host`; a failure fails the test.
async fn docker(host: &str, line: &str) -> String {
    let mut command = Command::new("docker");
    command
        .arg("-H")
        .arg(host)
        .args(line.split(' '))
        .env_remove("DOCKER_HOST");
    let output = tokio::task::spawn_blocking(move || command.output())
        .await
        .unwrap()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        output.status.success(),
        "docker {line}: {}",
        text(&output.stderr)
    );
    text(&output.stdout) + &text(&output.stderr)
}

/// `docker` against the simulation. Needs the client: set `HUBDECK_LIVE=1` to run it, and then it
/// must be there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_docker_client_works_against_it() {
    if std::env::var_os("HUBDECK_LIVE").is_none() {
        return;
    }
    let sim = run(Scenario::demo()).await;
    let host = format!("unix://{}", sim.path.display());
    let docker = async |line: &str| docker(&host, line).await;
    assert!(docker("version").await.contains("hubdeck sim"));
    assert!(docker("info").await.contains("Running: 17"));
    let running = docker("ps --format {{.Names}}|{{.Status}}").await;
    assert!(
        running.contains("hub-proxy-1|Up 3 days (healthy)"),
        "{running}"
    );
    assert!(
        docker("ps -a --format {{.Names}}|{{.Status}}")
            .await
            .contains("hub-migrate-1|Exited (0) 3 days ago")
    );
    assert!(
        docker("inspect --format {{.State.Health.Status}} hub-db-1")
            .await
            .contains("healthy")
    );
    assert_eq!(
        docker("logs --tail 5 hub-backend-1").await.lines().count(),
        5
    );
    assert!(
        docker("stats --no-stream hub-db-1")
            .await
            .contains("hub-db-1")
    );
    docker("stop hub-worker-1").await;
    docker("start hub-worker-1").await;
    docker("restart hub-mcp-1").await;
    docker("pause hub-mcp-1").await;
    docker("unpause hub-mcp-1").await;
    assert!(docker("top hub-db-1").await.contains("postgres"));
    // The client cuts times to whole seconds.
    let until = Timestamp::now().as_second() + 1;
    let events = format!(
        "events --since 10m --until {until} --filter event=die --format {{{{.Actor.Attributes.name}}}}"
    );
    let events = docker(&events).await;
    assert!(
        events.contains("hub-worker-1") && events.contains("hub-mcp-1"),
        "{events}"
    );
    assert!(docker("compose ls").await.contains("running(13)"));
    docker("system df").await;
    end(sim).await;
}
