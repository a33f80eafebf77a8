//! How busy the engine's host is: CPU, memory, disk; of a host that cannot be read what its
//! containers use together.

use ratatui::text::Span;

use crate::model::words;
use crate::model::{DiskUse, HostUse, HostView, Snapshot};
use crate::tui::draw::chrome::segments::HeaderSegment;
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::gauge::gauge;
use crate::tui::draw::widget::spark::spark;

/// Percent of all cores beyond which CPU stands out.
const CPU_HIGH: f64 = 80.0;
/// Percent beyond which memory and disk stand out.
const FULL: f64 = 90.0;
/// Points of the sparkline at most.
const POINTS: usize = 8;
/// CPU below this many percent stays at the bottom of the sparkline.
const FLOOR: f64 = 10.0;
/// Cells of the bar of memory.
const BAR: usize = 8;

/// The figures that are known, on the right.
pub(super) fn figures(context: &DrawContext<'_>) -> Vec<HeaderSegment> {
    let engine = &context.snapshot.engine;
    if !engine.status.is_connected() {
        return Vec::new();
    }
    let mut segments = Vec::new();
    match &engine.host {
        Some(host) => {
            segments.extend(cpu(context, host));
            segments.push(memory(context, &host.latest));
        }
        None => segments.extend(of_containers(context)),
    }
    segments.extend(engine.disk.as_ref().map(|disk| disk_use(context, disk)));
    segments
}

/// `cpu ▂▃▅▂ 41%`, then without the sparkline.
fn cpu(context: &DrawContext<'_>, host: &HostView) -> Option<HeaderSegment> {
    let percent = host.latest.cpu_percent?;
    let label = Span::styled("cpu ", context.theme.style(Role::Muted));
    let value = figure(context, format!("{percent:.0}%"), percent > CPU_HIGH);
    let points = host.cpu_history.len().min(POINTS);
    let newest_first = host.cpu_history.iter().rev();
    let newest_first = newest_first.map(|point| Some(f64::from(*point)));
    let line = spark(newest_first, points, FLOOR, context.glyphs);
    let line = Span::styled(format!("{line} "), context.theme.style(Role::Muted));
    let short = vec![label.clone(), value.clone()];
    let whole = if points > 1 {
        vec![label, line, value]
    } else {
        short.clone()
    };
    Some(HeaderSegment::right(11, whole).or(5, short))
}

/// `mem ████▌░░░ 3.1/7.7G`, then without the bar, then in percent.
fn memory(context: &DrawContext<'_>, host: &HostUse) -> HeaderSegment {
    let share = host.memory_share();
    let label = Span::styled("mem ", context.theme.style(Role::Muted));
    let high = share * 100.0 > FULL;
    let sizes = sizes(host.memory_used_bytes, host.memory_total_bytes);
    let value = figure(context, sizes, high);
    let [full, rest] = gauge(share, BAR, Role::Muted, context.theme, context.glyphs);
    let gap = Span::raw(" ");
    let percent = figure(context, format!("{:.0}%", share * 100.0), high);
    HeaderSegment::right(10, vec![label.clone(), full, rest, gap, value.clone()])
        .or(8, vec![label.clone(), value])
        .or(5, vec![label, percent])
}

fn disk_use(context: &DrawContext<'_>, disk: &DiskUse) -> HeaderSegment {
    let percent = disk.percent();
    let label = Span::styled("disk ", context.theme.style(Role::Muted));
    let value = figure(context, format!("{percent}%"), f64::from(percent) > FULL);
    HeaderSegment::right(6, vec![label, value])
}

/// `containers: cpu 12%  mem 1.2/7.7G`: what all that are measured use together, of what the host has.
fn of_containers(context: &DrawContext<'_>) -> Option<HeaderSegment> {
    let info = context.snapshot.engine.info.as_ref()?;
    let (cores, bytes) = used_by_containers(context.snapshot)?;
    let cpu = info.cpus.filter(|cpus| *cpus > 0);
    let cpu = cpu.map(|cpus| format!("cpu {:.0}%", cores * 100.0 / f64::from(cpus)));
    let memory = match info.memory_bytes {
        Some(total) => sizes(bytes, total),
        None => words::bytes_short(to_f64(bytes)),
    };
    let known: Vec<String> = cpu.into_iter().chain([format!("mem {memory}")]).collect();
    let label = Span::styled("containers: ", context.theme.style(Role::Muted));
    let value = figure(context, known.join("  "), false);
    Some(HeaderSegment::right(9, vec![label, value]))
}

/// Cores and bytes that the containers use together; `None` while none is measured.
fn used_by_containers(snapshot: &Snapshot) -> Option<(f64, u64)> {
    let instances = snapshot
        .services
        .iter()
        .flat_map(|service| &service.instances);
    let samples = instances.filter_map(|instance| instance.sample.as_ref());
    let mut sum = None;
    for sample in samples {
        let (cores, bytes) = sum.unwrap_or((0.0, 0_u64));
        sum = Some((
            cores + sample.cpu_percent.unwrap_or(0.0) / 100.0,
            bytes.saturating_add(sample.memory_bytes.unwrap_or(0)),
        ));
    }
    sum
}

/// A figure, which stands out where it is `high`.
fn figure(context: &DrawContext<'_>, text: String, high: bool) -> Span<'static> {
    let role = if high { Role::Degraded } else { Role::Text };
    Span::styled(text, context.theme.style(role))
}

/// `3.1/7.7G`, `512M/7.7G`.
fn sizes(used: u64, total: u64) -> String {
    let used = words::bytes_short(to_f64(used));
    let total = words::bytes_short(to_f64(total));
    let unit = total.chars().last();
    let number = used.strip_suffix(|last| Some(last) == unit);
    format!("{}/{total}", number.unwrap_or(&used))
}

#[allow(clippy::cast_precision_loss)] // memory in f64 is exact up to 2^53 bytes
const fn to_f64(bytes: u64) -> f64 {
    bytes as f64
}
