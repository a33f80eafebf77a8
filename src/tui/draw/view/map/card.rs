//! One service on the map: a bordered card.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::model::{HealthState, Overlay, Service};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::map::canvas::Canvas;
use crate::tui::draw::view::map::labels;
use crate::tui::draw::view::map::relation::Relation;
use crate::tui::draw::widget::{gauge, spark, status, text, units};

/// The latency at which a sparkline reaches its full height even when everything is faster.
pub const LATENCY_FLOOR_MS: f64 = 20.0;

/// The CPU share at which a sparkline reaches its full height even when less is used.
const CPU_FLOOR_PERCENT: f64 = 25.0;

/// Cells of an image's name that tell something.
const LEAST_IMAGE: usize = 8;

/// What a card is drawn with.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// The snapshot and the looks.
    pub context: &'a DrawContext<'a>,
    /// What the service is to the selected one.
    pub relation: Relation,
    /// Whether it is marked.
    pub marked: bool,
    /// Whether the stack has to be told.
    pub show_stack: bool,
}

impl Look<'_> {
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
pub fn draw(canvas: &mut Canvas<'_>, place: Rect, service: &Service, look: Look<'_>) {
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
    match inner.height {
        4.. => {
            image_line(canvas, inner, inner.y, service, look);
            if !trouble_line(canvas, inner, inner.y + 1, service, look) {
                latency_line(canvas, inner, inner.y + 1, service, look);
            }
            rich_usage(canvas, inner, inner.y + 2, service, look);
        }
        3 => {
            image_line(canvas, inner, inner.y, service, look);
            if !trouble_line(canvas, inner, inner.y + 1, service, look) {
                latency_line(canvas, inner, inner.y + 1, service, look);
            }
            usage_line(canvas, inner, inner.y + 2, service, look, false);
        }
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

/// The role of the words that say why `service` is not well.
pub fn trouble_role(service: &Service) -> Role {
    if service.health.blocked_by.is_empty() {
        Role::of(service.health.state)
    } else {
        Role::Degraded
    }
}

/// The style of what frames `service`.
pub fn border_style(service: &Service, look: Look<'_>) -> Style {
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

fn frame(canvas: &mut Canvas<'_>, place: Rect, look: Look<'_>, style: Style) {
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
fn head(canvas: &mut Canvas<'_>, place: Rect, service: &Service, look: Look<'_>) {
    let glyphs = look.context.glyphs;
    let health = &service.health;
    let overlays: String = health
        .overlays
        .iter()
        .map(|overlay| glyphs.overlay(*overlay))
        .collect();
    let end = place.right() - 2;
    let mut limit = end;
    if !overlays.is_empty() {
        let words = format!(" {overlays} ");
        let role = health
            .overlays
            .iter()
            .map(|overlay| status::overlay_role(*overlay))
            .next()
            .unwrap_or(Role::Muted);
        limit = canvas.put_right(place, end, place.y, &words, look.style(role));
    }
    let room = usize::from(limit.saturating_sub(place.x + 2));
    let name = look.name(service);
    let replicas = labels::replicas(
        service,
        glyphs.ascii,
        text::width(&name),
        room.saturating_sub(4),
    );
    let x = place.x + 2;
    // A problem keeps its colour even where the selection pushes the card back.
    let sign = format!(" {} ", glyphs.state(health.state));
    let sign_style = if health.state.is_problem() {
        status::style(look.context.theme, health.state)
    } else {
        look.style(Role::of(health.state))
    };
    let x = canvas.put(place, x, place.y, &sign, sign_style);
    let count = if replicas.is_empty() {
        0
    } else {
        text::width(&replicas) + 1
    };
    let name = text::cut_middle(&name, room.saturating_sub(4 + count), glyphs);
    let x = canvas.put(place, x, place.y, &name, look.name_style());
    let tail = if replicas.is_empty() {
        " ".to_owned()
    } else {
        format!(" {replicas} ")
    };
    canvas.put(place, x, place.y, &tail, look.style(Role::Muted));
}

/// The relation and the stack in the lower border.
fn foot(canvas: &mut Canvas<'_>, place: Rect, service: &Service, look: Look<'_>) {
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

fn image_line(canvas: &mut Canvas<'_>, inner: Rect, y: u16, service: &Service, look: Look<'_>) {
    let ports = labels::ports(service);
    let begin = canvas.put_right(inner, inner.right(), y, &ports, look.style(Role::Text));
    let gap = u16::from(!ports.is_empty());
    let room = usize::from(begin.saturating_sub(inner.x + gap));
    // A few letters of an image tell nothing.
    if room >= LEAST_IMAGE {
        let image = text::cut_middle(labels::image(service), room, look.context.glyphs);
        canvas.put(inner, inner.x, y, &image, look.style(Role::Muted));
    }
}

/// Writes why the service is not well; `false` when it is.
fn trouble_line(
    canvas: &mut Canvas<'_>,
    inner: Rect,
    y: u16,
    service: &Service,
    look: Look<'_>,
) -> bool {
    let Some(trouble) = labels::trouble(look.context.snapshot, service) else {
        return false;
    };
    let words = text::cut_reason(&trouble, usize::from(inner.width), look.context.glyphs);
    canvas.put(inner, inner.x, y, &words, look.style(trouble_role(service)));
    true
}

fn latency_line(canvas: &mut Canvas<'_>, inner: Rect, y: u16, service: &Service, look: Look<'_>) {
    if service.latency.is_empty() {
        let reason = text::cut(
            &service.health.reason,
            usize::from(inner.width),
            look.context.glyphs,
        );
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
    canvas: &mut Canvas<'_>,
    inner: Rect,
    y: u16,
    service: &Service,
    look: Look<'_>,
    with_latency: bool,
) {
    let (cpu, memory) = labels::usage(service);
    if cpu.is_none() && memory.is_none() {
        unmeasured(canvas, inner, y, service, look);
        return;
    }
    let cpu = cpu.map_or_else(|| "-".to_owned(), units::percent);
    let end = canvas.put(inner, inner.x, y, &cpu, look.style(Role::Cpu));
    let memory = memory.map_or_else(|| "-".to_owned(), units::bytes);
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

fn unmeasured(canvas: &mut Canvas<'_>, inner: Rect, y: u16, service: &Service, look: Look<'_>) {
    // Where the reason stands above it, the exit code is told already.
    let words = labels::unmeasured(service, inner.height < 3, look.context.now());
    let words = text::cut(&words, usize::from(inner.width), look.context.glyphs);
    canvas.put(inner, inner.x, y, &words, look.style(Role::Muted));
}

/// CPU over time in one row, memory against its limit in the next.
fn rich_usage(canvas: &mut Canvas<'_>, inner: Rect, y: u16, service: &Service, look: Look<'_>) {
    let (cpu, memory) = labels::usage(service);
    let (Some(cpu), Some(memory)) = (cpu, memory) else {
        usage_line(canvas, inner, y, service, look, false);
        return;
    };
    let glyphs = look.context.glyphs;
    let words = format!("{} cpu", units::percent(cpu));
    let begin = canvas.put_right(inner, inner.right(), y, &words, look.style(Role::Text));
    let cells = usize::from(begin.saturating_sub(inner.x + 1));
    let line = spark::spark(
        labels::cpu_history(service),
        cells,
        CPU_FLOOR_PERCENT,
        glyphs,
    );
    canvas.put(inner, inner.x, y, &line, look.style(Role::Cpu));

    let share = labels::memory_share(service);
    let words = share.map_or_else(
        || units::bytes(memory),
        |(_, limit)| format!("{} of {}", units::bytes(memory), units::bytes(limit)),
    );
    let begin = canvas.put_right(inner, inner.right(), y + 1, &words, look.style(Role::Text));
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
                x = canvas.put(inner, x, y + 1, &span.content, style);
            }
        }
        None => {
            canvas.put(inner, inner.x, y + 1, "memory", look.style(Role::Muted));
        }
    }
}
