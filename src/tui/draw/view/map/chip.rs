//! One service on the map as a card of one row: `[✖ proxy HTTP 502 ⊘]`.

use ratatui::layout::Rect;

use crate::model::Service;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::map::canvas::MapCanvas;
use crate::tui::draw::view::map::look::CardLook;
use crate::tui::draw::view::map::row::{
    HISTORY, LEAST_STACK, OVERLAYS, at_the_end, highlight, name,
};
use crate::tui::draw::view::map::{card, labels};
use crate::tui::draw::widget::text;

/// Cells of a name that is cut for the reason beside it.
const LEAST_NAME: usize = 5;

/// Draws a card of one row: brackets, signs, name, then what is wrong, or ports and latency as
/// there is room.
pub fn draw(canvas: &mut MapCanvas<'_>, place: Rect, service: &Service, look: CardLook<'_>) {
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
    let x = canvas.put(
        inner,
        inner.x,
        place.y,
        look.sign(service),
        look.sign_style(service),
    ) + 1;
    let inner = chip_end(canvas, inner, x, service, look);
    let room = usize::from(inner.right().saturating_sub(x));
    // The stack stands at the left; no name is cut for it.
    let show_stack = look.show_stack && room > text::width(&look.name(service)) + LEAST_STACK;
    let look = CardLook { show_stack, ..look };
    let x = name(canvas, inner, x, room, service, look);
    if look.short_trouble(service).is_none() {
        chip_figures(canvas, inner, x, service, look);
    }
}

/// Ports, the history of the latency and the latency at the right end of `inner`, which is free from
/// column `x` on.
fn chip_figures(
    canvas: &mut MapCanvas<'_>,
    inner: Rect,
    x: u16,
    service: &Service,
    look: CardLook<'_>,
) {
    let latency = labels::latency(service).unwrap_or_default();
    let ports = labels::ports(service);
    let taken = usize::from(x) + text::width(&latency) + text::width(&ports) + 3;
    let spare = usize::from(inner.right()).saturating_sub(taken);
    let history = if spare >= HISTORY.0 && !latency.is_empty() {
        labels::latency_spark(service, spare.min(HISTORY.1), look.context.glyphs)
    } else {
        String::new()
    };
    let figures = [
        (latency, labels::latency_role(service)),
        (history, Role::Muted),
        (ports, Role::Muted),
    ];
    at_the_end(canvas, inner, x, figures, look);
}

/// Draws why the service is not well and its overlays at the right end of `inner`, where the name
/// begins in column `x`. Returns what is left of `inner`.
fn chip_end(
    canvas: &mut MapCanvas<'_>,
    inner: Rect,
    x: u16,
    service: &Service,
    look: CardLook<'_>,
) -> Rect {
    let room = usize::from(inner.right().saturating_sub(x));
    let overlays = look.overlays(service, OVERLAYS);
    let signs = overlays
        .as_ref()
        .map_or(0, |(signs, _)| text::width(signs) + 1);
    let (reason, with_signs) = chip_reason(service, look, room, signs);
    let mut right = inner.right();
    if let Some((signs, style)) = overlays.filter(|_| with_signs) {
        right = canvas.put_right(inner, right, inner.y, &signs, style) - 1;
    }
    if let Some(words) = reason {
        let style = look.style(look.trouble_role(service));
        right = canvas.put_right(inner, right, inner.y, &words, style) - 1;
    }
    Rect {
        width: right.saturating_sub(inner.x),
        ..inner
    }
}

/// Why the service is not well, in a form that stands whole in `room` beside its name, and whether
/// its overlays, which take `signs` cells, stand there as well. The reason is worth more than a sign
/// that its line repeats, and more than the middle of a long name.
fn chip_reason(
    service: &Service,
    look: CardLook<'_>,
    room: usize,
    signs: usize,
) -> (Option<String>, bool) {
    let forms = look.short_forms(service);
    let name = text::width(&look.name(service));
    let fitting = |name: usize, signs: usize| {
        let fits = |form: &&String| name + 1 + text::width(form) + signs <= room;
        forms.iter().find(fits).cloned()
    };
    if let Some(form) = fitting(name, signs) {
        return (Some(form), true);
    }
    let form = fitting(name, 0).or_else(|| fitting(name.min(LEAST_NAME), 0));
    let alone = form.is_none();
    (form, alone)
}
