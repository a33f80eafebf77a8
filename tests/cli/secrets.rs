//! Secrets planted in every place that a stack, its engine and hubdeck's own settings have for one,
//! and everything the program can put out searched for them.

use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

use clap::CommandFactory as _;
use hubdeck::config::arguments::Cli;
use hubdeck::model::MapFormat;

use crate::support::hubdeck::{Background, Home, eventually, free_port};
use crate::support::secrets::{Planted, World, ask, echo, open_details};

const TOKEN: &str = "Serve-Token-18x-of-forty-three-characters-or-more";

/// The secrets, each with the place it stands in.
const PLANTED: Planted = Planted(&[
    ("Env-Pw-01x", "a variable of db"),
    ("Label-Tok-02x", "a label"),
    ("Flag-Pw-03x", "a flag of a command"),
    ("Entry-Tok-04x", "a script of an entry point"),
    ("Check-Pw-05x", "the flag of a healthcheck"),
    ("Shell-Pw-06x", "a healthcheck by sh -c"),
    ("Cmd-Pw-07x", "a healthcheck by CMD-SHELL"),
    ("User-Pw-08x", "the user part of a URL"),
    ("Query-Tok-09x", "the query of a URL"),
    ("Output-Pw-10x", "the output of a healthcheck"),
    ("Log-Pw-11x", "a log line"),
    ("File-Pw-12x", "a configuration file in a container"),
    ("Other-Pw-13x", "the variable of another service"),
    ("Compose-Key-14x", "a label of Compose's own"),
    ("Error-Pw-15x", "the engine's error of a start"),
    ("Header-Tok-16x", "a header of a healthcheck"),
    ("Exec-Pw-17x", "a command of a probe in the config file"),
    (TOKEN, "the token of --serve"),
    ("Host-Pw-19x", "the user part of DOCKER_HOST"),
    ("Proxy-Pw-20x", "the user part of a proxy"),
    ("Rule-Tok-21x", "a header of a probe in the config file"),
    ("Rule-Pw-22x", "the body of a probe in the config file"),
    (
        "Rule-Tok-23x",
        "the query of a probe's url in the config file",
    ),
    (
        "Rule-Pw-24x",
        "what a probe in the config file may not hold",
    ),
]);

const SCENARIO: &str = r#"
[[stack]]
name = "hub"

[[stack.service]]
name = "db"
image = "postgres:16-alpine"
env = { POSTGRES_USER = "app", POSTGRES_PASSWORD = "Env-Pw-01x" }
labels = { "backup.token" = "Label-Tok-02x", "com.docker.compose.project.secret-key" = "Compose-Key-14x" }
logs_per_second = 5.0
logs = ["\u001b[31mlogin Env-Pw-01x of app\u001b[0m with Other-Pw-13x \u001b]0;title\u0007"]
healthcheck = { test = ["CMD-SHELL", "PGPASSWORD=Env-Pw-01x psql -p 5432 -c 'SELECT 1'"] }

[[stack.service]]
name = "cache"
image = "redis:7-alpine"
command = ["redis-server", "--requirepass", "Flag-Pw-03x"]
env = { REPLICA_SECRET = "Other-Pw-13x" }
healthcheck = { test = ["CMD", "redis-cli", "-a", "Check-Pw-05x", "ping"], output = "PONG \u001b[2J Check-Pw-05x" }

[[stack.service]]
name = "api"
image = "acme/api:1"
command = ["sh", "-c", "exec api --token Entry-Tok-04x && true"]
env = { DATABASE_URL = "postgres://app:User-Pw-08x@db:5432/app", CACHE = "redis://:Flag-Pw-03x@cache:6379" }
logs_per_second = 5.0
logs = ["cannot log in: password=Log-Pw-11x, User-Pw-08x, Cmd-Pw-07x, File-Pw-12x, Env-Pw-01x"]
healthcheck = { test = ["CMD-SHELL", "curl -fsS -u app:Cmd-Pw-07x -H \"Authorization: Bearer Header-Tok-16x\" 'http://localhost:8000/health?token=Query-Tok-09x' || exit 1"], interval = 1, retries = 1, failing = true, output = "user app: password=Output-Pw-10x was refused; tried Env-Pw-01x, Cmd-Pw-07x" }

