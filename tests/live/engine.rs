//! The client and the collectors against a real engine; asked for by `HUBDECK_LIVE=1`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::support::docker::{Container, docker, live, unique};
use futures_util::StreamExt as _;
use hubdeck::collect::engine::DiscoveryOptions;
use hubdeck::collect::logs::LogHub;
use hubdeck::engine::{
    ConnectRequest, Connector, Engine, EngineError, EventNews, LINE_LIMIT, StatsOrigin,
};
use hubdeck::model::{
    DockerStatus, EngineEvent, EngineEventKind, EngineFlavour, InstanceFacts, InstanceState,
    LogBatch, LogLine, LogQuery, LogSource, LogStream, Observation, Timestamp,
};
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::{sleep, timeout};

const PATIENCE: Duration = Duration::from_secs(20);

async fn connect() -> Engine {
    let request = ConnectRequest::from_environment(None, None);
    let (engine, info) = request
        .connect()
        .await
        .expect("HUBDECK_LIVE=1 needs an engine");
    assert_ne!(info.flavour, EngineFlavour::Simulated);
    engine
}

fn busybox(arguments: &[&str], command: &[&str]) -> Container {
    let name = unique("hubdeck-engine");
    Container::run(&name, &[arguments, &["busybox:1.36"], command].concat())
}

async fn facts(engine: &Engine, container: &Container) -> InstanceFacts {
    let list = engine.list().await.unwrap();
    let listed = list
        .into_iter()
        .find(|facts| facts.name == container.name())
        .expect("it is listed");
    engine
        .inspect(&listed.id)
        .await
        .unwrap()
        .expect("it is inspected")
}

async fn logs(engine: &Engine, facts: &InstanceFacts, tail: Option<u32>) -> Vec<LogLine> {
    let source = LogSource {
        instance: facts.id.clone(),
        tty: facts.tty,
    };
    engine
        .logs(&source, tail, None, false)
        .map(Result::unwrap)
        .concat()
        .await
}

#[tokio::test]
async fn facts_are_what_docker_says() {
    if !live() {
        return;
    }
    let container = busybox(
        &[
            "-e",
            "EMPTY=",
            "-e",
            "URL=a=b",
            "--label",
            "note=🦀 ünïcode",
            "--memory",
            "64m",
            "--cpus",
            "0.5",
        ],
        &["sleep", "600"],
    );
    let engine = connect().await;
    let facts = facts(&engine, &container).await;
    let asked = |format: &str| docker(&["inspect", "-f", format, container.name()]);
    assert_eq!(facts.id.as_str(), asked("{{.Id}}"));
    assert_eq!(facts.image_id, asked("{{.Image}}"));
    assert_eq!(facts.started_at, asked("{{.State.StartedAt}}").parse().ok());
    let address = asked("{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}");
    assert_eq!(
        facts.networks[0].address.map(|ip| ip.to_string()),
        Some(address)
    );
    assert_eq!(
        (facts.image.as_str(), facts.state),
        ("busybox:1.36", InstanceState::Running)
    );
    assert_eq!(facts.labels.reveal()["note"], "🦀 ünïcode");
    assert!(
        facts
            .environment
            .reveal()
            .contains(&("EMPTY".into(), String::new()))
    );
    assert!(
        facts
            .environment
            .reveal()
            .contains(&("URL".into(), "a=b".into()))
    );
    assert_eq!(
        (facts.limits.memory_bytes, facts.limits.cpus),
        (Some(64 << 20), Some(0.5))
    );
    assert!(facts.stack.is_none() && facts.service.as_str() == container.name());
}

