//! One service on the map in one row, or as a sign with its name.

use ratatui::layout::Rect;

use crate::model::Service;
use crate::model::words;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::map::canvas::MapCanvas;
use crate::tui::draw::view::map::card::{CardLook, LATENCY_FLOOR_MS};
use crate::tui::draw::view::map::relation::Relation;
use crate::tui::draw::view::map::{card, labels};
use crate::tui::draw::widget::{spark, status, text};

/// Cells of CPU, memory and latency, each with a blank before it.
const CPU: usize = 6;
const MEMORY: usize = 7;
const LATENCY: usize = 8;

/// Rooms from which on CPU, memory, latency and its history are shown.
const WITH_CPU: usize = 16;
const WITH_MEMORY: usize = 24;
const WITH_LATENCY: usize = 34;
const WITH_HISTORY: usize = 58;
/// Cells of the history, with a blank before it.
const HISTORY: usize = 17;

/// Least cells in which a reason can be understood.
const LEAST_TROUBLE: usize = 6;

/// Cells of a stack's name before a long name.
const LEAST_STACK: usize = 3;

/// Draws mark, signs, name and, as far as there is room, port, CPU, memory and latency.
pub fn line(canvas: &mut MapCanvas<'_>, place: Rect, service: &Service, look: CardLook<'_>) {
    let x = signs(canvas, place, service, look);
    let room = usize::from(place.right().saturating_sub(x));
    let metrics = metrics(room);
    let x = name(
        canvas,
        place,
        x,
        room.saturating_sub(metrics),
        service,
        look,
    );
    if let Some(trouble) = labels::trouble(look.context.snapshot, service) {
        let room = usize::from(place.right().saturating_sub(x + 2));
        let words = text::cut_reason(&trouble, room, look.context.glyphs);
        let role = card::trouble_role(service);
        canvas.put(place, x + 2, place.y, &words, look.style(role));
        return;
    }
    numbers(canvas, place, room, service, look);
    ports(canvas, place, x, metrics, service, look);
}

/// How many of `room` cells the metrics take.
fn metrics(room: usize) -> usize {
    let columns = [
        (CPU, WITH_CPU),
        (MEMORY, WITH_MEMORY),
        (LATENCY, WITH_LATENCY),
        (HISTORY, WITH_HISTORY),
    ];
    let shown = columns.iter().filter(|(_, from)| room >= *from);
    shown.map(|(cells, _)| cells).sum()
}

/// Draws a card of one row: brackets, signs, name, then what is wrong, or ports and latency as
/// there is room.
pub fn chip(canvas: &mut MapCanvas<'_>, place: Rect, service: &Service, look: CardLook<'_>) {
    let glyphs = look.context.glyphs;
    highlight(canvas, place, look);
    let mark = match look.relation.mark(glyphs) {
        " " => "[",
        mark => mark,
    };
    let border = card::border_style(service, look);
    canvas.put(place, place.x, place.y, mark, border);
    canvas.put_right(place, place.right(), place.y, "]", border);
    let inner = Rect {
        x: place.x + 1,
        width: place.width.saturating_sub(2),
        ..place
    };
    let x = signs_at(canvas, inner, inner.x, service, look);
    let room = usize::from(inner.right().saturating_sub(x));
    // The stack stands at the left; no name is cut for it.
    let show_stack = look.show_stack && room > text::width(&look.name(service)) + LEAST_STACK;
    let x = name(
        canvas,
        inner,
        x,
        room,
        service,
        CardLook { show_stack, ..look },
    );
    if let Some(trouble) = labels::trouble(look.context.snapshot, service) {
        let room = usize::from(inner.right().saturating_sub(x + 1));
        if room >= LEAST_TROUBLE {
            let words = text::cut_reason(&trouble, room, glyphs);
            let style = look.style(card::trouble_role(service));
            canvas.put(inner, x + 1, place.y, &words, style);
        }
        return;
    }
    chip_figures(canvas, inner, x, service, look);
}

