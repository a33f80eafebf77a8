//! Use against limits.

use ratatui::text::Span;

use crate::model::words;
use crate::model::{Limits, Metric, Service};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::details::page::PageSection;
use crate::tui::draw::view::map::labels;
use crate::tui::draw::widget::gauge;

/// Use against limits, summed over the instances.
pub(super) fn section<'a>(
    context: &'a DrawContext<'a>,
    service: &Service,
    width: u16,
) -> PageSection<'a> {
    let mut section = PageSection::new(context, "Resources", width);
    cpu(&mut section, context, service);
    memory(&mut section, context, service);
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
        "disk I/O",
        [Metric::BlockRead, Metric::BlockWrite],
        ["read", "written"],
    );
    let limits = limits(service);
    let running = service.instances.iter();
    let pids: Vec<u64> = running.filter_map(|each| each.sample?.pids).collect();
    if !pids.is_empty() {
        let limit = limits
            .pids
            .map_or_else(String::new, |limit| format!(" of {limit}"));
        let words = format!("{}{limit}", pids.iter().sum::<u64>());
        section.text("processes", &words, Role::Text);
    }
    if let Some(reserved) = limits.memory_reservation_bytes {
        #[allow(clippy::cast_precision_loss)] // shown with three digits
        section.text("reserved", &words::bytes(reserved as f64), Role::Text);
    }
    section
}

fn limits(service: &Service) -> Limits {
    let primary = service.primary();
    primary.map(|each| each.facts.limits).unwrap_or_default()
}

/// Cells of a bar before a figure and its limit.
fn bar(section: &PageSection<'_>) -> usize {
    section.width().saturating_sub(46).clamp(8, 24)
}

fn cpu(section: &mut PageSection<'_>, context: &DrawContext<'_>, service: &Service) {
    let Some(cpu) = service.total(Metric::Cpu) else {
        section.text("CPU", "not measured", Role::Muted);
        return;
    };
    let limit = labels::cpu_limit(service);
    let words = usage_words(words::percent(cpu), limit.map(words::percent));
    let share = limit.map(|limit| cpu / limit);
    let spans = measured(context, share, bar(section), Role::Cpu, words);
    section.field("CPU", spans);
}

fn memory(section: &mut PageSection<'_>, context: &DrawContext<'_>, service: &Service) {
    let Some(memory) = service.total(Metric::Memory) else {
        section.text("memory", "not measured", Role::Muted);
        return;
    };
    let limit = labels::memory_share(service);
    let words = usage_words(
        words::bytes(memory),
        limit.map(|(_, limit)| words::bytes(limit)),
    );
    let share = limit.map(|(share, _)| share);
    let spans = measured(context, share, bar(section), Role::Memory, words);
    section.field("memory", spans);
}

fn usage_words(used: String, limit: Option<String>) -> String {
    match limit {
        Some(limit) => format!("{used} of {limit}"),
        None => format!("{used}, no limit"),
    }
}

/// `words` after a bar that shows `share` of a limit; without a limit the words alone.
pub(super) fn measured(
    context: &DrawContext<'_>,
    share: Option<f64>,
    bar: usize,
    role: Role,
    words: String,
) -> Vec<Span<'static>> {
    let mut spans = Vec::new();
    if let Some(share) = share {
        spans.extend(gauge::gauge(
            share,
            bar,
            role,
            context.theme,
            context.glyphs,
        ));
        spans.push(Span::raw(" "));
    }
    spans.push(Span::styled(words, context.theme.style(Role::Text)));
    spans
}

fn both_ways(
    section: &mut PageSection<'_>,
    service: &Service,
    label: &str,
    metrics: [Metric; 2],
    words: [&str; 2],
) {
    let rates = metrics.map(|metric| service.total(metric).map(words::rate));
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
