//! Frames to bytes: only cells that changed, in as few bytes as the terminal needs.

mod links;
mod rendition;

use std::io::{self, Write};

use ratatui::buffer::{Buffer, Cell, CellWidth as _};
use ratatui::style::{Color, Modifier};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr as _};

use crate::model::SortShared as _;

use crate::tui::state::Link;

use rendition::{Rendition, color_code, modifier_codes};

/// Cells of one rendition side by side, to be written in one go.
struct Run<'a> {
    x: u16,
    y: u16,
    /// `None` for blanks, which any clear rendition writes.
    rendition: Option<Rendition>,
    cells: &'a [Cell],
}

/// Unchanged cells between two changed ones that are written again: cheaper than moving over them.
const BRIDGE: usize = 3;

/// The screen as the terminal shows it, and the way to change it.
pub struct Canvas<W: Write> {
    writer: W,
    /// The frame on screen; `None` when the screen's content is not known.
    shown: Option<Buffer>,
    rendition: Rendition,
    /// The links on screen.
    links: Vec<Link>,
    /// Bytes of the frame that is being made.
    out: Vec<u8>,
}

impl<W: Write> Canvas<W> {
    /// A canvas on `writer`, whose content is not known.
    pub const fn new(writer: W) -> Self {
        Self {
            writer,
            shown: None,
            rendition: Rendition::PLAIN,
            links: Vec::new(),
            out: Vec::new(),
        }
    }

    /// The writer, for commands that do not draw.
    pub const fn writer(&mut self) -> &mut W {
        &mut self.writer
    }

    /// Forgets what is on screen: the next frame is drawn in full.
    pub fn forget(&mut self) {
        self.shown = None;
    }

    /// Shows `frame` and the `links` on it in a single write; nothing is written when nothing changed. Returns the bytes
    /// written.
    ///
    /// # Errors
    /// When the writer fails; the next frame is then drawn in full.
    pub fn show(&mut self, mut frame: Buffer, links: &[Link]) -> io::Result<usize> {
        self.out.clear();
        forget_invisible(&mut frame);
        let before = match self.shown.take() {
            Some(before) if before.area == frame.area => self.without_old_links(before, links),
            _ => {
                self.rendition = Rendition::PLAIN;
                self.links.clear();
                self.out.extend_from_slice(b"\x1b[0m\x1b[2J");
                Buffer::empty(frame.area)
            }
        };
        let mut runs = Vec::new();
        let width = usize::from(frame.area.width).max(1);
        let rows = before
            .content
            .chunks(width)
            .zip(frame.content.chunks(width));
        for (y, (old, new)) in (0..).zip(rows).filter(|(_, (old, new))| old != new) {
            if old
                .iter()
                .chain(new)
                .any(|cell| Shape::of(cell.symbol()) != Shape::Narrow)
            {
                self.whole_row(y, new)?;
            } else {
                collect_runs(y, old, new, &mut runs);
            }
        }
        self.draw_runs(runs, frame.area.width)?;
        self.draw_links(&before, &frame, links)?;
        if !self.out.is_empty() {
            self.writer.write_all(&self.out)?;
            self.writer.flush()?;
        }
        self.shown = Some(frame);
        Ok(self.out.len())
    }

    /// Writes every cell of a row where symbols stand or stood that are not one cell wide
    /// everywhere, from left to right: terminals disagree on what is left when half of a wide
    /// symbol is written over, and on widths.
    fn whole_row(&mut self, y: u16, cells: &[Cell]) -> io::Result<()> {
        let mut covered = 0;
        let mut placed = false;
        for (x, cell) in (0..).zip(cells) {
            if covered > 0 {
                covered -= 1;
                continue;
            }
            let shape = Shape::of(cell.symbol());
            let width = usize::from(cell.cell_width()).max(1);
            if !placed {
                self.move_to(x, y)?;
            }
            self.set_rendition(Rendition::of(cell))?;
            if shape == Shape::Uncertain {
                // Where the terminal takes it for narrower, nothing stale stays beside it.
                self.out.extend(std::iter::repeat_n(b' ', width));
                self.move_to(x, y)?;
            }
            let room = cells.len() - usize::from(x);
            self.out
                .extend_from_slice(within(cell.symbol(), room).as_bytes());
            covered = width - 1;
            placed = shape == Shape::Narrow;
        }
        Ok(())
    }

