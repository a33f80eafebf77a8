//! The rows inside a card, as many as there are: image and ports, what is wrong or the latency, CPU
//! and memory.

use ratatui::layout::Rect;

use super::{CardLook, LATENCY_FLOOR_MS, trouble_role};
use crate::explain;
use crate::model::Service;
use crate::model::words;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::map::canvas::MapCanvas;
use crate::tui::draw::view::map::labels;
use crate::tui::draw::view::map::relation::Relation;
use crate::tui::draw::widget::{gauge, spark, text};

/// The CPU share at which a sparkline reaches its full height even when less is used.
const CPU_FLOOR_PERCENT: f64 = 25.0;

/// Least cells in which an image's name can be recognised.
const LEAST_IMAGE: usize = 8;

/// Draws the rows of `service` into `inner`.
pub fn draw(canvas: &mut MapCanvas<'_>, inner: Rect, service: &Service, look: CardLook<'_>) {
    match inner.height {
        3.. => draw_tall(canvas, inner, service, look),
        2 => {
            if !trouble_line(canvas, inner, inner.y, service, look) {
                image_line(canvas, inner, inner.y, service, look);
            }
            usage_line(canvas, inner, inner.y + 1, service, look, true);
        }
        _ => {
            if !trouble_line(canvas, inner, inner.y, service, look) {
                usage_line(canvas, inner, inner.y, service, look, true);
            }
        }
    }
}

/// Three lines or more.
fn draw_tall(canvas: &mut MapCanvas<'_>, inner: Rect, service: &Service, look: CardLook<'_>) {
    image_line(canvas, inner, inner.y, service, look);
    if !trouble_line(canvas, inner, inner.y + 1, service, look) {
        latency_line(canvas, inner, inner.y + 1, service, look);
    }
    if inner.height > 3 {
        rich_usage(canvas, inner, inner.y + 2, service, look);
    } else {
        usage_line(canvas, inner, inner.y + 2, service, look, false);
    }
}

fn image_line(
    canvas: &mut MapCanvas<'_>,
    inner: Rect,
    y: u16,
    service: &Service,
    look: CardLook<'_>,
) {
    let ports = labels::ports(service);
    let begin = canvas.put_right(inner, inner.right(), y, &ports, look.style(Role::Text));
    let gap = u16::from(!ports.is_empty());
    let room = usize::from(begin.saturating_sub(inner.x + gap));
    // An image is not recognised by a few letters.
    if room >= LEAST_IMAGE {
        let image = text::cut_middle(labels::image(service), room, look.context.glyphs);
        canvas.put(inner, inner.x, y, &image, look.style(Role::Muted));
    }
}

/// Writes why the service is not well; `false` when it is.
fn trouble_line(
    canvas: &mut MapCanvas<'_>,
    inner: Rect,
    y: u16,
    service: &Service,
    look: CardLook<'_>,
) -> bool {
    let Some(trouble) = labels::trouble(look.context.snapshot, service) else {
        return false;
    };
    let words = text::cut_reason(&trouble, usize::from(inner.width), look.context.glyphs);
    canvas.put(inner, inner.x, y, &words, look.style(trouble_role(service)));
    true
}

fn latency_line(
    canvas: &mut MapCanvas<'_>,
    inner: Rect,
    y: u16,
    service: &Service,
    look: CardLook<'_>,
) {
    if service.latency.is_empty() {
        let reason = explain::short(service);
        let reason = text::cut(&reason, usize::from(inner.width), look.context.glyphs);
        canvas.put(inner, inner.x, y, &reason, look.style(Role::Muted));
        return;
    }
    let latency = labels::latency(service).unwrap_or_else(|| "no answer".to_owned());
    let begin = canvas.put_right(inner, inner.right(), y, &latency, look.style(Role::Text));
    let cells = usize::from(begin.saturating_sub(inner.x + 1));
    let newest = service.latency.column(0).rev().map(|(_, value)| value);
    let line = spark::spark(newest, cells, LATENCY_FLOOR_MS, look.context.glyphs);
    canvas.put(inner, inner.x, y, &line, look.style(Role::Latency));
}

