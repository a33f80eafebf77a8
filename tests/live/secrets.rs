//! Secrets planted in a stack on a real engine, and everything the program can put out searched for
//! them.

use std::io::Read as _;
use std::process::Command;
use std::time::Duration;

use hubdeck::model::MapFormat;

use crate::support::docker::{Container, docker, live, unique};
use crate::support::hubdeck::{Background, Home, eventually, free_port};
use crate::support::pty::key;
use crate::support::secrets::{Planted, ask, select};

const TOKEN: &str = "Serve-Token-10x-of-forty-three-characters-or-more";

const PLANTED: Planted = Planted(&[
    ("Env-Pw-01x", "a variable"),
    ("Label-Tok-02x", "a label"),
    ("Flag-Pw-03x", "a flag of a command"),
    ("Check-Pw-04x", "a healthcheck"),
    ("Output-Pw-05x", "the output of a healthcheck"),
    ("Log-Pw-06x", "a log line"),
    ("File-Pw-07x", "a configuration file in a container"),
    ("Error-Pw-08x", "the engine's error of a start"),
    ("User-Pw-09x", "the user part of a URL"),
    (TOKEN, "the token of --serve"),
]);

const CONFIG: &str = "[logs]\nmask = true\n\n[log]\nlevel = \"trace\"\nfile = \"own.log\"\n";

/// What `db` says in its log, and what its healthcheck says.
const LOG: &str = "echo 'refused Env-Pw-01x, password=Log-Pw-06x, File-Pw-07x'; \
                   while :; do sleep 1; done # --requirepass Flag-Pw-03x";
const CHECK: &str =
    "echo 'tried Env-Pw-01x, password=Output-Pw-05x'; : --password Check-Pw-04x; exit 1";
const NGINX: &str = "# password = File-Pw-07x\nevents {}\nhttp { server { listen 80; } }\n";

/// A stack of its own; dropping it removes its containers.
struct Stack {
    name: String,
    containers: Vec<Container>,
}

impl Stack {
    fn start() -> Self {
        let mut stack = Self {
            name: unique("hubdeck-live"),
            containers: Vec::new(),
        };
        let env = [
            "-e",
            "POSTGRES_PASSWORD=Env-Pw-01x",
            "-e",
            "UPSTREAM_URL=http://me:User-Pw-09x@web:80/",
        ];
        let check = [
            "--health-cmd",
            CHECK,
            "--health-interval",
            "1s",
            "--health-retries",
            "1",
        ];
        let label = ["--label", "backup.token=Label-Tok-02x"];
        let program = ["busybox:1.36", "sh", "-c", LOG];
        stack.run("db", &[&env[..], &check, &label, &program].concat());
        let file = format!(
            "printf '{}' > /etc/nginx/nginx.conf; exec nginx -g 'daemon off;'",
            NGINX.escape_default()
        );
        stack.run("web", &["nginx:1.25-alpine", "sh", "-c", &file]);
        stack.create_broken();
        stack
    }

    fn labels(&self, service: &str) -> Vec<String> {
        let stack = format!("com.docker.compose.project={}", self.name);
        let service = format!("com.docker.compose.service={service}");
        let number = "com.docker.compose.container-number=1".to_owned();
        [stack, service, number]
            .into_iter()
            .flat_map(|label| ["--label".to_owned(), label])
            .collect()
    }

    fn run(&mut self, service: &str, arguments: &[&str]) {
        let labels = self.labels(service);
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        let name = format!("{}-{service}-1", self.name);
        self.containers
            .push(Container::run(&name, &[&labels[..], arguments].concat()));
    }

    /// A container that the engine cannot start: its error repeats the name of the program.
    fn create_broken(&mut self) {
        let name = format!("{}-job-1", self.name);
        let labels = self.labels("job");
        let mut command = Command::new("docker");
        command
            .args(["run", "-d", "--pull", "never", "--name", &name])
            .args(labels);
        command.args([
            "-e",
            "JOB_PASSWORD=Error-Pw-08x",
            "busybox:1.36",
            "/no/Error-Pw-08x/program",
        ]);
        let output = command.output().unwrap();
        assert!(!output.status.success(), "it cannot be started");
        self.containers.push(Container::adopt(&name));
        let error = docker(&["inspect", "-f", "{{.State.Error}}", &name]);
        assert!(error.contains("Error-Pw-08x"), "{error}");
    }
}

