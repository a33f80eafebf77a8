//! The rows inside a card, as many as there are: what is wrong and what it blocks, then the figures.

use ratatui::layout::Rect;

use super::{column, figures, log};
use crate::explain;
use crate::model::{HealthState, OperationKind, Service};
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::map::canvas::MapCanvas;
use crate::tui::draw::view::map::labels;
use crate::tui::draw::view::map::look::CardLook;
use crate::tui::draw::widget::text;
use crate::tui::input::action::Action;

/// Rows inside a card from which on the image has one of its own.
const WITH_IMAGE: u16 = 4;

/// What one row shows.
#[derive(Clone, Copy)]
enum CardRow {
    Image,
    Trouble,
    Consequence,
    /// How and when it ended, or that measurements are awaited.
    Unmeasured,
    /// How long it ran.
    Took,
    /// Latency, CPU and memory in one.
    All,
    LatencyAndCpu,
    Latency,
    Cpu,
    Memory,
    /// Lines a second of the log, errors in colour.
    Log,
}

/// Whether a card with these rows names its image: only where all of it fits.
pub fn has_image(inner: Rect, service: &Service) -> bool {
    let image = labels::image(service);
    let fits = text::width(image) <= usize::from(inner.width);
    inner.height >= WITH_IMAGE && !image.is_empty() && fits
}

/// Draws the rows of `service` into `inner`.
pub fn draw(canvas: &mut MapCanvas<'_>, inner: Rect, service: &Service, look: CardLook<'_>) {
    let rows = rows(inner, service, look);
    for (y, row) in (inner.y..inner.bottom()).zip(rows) {
        match row {
            CardRow::Image => {
                let style = look.style(Role::Muted);
                canvas.put(inner, inner.x, y, labels::image(service), style);
            }
            CardRow::Trouble => trouble(canvas, inner, y, service, look),
            CardRow::Consequence => consequence(canvas, inner, y, service, look),
            CardRow::Unmeasured => {
                let words = labels::unmeasured(service, true, look.context.now());
                let words = text::cut(&words, usize::from(inner.width), look.context.glyphs);
                canvas.put(inner, inner.x, y, &words, look.style(Role::Muted));
            }
            CardRow::Took => {
                let words = labels::took(service).unwrap_or_default();
                canvas.put(inner, inner.x, y, &words, look.style(Role::Muted));
            }
            CardRow::All => figures::all(canvas, inner, y, service, look),
            CardRow::LatencyAndCpu => figures::latency_and_cpu(canvas, inner, y, service, look),
            CardRow::Latency => figures::latency(canvas, inner, y, service, look),
            CardRow::Cpu => figures::cpu(canvas, inner, y, service, look),
            CardRow::Memory => figures::memory(canvas, inner, y, service, look),
            CardRow::Log => log::draw(canvas, inner, y, service, look),
        }
    }
}

/// The rows in their order, the most important first; more than `inner` has room for.
fn rows(inner: Rect, service: &Service, look: CardLook<'_>) -> Vec<CardRow> {
    use CardRow::{
        All, Consequence, Cpu, Image, Latency, LatencyAndCpu, Log, Memory, Took, Trouble,
        Unmeasured,
    };
    let mut rows = Vec::new();
    if has_image(inner, service) {
        rows.push(Image);
    }
    let is_measured = figures::is_measured(service);
    let well = look.why(service).is_none();
    if !well {
        rows.push(Trouble);
        if !consequences(service, look).is_empty()
            || (!is_measured && hint(service, look).is_some())
        {
            rows.push(Consequence);
        }
    }
    let left = usize::from(inner.height).saturating_sub(rows.len());
    match left {
        0 => {}
        _ if !is_measured && service.latency.is_empty() => {
            if well {
                rows.extend([Unmeasured, Took]);
            }
        }
        1 => rows.push(All),
        2 => rows.extend([LatencyAndCpu, Memory]),
        3 if service.running_log().is_some() => rows.extend([LatencyAndCpu, Memory, Log]),
        3 => rows.extend([Latency, Cpu, Memory]),
        _ => {
            rows.extend([Latency, Cpu, Memory]);
            rows.extend(service.running_log().map(|_| Log));
        }
    }
    rows
}

