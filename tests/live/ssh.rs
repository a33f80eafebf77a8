//! An engine behind a real sshd with its default limits; asked for by `HUBDECK_LIVE=1` and run
//! where there is an sshd.
#![allow(clippy::print_stderr, reason = "tells why it does not run")]

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::docker::{Container, docker, live, unique};
use crate::support::hubdeck::{Background, Home, eventually, free_port, get, pause};

const LIMIT: Duration = Duration::from_secs(60);
const CONTAINERS: usize = 32;

/// Whether the test runs: asked for, and with sshd.
fn asked_for() -> bool {
    let there = sshd().is_some();
    if live() && !there {
        eprintln!("not run: there is no sshd; install openssh-server and openssh-client");
    }
    live() && there
}

/// sshd wants to be called by its whole path.
fn sshd() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    folders
        .map(|folder| folder.join("sshd"))
        .find(|program| program.exists())
}

/// An sshd of its own on a loopback port, with its default `MaxStartups`; one key may log in.
struct Sshd {
    port: u16,
    folder: tempfile::TempDir,
    _server: Background,
}

impl Sshd {
    /// `settings` are further lines of its configuration.
    fn start(settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().display();
        for key in ["host", "key"] {
            let file = folder.path().join(key);
            let made = Command::new("ssh-keygen")
                .args(["-q", "-t", "ed25519", "-N", "", "-f"])
                .arg(file)
                .status();
            assert!(made.unwrap().success());
        }
        let port = free_port();
        let config = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {place}/host\nPidFile none\nUsePAM no\n\
             AuthorizedKeysFile {place}/key.pub\nStrictModes no\nPasswordAuthentication no\n\
             KbdInteractiveAuthentication no\nLogLevel VERBOSE\n{settings}"
        );
        fs::write(folder.path().join("config"), config).unwrap();
        // Where it runs as root, it wants this directory; elsewhere it does without.
        let _ = fs::create_dir_all("/run/sshd");
        let mut command = Command::new(sshd().unwrap());
        command
            .args(["-D", "-e", "-f"])
            .arg(folder.path().join("config"));
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(fs::File::create(folder.path().join("log")).unwrap());
        let server = Background(command.spawn().unwrap());
        let sshd = Self {
            port,
            folder,
            _server: server,
        };
        eventually("sshd listens", LIMIT, || {
            sshd.log().contains("Server listening").then_some(())
        });
        sshd
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    fn logins(&self) -> usize {
        self.log().matches("Accepted publickey").count()
    }

    /// Logins that it turned away because too many were under way.
    fn dropped(&self) -> usize {
        let log = self.log();
        log.lines()
            .filter(|line| line.contains("drop connection") || line.contains("MaxStartups"))
            .count()
    }

    /// Where sockets of ssh may lie.
    fn runtime(&self) -> PathBuf {
        let path = PathBuf::from(format!("/tmp/hubdeck-ssh-{}", self.port));
        fs::create_dir_all(&path).unwrap();
        path
    }

    /// `hubdeck ARGS`, for which ssh uses this key and believes this host.
    fn hubdeck(&self, home: &Home, arguments: &[&str]) -> Command {
        let programs = home.path().join("programs");
        fs::create_dir_all(&programs).unwrap();
        let ssh = programs.join("ssh");
        let text = format!(
            "#!/bin/sh\nexec {} -F none -i {place}/key -o IdentitiesOnly=yes -o UserKnownHostsFile={place}/known \
             -o StrictHostKeyChecking=accept-new \"$@\"\n",
            which("ssh").display(),
            place = self.folder.path().display(),
        );
        fs::write(&ssh, text).unwrap();
        fs::set_permissions(&ssh, fs::Permissions::from_mode(0o700)).unwrap();
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = home.piped(arguments);
        command.env("PATH", format!("{}:{path}", programs.display()));
        command.env("XDG_RUNTIME_DIR", self.runtime());
        command
    }

    fn url(&self, path: &str) -> String {
        format!("ssh://{}@127.0.0.1:{}{path}", user(), self.port)
    }

    /// What is left of ssh in its directory.
    fn left(&self) -> Vec<PathBuf> {
        fs::read_dir(self.runtime())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect()
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(self.runtime());
    }
}

fn which(program: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.exists())
        .expect("ssh is here")
}

