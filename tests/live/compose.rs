//! `hubdeck compose` and `hubdeck scale` with the real `docker compose`: the project's own files, what it would do and
//! what it did, an interrupted build, files that are gone.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::docker::{docker, live, unique};
use crate::support::hubdeck::{Background, Home, Output, eventually};

/// `web` is what changes, `job` belongs to a profile, the build of `slow` takes minutes.
const FILE: &str = r#"
services:
  web:
    image: busybox:1.36
    command: sleep 1000
    stop_grace_period: 0s
    environment:
      STEP: "one"
  job:
    image: busybox:1.36
    profiles: [tools]
    command: sh -c 'echo done by the job; echo PASSWORD=geheim'
  slow:
    profiles: [tools]
    build:
      context: .
      dockerfile_inline: |
        FROM busybox:1.36
        RUN echo building; sleep 300
"#;

/// A stack that Compose made from a file of its own; dropping it removes it.
struct Stack {
    name: String,
    folder: tempfile::TempDir,
    home: Home,
}

impl Stack {
    fn up() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let stack = Self {
            name: unique("hubdeck-test-compose"),
            folder,
            home: Home::with_live_engine(),
        };
        fs::write(stack.file(), FILE).expect("a file");
        let file = stack.file().display().to_string();
        let begin = ["compose", "--project-name", &stack.name, "--file", &file];
        docker(&[&begin[..], &["up", "--detach", "--pull", "never"]].concat());
        stack
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("compose.yaml")
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.home.run(&self.arguments(arguments))
    }

    fn arguments<'a>(&'a self, arguments: &[&'a str]) -> Vec<&'a str> {
        let only = ["--stack", &self.name, "--project", &self.name];
        [&only[..], arguments].concat()
    }

    /// The ids of the containers of `service` that run.
    fn containers(&self, service: &str) -> Vec<String> {
        let project = format!("label=com.docker.compose.project={}", self.name);
        let service = format!("label=com.docker.compose.service={service}");
        let ids = docker(&["ps", "-q", "--filter", &project, "--filter", &service]);
        ids.lines().map(str::to_owned).collect()
    }

    fn audit(&self) -> String {
        fs::read_to_string(self.home.path().join("state/hubdeck/audit.jsonl")).unwrap_or_default()
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        let filter = format!("label=com.docker.compose.project={}", self.name);
        let ids = docker(&["ps", "-aq", "--filter", &filter]);
        let ids: Vec<&str> = ids.lines().collect();
        if !ids.is_empty() {
            docker(&[&["rm", "--force"][..], &ids].concat());
        }
        // It is gone already where the stack was taken down.
        let network = format!("{}_default", self.name);
        drop(
            Command::new("docker")
                .args(["network", "rm", &network])
                .output(),
        );
    }
}

