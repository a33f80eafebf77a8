//! `hubdeck restart` on a real engine, disturbed from outside: by a second hubdeck, by somebody who
//! removes containers, by a state directory that cannot be written to, by missing permissions.

use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::process::Command;
use std::time::{Duration, Instant};

use hubdeck::model::Timestamp;

use super::{PATIENCE, WORKS, called, container, events, recorded};
use crate::disk::{Disk, may_mount};
use crate::support::docker::{docker, live, unique};
use crate::support::hubdeck::{Background, Home, Output, PROGRAM, eventually, pause};

/// Takes two seconds to end; healthy a second after its start.
const SLOW: &str =
    "rm -f /up; trap 'sleep 2; exit 0' TERM; (sleep 1; touch /up) & while :; do sleep 0.1; done";
/// `nobody` on every system.
const NOBODY: u32 = 65534;

/// `hubdeck ARGS` under way, which has called the container `name`.
fn under_way(home: &Home, arguments: &[&str], name: &str) -> Background {
    let record = home.path().join("state/hubdeck/audit.jsonl");
    let calls = || {
        let text = std::fs::read_to_string(&record).unwrap_or_default();
        let is_call = |line: &&str| line.contains("\"intent\"") && line.contains(name);
        text.lines().filter(is_call).count()
    };
    let before = calls();
    let run = Background(home.piped(arguments).spawn().expect("the program starts"));
    eventually("the call", PATIENCE, || (calls() > before).then_some(()));
    run
}

/// Waits for its end.
fn end(run: &mut Background) -> Output {
    use std::io::Read as _;
    let mut stderr = String::new();
    let pipe = run.0.stderr.as_mut().expect("it is piped");
    pipe.read_to_string(&mut stderr).expect("text");
    Output {
        code: run.0.wait().expect("it ends").code(),
        stdout: String::new(),
        stderr,
    }
}

#[test]
fn who_else_works_on_the_stack_is_noticed() {
    if !live() {
        return;
    }
    let stack = unique("hubdeck-test-others");
    let [db, web] = ["db", "web"].map(|service| format!("{stack}-{service}-1"));
    let _containers = [
        container(&stack, "db", "", SLOW),
        container(&stack, "web", "db:service_healthy:true", WORKS),
    ];
    let home = Home::with_live_engine();
    let with = |words: &[&'static str]| {
        let project = ["--yes", "--project", stack.as_str()];
        [words, &project].concat()
    };
    // A second hubdeck, and then a container that somebody removes before its turn.
    let restart = with(&["restart", "db", "--with-dependents", "--wait"]);
    let mut first = under_way(&home, &restart, &db);
    let second = home.run(&with(&["stop", "web"]));
    assert_eq!(second.code, Some(1), "{second:?}");
    let told = format!("another hubdeck is restarting {stack}/web; nothing was done");
    assert!(second.stderr.contains(&told), "{second:?}");
    docker(&["rm", "-f", &web]);
    let output = end(&mut first);
    assert_eq!(output.code, Some(1), "{output:?}");
    let told = format!("cannot restart {web}: the container is gone");
    assert!(output.stderr.contains(&told), "{output:?}");
    assert_eq!(called(&home), [db.clone(), web]);

    // One that is removed while the engine restarts it.
    let begun = Instant::now();
    let mut run = under_way(&home, &with(&["restart", "db", "--wait"]), &db);
    pause(Duration::from_millis(500));
    docker(&["rm", "-f", &db]);
    let output = end(&mut run);
    assert_eq!(output.code, Some(1), "{output:?}");
    let told = format!("cannot restart {db}: ");
    assert!(output.stderr.contains(&told), "{output:?}");
    assert!(begun.elapsed() < Duration::from_secs(30), "{output:?}");
    let last = recorded(&home).pop().expect("a line");
    assert_eq!(last["result"], "failed", "{last}");
}

#[test]
fn what_cannot_be_recorded_or_is_not_permitted_is_refused_and_nothing_is_done() {
    if !live() || !may_mount() {
        return;
    }
    let stack = unique("hubdeck-test-refused");
    let _db = container(&stack, "db", "", WORKS);
    let since = Timestamp::now();
    let arguments = ["restart", "db", "--yes", "--project", stack.as_str()];
    let home = Home::with_live_engine();
    {
        let _disk = Disk::mount(&home.path().join("state"), "ro");
        let output = home.run(&arguments);
        assert_eq!(output.code, Some(1), "{output:?}");
        let last = output.stderr.lines().last().unwrap_or_default();
        assert!(
            last.starts_with("hubdeck: nothing was done: cannot write the audit record ")
                && last.contains("Read-only file system"),
            "{output:?}"
        );
    }
    let output = as_nobody(&home, &arguments);
    assert_eq!(output.code, Some(3), "{output:?}");
    assert!(
        output
            .stderr
            .starts_with("hubdeck: nothing was done: no container engine answers at ")
            && output
                .stderr
                .contains("permission denied; add yourself to the docker group"),
        "{output:?}"
    );
    let events = events(&stack, since);
    let acted = events
        .iter()
        .any(|event| ["kill", "die"].contains(&event.1.as_str()));
    assert!(!acted, "{events:#?}");
}

/// Runs `hubdeck ARGS` as a user who may not open the engine's socket.
fn as_nobody(home: &Home, arguments: &[&str]) -> Output {
    let (folder, program) = (home.path(), home.path().join("hubdeck"));
    // The program may be where this user cannot read it.
    std::fs::copy(PROGRAM, &program).expect("a copy");
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).expect("permissions");
    chown(folder, Some(NOBODY), Some(NOBODY)).expect("an owner");
    let output = Command::new(program)
        .args(arguments)
        .env_clear()
        .env("HOME", folder)
        .current_dir(folder)
        .uid(NOBODY)
        .gid(NOBODY)
        .output()
        .expect("the program starts");
    Output {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
