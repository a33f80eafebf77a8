//! Which engine is asked, how it answers, how old its data is, and what asking costs.

use ratatui::text::Span;

use crate::model::words;
use crate::model::{EngineFlavour, EngineStatus, EngineView, Feature, SignedDuration};
use crate::tui::draw::chrome::segments::HeaderSegment;
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;

/// From here on a list that should have come anew is old, in seconds.
const OLD: i64 = 120;

/// The engine's host, its program and version; then the host alone.
pub(super) fn host(context: &DrawContext<'_>, rank: u8) -> HeaderSegment {
    let engine = &context.snapshot.engine;
    let style = context.theme.style(Role::Header);
    let Some(info) = &engine.info else {
        let connecting = matches!(engine.status, EngineStatus::Connecting);
        let text = if connecting {
            "connecting…"
        } else {
            "no engine"
        };
        return HeaderSegment::text(rank, text, style);
    };
    let name = info.host_name.as_ref().unwrap_or(&info.endpoint);
    let whole = format!("{name} · {} {}", flavour(info.flavour), info.version);
    HeaderSegment::text(rank + 5, whole, style).or(rank, vec![Span::styled(name.clone(), style)])
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

const fn flavour(flavour: EngineFlavour) -> &'static str {
    match flavour {
        EngineFlavour::Docker => "Docker",
        EngineFlavour::Podman => "Podman",
        EngineFlavour::Simulated => "simulated",
    }
}

/// `live · checked 10s ago` while events report every change, else how old the data is; in coarse
/// steps, as a header that ticks costs bytes.
pub(super) fn age(context: &DrawContext<'_>, rank: u8) -> HeaderSegment {
    let engine = &context.snapshot.engine;
    let Some(at) = engine.last_poll else {
        return HeaderSegment::right(rank, Vec::new());
    };
    let seconds = context.now().duration_since(at).as_secs().max(0);
    let fresh = engine.status.is_connected() && seconds < OLD;
    let role = if fresh { Role::Muted } else { Role::Stale };
    let span = |text: String| vec![Span::styled(text, context.theme.style(role))];
    if fresh && is_live(engine) {
        let dot = if context.glyphs.ascii { "-" } else { "·" };
        let checked = match seconds {
            ..10 => "now".to_owned(),
            _ => format!("{} ago", coarse(seconds)),
        };
        return HeaderSegment::right(rank + 5, span(format!("live {dot} checked {checked}")))
            .or(rank, span("live".to_owned()));
    }
    let old = match seconds {
        ..10 => "<10s".to_owned(),
        _ => coarse(seconds),
    };
    HeaderSegment::right(rank, span(format!("data {old} old")))
}

/// Whether events report every change: neither does the engine refuse them, nor did a list show
/// changes that none announced.
fn is_live(engine: &EngineView) -> bool {
    let refused = engine
        .refused
        .iter()
        .any(|(feature, _)| *feature == Feature::Events);
    engine.discovery && !refused && engine.gaps.unannounced_since.is_none()
}

/// An age that changes seldom while it is small.
fn coarse(seconds: i64) -> String {
    let seconds = if seconds < 60 {
        seconds / 10 * 10
    } else {
        seconds
    };
    words::duration(SignedDuration::from_secs(seconds))
}

/// What hubdeck itself costs: CPU, memory, calls of the engine; the last ones are given up first.
pub(super) fn cost(context: &DrawContext<'_>, rank: u8) -> HeaderSegment {
    let cost = context.snapshot.cost;
    let style = context.theme.style(Role::Dim);
    let cpu = cost.cpu_percent.map(words::percent);
    let memory = cost
        .rss_bytes
        .map(|bytes| words::bytes_short(bytes_to_f64(bytes)));
    let calls = cost
        .engine_calls_per_s
        .map(|calls| format!("{calls:.1} calls/s"));
    let with_unit = cpu.as_ref().map(|cpu| format!("hubdeck {cpu} CPU"));
    let forms = [
        joined(&[&with_unit, &memory, &calls]),
        joined(&[&with_unit, &memory]),
        joined(&[&with_unit]),
        cpu.map_or_else(String::new, |cpu| format!("own {cpu}")),
    ];
    let ranks = [rank + 5, rank + 4, rank + 3, rank];
    let mut segment = HeaderSegment::right(0, Vec::new());
    for (at, (form, rank)) in forms.into_iter().zip(ranks).enumerate() {
        let spans = vec![Span::styled(form, style)];
        segment = if at == 0 {
            HeaderSegment::right(rank, spans)
        } else {
            segment.or(rank, spans)
        };
    }
    segment
}

fn joined(parts: &[&Option<String>]) -> String {
    let known: Vec<&str> = parts.iter().filter_map(|part| part.as_deref()).collect();
    known.join("  ")
}

#[allow(clippy::cast_precision_loss)] // memory in f64 is exact up to 2^53 bytes
const fn bytes_to_f64(bytes: u64) -> f64 {
    bytes as f64
}
