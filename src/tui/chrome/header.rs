//! The header: engine host, projects, counts by health, open incident, age of the data, own cost.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::model::{EngineStatus, HealthState, Incident, Overlay, Service, Totals};
use crate::tui::action::Action;
use crate::tui::frame::Stage;
use crate::tui::roster;
use crate::tui::scene::{Hit, HitMap};
use crate::tui::state::{UiState, View};
use crate::tui::theme::Role;
use crate::tui::widget::{pen, text, units};

use super::segments::{Segment, draw};

/// The first of two lines: where, what is filtered, how fresh, at what cost.
pub fn draw_first(buffer: &mut Buffer, line: Rect, stage: &Stage<'_>, ui: &UiState) {
    let mut segments = name(stage, 0);
    segments.push(host(stage, 3));
    segments.extend(scope(stage, ui));
    segments.push(age(stage, 4));
    segments.push(cost(stage, 6));
    draw_line(buffer, line, stage, segments);
}

/// The second line: the views, then counts and the open incident.
pub fn draw_second(
    buffer: &mut Buffer,
    line: Rect,
    stage: &Stage<'_>,
    ui: &UiState,
    hits: &mut HitMap,
) {
    let counts = counts(stage, ui);
    let counted = counts.cells();
    let wide = usize::from(line.width) >= 70 + counted;
    let mut x = draw_tabs(buffer, line, stage, ui, wide, hits).saturating_add(2);
    x = pen::put_spans(buffer, line, x, line.y, &counts.spans).saturating_add(2);
    let room = usize::from(line.right().saturating_sub(x));
    if room > 8 {
        let rest = news(stage, ui);
        let content = text::cut(&rest.content, room, stage.scene.glyphs).into_owned();
        let start = line
            .right()
            .saturating_sub(u16::try_from(text::width(&content)).unwrap_or(0));
        pen::put(buffer, line, start.max(x), line.y, &content, rest.style);
    }
}

/// The only line of a small terminal.
pub fn draw_only(buffer: &mut Buffer, line: Rect, stage: &Stage<'_>, ui: &UiState) {
    let mut segments = name(stage, 7);
    segments.push(Segment::text(
        2,
        view_title(ui),
        stage.scene.theme.style(Role::Title),
    ));
    let counts = counts(stage, ui);
    let news = news(stage, ui);
    // The incident takes what counts and the mark of a demonstration leave, up to half of a wide
    // line.
    let marks = if stage.facts.demo { 8 } else { 0 };
    let left = usize::from(line.width).saturating_sub(counts.cells() + marks + 2);
    let room = left.min(usize::from(line.width / 2).max(30));
    segments.push(counts);
    let cut = text::cut(&news.content, room, stage.scene.glyphs).into_owned();
    segments.push(Segment::right(1, vec![Span::styled(cut, news.style)]));
    segments.extend(scope(stage, ui));
    segments.push(host(stage, 8));
    segments.extend(timing(stage));
    segments.push(age(stage, 5));
    segments.push(cost(stage, 9));
    draw_line(buffer, line, stage, segments);
}

fn draw_line(buffer: &mut Buffer, line: Rect, stage: &Stage<'_>, segments: Vec<Segment>) {
    buffer.set_style(line, stage.scene.theme.style(Role::Header));
    draw(buffer, line, segments);
}

/// Program name, or the mark of a demonstration, which is never given up.
fn name(stage: &Stage<'_>, rank: u8) -> Vec<Segment> {
    let theme = stage.scene.theme;
    let mut segments = vec![Segment::text(rank, "hubdeck", theme.style(Role::Title))];
    if stage.facts.demo {
        segments.push(Segment::text(0, " DEMO ", theme.style(Role::Demo)));
    }
    if stage.facts.read_only {
        segments.push(Segment::text(1, "read-only", theme.style(Role::Degraded)));
    }
    segments
}

fn host(stage: &Stage<'_>, rank: u8) -> Segment {
    let engine = &stage.scene.snapshot.engine;
    let text = match &engine.info {
        Some(info) => {
            let name = info
                .host_name
                .clone()
                .unwrap_or_else(|| info.endpoint.clone());
            format!("{name} · {} {}", flavour(info.flavour), info.version)
        }
        None if matches!(engine.status, EngineStatus::Connecting) => "connecting…".to_owned(),
        None => "no engine".to_owned(),
    };
    Segment::text(rank, text, stage.scene.theme.style(Role::Header))
}

/// What is odd about how the engine answers: that it is slow, and that its clock is wrong.
fn timing(stage: &Stage<'_>) -> Vec<Segment> {
    let engine = &stage.scene.snapshot.engine;
    let style = stage.scene.theme.style(Role::Degraded);
    let Some(timing) = engine.timing.filter(|_| engine.status.is_connected()) else {
        return Vec::new();
    };
    let slow = timing
        .is_slow()
        .then(|| format!("engine slow {}", units::millis(timing.answer_ms)));
    let clock = timing
        .clock_words()
        .map(|words| format!("its clock {words}"));
    let slow = slow.map(|text| Segment::text(3, text, style));
    slow.into_iter()
        .chain(clock.map(|text| Segment::text(6, text, style)))
        .collect()
}

