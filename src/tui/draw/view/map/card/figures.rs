//! The figures of a card: latency, CPU and memory with their histories. Neutral, but for what is
//! beyond a threshold.

use ratatui::layout::Rect;

use super::column;
use crate::model::{Service, words};
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::map::canvas::MapCanvas;
use crate::tui::draw::view::map::labels;
use crate::tui::draw::view::map::look::CardLook;
use crate::tui::draw::view::map::relation::Relation;
use crate::tui::draw::widget::{gauge, text};

/// Least cells in which a history or a bar shows something.
const LEAST_SPARK: usize = 3;
const LEAST_BAR: usize = 4;
/// Most cells of a bar: it is read as a share, not as a line.
const MOST_BAR: usize = 16;
/// Cells of a latency, of a CPU figure, and of any figure with a row of its own, so that what follows
/// is aligned.
const LATENCY: usize = 6;
const CPU: usize = 4;
const FIGURE: usize = 8;
const CPU_WORD: &str = "cpu ";

/// Whether CPU or memory are known.
pub fn is_measured(service: &Service) -> bool {
    let (cpu, memory) = labels::usage(service);
    cpu.is_some() || memory.is_some()
}

/// The latency, or why there is none, with the role of it.
fn latency_words(service: &Service) -> (String, Role) {
    match labels::latency(service) {
        Some(latency) => (latency, labels::latency_role(service)),
        None if service.latency.is_empty() => ("no check".to_owned(), Role::Muted),
        None => ("no answer".to_owned(), Role::Muted),
    }
}

/// The CPU use in `%` of a core, with the role of it; `-` where it is not measured.
fn cpu_words(service: &Service, look: CardLook<'_>) -> (String, Role) {
    match labels::usage(service).0 {
        Some(cpu) => (
            words::percent(cpu),
            labels::cpu_role(look.context.snapshot, service),
        ),
        None => ("-".to_owned(), Role::Muted),
    }
}

/// A figure in `place` with its history behind it, which takes the rest.
struct Figure<'a> {
    word: &'a str,
    words: &'a str,
    /// Cells that the words take at least.
    least: usize,
    role: Role,
}

impl Figure<'_> {
    fn draw(
        &self,
        canvas: &mut MapCanvas<'_>,
        place: Rect,
        history: impl FnOnce(usize) -> String,
        look: CardLook<'_>,
    ) {
        let y = place.y;
        let mut x = canvas.put(place, place.x, y, self.word, look.style(Role::Muted));
        let words = format!("{:<least$}", self.words, least = self.least);
        x = canvas.put(place, x, y, &words, look.style(self.role)) + 1;
        let cells = usize::from(place.right().saturating_sub(x));
        if cells >= LEAST_SPARK {
            canvas.put(place, x, y, &history(cells), look.style(Role::Muted));
        }
    }
}

/// The latency in at least so many cells, with its history.
fn draw_latency(
    canvas: &mut MapCanvas<'_>,
    place: Rect,
    least: usize,
    service: &Service,
    look: CardLook<'_>,
) {
    let (words, role) = latency_words(service);
    let figure = Figure {
        word: "",
        words: &words,
        least,
        role,
    };
    let history = |cells| labels::latency_spark(service, cells, look.context.glyphs);
    figure.draw(canvas, place, history, look);
}

/// CPU after `word` in at least so many cells, with its history.
fn draw_cpu(
    canvas: &mut MapCanvas<'_>,
    place: Rect,
    (word, least): (&str, usize),
    service: &Service,
    look: CardLook<'_>,
) {
    let (words, role) = cpu_words(service, look);
    let figure = Figure {
        word,
        words: &words,
        least,
        role,
    };
    let history = |cells| labels::cpu_spark(service, cells, look.context.glyphs);
    figure.draw(canvas, place, history, look);
}

/// The latency with its history over the whole row.
pub fn latency(
    canvas: &mut MapCanvas<'_>,
    inner: Rect,
    y: u16,
    service: &Service,
    look: CardLook<'_>,
) {
    draw_latency(canvas, row(inner, y), FIGURE, service, look);
}

/// CPU with its history over the whole row.
pub fn cpu(canvas: &mut MapCanvas<'_>, inner: Rect, y: u16, service: &Service, look: CardLook<'_>) {
    let named = (CPU_WORD, FIGURE - CPU_WORD.len());
    draw_cpu(canvas, row(inner, y), named, service, look);
}

