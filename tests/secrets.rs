//! Secrets planted in every place that a stack, its engine and hubdeck's own settings have for one, and everything the
//! program can put out searched for them.

#![allow(clippy::unwrap_used)] // tests

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::CommandFactory as _;
use hubdeck::config::cli::Cli;
use hubdeck::model::{MapFormat, Timestamp};
use hubdeck::sim::{Control, Listen, Scenario, serve};
use hubdeck::tui::state::DetailsTab;
use support::hubdeck::{Background, Home, eventually, free_port};
use support::pty::{Terminal, key};

/// The secrets, each with the place it stands in.
const PLANTED: [(&str, &str); 20] = [
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
    ("Serve-Token-18x-of-forty-three-characters-or-more", "the token of --serve"),
    ("Host-Pw-19x", "the user part of DOCKER_HOST"),
    ("Proxy-Pw-20x", "the user part of a proxy"),
];

/// What else must not be seen of them: how they stand inside others.
fn assert_clean(what: &str, text: &str) {
    for (secret, place) in PLANTED {
        assert!(!text.contains(secret), "{what} shows the secret of {place}:\n{text}");
    }
    let raw = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
    assert_eq!(raw, None, "{what} holds a control character:\n{text:?}");
}

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

const CONFIG: &str = r#"
[logs]
mask = true

[log]
level = "trace"
file = "own.log"

[[service]]
match = "hub/worker"
probe = { kind = "exec", command = ["check", "--password", "Exec-Pw-17x"] }
"#;

/// A simulated engine in a thread of its own.
struct World {
    home: Home,
    control: Control,
    config: PathBuf,
    _folder: tempfile::TempDir,
}

impl World {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("engine.sock");
        let control = Control::new(Timestamp::now);
        let (run, listen) = (control.clone(), Listen::Unix(socket.clone()));
        let scenario = Scenario::parse(SCENARIO).unwrap();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(serve(scenario, listen, run)).unwrap();
        });
        eventually("the simulated engine", Duration::from_secs(10), || socket.exists().then_some(()));
        let home = Home::with_engine(&format!("unix://{}", socket.display()));
        let config = home.path().join("config.toml");
        std::fs::write(&config, CONFIG).unwrap();
        Self { home, control, config, _folder: folder }
    }

    /// Everything that one run writes.
    fn run(&self, arguments: &[&str]) -> String {
        let config = self.config.display().to_string();
        let mut command = self.home.piped(&[&["--config", config.as_str()], arguments].concat());
        command.env("HTTP_PROXY", "http://me:Proxy-Pw-20x@127.0.0.1:1");
        command.env("ALL_PROXY", "http://me:Proxy-Pw-20x@127.0.0.1:1");
        command.env("HUBDECK_SERVE_TOKEN", PLANTED[17].0);
        let output = command.output().unwrap();
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
    }

    fn own_log(&self) -> String {
        std::fs::read_to_string(self.home.path().join("own.log")).unwrap_or_default()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.control.shutdown();
    }
}

/// How each command of the program is run here; a command that is not among them fails the test.
fn runs() -> Vec<(&'static str, Vec<Vec<String>>)> {
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let maps = MapFormat::ALL.map(|format| words(&format!("map --format {}", format.id())));
    let services = ["db", "cache", "api", "worker", "job"];
    let explains = services
        .iter()
        .flat_map(|each| [format!("explain hub/{each}"), format!("explain hub/{each} --json")]);
    vec![
        ("status", [words("status"), words("status --json"), words("status --strict")].into()),
        ("map", maps.into()),
        ("explain", explains.map(|text| words(&text)).collect()),
        ("config", [words("config check"), words("config example")].into()),
        // Asks a running --serve; the answer is that of a route.
        ("check", [words("check http://127.0.0.1:1")].into()),
        // Its own stack, without anything of this one.
        ("demo", Vec::new()),
        ("sim", Vec::new()),
        ("help", Vec::new()),
    ]
}

#[test]
fn no_command_shows_a_planted_secret() {
    let world = World::start();
    let runs = runs();
    let known: BTreeSet<&str> = runs.iter().map(|(name, _)| *name).collect();
    for command in Cli::command().get_subcommands() {
        assert!(known.contains(command.get_name()), "{} is searched for no secrets", command.get_name());
    }
    for arguments in runs.iter().flat_map(|(_, runs)| runs) {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let text = world.run(&arguments);
        assert!(!text.is_empty(), "{arguments:?} says nothing");
        assert_clean(&format!("{arguments:?}"), &text);
    }
    let explained = world.run(&["explain", "hub/api"]);
    assert!(explained.contains("***") && explained.contains("was refused"), "{explained}");
    assert_clean("the console without a terminal", &world.run(&[]));
    let refused = world.run(&["--show-secrets", "status"]);
    assert!(refused.contains("works in the console only"), "{refused}");
    let lost = world.home.piped(&["status"]).env("DOCKER_HOST", "tcp://me:Host-Pw-19x@127.0.0.1:1").output();
    let lost = lost.unwrap();
    let lost = format!("{}{}", String::from_utf8_lossy(&lost.stdout), String::from_utf8_lossy(&lost.stderr));
    assert!(lost.contains("127.0.0.1:1"), "{lost}");
    assert_clean("an engine that is not reached", &lost);
}

/// Every path and method of the router, as its source lists them.
fn routes() -> Vec<(&'static str, &'static str)> {
    let source = include_str!("../src/serve.rs");
    let routes = source.split(".route(\"").skip(1).map(|rest| {
        let (path, rest) = rest.split_once('"').unwrap();
        (path, if rest.starts_with(", post(") { "POST" } else { "GET" })
    });
    routes.collect()
}

