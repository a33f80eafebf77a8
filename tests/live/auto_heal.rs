//! Auto-heal on a real engine: a service that crashes for ever.

use std::fs;
use std::time::Duration;

use serde_json::Value;

use crate::support::docker::{Container, docker, live, unique};
use crate::support::hubdeck::{Home, eventually, pause};
use crate::support::server::Server;

/// Three restarts, each 10 s after the last failure, and the time they take.
const PATIENCE: Duration = Duration::from_secs(120);

fn lines(home: &Home) -> Vec<Value> {
    let record = home.path().join("state/hubdeck/audit.jsonl");
    let text = fs::read_to_string(record).unwrap_or_default();
    let lines = text.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().expect("JSON lines")
}

#[test]
fn a_service_that_crashes_for_ever_is_restarted_three_times_and_then_left_with_the_reason() {
    if !live() {
        return;
    }
    let name = unique("hubdeck-test-heal");
    let arguments = ["busybox:1.36", "sh", "-c", "sleep 1; exit 3"];
    let _crashing = Container::run(&name, &arguments);
    let home = Home::with_live_engine();
    home.write_config(&format!(
        "[auto_heal]\nenabled = true\nservices = [\"{name}\"]\n"
    ));
    let server = Server::start(&home, &[]);
    let stopped = eventually("auto-heal gives up", PATIENCE, || {
        let lines = lines(&home);
        lines
            .into_iter()
            .find(|line| line["event"] == "healing_stopped")
    });
    assert_eq!(
        stopped["error"],
        "auto-heal stopped: 3 restarts within 10 min did not help"
    );
    let restarts = || {
        let since = ["events", "--since", "5m", "--until", "0s"];
        let filter = format!("container={name}");
        let wanted = ["--filter", &filter, "--filter", "event=restart"];
        let format = ["--format", "{{.Action}}"];
        docker(&[&since[..], &wanted, &format].concat())
            .lines()
            .count()
    };
    let tries = restarts();
    let intents = lines(&home);
    let intents = intents.iter().filter(|line| {
        line["event"] == "intent" && line["source"] == "auto-heal" && line["container"] == name
    });
    assert_eq!(intents.count(), 3);
    pause(Duration::from_secs(13));
    assert_eq!(restarts(), tries, "then it is quiet");
    let (code, _) = server.stop();
    assert_eq!(code, Some(0));
}
