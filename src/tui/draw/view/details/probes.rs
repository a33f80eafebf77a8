//! The latest results of the probes and of Docker's healthcheck.

use ratatui::text::Span;

use crate::explain;
use crate::model::words;
use crate::model::{
    CERTIFICATE_ENDS_SOON, HealthcheckLog, ProbeOrigin, ProbeOutcome, ProbePhases, ProbeResult,
    Reason, Service, Timestamp,
};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::details::page::{Page, PageSection};
use crate::tui::draw::widget::text;

/// Cells before a result's message: sign, time, latency.
const BEFORE: usize = 27;

/// Probe results and healthcheck outputs, newest first.
pub fn page(context: &DrawContext<'_>, service: &Service, width: u16) -> Page {
    let mut page = Page::new(width);
    let column = page.column();
    page.columns(
        vec![probes(context, service, column)],
        vec![healthchecks(context, service, column)],
    );
    page
}

fn probes<'a>(context: &'a DrawContext<'a>, service: &Service, width: u16) -> PageSection<'a> {
    let mut section = PageSection::new(context, "Probes", width);
    let Some(newest) = service.probe_log.back() else {
        section.paragraph(without_result(service), Role::Muted);
        return section;
    };
    section.text(
        "target",
        &format!("{} {}", newest.kind.id(), newest.target),
        Role::Text,
    );
    section.text("source", origin(newest.origin), Role::Muted);
    section.text("timing", &phases(newest, context.glyphs.ascii), Role::Text);
    if let Some(until) = newest.certificate_until {
        certificate(&mut section, context, until);
    }
    for result in service.probe_log.iter().rev() {
        result_lines(&mut section, context, result);
    }
    section
}

/// What is said in place of a result of our probe.
pub(super) const fn without_result(service: &Service) -> &'static str {
    match service.health.reason {
        Reason::NoCheck => "no probe: no known port or protocol, or switched off",
        Reason::NotChecked => "no result yet",
        // Docker's healthcheck or the container's state decides; a probe may be there or not.
        _ => "no probe, or no result yet",
    }
}

const fn origin(origin: ProbeOrigin) -> &'static str {
    match origin {
        ProbeOrigin::Config => "config file",
        ProbeOrigin::Label => "hubdeck label",
        ProbeOrigin::Healthcheck => "auto-detected (healthcheck)",
        ProbeOrigin::Catalog => "auto-detected (image)",
        ProbeOrigin::Port => "auto-detected (port)",
    }
}

/// `dns 2.0 ms · connect 1.0 ms · tls 12 ms · first byte 30 ms`; empty without phases.
fn phases(result: &ProbeResult, ascii: bool) -> String {
    let parts = result.phases.iter().flat_map(ProbePhases::parts);
    let parts: Vec<String> = parts
        .map(|(name, ms)| format!("{name} {}", words::millis(f64::from(ms))))
        .collect();
    parts.join(if ascii { " | " } else { " · " })
}

/// `ends in 61 days (2026-01-31)`.
fn certificate(section: &mut PageSection<'_>, context: &DrawContext<'_>, until: Timestamp) {
    let left = until.duration_since(context.now());
    let role = if !left.is_positive() {
        Role::Unhealthy
    } else if left < CERTIFICATE_ENDS_SOON {
        Role::Degraded
    } else {
        Role::Text
    };
    let words = explain::certificate::validity(left);
    let date = until.to_zoned(context.zone.clone()).date();
    section.text("certificate", &format!("{words} ({date})"), role);
}

fn result_lines(section: &mut PageSection<'_>, context: &DrawContext<'_>, result: &ProbeResult) {
    let (sign, role) = outcome(result.outcome, context.glyphs.ascii);
    let time = words::moment(result.checked_at, context.now(), context.zone);
    let latency = result
        .latency_ms
        .map_or_else(|| "no answer".to_owned(), words::millis);
    let room = section.width().saturating_sub(BEFORE).max(8);
    let mut parts = text::wrap(&explain::finding(&result.finding), room).into_iter();
    let head = vec![
        Span::styled(format!("{sign} "), section.style(role)),
        Span::styled(format!("{time:<14} "), section.style(Role::Muted)),
        Span::styled(format!("{latency:>9} "), section.style(Role::Latency)),
        Span::styled(parts.next().unwrap_or_default(), section.style(role)),
    ];
    section.line(head);
    for part in parts {
        section.line(vec![
            Span::raw(" ".repeat(BEFORE)),
            Span::styled(part, context.theme.style(role)),
        ]);
    }
}

const fn outcome(outcome: ProbeOutcome, ascii: bool) -> (&'static str, Role) {
    match (outcome, ascii) {
        (ProbeOutcome::Success, false) => ("✓", Role::Healthy),
        (ProbeOutcome::Success, true) => ("+", Role::Healthy),
        (ProbeOutcome::Warning, false) => ("▲", Role::Degraded),
        (ProbeOutcome::Warning, true) => ("!", Role::Degraded),
        (ProbeOutcome::Starting, false) => ("◐", Role::Starting),
        (ProbeOutcome::Starting, true) => ("~", Role::Starting),
        (ProbeOutcome::Failure, false) => ("✖", Role::Unhealthy),
        (ProbeOutcome::Failure, true) => ("X", Role::Unhealthy),
        (ProbeOutcome::Inconclusive, _) => ("?", Role::Muted),
    }
}

/// Docker's last results with their outputs, per instance.
fn healthchecks<'a>(
    context: &'a DrawContext<'a>,
    service: &Service,
    width: u16,
) -> PageSection<'a> {
    let mut section = PageSection::new(context, "Docker's healthcheck", width);
    let Some(check) = service
        .primary()
        .and_then(|primary| primary.facts.healthcheck.as_ref())
    else {
        let words = match service.primary().map(|primary| &primary.facts) {
            Some(facts) if !facts.inspected || !facts.knows_healthcheck() => facts.unread_words(),
            _ => "no healthcheck is defined".to_owned(),
        };
        section.paragraph(&words, Role::Muted);
        return section;
    };
    section.text("test", &context.shown(&check.test).join(" "), Role::Text);
    let several = service.instances.len() > 1;
    for instance in &service.instances {
        if several {
            section.line(vec![Span::styled(
                instance.facts.name.clone(),
                context.theme.style(Role::Title),
            )]);
        }
        if instance.facts.health_log.is_empty() {
            section.paragraph("no result yet", Role::Muted);
        }
        for result in instance.facts.health_log.iter().rev() {
            add_healthcheck(&mut section, context, result);
        }
    }
    section
}

fn add_healthcheck(
    section: &mut PageSection<'_>,
    context: &DrawContext<'_>,
    result: &HealthcheckLog,
) {
    let passed = match result.exit_code {
        0 => ProbeOutcome::Success,
        _ => ProbeOutcome::Failure,
    };
    let (sign, role) = outcome(passed, context.glyphs.ascii);
    let time = words::moment(result.at, context.now(), context.zone);
    let style = |role| context.theme.style(role);
    section.line(vec![
        Span::styled(format!("{sign} "), style(role)),
        Span::styled(format!("{time:<14} "), style(Role::Muted)),
        Span::styled(format!("exit {}", result.exit_code), style(role)),
    ]);
    for line in result.output.lines().filter(|line| !line.trim().is_empty()) {
        section.indented(2, line, Role::Text);
    }
}
