//! The line above a log: whose lines, what is hidden or missing, what is switched on.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::model::{LineLevel, ServiceId, Snapshot, StackName, words};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::{line_writer, text};
use crate::tui::state::LogsState;
use crate::tui::state::logs::{InView, LogBegin};

use super::WIDE;

/// Whose logs, how many lines, what is missing; at the right what is switched on.
pub fn draw(buffer: &mut Buffer, row: Rect, context: &DrawContext<'_>, logs: &LogsState) {
    let (theme, glyphs) = (context.theme, context.glyphs);
    let muted = theme.style(Role::Muted);
    let dot = if glyphs.ascii { " | " } else { " · " };
    let right = switches(logs, dot, row.width);
    let end = line_writer::put_right(buffer, row, row.right(), row.y, &right, muted);
    let left = Rect {
        width: end.saturating_sub(row.x).saturating_sub(1),
        ..row
    };
    let names = names(context, logs);
    let names = text::cut(&names, usize::from(left.width) / 2, glyphs).into_owned();
    let mut spans = vec![Span::styled(names, theme.style(Role::Title))];
    for (words, role) in facts(context, logs) {
        spans.push(Span::styled(dot, muted));
        spans.push(Span::styled(words, theme.style(role)));
    }
    line_writer::put_cut(buffer, left, left.x, left.y, &spans, glyphs);
}

/// What there is to know of the lines. What is missing or hidden comes first: it must be seen in a
/// narrow terminal too.
fn facts(context: &DrawContext<'_>, logs: &LogsState) -> Vec<(String, Role)> {
    let (ring, find) = (&logs.ring, &logs.find);
    let mut facts = Vec::new();
    if ring.dropped > 0 {
        facts.push((lines("", ring.dropped, " lost"), Role::Degraded));
    }
    facts.extend(hidden(logs));
    if let Some(hits) = &find.hits {
        let search = &find.wanted.search;
        let all = words::count(hits.matches.len() as u64);
        let here = logs
            .cursor
            .and_then(|at| hits.matches.binary_search(&at).ok());
        let count = match here {
            Some(at) => format!("{}/{all}", words::count(at as u64 + 1)),
            None => all,
        };
        facts.push((format!("search \"{search}\" {count}"), Role::Hit));
    }
    match logs.begin {
        LogBegin::Tail => {}
        LogBegin::Since(age) => facts.push((format!("since {}", words::duration(age)), Role::Text)),
        LogBegin::All => facts.push(("from the first line".to_owned(), Role::Text)),
        LogBegin::Moment(at) => {
            facts.push((
                format!(
                    "from {}",
                    words::moment(at, context.facts.now, context.zone)
                ),
                Role::Text,
            ));
        }
    }
    if ring.discarded > 0 {
        facts.push((lines("older ", ring.discarded, " discarded"), Role::Muted));
    }
    if find.shown.is_none() {
        facts.push((lines("", ring.lines.len() as u64, ""), Role::Muted));
    }
    facts
}

/// How many lines are left, and what hides the others: a long filter may be cut, their number not.
fn hidden(logs: &LogsState) -> Vec<(String, Role)> {
    let wanted = &logs.find.wanted;
    let mut facts = Vec::new();
    if let Some(level) = wanted.level {
        facts.push((level_words(level).to_owned(), Role::Hit));
    }
    if let Some(shown) = &logs.find.shown {
        let all = lines("", logs.ring.lines.len() as u64, "");
        let count = words::count(shown.matches.len() as u64);
        facts.push((format!("{count} of {all}"), Role::Text));
        if logs.find.context > 0 {
            facts.push((format!("±{}", logs.find.context), Role::Muted));
        }
    }
    if !wanted.filter.is_empty() {
        let (words, role) = if logs.find.is_filter_refused {
            ("filter refused:", Role::Degraded)
        } else {
            ("filter", Role::Hit)
        };
        facts.push((format!("{words} {}", wanted.filter), role));
    }
    if let Some(pattern) = &wanted.pattern {
        facts.push((format!("pattern {}", pattern.template), Role::Hit));
    }
    facts
}

/// That only lines of at least `level` are shown.
const fn level_words(level: LineLevel) -> &'static str {
    match level {
        LineLevel::Error => "errors only",
        LineLevel::Warning => "warnings and errors",
        LineLevel::Info => "info and worse",
        LineLevel::Debug => "debug and worse",
        LineLevel::Trace => "trace and worse",
    }
}

fn lines(before: &str, count: u64, after: &str) -> String {
    let many = usize::try_from(count).unwrap_or(usize::MAX);
    format!("{}{after}", words::plural(many, &format!("{before}line")))
}

/// The services whose logs are shown, after each other; those of a whole stack by its name.
fn names(context: &DrawContext<'_>, logs: &LogsState) -> String {
    if let Some(in_view) = &logs.in_view {
        return names_in_view(in_view, logs.services.len());
    }
    if let Some(stack) = whole_stack(context.snapshot, &logs.services) {
        let count = words::plural(logs.services.len(), "service");
        return format!("stack {stack}: {count}");
    }
    let name = |id| match context.snapshot.service(id) {
        Some(service) => service.full_title(),
        None => Cow::Borrowed(id.as_str()),
    };
    logs.services
        .iter()
        .map(name)
        .collect::<Vec<_>>()
        .join(", ")
}

/// The stack that consists of `services`, where these are several.
fn whole_stack<'s>(snapshot: &'s Snapshot, services: &[ServiceId]) -> Option<&'s StackName> {
    let first = services.first().filter(|_| services.len() > 1)?;
    let stack = snapshot.service(first)?.stack.as_ref()?;
    let all = snapshot.services.iter();
    let all: Vec<_> = all
        .filter(|each| each.stack.as_ref() == Some(stack))
        .collect();
    let is_whole = all.len() == services.len() && all.iter().all(|it| services.contains(&it.id));
    is_whole.then_some(stack)
}

/// `stack hub · 9 services`, and how many of them are followed where these are not all.
fn names_in_view(in_view: &InView, followed: usize) -> String {
    let InView { scope, services } = in_view;
    let count = words::plural(*services, "service");
    let count = if followed < *services {
        format!("{followed} of {count}, others left out")
    } else {
        count
    };
    let what = scope
        .stack
        .as_ref()
        .map_or_else(|| "everything".to_owned(), |stack| format!("stack {stack}"));
    match scope.filter.as_str() {
        "" => format!("{what}: {count}"),
        filter => format!("{what} matching \"{filter}\": {count}"),
    }
}

fn switches(logs: &LogsState, dot: &str, width: u16) -> String {
    let place = match (logs.follow, logs.back) {
        (true, _) => "following".to_owned(),
        (false, 0) => "not following".to_owned(),
        (false, back) => format!("{} below", words::count(back as u64)),
    };
    let mut words = Vec::new();
    if width >= WIDE {
        words.extend(logs.look.timestamps.then_some("timestamps"));
        words.extend(logs.look.wrap.then_some("wrap"));
    }
    words.push(place.as_str());
    words.join(dot)
}
