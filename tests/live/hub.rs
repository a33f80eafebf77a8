//! The example hub on a real engine: what `status`, the console and `--serve` say of it must be so.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::support::docker::{Container, Example, Forwarder, died_at, docker, live, unique};
use crate::support::hubdeck::{Background, Home, eventually, free_port, get};
use crate::support::pty::{Terminal, key};
use hubdeck::model::Timestamp;
use serde_json::Value;

/// `hubdeck status --json` of one project.
fn status(home: &Home, project: &str) -> Value {
    let output = home.run(&["--project", project, "status", "--json"]);
    serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

fn services(document: &Value) -> BTreeMap<String, Value> {
    let services = document["services"].as_array().expect("a list of services");
    services
        .iter()
        .map(|service| {
            (
                service["name"].as_str().unwrap_or("?").to_owned(),
                service.clone(),
            )
        })
        .collect()
}

#[test]
fn status_tells_layer_state_ports_and_version_of_every_service() {
    if !live() {
        return;
    }
    let hub = Example::hub();
    let document = status(&Home::with_live_engine(), hub.project());
    let services = services(&document);
    let told: Vec<(&str, &str, &str)> = services
        .iter()
        .map(|(name, service)| {
            let text = |value: &'static str| {
                service
                    .pointer(value)
                    .and_then(Value::as_str)
                    .unwrap_or("?")
            };
            (name.as_str(), text("/layer"), text("/health/state"))
        })
        .collect();
    let expected = [
        ("aggregator", "app", "healthy"),
        ("backend", "app", "healthy"),
        ("db", "data", "healthy"),
        ("frontend", "ui", "healthy"),
        ("mcp", "app", "healthy"),
        ("migrate", "infra", "completed"),
        ("proxy", "edge", "healthy"),
        ("redis", "data", "healthy"),
    ];
    assert_eq!(told, expected, "{document:#}");
    assert_eq!(
        services["proxy"]["ports"][0]["published"],
        hub.port(),
        "{:#}",
        services["proxy"]
    );
    assert_eq!(
        services["backend"]["version"], "1.4.2",
        "{:#}",
        services["backend"]
    );
    for name in ["backend", "aggregator", "mcp", "frontend", "proxy"] {
        assert_eq!(
            services[name]["health"]["probe"]["success"], true,
            "{:#}",
            services[name]
        );
    }
    let needed: Vec<&str> = services["backend"]["depends_on"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    for name in ["db", "redis", "migrate", "aggregator"] {
        assert!(
            needed.contains(&format!("{}/{name}", hub.project()).as_str()),
            "{needed:?}"
        );
    }
}

#[test]
fn every_service_is_on_screen_at_once() {
    if !live() {
        return;
    }
    let hub = Example::hub();
    let home = Home::with_live_engine();
    let mut terminal = home.open(&["--project", hub.project()], 160, 50);
    let names = [
        "proxy",
        "frontend",
        "backend",
        "aggregator",
        "mcp",
        "db",
        "redis",
        "migrate",
    ];
    let shown = terminal.wait_until("every service", |screen| {
        let text = screen.contents();
        names.iter().all(|name| text.contains(name))
    });
    let taken = shown - terminal.started();
    println!(
        "all {} services on screen after {} ms",
        names.len(),
        taken.as_millis()
    );
    // The target is 150 ms for the release build on a quiet machine; this only catches a start that
    // waits for something.
    assert!(taken < Duration::from_secs(2), "{taken:?}");
    terminal.wait_for(&hub.port().to_string());
}

#[test]
fn a_killed_database_is_shown_at_once_and_restarted_from_the_keyboard() {
    if !live() {
        return;
    }
    let hub = Example::hub();
    let home = Home::with_live_engine();
    let mut terminal = home.open(&["--project", hub.project()], 160, 50);
    terminal.wait_for("redis");
    terminal.run_for(Duration::from_secs(2));
    let container = hub.container("db");

    let before = Timestamp::now();
    docker(&["kill", &container]);
    let shown = terminal.wait_for("137");
    let shown_at = Timestamp::now().as_millisecond()
        - i64::try_from(shown.elapsed().as_millis()).expect("short");
    let delay = shown_at - died_at(&container, before) / 1_000_000;
    println!("card changed {delay} ms after the engine's event");
    // The target is 100 ms at the 95th percentile; a poll would need up to thirty seconds.
    assert!(delay < 1000, "{delay} ms");

    terminal.send("4");
    terminal.wait_until("the death in the timeline", |screen| {
        screen
            .contents()
            .lines()
            .any(|line| line.contains("db") && line.contains("137"))
    });

    select(&mut terminal, "db");
    terminal.send("r");
    terminal.wait_for(&format!("Restart {}/db?", hub.project()));
    terminal.answer("y");
    eventually(
        "db runs and is healthy again",
        Duration::from_secs(30),
        || {
            terminal.run_for(Duration::from_millis(100));
            let state = docker(&[
                "inspect",
                "--format",
                "{{.State.Status}} {{.State.Health.Status}}",
                &container,
            ]);
            (state == "running healthy").then_some(())
        },
    );
    terminal.wait_gone("137");
}

/// Select one service in the table by filtering for its name.
fn select(terminal: &mut Terminal, name: &str) {
    terminal.send("2");
    terminal.send("/");
    terminal.send(name);
    terminal.send(key::ENTER);
    terminal.run_for(Duration::from_millis(300));
    terminal.wait_for(name);
}

/// `hubdeck --serve` on a free port.
fn serve(home: &Home, environment: &[(&str, &str)], project: Option<&str>) -> (Background, u16) {
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

#[test]
fn a_lost_engine_leaves_the_last_picture_and_comes_back_by_itself() {
    if !live() {
        return;
    }
    let name = unique("hubdeck-lost");
    let _container = Container::run(&name, &["busybox:1.36", "sleep", "600"]);
    let mut engine = Forwarder::open();
    let home = Home::with_engine(&engine.url());
    let (_server, port) = serve(&home, &[], None);
    let mut terminal = home.open(&["--host", &engine.url()], 160, 50);
    terminal.send("2");
    terminal.wait_for(&name);

    engine.cut();
    terminal.wait_for("engine lost");
    terminal.wait_for("retry");
    assert!(
        terminal.text().contains(&name),
        "the last picture is gone:\n{}",
        terminal.text()
    );
    let answer = |path: &str| get(port, path);
    eventually("not ready", Duration::from_secs(10), || {
        answer("/readyz").filter(|(code, _)| *code == 503)
    });
    let (code, health) = answer("/api/health").expect("an answer");
    let health: Value = serde_json::from_str(&health).expect("JSON");
    assert_eq!(
        (code, &health["docker_available"]),
        (200, &Value::Bool(false)),
        "{health}"
    );
    assert_eq!(answer("/livez").map(|(code, _)| code), Some(200));

    engine.reopen();
    terminal.wait_gone("engine lost");
    eventually("ready again", Duration::from_secs(40), || {
        answer("/readyz").filter(|(code, _)| *code == 200)
    });
    let (_, health) = answer("/api/health").expect("an answer");
    assert!(health.contains("\"docker_available\":true"), "{health}");
}

/// Containers that other tools fell over.
fn odd_containers(prefix: &str) -> Vec<Container> {
    let run =
        |name: &str, arguments: &[&str]| Container::run(&format!("{prefix}-{name}"), arguments);
    let sleep = "sleep 600";
    let long_line = "head -c 90000 /dev/zero | tr '\\0' x; echo; sleep 600";
    let binary = "head -c 20000 /dev/urandom; printf '\\033[2J\\033[?1049l\\007'; sleep 600";
    let rocket = "com.docker.compose.service=🚀-rakete-👩‍👩‍👧‍👦";
    let project = format!("com.docker.compose.project={prefix}");
    let containers = vec![
        run(
            "empty-value",
            &[
                "-e",
                "EMPTY=",
                "-e",
                "ODD==",
                "busybox:1.36",
                "sh",
                "-c",
                sleep,
            ],
        ),
        run("long-line", &["busybox:1.36", "sh", "-c", long_line]),
        run("binary", &["busybox:1.36", "sh", "-c", binary]),
        run("binary-tty", &["-t", "busybox:1.36", "sh", "-c", binary]),
        run(
            "emoji",
            &[
                "-l",
                rocket,
                "-l",
                &project,
                "busybox:1.36",
                "sh",
                "-c",
                sleep,
            ],
        ),
        run("plain", &["busybox:1.36", "sh", "-c", sleep]),
        run("paused", &["busybox:1.36", "sh", "-c", sleep]),
        run("looping", &["--restart", "always", "busybox:1.36", "false"]),
    ];
    docker(&["pause", &format!("{prefix}-paused")]);
    containers
}

#[test]
fn odd_containers_are_all_drawn() {
    if !live() {
        return;
    }
    let prefix = unique("odd");
    let containers = odd_containers(&prefix);
    let home = Home::with_live_engine();
    let mut terminal = home.open(&[], 160, 50);
    terminal.wait_for("[1 Map]");
    terminal.send("2");
    terminal.send("/");
    terminal.send(&prefix);
    terminal.send(key::ENTER);
    for container in containers
        .iter()
        .filter(|container| !container.name().ends_with("-emoji"))
    {
        terminal.wait_for(container.name());
    }
    terminal.wait_for("rakete");
    terminal.wait_for("paused");
    terminal.wait_for("restarting");
    for _ in &containers {
        // Every tab of the details, the logs, and back to the table, one row further down.
        terminal.send(key::ENTER);
        for _ in 0..7 {
            terminal.send(key::TAB);
            terminal.run_for(Duration::from_millis(120));
        }
        terminal.send(key::ESC);
        terminal.send("l");
        terminal.run_for(Duration::from_millis(300));
        terminal.send("2");
        terminal.send(key::DOWN);
        terminal.run_for(Duration::from_millis(100));
        assert!(
            terminal.screen().alternate_screen(),
            "log bytes reached the terminal:\n{}",
            terminal.text()
        );
    }
    terminal.send("q");
    assert!(terminal.wait_exit().success());
    terminal.assert_restored();

    let told = home.run(&["status", "--json"]);
    let document: Value = serde_json::from_str(&told.stdout).expect("one JSON document");
    let names = services(&document);
    assert!(names.contains_key("🚀-rakete-👩‍👩‍👧‍👦"), "{:?}", names.keys());
}

#[test]
fn the_switches_of_the_example_hub_work() {
    if !live() {
        return;
    }
    let hub = Example::hub();
    let answer = |path: &str| get(hub.port(), path).expect("the proxy answers");
    assert_eq!(answer("/api/summary").0, 200);
    let fault = |mode: &str| {
        hub.compose(&[
            "exec",
            "-T",
            "backend",
            "python3",
            "/app/service.py",
            "fault",
            mode,
        ])
    };
    fault("slow");
    let started = Instant::now();
    assert_eq!(answer("/api/summary").0, 200);
    assert!(started.elapsed() > Duration::from_secs(2));
    fault("fail");
    assert_eq!(answer("/api/summary").0, 500);
    fault("ok");
    assert_eq!(answer("/api/summary").0, 200);
    fault("crash");
    let restarts = || {
        docker(&[
            "inspect",
            "--format",
            "{{.RestartCount}}",
            &hub.container("backend"),
        ])
    };
    eventually("Docker restarted it", Duration::from_secs(10), || {
        (restarts() != "0").then_some(())
    });
}
