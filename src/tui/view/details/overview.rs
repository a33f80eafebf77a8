//! State and why, both verdicts, instances, resources, network, definition.

use ratatui::text::Span;

use super::layer;
use super::page::{Page, Section};
use crate::model::SortShared as _;
use crate::model::{
    Contact, DockerStatus, Health, HealthState, Instance, InstanceFacts, InstanceState, Metric,
    Port, Service, Timestamp, publications,
};
use crate::tui::scene::Scene;
use crate::tui::theme::Role;
use crate::tui::view::map::facts;
use crate::tui::widget::{gauge, status, text, units};

/// The overview of `service` in `width` cells.
pub fn page(scene: &Scene<'_>, service: &Service, width: u16) -> Page {
    let mut page = Page::new(width);
    let column = page.column();
    let left = vec![
        state(scene, service, column),
        verdicts(scene, service, column),
    ];
    let right = vec![
        resources(scene, service, column),
        network(scene, service, column),
    ];
    let whole = page.whole();
    page.columns(left, right);
    page.add(instances(scene, service, whole));
    page.add(layer::section(scene, service, whole));
    page.add(definition(scene, service, whole));
    page
}

fn state<'a>(scene: &'a Scene<'a>, service: &Service, width: u16) -> Section<'a> {
    let mut section = Section::new(scene, "State", width);
    let health = &service.health;
    section.field("state", status::words(health, scene.theme, scene.glyphs));
    section.text("why", &health.reason, Role::Text);
    if let Some(blocked) = facts::blocked(scene.snapshot, service) {
        section.text("blocked", &blocked, Role::Degraded);
    }
    section.text("since", &moment_and_age(scene, health.since), Role::Text);
    let clock = scene
        .snapshot
        .engine
        .timing
        .and_then(|timing| timing.clock_words())
        .unwrap_or_default();
    if !clock.is_empty() {
        let text = format!("the engine's is {clock}; times are corrected");
        section.text("clock", &text, Role::Muted);
    }
    section.text(
        "version",
        service.version.as_deref().unwrap_or_default(),
        Role::Text,
    );
    section
}

fn moment_and_age(scene: &Scene<'_>, at: Timestamp) -> String {
    let age = units::duration_long(scene.now.duration_since(at));
    format!("{} ({age} ago)", units::moment(at, scene.now, scene.zone))
}

/// Docker's verdict, our own, and whether they disagree.
fn verdicts<'a>(scene: &'a Scene<'a>, service: &Service, width: u16) -> Section<'a> {
    let mut section = Section::new(scene, "Verdicts", width);
    let health = &service.health;
    let (docker, role) = docker_words(service);
    section.text("Docker says", &docker, role);
    if let Some(docker) = &health.docker {
        if let Some(at) = docker.checked_at {
            section.text("", &checked(scene, at), Role::Muted);
        }
        section.text("", &docker.output, Role::Muted);
    }
    match &health.probe {
        Some(probe) => {
            // What hubdeck itself could not ask says nothing of the service.
            let unasked =
                matches!(probe.contact, Contact::NotAsked | Contact::Unreachable) && !probe.counts;
            let (sign, role) = match probe.success {
                true => ("works", Role::Healthy),
                false if unasked => ("nothing", Role::Muted),
                false => ("fails", Role::Unhealthy),
            };
            let latency = probe
                .latency_ms
                .map_or_else(String::new, |ms| format!(" in {}", units::millis(ms)));
            section.text(
                "probe says",
                &format!("{sign}: {}{latency}", probe.message),
                role,
            );
            section.text(
                "",
                &format!("{} {}", probe.kind.id(), probe.target),
                Role::Muted,
            );
            let guess = if probe.counts || unasked {
                ""
            } else {
                "; a guess that never worked, it does not count"
            };
            section.text(
                "",
                &format!("{}{guess}", checked(scene, probe.checked_at)),
                Role::Muted,
            );
        }
        None => section.text("probe says", "nothing: not probed", Role::Muted),
    }
    if let Some(disagreement) = disagreement(health) {
        section.text("disagree", disagreement, Role::Degraded);
    }
    section
}

fn checked(scene: &Scene<'_>, at: Timestamp) -> String {
    format!("checked {} ago", units::age(at, scene.now))
}

