use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command as Program;

use tempfile::TempDir;

use super::*;
use crate::engine::endpoint::TlsOptions;
use crate::engine::tls::TlsFiles;
use crate::model::{ComposeProject, ComposeVerb, LogStream};

/// A directory with a project and a program that stands for `docker`.
struct World {
    directory: TempDir,
}

impl World {
    /// The program is `script` behind a first line that answers the question for the version.
    fn with_docker(script: &str) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        fs::write(directory.path().join("compose.yaml"), "services: {}\n").expect("a file");
        // Tests may run in the background of a shell, where SIGINT is ignored, and a shell cannot trap
        // what was ignored when it was started.
        let first = "#!/usr/bin/env -S --default-signal=INT sh";
        let script = format!("{first}\n[ \"$2\" = version ] && exit 0\n{script}");
        let world = Self { directory };
        // A file that is written by this process could not be run while another test starts one.
        let written = Program::new("sh")
            .args(["-c", "printf '%s' \"$1\" > \"$2\""])
            .args(["sh", &script, &world.path("docker").to_string_lossy()])
            .status()
            .expect("sh");
        assert!(written.success());
        fs::set_permissions(world.path("docker"), fs::Permissions::from_mode(0o755)).expect("mode");
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn invocation(&self, verb: ComposeVerb) -> ComposeInvocation {
        ComposeInvocation {
            project: ComposeProject {
                name: "hub".into(),
                files: vec!["compose.yaml".to_owned()],
                directory: Some(self.directory.path().to_string_lossy().into_owned()),
                environment_files: Vec::new(),
            },
            verb,
            services: Vec::new(),
            dry_run: false,
        }
    }

    /// Runs `up`; how it ended, and its lines.
    async fn up(
        &self,
        address: DockerAddress,
        known: KnownSecrets,
        cancelled: impl Future<Output = ()>,
    ) -> (Result<ComposeEnd, ComposeError>, Vec<OutputLine>) {
        let runner = ComposeRunner::to(Arc::new(address)).with_program(self.path("docker"));
        let (sender, mut receiver) = mpsc::channel(4);
        let invocation = self.invocation(ComposeVerb::UP);
        let run = runner.run(&invocation, Arc::new(known), sender, cancelled);
        let lines = async {
            let mut lines = Vec::new();
            while let Some(line) = receiver.recv().await {
                lines.push(line);
            }
            lines
        };
        tokio::join!(run, lines)
    }
}

fn local() -> DockerAddress {
    Endpoint::Unix("/run/x.sock".into()).docker_address()
}

fn texts(lines: &[OutputLine]) -> Vec<&str> {
    lines.iter().map(|line| line.text.as_str()).collect()
}

fn is_alive(id: &str) -> bool {
    // One that ended and that nobody waits for is there as a zombie.
    let status = fs::read_to_string(format!("/proc/{}/stat", id.trim()));
    status.is_ok_and(|status| !status.contains(") Z "))
}

#[tokio::test]
async fn lines_of_both_streams_are_safe_to_draw_and_masked() {
    let script = r#"
        printf '\033[31mred\033[0m \033]0;title\007end\r\n'
        printf 'password is hunter2hunter2\n'
        printf 'POSTGRES_PASSWORD=abc\n' >&2
        printf 'half'
        exit 3
    "#;
    let mut known = KnownSecrets::default();
    known.learn_text("password=hunter2hunter2");
    let world = World::with_docker(script);
    let (end, lines) = world.up(local(), known, std::future::pending()).await;
    assert_eq!(end, Ok(ComposeEnd::Exited(3)));
    let of = |stream: LogStream| {
        let lines = lines.iter().filter(move |line| line.stream == stream);
        lines.map(|line| line.text.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(
        of(LogStream::Stdout),
        ["red end", "password is ***", "half"]
    );
    assert_eq!(of(LogStream::Stderr), ["POSTGRES_PASSWORD=***"]);
}

#[tokio::test]
async fn a_line_without_end_takes_no_memory() {
    let world = World::with_docker("head -c 3000000 /dev/zero | tr '\\0' x; echo; echo end");
    let (end, lines) = world
        .up(local(), KnownSecrets::default(), std::future::pending())
        .await;
    assert_eq!(end, Ok(ComposeEnd::Exited(0)));
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0].text.len(), 8 << 10);
}