const fn flavour(flavour: crate::model::EngineFlavour) -> &'static str {
    match flavour {
        crate::model::EngineFlavour::Docker => "Docker",
        crate::model::EngineFlavour::Podman => "Podman",
        crate::model::EngineFlavour::Simulated => "simulated",
    }
}

/// Project, stack, filter and marks: what narrows the view.
fn scope(stage: &Stage<'_>, ui: &UiState) -> Vec<Segment> {
    let theme = stage.scene.theme;
    let mut segments = Vec::new();
    if !ui.projects.is_empty() {
        let names: Vec<_> = ui.projects.iter().map(ToString::to_string).collect();
        segments.push(Segment::text(
            2,
            format!("project {}", names.join(",")),
            theme.style(Role::Needs),
        ));
    }
    if let Some(stack) = &ui.stack {
        segments.push(Segment::text(
            2,
            format!("stack {stack}"),
            theme.style(Role::Needs),
        ));
    }
    if !ui.filter.is_empty() {
        let filter = text::cut(&ui.filter, 24, stage.scene.glyphs).into_owned();
        segments.push(Segment::text(
            2,
            format!("/{filter}"),
            theme.style(Role::Needs),
        ));
    }
    if !ui.marked.is_empty() {
        let marked = match roster::hidden_marks(ui, stage.scene.snapshot) {
            0 => format!("{} marked", ui.marked.len()),
            hidden => format!("{} marked, {hidden} hidden by the filter", ui.marked.len()),
        };
        segments.push(Segment::text(2, marked, theme.style(Role::Marked)));
    }
    if !ui.mouse {
        segments.push(Segment::text(5, "mouse free", theme.style(Role::Muted)));
    }
    segments
}

/// Counts by state, worst first, in signs and colours.
fn counts(stage: &Stage<'_>, ui: &UiState) -> Segment {
    let scene = &stage.scene;
    let totals = Totals::count(scoped(stage, ui).map(|service| service.health.state));
    let mut spans = Vec::new();
    for state in HealthState::ALL.into_iter().rev() {
        let count = totals.get(state);
        if count > 0 {
            let gap = if spans.is_empty() { "" } else { " " };
            let text = format!("{gap}{} {count}", scene.glyphs.state(state));
            spans.push(Span::styled(text, scene.theme.style(Role::of(state))));
        }
    }
    Segment::left(0, spans)
}

fn scoped<'a>(stage: &Stage<'a>, ui: &'a UiState) -> impl Iterator<Item = &'a Service> {
    let services = stage.scene.snapshot.services.iter().map(AsRef::as_ref);
    services.filter(|service: &&Service| {
        roster::in_project(ui, service)
            && ui
                .stack
                .as_ref()
                .is_none_or(|stack| service.stack.as_ref() == Some(stack))
    })
}

