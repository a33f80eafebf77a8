//! The built program where the engine that is named does not answer, or goes: nothing of another
//! engine is shown or acted on.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use hubdeck::model::Timestamp;
use hubdeck::sim::{Control, Listen, Scenario, serve};

use crate::support::hubdeck::{Background, Home, PROGRAM, eventually, free_port, get, pause};
use crate::support::pty::key;

const LIMIT: Duration = Duration::from_secs(20);

/// An engine whose only service is `name`, at `socket`, in a process of its own.
fn engine(name: &str, socket: &Path) -> Background {
    let scenario = socket.with_extension("toml");
    let text = format!(
        "name = \"{name}\"\n[[stack]]\nname = \"{name}\"\n[[stack.service]]\nname = \"{name}\"\nimage = \"nginx:1.25-alpine\"\n"
    );
    fs::write(&scenario, text).unwrap();
    let mut command = Command::new(PROGRAM);
    command
        .args([
            "sim",
            "--listen",
            &format!("unix:{}", socket.display()),
            "--scenario",
        ])
        .arg(&scenario);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let server = Background(command.spawn().unwrap());
    eventually("the simulated engine listens", LIMIT, || {
        socket.exists().then_some(())
    });
    server
}

/// A directory as `XDG_RUNTIME_DIR`, with another engine at one of the usual sockets.
struct Usual {
    _engine: Background,
    folder: tempfile::TempDir,
}

impl Usual {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let engine = engine("foreign", &folder.path().join("docker.sock"));
        Self {
            _engine: engine,
            folder,
        }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// `hubdeck status` with `variables`: exit code, output.
    fn status(&self, variables: &[(&str, &str)]) -> (Option<i32>, String) {
        let home = Home::new();
        let mut command = home.piped(&["status"]);
        command
            .env("XDG_RUNTIME_DIR", self.path())
            .envs(variables.iter().copied());
        let output = command.output().unwrap();
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
        )
    }
}

#[test]
fn a_named_engine_that_does_not_answer_is_all_that_status_tells() {
    let usual = Usual::start();
    let (code, text) = usual.status(&[("DOCKER_HOST", "tcp://127.0.0.1:1")]);
    assert_eq!(
        (code, text.as_str()),
        (
            Some(3),
            "No container engine was reached: no container engine answers at tcp://127.0.0.1:1 (DOCKER_HOST): \
             connection refused; is the engine running?\n  DOCKER_HOST (tcp://127.0.0.1:1): connection refused; is \
             the engine running?\n"
        )
    );
    let (code, text) = usual.status(&[("DOCKER_CONTEXT", "nowhere")]);
    assert_eq!(code, Some(3), "{text}");
    assert!(
        text.contains(
            "no container engine answers at context nowhere (DOCKER_CONTEXT): there is no"
        ),
        "{text}"
    );
    assert!(!text.contains("foreign"), "{text}");
    let broken = tempfile::tempdir().unwrap();
    fs::write(broken.path().join("config.json"), "{").unwrap();
    let (code, text) = usual.status(&[("DOCKER_CONFIG", broken.path().to_str().unwrap())]);
    assert_eq!(code, Some(3), "{text}");
    assert!(
        text.contains("config.json: EOF while parsing") && !text.contains("foreign"),
        "{text}"
    );
}

/// A home on an engine at a socket of its own, beside another engine at a usual one.
struct Proxied {
    usual: Usual,
    home: Home,
    socket: PathBuf,
    proxy: Background,
    _folder: tempfile::TempDir,
}

impl Proxied {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("p.sock");
        let proxy = engine("mine", &socket);
        let home = Home::with_engine(&format!("unix://{}", socket.display()));
        Self {
            usual: Usual::start(),
            home,
            socket,
            proxy,
            _folder: folder,
        }
    }

    /// The proxy ends and its socket is removed.
    fn end(&mut self) {
        self.proxy.0.kill().unwrap();
        self.proxy.0.wait().unwrap();
        fs::remove_file(&self.socket).unwrap();
    }

    fn audit(&self) -> Option<String> {
        fs::read_to_string(self.home.path().join("state/hubdeck/audit.jsonl")).ok()
    }
}