/// CPU left, memory right; between them the latency when `with_latency`.
fn usage_line(
    canvas: &mut MapCanvas<'_>,
    inner: Rect,
    y: u16,
    service: &Service,
    look: CardLook<'_>,
    with_latency: bool,
) {
    let (cpu, memory) = labels::usage(service);
    if cpu.is_none() && memory.is_none() {
        unmeasured(canvas, inner, y, service, look);
        return;
    }
    let cpu = cpu.map_or_else(|| "-".to_owned(), words::percent);
    let end = canvas.put(inner, inner.x, y, &cpu, look.style(Role::Cpu));
    let memory = memory.map_or_else(|| "-".to_owned(), words::bytes);
    let begin = canvas.put_right(inner, inner.right(), y, &memory, look.style(Role::Memory));
    let latency = labels::latency(service)
        .filter(|_| with_latency)
        .unwrap_or_default();
    let cells = u16::try_from(text::width(&latency)).unwrap_or(u16::MAX);
    // The word goes when all three numbers have to stand in a narrow card.
    let word = if begin.saturating_sub(end) >= cells + if cells == 0 { 5 } else { 8 } {
        " cpu"
    } else {
        ""
    };
    let end = canvas.put(inner, end, y, word, look.style(Role::Muted));
    if let Some(spare) = begin
        .checked_sub(end + cells)
        .filter(|spare| cells > 0 && *spare >= 2)
    {
        canvas.put(
            inner,
            end + spare / 2,
            y,
            &latency,
            look.style(Role::Latency),
        );
    }
}

fn unmeasured(
    canvas: &mut MapCanvas<'_>,
    inner: Rect,
    y: u16,
    service: &Service,
    look: CardLook<'_>,
) {
    // Where the reason stands above it, the exit code is there already.
    let words = labels::unmeasured(service, inner.height < 3, look.context.now());
    let words = text::cut(&words, usize::from(inner.width), look.context.glyphs);
    canvas.put(inner, inner.x, y, &words, look.style(Role::Muted));
}

/// CPU over time in one row, memory against its limit in the next.
fn rich_usage(
    canvas: &mut MapCanvas<'_>,
    inner: Rect,
    y: u16,
    service: &Service,
    look: CardLook<'_>,
) {
    let (cpu, memory) = labels::usage(service);
    let (Some(cpu), Some(memory)) = (cpu, memory) else {
        usage_line(canvas, inner, y, service, look, false);
        return;
    };
    let glyphs = look.context.glyphs;
    let words = format!("{} cpu", words::percent(cpu));
    let begin = canvas.put_right(inner, inner.right(), y, &words, look.style(Role::Text));
    let cells = usize::from(begin.saturating_sub(inner.x + 1));
    let history = labels::cpu_history(service);
    let line = spark::spark(history, cells, CPU_FLOOR_PERCENT, glyphs);
    canvas.put(inner, inner.x, y, &line, look.style(Role::Cpu));
    memory_line(canvas, inner, y + 1, service, (memory, look));
}

/// Memory against its limit.
fn memory_line(
    canvas: &mut MapCanvas<'_>,
    inner: Rect,
    y: u16,
    service: &Service,
    (memory, look): (f64, CardLook<'_>),
) {
    let glyphs = look.context.glyphs;
    let share = labels::memory_share(service);
    let words = share.map_or_else(
        || words::bytes(memory),
        |(_, limit)| format!("{} of {}", words::bytes(memory), words::bytes(limit)),
    );
    let begin = canvas.put_right(inner, inner.right(), y, &words, look.style(Role::Text));
    let cells = usize::from(begin.saturating_sub(inner.x + 1));
    match share {
        Some((share, _)) => {
            let mut x = inner.x;
            for span in gauge::gauge(share, cells, Role::Memory, look.context.theme, glyphs) {
                let dim = look.relation == Relation::Unrelated;
                let style = if dim {
                    look.style(Role::Dim)
                } else {
                    span.style
                };
                x = canvas.put(inner, x, y, &span.content, style);
            }
        }
        None => {
            canvas.put(inner, inner.x, y, "memory", look.style(Role::Muted));
        }
    }
}
