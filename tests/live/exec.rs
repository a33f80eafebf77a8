//! Commands in containers of a real engine.

use std::time::Duration;

use hubdeck::engine::{CommandEnd, ConnectRequest};
use hubdeck::model::InstanceId;

use crate::support::docker::{Container, docker, live, unique};

const SOCKET: &str = "unix:///var/run/docker.sock";

#[tokio::test]
async fn a_real_engine_runs_commands_as_the_simulated_one() {
    if !live() {
        return;
    }
    let host = std::env::var("DOCKER_HOST").unwrap_or_else(|_| SOCKET.to_owned());
    let (engine, _) = ConnectRequest::to_host(host).connect().await.unwrap();
    let container = Container::run(&unique("probe-exec"), &["busybox:1.36", "sleep", "600"]);
    let id = InstanceId::new(docker(&["inspect", "-f", "{{.Id}}", container.name()]));
    let run = async |words: &[&str], seconds: u64| {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        engine
            .run(&id, &words, Duration::from_secs(seconds))
            .await
            .unwrap()
    };
    let exited = |code, line: &str| CommandEnd::Exited {
        code,
        last_line: line.into(),
    };
    for (words, end) in [
        (&["true"][..], exited(0, "")),
        (&["sh", "-c", "echo one; echo two"], exited(0, "two")),
        (&["sh", "-c", "echo down >&2; exit 2"], exited(2, "down")),
        (&["no-such-command"], exited(127, "")),
        (&["/etc/no/such/file"], exited(127, "")),
        (&["/etc"], exited(126, "")),
        (&["sh", "-c", "yes | head -c 300000"], exited(0, "y")),
        (&["yes"], CommandEnd::Talkative),
    ] {
        assert_eq!(run(words, 20).await, end, "{words:?}");
    }
    assert_eq!(run(&["sleep", "20"], 1).await, CommandEnd::Running);
    docker(&["pause", container.name()]);
    assert_eq!(run(&["true"], 20).await, CommandEnd::NotRunning);
    docker(&["unpause", container.name()]);
    docker(&["stop", "-t", "0", container.name()]);
    assert_eq!(run(&["true"], 20).await, CommandEnd::NotRunning);
}