    /// Writes runs rendition by rendition: a change of the rendition costs more than a move.
    fn draw_runs(&mut self, runs: Vec<Run<'_>>, width: u16) -> io::Result<()> {
        let clear = if self.rendition.is_clear() {
            self.rendition
        } else {
            Rendition::PLAIN
        };
        let mut renditions = vec![self.rendition];
        let mut ordered: Vec<(usize, Rendition, Run<'_>)> = Vec::with_capacity(runs.len());
        for run in runs {
            let wanted = run.rendition.unwrap_or(clear);
            let at = renditions
                .iter()
                .position(|rendition| *rendition == wanted)
                .unwrap_or(renditions.len());
            if at == renditions.len() {
                renditions.push(wanted);
            }
            ordered.push((at, wanted, run));
        }
        ordered.sort_shared_by_key(|(order, ..)| *order);
        let mut cursor = None;
        for (_, rendition, run) in ordered {
            match cursor {
                Some((x, y)) if y == run.y && x == run.x => {}
                Some((x, y)) if y == run.y && x < run.x => match run.x - x {
                    1 => self.out.extend_from_slice(b"\x1b[C"),
                    cells => write!(self.out, "\x1b[{cells}C")?,
                },
                _ => self.move_to(run.x, run.y)?,
            }
            self.set_rendition(rendition)?;
            for cell in run.cells {
                self.out.extend_from_slice(cell.symbol().as_bytes());
            }
            let end = run
                .x
                .saturating_add(u16::try_from(run.cells.len()).unwrap_or(u16::MAX));
            // Terminals disagree on where the cursor is behind the last column.
            cursor = (end < width).then_some((end, run.y));
        }
        Ok(())
    }

    fn move_to(&mut self, x: u16, y: u16) -> io::Result<()> {
        match x {
            0 => write!(self.out, "\x1b[{}H", y.saturating_add(1)),
            _ => write!(
                self.out,
                "\x1b[{};{}H",
                y.saturating_add(1),
                x.saturating_add(1)
            ),
        }
    }

    fn set_rendition(&mut self, rendition: Rendition) -> io::Result<()> {
        if rendition == self.rendition {
            return Ok(());
        }
        let mut codes = Vec::with_capacity(8);
        if rendition == Rendition::PLAIN {
            codes.push(String::new());
        } else {
            let mut from = self.rendition;
            if !(from.modifier - rendition.modifier).is_empty() {
                codes.push("0".to_owned());
                from = Rendition::PLAIN;
            }
            codes.extend(modifier_codes(rendition.modifier - from.modifier).map(ToOwned::to_owned));
            if rendition.fg != from.fg {
                codes.push(color_code(rendition.fg, 30));
            }
            if rendition.bg != from.bg {
                codes.push(color_code(rendition.bg, 40));
            }
        }
        self.rendition = rendition;
        write!(self.out, "\x1b[{}m", codes.join(";"))
    }
}

/// On how many cells terminals draw a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// One, all of them.
    Narrow,
    /// Two: characters of East Asian scripts.
    Wide,
    /// They disagree: emoji, and everything that is made of several characters (variation
    /// selectors, joiners, flags, combining marks).
    Uncertain,
}

impl Shape {
    fn of(symbol: &str) -> Self {
        if symbol.len() <= 1 {
            return Self::Narrow;
        }
        let mut chars = symbol.chars();
        match (chars.next(), chars.next()) {
            (Some(_), None) if symbol.width() == 1 => Self::Narrow,
            // Hangul, CJK with its punctuation, fullwidth forms; the ideographs beyond the first
            // plane.
            (
                Some('\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{ffe6}' | '\u{20000}'..='\u{3fffd}'),
                None,
            ) => Self::Wide,
            _ => Self::Uncertain,
        }
    }
}

/// `symbol`, or its first character where a terminal that draws its characters side by side would
/// leave the row.
fn within(symbol: &str, room: usize) -> &str {
    let apart: usize = symbol.chars().filter_map(UnicodeWidthChar::width).sum();
    let first = symbol.chars().next().map_or(0, char::len_utf8);
    if apart > room {
        symbol.get(..first).unwrap_or(symbol)
    } else {
        symbol
    }
}

/// Takes away from blanks what cannot be seen on them, so that it makes no difference.
fn forget_invisible(frame: &mut Buffer) {
    for cell in &mut frame.content {
        if is_blank(cell) {
            cell.fg = Color::Reset;
            cell.modifier = Modifier::empty();
        }
    }
}

fn is_blank(cell: &Cell) -> bool {
    cell.symbol() == " " && Rendition::of(cell).is_clear()
}

/// The changed cells of a row as runs, with small gaps bridged.
fn collect_runs<'a>(y: u16, old: &[Cell], new: &'a [Cell], runs: &mut Vec<Run<'a>>) {
    let changed = |at: usize| old.get(at) != new.get(at);
    let mut at = 0;
    while at < new.len() {
        if !changed(at) {
            at += 1;
            continue;
        }
        // The rendition of the cells up to `end`, and with the gap behind them.
        let (mut rendition, mut with_gap) = (None, None);
        let (mut end, mut ahead) = (at, at);
        while ahead < new.len() && ahead - end <= BRIDGE {
            // A symbol of several bytes costs as much as the move over it.
            let worth_it = changed(ahead) || new[ahead].symbol().is_ascii();
            let Some(next) =
                rendition_with(with_gap, &new[ahead], ahead == at).filter(|_| worth_it)
            else {
                break;
            };
            ahead += 1;
            with_gap = next;
            if changed(ahead - 1) {
                (rendition, end) = (with_gap, ahead);
            }
        }
        runs.push(Run {
            x: u16::try_from(at).unwrap_or(u16::MAX),
            y,
            rendition,
            cells: &new[at..end],
        });
        at = end;
    }
}

/// The rendition of a run of `rendition` with `cell` behind it; `None` when they do not go together.
fn rendition_with(
    rendition: Option<Rendition>,
    cell: &Cell,
    first: bool,
) -> Option<Option<Rendition>> {
    match rendition {
        _ if is_blank(cell) => rendition
            .is_none_or(Rendition::is_clear)
            .then_some(rendition),
        // Blanks may stand before it.
        None => (first || Rendition::of(cell).is_clear()).then(|| Some(Rendition::of(cell))),
        Some(rendition) => (Rendition::of(cell) == rendition).then_some(Some(rendition)),
    }
}

#[cfg(test)]
mod tests;
