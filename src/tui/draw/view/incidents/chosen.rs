//! What is known of the chosen incident, and its own timeline, oldest first.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::explain;
use crate::model::words;
use crate::model::{Change, Incident, IncidentChange, TimelineEvent};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::timeline::{others, signs};
use crate::tui::draw::widget::{line_writer, text};
use crate::tui::state::incidents::{by_others, operations, story};
use crate::tui::state::timeline::{TimelineRow, folded};

use super::{lasts, recovers};

/// Width from which on the time of day stands before an event, and not only how long after the
/// begin it was.
const WITH_CLOCK: u16 = 60;
/// Cells of the same where nothing else has room.
const NARROW: usize = 4;
/// Cells of the time after the begin.
const AFTER: usize = 8;

/// One line below the table.
type ChosenLine = Vec<Span<'static>>;

/// Draws what is known of `incident` into `area`; returns the rows that took.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    incident: &Incident,
) -> u16 {
    if area.is_empty() {
        return 0;
    }
    draw_title(buffer, line_writer::row(area, area.y), context, incident);
    let story = story(incident, context.snapshot);
    let width = usize::from(area.width).saturating_sub(1);
    let mut lines = facts(context, incident, &story, width);
    let room = usize::from(area.height - 1).saturating_sub(lines.len());
    lines.extend(timeline(context, incident, &story, area.width, room));
    for (y, line) in (area.y + 1..area.bottom()).zip(&lines) {
        line_writer::put_spans(buffer, area, area.x + 1, y, line);
    }
    let rows = line_writer::cells(lines.len()).saturating_add(1);
    rows.min(area.height)
}

/// `── #3 hub/db · open for 2m 40s ─────`.
fn draw_title(buffer: &mut Buffer, row: Rect, context: &DrawContext<'_>, incident: &Incident) {
    let (theme, glyphs) = (context.theme, context.glyphs);
    let for_ = lasts(context, incident);
    // Seconds are written only while they are news: a screen that ticks costs bytes.
    let took = if incident.is_open() {
        words::duration(for_)
    } else {
        words::duration_long(for_)
    };
    let state = match (incident.is_open(), recovers(context, incident)) {
        (true, false) => format!("open for {took}"),
        (true, true) => format!("recovering, open for {took}"),
        (false, _) => format!("closed after {took}"),
    };
    let dot = if glyphs.ascii { "-" } else { "·" };
    let title = format!(" #{} {} {dot} {state} ", incident.id, incident.root.words());
    line_writer::rule(
        buffer,
        row,
        row.y,
        row.x,
        row.right(),
        glyphs,
        theme.style(Role::Border),
    );
    let shown = text::cut(&title, usize::from(row.width.saturating_sub(2)), glyphs);
    let title = theme.style(Role::Title);
    line_writer::put(buffer, row, row.x + 2, row.y, &shown, title);
}

/// What broke, what that blocks, and what was done, as far as that is known.
fn facts(
    context: &DrawContext<'_>,
    incident: &Incident,
    story: &[Arc<TimelineEvent>],
    width: usize,
) -> Vec<ChosenLine> {
    let style = |role| context.theme.style(role);
    let role = if incident.is_open() {
        Role::Unhealthy
    } else {
        Role::Text
    };
    let sentence = explain::incident::sentence(incident);
    let mut lines: Vec<ChosenLine> = text::wrap(&sentence, width)
        .into_iter()
        .map(|line| vec![Span::styled(line, style(role))])
        .collect();
    let done = done(context, incident, story);
    let done = done.map(|done| text::wrap(&done, width.saturating_sub(6)));
    for (at, line) in done.into_iter().flatten().enumerate() {
        let label = if at == 0 { "Done  " } else { "      " };
        lines.push(vec![
            Span::styled(label, style(Role::Muted)),
            Span::styled(line, style(Role::Text)),
        ]);
    }
    lines
}

/// What was done about it: the last operation of hubdeck, else what the engine reports that somebody
/// else did with the root; `None` where nothing is known of an incident that is over.
fn done(
    context: &DrawContext<'_>,
    incident: &Incident,
    story: &[Arc<TimelineEvent>],
) -> Option<String> {
    let operations = operations(story);
    let Some(last) = operations
        .last()
        .copied()
        .or_else(|| by_others(incident, story))
    else {
        return incident.is_open().then(|| "nothing yet".to_owned());
    };
    let at = words::moment(last.at, context.now(), context.zone);
    let earlier = match operations.len() {
        0 | 1 => String::new(),
        more => format!(" (and {} before)", more - 1),
    };
    Some(format!(
        "{at} {}{earlier}",
        explain::timeline::words(&last.change)
    ))
}

