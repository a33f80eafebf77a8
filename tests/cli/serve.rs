//! The built program on a simulated engine: what one-shot commands and `--serve` do with settings,
//! projects and signals.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::support::hubdeck::{Home, eventually, free_port, get, pause};
use crate::support::server::{Engine, LIMIT, Server, write_config};

/// Status of `GET path` with a bearer token and a host name.
fn ask(port: u16, path: &str, token: &str, host: &str) -> u16 {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

/// Waits until a request is answered with `status`.
fn until(what: &str, status: u16, mut request: impl FnMut() -> u16) {
    eventually(what, LIMIT, || (request() == status).then_some(()));
}

fn write_token(file: &Path, token: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    let new = file.with_extension("new");
    fs::write(&new, token).unwrap();
    fs::set_permissions(&new, fs::Permissions::from_mode(0o600)).unwrap();
    fs::rename(new, file).unwrap();
}

#[test]
fn an_unknown_project_is_an_error_that_names_those_there_are() {
    let engine = Engine::start();
    let home = engine.home();
    for command in [
        &["status"][..],
        &["status", "--strict"],
        &["status", "--json"],
        &["map"],
        &["explain", "db"],
    ] {
        let output = home.run(&[command, &["--project", "typo"]].concat());
        assert_eq!(output.code, Some(2), "{command:?}: {output:?}");
        assert_eq!(
            output.stderr, "hubdeck: the engine has no project typo; there are: hub, ops\n",
            "{command:?}"
        );
        assert_eq!(output.stdout, "", "{command:?}");
    }
    let known = home.run(&["status", "--project", "ops"]);
    assert!(
        known.stdout.contains("ops/grafana") && !known.stdout.contains("hub/db"),
        "{known:?}"
    );
}

#[test]
fn a_server_warns_once_of_each_project_that_is_not_there_and_is_ready() {
    let engine = Engine::start();
    let home = engine.home();
    let server = Server::start(&home, &["--project", "typo", "--project", "ops"]);
    let warning = server.line("no project");
    assert!(warning.contains("WARN"), "{warning}");
    assert!(
        warning.ends_with("the engine has no project typo; there are: hub, ops"),
        "{warning}"
    );
    eventually("ready", LIMIT, || {
        get(server.port, "/readyz").filter(|(code, _)| *code == 200)
    });
    // Later snapshots say it no more.
    pause(Duration::from_secs(2));
    let (code, rest) = server.stop();
    assert_eq!(code, Some(0));
    assert!(
        !rest.iter().any(|line| line.contains("no project")),
        "{rest:#?}"
    );
}

#[test]
fn switched_off_discovery_is_ready_and_says_so() {
    let engine = Engine::start();
    let home = engine.home();
    write_config(&home, "[engine]\nenable_discovery = false\n");
    let server = Server::start(&home, &[]);
    let body = eventually("ready", LIMIT, || {
        get(server.port, "/readyz")
            .filter(|(code, _)| *code == 200)
            .map(|(_, body)| body)
    });
    assert_eq!(body, r#"{"status":"ready","discovery":false}"#);
    let check = home.run(&["check", &format!("http://127.0.0.1:{}", server.port)]);
    assert_eq!(check.code, Some(0), "{check:?}");
    let began = Instant::now();
    let status = home.run(&["status"]);
    assert_eq!(status.code, Some(0), "{status:?}");
    assert!(
        began.elapsed() < LIMIT,
        "a list that will not come is not waited for: {:?}",
        began.elapsed()
    );
    assert!(
        status
            .stdout
            .contains("No services: discovery is switched off (engine.enable_discovery = false)."),
        "{status:?}"
    );
}

#[test]
fn a_missing_engine_is_one_warning_with_the_reason_and_an_end_logs_no_error() {
    let home = Home::new();
    let server = Server::start(&home, &["--host", "unix:///nonexistent/engine.sock"]);
    let warning = server.line("no engine");
    assert!(
        warning.contains("WARN") && warning.contains("/nonexistent/engine.sock"),
        "{warning}"
    );
    // Two attempts later it is still said once.
    pause(Duration::from_secs(3));
    let (code, rest) = server.stop();
    assert_eq!(code, Some(0));
    assert!(
        !rest
            .iter()
            .any(|line| line.contains("no engine") || line.contains("ERROR")),
        "{rest:#?}"
    );
}

#[test]
fn a_server_that_is_asked_to_stop_logs_no_error() {
    let engine = Engine::start();
    let home = engine.home();
    let server = Server::start(&home, &[]);
    assert!(server.line("connected to").contains("INFO"));
    eventually("services", LIMIT, || {
        get(server.port, "/api/services")
            .filter(|(_, body)| body.contains("hub/db"))
            .map(drop)
    });
    let (code, rest) = server.stop();
    assert_eq!(code, Some(0));
    assert!(
        !rest
            .iter()
            .any(|line| line.contains("ERROR") || line.contains("WARN")),
        "{rest:#?}"
    );
}

#[test]
fn tokens_and_host_names_set_while_the_server_runs_hold_at_once() {
    let engine = Engine::start();
    let home = engine.home();
    let (first, second, third) = ("1".repeat(43), "2".repeat(43), "3".repeat(43));
    let file = home.path().join("token");
    write_token(&file, &format!("\u{feff}{first}\n"));
    write_config(
        &home,
        &format!("[serve]\ntoken_file = {:?}\n", file.display().to_string()),
    );
    let server = Server::start(&home, &[]);
    let services = |token: &str| ask(server.port, "/api/services", token, "localhost");
    server.line("listens on");
    assert_eq!((services(&first), services("")), (200, 401));
    // The file is rotated.
    write_token(&file, &second);
    until("the new token", 200, || services(&second));
    assert_eq!(services(&first), 401);
    // The config names another token and a host.
    write_config(
        &home,
        &format!("[serve]\ntoken = \"{third}\"\nallow_hosts = [\"hub.example\"]\n"),
    );
    until("the token of the config", 200, || services(&third));
    assert_eq!(
        (
            services(&second),
            ask(server.port, "/api/services", &third, "hub.example")
        ),
        (401, 200)
    );
    let said = server.line("config reloaded: serve.allow_hosts");
    assert!(
        said.ends_with("serve.allow_hosts, serve.token and serve.token_file changed"),
        "{said}"
    );
    // What cannot be used is refused, and the last good one stays.
    write_config(&home, "[serve]\ntoken_file = \"/nonexistent/token\"\n");
    assert!(
        server
            .line("config not applied")
            .contains("cannot use the token file /nonexistent/token")
    );
    assert_eq!((services(&third), services("")), (200, 401));
    until_config(&server, "refused");
}

fn until_config(server: &Server, status: &str) {
    let wanted = format!("\"config\":\"{status}\"");
    eventually(status, LIMIT, || {
        get(server.port, "/api/health").filter(|(_, body)| body.contains(&wanted))
    });
}

#[test]
fn a_server_that_others_reach_does_not_lose_its_token_by_a_reload() {
    let engine = Engine::start();
    let home = engine.home();
    let token = "1".repeat(43);
    write_config(
        &home,
        &format!("[serve]\nhost = \"0.0.0.0\"\ntoken = \"{token}\"\n"),
    );
    let server = Server::start(&home, &[]);
    server.line("listens on");
    // The file would be right for a start, and is not for the address that is listened on until
    // then.
    write_config(&home, "[serve]\nhost = \"127.0.0.1\"\n");
    let refused = server.line("config not applied");
    assert!(
        refused.contains("refusing to listen on 0.0.0.0:") && refused.contains(" without a token"),
        "{refused}"
    );
    let services = |token: &str| ask(server.port, "/api/services", token, "localhost");
    assert_eq!((services(""), services(&token)), (401, 200));
    write_config(
        &home,
        "[serve]\nbehind_proxy = true\nhost = \"127.0.0.1\"\n",
    );
    until("a proxy authenticates", 200, || services(""));
    assert!(
        server
            .line("after a restart")
            .ends_with("serve.host takes effect after a restart")
    );
    until_config(&server, "restart_needed");
}

#[test]
fn what_needs_a_restart_is_said_and_what_does_not_is_in_force() {
    let engine = Engine::start();
    let home = engine.home();
    write_config(&home, "");
    let server = Server::start(&home, &[]);
    server.line("listens on");
    until_config(&server, "in_force");
    write_config(
        &home,
        "[log]\nlevel = \"debug\"\nformat = \"json\"\n[cache]\nttl = \"77s\"\n[ui]\ntheme = \"light\"\n",
    );
    let said = server.line("config reloaded");
    assert!(
        said.contains("INFO") && said.ends_with("cache.ttl and log.level changed"),
        "{said}"
    );
    let waits = server.line("after a restart");
    assert!(
        waits.contains("WARN") && waits.ends_with("log.format takes effect after a restart"),
        "{waits}"
    );
    until_config(&server, "restart_needed");
    assert!(
        get(server.port, "/api/cache/info")
            .unwrap()
            .1
            .contains("\"ttl_seconds\":77.0")
    );
    // Requests are logged at this level only.
    assert!(server.line("/api/cache/info").contains("DEBUG"));
    write_config(&home, "[log]\nlevel = \"debug\"\n");
    server.line("cache.ttl changed");
    until_config(&server, "in_force");
    write_config(&home, "[log]\nlevels = \"info\"\n");
    let refused = server.line("config not applied");
    assert!(
        refused.contains("config.toml, line 2: unknown key log.levels"),
        "{refused}"
    );
    until_config(&server, "refused");
}

#[test]
fn what_is_watched_changes_while_the_server_runs() {
    let engine = Engine::start();
    let home = engine.home();
    write_config(&home, "");
    let server = Server::start(&home, &[]);
    let until = |path: &str, what: &str, right: &dyn Fn(&str) -> bool| {
        eventually(what, LIMIT, || {
            get(server.port, path)
                .filter(|(_, body)| right(body))
                .map(drop)
        });
    };
    until("/api/services", "both stacks", &|body| {
        body.contains("hub/db") && body.contains("ops/grafana")
    });
    write_config(&home, "[engine]\nprojects = [\"ops\"]\n");
    until("/api/services", "one stack", &|body| {
        !body.contains("hub/db") && body.contains("ops/grafana")
    });
    write_config(
        &home,
        "[[layer]]\nid = \"infra\"\ntitle = \"Watching\"\n[[service]]\nmatch = \"grafana\"\nname = \"Graphs\"\n",
    );
    until("/api/services", "a name by a rule", &|body| {
        body.contains("hub/db") && body.contains("Graphs")
    });
    until("/api/layers", "a layer's title", &|body| {
        body.contains("Watching")
    });
    write_config(&home, "[engine]\nenable_discovery = false\n");
    until("/api/discovery", "discovery is off", &|body| {
        body.contains("\"enabled\":false")
    });
    write_config(&home, "[engine]\nenable_discovery = true\n");
    until("/api/services", "found again", &|body| {
        body.contains("hub/db")
    });
}

#[test]
fn variables_that_kubernetes_sets_are_ignored_with_one_warning_and_wrong_ones_refused() {
    let engine = Engine::start();
    let home = engine.home();
    let run = |arguments: &[&str], value: &str| {
        let output = home
            .piped(arguments)
            .env("HUB_API_PORT", value)
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    for command in [
        &["status"][..],
        &["map"],
        &["--serve"],
        &["check"],
        &["config", "check"],
        &[],
    ] {
        let (code, said) = run(command, "abc");
        assert_eq!(code, Some(2), "{command:?}: {said}");
        let expected =
            "environment variable HUB_API_PORT: serve.port is \"abc\"; allowed is a number";
        // `config check` reports on standard output.
        assert!(
            said.contains(expected) || command == ["config", "check"],
            "{command:?}: {said}"
        );
    }
    let address = "tcp://10.43.0.1:8000";
    let warning = "environment variable HUB_API_PORT is \"tcp://10.43.0.1:8000\" and is ignored";
    let (code, said) = run(&["status"], address);
    assert_eq!(
        (code, said.matches(warning).count(), said.lines().count()),
        (Some(0), 1, 1),
        "{said}"
    );
    let (_, said) = run(&["check"], address);
    assert_eq!(said.matches(warning).count(), 1, "{said}");
    let mut command = home.piped(&["--serve"]);
    let port = free_port();
    write_config(&home, &format!("[serve]\nport = {port}\n"));
    command.env("HUB_API_PORT", address);
    let server = Server::at(command, port);
    assert!(server.line(warning).contains("WARN"));
    server.line("listens on");
    let left: Vec<String> = server
        .kill()
        .into_iter()
        .filter(|line| line.contains(warning))
        .collect();
    assert_eq!(left, [""; 0], "said once");
}