/// Why the service is not well, or what is done to it.
fn trouble(canvas: &mut MapCanvas<'_>, inner: Rect, y: u16, service: &Service, look: CardLook<'_>) {
    let forms = look.why(service).unwrap_or_default();
    let words = text::cut_reason(&forms, usize::from(inner.width), look.context.glyphs);
    let style = look.style(look.trouble_role(service));
    canvas.put(inner, inner.x, y, &words, style);
}

/// What a root blocks, and the key that helps.
fn consequence(
    canvas: &mut MapCanvas<'_>,
    inner: Rect,
    y: u16,
    service: &Service,
    look: CardLook<'_>,
) {
    let consequences = consequences(service, look);
    let room = usize::from(inner.width);
    let fits = |room: usize| consequences.iter().find(|form| text::width(form) <= room);
    let words = fits(room).map_or("", String::as_str);
    canvas.put(inner, inner.x, y, words, look.style(Role::Text));
    let Some((key, verb)) = hint(service, look) else {
        return;
    };
    let cells = text::width(&key) + 1 + text::width(verb);
    if text::width(words) + 2 + cells <= room || words.is_empty() && cells <= room {
        let x = inner.right() - column(cells);
        let x = canvas.put(inner, x, y, &key, look.style(Role::Key));
        canvas.put(inner, x + 1, y, verb, look.style(Role::Muted));
    }
}

/// `blocks backend, proxy`, `blocks backend +1`, `blocks 2`; empty where it blocks nothing.
fn consequences(service: &Service, look: CardLook<'_>) -> Vec<String> {
    let snapshot = look.context.snapshot;
    let blocked: Vec<_> = snapshot
        .services
        .iter()
        .filter(|other| other.health.blocked_by.contains(&service.id))
        .map(|other| labels::called(snapshot, &other.id, service.stack.as_ref()))
        .collect();
    let effect = explain::effect(service.health.state);
    match blocked.as_slice() {
        // Of a root that nothing waits for, what became of it is said instead.
        [] => {
            let stop = snapshot.heal_stop(&service.id);
            stop.map_or_else(Vec::new, |stop| {
                let count = stop.restarts;
                vec![
                    format!("auto-heal stopped after {count} restarts"),
                    "auto-heal stopped".to_owned(),
                    "not healed".to_owned(),
                ]
            })
        }
        [one] => vec![format!("{effect} {one}"), format!("{effect} 1")],
        [first, rest @ ..] => vec![
            format!("{effect} {}", blocked.join(", ")),
            format!("{effect} {first} +{}", rest.len()),
            format!("{effect} {}", blocked.len()),
        ],
    }
}

/// The key that brings a service back that does not run, with its verb; `None` while something is
/// done to it and where nothing may be done.
fn hint(service: &Service, look: CardLook<'_>) -> Option<(String, &'static str)> {
    if look.activity.is_some() || look.context.facts.read_only || look.context.is_stale() {
        return None;
    }
    // One key pauses and unpauses.
    let (verb, kind) = match service.health.state {
        _ if labels::is_paused(service) => (OperationKind::Unpause, OperationKind::Pause),
        HealthState::Unhealthy | HealthState::Stopped if service.replicas().0 == 0 => {
            (OperationKind::Start, OperationKind::Start)
        }
        _ => return None,
    };
    let action = Action::Request {
        kind,
        with_dependents: false,
    };
    let key = look
        .context
        .keymap
        .label(&action, look.context.glyphs.ascii);
    (!key.is_empty()).then(|| (key, verb.verb()))
}
