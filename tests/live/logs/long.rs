//! The log of a container that is 2 GB long.

use std::time::Instant;

use super::{Followed, console};
use crate::support::docker::{Container, docker, live, unique};
use crate::support::hubdeck::Home;

/// Ends at once when it is started first, writes a line now and then when it is started again.
const LINES: &str = "[ -e /again ] || { touch /again; exit; }; n=0; while true; do echo live $n; n=$((n+1)); sleep 0.3; done";

/// Appends to the engine's own log file of a container that does not run: lines of the same 241
/// bytes in blocks of 15 MiB, then `last 1` to `last 1000`, a nanosecond apart.
const WRITE: &str = r#"
line='{"log":"'$(head -c 170 /dev/zero | tr '\0' x)'\n","stream":"stdout","time":"2026-01-01T00:00:00.000000000Z"}'
echo "$line" > /block
for n in $(seq 1 16); do cat /block /block > /twice; mv /twice /block; done
for n in $(seq 1 128); do cat /block; done >> $f
for n in $(seq 1 1000); do
    printf '{"log":"last %d\\n","stream":"stdout","time":"2026-01-01T00:00:01.%09dZ"}\n' $n $n
done >> $f
stat -c %s $f"#;

/// Makes its log 2 GB long; gives its size in bytes.
fn fill(container: &Container) -> u64 {
    let path = docker(&["inspect", "--format", "{{.LogPath}}", container.name()]);
    let (directory, file) = path.rsplit_once('/').unwrap();
    let script = format!("f='/log/{file}'{WRITE}");
    let mount = format!("{directory}:/log");
    let run = ["run", "--rm", "--pull", "never", "-v", &mount];
    let shell = ["busybox:1.36", "sh", "-c", &script];
    docker(&[&run[..], &shell].concat()).parse().unwrap()
}

/// The most memory that a process has had, in KiB.
fn peak_memory(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.unwrap().trim().trim_end_matches(" kB");
    peak.parse().unwrap()
}

/// `last FIRST` to `last 1000`.
fn last(first: usize) -> Vec<String> {
    (first..=1_000).map(|n| format!("last {n}")).collect()
}

#[test]
fn a_log_of_2_gb_opens_at_its_end() {
    if !live() {
        return;
    }
    let name = unique("hubdeck-e-long");
    let container = Container::run(&name, &["busybox:1.36", "sh", "-c", LINES]);
    docker(&["wait", &name]);
    let begin = Instant::now();
    let bytes = fill(&container);
    println!("{bytes} bytes of log written in {:?}", begin.elapsed());
    assert!(bytes > 2_000_000_000, "{bytes}");
    let home = Home::with_live_engine();
    let output = home.run(&["logs", "-n", "100", &name]);
    assert_eq!(output.stdout.lines().collect::<Vec<_>>(), last(901));

    docker(&["start", &name]);
    let followed = Followed::start(&home, &["-n", "100", &name]);
    let lines = followed.until("live 9");
    let begin = lines.iter().position(|line| line == "live 0").unwrap();
    let expected: Vec<String> = (0..10).map(|n| format!("live {n}")).collect();
    assert_eq!(lines[begin..], expected, "nothing is missing or twice");
    assert_eq!(lines[..begin], last(901)[100 - begin..]);
    let peak = peak_memory(followed.id());
    println!("hubdeck logs -f took {peak} KiB");
    assert!(peak < 100_000, "{peak} KiB");
    drop(followed);
    let output = home.run(&["logs", "--since", "1s", &name]);
    let are_live = output.stdout.lines().all(|line| line.starts_with("live "));
    assert!(are_live && !output.stdout.is_empty(), "{output:?}");

    let mut terminal = console::with_log_of(&home, &name);
    terminal.wait_for("live 9");
    terminal.send("g");
    terminal.wait_until("the first lines of the tail", |screen| {
        let text = screen.contents();
        text.contains("last 8") || text.contains("last 9")
    });
    let peak = peak_memory(terminal.process_id());
    println!("the console took {peak} KiB");
    assert!(peak < 100_000, "{peak} KiB");
}
