//! `hubdeck logs` beside `docker logs` on the same containers.

mod console;
mod hub;
mod long;
pub mod stack;

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::support::docker::{Container, Forwarder, docker, live, unique};
use crate::support::hubdeck::{Background, Home, eventually};

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Writes a line every few milliseconds to both streams, 60 in all, then waits.
const LINES: &str = r#"n=0; while [ $n -lt 30 ]; do n=$((n+1)); echo "$0 out $n"; echo "$0 err $n" >&2; usleep 7000; done; exec sleep 600"#;

fn chatty(prefix: &str) -> Container {
    let name = unique(prefix);
    let container = Container::run(&name, &["busybox:1.36", "sh", "-c", LINES, prefix]);
    let last = format!("{prefix} err 30");
    eventually("all lines", PATIENCE, || {
        docker_logs(&[&name])
            .iter()
            .any(|line| line.ends_with(&last))
            .then_some(())
    });
    container
}

/// What `docker logs ARGS` writes to both streams, each line with its time.
fn docker_logs(arguments: &[&str]) -> Vec<String> {
    let output = Command::new("docker")
        .args([&["logs", "--timestamps"], arguments].concat())
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, errors) = (text(&output.stdout), text(&output.stderr));
    out.lines()
        .chain(errors.lines())
        .map(str::to_owned)
        .collect()
}

/// The lines of a running `hubdeck logs -f`, as they come.
struct Followed {
    child: Background,
    lines: mpsc::Receiver<String>,
}

impl Followed {
    fn start(home: &Home, arguments: &[&str]) -> Self {
        let mut child = home
            .piped(&[&["logs", "-f"], arguments].concat())
            .spawn()
            .unwrap();
        let (sender, lines) = mpsc::channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                // The test may have ended.
                drop(sender.send(line));
            }
        });
        let child = Background(child);
        Self { child, lines }
    }

    /// All lines up to one that ends with `text`.
    fn until(&self, text: &str) -> Vec<String> {
        self.until_line(text, |line| line.ends_with(text))
    }

    /// All lines up to the first one for which `is_last` is true.
    fn until_line(&self, what: &str, is_last: impl Fn(&str) -> bool) -> Vec<String> {
        let (mut seen, end) = (Vec::new(), Instant::now() + PATIENCE);
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left);
            let line = line.unwrap_or_else(|_| panic!("no line {what}: {seen:?}"));
            let last = is_last(&line);
            seen.push(line);
            if last {
                return seen;
            }
        }
    }

    /// All lines of the next `time`.
    fn during(&self, time: Duration) -> Vec<String> {
        let end = Instant::now() + time;
        let next = || {
            let left = end.saturating_duration_since(Instant::now());
            self.lines.recv_timeout(left).ok()
        };
        std::iter::from_fn(next).collect()
    }

    fn id(&self) -> u32 {
        self.child.0.id()
    }

    fn interrupt(mut self) -> Option<i32> {
        let child: &mut Child = &mut self.child.0;
        let killed = Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status();
        assert!(killed.unwrap().success());
        eventually("the end after SIGINT", PATIENCE, || {
            child.try_wait().unwrap()
        })
        .code()
    }
}

#[test]
fn lines_of_several_containers_are_those_of_docker_in_the_order_of_their_times() {
    if !live() {
        return;
    }
    let (one, other) = (chatty("hubdeck-e-one"), chatty("hubdeck-e-two"));
    let names = [one.name(), other.name()];
    let mut expected: Vec<String> = names.iter().flat_map(|name| docker_logs(&[name])).collect();
    // Docker writes the same number of digits in every time.
    expected.sort();
    let output =
        Home::with_live_engine().run(&[&["logs", "-t", "--no-log-prefix"], &names[..]].concat());
    assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""));
    let mut lines: Vec<&str> = output.stdout.lines().collect();
    for pair in lines.windows(2) {
        // The engine itself may write a line of one stream before an older one of the other: within
        // a container its order stays.
        assert!(
            pair[0] <= pair[1] || writer(pair[0]) == writer(pair[1]),
            "{pair:?} are in the wrong order"
        );
    }
    lines.sort_unstable();
    assert_eq!(lines, expected);
}

/// Which container wrote the line: the word behind the time.
fn writer(line: &str) -> Option<&str> {
    line.split(' ').nth(1)
}

