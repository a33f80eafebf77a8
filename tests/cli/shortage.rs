//! `hubdeck --serve` that may open few files: what fails for it is not taken for trouble of anybody
//! else.

use std::io::Write;
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::hubdeck::{Home, PROGRAM, eventually, get, pause};
use crate::support::server::{Engine, LIMIT, Server};

/// As many as hubdeck needs for itself, its listener and a few connections.
const HANDLES: &str = "40";

fn json(port: u16, path: &str) -> Option<Value> {
    serde_json::from_str(&get(port, path)?.1).ok()
}

/// Every service with its state.
fn states(port: u16) -> Option<Vec<(String, String)>> {
    let services = json(port, "/api/services")?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let services = services["services"].as_array()?.iter();
    Some(
        services
            .map(|each| (text(&each["id"]), text(&each["health"]["state"])))
            .collect(),
    )
}

/// `hubdeck --serve` that may open [`HANDLES`] files.
fn server_with_few_handles(home: &Home) -> Server {
    let plain = home.piped(&["--serve"]);
    let mut command = Command::new("sh");
    command.args([
        "-c",
        &format!("ulimit -n {HANDLES}; exec \"$0\" --serve"),
        PROGRAM,
    ]);
    command.env_clear().envs(
        plain
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    command.env("HUBDECK_POLL_INTERVAL", "2s");
    command
        .current_dir(home.path())
        .stdin(std::process::Stdio::null());
    command
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped());
    Server::of(command)
}

/// Status, `docker_available` and the first shortage of `/api/health` while clients take what
/// handles there are, and keep each for as long as a head may take.
fn health_while_clients_take_handles(port: u16) -> (Value, Value, Value) {
    let begun = Instant::now();
    let mut held = Vec::new();
    let mut shortage = None;
    while begun.elapsed() < Duration::from_secs(12) {
        held.retain(|(since, _): &(Instant, TcpStream)| since.elapsed() < Duration::from_secs(8));
        for _ in held.len()..30 {
            if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) {
                // A connection that was refused is closed.
                let _ = stream.write_all(b"GET /");
                held.push((Instant::now(), stream));
            }
        }
        pause(Duration::from_millis(200));
        held.drain(..held.len().min(2));
        shortage = shortage.or_else(|| {
            let health = json(port, "/api/health")?;
            let shortage = health["shortages"].get(0)?.clone();
            Some((
                health["status"].clone(),
                health["docker_available"].clone(),
                shortage,
            ))
        });
    }
    shortage.unwrap()
}

#[test]
fn a_shortage_of_file_handles_is_named_once_and_costs_no_verdicts() {
    let engine = Engine::calm("12");
    let server = server_with_few_handles(&engine.home());
    server.line("connected to");
    let ready = || get(server.port, "/readyz").filter(|(code, _)| *code == 200);
    eventually("ready", LIMIT, ready);
    pause(Duration::from_secs(3));
    let before = states(server.port).unwrap();
    assert!(!before.is_empty());

    let (status, docker_available, shortage) = health_while_clients_take_handles(server.port);
    assert_eq!(
        (
            shortage["kind"].as_str(),
            shortage["limit"].to_string().as_str()
        ),
        (Some("file_handles"), HANDLES)
    );
    assert_eq!(
        (status.as_str(), docker_available.as_bool()),
        (Some("healthy"), Some(true))
    );
    let after = eventually("answers", LIMIT, || states(server.port));
    assert_eq!(after, before, "no service changed for it");
    let incidents = json(server.port, "/api/incidents").unwrap();
    assert_eq!(incidents["open"], 0, "{incidents}");
    let lines = server.lines();
    let told = lines
        .iter()
        .filter(|line| line.contains("hubdeck is out of file handles"))
        .count();
    assert_eq!(told, 1, "{lines:#?}");
    assert!(
        !lines
            .iter()
            .any(|line| line.contains("no engine") || line.contains("ERROR")),
        "{lines:#?}"
    );
}
