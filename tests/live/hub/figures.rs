//! Load and memory beside what `docker stats` says.

use std::time::Duration;

use serde_json::Value;

use crate::support::docker::{Container, docker, live, unique};
use crate::support::hubdeck::{Background, Home, eventually, free_port, get};

/// `hubdeck --serve` on a free port.
pub fn serve(
    home: &Home,
    environment: &[(&str, &str)],
    project: Option<&str>,
) -> (Background, u16) {
    let port = free_port();
    let mut command = home.piped(&["--serve"]);
    command.args(project.map(|project| format!("--project={project}")));
    command
        .env("HUBDECK_SERVE_PORT", port.to_string())
        .envs(environment.iter().copied());
    let server = Background(command.spawn().expect("the program starts"));
    eventually("ready", Duration::from_secs(20), || {
        get(port, "/readyz").filter(|(code, _)| *code == 200)
    });
    (server, port)
}

#[test]
fn figures_agree_with_docker_stats() {
    if !live() {
        return;
    }
    let name = unique("hubdeck-busy");
    let _busy = Container::run(
        &name,
        &[
            "--cpus",
            "0.3",
            "--memory",
            "64m",
            "busybox:1.36",
            "sh",
            "-c",
            "while :; do :; done",
        ],
    );
    let home = Home::with_live_engine();
    let (_server, port) = serve(
        &home,
        &[("HUBDECK_METRICS_BACKGROUND_INTERVAL", "1s")],
        None,
    );
    let ours = eventually(
        "figures of the busy container",
        Duration::from_secs(20),
        || {
            let (_, body) = get(port, &format!("/api/services/{name}"))?;
            let service: Value = serde_json::from_str(&body).ok()?;
            let instance = service["instances"].get(0)?.clone();
            instance["cpu_percent"].is_number().then_some(instance)
        },
    );
    let theirs = docker(&[
        "stats",
        "--no-stream",
        "--format",
        "{{.CPUPerc}} {{.MemUsage}}",
        &name,
    ]);
    println!("docker stats: {theirs}; hubdeck: {ours}");
    let percent: f64 = theirs
        .split('%')
        .next()
        .and_then(|text| text.trim().parse().ok())
        .expect("a percentage");
    let cpu = ours["cpu_percent"].as_f64().expect("a number");
    assert!(
        (cpu - percent).abs() < 12.0,
        "CPU: {cpu} here, {percent} there"
    );
    assert_eq!(ours["memory_limit_bytes"], 64 << 20);
    let memory = ours["memory_bytes"].as_f64().expect("a number");
    let their_memory = bytes(theirs.split_whitespace().nth(1).expect("a memory figure"));
    assert!(
        (memory - their_memory).abs() < 1_048_576.0,
        "memory: {memory} here, {their_memory} there"
    );
}

/// `1.5MiB` in bytes.
fn bytes(text: &str) -> f64 {
    let unit =
        text.trim_start_matches(|character: char| character.is_ascii_digit() || character == '.');
    let factor = match unit {
        "B" => 1.0,
        "KiB" => 1024.0,
        "MiB" => 1_048_576.0,
        "GiB" => 1_073_741_824.0,
        _ => panic!("no unit of memory: {text}"),
    };
    text.trim_end_matches(unit)
        .parse::<f64>()
        .expect("a number")
        * factor
}