#[tokio::test]
async fn operations_take_effect_and_are_told_as_events() {
    if !live() {
        return;
    }
    let container = busybox(
        &[],
        &[
            "sh",
            "-c",
            "trap 'exit 3' TERM; while :; do sleep 0.1; done",
        ],
    );
    let engine = connect().await;
    let id = facts(&engine, &container).await.id;
    let mut events = engine.events(None);
    let (seen, mut kinds) = mpsc::channel::<EngineEvent>(64);
    let own = id.clone();
    tokio::spawn(async move {
        while let Some(Ok(news)) = events.next().await {
            let EventNews::Event(event) = news else {
                continue;
            };
            if event.instance == own && seen.send(event).await.is_err() {
                return;
            }
        }
    });
    sleep(Duration::from_millis(300)).await;
    engine.pause(&id).await.unwrap();
    // The engine itself confuses a pause and an unpause that follow each other at once.
    sleep(Duration::from_millis(500)).await;
    assert!(matches!(
        engine.pause(&id).await,
        Err(EngineError::Conflict { .. })
    ));
    engine.unpause(&id).await.unwrap();
    sleep(Duration::from_millis(500)).await;
    engine.restart(&id).await.unwrap();
    // The script must have set its trap.
    sleep(Duration::from_secs(1)).await;
    engine.stop(&id).await.unwrap();
    engine.stop(&id).await.expect("already stopped");
    let stopped = engine.inspect(&id).await.unwrap().unwrap();
    assert_eq!(
        (stopped.state, stopped.exit_code),
        (InstanceState::Exited, Some(3))
    );
    engine.start(&id).await.unwrap();
    // The engine does not promise that `die` comes before `stop`, so the order is not compared.
    let mut expected = vec![
        EngineEventKind::Pause,
        EngineEventKind::Unpause,
        EngineEventKind::Restart,
        EngineEventKind::Kill { signal: Some(15) },
        EngineEventKind::Kill { signal: Some(15) },
        EngineEventKind::Die { exit_code: Some(3) },
        EngineEventKind::Die { exit_code: Some(3) },
        EngineEventKind::Stop,
        EngineEventKind::Stop,
        EngineEventKind::Start,
        EngineEventKind::Start,
    ];
    while !expected.is_empty() {
        let event = timeout(PATIENCE, kinds.recv())
            .await
            .unwrap_or_else(|_| panic!("no {expected:?}"))
            .unwrap();
        // Every start and end joins and leaves the network, which no operation asked for.
        if matches!(
            event.kind,
            EngineEventKind::Connect { .. } | EngineEventKind::Disconnect { .. }
        ) {
            continue;
        }
        let at = expected.iter().position(|kind| *kind == event.kind);
        expected.remove(at.unwrap_or_else(|| panic!("{event:?} was not expected")));
        assert_eq!(event.name, container.name());
    }
    let missing = engine.start(&"0123456789abcdef".into()).await;
    assert!(
        matches!(missing, Err(EngineError::NotFound { .. })),
        "{missing:?}"
    );
}

/// Percent of one core between two readings.
fn cpu(before: &hubdeck::engine::RawStats, after: &hubdeck::engine::RawStats) -> f64 {
    let used = after.cpu_ns.unwrap() - before.cpu_ns.unwrap();
    let system = after.system_ns.unwrap() - before.system_ns.unwrap();
    used as f64 / system as f64 * f64::from(after.online_cpus.unwrap()) * 100.0
}

/// Bytes of a figure such as `1.5MiB`.
fn bytes(text: &str) -> f64 {
    let end = text.find(|c: char| c.is_alphabetic()).unwrap();
    let unit = match &text[end..] {
        "B" => 1.0,
        "KiB" => 1024.0,
        "MiB" => 1024.0 * 1024.0,
        "GiB" => 1024.0 * 1024.0 * 1024.0,
        other => panic!("{other}"),
    };
    text[..end].parse::<f64>().unwrap() * unit
}

