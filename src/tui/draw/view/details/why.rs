//! Why: the sentence with its incident, the likely cause beside what to try, and the evidence by time.

mod strip;

use ratatui::text::Span;

use crate::explain;
use crate::model::words::{self, near};
use crate::model::{
    EvidenceSource, Explanation, HealStop, Incident, OperationKind, Service, ShownState,
};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::{status, text};
use crate::tui::input::action::Action;
use crate::tui::state::{Drawn, availability};

use crate::tui::draw::view::details::page::{Page, PageSection};

/// The explanation of `service` in `width` cells; the command that can be copied is in `drawn`.
pub fn page(context: &DrawContext<'_>, service: &Service, width: u16, drawn: &mut Drawn) -> Page {
    let explanation = explain::explain(service, context.snapshot, context.zone);
    let mut page = Page::new(width);
    let (whole, column) = (page.whole(), page.column());
    page.add(head(context, service, &explanation, whole));
    page.columns(
        vec![cause(context, &explanation, column)],
        vec![next(context, service, &explanation, column)],
    );
    page.add(strip::section(context, &explanation, whole));
    let command = explanation.commands.first();
    drawn.command = command.map(|command| (service.id.clone(), command.clone()));
    page
}

/// The sentence, and at its right or below it the incident with its age and what is blocked.
fn head<'a>(
    context: &'a DrawContext<'a>,
    service: &Service,
    explanation: &Explanation,
    width: u16,
) -> PageSection<'a> {
    let mut section = PageSection::untitled(context, width);
    let sign = Span::styled(
        context.glyphs.state(explanation.state),
        status::style(context.theme, explanation.state),
    );
    let remarks = remarks(context, service, explanation);
    let dot = if context.glyphs.ascii { " | " } else { " · " };
    let remark = remarks.join(dot);
    let role = Role::of(explanation.state);
    let room = section.width().saturating_sub(3);
    let used = text::width(&explanation.headline) + text::width(&remark) + 3;
    if used <= room && !remark.is_empty() {
        let gap = " ".repeat(room + 3 - used);
        section.line(vec![
            sign,
            Span::raw(" "),
            Span::styled(explanation.headline.clone(), section.style(role)),
            Span::raw(gap),
            Span::styled(remark, section.style(Role::Muted)),
        ]);
        return section;
    }
    section.signed(sign, &explanation.headline, role);
    if !remark.is_empty() {
        section.indented(2, &remark, Role::Muted);
    }
    section
}

/// `incident #3`, `1m`, `blocks backend and proxy`.
fn remarks(context: &DrawContext<'_>, service: &Service, explanation: &Explanation) -> Vec<String> {
    let stack = service.stack.as_ref();
    let mut all = Vec::new();
    let mut open = context.snapshot.open_incidents();
    let incident = explanation
        .incident
        .and_then(|id| open.find(|incident| incident.id == id));
    if let Some(incident) = incident {
        all.push(format!("incident #{}", incident.id));
        all.push(words::age(incident.opened_at, context.now()));
        all.extend(root_elsewhere(incident, service));
    }
    let stop = context.snapshot.heal_stop(&service.id);
    all.extend(stop.map(HealStop::clause));
    if !explanation.blocks.is_empty() {
        let names = explain::sentence::names(&explanation.blocks, stack);
        all.push(format!("{} {names}", explain::effect(explanation.state)));
    }
    all
}

/// `root db`, where the incident's root is another one.
fn root_elsewhere(incident: &Incident, service: &Service) -> Option<String> {
    match incident.root.service() {
        Some(id) if *id == service.id => None,
        Some(id) => Some(format!("root {}", near(id, service.stack.as_ref()))),
        None => Some(format!("root: {}", incident.root.words())),
    }
}

/// The usual causes that fit; what the evidence below shows is not repeated.
fn cause<'a>(
    context: &'a DrawContext<'a>,
    explanation: &Explanation,
    width: u16,
) -> PageSection<'a> {
    let title = if explanation.candidates.len() > 1 {
        "Likely cause, one of"
    } else {
        "Likely cause"
    };
    let mut section = PageSection::new(context, title, width);
    for candidate in &explanation.candidates {
        section.paragraph(&candidate.words, Role::Title);
        section.paragraph(&candidate.hint, Role::Text);
        let lines = candidate.context.iter().chain([&candidate.evidence]);
        for line in lines.filter(|line| !is_shown(explanation, line)) {
            section.paragraph(&format!("> {line}"), Role::Muted);
        }
    }
    section
}

/// Whether the evidence shows `line` of a log.
fn is_shown(explanation: &Explanation, line: &str) -> bool {
    let shown = explanation.evidence.iter();
    let mut shown = shown.filter(|each| each.source == EvidenceSource::Log);
    shown.any(|each| each.text == line)
}

/// What to try: the keys that do it here, what else there is, and which command a key copies.
fn next<'a>(
    context: &'a DrawContext<'a>,
    service: &Service,
    explanation: &Explanation,
    width: u16,
) -> PageSection<'a> {
    let mut section = PageSection::new(context, "Try next", width);
    for (number, text) in explanation.try_next.iter().enumerate() {
        section.numbered(number + 1, text, Role::Text);
    }
    let mut keys: Vec<Span<'static>> = Vec::new();
    for (action, what) in remedies(context, service) {
        let key = context.keymap.label(&action, context.glyphs.ascii);
        if !key.is_empty() {
            let gap = if keys.is_empty() { "" } else { "   " };
            keys.push(Span::raw(gap));
            keys.push(Span::styled(key, section.style(Role::Key)));
            keys.push(Span::styled(format!(" {what}"), section.style(Role::Text)));
        }
    }
    if !keys.is_empty() {
        section.line(keys);
    }
    let key = context.keymap.label(&Action::Copy, context.glyphs.ascii);
    if let Some(command) = explanation.commands.first().filter(|_| !key.is_empty()) {
        let key = Span::styled(key, section.style(Role::Key));
        section.signed(key, &format!("copies `{command}`"), Role::Muted);
    }
    section
}

/// What helps a service that does not work and is not blocked by another one, with its action.
fn remedies(context: &DrawContext<'_>, service: &Service) -> Vec<(Action, String)> {
    let health = &service.health;
    if !(health.state.is_problem() || health.state.is_broken()) || !health.blocked_by.is_empty() {
        return Vec::new();
    }
    let runs = service.instances.iter().any(|it| it.facts.is_running());
    let kind = match health.shown_state() {
        ShownState::Paused => OperationKind::Unpause,
        _ if runs => OperationKind::Restart,
        _ => OperationKind::Start,
    };
    let targets = [service.id.clone()];
    let refused = availability::request(kind, &targets, context.snapshot, context.facts);
    let operation = Action::Request {
        kind,
        with_dependents: false,
    };
    let mut all = vec![(Action::Logs, "read its log".to_owned())];
    if refused.is_none() {
        all.push((operation, format!("{} {}", kind.verb(), service.name)));
    }
    if !runs {
        all.reverse();
    }
    all
}
