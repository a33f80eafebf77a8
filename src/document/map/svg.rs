//! An image that stands on its own: no script, no font, no link to anything outside.
//!
//! It follows the reader's light or dark scheme, and shows state by shape and word, not by colour
//! alone.

mod parts;
mod path;

use super::content::{MapContent, MapLine};
use super::label;
use crate::drawing::{Area, Dimensions, Drawing, DrawnEdge, draw};
use crate::model::SortShared as _;
use crate::model::{EdgeKind, HealthState, Service, secrets};
use crate::topology::root_cause::Trouble;
use parts::{STYLE, escape, sign};
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

/// The map as one SVG document.
pub(super) fn render(content: &MapContent<'_>) -> String {
    let drawing = draw(&content.graph(), &metrics(content));
    let (width, height) = (
        drawing.width.max(40) * CELL,
        (drawing.height + LEGEND) * CELL,
    );
    let mut out = head(width, height);
    bands(content, &drawing, width, &mut out);
    lines(content, &drawing, &mut out);
    for (at, area) in drawing.cards.iter().enumerate() {
        card(content, at, *area, &mut out);
    }
    if content.cards.is_empty() {
        let y = height / 2;
        let _infallible = writeln!(
            out,
            "<text class=\"muted\" x=\"24\" y=\"{y}\">no services</text>"
        );
    }
    parts::legend(content, drawing.height * CELL, &mut out);
    out.push_str("</svg>\n");
    out
}

/// The opening tag, the style sheet and the page of an image.
fn head(width: u32, height: u32) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"img\" aria-label=\"Architecture map\">\n{STYLE}\
         <rect class=\"page\" width=\"{width}\" height=\"{height}\" rx=\"10\"/>\n"
    )
}

fn metrics(content: &MapContent<'_>) -> Dimensions {
    let mut counts = vec![0; content.layers.len()];
    for card in &content.cards {
        counts[card.band] += 1;
    }
    let widest = counts.into_iter().max().unwrap_or(0).clamp(1, COLUMNS);
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

fn lines(content: &MapContent<'_>, drawing: &Drawing, out: &mut String) {
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
        let _infallible = writeln!(
            out,
            "<path class=\"{kind}{trouble}\" d=\"{}\" marker-end=\"url(#{marker})\"><title>{}</title></path>",
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

fn card(content: &MapContent<'_>, at: usize, area: Area, out: &mut String) {
    let card = &content.cards[at];
    let service = card.service;
    let health = &service.health;
    let (x, y, width, height) = (
        area.x * CELL,
        area.y * CELL,
        area.width * CELL,
        area.height * CELL,
    );
    let name = format!(
        "{}{}",
        label::name(content, card),
        label::replicas(service, false)
    );
    let reason = label::reason(service);
    let _infallible = write!(
        out,
        "<g class=\"card {}\"><title>{}: {}, {}</title>\
         <rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"8\"/>{}",
        label::class(health.state),
        escape(&name),
        health.shown_state(),
        escape(&reason),
        sign(health.state, x + 18, y + 20)
    );
    let mut put = |class: &str, x: u32, y: u32, words: &str| {
        let _infallible = write!(
            out,
            "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{}</text>",
            escape(words)
        );
    };
    put("name", x + 34, y + 25, &label::cut(&name, 22, "…"));
    put(
        "muted",
        x + 12,
        y + 44,
        &label::cut(&label::image(service), 22, "…"),
    );
    put("muted end", x + width - 12, y + 44, &label::ports(service));
    if let Some(third) = third_line(service, &reason) {
        put("why", x + 12, y + 62, &label::cut(&third, 30, "…"));
    }
    out.push_str("</g>\n");
}

/// What blocks a service, why it does not work, or its version.
fn third_line(service: &Service, reason: &str) -> Option<String> {
    let health = &service.health;
    if !health.blocked_by.is_empty() {
        let roots: Vec<&str> = health.blocked_by.iter().map(|root| root.as_str()).collect();
        return Some(format!("blocked by {}", roots.join(", ")));
    }
    match health.state {
        HealthState::Healthy | HealthState::Running => service
            .version
            .as_ref()
            .map(|version| format!("version {version}")),
        state => Some(format!("{}: {reason}", state.id())),
    }
}