#[tokio::test]
async fn counters_agree_with_docker_stats_and_with_the_kernel() {
    if !live() {
        return;
    }
    let container = busybox(
        &["--cpus", "0.3", "--memory", "100m"],
        &[
            "sh",
            "-c",
            "head -c 20000000 /dev/zero > /dev/shm/x; while :; do :; done",
        ],
    );
    let engine = connect().await;
    let id = facts(&engine, &container).await.id;
    sleep(Duration::from_secs(1)).await;
    let by_api = async || {
        engine
            .read_stats_by_api(&id, Timestamp::now())
            .await
            .unwrap()
            .unwrap()
    };
    let by_best = async || {
        engine
            .read_stats(&id, Timestamp::now())
            .await
            .unwrap()
            .unwrap()
    };
    let (api, best) = (by_api().await, by_best().await);
    sleep(Duration::from_secs(3)).await;
    let (api_after, best_after) = (by_api().await, by_best().await);
    let line = docker(&[
        "stats",
        "--no-stream",
        "--format",
        "{{.CPUPerc}} {{.MemUsage}} {{.PIDs}}",
        container.name(),
    ]);
    let words: Vec<&str> = line.split_whitespace().collect();
    let told: f64 = words[0].trim_end_matches('%').parse().unwrap();
    for (origin, percent) in [
        ("api", cpu(&api, &api_after)),
        ("kernel", cpu(&best, &best_after)),
    ] {
        assert!(
            (percent - told).abs() < 8.0,
            "{origin} says {percent}, docker stats says {told}"
        );
    }
    for (origin, stats) in [("api", &api_after), ("kernel", &best_after)] {
        let memory = stats.memory_bytes.unwrap() as f64;
        assert!(
            (memory - bytes(words[1])).abs() < 1_048_576.0,
            "{origin} says {memory}: {line}"
        );
        assert_eq!(stats.memory_limit_bytes, Some(100 << 20), "{origin}");
        assert_eq!(
            stats.pids.map(|pids| pids.to_string()).as_deref(),
            Some(words[4]),
            "{origin}"
        );
    }
    assert_eq!(
        api_after.network_rx_bytes.is_some(),
        best_after.network_rx_bytes.is_some()
    );
    if best.origin == StatsOrigin::Cgroup {
        let apart = best_after
            .network_rx_bytes
            .unwrap()
            .abs_diff(api_after.network_rx_bytes.unwrap());
        assert!(apart < 1_000, "received bytes differ by {apart}");
    }
    docker(&["stop", "-t", "0", container.name()]);
    assert_eq!(
        engine.read_stats(&id, Timestamp::now()).await.unwrap(),
        None,
        "what does not run has no figures"
    );
}

const NOISE: &str = r#"echo out; sleep 0.2; echo err >&2; sleep 0.2
head -c 90000 /dev/zero | tr '\0' x; echo
printf '\377\376\000\001\n'; printf '\033[31mred\033[0m\033[2J\n'; printf 'no end'"#;

#[tokio::test]
async fn log_lines_of_every_kind() {
    if !live() {
        return;
    }
    let engine = connect().await;
    for (arguments, tty) in [(&[][..], false), (&["-t"][..], true)] {
        let container = busybox(arguments, &["sh", "-c", NOISE]);
        docker(&["wait", container.name()]);
        let facts = facts(&engine, &container).await;
        assert_eq!(facts.tty, tty);
        let lines = logs(&engine, &facts, None).await;
        let texts: Vec<_> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(
            (texts[0], texts[1], texts.len()),
            ("out", "err", 6),
            "tty {tty}"
        );
        let stderr = if tty {
            LogStream::Stdout
        } else {
            LogStream::Stderr
        };
        assert_eq!(lines[1].stream, stderr);
        assert_eq!(
            (texts[2].len(), lines[2].cut_bytes),
            (LINE_LIMIT, 90_000 - LINE_LIMIT as u64),
            "tty {tty}"
        );
        assert!(
            texts[2].bytes().all(|byte| byte == b'x'),
            "no timestamp inside"
        );
        assert_eq!(texts[3], "\u{fffd}\u{fffd}  ");
        assert_eq!((texts[4], texts[5]), ("\x1b[31mred\x1b[0m", "no end"));
        assert!(lines.iter().all(|line| line.at.is_some()));
        assert_eq!(logs(&engine, &facts, Some(2)).await.len(), 2);
    }
}

/// Reads a tail until a line with `text` came; gives every text.
async fn lines_until(tail: &mut mpsc::Receiver<LogBatch>, text: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let read = async {
        while !texts.iter().any(|each| each == text) {
            match tail.recv().await.expect("the tail goes on") {
                LogBatch::Lines { lines, .. } => {
                    texts.extend(lines.into_iter().map(|line| line.text))
                }
                LogBatch::Ended(_) => {}
                LogBatch::Failed(_, reason) => panic!("{reason}"),
            }
        }
    };
    timeout(PATIENCE, read)
        .await
        .unwrap_or_else(|_| panic!("no {text} in time"));
    texts
}

