//! Why: the sentence, the usual causes that fit, what to try, and all evidence.

use crate::explain;
use crate::model::words;
use crate::model::{Explanation, Service};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;

use crate::tui::draw::view::details::page::{Page, PageSection};

/// The explanation of `service` in `width` cells.
pub fn page(context: &DrawContext<'_>, service: &Service, width: u16) -> Page {
    let explanation = explain::explain(service, context.snapshot, context.zone);
    let mut page = Page::new(width);
    let (whole, column) = (page.whole(), page.column());
    page.add(sentence(context, &explanation, whole));
    page.columns(
        vec![hint(context, &explanation, column)],
        vec![try_next(context, &explanation, column)],
    );
    page.add(evidence(context, &explanation, whole));
    page
}

fn sentence<'a>(
    context: &'a DrawContext<'a>,
    explanation: &Explanation,
    width: u16,
) -> PageSection<'a> {
    let mut section = PageSection::new(context, "Why", width);
    section.paragraph(&explanation.sentence, Role::of(explanation.state));
    let incident = explanation.incident.and_then(|id| {
        context
            .snapshot
            .open_incidents()
            .find(|incident| incident.id == id)
    });
    if let Some(incident) = incident {
        let age = words::duration_long(context.now().duration_since(incident.opened_at));
        let text = format!(
            "part of incident {} for {age}: {}",
            incident.id,
            explain::incident::sentence(incident)
        );
        section.paragraph(&text, Role::Muted);
    }
    section
}

fn hint<'a>(
    context: &'a DrawContext<'a>,
    explanation: &Explanation,
    width: u16,
) -> PageSection<'a> {
    let title = if explanation.candidates.len() > 1 {
        "Probably one of these"
    } else {
        "Probably"
    };
    let mut section = PageSection::new(context, title, width);
    for candidate in &explanation.candidates {
        section.paragraph(&candidate.words, Role::Title);
        section.paragraph(&candidate.hint, Role::Text);
        for line in candidate.context.iter().chain([&candidate.evidence]) {
            section.paragraph(&format!("> {line}"), Role::Muted);
        }
    }
    section
}

fn try_next<'a>(
    context: &'a DrawContext<'a>,
    explanation: &Explanation,
    width: u16,
) -> PageSection<'a> {
    let mut section = PageSection::new(context, "What to try", width);
    for (number, text) in explanation.try_next.iter().enumerate() {
        section.paragraph(&format!("{}. {text}", number + 1), Role::Text);
    }
    section
}

fn evidence<'a>(
    context: &'a DrawContext<'a>,
    explanation: &Explanation,
    width: u16,
) -> PageSection<'a> {
    let mut section = PageSection::new(context, "Evidence", width);
    let mut before = None;
    for evidence in &explanation.evidence {
        let label = if before == Some(evidence.source) {
            ""
        } else {
            evidence.source.id()
        };
        before = Some(evidence.source);
        let at = evidence
            .at
            .map(|at| words::moment(at, context.now(), context.zone));
        let text = at.map_or_else(
            || evidence.text.clone(),
            |at| format!("{at}  {}", evidence.text),
        );
        section.text(label, &text, Role::Text);
    }
    section
}
