//! The evidence as one strip in the order of time: time, source, sign, text, how often, what is
//! remarkable.

use ratatui::text::Span;

use crate::model::words;
use crate::model::{Evidence, EvidenceOutcome, EvidenceSource, Explanation, HealthState};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::text;

use crate::tui::draw::view::details::page::PageSection;

/// Cells of a source with the blank after it.
const SOURCE: usize = 8;
/// Cells from which on the sources have a column.
const WITH_SOURCE: usize = 50;

/// The strip, `width` cells wide. What is blocked stands in the head of the page.
pub(super) fn section<'a>(
    context: &'a DrawContext<'a>,
    explanation: &Explanation,
    width: u16,
) -> PageSection<'a> {
    let mut section = PageSection::new(context, "Evidence", width);
    let shown = explanation.evidence.iter();
    let shown: Vec<_> = shown
        .filter(|each| each.source != EvidenceSource::Impact)
        .map(|each| (moment(context, each), each))
        .collect();
    let widths = shown.iter().map(|(at, _)| text::width(at));
    let time = widths.max().unwrap_or(0);
    for (at, evidence) in &shown {
        add(&mut section, context, evidence, (at, time));
    }
    section
}

/// The time of a piece; empty where it is not known.
fn moment(context: &DrawContext<'_>, evidence: &Evidence) -> String {
    let at = evidence.at;
    at.map_or_else(String::new, |at| {
        words::moment(at, context.now(), context.zone)
    })
}

/// Adds the rows of one piece; its time takes `time` cells.
fn add(
    section: &mut PageSection<'_>,
    context: &DrawContext<'_>,
    evidence: &Evidence,
    (at, time): (&str, usize),
) {
    let glyphs = context.glyphs;
    let mut head = vec![Span::styled(
        format!("{} ", text::fit(at, time, glyphs)),
        section.style(Role::Muted),
    )];
    let mut indent = time + 1;
    if section.width() >= WITH_SOURCE {
        let label = text::fit(evidence.source.label(), SOURCE, glyphs);
        head.push(Span::styled(label, section.style(Role::Muted)));
        indent += SOURCE;
    }
    let (sign, role) = sign(context, evidence.outcome);
    head.push(Span::styled(format!("{sign} "), section.style(role)));
    indent += 2;
    let room = section.width().saturating_sub(indent + 1).max(8);
    let mut rows: Vec<Vec<Span<'static>>> = text::wrap(&evidence.text, room)
        .into_iter()
        .map(|part| vec![Span::styled(part, section.style(Role::Text))])
        .collect();
    for remark in remarks(context, evidence) {
        append(
            &mut rows,
            Span::styled(remark, section.style(Role::Key)),
            room,
        );
    }
    for row in rows {
        let begin = std::mem::replace(&mut head, vec![Span::raw(" ".repeat(indent))]);
        section.line(begin.into_iter().chain(row).collect());
    }
}

/// How often it was so, and what is remarkable about it.
fn remarks(context: &DrawContext<'_>, evidence: &Evidence) -> Vec<String> {
    let count = (evidence.count > 1).then(|| format!("×{}", evidence.count));
    let arrow = if context.glyphs.ascii { "<-" } else { "←" };
    let remark = evidence.remark;
    let remark = remark.map(|remark| format!("{arrow} {}", remark.words()));
    count.into_iter().chain(remark).collect()
}

/// Adds `span` to the last row, or as a row of its own where it does not fit in `room` cells.
fn append(rows: &mut Vec<Vec<Span<'static>>>, span: Span<'static>, room: usize) {
    let used =
        |row: &Vec<Span<'static>>| row.iter().map(|it| text::width(&it.content)).sum::<usize>();
    match rows.last_mut() {
        Some(last) if used(last) + 2 + text::width(&span.content) <= room => {
            last.extend([Span::raw("  "), span]);
        }
        _ => rows.push(vec![span]),
    }
}

/// The sign of an outcome; a blank where there is none.
fn sign(context: &DrawContext<'_>, outcome: Option<EvidenceOutcome>) -> (&'static str, Role) {
    let state = match outcome {
        Some(EvidenceOutcome::Success) => HealthState::Completed,
        Some(EvidenceOutcome::Failure) => HealthState::Unhealthy,
        None => return (" ", Role::Muted),
    };
    let role = match outcome {
        Some(EvidenceOutcome::Success) => Role::Healthy,
        _ => Role::Unhealthy,
    };
    (context.glyphs.state(state), role)
}