#[tokio::test]
async fn the_program_is_called_for_the_same_engine_and_project() {
    let script = r#"echo "$*"; echo "$DOCKER_HOST|$DOCKER_CONTEXT|$DOCKER_TLS_VERIFY|$DOCKER_CERT_PATH"; pwd; echo "$PWD""#;
    let world = World::with_docker(script);
    let directory = world.directory.path().to_string_lossy().into_owned();
    let files = TlsFiles {
        ca: Some("/certs/ca.pem".into()),
        client: None,
        verify: true,
    };
    let secured = Endpoint::Tls("hub.example:2376".to_owned(), files).docker_address();
    for (address, expected) in [
        (local(), "unix:///run/x.sock|||"),
        (secured, "tcp://hub.example:2376||1|/certs"),
    ] {
        let (_, lines) = world
            .up(address, KnownSecrets::default(), std::future::pending())
            .await;
        let arguments = format!(
            "compose --ansi never --progress plain --project-name hub --project-directory {directory} --file \
             compose.yaml up --detach"
        );
        assert_eq!(
            texts(&lines),
            [&arguments, expected, &directory, &directory]
        );
    }
    let parsed = Endpoint::parse("ssh://root:pw@hub:5922", &TlsOptions::default(), None);
    let address = parsed.expect("an address").docker_address();
    let host = address
        .variables
        .iter()
        .find(|(name, _)| *name == "DOCKER_HOST");
    assert_eq!(
        host,
        Some(&("DOCKER_HOST", Some("ssh://root@hub:5922".into())))
    );
}

#[tokio::test]
async fn cancelling_ends_everything_that_was_started() {
    // A child of the program that ignores SIGINT is killed with it.
    let script = r#"
        trap 'echo interrupted; exit 130' INT
        (trap '' INT; exec sleep 300) &
        echo "$!"
        wait
    "#;
    let world = World::with_docker(script);
    let runner = ComposeRunner::to(Arc::new(local())).with_program(world.path("docker"));
    let (sender, mut receiver) = mpsc::channel(16);
    let (cancel, cancelled) = tokio::sync::oneshot::channel::<()>();
    let invocation = world.invocation(ComposeVerb::UP);
    let run = runner.run(&invocation, Arc::default(), sender, async {
        drop(cancelled.await);
    });
    let cancelling = async {
        let child = receiver.recv().await.expect("the number of the child").text;
        assert!(is_alive(&child));
        cancel.send(()).expect("it runs");
        (child, receiver.recv().await.map(|line| line.text))
    };
    let (end, (child, said)) = tokio::join!(run, cancelling);
    assert_eq!(end, Ok(ComposeEnd::Cancelled));
    assert_eq!(said.as_deref(), Some("interrupted"));
    for _ in 0..40 {
        if !is_alive(&child) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{child} goes on");
}

#[tokio::test]
async fn dropping_the_call_interrupts_the_program() {
    let world =
        World::with_docker("trap 'echo gone > gone; exit 130' INT; echo begun; sleep 300 & wait");
    let runner = ComposeRunner::to(Arc::new(local())).with_program(world.path("docker"));
    let (sender, mut receiver) = mpsc::channel(16);
    let invocation = world.invocation(ComposeVerb::UP);
    {
        let run = runner.run(&invocation, Arc::default(), sender, std::future::pending());
        tokio::select! {
            _ = run => panic!("it runs on"),
            line = receiver.recv() => assert_eq!(line.expect("a line").text, "begun"),
        }
    }
    for _ in 0..100 {
        if world.path("gone").exists() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it was not interrupted");
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let world = World::with_docker("exit 0");
    let invocation = world.invocation(ComposeVerb::UP);
    let run = async |runner: ComposeRunner, invocation: &ComposeInvocation| {
        let (sender, _receiver) = mpsc::channel(1);
        let run = runner.run(invocation, Arc::default(), sender, std::future::pending());
        run.await.expect_err("nothing was run")
    };
    let at = |address: DockerAddress, program: &Path| {
        ComposeRunner::to(Arc::new(address)).with_program(program)
    };
    let nowhere = at(local(), Path::new("/nonexistent/docker"));
    assert_eq!(run(nowhere, &invocation).await, ComposeError::NoProgram);
    let without = at(local(), Path::new("false"));
    assert_eq!(run(without, &invocation).await, ComposeError::NoPlugin);

    let mut moved = invocation.clone();
    moved.project.files = vec!["/srv/gone/compose.yaml".to_owned()];
    let here = run(at(local(), &world.path("docker")), &moved).await;
    assert_eq!(
        here.to_string(),
        "/srv/gone/compose.yaml is not on this machine, where the labels of its containers expect it; put it back, \
         or run `docker compose up` where it is now"
    );
    let remote = Endpoint::Tcp("10.0.0.5:2375".to_owned()).docker_address();
    let there = run(at(remote, &world.path("docker")), &moved).await;
    assert_eq!(
        there.to_string(),
        "/srv/gone/compose.yaml is not on this machine, as the project was made elsewhere (the engine is \
         tcp://10.0.0.5:2375); run hubdeck where its files are"
    );
}
