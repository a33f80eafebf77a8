//! One service on the map in one row, or as a sign with its name.

use ratatui::layout::Rect;

use crate::model::Service;
use crate::model::words;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::map::canvas::MapCanvas;
use crate::tui::draw::view::map::labels;
use crate::tui::draw::view::map::look::CardLook;
use crate::tui::draw::view::map::relation::Relation;
use crate::tui::draw::widget::{line_writer, text};

/// Cells of CPU, memory and latency, each with a blank before it.
const CPU: usize = 6;
const MEMORY: usize = 7;
const LATENCY: usize = 8;

/// Rooms from which on CPU, memory and latency are shown.
const WITH_CPU: usize = 16;
const WITH_MEMORY: usize = 24;
const WITH_LATENCY: usize = 32;
/// Least and most cells of a history, with a blank before it.
pub(super) const HISTORY: (usize, usize) = (4, 17);

/// Most overlays that stand beside a state.
pub(super) const OVERLAYS: usize = 3;

/// Cells of a stack's name before a long name.
pub(super) const LEAST_STACK: usize = 3;

/// Draws mark, signs, name and, as far as there is room, port, CPU, memory, latency and its history;
/// of one that is not well why, in their place.
pub fn line(canvas: &mut MapCanvas<'_>, place: Rect, service: &Service, look: CardLook<'_>) {
    let x = signs(canvas, place, service, look);
    let room = usize::from(place.right().saturating_sub(x));
    let metrics = metrics(room, look);
    let cells = metrics.iter().sum::<usize>();
    let mut x = name(canvas, place, x, room.saturating_sub(cells), service, look);
    if let Some((signs, style)) = look.overlays(service, OVERLAYS) {
        x = canvas.put(place, x + 1, place.y, &signs, style);
    }
    let Some(forms) = look.why(service) else {
        numbers(canvas, place, metrics, service, look);
        return ports(canvas, place, x, cells, service, look);
    };
    // Reasons stand below each other where the figures of others do, unless that leaves too little.
    let aligned = place.right().saturating_sub(line_writer::cells(cells)) + 1;
    let fits = |from: u16| {
        let room = usize::from(place.right().saturating_sub(from));
        forms.iter().find(|form| text::width(form) <= room)
    };
    let long = |form: &&String| forms.last() != Some(form);
    let start = aligned.max(x + 1);
    let (from, words) = match fits(start).filter(long).or_else(|| fits(x + 1)) {
        Some(words) if text::width(words) <= usize::from(place.right().saturating_sub(start)) => {
            (start, words)
        }
        Some(words) => (x + 1, words),
        None => return,
    };
    let style = look.style(look.trouble_role(service));
    canvas.put(place, from, place.y, words, style);
}

/// Cells of CPU, memory, latency and its history in `room` cells; 0 for those without a place.
fn metrics(room: usize, look: CardLook<'_>) -> [usize; 4] {
    let from = |cells: usize, from: usize| if room >= from { cells } else { 0 };
    let (cpu, memory, latency) = (
        from(CPU, WITH_CPU),
        from(MEMORY, WITH_MEMORY),
        from(LATENCY, WITH_LATENCY),
    );
    let spare = room.saturating_sub(cpu + memory + latency + look.longest);
    let history = if latency > 0 && spare >= HISTORY.0 {
        spare.min(HISTORY.1)
    } else {
        0
    };
    [cpu, memory, latency, history]
}

/// Draws words at the right end of `inner`, which is free from column `x` on, the last one first;
/// what has no room as a whole is left out.
pub(super) fn at_the_end<const COUNT: usize>(
    canvas: &mut MapCanvas<'_>,
    inner: Rect,
    x: u16,
    words: [(String, Role); COUNT],
    look: CardLook<'_>,
) {
    let mut right = inner.right();
    for (words, role) in words {
        let cells = line_writer::cells(text::width(&words));
        if cells > 0 && right >= x.saturating_add(cells + 1) {
            right = canvas
                .put_right(inner, right, inner.y, &words, look.style(role))
                .saturating_sub(1);
        }
    }
}

/// Draws mark, sign and name.
pub fn glyph(canvas: &mut MapCanvas<'_>, place: Rect, service: &Service, look: CardLook<'_>) {
    let x = canvas.put(
        place,
        place.x,
        place.y,
        look.relation.mark(look.context.glyphs),
        look.name_style(),
    );
    let x = canvas.put(
        place,
        x,
        place.y,
        look.sign(service),
        look.sign_style(service),
    );
    let room = usize::from(place.right().saturating_sub(x + 2));
    let inner = Rect {
        width: place.width.saturating_sub(1),
        ..place
    };
    let x = name(canvas, inner, x + 1, room, service, look);
    let room = usize::from(inner.right().saturating_sub(x + 1));
    let mut forms = look.short_forms(service).into_iter();
    if let Some(words) = forms.find(|form| text::width(form) <= room) {
        let role = look.trouble_role(service);
        at_the_end(canvas, inner, x, [(words, role)], look);
    }
    highlight(canvas, place, look);
}