fn user() -> String {
    let output = Command::new("id").arg("-un").output().unwrap();
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Containers of a project of their own.
fn containers(count: usize) -> (String, Vec<Container>) {
    let project = unique("hubdeck-ssh");
    let made = (0..count).map(|index| {
        let (name, label) = (
            format!("{project}-{index}"),
            format!("com.docker.compose.project={project}"),
        );
        let service = format!("com.docker.compose.service=s{index}");
        Container::run(
            &name,
            &[
                "--label",
                &label,
                "--label",
                &service,
                "busybox:1.36",
                "sleep",
                "600",
            ],
        )
    });
    let made = made.collect();
    (project, made)
}

#[test]
fn thirty_two_containers_share_a_login() {
    if !asked_for() {
        return;
    }
    let sshd = Sshd::start("");
    let (project, _containers) = containers(CONTAINERS);
    let home = Home::new();
    let port = free_port();
    let mut command = sshd.hubdeck(
        &home,
        &["--serve", "--host", &sshd.url(""), "--project", &project],
    );
    command.env("HUBDECK_SERVE_PORT", port.to_string());
    command.stderr(fs::File::create(home.path().join("log")).unwrap());
    let mut server = Background(command.spawn().unwrap());
    eventually("all of them, inspected and sampled", LIMIT, || {
        let (_, body) = get(port, "/api/services")?;
        (body.matches("\"memory_bytes\":").count() >= CONTAINERS).then_some(())
    });
    // Samples go on, and a list is due.
    pause(Duration::from_secs(35));
    // Where the machine is so busy that nine sessions are open at once, a second login takes the rest.
    let (logins, dropped) = (sshd.logins(), sshd.dropped());
    assert!(logins <= 2 && dropped == 0, "{logins}: {}", sshd.log());
    let pid = rustix::process::Pid::from_raw(i32::try_from(server.0.id()).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    server.0.wait().unwrap();
    assert!(
        sshd.left().is_empty(),
        "the master and its socket are gone: {:?}",
        sshd.left()
    );
    eventually("the end of the login", LIMIT, || {
        sshd.log().contains("Disconnected from user").then_some(())
    });
}

#[test]
fn a_command_runs_over_ssh_with_its_input_and_output() {
    if !asked_for() {
        return;
    }
    let sshd = Sshd::start("");
    let container = Container::run(&unique("ssh-exec"), &["busybox:1.36", "sleep", "600"]);
    let home = Home::new();
    let script = "wc -c; echo error >&2; exit 9";
    let url = sshd.url("");
    let words = ["--host", &url, "exec", container.name(), "sh", "-c", script];
    let mut command = sshd.hubdeck(&home, &words);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(&[b'x'; 100_000])
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    assert_eq!(
        (
            output.status.code(),
            text(&output.stdout),
            text(&output.stderr)
        ),
        (Some(9), "100000".to_owned(), "error".to_owned())
    );
}

#[test]
fn a_server_that_allows_few_sessions_is_logged_in_to_few_times_at_once() {
    if !asked_for() {
        return;
    }
    let sshd = Sshd::start("MaxSessions 2\n");
    let (project, _containers) = containers(6);
    let home = Home::new();
    let output = sshd
        .hubdeck(
            &home,
            &["status", "--host", &sshd.url(""), "--project", &project],
        )
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("6 services"), "{text}");
    assert_eq!(sshd.dropped(), 0, "{}", sshd.log());
    assert!(sshd.left().is_empty(), "{:?}", sshd.left());
}

#[test]
fn user_port_and_socket_of_the_address_are_used() {
    if !asked_for() {
        return;
    }
    let sshd = Sshd::start("");
    let home = Home::new();
    let status = |url: &str| {
        let output = sshd
            .hubdeck(&home, &["status", "--host", url])
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
        )
    };
    let id = docker(&["info", "-f", "{{.Name}}"]);
    let (code, text) = status(&sshd.url("/var/run/docker.sock"));
    assert_ne!(code, Some(3), "{text}");
    assert!(text.contains(&format!(" on {id} (ssh://")), "{text}");
    let (code, text) = status(&sshd.url("/run/nobody/docker.sock"));
    assert_eq!(
        code,
        Some(3),
        "the default engine of that host is not shown: {text}"
    );
    assert!(
        text.contains("dial unix /run/nobody/docker.sock: connect: no such file"),
        "{text}"
    );
    let closed = free_port();
    let (code, text) = status(&format!("ssh://{}@127.0.0.1:{closed}", user()));
    assert_eq!(code, Some(3));
    let refused = format!("ssh cannot connect to host 127.0.0.1 port {closed}: Connection refused");
    assert!(text.contains(&refused), "{text}");
    // The key is taken back.
    fs::write(sshd.folder.path().join("key.pub"), "").unwrap();
    let (code, text) = status(&sshd.url(""));
    assert_eq!(code, Some(3));
    assert!(
        text.contains(&format!(
            "127.0.0.1:{} refuses the login (publickey)",
            sshd.port
        )),
        "{text}"
    );
    assert!(sshd.left().is_empty(), "{:?}", sshd.left());
}
