//! Which engine is asked, how it answers, how old its data is, and what asking costs.

use ratatui::text::Span;

use crate::model::EngineStatus;
use crate::model::words;
use crate::tui::draw::chrome::segments::HeaderSegment;
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;

pub(super) fn host(context: &DrawContext<'_>, rank: u8) -> HeaderSegment {
    let engine = &context.snapshot.engine;
    let text = match &engine.info {
        Some(info) => {
            let name = info
                .host_name
                .clone()
                .unwrap_or_else(|| info.endpoint.clone());
            format!("{name} · {} {}", flavour(info.flavour), info.version)
        }
        None if matches!(engine.status, EngineStatus::Connecting) => "connecting…".to_owned(),
        None => "no engine".to_owned(),
    };
    HeaderSegment::text(rank, text, context.theme.style(Role::Header))
}

/// What is odd about how the engine answers: that it is slow, and that its clock is wrong.
pub(super) fn timing(context: &DrawContext<'_>) -> Vec<HeaderSegment> {
    let engine = &context.snapshot.engine;
    let style = context.theme.style(Role::Degraded);
    let Some(timing) = engine.timing.filter(|_| engine.status.is_connected()) else {
        return Vec::new();
    };
    let slow = timing
        .is_slow()
        .then(|| format!("engine slow {}", words::millis(timing.answer_ms)));
    let clock = timing
        .clock_words()
        .map(|words| format!("its clock {words}"));
    let slow = slow.map(|text| HeaderSegment::text(3, text, style));
    slow.into_iter()
        .chain(clock.map(|text| HeaderSegment::text(6, text, style)))
        .collect()
}

const fn flavour(flavour: crate::model::EngineFlavour) -> &'static str {
    match flavour {
        crate::model::EngineFlavour::Docker => "Docker",
        crate::model::EngineFlavour::Podman => "Podman",
        crate::model::EngineFlavour::Simulated => "simulated",
    }
}

/// Age of the last complete list, in coarse steps: a header that ticks costs bytes.
pub(super) fn age(context: &DrawContext<'_>, rank: u8) -> HeaderSegment {
    let theme = context.theme;
    let engine = &context.snapshot.engine;
    let Some(at) = engine.last_poll else {
        return HeaderSegment::right(rank, Vec::new());
    };
    let seconds = context.now().duration_since(at).as_secs().max(0);
    let role = if engine.status.is_connected() && seconds < 120 {
        Role::Muted
    } else {
        Role::Stale
    };
    HeaderSegment::right(
        rank,
        vec![Span::styled(
            format!("updated {}", coarse(seconds)),
            theme.style(role),
        )],
    )
}

/// An age that changes seldom while it is small.
fn coarse(seconds: i64) -> String {
    match seconds {
        ..10 => "now".to_owned(),
        10..60 => format!("{}s ago", seconds / 10 * 10),
        _ => format!(
            "{} ago",
            words::duration(crate::model::SignedDuration::from_secs(seconds))
        ),
    }
}

/// What hubdeck itself costs: CPU, memory, calls of the engine; the last ones are given up first.
pub(super) fn cost(context: &DrawContext<'_>, rank: u8) -> impl Iterator<Item = HeaderSegment> {
    let cost = context.snapshot.cost;
    let style = context.theme.style(Role::Dim);
    let parts = [
        cost.cpu_percent
            .map(|cpu| format!("{} CPU", words::percent(cpu))),
        cost.rss_bytes
            .map(|bytes| words::bytes_short(bytes_to_f64(bytes))),
        cost.engine_calls_per_s
            .map(|calls| format!("{calls:.1} calls/s")),
    ];
    let whose = ["hubdeck ", "", ""];
    let parts = parts.into_iter().flatten().zip(whose).zip(rank..);
    parts.map(move |((words, whose), rank)| {
        HeaderSegment::right(rank, vec![Span::styled(format!("{whose}{words}"), style)])
    })
}

#[allow(clippy::cast_precision_loss)] // memory in f64 is exact up to 2^53 bytes
const fn bytes_to_f64(bytes: u64) -> f64 {
    bytes as f64
}