#[test]
fn headless_keeps_the_last_snapshot_of_an_engine_that_went() {
    let mut world = Proxied::start();
    let port = free_port();
    let mut command = world.home.piped(&["--serve"]);
    command
        .env("HUBDECK_SERVE_PORT", port.to_string())
        .env("XDG_RUNTIME_DIR", world.usual.path());
    command.stderr(fs::File::create(world.home.path().join("log")).unwrap());
    let _server = Background(command.spawn().unwrap());
    let ask = |path: &str| get(port, path).map_or_else(String::new, |(_, body)| body);
    eventually("its service", LIMIT, || {
        ask("/api/services").contains("mine/mine").then_some(())
    });
    world.end();
    eventually("the loss", LIMIT, || {
        ask("/api/discovery")
            .contains("\"status\":\"lost\"")
            .then_some(())
    });
    // Attempts follow after half a second, a second, two: none finds another engine.
    for _ in 0..8 {
        pause(Duration::from_millis(500));
        let (discovery, services) = (ask("/api/discovery"), ask("/api/services"));
        assert!(
            discovery.contains("\"status\":\"lost\"") && discovery.contains("p.sock"),
            "{discovery}"
        );
        assert!(
            services.contains("mine/mine") && services.contains("stale"),
            "{services}"
        );
        assert!(
            !discovery.contains("foreign") && !services.contains("foreign"),
            "{discovery} {services}"
        );
    }
    let log = fs::read_to_string(world.home.path().join("log")).unwrap();
    assert!(
        log.contains("WARN no engine: no container engine answers at unix://"),
        "{log}"
    );
    assert!(log.contains("(DOCKER_HOST): no such file"), "{log}");
    assert_eq!(world.audit(), None, "nothing was done to any engine");
}

#[test]
fn the_console_acts_on_nothing_while_the_named_engine_is_gone() {
    let mut world = Proxied::start();
    let mut command = world.home.command(&[]);
    command.env("XDG_RUNTIME_DIR", world.usual.path());
    let mut terminal = crate::support::pty::Terminal::start(command, 120, 30);
    terminal.wait_for("mine");
    world.end();
    terminal.wait_for("engine unreachable");
    terminal.run_for(Duration::from_secs(2));
    terminal.send(key::DOWN);
    terminal.send("r");
    terminal.run_for(Duration::from_millis(500));
    terminal.send("y");
    terminal.run_for(Duration::from_millis(1_500));
    let text = terminal.text();
    assert!(
        text.contains("engine unreachable") && text.contains("mine") && !text.contains("foreign"),
        "{text}"
    );
    assert_eq!(world.audit(), None, "nothing was done to any engine");
    // What can be copied is shown.
    terminal.send(key::ESC);
    terminal.run_for(Duration::from_millis(300));
    terminal.send("q");
    terminal.wait_exit();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_without_containers_that_describes_itself_late_is_named_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("docker.sock");
    let control = Control::new(Timestamp::now);
    let scenario = Scenario::parse("name = \"empty\"\n").unwrap();
    tokio::spawn(serve(
        scenario,
        Listen::Unix(socket.clone()),
        control.clone(),
    ));
    control.ready().await;
    control.rewrite("/info", |answer| {
        pause(Duration::from_secs(1));
        answer.to_owned()
    });
    let home = Home::with_engine(&format!("unix://{}", socket.display()));
    let output = tokio::task::spawn_blocking(move || home.piped(&["status"]).output().unwrap());
    let text = String::from_utf8_lossy(&output.await.unwrap().stdout).into_owned();
    control.shutdown();
    assert!(
        text.contains("No services:") && !text.contains("unknown host"),
        "{text}"
    );
}