fn docker_words(service: &Service) -> (String, Role) {
    let mut running = service
        .instances
        .iter()
        .map(|each| &each.facts)
        .filter(|facts| facts.is_running());
    if let Some(facts) = running.find(|facts| !facts.knows_healthcheck()) {
        let words = format!("{}; {}", facts.state.id(), facts.unread_words());
        return (words, Role::of(HealthState::Unknown));
    }
    let Some(docker) = &service.health.docker else {
        let state = service
            .primary()
            .map_or("no container", |each| each.facts.state.id());
        return (format!("{state}, no healthcheck result"), Role::Muted);
    };
    match docker.status {
        DockerStatus::None => ("running; no healthcheck is defined".to_owned(), Role::Muted),
        DockerStatus::Starting => ("starting".to_owned(), Role::Starting),
        DockerStatus::Healthy => ("healthy".to_owned(), Role::Healthy),
        DockerStatus::Unhealthy => (
            format!(
                "unhealthy, {} checks in a row failed",
                docker.failing_streak
            ),
            Role::Unhealthy,
        ),
    }
}

/// A sentence when Docker and the probe say different things.
fn disagreement(health: &Health) -> Option<&'static str> {
    let probe = health.probe.as_ref().filter(|probe| probe.counts)?;
    match (health.docker.as_ref()?.status, probe.success) {
        (DockerStatus::Healthy, false) => Some(
            "Docker's healthcheck passes inside the container, but the probe from outside fails",
        ),
        (DockerStatus::Unhealthy, true) => Some(
            "the probe works from outside, but Docker's healthcheck inside the container fails",
        ),
        _ => None,
    }
}

/// Use against limits, summed over the instances.
fn resources<'a>(scene: &'a Scene<'a>, service: &Service, width: u16) -> Section<'a> {
    let mut section = Section::new(scene, "Resources", width);
    let limits = service
        .primary()
        .map(|each| each.facts.limits)
        .unwrap_or_default();
    let (_, all) = service.replicas();
    let bar = section.width().saturating_sub(46).clamp(8, 24);
    match service.total(Metric::Cpu) {
        Some(cpu) => {
            #[allow(clippy::cast_precision_loss)] // a handful of instances
            let limit = limits.cpus.map(|cpus| cpus * 100.0 * all.max(1) as f64);
            let words = usage_words(units::percent(cpu), limit.map(units::percent));
            section.field(
                "CPU",
                measured(scene, limit.map(|limit| cpu / limit), bar, Role::Cpu, words),
            );
        }
        None => section.text("CPU", "not measured", Role::Muted),
    }
    match service.total(Metric::Memory) {
        Some(memory) => {
            let share = facts::memory_share(service);
            let words = usage_words(
                units::bytes(memory),
                share.map(|(_, limit)| units::bytes(limit)),
            );
            section.field(
                "memory",
                measured(
                    scene,
                    share.map(|(share, _)| share),
                    bar,
                    Role::Memory,
                    words,
                ),
            );
        }
        None => section.text("memory", "not measured", Role::Muted),
    }
    both_ways(
        &mut section,
        service,
        "network",
        [Metric::NetworkRx, Metric::NetworkTx],
        ["in", "out"],
    );
    both_ways(
        &mut section,
        service,
        "block I/O",
        [Metric::BlockRead, Metric::BlockWrite],
        ["read", "written"],
    );
    let pids: Vec<u64> = service
        .instances
        .iter()
        .filter_map(|each| each.sample?.pids)
        .collect();
    if !pids.is_empty() {
        let limit = limits
            .pids
            .map_or_else(String::new, |limit| format!(" of {limit}"));
        section.text(
            "processes",
            &format!("{}{limit}", pids.iter().sum::<u64>()),
            Role::Text,
        );
    }
    if let Some(reserved) = limits.memory_reservation_bytes {
        #[allow(clippy::cast_precision_loss)] // shown with three digits
        section.text("reserved", &units::bytes(reserved as f64), Role::Text);
    }
    section
}

fn usage_words(used: String, limit: Option<String>) -> String {
    match limit {
        Some(limit) => format!("{used} of {limit}"),
        None => format!("{used}, no limit"),
    }
}

fn measured(
    scene: &Scene<'_>,
    share: Option<f64>,
    bar: usize,
    role: Role,
    words: String,
) -> Vec<Span<'static>> {
    let mut spans = Vec::new();
    if let Some(share) = share {
        spans.extend(gauge::gauge(share, bar, role, scene.theme, scene.glyphs));
        spans.push(Span::raw(" "));
    }
    spans.push(Span::styled(words, scene.theme.style(Role::Text)));
    spans
}

