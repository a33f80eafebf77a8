//! The hubdeck log of a server: changes of health, and its file when another program renames it.

use std::fs;

use serde_json::Value;

use crate::support::hubdeck::eventually;
use crate::support::server::{Engine, LIMIT, Server, write_config};

/// A service that ends with an error every few seconds, and is started again.
const CRASHING: &str = r#"
[[stack]]
name = "hub"

[[stack.service]]
name = "worker"
image = "python:3.12-alpine"
exit_code = 3
uptime = 0.0
runs_for = 4.0
restart = "always"
restart_delay = 3.0
"#;

#[test]
fn every_change_of_health_is_a_record_with_fields() {
    let engine = Engine::of(CRASHING);
    let home = engine.home();
    write_config(&home, "[log]\nformat = \"json\"\n");
    let server = Server::start(&home, &[]);
    let line = server.line("endpoint.health.changed");
    let record: Value = serde_json::from_str(&line).unwrap();
    let text = |field: &str| record[field].as_str().unwrap_or_default().to_owned();
    assert_eq!(
        (text("event"), text("service")),
        ("endpoint.health.changed".into(), "hub/worker".into())
    );
    let (before, after, reason) = (text("before"), text("after"), text("reason"));
    assert!(
        before != after && !before.is_empty() && !reason.is_empty(),
        "{line}"
    );
    assert!(
        text("message").starts_with(&format!("hub/worker is {after}: ")),
        "{line}"
    );
    let level = if matches!(after.as_str(), "unhealthy" | "degraded") {
        "WARN"
    } else {
        "INFO"
    };
    assert_eq!(text("level"), level, "{line}");
    assert_eq!(server.stop().0, Some(0));
}

#[test]
fn a_renamed_log_file_is_begun_anew_at_sighup_and_the_server_goes_on() {
    let engine = Engine::calm("1");
    let home = engine.home();
    let (file, old) = (home.path().join("own.log"), home.path().join("own.log.old"));
    write_config(&home, &format!("[log]\nfile = {file:?}\n"));
    let server = Server::start(&home, &[]);
    server.line("connected to");
    fs::rename(&file, &old).unwrap();
    let pid = rustix::process::Pid::from_raw(server.id().try_into().unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::HUP).unwrap();
    let begun = eventually("a new file", LIMIT, || {
        fs::read_to_string(&file)
            .ok()
            .filter(|text| !text.is_empty())
    });
    assert!(begun.contains("log file opened again"), "{begun}");
    assert!(fs::read_to_string(&old).unwrap().contains("connected to"));
    let (code, _) = server.stop();
    assert_eq!(code, Some(0));
    assert!(fs::read_to_string(&file).unwrap().contains("shutting down"));
}
