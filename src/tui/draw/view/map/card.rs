//! One service on the map: a bordered card.

mod body;

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::model::{HealthState, Overlay, Service};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::map::canvas::MapCanvas;
use crate::tui::draw::view::map::labels;
use crate::tui::draw::view::map::relation::Relation;
use crate::tui::draw::widget::{status, text};

/// The latency at which a sparkline reaches its full height even when everything is faster.
pub const LATENCY_FLOOR_MS: f64 = 20.0;

/// What a card is drawn with.
#[derive(Clone, Copy)]
pub struct CardLook<'a> {
    /// The snapshot and the looks.
    pub context: &'a DrawContext<'a>,
    /// What the service is to the selected one.
    pub relation: Relation,
    /// Whether it is marked.
    pub marked: bool,
    /// Whether the stack has to be named.
    pub show_stack: bool,
}

impl CardLook<'_> {
    /// The style of `role`, pushed back where the selection does not concern the service; what is
    /// quiet already stays as it is, for every cell drawn anew is sent to the terminal.
    pub fn style(&self, role: Role) -> Style {
        let pushed = self.relation == Relation::Unrelated && role != Role::Muted;
        self.context
            .theme
            .style(if pushed { Role::Dim } else { role })
    }

    /// The style of the service's name.
    pub fn name_style(&self) -> Style {
        match (self.marked, self.relation) {
            (true, _) => self.context.theme.style(Role::Marked),
            (false, Relation::Selected) => self
                .context
                .theme
                .style(Role::Title)
                .add_modifier(Modifier::BOLD),
            (false, relation) => self.style(relation.role().unwrap_or(Role::Title)),
        }
    }

    /// The name as it is shown.
    pub fn name(&self, service: &Service) -> String {
        let mark = if self.context.glyphs.ascii {
            "# "
        } else {
            "◆ "
        };
        format!("{}{}", if self.marked { mark } else { "" }, service.title())
    }
}

/// Draws `service` into `place` (virtual rows) of `canvas`.
pub fn draw(canvas: &mut MapCanvas<'_>, place: Rect, service: &Service, look: CardLook<'_>) {
    let border = border_style(service, look);
    frame(canvas, place, look, border);
    head(canvas, place, service, look);
    foot(canvas, place, service, look);
    let inner = Rect {
        x: place.x + 2,
        y: place.y + 1,
        width: place.width - 4,
        height: place.height - 2,
    };
    body::draw(canvas, inner, service, look);
}

/// The role of the words why `service` is not well.
pub fn trouble_role(service: &Service) -> Role {
    if service.health.blocked_by.is_empty() {
        Role::of(service.health.state)
    } else {
        Role::Degraded
    }
}

/// The style of what frames `service`.
pub fn border_style(service: &Service, look: CardLook<'_>) -> Style {
    let health = &service.health;
    if let Some(role) = look.relation.role() {
        return look.style(role);
    }
    if look.relation == Relation::Selected {
        return look.style(Role::BorderFocus);
    }
    if health.has(Overlay::Stale) {
        return look.style(Role::Stale);
    }
    match health.state {
        HealthState::Unhealthy | HealthState::Degraded | HealthState::Starting => {
            look.style(Role::of(health.state))
        }
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

/// Sign and name in the upper border, overlays at its right end.
fn head(canvas: &mut MapCanvas<'_>, place: Rect, service: &Service, look: CardLook<'_>) {
    let glyphs = look.context.glyphs;
    let health = &service.health;
    let limit = draw_overlays(canvas, place, service, look);
    let room = usize::from(limit.saturating_sub(place.x + 2));
    let name = look.name(service);
    let room = room.saturating_sub(4);
    let replicas = labels::replicas(service, glyphs.ascii, text::width(&name), room);
    let sign = format!(" {} ", glyphs.shown(health.shown_state()));
    let sign_style = state_style(health.state, look);
    let x = canvas.put(place, place.x + 2, place.y, &sign, sign_style);
    let tail = if replicas.is_empty() {
        " ".to_owned()
    } else {
        format!(" {replicas} ")
    };
    let room = room.saturating_sub(text::width(&tail) - 1);
    let name = text::cut_middle(&name, room, glyphs);
    let x = canvas.put(place, x, place.y, &name, look.name_style());
    canvas.put(place, x, place.y, &tail, look.style(Role::Muted));
}

/// The overlays at the right end of the upper border. Returns the column where they begin.
fn draw_overlays(
    canvas: &mut MapCanvas<'_>,
    place: Rect,
    service: &Service,
    look: CardLook<'_>,
) -> u16 {
    let end = place.right() - 2;
    let overlays: Vec<Overlay> = service.health.shown_overlays().collect();
    let Some(first) = overlays.first() else {
        return end;
    };
    let sign = |overlay: &Overlay| look.context.glyphs.overlay(*overlay);
    let signs: String = overlays.iter().map(sign).collect();
    let style = look.style(status::overlay_role(*first));
    canvas.put_right(place, end, place.y, &format!(" {signs} "), style)
}

/// A problem keeps its colour even where the selection pushes the card back.
fn state_style(state: HealthState, look: CardLook<'_>) -> Style {
    if state.is_problem() {
        status::style(look.context.theme, state)
    } else {
        look.style(Role::of(state))
    }
}

/// The relation and the stack in the lower border.
fn foot(canvas: &mut MapCanvas<'_>, place: Rect, service: &Service, look: CardLook<'_>) {
    let glyphs = look.context.glyphs;
    let y = place.bottom() - 1;
    let mut begin = place.x + 2;
    if let Some(role) = look.relation.role() {
        begin = canvas.put(
            place,
            begin,
            y,
            &format!(" {} ", look.relation.word()),
            look.style(role),
        );
    }
    if let Some(stack) = service.stack.as_ref().filter(|_| look.show_stack) {
        let room = usize::from((place.right() - 2).saturating_sub(begin));
        if room >= 5 {
            let words = format!(" {} ", text::cut(stack.as_str(), room - 3, glyphs));
            canvas.put_right(place, place.right() - 2, y, &words, look.style(Role::Muted));
        }
    }
}