[[stack.service]]
name = "worker"
image = "nginx:1.25-alpine"
files = { "/etc/nginx/nginx.conf" = "http { upstream api { server api:8000; } }\n# password = File-Pw-12x\n" }
healthcheck = { test = ["CMD", "sh", "-c", "sleep 0 && mysql -h db -p'Shell-Pw-06x' -e 'SELECT 1'"] }
commands = { check = { output = "denied for Exec-Pw-17x and Env-Pw-01x", exit_code = 1 } }

[[stack.service]]
name = "job"
image = "busybox:1.36"
state = "exited"
exit_code = 127
error = "exec: \"run --password Error-Pw-15x\": executable file not found, Env-Pw-01x"
"#;

/// The config file; at `port` there is somebody who repeats what is asked.
fn config(port: u16) -> String {
    CONFIG.replace("PORT", &port.to_string())
}

const CONFIG: &str = r#"
[logs]
mask = true

[log]
level = "trace"
file = "own.log"

[[service]]
match = "hub/worker"
probe = { kind = "exec", command = ["check", "--password", "Exec-Pw-17x"] }

[[service]]
match = "hub/db"
[service.probe]
url = "http://127.0.0.1:PORT/health?token=Rule-Tok-23x"
method = "POST"
headers = { "X-Trace" = "Bearer Rule-Tok-21x" }
request_body = '{"password": "Rule-Pw-22x"}'
"#;