fn document(output: &Output) -> Value {
    serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

/// What Compose says that the plan would change.
fn changes(output: &Output) -> Vec<String> {
    let document = document(output);
    let changes = document["preview"]["changes"].as_array().expect("changes");
    let objects = changes
        .iter()
        .map(|it| it["object"].as_str().expect("an object").to_owned());
    objects.collect()
}

#[test]
fn a_stack_is_changed_by_compose_with_its_own_files() {
    if !live() {
        return;
    }
    let stack = Stack::up();
    changed_files_are_brought_up(&stack);
    services_are_scaled(&stack);
    a_job_of_a_profile_is_run(&stack);
    a_build_is_interrupted(&stack);
    files_that_are_gone_are_named(&stack);
    it_is_taken_down(&stack);
}

fn changed_files_are_brought_up(stack: &Stack) {
    let before = stack.containers("web");
    let same = stack.run(&["compose", "up", "--dry-run", "--json"]);
    assert_eq!((same.code, changes(&same)), (Some(0), vec![]), "{same:?}");
    fs::write(stack.file(), FILE.replace("\"one\"", "\"two\"")).expect("a file");
    let plan = stack.run(&["compose", "up", "--dry-run", "--json"]);
    assert_eq!(changes(&plan), [format!("Container {}-web-1", stack.name)]);
    assert_eq!(stack.containers("web"), before, "a dry run changes nothing");
    let unasked = stack.run(&["compose", "up"]);
    assert_eq!(unasked.code, Some(2), "{unasked:?}");
    let read_only = stack.run(&["--read-only", "compose", "up", "--yes"]);
    assert_eq!(read_only.code, Some(2), "{read_only:?}");
    let up = stack.run(&["compose", "up", "--yes", "--json"]);
    assert_eq!(up.code, Some(0), "{up:?}");
    assert_eq!(document(&up)["result"], "succeeded");
    assert!(
        up.stderr.contains("Recreated") && !up.stderr.contains('\u{1b}'),
        "{up:?}"
    );
    assert_ne!(stack.containers("web"), before);
    let after = stack.run(&["compose", "up", "--dry-run", "--json"]);
    assert_eq!(changes(&after), Vec::<String>::new(), "no drift is left");
}

fn services_are_scaled(stack: &Stack) {
    for count in [3, 1] {
        let output = stack.run(&["scale", &format!("web={count}"), "--yes"]);
        assert_eq!(output.code, Some(0), "{output:?}");
        assert_eq!(stack.containers("web").len(), count, "{output:?}");
    }
}

fn a_job_of_a_profile_is_run(stack: &Stack) {
    let output = stack.run(&["compose", "run", "--yes", "job"]);
    assert_eq!(output.code, Some(0), "{output:?}");
    assert!(output.stderr.contains("done by the job"), "{output:?}");
    assert!(!output.stderr.contains("geheim"), "{output:?}");
    let failed = stack.run(&[
        "compose",
        "run",
        "--yes",
        "job",
        "sh",
        "-c",
        "echo no >&2; exit 7",
    ]);
    assert_eq!(failed.code, Some(1), "{failed:?}");
    let last = failed.stderr.lines().last().expect("a line");
    assert!(last.contains("failed with exit code 7: no"), "{failed:?}");
}

fn a_build_is_interrupted(stack: &Stack) {
    let arguments = stack.arguments(&["compose", "build", "--yes", "slow"]);
    let mut run = Background(stack.home.piped(&arguments).spawn().expect("the program"));
    let record = || stack.audit().matches("compose build").count();
    let before = record();
    eventually("the build", Duration::from_secs(60), || {
        let (ps, begun) = (docker(&["ps", "-q"]), record() > before + 1);
        begun.then_some(ps)
    });
    // It takes a moment until the step runs.
    crate::support::hubdeck::pause(Duration::from_secs(3));
    let begun = Instant::now();
    let id = run.0.id().to_string();
    let sent = Command::new("kill")
        .args(["-INT", &id])
        .status()
        .expect("kill");
    assert!(sent.success());
    let status = run.0.wait().expect("it ends");
    assert_eq!(status.code(), Some(130));
    assert!(
        begun.elapsed() < Duration::from_secs(12),
        "{:?}",
        begun.elapsed()
    );
    let processes = Command::new("pgrep")
        .args(["-f", &format!("project-name {}", stack.name)])
        .output();
    let left = String::from_utf8_lossy(&processes.expect("pgrep").stdout).into_owned();
    assert_eq!(left, "", "nothing is left of the build");
    assert!(
        stack.audit().contains("was interrupted"),
        "{}",
        stack.audit()
    );
}

fn files_that_are_gone_are_named(stack: &Stack) {
    let away = stack.folder.path().join("moved.yaml");
    fs::rename(stack.file(), &away).expect("a file");
    let output = stack.run(&["compose", "up", "--yes"]);
    assert_eq!(output.code, Some(1), "{output:?}");
    let sentence = format!("{} is not on this machine", stack.file().display());
    assert!(output.stderr.contains(&sentence), "{output:?}");
    fs::rename(&away, stack.file()).expect("a file");
}

fn it_is_taken_down(stack: &Stack) {
    let output = stack.run(&["compose", "down", "--yes"]);
    assert_eq!(output.code, Some(0), "{output:?}");
    assert!(stack.containers("web").is_empty(), "{output:?}");
    let command = format!("docker compose --project-name {}", stack.name);
    let audit = stack.audit();
    let intents = audit.lines().filter(|line| line.contains("\"intent\""));
    assert!(
        intents.clone().count() >= 6 && intents.clone().all(|it| it.contains(&command)),
        "{audit}"
    );
}