/// The timeline in at most `room` lines: the begin of the incident with what happened at that moment,
/// and what came last; between them the number of events that are left out, with those before.
fn timeline(
    context: &DrawContext<'_>,
    incident: &Incident,
    story: &[Arc<TimelineEvent>],
    width: u16,
    room: usize,
) -> Vec<ChosenLine> {
    let rows = folded(story.iter(), context.snapshot);
    let lines = |row| lines_of(context, incident, row, width);
    let drawn: Vec<Vec<ChosenLine>> = rows.iter().map(lines).collect();
    let length = |drawn: &[Vec<ChosenLine>]| drawn.iter().map(Vec::len).sum::<usize>();
    if length(&drawn) <= room {
        return drawn.into_iter().flatten().collect();
    }
    let begin = rows
        .iter()
        .position(|row| row.event.at >= incident.opened_at);
    let begin = begin.unwrap_or(0);
    let opened = rows.iter().position(|row| is_begin(row.change));
    let later = opened.unwrap_or(begin).max(begin) + 1;
    // One line says how many are left out.
    let mut left = room.saturating_sub(1);
    let head = begin..begin + fitting(drawn[begin..later].iter(), &mut left);
    let last = fitting(drawn[later..].iter().rev(), &mut left);
    let last = drawn.len() - last..drawn.len();
    if head.is_empty() {
        return Vec::new();
    }
    let shown = rows[head.clone()].iter().chain(&rows[last.clone()]);
    let shown: usize = shown.map(|row| row.count).sum();
    let hidden = words::plural(story.len() - shown, "more event");
    let ellipsis = context.glyphs.ellipsis();
    let muted = context.theme.style(Role::Muted);
    let gap = vec![Span::styled(format!("  {ellipsis} {hidden}"), muted)];
    let head = drawn[head].iter().flatten().cloned().chain([gap]);
    head.chain(drawn[last].iter().flatten().cloned()).collect()
}

/// How many of `events` fit in `left` lines, which are taken from there.
fn fitting<'a>(events: impl Iterator<Item = &'a Vec<ChosenLine>>, left: &mut usize) -> usize {
    let fits = events.map_while(|lines| left.checked_sub(lines.len()).map(|rest| *left = rest));
    fits.count()
}

/// Whether an incident began.
const fn is_begin(change: &Change) -> bool {
    matches!(
        change,
        Change::Incident {
            change: IncidentChange::Opened,
            ..
        }
    )
}

/// `14:02:20    +0s ✖ hub/db  exited with code 137`, wrapped under its words.
fn lines_of(
    context: &DrawContext<'_>,
    incident: &Incident,
    row: &TimelineRow<'_>,
    width: u16,
) -> Vec<ChosenLine> {
    let (theme, glyphs) = (context.theme, context.glyphs);
    let event = row.event;
    let after = event.at.duration_since(incident.opened_at);
    let sign = if after.is_negative() { "-" } else { "+" };
    let time = if width >= WITH_CLOCK {
        let at = words::moment(event.at, context.now(), context.zone);
        let after = format!("{sign}{}", words::duration_long(after.abs()));
        format!("{at} {after:>AFTER$} ")
    } else {
        format!(
            "{:>NARROW$} ",
            format!("{sign}{}", words::duration(after.abs()))
        )
    };
    let (mark, role) = signs::of(&event.change, glyphs);
    // The root is the subject where nothing else is named.
    let about = event.service.as_ref();
    let about = about.filter(|id| incident.root.service() != Some(*id));
    let about = about.map_or_else(String::new, |id| format!("{id}{} ", others(row)));
    let said = explain::timeline::words(row.change);
    let indent = text::width(&time) + 2;
    let room = usize::from(width).saturating_sub(indent + 2);
    let wrapped = text::wrap(&format!("{about}{said}"), room);
    let line = |(at, words): (usize, String)| {
        let words = Span::styled(words, theme.style(Role::Text));
        if at > 0 {
            return vec![Span::raw(" ".repeat(indent)), words];
        }
        vec![
            Span::styled(time.clone(), theme.style(Role::Muted)),
            Span::styled(format!("{mark} "), theme.style(role)),
            words,
        ]
    };
    wrapped.into_iter().enumerate().map(line).collect()
}
