//! Docker's healthcheck, our probe, and whether they disagree.

use crate::explain;
use crate::model::{
    Contact, DockerStatus, Health, HealthState, ProbeVerdict, Service, Timestamp, words,
};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::details::page::PageSection;
use crate::tui::draw::view::details::probes::without_result;

/// Docker's healthcheck, our probe, and whether they disagree.
pub(super) fn section<'a>(
    context: &'a DrawContext<'a>,
    service: &Service,
    width: u16,
) -> PageSection<'a> {
    let mut section = PageSection::new(context, "Health checks", width);
    let health = &service.health;
    let (docker, role) = docker_words(service);
    section.text("healthcheck", &docker, role);
    if let Some(docker) = &health.docker {
        if let Some(at) = docker.checked_at {
            section.text("", &checked(context, at), Role::Muted);
        }
        section.text("", &docker.output, Role::Muted);
    }
    match &health.probe {
        Some(probe) => add_probe(&mut section, context, probe),
        None => section.text("probe", without_result(service), Role::Muted),
    }
    if let Some(disagreement) = disagreement(health) {
        section.text("mismatch", disagreement, Role::Degraded);
    }
    section
}

fn add_probe(section: &mut PageSection<'_>, context: &DrawContext<'_>, probe: &ProbeVerdict) {
    // A probe that hubdeck itself could not make is no evidence against the service.
    let unasked =
        matches!(probe.contact, Contact::NotAsked | Contact::Unreachable) && !probe.counts;
    let (sign, role) = match probe.success {
        true => ("passed", Role::Healthy),
        false if unasked => ("no result", Role::Muted),
        false => ("failed", Role::Unhealthy),
    };
    let latency = probe
        .latency_ms
        .map_or_else(String::new, |ms| format!(" in {}", words::millis(ms)));
    let verdict = format!("{sign}: {}{latency}", explain::finding(&probe.finding));
    section.text("probe", &verdict, role);
    let target = format!("{} {}", probe.kind.id(), probe.target);
    section.text("", &target, Role::Muted);
    let guess = if probe.counts || unasked {
        ""
    } else {
        "; guessed target, never succeeded – ignored"
    };
    let checked = checked(context, probe.checked_at);
    section.text("", &format!("{checked}{guess}"), Role::Muted);
}

fn checked(context: &DrawContext<'_>, at: Timestamp) -> String {
    format!("checked {} ago", words::age(at, context.now()))
}

fn docker_words(service: &Service) -> (String, Role) {
    let facts = service.instances.iter().map(|each| &each.facts);
    let mut running = facts.filter(|facts| facts.is_running());
    if let Some(facts) = running.find(|facts| !facts.knows_healthcheck()) {
        let words = format!("{}; {}", facts.state.id(), facts.unread_words());
        return (words, Role::of(HealthState::Unknown));
    }
    let Some(docker) = &service.health.docker else {
        let primary = service.primary();
        let state = primary.map_or("no container", |each| each.facts.state.id());
        return (format!("{state}, no healthcheck result"), Role::Muted);
    };
    match docker.status {
        DockerStatus::None => ("running; no healthcheck is defined".to_owned(), Role::Muted),
        DockerStatus::Starting => ("starting".to_owned(), Role::Starting),
        DockerStatus::Healthy => ("healthy".to_owned(), Role::Healthy),
        DockerStatus::Unhealthy => (
            format!(
                "unhealthy, {} failed checks in a row",
                docker.failing_streak
            ),
            Role::Unhealthy,
        ),
    }
}

/// A sentence when Docker and the probe disagree.
fn disagreement(health: &Health) -> Option<&'static str> {
    let probe = health.probe.as_ref().filter(|probe| probe.counts)?;
    match (health.docker.as_ref()?.status, probe.success) {
        (DockerStatus::Healthy, false) => Some(
            "Docker's healthcheck passes inside the container, but the probe from outside fails",
        ),
        (DockerStatus::Unhealthy, true) => Some(
            "the probe from outside passes, but Docker's healthcheck inside the container fails",
        ),
        _ => None,
    }
}