fn both_ways(
    section: &mut Section<'_>,
    service: &Service,
    label: &str,
    metrics: [Metric; 2],
    words: [&str; 2],
) {
    let rates = metrics.map(|metric| service.total(metric).map(units::rate));
    if rates.iter().all(Option::is_none) {
        return;
    }
    let [first, second] = rates.map(|rate| rate.unwrap_or_else(|| "unknown".to_owned()));
    section.text(
        label,
        &format!("{first} {}  {second} {}", words[0], words[1]),
        Role::Text,
    );
}

fn network<'a>(scene: &'a Scene<'a>, service: &Service, width: u16) -> Section<'a> {
    let mut section = Section::new(scene, "Network", width);
    let Some(primary) = service.primary() else {
        return section;
    };
    let arrow = if scene.glyphs.ascii { "->" } else { "→" };
    section.text(
        "ports",
        &port_words(&primary.facts, arrow).join(", "),
        Role::Text,
    );
    for (at, network) in primary.facts.networks.iter().enumerate() {
        let address = network
            .address
            .map_or_else(String::new, |address| format!(" {address}"));
        let label = if at == 0 { "networks" } else { "" };
        section.text(label, &format!("{}{address}", network.network), Role::Text);
    }
    if primary.facts.networks.is_empty() {
        section.text("network", &primary.facts.network_mode, Role::Text);
    }
    section
}

/// What is published, then what is only exposed, by port in the container.
fn port_words(facts: &InstanceFacts, arrow: &str) -> Vec<String> {
    let published = publications([facts]);
    let is_published = |port: &&Port| {
        published
            .iter()
            .any(|each| (each.container, each.protocol) == (port.container, port.protocol.as_str()))
    };
    let exposed = facts.ports.iter().filter(|port| !is_published(port));
    let mut words: Vec<(u16, String)> = exposed
        .map(|port| {
            (
                port.container,
                format!("{}/{} not published", port.container, port.protocol),
            )
        })
        .collect();
    words.extend(published.iter().flat_map(|each| {
        each.words(arrow)
            .into_iter()
            .map(|word| (each.container, word))
    }));
    words.sort_shared_by_key(|(container, _)| *container);
    words.into_iter().map(|(_, word)| word).collect()
}

/// A table of the containers; columns that no container needs are left out.
fn instances<'a>(scene: &'a Scene<'a>, service: &Service, width: u16) -> Section<'a> {
    let (running, all) = service.replicas();
    let mut section = Section::new(scene, &format!("Instances {running}/{all}"), width);
    if service.instances.is_empty() {
        return section;
    }
    let name_cells = service
        .instances
        .iter()
        .map(|each| text::width(&each.facts.name))
        .max()
        .unwrap_or(4);
    let name_cells = name_cells.clamp(8, section.width().saturating_sub(30).clamp(8, 40));
    let glyphs = scene.glyphs;
    let head = format!(
        "{} {:<11}{:<11}{:>8}{:>6}{:>7}  memory",
        text::fit("container", name_cells, glyphs),
        "state",
        "started",
        "restarts",
        "exit",
        "CPU",
    );
    let muted = scene.theme.style(Role::Muted);
    section.line(vec![Span::styled(head, muted)]);
    for instance in &service.instances {
        let row = instance_row(scene, instance, name_cells, section.width());
        section.line(row);
        if !instance.facts.error.is_empty() {
            section.indented(2, &instance.facts.error, Role::Unhealthy);
        }
        if let Some(unread) = instance.facts.unread.words() {
            section.indented(2, &unread, Role::Degraded);
        }
    }
    section
}

