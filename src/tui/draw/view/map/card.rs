//! One service on the map: a bordered card.

mod body;
mod figures;
mod log;

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::model::{HealthState, Service};
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::map::canvas::MapCanvas;
use crate::tui::draw::view::map::labels;
use crate::tui::draw::view::map::look::CardLook;
use crate::tui::draw::view::map::relation::Relation;
use crate::tui::draw::widget::{line_writer, text};

/// Draws `service` into `place` (virtual rows) of `canvas`.
pub fn draw(canvas: &mut MapCanvas<'_>, place: Rect, service: &Service, look: CardLook<'_>) {
    let border = border_style(service, look);
    frame(canvas, place, look, border);
    let inner = Rect {
        x: place.x + 2,
        y: place.y + 1,
        width: place.width - 4,
        height: place.height - 2,
    };
    head(
        canvas,
        place,
        service,
        look,
        body::has_image(inner, service),
    );
    foot(canvas, place, service, look);
    body::draw(canvas, inner, service, look);
}

/// The style of what frames `service`.
pub fn border_style(service: &Service, look: CardLook<'_>) -> Style {
    if let Some(role) = look.relation.role() {
        return look.style(role);
    }
    if look.relation == Relation::Selected {
        return look.context.theme.style(Role::BorderFocus);
    }
    match look.state(service) {
        // Without colours problems are underlined, which would cut the lines of a frame.
        state @ (HealthState::Unhealthy | HealthState::Degraded | HealthState::Starting) => look
            .style(Role::of(state))
            .remove_modifier(Modifier::UNDERLINED),
        // Quiet already; drawing every border anew with each move would cost kilobytes.
        _ => look.context.theme.style(Role::Border),
    }
}

fn frame(canvas: &mut MapCanvas<'_>, place: Rect, look: CardLook<'_>, style: Style) {
    let selected = look.relation == Relation::Selected;
    let [left_top, right_top, left_bottom, right_bottom, flat, wall] =
        match (look.context.glyphs.ascii, selected) {
            (false, false) => ["╭", "╮", "╰", "╯", "─", "│"],
            (false, true) => ["┏", "┓", "┗", "┛", "━", "┃"],
            (true, false) => ["+", "+", "+", "+", "-", "|"],
            (true, true) => ["#", "#", "#", "#", "=", "#"],
        };
    let (right, bottom) = (place.right() - 1, place.bottom() - 1);
    let flats = flat.repeat(usize::from(place.width.saturating_sub(2)));
    for (y, left, corner) in [
        (place.y, left_top, right_top),
        (bottom, left_bottom, right_bottom),
    ] {
        canvas.put(place, place.x, y, &format!("{left}{flats}{corner}"), style);
    }
    for y in place.y + 1..bottom {
        canvas.put(place, place.x, y, wall, style);
        canvas.put(place, right, y, wall, style);
    }
}

/// Sign and name in the upper border; at its right end the short reason with the overlays, or the
/// tag, where the name leaves room for all of it.
fn head(
    canvas: &mut MapCanvas<'_>,
    place: Rect,
    service: &Service,
    look: CardLook<'_>,
    has_image: bool,
) {
    let (glyphs, muted) = (look.context.glyphs, look.style(Role::Muted));
    let name = look.name(service);
    let overlays = draw_overlays(canvas, place, service, look);
    // Corner, flat and a blank at both sides of sign and name.
    let room = usize::from(overlays.saturating_sub(place.x + 2)).saturating_sub(4);
    let replicas = labels::replicas(service, glyphs.ascii, text::width(&name), room);
    let tail = if replicas.is_empty() {
        " ".to_owned()
    } else {
        format!(" {replicas} ")
    };
    let room = room.saturating_sub(text::width(&tail) - 1);
    let (forms, role) = match look.short_forms(service) {
        forms if !forms.is_empty() => (forms, look.trouble_role(service)),
        _ if has_image => (Vec::new(), Role::Muted),
        _ => (vec![labels::tag(service).to_owned()], Role::Muted),
    };
    // Overlays begin with a blank of their own.
    let joined = overlays < place.right() - 2;
    let blanks = if joined { 1 } else { 2 };
    let fits = |form: &&String| text::width(&name) + text::width(form) + blanks < room;
    if let Some(words) = forms.iter().find(fits).filter(|words| !words.is_empty()) {
        let blank = " ".repeat(text::width(words) + blanks);
        // Blanks have no look of their own: without colours they would be underlined.
        let begin = canvas.put_right(place, overlays, place.y, &blank, muted);
        canvas.put(place, begin + 1, place.y, words, look.style(role));
    }
    let x = canvas.put(place, place.x + 2, place.y, " ", muted);
    let x = canvas.put(
        place,
        x,
        place.y,
        look.sign(service),
        look.sign_style(service),
    );
    let x = canvas.put(place, x, place.y, " ", muted);
    let name = text::cut_middle(&name, room, glyphs);
    let x = canvas.put(place, x, place.y, &name, look.name_style());
    canvas.put(place, x, place.y, &tail, muted);
}

/// The overlays at the right end of the upper border. Returns the column where they begin.
fn draw_overlays(
    canvas: &mut MapCanvas<'_>,
    place: Rect,
    service: &Service,
    look: CardLook<'_>,
) -> u16 {
    let end = place.right() - 2;
    match look.overlays(service, usize::MAX) {
        Some((signs, style)) => canvas.put_right(place, end, place.y, &format!(" {signs} "), style),
        None => end,
    }
}

/// The lower border: at the left what the service is to the selection, at the right stack, ports
/// and restarts, as many as have room.
fn foot(canvas: &mut MapCanvas<'_>, place: Rect, service: &Service, look: CardLook<'_>) {
    let y = place.bottom() - 1;
    let mut begin = place.x + 2;
    if let Some(role) = look.relation.role() {
        let mark = look.relation.mark(look.context.glyphs);
        let words = format!(" {mark} {} ", look.relation.word());
        begin = canvas.put(place, begin, y, &words, look.style(role));
    }
    let stack = service.stack.as_ref().filter(|_| look.show_stack);
    let is_outdated = look.context.snapshot.image_checks.has_newer(service);
    let mut parts = vec![
        stack.map_or(String::new(), ToString::to_string),
        if is_outdated { "newer image" } else { "" }.to_owned(),
        labels::ports(service),
        labels::restarts(service, look.context.glyphs.ascii),
    ];
    parts.retain(|part| !part.is_empty());
    let end = place.right() - 2;
    let room = usize::from(end.saturating_sub(begin));
    let cells = |parts: &[String]| {
        parts
            .iter()
            .map(|part| text::width(part) + 1)
            .sum::<usize>()
            + 1
    };
    while !parts.is_empty() && cells(&parts) > room {
        parts.pop();
    }
    if !parts.is_empty() {
        let words = format!(" {} ", parts.join(" "));
        canvas.put_right(place, end, y, &words, look.style(Role::Muted));
    }
}

/// Cells as the canvas counts them.
fn column(cells: usize) -> u16 {
    line_writer::cells(cells)
}
