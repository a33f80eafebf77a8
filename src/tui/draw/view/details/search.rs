//! The search in the text of the details: which line it goes to, and the hits in their colour.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::line_writer;
use crate::tui::state::logs::text::contains;
use crate::tui::state::{DetailsState, Drawn};

/// The first line to show of a text of `texts`, of which `rows` fit; the hit goes into `drawn`.
pub fn top<'t>(
    details: &DetailsState,
    texts: impl Iterator<Item = std::borrow::Cow<'t, str>>,
    rows: usize,
    drawn: &mut Drawn,
) -> usize {
    let search = &details.search;
    let hits = hits(&search.text, texts);
    drawn.hit = search.hit(&hits, details.top);
    match drawn.hit {
        Some(hit) if search.seek.is_some() => into_sight(details.top, hit.row, rows),
        _ => details.top,
    }
}

/// The rows of `texts` that hold `wanted`; none where that is empty.
pub fn hits<T: AsRef<str>>(wanted: &str, texts: impl Iterator<Item = T>) -> Vec<usize> {
    if wanted.is_empty() {
        return Vec::new();
    }
    let needle = wanted.to_lowercase();
    let found = texts.enumerate();
    let found = found.filter(|(_, text)| contains(text.as_ref(), &needle));
    found.map(|(row, _)| row).collect()
}

/// The first row to show, after `top`, so that `row` is among the `rows` in sight.
pub fn into_sight(top: usize, row: usize, rows: usize) -> usize {
    if (top..top.saturating_add(rows)).contains(&row) {
        top
    } else {
        row.saturating_sub(rows / 2)
    }
}

/// Colours what was found in `area`, and writes which hit of how many it is into `head`.
pub fn mark(
    buffer: &mut Buffer,
    (head, area): (Rect, Rect),
    context: &DrawContext<'_>,
    details: &DetailsState,
    drawn: &Drawn,
) {
    let search = &details.search;
    if search.text.is_empty() {
        return;
    }
    let needle: Vec<char> = lower(&search.text).collect();
    let style = context.theme.style(Role::Hit);
    for y in area.top()..area.bottom() {
        let letters: Vec<(u16, char)> = (area.left()..area.right())
            .filter_map(|x| Some((x, buffer.cell((x, y))?.symbol().to_owned())))
            .flat_map(|(x, symbol)| {
                lower(&symbol)
                    .map(move |letter| (x, letter))
                    .collect::<Vec<_>>()
            })
            .collect();
        for hit in letters.windows(needle.len()) {
            if hit.iter().map(|(_, letter)| letter).eq(&needle) {
                for (x, _) in hit {
                    buffer.set_style(Rect::new(*x, y, 1, 1), style);
                }
            }
        }
    }
    let count = drawn.hit.map_or_else(
        || "not found".to_owned(),
        |hit| format!("{}/{}", hit.number, hit.count),
    );
    let words = format!("  /{} {count}", search.text);
    let title = context.theme.style(Role::Title);
    line_writer::put_right(buffer, head, head.right(), head.y, &words, title);
}

fn lower(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().flat_map(char::to_lowercase)
}
