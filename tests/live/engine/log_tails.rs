//! Log tails over what happens to containers: restarts, recreation, removal, rotation, a log that
//! cannot be read on; and the black box.

use std::sync::Arc;

use hubdeck::collect::engine::{self as discovery, DiscoveryOptions};
use hubdeck::collect::logs::{BlackBox, LogHub, recorder};
use hubdeck::engine::{ConnectRequest, Connector};
use hubdeck::model::{
    InstanceFacts, LogBatch, LogLine, LogMark, LogQuery, LogSource, Observation, RecordedRun,
    RecordingCause, Snapshot, Timestamp,
};
use hubdeck::store::Store;
use tokio::sync::{Notify, broadcast, mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::{PATIENCE, busybox, connect, facts};
use crate::support::docker::{Container, docker, live, unique};

/// Discovery, store and recorder on the real engine. The docker command blocks its thread, so that tests
/// need several.
struct World {
    hub: LogHub,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    _options: watch::Sender<DiscoveryOptions>,
    _tasks: JoinSet<()>,
}

impl World {
    fn start() -> Self {
        let (out, mut news) = mpsc::channel(256);
        let (options, wishes) = watch::channel(DiscoveryOptions::default());
        let (link_in, link) = watch::channel(None);
        let (publish, snapshots) = watch::channel(Arc::new(Snapshot::empty(Timestamp::now())));
        let events = broadcast::Sender::new(256);
        let hub = LogHub::with(link, snapshots.clone(), BlackBox::default());
        let mut tasks = JoinSet::new();
        tasks.spawn(recorder::run(
            hub.clone(),
            snapshots.clone(),
            events.subscribe(),
            out.clone(),
        ));
        tasks.spawn(discovery::run(
            Connector::new(ConnectRequest::from_environment(None, None)),
            wishes,
            out,
            link_in,
            Arc::new(Notify::new()),
            watch::Sender::new(false),
            events,
        ));
        tasks.spawn(async move {
            let mut store = Store::new(Timestamp::now());
            while let Some(observation) = news.recv().await {
                let is_measured = matches!(observation, Observation::Sampled { .. });
                let _ = store.apply(observation, Timestamp::now());
                if !is_measured {
                    publish.send_replace(store.snapshot(Timestamp::now()));
                }
            }
        });
        Self {
            hub,
            snapshots,
            _options: options,
            _tasks: tasks,
        }
    }

    /// The container named `name` once `holds` is true of it.
    async fn container(
        &mut self,
        name: &str,
        holds: impl Fn(&InstanceFacts) -> bool,
    ) -> Arc<InstanceFacts> {
        let find = |snapshot: &Snapshot| {
            let instances = snapshot.services.iter().flat_map(|each| &each.instances);
            let mut facts = instances.map(|each| Arc::clone(&each.facts));
            facts.find(|facts| facts.name == name && facts.inspected && holds(facts))
        };
        let wait = self.snapshots.wait_for(|snapshot| find(snapshot).is_some());
        let snapshot = timeout(PATIENCE, wait).await.expect("it is seen").unwrap();
        find(&snapshot).unwrap()
    }

    /// The first run that is kept and for which `holds` is true.
    async fn recorded(&mut self, holds: impl Fn(&RecordedRun) -> bool) -> RecordedRun {
        let find = |snapshot: &Snapshot| {
            snapshot
                .recorded_runs
                .iter()
                .find(|run| holds(run))
                .cloned()
        };
        let wait = self.snapshots.wait_for(|snapshot| find(snapshot).is_some());
        let Ok(snapshot) = timeout(PATIENCE, wait).await else {
            panic!("not kept: {:#?}", self.hub.black_box().runs());
        };
        find(&snapshot.unwrap()).unwrap()
    }
}

fn query(facts: &[&InstanceFacts], follow: bool) -> LogQuery {
    let source = |facts: &&InstanceFacts| LogSource {
        instance: facts.id.clone(),
        tty: Some(facts.tty),
    };
    LogQuery {
        sources: facts.iter().map(source).collect(),
        tail: Some(1_000),
        since: None,
        until: None,
        follow,
    }
}

/// What a tail has given.
struct Tail {
    batches: mpsc::Receiver<LogBatch>,
    lines: Vec<Arc<LogLine>>,
    failures: Vec<String>,
}

impl Tail {
    fn open(hub: &LogHub, query: LogQuery) -> Self {
        Self::of(hub.follow(query, mpsc::channel(1).1))
    }

    const fn of(batches: mpsc::Receiver<LogBatch>) -> Self {
        Self {
            batches,
            lines: Vec::new(),
            failures: Vec::new(),
        }
    }

    /// Texts of the lines, marks in angle brackets.
    fn texts(&self) -> Vec<String> {
        let text = |line: &Arc<LogLine>| match line.mark {
            Some(mark) => format!("<{mark:?}>"),
            None => line.text.clone(),
        };
        self.lines.iter().map(text).collect()
    }

    async fn until(&mut self, done: impl Fn(&Self) -> bool) {
        let read = async {
            while !done(self) {
                match self.batches.recv().await {
                    Some(LogBatch::Lines { lines, dropped }) => {
                        assert_eq!(dropped, 0);
                        self.lines.extend(lines);
                    }
                    Some(LogBatch::Failed(_, reason)) => self.failures.push(reason),
                    Some(LogBatch::Ended(_)) => {}
                    None => return,
                }
            }
        };
        let in_time = timeout(PATIENCE, read).await.is_ok();
        let texts = self.texts();
        let last = &texts[texts.len().saturating_sub(30)..];
        assert!(in_time && done(self), "{last:?} {:?}", self.failures);
    }

    async fn until_text(&mut self, text: &str) {
        self.until(|tail| tail.texts().iter().any(|each| each == text))
            .await;
    }

    fn count(&self, text: &str) -> usize {
        self.texts().iter().filter(|each| *each == text).count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn merged_lines_are_in_the_order_of_dockers_timestamps() {
    if !live() {
        return;
    }
    let script = "n=0; while [ $n -lt 300 ]; do echo $0 $n; n=$((n+1)); [ $((n%10)) = 0 ] && sleep 0.01; done; sleep 600";
    let engine = connect().await;
    let mut containers = Vec::new();
    for name in ["a", "b", "c"] {
        containers.push(busybox(&[], &["sh", "-c", script, name]));
    }
    let mut known = Vec::new();
    for container in &containers {
        known.push(facts(&engine, container).await);
    }
    let (_link, link) = watch::channel(Some(engine));
    let facts: Vec<&InstanceFacts> = known.iter().collect();
    let mut tail = Tail::open(&LogHub::new(link), query(&facts, true));
    tail.until(|tail| tail.lines.len() == 900).await;
    let mut expected = Vec::new();
    for container in &containers {
        let printed = docker(&["logs", "--timestamps", container.name()]);
        expected.extend(printed.lines().map(str::to_owned));
    }
    // Docker pads its timestamps, so that they sort as text.
    expected.sort();
    let expected: Vec<&str> = expected
        .iter()
        .map(|line| line.split_once(' ').unwrap().1)
        .collect();
    assert_eq!(tail.texts(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_is_marked_and_loses_nothing() {
    if !live() {
        return;
    }
    let script =
        "n=$(cat /n 2>/dev/null || echo 0); n=$((n+1)); echo $n > /n; echo run $n; exec sleep 600";
    let container = busybox(&["--stop-signal", "KILL"], &["sh", "-c", script]);
    let mut world = World::start();
    let facts = world.container(container.name(), |_| true).await;
    let mut tail = Tail::open(&world.hub, query(&[&facts], true));
    tail.until_text("run 1").await;
    for run in 2..4 {
        docker(&["restart", container.name()]);
        tail.until_text(&format!("run {run}")).await;
    }
    assert_eq!(
        tail.texts(),
        ["run 1", "<Started>", "run 2", "<Started>", "run 3"]
    );
    let run = world.recorded(|run| run.instance == facts.id).await;
    assert_eq!(
        (run.cause, run.gone, run.lines),
        (RecordingCause::Exited, false, 1)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_container_keeps_its_last_words_and_its_follower_goes_on() {
    if !live() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("compose.yaml");
    let service = "services:\n  job:\n    image: busybox:1.36\n    pull_policy: never\n    init: true\n    command: [sh, -c, 'trap \"echo last words; exit 0\" TERM; echo hello from $$HOSTNAME; while true; do sleep 0.1; done']\n";
    std::fs::write(&file, service).unwrap();
    let project = unique("hubdeck-a");
    let file = file.to_str().unwrap();
    let compose = |arguments: &[&str]| {
        let common = ["compose", "-p", &project, "-f", file];
        docker(&[&common[..], arguments].concat());
    };
    let mut world = World::start();
    compose(&["up", "-d"]);
    let name = format!("{project}-job-1");
    let old = world.container(&name, InstanceFacts::is_running).await;
    let (more, added) = mpsc::channel(1);
    let mut tail = Tail::of(world.hub.follow(query(&[&old], true), added));
    tail.until(|tail| !tail.lines.is_empty()).await;
    compose(&["up", "-d", "--force-recreate"]);
    let new = world
        .container(&name, |facts| facts.id != old.id && facts.is_running())
        .await;
    more.send(query(&[&new], true)).await.unwrap();
    let hello = format!("hello from {}", new.id.short());
    tail.until_text(&hello).await;
    let run = world
        .recorded(|run| run.instance == old.id && run.gone)
        .await;
    assert_eq!(run.cause, RecordingCause::Removed);
    let mut kept = Tail::open(&world.hub, query(&[&old], true));
    kept.until_text("last words").await;
    compose(&["down", "-t", "1"]);
    let first = format!("hello from {}", old.id.short());
    assert_eq!(
        tail.texts(),
        [first.as_str(), "last words", "<NewContainer>", &hello]
    );
    assert_eq!(kept.texts(), ["<Recorded>", &first, "last words"]);
    assert!(tail.failures.is_empty(), "{:?}", tail.failures);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_engine_removes_at_its_end_is_kept() {
    if !live() {
        return;
    }
    let mut world = World::start();
    let script = "echo begin; sleep 2; echo the end; exit 3";
    let name = unique("hubdeck-a");
    docker(&[
        "run",
        "-d",
        "--rm",
        "--pull",
        "never",
        "--name",
        &name,
        "busybox:1.36",
        "sh",
        "-c",
        script,
    ]);
    let facts = world.container(&name, |_| true).await;
    let run = world
        .recorded(|run| run.instance == facts.id && run.gone)
        .await;
    assert_eq!((run.lines, run.cause), (2, RecordingCause::Removed));
    let mut tail = Tail::open(&world.hub, query(&[&facts], false));
    tail.until_text("the end").await;
    assert_eq!(tail.texts(), ["<Recorded>", "begin", "the end"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logging_driver_that_keeps_nothing_is_named() {
    if !live() {
        return;
    }
    let container = busybox(&["--log-driver", "none"], &["sleep", "600"]);
    let silent = busybox(&[], &["sleep", "600"]);
    let engine = connect().await;
    let (none, silent) = (
        facts(&engine, &container).await,
        facts(&engine, &silent).await,
    );
    assert_eq!(none.log_driver.as_deref(), Some("none"));
    let (_link, link) = watch::channel(Some(engine));
    for follow in [true, false] {
        let mut tail = Tail::open(&LogHub::new(link.clone()), query(&[&none, &silent], follow));
        tail.until(|tail| !tail.failures.is_empty()).await;
        let [reason] = &tail.failures[..] else {
            panic!("{:?}", tail.failures)
        };
        assert!(
            reason.contains("\"none\"") && reason.contains("recreate"),
            "{reason}"
        );
        assert!(tail.lines.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_rotated_while_it_is_followed_stays_complete() {
    if !live() {
        return;
    }
    let script = "n=0; while [ $n -lt 2000 ]; do echo line $n of a log that is rotated; n=$((n+1)); [ $((n%20)) = 0 ] && sleep 0.05; done; echo done; sleep 600";
    let container = busybox(
        &["--log-opt", "max-size=10k", "--log-opt", "max-file=2"],
        &["sh", "-c", script],
    );
    let engine = connect().await;
    let facts = facts(&engine, &container).await;
    let (_link, link) = watch::channel(Some(engine));
    let mut tail = Tail::open(&LogHub::new(link), query(&[&facts], true));
    tail.until_text("done").await;
    let numbers: Vec<u32> = tail
        .texts()
        .iter()
        .filter_map(|text| text.split(' ').nth(1)?.parse().ok())
        .collect();
    assert!(numbers.is_sorted() && numbers.windows(2).all(|it| it[1] == it[0] + 1));
    assert!(numbers.len() > 1_500, "{}", numbers.len());
}

/// Overwrites the second record of the engine's own log file by zeros, as a crash of the host does.
fn break_log(container: &Container) {
    let path = docker(&["inspect", "--format", "{{.LogPath}}", container.name()]);
    let (directory, file) = path.rsplit_once('/').unwrap();
    let mount = format!("{directory}:/log");
    let script = format!(
        "f='/log/{file}'; first=$(head -n1 $f | wc -c); all=$(wc -c < $f); \
         dd if=/dev/zero of=$f bs=1 seek=$first count=$((all-first-1)) conv=notrunc"
    );
    let run = [
        "run",
        "--rm",
        "--pull",
        "never",
        "-v",
        &mount,
        "busybox:1.36",
        "sh",
        "-c",
        &script,
    ];
    docker(&run);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_cannot_be_read_on_is_resumed_by_its_tail() {
    if !live() {
        return;
    }
    let script = "echo before; echo lost; while [ ! -e /go ]; do sleep 0.1; done; n=0; while true; do echo after $n; n=$((n+1)); sleep 0.1; done";
    let container = busybox(&[], &["sh", "-c", script]);
    let engine = connect().await;
    let facts = facts(&engine, &container).await;
    sleep(std::time::Duration::from_millis(500)).await;
    break_log(&container);
    docker(&["exec", container.name(), "touch", "/go"]);
    sleep(std::time::Duration::from_secs(1)).await;
    let (_link, link) = watch::channel(Some(engine));
    let mut tail = Tail::open(&LogHub::new(link), query(&[&facts], true));
    tail.until(|tail| tail.count("<ResumedByTail>") == 1 && tail.lines.len() > 25)
        .await;
    let texts = tail.texts();
    assert_eq!(texts[0], "before", "{texts:?}");
    assert_eq!(texts[1], "<ResumedByTail>", "said once: {texts:?}");
    let numbers: Vec<u32> = texts[2..]
        .iter()
        .map(|text| {
            text.strip_prefix("after ")
                .expect("a line")
                .parse()
                .unwrap()
        })
        .collect();
    assert!(
        numbers.windows(2).all(|it| it[1] == it[0] + 1),
        "{numbers:?}"
    );
    assert!(tail.lines[1].mark == Some(LogMark::ResumedByTail) && tail.failures.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_removed_by_force_keeps_the_lines_that_were_on_screen() {
    if !live() {
        return;
    }
    let script = "n=0; while true; do n=$((n+1)); echo line $n; sleep 0.1; done";
    let container = busybox(&[], &["sh", "-c", script]);
    let mut world = World::start();
    let facts = world
        .container(container.name(), InstanceFacts::is_running)
        .await;
    let mut tail = Tail::open(&world.hub, query(&[&facts], true));
    tail.until_text("line 20").await;
    // The engine refuses the log from here on, before it tells of the end.
    docker(&["rm", "-f", container.name()]);
    let run = world
        .recorded(|run| run.instance == facts.id && run.gone)
        .await;
    assert_eq!(run.cause, RecordingCause::Removed);
    tail.until_text("<Removed>").await;
    let mut kept = Tail::open(&world.hub, query(&[&facts], true));
    kept.until_text("line 20").await;
    let (shown, kept) = (tail.texts(), kept.texts());
    assert_eq!(kept[0], "<Recorded>");
    assert_eq!(kept[1..], shown[..shown.len() - 1], "each line once");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_start_of_a_container_is_not_marked_and_the_second_is() {
    if !live() {
        return;
    }
    let name = unique("hubdeck-a");
    let create = ["create", "--pull", "never", "--init", "--name", &name];
    docker(
        &[
            &create[..],
            &["busybox:1.36", "sh", "-c", "echo run; sleep 600"],
        ]
        .concat(),
    );
    let mut world = World::start();
    let facts = world.container(&name, |_| true).await;
    let mut tail = Tail::open(&world.hub, query(&[&facts], true));
    sleep(std::time::Duration::from_secs(1)).await;
    docker(&["start", &name]);
    tail.until(|tail| tail.count("run") == 1).await;
    docker(&["restart", "-t", "1", &name]);
    tail.until(|tail| tail.count("run") == 2).await;
    docker(&["rm", "-f", &name]);
    assert_eq!(tail.texts(), ["run", "<Started>", "run"]);
}