/// Mark and state; returns the column after a blank.
fn signs(canvas: &mut MapCanvas<'_>, place: Rect, service: &Service, look: CardLook<'_>) -> u16 {
    highlight(canvas, place, look);
    let mark = look.relation.mark(look.context.glyphs);
    let x = canvas.put(place, place.x, place.y, mark, look.name_style());
    canvas.put(
        place,
        x,
        place.y,
        look.sign(service),
        look.sign_style(service),
    ) + 1
}

/// Shows that the service is selected.
pub(super) fn highlight(canvas: &mut MapCanvas<'_>, place: Rect, look: CardLook<'_>) {
    if look.relation == Relation::Selected {
        canvas.set_style(place, look.context.theme.style(Role::Selection));
    }
}

/// Stack, name and replicas in `room` cells; returns the column after them.
pub(super) fn name(
    canvas: &mut MapCanvas<'_>,
    place: Rect,
    x: u16,
    room: usize,
    service: &Service,
    look: CardLook<'_>,
) -> u16 {
    let glyphs = look.context.glyphs;
    let name = look.name(service);
    let stack = service.stack.as_ref().filter(|_| look.show_stack);
    let prefix = stack.map_or(0, |stack| text::width(stack.as_str()) + 1);
    let replicas = labels::replicas(service, glyphs.ascii, prefix + text::width(&name), room);
    let count = if replicas.is_empty() {
        0
    } else {
        text::width(&replicas) + 1
    };
    let room = room.saturating_sub(count);
    let mut x = x;
    let mut left = room;
    if let Some(stack) = stack {
        // The name matters more than the stack that it stands under.
        let spare = room
            .saturating_sub(text::width(&name) + 1)
            .max(LEAST_STACK)
            .min(room);
        if spare >= 2 {
            let stack = format!("{}/", text::cut(stack.as_str(), spare, glyphs));
            left = room.saturating_sub(text::width(&stack));
            x = canvas.put(place, x, place.y, &stack, look.style(Role::Muted));
        }
    }
    let shown = text::cut_middle(&name, left, glyphs);
    x = canvas.put(place, x, place.y, &shown, look.name_style());
    if count > 0 {
        x = canvas.put(place, x + 1, place.y, &replicas, look.style(Role::Muted));
    }
    x
}

/// CPU, memory, latency and its history in columns of so many cells at the right end. Where CPU and
/// memory are not measured, the history takes their place.
fn numbers(
    canvas: &mut MapCanvas<'_>,
    place: Rect,
    [cpu_cells, memory_cells, latency_cells, history]: [usize; 4],
    service: &Service,
    look: CardLook<'_>,
) {
    let (cpu, memory) = labels::usage(service);
    let measured = cpu.is_some() || memory.is_some();
    let usage = cpu_cells + memory_cells;
    if !measured && service.latency.is_empty() {
        let words = labels::unmeasured(service, true, look.context.now());
        if text::width(&words) <= usage + latency_cells + history {
            let style = look.style(Role::Muted);
            canvas.put_right(place, place.right(), place.y, &words, style);
        }
        return;
    }
    let latency = labels::latency(service).unwrap_or_default();
    let share = labels::memory_share(service).map(|(share, _)| share);
    let glyphs = look.context.glyphs;
    let spark = |cells: usize| labels::latency_spark(service, cells.saturating_sub(1), glyphs);
    let cpu_words = match cpu {
        Some(cpu) => (
            words::percent(cpu),
            labels::cpu_role(look.context.snapshot, service),
        ),
        None if measured => ("-".to_owned(), Role::Muted),
        None => (spark(usage), Role::Muted),
    };
    let memory = memory.map_or_else(String::new, words::bytes_short);
    let mut right = place.right();
    for (cells, (words, role)) in [
        // Quiet from the start: in a long list its colour would cost kilobytes with each selection.
        (history, (spark(history), Role::Muted)),
        (latency_cells, (latency, labels::latency_role(service))),
        (
            if measured { memory_cells } else { 0 },
            (memory, labels::memory_role(share)),
        ),
        (if measured { cpu_cells } else { usage }, cpu_words),
    ] {
        if cells > 0 {
            canvas.put_right(place, right, place.y, &words, look.style(role));
            right = right.saturating_sub(line_writer::cells(cells));
        }
    }
}

/// The published ports after the name, where they fit.
fn ports(
    canvas: &mut MapCanvas<'_>,
    place: Rect,
    x: u16,
    metrics: usize,
    service: &Service,
    look: CardLook<'_>,
) {
    let ports = labels::ports(service);
    let cells = text::width(&ports);
    if cells > 0 && usize::from(x) + 1 + cells + metrics <= usize::from(place.right()) {
        canvas.put(place, x + 1, place.y, &ports, look.style(Role::Muted));
    }
}