#[tokio::test]
async fn a_tail_goes_on_after_a_restart() {
    if !live() {
        return;
    }
    let script =
        "n=$(cat /n 2>/dev/null || echo 0); n=$((n+1)); echo $n > /n; echo run $n; exec sleep 600";
    let container = busybox(&["--stop-signal", "KILL"], &["sh", "-c", script]);
    let engine = connect().await;
    let facts = facts(&engine, &container).await;
    let (_keep, link) = watch::channel(Some(engine));
    let source = LogSource {
        instance: facts.id,
        tty: false,
    };
    let query = LogQuery {
        sources: vec![source],
        tail: 100,
        since: None,
        follow: true,
    };
    let mut tail = LogHub::new(link).follow(query);
    let mut texts = lines_until(&mut tail, "run 1").await;
    docker(&["restart", container.name()]);
    texts.extend(lines_until(&mut tail, "run 2").await);
    assert_eq!(texts, ["run 1", "run 2"], "no line twice");
}

/// Discovery on the real engine, seen through one container's name.
struct Discovery {
    news: mpsc::Receiver<Observation>,
    _link: watch::Receiver<Option<Engine>>,
    _options: watch::Sender<DiscoveryOptions>,
}

impl Discovery {
    fn start() -> Self {
        let (out, news) = mpsc::channel(256);
        let (options, wishes) = watch::channel(DiscoveryOptions::default());
        let (link_in, link) = watch::channel(None);
        let request = ConnectRequest::from_environment(None, None);
        tokio::spawn(hubdeck::collect::engine::run(
            Connector::new(request),
            wishes,
            out,
            link_in,
            Arc::new(Notify::new()),
            watch::Sender::new(false),
        ));
        Self {
            news,
            _link: link,
            _options: options,
        }
    }

    async fn until<T>(&mut self, what: &str, pick: impl Fn(&Observation) -> Option<T>) -> T {
        let wait = async {
            loop {
                let news = self.news.recv().await.expect("discovery goes on");
                if let Some(found) = pick(&news) {
                    return found;
                }
            }
        };
        timeout(PATIENCE, wait)
            .await
            .unwrap_or_else(|_| panic!("no {what} in time"))
    }

    async fn inspected(
        &mut self,
        name: &str,
        wanted: impl Fn(&InstanceFacts) -> bool,
    ) -> Arc<InstanceFacts> {
        self.until(name, |news| match news {
            Observation::Inspected { facts, .. } if facts.name == name && wanted(facts) => {
                Some(Arc::clone(facts))
            }
            _ => None,
        })
        .await
    }
}

#[tokio::test]
async fn discovery_sees_health_death_and_removal_without_a_poll() {
    if !live() {
        return;
    }
    let mut discovery = Discovery::start();
    discovery
        .until("list", |news| {
            matches!(news, Observation::Listed { .. }).then_some(())
        })
        .await;
    let container = busybox(
        &[
            "--health-cmd",
            "test ! -e /ill || { echo so ill; exit 1; }",
            "--health-interval",
            "500ms",
            "--health-retries",
            "2",
            "--stop-signal",
            "KILL",
        ],
        &["sleep", "600"],
    );
    let name = container.name().to_owned();
    let first = discovery
        .inspected(&name, |facts| facts.docker.status == DockerStatus::Healthy)
        .await;
    assert!(
        first
            .healthcheck
            .as_ref()
            .is_some_and(|check| check.retries == Some(2))
    );
    docker(&["exec", &name, "touch", "/ill"]);
    let ill = discovery
        .inspected(&name, |facts| {
            facts.docker.status == DockerStatus::Unhealthy
        })
        .await;
    assert_eq!(
        (ill.docker.output.as_str(), ill.docker.failing_streak),
        ("so ill", 2)
    );

    let begin = Instant::now();
    docker(&["kill", &name]);
    // Its leaving the network is an event as well, so that the facts may come before the death.
    let mut left = vec!["event", "facts"];
    while !left.is_empty() {
        let told = discovery
            .until("death", |news| match news {
                Observation::Event(event) if event.name == name => (event.kind
                    == EngineEventKind::Die {
                        exit_code: Some(137),
                    })
                .then_some("event"),
                Observation::Inspected { facts, .. } if facts.name == name => {
                    (facts.state == InstanceState::Exited).then_some("facts")
                }
                _ => None,
            })
            .await;
        left.retain(|each| *each != told);
    }
    println!(
        "death to facts, with the docker command itself: {:?}",
        begin.elapsed()
    );
    drop(container);
    let id = ill.id.clone();
    discovery
        .until("removal", |news| {
            matches!(news, Observation::Gone { instance, .. } if *instance == id).then_some(())
        })
        .await;
}
