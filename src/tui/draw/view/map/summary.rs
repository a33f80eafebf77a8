//! The summary below the map: what the selected service needs, what needs it, what losing it means.

mod loss;

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::explain;
use crate::explain::plan::{called_all, enumerate};
use crate::model::words;
use crate::model::{Edge, EdgeKind, HealthState, Service, ServiceId, ShownState, Totals};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::map::labels::{blocked, called};
use crate::tui::draw::widget::{line_writer, status};
use crate::tui::input::action::{Action, Direction};
use crate::tui::state::{Zoom, ZoomLevel, selection};

pub use loss::loss_sentence;

/// Names in a sentence.
const MAX_NAMES: usize = 8;

/// Rows the summary takes below a map of `height` rows.
#[must_use]
pub const fn height(height: u16) -> u16 {
    match height {
        0..6 => 0,
        6..14 => 1,
        14..28 => 2,
        _ => 3,
    }
}

/// What the summary is about.
pub struct StripSubject<'a> {
    /// The selected service.
    pub selected: Option<&'a Arc<Service>>,
    /// The services in view.
    pub services: &'a [Arc<Service>],
    /// The level of detail that is drawn.
    pub level: ZoomLevel,
    /// Who chose it.
    pub zoom: Zoom,
}

impl StripSubject<'_> {
    /// `cards 5/7 (auto)`: which level of detail is drawn, and whether the map chose it.
    fn zoom_words(&self) -> String {
        let auto = if self.zoom == Zoom::Auto {
            " (auto)"
        } else {
            ""
        };
        let (noun, all) = (self.level.noun(), ZoomLevel::LADDER.len());
        format!("{noun} {}/{all}{auto}", self.level.number())
    }
}

/// Columns from which on the level of detail is named.
const WITH_ZOOM: u16 = 60;

/// Draws the summary about the selected service, or about all in view when nothing is selected; at
/// its right end the level of detail.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    subject: &StripSubject<'_>,
) {
    let ruled = area.height >= 3;
    if ruled {
        let border = context.theme.style(Role::Border);
        let (left, right) = (area.x, area.right());
        line_writer::rule(buffer, area, area.y, left, right, context.glyphs, border);
    }
    let mut first = area;
    if area.width >= WITH_ZOOM && area.height > 0 {
        let words = format!(" {} ", subject.zoom_words());
        let muted = context.theme.style(Role::Muted);
        let begin = line_writer::put_right(buffer, area, area.right(), area.y, &words, muted);
        first.width = begin - area.x;
    }
    // The sentences stand below the rule, or beside the words at its right end.
    let room = usize::from(if ruled { area.width } else { first.width }).saturating_sub(1);
    let lines = match subject.selected {
        Some(service) => about(context, service, area.height),
        None => overall(context, area.height, room, subject),
    };
    let x = area.x + u16::from(area.width > 2);
    for (y, line) in (area.y..area.bottom()).zip(lines) {
        let place = if y == area.y { first } else { area };
        line_writer::put_cut(buffer, place, x, y, &line, context.glyphs);
    }
}