/// Ports and latency at the right end of `inner`, which is free from column `x` on.
fn chip_figures(
    canvas: &mut MapCanvas<'_>,
    inner: Rect,
    x: u16,
    service: &Service,
    look: CardLook<'_>,
) {
    let latency = labels::latency(service).unwrap_or_default();
    let mut right = inner.right();
    for (words, role) in [
        (latency, Role::Latency),
        (labels::ports(service), Role::Muted),
    ] {
        let cells = u16::try_from(text::width(&words)).unwrap_or(u16::MAX);
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
        sign(service, look),
        sign_style(service, look),
    );
    let room = usize::from(place.right().saturating_sub(x + 2));
    name(canvas, place, x + 1, room, service, look);
    highlight(canvas, place, look);
}

/// Mark, state and overlays; returns the column after a blank.
fn signs(canvas: &mut MapCanvas<'_>, place: Rect, service: &Service, look: CardLook<'_>) -> u16 {
    highlight(canvas, place, look);
    let mark = look.relation.mark(look.context.glyphs);
    let x = canvas.put(place, place.x, place.y, mark, look.name_style());
    signs_at(canvas, place, x, service, look)
}

/// State and overlays from column `x` on; returns the column after a blank.
fn signs_at(
    canvas: &mut MapCanvas<'_>,
    place: Rect,
    x: u16,
    service: &Service,
    look: CardLook<'_>,
) -> u16 {
    let style = sign_style(service, look);
    let mut x = canvas.put(place, x, place.y, sign(service, look), style);
    for overlay in service.health.shown_overlays().take(3) {
        let style = look.style(status::overlay_role(overlay));
        let sign = look.context.glyphs.overlay(overlay);
        x = canvas.put(place, x, place.y, sign, style);
    }
    x + 1
}

fn sign(service: &Service, look: CardLook<'_>) -> &'static str {
    look.context.glyphs.shown(service.health.shown_state())
}

/// A problem keeps its colour even where the selection pushes the row back.
fn sign_style(service: &Service, look: CardLook<'_>) -> ratatui::style::Style {
    let state = service.health.state;
    if state.is_problem() {
        status::style(look.context.theme, state)
    } else {
        look.style(Role::of(state))
    }
}

fn highlight(canvas: &mut MapCanvas<'_>, place: Rect, look: CardLook<'_>) {
    if look.relation == Relation::Selected {
        canvas.set_style(place, look.context.theme.style(Role::Selection));
    }
}

/// Stack, name and replicas in `room` cells; returns the column after them.
fn name(
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

/// CPU, memory, latency and its history in columns at the right end, as `room` allows.
fn numbers(
    canvas: &mut MapCanvas<'_>,
    place: Rect,
    room: usize,
    service: &Service,
    look: CardLook<'_>,
) {
    let (cpu, memory) = labels::usage(service);
    if cpu.is_none() && memory.is_none() {
        let words = labels::unmeasured(service, true, look.context.now());
        if room >= WITH_MEMORY {
            canvas.put_right(
                place,
                place.right(),
                place.y,
                &words,
                look.style(Role::Muted),
            );
        }
        return;
    }
    let cpu = cpu.map_or_else(|| "-".to_owned(), words::percent);
    let memory = memory.map_or_else(|| "-".to_owned(), words::bytes_short);
    let latency = labels::latency(service).unwrap_or_default();
    let newest = service.latency.column(0).rev().map(|(_, value)| value);
    let history = spark::spark(newest, HISTORY - 1, LATENCY_FLOOR_MS, look.context.glyphs);
    let mut right = place.right();
    for (from, cells, words, role) in [
        (WITH_LATENCY, LATENCY, latency, Role::Latency),
        // Quiet from the start: in a long list its colour would cost kilobytes with each selection.
        (WITH_HISTORY, HISTORY, history, Role::Dim),
        (WITH_MEMORY, MEMORY, memory, Role::Memory),
        (WITH_CPU, CPU, cpu, Role::Cpu),
    ] {
        if room >= from {
            canvas.put_right(place, right, place.y, &words, look.style(role));
            right = right.saturating_sub(u16::try_from(cells).unwrap_or(u16::MAX));
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
