//! What hubdeck reads of a recorded container.

use std::time::Duration;

use hubdeck::model::*;

use super::Container;

fn time(text: &str) -> Timestamp {
    text.parse()
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn state(word: &str) -> InstanceState {
    match word {
        "created" => InstanceState::Created,
        "running" => InstanceState::Running,
        "restarting" => InstanceState::Restarting,
        "exited" => InstanceState::Exited,
        other => panic!("no state {other}"),
    }
}

/// When something was told of the container for the last time.
pub fn last_news(container: &Container) -> Timestamp {
    let log = container
        .said
        .iter()
        .flat_map(|said| &said.log)
        .filter_map(|line| line.split(' ').next());
    let checks = container
        .healthcheck
        .iter()
        .flat_map(|check| &check.log)
        .filter_map(|line| line.split(' ').next());
    let own = [
        Some(container.created_at.as_str()),
        container.started_at.as_deref(),
        container.finished_at.as_deref(),
    ];
    log.chain(checks)
        .chain(own.into_iter().flatten())
        .map(time)
        .max()
        .unwrap()
}

/// What the engine says.
pub fn facts(container: &Container) -> InstanceFacts {
    let mut facts = InstanceFacts::unknown(
        InstanceId::new(&container.name),
        &container.name,
        None,
        ServiceName::new(&container.name),
    );
    facts.image.clone_from(&container.image);
    facts.command.reveal_mut().clone_from(&container.command);
    facts.state = state(&container.state);
    facts.exit_code = Some(container.exit_code).filter(|_| container.finished_at.is_some());
    facts.oom_killed = container.oom_killed;
    facts.error.clone_from(&container.error);
    facts.restarts = container.restarts;
    facts.restart_policy = container.restart_policy.as_str().into();
    facts.created_at = Some(time(&container.created_at));
    facts.started_at = container.started_at.as_deref().map(time);
    facts.finished_at = container.finished_at.as_deref().map(time);
    facts.environment = container
        .environment
        .iter()
        .filter_map(|each| each.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let network = |name: &String| NetworkAddress {
        network: name.clone(),
        address: None,
        aliases: Vec::new(),
    };
    facts.networks = container.networks.iter().map(network).collect();
    facts.network_mode.clone_from(&container.network_mode);
    facts.mounts = container
        .mounts
        .iter()
        .map(|mount| self::mount(mount))
        .collect();
    facts.limits.memory_bytes = Some(container.memory).filter(|bytes| *bytes > 0);
    facts.ports = ports(container);
    facts.inspected = true;
    check(container, &mut facts);
    facts
}

fn mount(text: &str) -> Mount {
    let words: Vec<&str> = text.split(' ').collect();
    let [kind, source, target, mode] = words.as_slice() else {
        panic!("no mount {text}")
    };
    Mount {
        kind: (*kind).to_owned(),
        source: (*source).to_owned(),
        target: (*target).to_owned(),
        writable: *mode == "rw",
    }
}

fn ports(container: &Container) -> Vec<Port> {
    let port = |text: &str, published: Option<u16>| {
        let (number, protocol) = text.split_once('/').unwrap();
        Port {
            container: number.parse().unwrap(),
            protocol: protocol.into(),
            published,
            address: published.map(|_| "0.0.0.0".to_owned()),
        }
    };
    let published = container.published.iter().map(|text| {
        let (host, inside) = text.split_once(' ').unwrap();
        // A container that could not be started publishes nothing.
        port(
            inside,
            host.parse().ok().filter(|_| container.state == "running"),
        )
    });
    container
        .exposed
        .iter()
        .map(|text| port(text, None))
        .chain(published)
        .collect()
}

fn check(container: &Container, facts: &mut InstanceFacts) {
    let Some(check) = &container.healthcheck else {
        return;
    };
    facts.healthcheck = Some(Healthcheck {
        test: check.test.clone().into(),
        interval: Some(Duration::from_secs_f64(check.interval)).filter(|each| !each.is_zero()),
        start_period: Some(Duration::from_secs_f64(check.start_period))
            .filter(|each| !each.is_zero()),
        retries: Some(2),
    });
    facts.health_log = check
        .log
        .iter()
        .map(|line| {
            let mut words = line.splitn(3, ' ');
            HealthcheckLog {
                at: time(words.next().unwrap()),
                exit_code: words.next().unwrap().parse().unwrap(),
                output: words.next().unwrap_or_default().to_owned(),
            }
        })
        .collect();
    let last = facts.health_log.last();
    facts.docker = DockerHealth {
        status: match check.status.as_str() {
            "healthy" => DockerStatus::Healthy,
            "unhealthy" => DockerStatus::Unhealthy,
            _ => DockerStatus::Starting,
        },
        failing_streak: check.failing_streak,
        checked_at: last.map(|result| result.at),
        output: last.map(|result| result.output.clone()).unwrap_or_default(),
    };
}

/// What hubdeck's own probe said, at `now`.
pub fn probe(container: &Container, now: Timestamp) -> Option<ProbeResult> {
    let probe = container.probe.as_ref()?;
    let outcome = if probe.success {
        ProbeOutcome::Success
    } else {
        ProbeOutcome::Failure
    };
    let kinds = [
        ProbeKind::Http,
        ProbeKind::Tcp,
        ProbeKind::Postgres,
        ProbeKind::Redis,
    ];
    Some(ProbeResult {
        kind: kinds
            .into_iter()
            .find(|kind| kind.id() == probe.kind)
            .unwrap_or(ProbeKind::Tcp),
        origin: ProbeOrigin::Healthcheck,
        target: probe.target.clone(),
        contact: if probe.answered || probe.success {
            Contact::Answered
        } else {
            contact(&probe.message)
        },
        latency_ms: probe.answered.then_some(1.0),
        finding: crate::support::store::reasons::finding(&probe.message),
        ..ProbeResult::of(outcome, now)
    })
}

fn contact(message: &str) -> Contact {
    if message.contains("refused") {
        Contact::Refused
    } else {
        Contact::NoAnswer
    }
}

/// The last lines of its log.
pub fn failure_log(container: &Container, now: Timestamp) -> FailureLog {
    let lines: Vec<LogLine> = container
        .said
        .iter()
        .flat_map(|said| &said.log)
        .filter_map(|line| line.split_once(' '))
        .map(|(at, text)| LogLine {
            at: Some(time(at)),
            instance: InstanceId::new(&container.name),
            stream: LogStream::Stderr,
            text: text.chars().take(300).collect(),
            cut_bytes: 0,
            ..LogLine::default()
        })
        .collect();
    let surplus = lines.len().saturating_sub(MAX_FAILURE_LOG_LINES);
    let lines = lines.into_iter().skip(surplus).collect();
    FailureLog {
        instance: InstanceId::new(&container.name),
        at: now,
        lines,
    }
}