#[test]
fn no_output_shows_a_secret_of_a_real_stack() {
    if !live() {
        return;
    }
    let stack = Stack::start();
    let home = Home::with_live_engine();
    let config = home.path().join("config.toml").display().to_string();
    std::fs::write(&config, CONFIG).unwrap();
    let project = [
        "--config",
        config.as_str(),
        "--project",
        stack.name.as_str(),
    ];
    let log = || std::fs::read_to_string(home.path().join("own.log")).unwrap_or_default();

    let port = free_port();
    let mut command = home.piped(&[&project[..], &["--serve"]].concat());
    command
        .env("HUBDECK_SERVE_PORT", port.to_string())
        .env("HUBDECK_SERVE_TOKEN", TOKEN);
    let mut served = Background(command.spawn().unwrap());
    let explain = format!("/api/services/{}/db/explain", stack.name);
    eventually("the last words of db", Duration::from_secs(15), || {
        let connected = std::net::TcpStream::connect(("127.0.0.1", port)).is_ok();
        let explained = connected.then(|| ask(port, TOKEN, "GET", &explain, "*/*"))?;
        (explained.contains("refused ***") && explained.contains("tried ***")).then_some(())
    });
    let services = ["db", "web", "job"].map(|service| format!("{}/{service}", stack.name));
    PLANTED.assert_absent_in_routes(port, TOKEN, &services);
    served.0.kill().unwrap();
    let mut written = String::new();
    served
        .0
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut written)
        .unwrap();
    assert!(written.contains("listens on"), "{written}");
    PLANTED.assert_absent("standard error", &written);

    search_commands(&home, &project, &services);
    search_console(&stack, &home, &project);
    assert!(log().contains("configuration files read"), "{}", log());
    PLANTED.assert_absent("the hubdeck log", &log());
}

fn search_commands(home: &Home, project: &[&str], services: &[String]) {
    let words = |text: String| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let maps = MapFormat::ALL.map(|format| words(format!("map --format {}", format.id())));
    let explains = services
        .iter()
        .map(|service| words(format!("explain {service} --json")));
    let status = ["status", "status --json"].map(|text| words(text.to_owned()));
    for arguments in status.into_iter().chain(maps).chain(explains) {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = home.run(&[project, &arguments[..]].concat());
        assert!(
            !output.stdout.is_empty(),
            "{arguments:?}: {}",
            output.stderr
        );
        PLANTED.assert_absent(
            &format!("{arguments:?}"),
            &format!("{}{}", output.stdout, output.stderr),
        );
    }
}

/// Views, details and exports of a console, and a start that the engine refuses with a secret in
/// its error.
fn search_console(stack: &Stack, home: &Home, project: &[&str]) {
    let mut terminal = home.open(project, 200, 60);
    terminal.wait_for("nginx:1.25");
    PLANTED.look_at_views(&mut terminal);
    PLANTED.look_at_details(&mut terminal, &stack.name, "db");
    select(&mut terminal, "job");
    terminal.send("S");
    terminal.wait_for("job failed");
    PLANTED.look(&mut terminal, "the notice");
    terminal.send("O");
    terminal.wait_for(&format!("start {}-job-1: failed", stack.name));
    PLANTED.look(&mut terminal, "the steps");
    terminal.send(key::ESC);
    terminal.wait_gone("esc close");
    terminal.send("4");
    PLANTED.look(&mut terminal, "the timeline");
    terminal.send("q");
    assert!(terminal.wait_exit().success());
    PLANTED.assert_absent("what is printed on leaving", &terminal.text());
    assert!(PLANTED.assert_absent_in_exports(home.path()) >= 5);
    let record = std::fs::read_to_string(home.path().join("state/hubdeck/audit.jsonl")).unwrap();
    assert!(
        record.contains("cannot start") && record.contains("***"),
        "{record}"
    );
    PLANTED.assert_absent("the audit record", &record);
}
