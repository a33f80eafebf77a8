//! Boxes and lines for a terminal or a text file.

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use super::content::MapContent;
use super::label;
use crate::document::TextForm;
use crate::drawing::raster::{LineGlyphs, Stroke, raster};
use crate::drawing::{Area, Dimensions, Drawing, draw};
use crate::model::{EdgeKind, text};
use crate::topology::root_cause::Trouble;

/// Least and most columns of a card.
const CARD: (usize, usize) = (16, 34);
/// Rows of a card.
const ROWS: u32 = 3;

/// The map, then one line for each service in trouble.
pub(super) fn render(content: &MapContent<'_>, form: TextForm) -> String {
    if content.cards.is_empty() {
        return "no services\n".to_owned();
    }
    let names = content
        .cards
        .iter()
        .map(|card| words(content, card, form.ascii).width() + 4);
    let width = names.max().unwrap_or(CARD.0).clamp(CARD.0, CARD.1);
    let card = (u32::try_from(width).unwrap_or(24), ROWS);
    let width = form.width.max(card.0 + 2);
    let metrics = Dimensions {
        card,
        width,
        gap: 3,
        margin: 1,
        title: 1,
        empty: None,
        space: 0,
        routed: true,
    };
    let drawing = draw(&content.graph(), &metrics);
    let mut page = Page::new(drawing.width.max(width), drawing.height);
    titles(content, &drawing, form.ascii, &mut page);
    lines(content, &drawing, form.ascii, &mut page);
    for (card, area) in content.cards.iter().zip(&drawing.cards) {
        draw_card(
            *area,
            &words(content, card, form.ascii),
            form.ascii,
            &mut page,
        );
    }
    let mut out = page.into_text();
    troubles(content, form.ascii, &mut out);
    out
}

/// `● backend ×2 :8000`.
fn words(content: &MapContent<'_>, card: &super::content::Card<'_>, ascii: bool) -> String {
    let service = card.service;
    let (sign, name) = (
        service.health.shown_state().sign(ascii),
        label::name(content, card),
    );
    let ports = label::ports(service);
    format!("{sign} {name}{} {ports}", label::replicas(service, ascii))
        .trim_end()
        .to_owned()
}

fn titles(content: &MapContent<'_>, drawing: &Drawing, ascii: bool, page: &mut Page) {
    let flat = if ascii { "-" } else { "─" };
    for area in &drawing.bands {
        let Some(layer) = content.layers.iter().nth(area.band) else {
            continue;
        };
        for x in 0..page.width {
            page.put(x, area.y, flat);
        }
        page.write(
            2,
            area.y,
            &format!(" {} ", text::one_line(&layer.title, 40)),
        );
    }
}

fn lines(content: &MapContent<'_>, drawing: &Drawing, ascii: bool, page: &mut Page) {
    let stroke = |route: &crate::drawing::DrawnEdge| {
        let line = content.lines.get(route.edge)?;
        let rank = match line.trouble {
            Trouble::None => 0,
            Trouble::Suffers => 1,
            Trouble::Late => 2,
            Trouble::Broken => 3,
        };
        Some(Stroke {
            rank,
            dashed: line.edge.kind() == EdgeKind::Soft,
        })
    };
    let glyphs = if ascii {
        LineGlyphs::ASCII
    } else {
        LineGlyphs::UNICODE
    };
    let window = Area {
        x: 0,
        y: 0,
        width: page.width,
        height: drawing.height,
    };
    for cell in raster(drawing, stroke, window, &glyphs) {
        page.put(cell.x, cell.y, cell.glyph);
    }
    for route in &drawing.routes {
        let (Some(line), Some(last)) = (content.lines.get(route.edge), route.segments.last())
        else {
            continue;
        };
        let words = label::routes(line.edge);
        let (x, y) = (last.to.0 + 2, last.to.1);
        if !words.is_empty() && page.is_free(x, y, words.width()) {
            page.write(x, y, &words);
        }
    }
}

fn draw_card(area: Area, words: &str, ascii: bool, page: &mut Page) {
    let [left_top, right_top, left_bottom, right_bottom, flat, wall] = if ascii {
        ["+", "+", "+", "+", "-", "|"]
    } else {
        ["╭", "╮", "╰", "╯", "─", "│"]
    };
    let (right, bottom) = (area.right() - 1, area.bottom() - 1);
    for x in area.x + 1..right {
        page.put(x, area.y, flat);
        page.put(x, bottom, flat);
        for y in area.y + 1..bottom {
            page.put(x, y, " ");
        }
    }
    for y in area.y + 1..bottom {
        page.put(area.x, y, wall);
        page.put(right, y, wall);
    }
    for (x, y, corner) in [
        (area.x, area.y, left_top),
        (right, area.y, right_top),
        (area.x, bottom, left_bottom),
        (right, bottom, right_bottom),
    ] {
        page.put(x, y, corner);
    }
    let room = area.width.saturating_sub(4) as usize;
    page.write(
        area.x + 2,
        area.y + 1,
        &label::cut(words, room, if ascii { "~" } else { "…" }),
    );
}

fn troubles(content: &MapContent<'_>, ascii: bool, out: &mut String) {
    for card in &content.cards {
        let state = card.service.health.state;
        if state.is_problem() {
            let (name, reason) = (label::name(content, card), label::reason(card.service));
            out.push_str(&format!("{} {name} {state}: {reason}\n", state.sign(ascii)));
        }
    }
}

/// Cells of text, one grapheme each; the cell after a wide one is empty.
struct Page {
    width: u32,
    rows: Vec<Vec<String>>,
}

impl Page {
    fn new(width: u32, height: u32) -> Self {
        Self {
            width,
            rows: vec![vec![" ".to_owned(); width as usize]; height as usize],
        }
    }

    fn put(&mut self, x: u32, y: u32, grapheme: &str) {
        if let Some(cell) = self
            .rows
            .get_mut(y as usize)
            .and_then(|row| row.get_mut(x as usize))
        {
            grapheme.clone_into(cell);
        }
    }

    fn write(&mut self, x: u32, y: u32, text: &str) {
        let mut x = x;
        for grapheme in text.graphemes(true) {
            let cells = u32::try_from(grapheme.width()).unwrap_or(1);
            if cells == 0 || x + cells > self.width {
                continue;
            }
            self.put(x, y, grapheme);
            for rest in 1..cells {
                self.put(x + rest, y, "");
            }
            x += cells;
        }
    }

    /// Whether `cells` from `x` on and one on either side are blank.
    fn is_free(&self, x: u32, y: u32, cells: usize) -> bool {
        let (Some(row), Some(from)) = (self.rows.get(y as usize), x.checked_sub(1)) else {
            return false;
        };
        row.get(from as usize..x as usize + cells + 1)
            .is_some_and(|range| range.iter().all(|cell| cell == " "))
    }

    fn into_text(self) -> String {
        let mut out = String::new();
        for row in self.rows {
            out.push_str(row.concat().trim_end());
            out.push('\n');
        }
        out
    }
}