/// Latency in the left half, CPU in the right one; a half without its figure leaves its room to the
/// other.
pub fn latency_and_cpu(
    canvas: &mut MapCanvas<'_>,
    inner: Rect,
    y: u16,
    service: &Service,
    look: CardLook<'_>,
) {
    let place = row(inner, y);
    if labels::usage(service).0.is_none() {
        return draw_latency(canvas, place, LATENCY, service, look);
    }
    let half = inner.width.saturating_sub(2) / 2;
    let left = Rect {
        width: inner.width - half - 2,
        ..place
    };
    draw_latency(canvas, left, LATENCY, service, look);
    let right = Rect {
        x: inner.right() - half,
        width: half,
        ..place
    };
    let is_named = usize::from(half) >= CPU_WORD.len() + CPU;
    let word = if is_named { CPU_WORD } else { "" };
    draw_cpu(canvas, right, (word, CPU), service, look);
}

/// Memory with its share of the limit at the left, how long the service is up at the right.
pub fn memory(
    canvas: &mut MapCanvas<'_>,
    inner: Rect,
    y: u16,
    service: &Service,
    look: CardLook<'_>,
) {
    let up = labels::uptime(service, look.context.now()).unwrap_or_default();
    let Some(memory) = labels::usage(service).1 else {
        let words = labels::unmeasured(service, true, look.context.now());
        canvas.put(inner, inner.x, y, &words, look.style(Role::Muted));
        return;
    };
    let share = labels::memory_share(service).map(|(share, _)| share);
    let role = labels::memory_role(share);
    let mut room = usize::from(inner.width);
    let memory = words::bytes(memory);
    let percent = share.map_or(String::new(), |share| format!("{:.0}%", share * 100.0));
    room = room.saturating_sub(text::width(&memory).max(FIGURE) + 1);
    if text::width(&up) <= room {
        canvas.put_right(inner, inner.right(), y, &up, look.style(Role::Muted));
        room = room.saturating_sub(text::width(&up) + 2);
    }
    let least = if usize::from(inner.width) > 2 * FIGURE {
        FIGURE
    } else {
        0
    };
    let memory = format!("{memory:<least$}");
    let mut x = canvas.put(inner, inner.x, y, &memory, look.style(role)) + 1;
    if percent.is_empty() || room < percent.len() {
        return;
    }
    let bar = room.saturating_sub(percent.len() + 1).min(MOST_BAR);
    if bar >= LEAST_BAR {
        x = draw_bar(
            canvas,
            Rect { x, y, ..inner },
            share.unwrap_or(0.0),
            bar,
            look,
        ) + 1;
    }
    canvas.put(inner, x, y, &percent, look.style(role));
}

/// A bar of so many `cells` at the beginning of `place`; returns the column after it.
fn draw_bar(
    canvas: &mut MapCanvas<'_>,
    place: Rect,
    share: f64,
    cells: usize,
    look: CardLook<'_>,
) -> u16 {
    let mut x = place.x;
    let pushed = look.relation == Relation::Unrelated || look.context.is_stale();
    for span in gauge::gauge(
        share,
        cells,
        Role::Muted,
        look.context.theme,
        look.context.glyphs,
    ) {
        let style = if pushed {
            look.style(Role::Dim)
        } else {
            span.style
        };
        let whole = Rect {
            width: column(cells),
            ..place
        };
        x = canvas.put(whole, x, place.y, &span.content, style);
    }
    x
}

/// Latency, CPU and memory in one row; histories of the first two where there is room.
pub fn all(canvas: &mut MapCanvas<'_>, inner: Rect, y: u16, service: &Service, look: CardLook<'_>) {
    let (cpu, memory) = labels::usage(service);
    if cpu.is_none() && memory.is_none() {
        latency(canvas, inner, y, service, look);
        return;
    }
    let share = labels::memory_share(service).map(|(share, _)| share);
    let memory = memory.map_or_else(|| "-".to_owned(), words::bytes_short);
    let role = labels::memory_role(share);
    let begin = canvas.put_right(inner, inner.right(), y, &memory, look.style(role));
    let rest = Rect {
        width: begin.saturating_sub(inner.x + 1),
        height: inner.height,
        ..inner
    };
    // Two figures have room beside the memory, or the CPU alone.
    if usize::from(rest.width) >= LATENCY + CPU + 3 {
        latency_and_cpu(canvas, rest, y, service, look);
    } else {
        let (words, role) = cpu_words(service, look);
        canvas.put(rest, rest.x, y, &words, look.style(role));
    }
}

const fn row(inner: Rect, y: u16) -> Rect {
    Rect {
        y,
        height: 1,
        ..inner
    }
}
