//! An image that stands on its own: no script, no font, no link to anything outside; or the same as
//! a part of a web page, whose style sheet gives it its looks and in which each card is a link.
//!
//! It follows the reader's light or dark scheme, and shows state by shape and word, not by colour
//! alone.

mod card;
mod parts;
mod path;

pub(super) use parts::symbols;

use super::content::{MapContent, MapLine};
use super::label;
use crate::drawing::{Dimensions, Drawing, DrawnEdge, draw};
use crate::model::SortShared as _;
use crate::model::{EdgeKind, secrets};
use crate::topology::root_cause::Trouble;
use card::card;
use parts::{HEADS, STYLE, escape};
use path::{path, points};
use std::fmt::Write as _;

/// Pixels of a cell of the drawing.
const CELL: u32 = 12;

/// Cells of a card.
const CARD: (u32, u32) = (19, 6);

/// Cells between two cards.
const GAP: u32 = 3;

/// Cells left and right.
const MARGIN: u32 = 2;

/// Most cards beside each other, so that the image can be read on a page.
const COLUMNS: u32 = 6;

/// Cells below the drawing, for the legend.
const LEGEND: u32 = 4;

/// What an image is a part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SvgPlace {
    /// Nothing: it brings its looks and its legend along.
    Alone,
    /// A web page, with at most so many cards beside each other.
    Page { columns: u32 },
}

/// The map as one SVG document, or as an element of a page.
pub(super) fn render(content: &MapContent<'_>, place: SvgPlace) -> String {
    let (columns, legend) = match place {
        SvgPlace::Alone => (COLUMNS, LEGEND),
        SvgPlace::Page { columns } => (columns, 1),
    };
    let drawing = draw(&content.graph(), &metrics(content, columns));
    let least = if place == SvgPlace::Alone { 40 } else { 0 };
    let (width, height) = (
        drawing.width.max(least) * CELL,
        (drawing.height + legend) * CELL,
    );
    let mut out = head(width, height, place);
    bands(content, &drawing, width, &mut out);
    lines(content, &drawing, place, &mut out);
    for (at, area) in drawing.cards.iter().enumerate() {
        card(content, at, *area, place, &mut out);
    }
    if content.cards.is_empty() {
        let y = height / 2;
        let _infallible = writeln!(
            out,
            "<text class=\"muted\" x=\"24\" y=\"{y}\">no services</text>"
        );
    }
    if place == SvgPlace::Alone {
        parts::legend(content, drawing.height * CELL, &mut out);
    }
    out.push_str("</svg>\n");
    out
}

/// The opening tag, the style sheet of what stands alone, and the page of an image.
fn head(width: u32, height: u32, place: SvgPlace) -> String {
    // What has a role of an image has no links in it.
    let (role, style) = match place {
        SvgPlace::Alone => ("img", STYLE),
        SvgPlace::Page { .. } => ("group", ""),
    };
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"{role}\" aria-label=\"Architecture map\">\n{style}{HEADS}\
         <rect class=\"page\" width=\"{width}\" height=\"{height}\" rx=\"10\"/>\n"
    )
}

fn metrics(content: &MapContent<'_>, columns: u32) -> Dimensions {
    let mut counts = vec![0; content.layers.len()];
    for card in &content.cards {
        counts[card.band] += 1;
    }
    let widest = counts.into_iter().max().unwrap_or(0).clamp(1, columns);
    // Half a card more, so that lines find a way past full rows.
    let width = widest * (CARD.0 + GAP) + CARD.0 / 2 + 2 * MARGIN;
    Dimensions {
        card: CARD,
        width,
        gap: GAP,
        margin: MARGIN,
        title: 2,
        empty: None,
        space: 2,
        routed: true,
    }
}

fn bands(content: &MapContent<'_>, drawing: &Drawing, width: u32, out: &mut String) {
    for (index, area) in drawing.bands.iter().enumerate() {
        let Some(layer) = content.layers.iter().nth(area.band) else {
            continue;
        };
        let last = index + 1 == drawing.bands.len();
        let (top, bottom) = (
            area.rows.start * CELL,
            area.rows.end * CELL + if last { CELL } else { 0 },
        );
        let shade = if index % 2 == 0 { "band" } else { "band other" };
        let _infallible = writeln!(
            out,
            "<rect class=\"{shade}\" x=\"0\" y=\"{top}\" width=\"{width}\" height=\"{}\"/>\
             <text class=\"layer\" x=\"{}\" y=\"{}\">{}</text>",
            bottom - top,
            2 * CELL,
            area.y * CELL + CELL + 6,
            escape(&layer.title)
        );
    }
}

fn lines(content: &MapContent<'_>, drawing: &Drawing, place: SvgPlace, out: &mut String) {
    let mut routes: Vec<(&DrawnEdge, &MapLine<'_>)> = drawing
        .routes
        .iter()
        .filter_map(|route| Some((route, content.lines.get(route.edge)?)))
        .collect();
    // What fails lies on top.
    routes.sort_shared_by_key(|(_, line)| line.trouble);
    for (route, line) in &routes {
        let kind = if line.edge.kind() == EdgeKind::Hard {
            "line"
        } else {
            "line soft"
        };
        let (trouble, marker) = match line.trouble {
            Trouble::None => ("", "arrow"),
            Trouble::Suffers | Trouble::Late => (" suffers", "arrow-suffers"),
            Trouble::Broken => (" broken", "arrow-broken"),
        };
        let points = points(route, drawing.cards[line.from], drawing.cards[line.to]);
        let ends = match place {
            SvgPlace::Alone => String::new(),
            SvgPlace::Page { .. } => ends(content, line),
        };
        let _infallible = writeln!(
            out,
            "<path class=\"{kind}{trouble}\"{ends} d=\"{}\" marker-end=\"url(#{marker})\"><title>{}</title></path>",
            path(&points),
            escape(&evidence(content, line))
        );
    }
    for (route, line) in &routes {
        let words = label::routes(line.edge);
        if let (false, Some(last)) = (words.is_empty(), route.segments.last()) {
            let (x, y) = (last.to.0 * CELL + CELL, last.to.1 * CELL + 4);
            let words = escape(&label::cut(&words, 24, "…"));
            let _infallible = writeln!(
                out,
                "<text class=\"route\" x=\"{x}\" y=\"{y}\">{words}</text>"
            );
        }
    }
}

/// The ids of the two services of a line, for the scripts of a page.
fn ends(content: &MapContent<'_>, line: &MapLine<'_>) -> String {
    let id = |at: usize| escape(content.cards[at].service.id.as_str());
    format!(
        " data-from=\"{}\" data-to=\"{}\"",
        id(line.from),
        id(line.to)
    )
}

/// `backend needs db: depends_on service_healthy; environment DATABASE_URL`.
fn evidence(content: &MapContent<'_>, line: &MapLine<'_>) -> String {
    let name = |at: usize| label::name(content, &content.cards[at]);
    let pieces: Vec<String> = line
        .edge
        .evidence
        .iter()
        .map(|each| {
            format!(
                "{} {}",
                each.provenance.id(),
                secrets::mask_text(&each.detail.to_string())
            )
            .trim()
            .to_owned()
        })
        .collect();
    format!(
        "{} needs {}: {}",
        name(line.from),
        name(line.to),
        pieces.join("; ")
    )
}