fn about(context: &DrawContext<'_>, service: &Service, height: u16) -> Vec<Vec<Span<'static>>> {
    let edges = edges(context, service);
    let loss = loss(context, service);
    // Why it is in trouble comes before what the map shows as lines.
    let in_trouble = service.health.state.is_problem() || service.health.state.is_broken();
    match height {
        0 => Vec::new(),
        1 if in_trouble => vec![head(context, service)],
        1 => vec![edges],
        2 if in_trouble => vec![head(context, service), loss],
        2 => vec![edges, loss],
        _ => vec![head(context, service), edges, loss],
    }
}

/// ` ● hub/backend  healthy for 2h: 200 ok `, laid over the rule.
fn head(context: &DrawContext<'_>, service: &Service) -> Vec<Span<'static>> {
    let theme = context.theme;
    let health = &service.health;
    let mut spans = vec![Span::raw(" ")];
    spans.extend(status::signs(health, theme, context.glyphs));
    spans.push(Span::styled(
        format!(" {}  ", service.id),
        theme.style(Role::Title),
    ));
    spans.push(Span::styled(
        sentence(service, context),
        theme.style(Role::of(health.state)),
    ));
    spans.push(Span::raw(" "));
    spans
}

fn sentence(service: &Service, context: &DrawContext<'_>) -> String {
    let health = &service.health;
    let since = words::age(health.since, context.now());
    let seen = status::seen(health);
    let reason = explain::short(service);
    if reason.is_empty() {
        return format!("{} {seen}for {since}", health.shown_state());
    }
    format!("{} {seen}for {since}: {reason}", health.shown_state())
}

/// `needs ● db ✖ redis (soft)  ·  needed by ● proxy (/api/ → :8000)`.
fn edges(context: &DrawContext<'_>, service: &Service) -> Vec<Span<'static>> {
    let snapshot = context.snapshot;
    let muted = context.theme.style(Role::Muted);
    let needs = snapshot.needs(&service.id);
    let needs: Vec<_> = needs.map(|edge| (&edge.to, edge)).collect();
    let needed_by = snapshot.needed_by(&service.id);
    let needed_by: Vec<_> = needed_by.map(|edge| (&edge.from, edge)).collect();
    if needs.is_empty() && needed_by.is_empty() {
        return vec![Span::styled("needs nothing, nothing needs it", muted)];
    }
    let mut spans = Vec::new();
    list(&mut spans, context, service, "needs", &needs, Role::Needs);
    let dot = if context.glyphs.ascii {
        "  |  "
    } else {
        "  ·  "
    };
    spans.push(Span::styled(dot, muted));
    let role = Role::NeededBy;
    list(&mut spans, context, service, "needed by", &needed_by, role);
    spans
}

fn list(
    spans: &mut Vec<Span<'static>>,
    context: &DrawContext<'_>,
    service: &Service,
    verb: &str,
    others: &[(&ServiceId, &Edge)],
    role: Role,
) {
    let muted = context.theme.style(Role::Muted);
    if others.is_empty() {
        spans.push(Span::styled(format!("{verb} nothing"), muted));
        return;
    }
    spans.push(Span::styled(verb.to_owned(), muted));
    for (at, (id, edge)) in others.iter().enumerate() {
        let state = context
            .snapshot
            .service(id)
            .map_or(HealthState::Unknown, |other| other.health.state);
        let style = status::style(context.theme, state);
        spans.push(Span::raw(if at == 0 { " " } else { ", " }));
        spans.push(Span::styled(
            format!("{} ", context.glyphs.state(state)),
            style,
        ));
        let name = called(context.snapshot, id, service.stack.as_ref()).into_owned();
        spans.push(Span::styled(name, context.theme.style(role)));
        let routes: Vec<String> = edge.routes().map(ToString::to_string).collect();
        if !state.is_fine() {
            spans.push(Span::styled(format!(" ({})", state.id()), style));
        } else if edge.kind() == EdgeKind::Soft && routes.is_empty() {
            spans.push(Span::styled(" (soft)", muted));
        }
        if !routes.is_empty() {
            spans.push(Span::styled(format!(" ({})", routes.join(", ")), muted));
        }
    }
}

/// What else stopping the service affects; for a failing one, what it already has.
fn loss(context: &DrawContext<'_>, service: &Service) -> Vec<Span<'static>> {
    let muted = context.theme.style(Role::Muted);
    let mut spans = Vec::new();
    if let Some(blocked) = blocked(context.snapshot, service) {
        spans.push(Span::styled(
            format!("{blocked}: look there first; "),
            context.theme.style(Role::Degraded),
        ));
    }
    let words = loss_sentence(context.snapshot, service);
    spans.push(Span::styled(words, muted));
    spans
}

/// The worst trouble in view in one sentence each, or that there is none.
fn overall(
    context: &DrawContext<'_>,
    height: u16,
    cells: usize,
    subject: &StripSubject<'_>,
) -> Vec<Vec<Span<'static>>> {
    let mut roots: Vec<Root<'_>> = subject
        .services
        .iter()
        .filter_map(|service| Root::of(service, subject.services))
        .collect();
    roots.sort_by_key(|root| std::cmp::Reverse(root.service.health.state));
    let mut lines: Vec<Vec<Span<'static>>> = Vec::new();
    if height >= 3 {
        lines.push(Vec::new());
    }
    let several = stacks_of(subject.services) > 1;
    for root in &roots {
        lines.push(incident(context, root, several, cells));
    }
    let room = usize::from(height);
    if room > 0 && lines.len() > room {
        let more = lines.len() - room;
        let words = format!("; {more} more");
        let muted = context.theme.style(Role::Muted);
        lines[room - 1].push(Span::styled(words, muted));
    }
    if roots.is_empty() {
        let words = without_trouble(context, subject);
        lines.push(vec![Span::styled(words, context.theme.style(Role::Muted))]);
    }
    lines
}

/// A root of trouble with what it takes down.
struct Root<'a> {
    service: &'a Service,
    victims: Vec<ServiceId>,
}

impl<'a> Root<'a> {
    /// `service` with its victims among `all`: where it does not work, where it is paused, and where
    /// something that needs it cannot work since it was stopped.
    fn of(service: &'a Service, all: &[Arc<Service>]) -> Option<Self> {
        let health = &service.health;
        let may_be_root = health.state.is_problem() || health.state.is_broken();
        if !may_be_root || !health.blocked_by.is_empty() {
            return None;
        }
        let blocked = |other: &&Arc<Service>| {
            other.health.blocked_by.contains(&service.id) || health.missed_by.contains(&other.id)
        };
        let victims: Vec<_> = all
            .iter()
            .filter(blocked)
            .map(|other| other.id.clone())
            .collect();
        let paused = health.shown_state() == ShownState::Paused;
        let is_root = selection::is_root(service) || paused || !victims.is_empty();
        is_root.then_some(Self { service, victims })
    }
}

impl Root<'_> {
    /// `; blocks backend and worker`.
    fn names(&self, context: &DrawContext<'_>) -> String {
        let stack = self.service.stack.as_ref();
        let names = called_all(context.snapshot, &self.victims, stack);
        match names.as_slice() {
            [] => String::new(),
            names => {
                let effect = explain::effect(self.service.health.state);
                format!("; {effect} {}", enumerate(names, MAX_NAMES))
            }
        }
    }

    /// `; blocks 2`.
    fn count(&self) -> String {
        match self.victims.len() {
            0 => String::new(),
            many => format!("; {} {many}", explain::effect(self.service.health.state)),
        }
    }
}

/// How many stacks `services` are of.
fn stacks_of(services: &[Arc<Service>]) -> usize {
    let stacks: std::collections::BTreeSet<_> =
        services.iter().map(|service| &service.stack).collect();
    stacks.len()
}

/// How much there is in view, and what to do next.
fn without_trouble(context: &DrawContext<'_>, subject: &StripSubject<'_>) -> String {
    let shown: std::collections::HashSet<&ServiceId> =
        subject.services.iter().map(|service| &service.id).collect();
    let edges = context.snapshot.edges.iter();
    let count = edges
        .filter(|edge| shown.contains(&edge.from) && shown.contains(&edge.to))
        .count();
    let edges = match count {
        1 => "1 dependency".to_owned(),
        count => format!("{count} dependencies"),
    };
    let key = |action| context.keymap.label(&action, context.glyphs.ascii);
    let hint = match (count == 0, subject.level.has_lines()) {
        (false, false) => format!("press {} to draw them", key(Action::Zoom(1))),
        _ => format!("{} selects a service", key(Action::Move(Direction::Down))),
    };
    format!("{}  {edges}  {hint}", counts(subject.services))
}

fn counts(services: &[Arc<Service>]) -> String {
    let totals = Totals::count(services.iter().map(|service| service.health.shown_state()));
    let states = ShownState::WORST_FIRST.into_iter();
    let words: Vec<String> = states
        .filter(|state| totals.get(*state) > 0)
        .map(|state| format!("{} {}", totals.get(state), state.id()))
        .collect();
    words.join(", ")
}

/// `✖ db exited with code 1 (2m ago); blocks backend, worker`, in `room` cells: what does not fit is
/// said shorter.
fn incident(
    context: &DrawContext<'_>,
    root: &Root<'_>,
    several: bool,
    room: usize,
) -> Vec<Span<'static>> {
    let (snapshot, service) = (context.snapshot, root.service);
    let (health, stack) = (&service.health, service.stack.as_ref());
    let name = called(snapshot, &service.id, stack.filter(|_| !several));
    let style: Style = status::shown_style(context.theme, health.shown_state());
    let head = format!("{} {name} ", context.glyphs.shown(health.shown_state()));
    let age = words::age(health.since, context.now());
    let known = match health.known_since() {
        Some(_) => format!(" ({age} ago)"),
        None => format!(" (seen for {age})"),
    };
    let (whole, names, count) = (explain::own(service), root.names(context), root.count());
    let short = explain::short_reason(service, context.now());
    let forms = [
        (whole.clone(), known.clone(), names),
        (whole, known, count.clone()),
        (short.clone(), format!(" {age}"), count),
        (short, String::new(), String::new()),
    ];
    let spans = |(reason, age, blocks): (String, String, String)| {
        vec![
            Span::styled(head.clone(), style),
            Span::styled(reason, context.theme.style(Role::Text)),
            Span::styled(age, context.theme.style(Role::Muted)),
            Span::styled(blocks, context.theme.style(Role::Degraded)),
        ]
    };
    let mut forms = forms.into_iter().map(spans);
    let fits = |spans: &Vec<Span<'_>>| spans.iter().map(Span::width).sum::<usize>() <= room;
    forms
        .find(fits)
        .unwrap_or_else(|| vec![Span::styled(head.trim_end().to_owned(), style)])
}