/// Probes that are refused, with words of the reason.
const REFUSED: [(&str, &str); 12] = [
    (
        r#"port = 80, headers = { Authorization = "Bearer Rule-Pw-24x" }"#,
        "token_env",
    ),
    (
        r#"port = 80, headers = { "X-Api-Key" = "Rule-Pw-24x" }"#,
        "a secret never stands in the file",
    ),
    (
        r#"port = 80, headers = { Cookie = "session=Rule-Pw-24x" }"#,
        "token_env",
    ),
    (
        r#"port = 80, headers = { "X-Trace" = ["Bearer Rule-Pw-24x"] }"#,
        "no line of text",
    ),
    (
        r#"url = "http://me:Rule-Pw-24x@example.org/""#,
        "holds a user",
    ),
    (r#"url = "gopher://example.org/?token=Rule-Pw-24x""#, "***"),
    (
        r#"url = "http://example.org:0/?api_key=Rule-Pw-24x""#,
        "***",
    ),
    (r#"port = 80, path = "health?token=Rule-Pw-24x""#, "***"),
    (
        r#"port = 80, request_body = ["--password", "Rule-Pw-24x"]"#,
        "***",
    ),
    (
        r#"kind = "exec", command = "mysqladmin ping --password Rule-Pw-24x""#,
        "***",
    ),
    (
        r#"kind = "redis", password = "Rule-Pw-24x""#,
        "password_env",
    ),
    (
        r#"port = 80, headers = { Authorization = Rule-Pw-24x }"#,
        "line 3",
    ),
];

#[test]
fn a_probe_that_is_refused_does_not_repeat_its_secret() {
    for (probe, words) in REFUSED {
        let home = Home::new();
        let path = home.path().join("config.toml");
        std::fs::write(
            &path,
            format!("[[service]]\nmatch = \"hub/db\"\nprobe = {{ {probe} }}\n"),
        )
        .unwrap();
        let output = home.run(&["--config", &path.display().to_string(), "config", "check"]);
        let text = format!("{}{}", output.stdout, output.stderr);
        assert!(
            output.code != Some(0) && text.contains(words),
            "{probe}: {text}"
        );
        PLANTED.assert_absent(probe, &text);
    }
}

/// Everything that one run writes.
fn run(world: &World, arguments: &[&str]) -> String {
    let config = world.config.display().to_string();
    let mut command = world
        .home
        .piped(&[&["--config", config.as_str()], arguments].concat());
    command.env("HTTP_PROXY", "http://me:Proxy-Pw-20x@127.0.0.1:1");
    command.env("ALL_PROXY", "http://me:Proxy-Pw-20x@127.0.0.1:1");
    command.env("HUBDECK_SERVE_TOKEN", TOKEN);
    let output = command.output().unwrap();
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// How each command of the program is run here; a command that is not among them fails the test.
fn runs() -> Vec<(&'static str, Vec<Vec<String>>)> {
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let maps = MapFormat::ALL.map(|format| words(&format!("map --format {}", format.id())));
    let services = ["db", "cache", "api", "worker", "job"];
    let explains = services.iter().flat_map(|each| {
        [
            format!("explain hub/{each}"),
            format!("explain hub/{each} --json"),
        ]
    });
    // Nothing is done, so that the stack stays as it is.
    let plans = |verb: &str| {
        let plan = words(&format!("{verb} hub/db --with-dependents --dry-run"));
        vec![plan.clone(), [plan, words("--json")].concat()]
    };
    let verbs = [
        "start", "stop", "restart", "recreate", "update", "pause", "unpause", "kill", "remove",
    ];
    let mut runs = vec![
        // The files of the stack are not here.
        (
            "compose",
            [words(
                "compose run --dry-run job load --password=Rule-Pw-24x",
            )]
            .into(),
        ),
        ("scale", [words("scale db=2 --dry-run --json")].into()),
        // What it prints once there is something is searched at the end.
        ("audit", [words("audit"), words("audit --json")].into()),
        (
            "status",
            [
                words("status"),
                words("status --json"),
                words("status --strict"),
            ]
            .into(),
        ),
        ("map", maps.into()),
        ("explain", explains.map(|text| words(&text)).collect()),
        (
            "config",
            [words("config check"), words("config example")].into(),
        ),
        // Without --mask it writes what `docker logs` writes.
        (
            "logs",
            [
                words("logs --mask -n 20"),
                words("logs --mask --json -n 20"),
                words("logs --mask --patterns -n 20"),
            ]
            .into(),
        ),
        // What a command in a container writes is the operator's own business.
        ("exec", [words("exec hub/db absent")].into()),
        ("token", [words("token list")].into()),
        ("wait", [words("wait --timeout 1s")].into()),
        ("completions", [words("completions bash")].into()),
        // Asks a running --serve; the answer is that of a route.
        ("check", [words("check http://127.0.0.1:1")].into()),
    ];
    // Their own stack, without anything of this one.
    runs.extend(["demo", "sim", "help"].map(|verb| (verb, Vec::new())));
    runs.extend(verbs.map(|verb| (verb, plans(verb))));
    runs
}

#[test]
fn no_command_shows_a_planted_secret() {
    let world = World::start(SCENARIO, &config(echo()));
    let runs = runs();
    let known: BTreeSet<&str> = runs.iter().map(|(name, _)| *name).collect();
    for command in Cli::command().get_subcommands() {
        assert!(
            known.contains(command.get_name()),
            "{} is searched for no secrets",
            command.get_name()
        );
    }
    let all: Vec<&Vec<String>> = runs.iter().flat_map(|(_, runs)| runs).collect();
    // Most of a run is waiting for the engine.
    thread::scope(|scope| {
        for part in all.chunks(all.len().div_ceil(4)) {
            let world = &world;
            scope.spawn(move || {
                for arguments in part {
                    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
                    let text = run(world, &arguments);
                    assert!(!text.is_empty(), "{arguments:?} says nothing");
                    PLANTED.assert_absent(&format!("{arguments:?}"), &text);
                }
            });
        }
    });
    let explained = run(&world, &["explain", "hub/api"]);
    assert!(
        explained.contains("***") && explained.contains("was refused"),
        "{explained}"
    );
    let repeated = run(&world, &["explain", "hub/db"]);
    assert!(
        repeated.contains("refused: POST /health?token=***"),
        "{repeated}"
    );
    PLANTED.assert_absent("the console without a terminal", &run(&world, &[]));
    let refused = run(&world, &["--show-secrets", "status"]);
    assert!(refused.contains("works in the console only"), "{refused}");
    let lost = world
        .home
        .piped(&["status"])
        .env("DOCKER_HOST", "tcp://me:Host-Pw-19x@127.0.0.1:1")
        .output();
    let lost = lost.unwrap();
    let lost = format!(
        "{}{}",
        String::from_utf8_lossy(&lost.stdout),
        String::from_utf8_lossy(&lost.stderr)
    );
    assert!(lost.contains("127.0.0.1:1"), "{lost}");
    PLANTED.assert_absent("an engine that is not reached", &lost);
    for arguments in [
        &["restart", "hub/cache", "--yes"][..],
        &["restart", "hub/cache", "--yes", "--json"],
        &["audit"],
        &["audit", "--json"],
    ] {
        let text = run(&world, arguments);
        assert!(text.contains("hub/cache"), "{arguments:?}: {text}");
        PLANTED.assert_absent(&format!("{arguments:?}"), &text);
    }
}

#[test]
fn no_route_and_no_log_line_shows_a_planted_secret() {
    let world = World::start(SCENARIO, &config(echo()));
    let (port, config) = (free_port(), world.config.display().to_string());
    let mut command = world.home.piped(&["--config", &config, "--serve"]);
    command
        .env("HUBDECK_SERVE_PORT", port.to_string())
        .env("HUBDECK_SERVE_TOKEN", TOKEN);
    let mut served = Background(command.spawn().unwrap());
    eventually("the last words of hub/api", Duration::from_secs(20), || {
        let connected = std::net::TcpStream::connect(("127.0.0.1", port)).is_ok();
        let explained =
            connected.then(|| ask(port, TOKEN, "GET", "/api/services/hub/api/explain", "*/*"))?;
        explained.contains("cannot log in").then_some(())
    });
    let services = ["db", "cache", "api", "worker", "job"].map(|name| format!("hub/{name}"));
    PLANTED.assert_absent_in_routes(port, TOKEN, &services);
    served.0.kill().unwrap();
    let mut written = String::new();
    std::io::Read::read_to_string(&mut served.0.stderr.take().unwrap(), &mut written).unwrap();
    assert!(
        written.contains("TRACE") || written.contains("DEBUG"),
        "{written}"
    );
    PLANTED.assert_absent("standard error", &written);
    PLANTED.assert_absent("the hubdeck log", &world.own_log());
}

/// Looks at every view and at all details of `service` in a console of its own; gives the number
/// of exports.
fn look_at(service: &str) -> usize {
    let world = World::start(SCENARIO, &config(echo()));
    let mut terminal = world.open(&[], 200, 60);
    terminal.wait_for("worker");
    terminal.run_for(Duration::from_secs(3));
    PLANTED.look_at_views(&mut terminal);
    PLANTED.look_at_details(&mut terminal, "hub", service);
    terminal.send("q");
    let exports = PLANTED.assert_absent_in_exports(world.home.path());
    PLANTED.assert_absent("the hubdeck log", &world.own_log());
    exports
}

#[test]
fn the_console_shows_secrets_only_when_it_is_told_to_and_exports_none() {
    // Most of a look is waiting for the screen.
    let exports = thread::scope(|scope| {
        let looks = ["db", "cache", "api"].map(|service| scope.spawn(move || look_at(service)));
        looks.map(|look| {
            look.join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    });
    // Every console has exported, or there was nothing to look at.
    assert!(exports.iter().all(|count| *count > 3), "{exports:?}");

    let clear = config(echo()).replace("mask = true", "mask = false");
    let world = World::start(SCENARIO, &clear);
    let mut terminal = world.open(&["--show-secrets"], 200, 60);
    terminal.wait_for("worker");
    open_details(&mut terminal, "hub", "cache");
    terminal.wait_for("Flag-Pw-03x");
    terminal.send("\x13");
    terminal.run_for(Duration::from_secs(1));
    assert_eq!(PLANTED.assert_absent_in_exports(world.home.path()), 1);
}