fn ask(port: u16, method: &str, path: &str, accept: &str) -> String {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let token = PLANTED[17].0;
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nAccept: {accept}\r\n\
         Content-Type: application/json\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn no_route_and_no_log_line_shows_a_planted_secret() {
    let world = World::start();
    let (port, config) = (free_port(), world.config.display().to_string());
    let mut command = world.home.piped(&["--config", &config, "--serve"]);
    command.env("HUBDECK_SERVE_PORT", port.to_string()).env("HUBDECK_SERVE_TOKEN", PLANTED[17].0);
    let mut served = Background(command.spawn().unwrap());
    eventually("the last words of hub/api", Duration::from_secs(20), || {
        let connected = std::net::TcpStream::connect(("127.0.0.1", port)).is_ok();
        let explained = connected.then(|| ask(port, "GET", "/api/services/hub/api/explain", "*/*"))?;
        explained.contains("cannot log in").then_some(())
    });
    let routes = routes();
    assert!(routes.len() >= 13, "{routes:?}");
    for (path, method) in routes {
        let services = ["hub/db", "hub/cache", "hub/api", "hub/worker", "hub/job", "nobody"];
        let paths: Vec<String> = if path.contains("{*id}") {
            let ids = services.iter().map(|id| path.replace("{*id}", id));
            ids.flat_map(|path| [path.clone(), format!("{path}/explain")]).collect()
        } else if path == "/api/architecture" {
            MapFormat::ALL.iter().map(|format| format!("{path}?format={}", format.id())).collect()
        } else {
            assert!(!path.contains('{'), "{path} needs a value here");
            vec![path.to_owned()]
        };
        for path in paths {
            for accept in ["application/json", "text/html"] {
                let answer = ask(port, method, &path, accept);
                assert!(answer.starts_with("HTTP/1.1 "), "{path}: {answer}");
                assert!(path.contains("nobody") || !answer.starts_with("HTTP/1.1 4"), "{path}: {answer}");
                assert_clean(&format!("{method} {path}"), &answer);
            }
        }
    }
    served.0.kill().unwrap();
    let mut written = String::new();
    std::io::Read::read_to_string(&mut served.0.stderr.take().unwrap(), &mut written).unwrap();
    assert!(written.contains("TRACE") || written.contains("DEBUG"), "{written}");
    assert_clean("standard error", &written);
    assert_clean("hubdeck's own log", &world.own_log());
}

fn files_with_exports(folder: &Path) -> Vec<(String, String)> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let exports = entries.filter(|path| path.extension().is_some_and(|end| end == "txt"));
    exports.map(|path| (path.display().to_string(), std::fs::read_to_string(&path).unwrap())).collect()
}

fn look(terminal: &mut Terminal, what: &str) {
    terminal.run_for(Duration::from_millis(250));
    assert_clean(what, &terminal.text());
}

/// Opens the details of `service`.
fn open_details(terminal: &mut Terminal, service: &str) {
    terminal.send("2");
    terminal.wait_for("[2 Services]");
    terminal.wait_for("nginx:1.25");
    terminal.send("/");
    terminal.send(service);
    terminal.send(key::ENTER);
    // Of the other rows none is left.
    terminal.wait_gone("nginx:1.25");
    terminal.send(key::ENTER);
    terminal.wait_for("Inspect");
    terminal.wait_for(&format!("hub/{service}  "));
}

/// Looks at every tab of the details of `service`, and exports each.
fn look_at_details(terminal: &mut Terminal, service: &str) {
    open_details(terminal, service);
    for tab in 0..DetailsTab::ALL.len() {
        look(terminal, &format!("tab {tab} of {service}"));
        terminal.send("G");
        look(terminal, &format!("the end of tab {tab} of {service}"));
        terminal.send("\x13");
        look(terminal, "the export");
        // Names of exports go by the second.
        terminal.run_for(Duration::from_millis(800));
        terminal.send(key::TAB);
    }
    terminal.send(key::ESC);
    terminal.run_for(Duration::from_millis(100));
    terminal.send(key::ESC);
    terminal.wait_for("nginx:1.25");
}

#[test]
fn the_console_shows_secrets_only_when_it_is_told_to_and_exports_none() {
    let world = World::start();
    let config = world.config.display().to_string();
    let mut terminal = world.home.open(&["--config", &config], 200, 60);
    terminal.wait_for("worker");
    terminal.run_for(Duration::from_secs(3));
    for keys in ["1", "2", "4", "3", "0"] {
        terminal.send(keys);
        look(&mut terminal, &format!("view {keys}"));
    }
    for service in ["db", "cache", "api"] {
        look_at_details(&mut terminal, service);
    }
    terminal.send("q");
    let exports = files_with_exports(world.home.path());
    assert!(exports.len() > 10, "{} exports", exports.len());
    for (name, text) in exports {
        assert_clean(&name, &text);
    }
    assert_clean("hubdeck's own log", &world.own_log());

    let home = &world.home;
    std::fs::write(&world.config, CONFIG.replace("mask = true", "mask = false")).unwrap();
    let mut terminal = home.open(&["--config", &config, "--show-secrets"], 200, 60);
    terminal.wait_for("worker");
    open_details(&mut terminal, "cache");
    terminal.wait_for("Flag-Pw-03x");
    terminal.send("\x13");
    terminal.run_for(Duration::from_secs(1));
    for (name, text) in files_with_exports(home.path()) {
        assert_clean(&name, &text);
    }
}