/// What an operator must know first: the running operation, else the worst incident.
fn news(stage: &Stage<'_>, ui: &UiState) -> Span<'static> {
    let theme = stage.scene.theme;
    if let Some(running) = stage
        .scene
        .snapshot
        .operations
        .iter()
        .rev()
        .find(|each| each.finished_at.is_none())
    {
        let done = running.steps_done();
        let what = running
            .plan
            .operation
            .targets
            .first()
            .map_or_else(String::new, ToString::to_string);
        let text = format!(
            "{} {what} {done}/{}",
            running.plan.operation.kind.id(),
            running.steps.len()
        );
        return Span::styled(text, theme.style(Role::Starting));
    }
    incident(stage, ui)
        .or_else(|| trouble(stage, ui))
        .unwrap_or_default()
}

/// The oldest open incident in scope: root, age, how many it blocks, what is wrong, how many more.
fn incident(stage: &Stage<'_>, ui: &UiState) -> Option<Span<'static>> {
    let scene = &stage.scene;
    let in_scope = |incident: &&Arc<Incident>| {
        incident
            .root
            .service()
            .is_none_or(|id| scoped(stage, ui).any(|service| service.id == *id))
    };
    let mut open = scene.snapshot.open_incidents().filter(in_scope);
    let first = open.next()?;
    let rest = open.count();
    let seconds = scene.now.duration_since(first.opened_at);
    let age = if seconds.as_secs() < 60 {
        "<1m".to_owned()
    } else {
        units::duration(seconds)
    };
    let sign = scene.glyphs.state(HealthState::Unhealthy);
    let mut text = format!("{sign} {} since {age}", first.root.words());
    if !first.blocked.is_empty() {
        let verb = if first.root.service().is_some() {
            "blocks"
        } else {
            "takes down"
        };
        text.push_str(&format!(", {verb} {}", first.blocked.len()));
    }
    if rest > 0 {
        text.push_str(&format!(", {rest} more"));
    }
    let root = first
        .root
        .service()
        .and_then(|id| scene.snapshot.service(id));
    // It stays open until that has lasted, and until what it blocked is back.
    match root {
        Some(root) if root.health.state.works() => text.push_str(", works again"),
        Some(root) => text.push_str(&format!(": {}", root.health.reason)),
        None => {}
    }
    Some(Span::styled(text, scene.theme.style(Role::Unhealthy)))
}

/// The worst root: the longest unhealthy service that nothing blocks, else the longest degraded
/// one.
fn trouble(stage: &Stage<'_>, ui: &UiState) -> Option<Span<'static>> {
    let problems = || scoped(stage, ui).filter(|service| service.health.state.is_problem());
    let worst = problems().min_by_key(|service| {
        let health = &service.health;
        (
            std::cmp::Reverse(health.state),
            health.has(Overlay::Blocked),
            health.since,
        )
    })?;
    let health = &worst.health;
    let mut text = format!("{} {}", stage.scene.glyphs.state(health.state), worst.id);
    if !health.reason.is_empty() {
        text.push_str(": ");
        text.push_str(&health.reason);
    }
    let blocked = scoped(stage, ui)
        .filter(|service| service.health.blocked_by.contains(&worst.id))
        .count();
    if blocked > 0 {
        text.push_str(&format!(" · blocks {blocked}"));
    }
    Some(Span::styled(
        text,
        stage.scene.theme.style(Role::of(health.state)),
    ))
}

/// Age of the last complete list, in coarse steps: a header that ticks costs bytes.
fn age(stage: &Stage<'_>, rank: u8) -> Segment {
    let theme = stage.scene.theme;
    let engine = &stage.scene.snapshot.engine;
    let Some(at) = engine.last_poll else {
        return Segment::right(rank, Vec::new());
    };
    let seconds = stage.scene.now.duration_since(at).as_secs().max(0);
    let role = if engine.status.is_connected() && seconds < 120 {
        Role::Muted
    } else {
        Role::Stale
    };
    Segment::right(
        rank,
        vec![Span::styled(
            format!("data {}", coarse(seconds)),
            theme.style(role),
        )],
    )
}

/// An age that changes seldom while it is small.
#[must_use]
pub fn coarse(seconds: i64) -> String {
    match seconds {
        ..10 => "fresh".to_owned(),
        10..60 => format!("{}s old", seconds / 10 * 10),
        _ => format!(
            "{} old",
            units::duration(crate::model::SignedDuration::from_secs(seconds))
        ),
    }
}

/// What hubdeck itself costs.
fn cost(stage: &Stage<'_>, rank: u8) -> Segment {
    let cost = stage.scene.snapshot.cost;
    let parts = [
        cost.cpu_percent.map(units::percent),
        cost.rss_bytes
            .map(|bytes| units::bytes_short(bytes_to_f64(bytes))),
        cost.engine_calls_per_s
            .map(|calls| format!("{calls:.1} calls/s")),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        return Segment::right(rank, Vec::new());
    }
    let text = format!("self {}", parts.join(" "));
    Segment::right(
        rank,
        vec![Span::styled(text, stage.scene.theme.style(Role::Dim))],
    )
}

#[allow(clippy::cast_precision_loss)] // memory in f64 is exact up to 2^53 bytes
const fn bytes_to_f64(bytes: u64) -> f64 {
    bytes as f64
}

const TABS: [(View, &str, &str); 5] = [
    (View::Map, "1", "Map"),
    (View::Services, "2", "Services"),
    (View::Logs, "3", "Logs"),
    (View::Timeline, "4", "Timeline"),
    (View::OwnLog, "0", "Own log"),
];

fn view_title(ui: &UiState) -> &'static str {
    if ui.details.is_some() {
        return "Details";
    }
    TABS.iter()
        .find(|(view, _, _)| *view == ui.view)
        .map_or("", |(_, _, title)| *title)
}

/// Draws the tabs; narrow ones show the title of the current view only. Returns the column after
/// them.
fn draw_tabs(
    buffer: &mut Buffer,
    line: Rect,
    stage: &Stage<'_>,
    ui: &UiState,
    wide: bool,
    hits: &mut HitMap,
) -> u16 {
    let theme = stage.scene.theme;
    let mut x = line.x;
    for (view, _, title) in TABS {
        let key = stage
            .keymap
            .label(&Action::Show(view), stage.scene.glyphs.ascii);
        let current = ui.view == view;
        let (key_style, title_style) = if current {
            (
                theme.style(Role::BorderFocus),
                theme.style(Role::BorderFocus),
            )
        } else {
            (theme.style(Role::Key), theme.style(Role::Muted))
        };
        let start = x;
        // The brackets tell the current view without colours.
        x = pen::put(
            buffer,
            line,
            x,
            line.y,
            if current { "[" } else { " " },
            title_style,
        );
        x = pen::put(buffer, line, x, line.y, &key, key_style);
        if wide || current {
            x = pen::put(buffer, line, x, line.y, &format!(" {title}"), title_style);
        }
        x = pen::put(
            buffer,
            line,
            x,
            line.y,
            if current { "]" } else { " " },
            title_style,
        );
        hits.add(
            Rect::new(start, line.y, x.saturating_sub(start), 1),
            line,
            Hit::Do(Action::Show(view)),
        );
    }
    x
}
