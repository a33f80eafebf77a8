//! Why: the sentence with its incident, the likely cause beside what to try, and the evidence by time.

mod strip;

use ratatui::text::Span;

use crate::explain;
use crate::model::words::{self, near};
use crate::model::{EvidenceSource, Explanation, Incident, Service};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::{status, text};
use crate::tui::input::action::Action;
use crate::tui::state::Drawn;

use crate::tui::draw::view::details::page::{Page, PageSection};

/// The explanation of `service` in `width` cells; the command that can be copied is in `drawn`.
pub fn page(context: &DrawContext<'_>, service: &Service, width: u16, drawn: &mut Drawn) -> Page {
    let explanation = explain::explain(service, context.snapshot, context.zone);
    let mut page = Page::new(width);
    let (whole, column) = (page.whole(), page.column());
    page.add(head(context, service, &explanation, whole));
    page.columns(
        vec![cause(context, &explanation, column)],
        vec![next(context, &explanation, column)],
    );
    page.add(strip::section(context, &explanation, whole));
    drawn.command = explanation.commands.first().cloned();
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
    if !explanation.blocks.is_empty() {
        let names = explain::sentence::names(&explanation.blocks, stack);
        all.push(format!("blocks {names}"));
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
        let is_shown = |line: &str| {
            let shown = explanation.evidence.iter();
            let mut shown = shown.filter(|each| each.source == EvidenceSource::Log);
            shown.any(|each| each.text == line)
        };
        let lines = candidate.context.iter().chain([&candidate.evidence]);
        for line in lines.filter(|line| !is_shown(line)) {
            section.paragraph(&format!("> {line}"), Role::Muted);
        }
    }
    section
}

/// What to try, and which command a key copies.
fn next<'a>(
    context: &'a DrawContext<'a>,
    explanation: &Explanation,
    width: u16,
) -> PageSection<'a> {
    let mut section = PageSection::new(context, "Try next", width);
    for (number, text) in explanation.try_next.iter().enumerate() {
        section.numbered(number + 1, text, Role::Text);
    }
    let key = context.keymap.label(&Action::Copy, context.glyphs.ascii);
    if let Some(command) = explanation.commands.first().filter(|_| !key.is_empty()) {
        let key = Span::styled(key, section.style(Role::Key));
        section.signed(key, &format!("copies `{command}`"), Role::Muted);
    }
    section
}