fn instance_row(
    scene: &Scene<'_>,
    instance: &Instance,
    name_cells: usize,
    width: usize,
) -> Vec<Span<'static>> {
    let (theme, glyphs) = (scene.theme, scene.glyphs);
    let facts = &instance.facts;
    let role = instance_role(facts.state, facts.exit_code);
    let started = match (facts.state, facts.started_at, facts.finished_at) {
        (InstanceState::Running | InstanceState::Paused, Some(at), _) | (_, _, Some(at)) => {
            format!("{} ago", units::age(at, scene.now))
        }
        _ => String::new(),
    };
    let runs = matches!(facts.state, InstanceState::Running | InstanceState::Paused);
    let exit = facts
        .exit_code
        .filter(|_| !runs)
        .map_or_else(String::new, |code| code.to_string());
    let cpu = instance
        .sample
        .and_then(|sample| sample.cpu_percent)
        .map_or_else(String::new, units::percent);
    let restarts = facts
        .known_restarts()
        .map_or_else(|| "?".to_owned(), |restarts| restarts.to_string());
    let mut spans = vec![
        Span::styled(
            text::fit(&facts.name, name_cells, glyphs),
            theme.style(Role::Text),
        ),
        Span::styled(format!(" {:<11}", facts.state.id()), theme.style(role)),
        Span::styled(
            format!("{started:<11}{restarts:>8}{exit:>6}{cpu:>7}  "),
            theme.style(Role::Text),
        ),
    ];
    if let Some(memory) = instance
        .sample
        .as_ref()
        .and_then(|sample| sample.get(Metric::Memory))
    {
        let limit = instance
            .sample
            .as_ref()
            .and_then(|sample| sample.memory_limit_bytes);
        #[allow(clippy::cast_precision_loss)] // a share needs no exact bytes
        let limit = limit.map(|limit| limit as f64);
        let words = match limit {
            Some(limit) => format!("{} of {}", units::bytes(memory), units::bytes(limit)),
            None => units::bytes(memory),
        };
        let used = name_cells + 1 + 11 + 11 + 8 + 6 + 7 + 3;
        let bar = width.saturating_sub(used + words.len() + 1).min(16);
        let bar = if bar >= 6 { bar } else { 0 };
        spans.extend(measured(
            scene,
            limit.filter(|_| bar > 0).map(|limit| memory / limit),
            bar,
            Role::Memory,
            words,
        ));
    }
    if facts.oom_killed {
        // Where the main process went on or ended in its own way, the kernel killed another one in
        // it.
        let main = !facts.is_running() && matches!(facts.exit_code, None | Some(137));
        let (words, role) = if main {
            (" OOM killed", Role::Unhealthy)
        } else {
            (" OOM inside", Role::Degraded)
        };
        spans.push(Span::styled(words, theme.style(role)));
    }
    spans
}

const fn instance_role(state: InstanceState, exit_code: Option<i64>) -> Role {
    match (state, exit_code) {
        (InstanceState::Running, _) => Role::of(HealthState::Healthy),
        (InstanceState::Exited, Some(0)) => Role::of(HealthState::Completed),
        (InstanceState::Exited | InstanceState::Dead, _) => Role::of(HealthState::Unhealthy),
        (InstanceState::Created | InstanceState::Removing, _) => Role::of(HealthState::Stopped),
        (InstanceState::Unknown, _) => Role::of(HealthState::Unknown),
        (InstanceState::Paused | InstanceState::Restarting, _) => Role::of(HealthState::Degraded),
    }
}

fn definition<'a>(scene: &'a Scene<'a>, service: &Service, width: u16) -> Section<'a> {
    let mut section = Section::new(scene, "Definition", width);
    if let Some(name) = &service.display_name {
        section.text(
            "name",
            &format!("{}, shown as {name}", service.name),
            Role::Text,
        );
    }
    section.text(
        "stack",
        service
            .stack
            .as_ref()
            .map_or("none", |stack| stack.as_str()),
        Role::Text,
    );
    let Some(primary) = service.primary() else {
        return section;
    };
    let facts = &primary.facts;
    section.text("image", &facts.image, Role::Text);
    section.text("image id", text::head(&facts.image_id, 19), Role::Muted);
    section.text(
        "command",
        &scene.shown(&facts.command).join(" "),
        Role::Text,
    );
    section.text("restart", &facts.restart_policy, Role::Text);
    if let Some(check) = &facts.healthcheck {
        section.text(
            "healthcheck",
            &scene.shown(&check.test).join(" "),
            Role::Text,
        );
        let mut words = Vec::new();
        let seconds = |duration: std::time::Duration| format!("{}s", duration.as_secs());
        words.extend(
            check
                .interval
                .map(|interval| format!("every {}", seconds(interval))),
        );
        words.extend(
            check
                .start_period
                .map(|period| format!("start period {}", seconds(period))),
        );
        words.extend(check.retries.map(|retries| format!("{retries} retries")));
        section.text("", &words.join(", "), Role::Muted);
    }
    section
}