#[test]
fn since_until_and_tail_give_what_docker_gives() {
    if !live() {
        return;
    }
    let container = chatty("hubdeck-e-part");
    let all = {
        let mut all = docker_logs(&[container.name()]);
        all.sort();
        all
    };
    let time = |at: usize| all[at].split(' ').next().unwrap();
    let (from, to) = (time(10), time(40));
    let home = Home::with_live_engine();
    for arguments in [
        vec!["--since", from],
        vec!["--until", to],
        vec!["--since", from, "--until", to],
        vec!["--tail", "7"],
        vec!["--tail", "0"],
        vec!["--since", "1h", "-n", "all"],
    ] {
        let arguments = [&arguments[..], &[container.name()]].concat();
        let mut expected = docker_logs(&arguments);
        expected.sort();
        let output = home.run(&[&["logs", "-t"], &arguments[..]].concat());
        let mut lines: Vec<String> = output
            .stdout
            .lines()
            .chain(output.stderr.lines())
            .map(str::to_owned)
            .collect();
        lines.sort();
        // Docker takes the last moment into `--until`; here it ends before it.
        expected.retain(|line| !arguments.contains(&"--until") || line.as_str() < to);
        assert_eq!(lines, expected, "{arguments:?}");
    }
}

#[test]
fn following_goes_on_over_a_restart_and_ends_with_130() {
    if !live() {
        return;
    }
    let script =
        "n=$(cat /n 2>/dev/null || echo 0); n=$((n+1)); echo $n > /n; echo run $n; exec sleep 600";
    let name = unique("hubdeck-e-again");
    let _container = Container::run(
        &name,
        &["--stop-signal", "KILL", "busybox:1.36", "sh", "-c", script],
    );
    let followed = Followed::start(&Home::with_live_engine(), &[&name]);
    assert_eq!(followed.until("run 1"), ["run 1"]);
    docker(&["restart", &name]);
    assert_eq!(followed.until("run 2"), ["run 2"], "no line twice");
    assert_eq!(followed.interrupt(), Some(130));
}

#[test]
fn a_container_that_replaces_another_is_followed_too() {
    if !live() {
        return;
    }
    let name = unique("hubdeck-e-new");
    let run = |word| {
        Container::run(
            &name,
            &[
                "busybox:1.36",
                "sh",
                "-c",
                &format!("echo {word}; exec sleep 600"),
            ],
        )
    };
    let first = run("first");
    let followed = Followed::start(&Home::with_live_engine(), &[&name]);
    assert_eq!(followed.until("first"), ["first"]);
    drop(first);
    let _second = run("second");
    assert_eq!(followed.until("second"), ["second"]);
    assert_eq!(followed.interrupt(), Some(130));
}

#[test]
fn all_services_are_followed_also_those_that_come_later() {
    if !live() {
        return;
    }
    let run = |name: &str, text: &str| {
        let script = format!("echo {text}; exec sleep 600");
        Container::run(name, &["busybox:1.36", "sh", "-c", &script])
    };
    let names = ["before", "later"].map(|part| unique(&format!("hubdeck-all-{part}")));
    let _before = run(&names[0], "first of all");
    let followed = Followed::start(&Home::with_live_engine(), &["-n", "5"]);
    followed.until("first of all");
    let _later = run(&names[1], "of a new service");
    let seen = followed.until("of a new service");
    let last = seen.last().unwrap();
    assert!(last.starts_with(&names[1]), "with its name: {last}");
    assert_eq!(followed.interrupt(), Some(130));
}

#[test]
fn an_engine_that_is_lost_while_following_is_reported_once() {
    if !live() {
        return;
    }
    let name = unique("hubdeck-e-lost");
    let script = "n=0; while true; do n=$((n+1)); echo line $n; sleep 1; done";
    let _container = Container::run(&name, &["busybox:1.36", "sh", "-c", script]);
    let mut socket = Forwarder::open();
    let home = Home::with_engine(&socket.url());
    let report = home.path().join("errors");
    let mut command = home.piped(&["logs", "-f", &name]);
    command.stderr(File::create(&report).unwrap());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok);
    let _child = Background(child);
    let mut number = || {
        let line = lines.next().expect("the log goes on");
        line.strip_prefix("line ").unwrap().parse::<u32>().unwrap()
    };
    assert_eq!((number(), number()), (1, 2));
    socket.cut();
    let reported = |text: &str| {
        let said = std::fs::read_to_string(&report).unwrap();
        said.contains(text).then_some(said)
    };
    eventually("the loss", PATIENCE, || reported("does not answer"));
    socket.reopen();
    let said = eventually("the return", PATIENCE, || reported("answers again"));
    assert_eq!(said.lines().count(), 2, "{said}");
    for expected in 3..8 {
        assert_eq!(number(), expected, "no line is lost or repeated");
    }
}
