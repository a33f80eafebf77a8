//! Frames to bytes: only cells that changed, in as few bytes as the terminal needs.

use std::io::{self, Write};

use ratatui::buffer::{Buffer, Cell, CellWidth as _};
use ratatui::style::{Color, Modifier};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr as _};

use crate::model::SortShared as _;

/// What the terminal's pen was last set to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pen {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl Pen {
    const PLAIN: Self = Self {
        fg: Color::Reset,
        bg: Color::Reset,
        modifier: Modifier::empty(),
    };

    const fn of(cell: &Cell) -> Self {
        Self {
            fg: cell.fg,
            bg: cell.bg,
            modifier: cell.modifier,
        }
    }

    /// Whether a space written with it shows nothing but the terminal's own background.
    fn is_clear(self) -> bool {
        let seen = Modifier::REVERSED | Modifier::UNDERLINED | Modifier::CROSSED_OUT;
        self.bg == Color::Reset && !self.modifier.intersects(seen)
    }
}

/// Cells of one pen side by side, to be written in one go.
struct Run<'a> {
    x: u16,
    y: u16,
    /// `None` for blanks, which any clear pen writes.
    pen: Option<Pen>,
    cells: &'a [Cell],
}

/// Unchanged cells between two changed ones that are written again: cheaper than moving over them.
const BRIDGE: usize = 3;

/// The screen as the terminal shows it, and the way to change it.
pub struct Canvas<W: Write> {
    writer: W,
    /// The frame on screen; `None` when the screen's content is not known.
    shown: Option<Buffer>,
    pen: Pen,
    /// Bytes of the frame that is being made.
    out: Vec<u8>,
}

impl<W: Write> Canvas<W> {
    /// A canvas on `writer`, whose content is not known.
    pub const fn new(writer: W) -> Self {
        Self {
            writer,
            shown: None,
            pen: Pen::PLAIN,
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

    /// Shows `frame` in a single write; nothing is written when nothing changed. Returns the bytes
    /// written.
    ///
    /// # Errors
    /// When the writer fails; the next frame is then drawn in full.
    pub fn show(&mut self, mut frame: Buffer) -> io::Result<usize> {
        self.out.clear();
        forget_invisible(&mut frame);
        let before = match self.shown.take() {
            Some(before) if before.area == frame.area => before,
            _ => {
                self.pen = Pen::PLAIN;
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
            self.set_pen(Pen::of(cell))?;
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

    /// Writes runs pen by pen: a change of the pen costs more than a move.
    fn draw_runs(&mut self, runs: Vec<Run<'_>>, width: u16) -> io::Result<()> {
        let clear = if self.pen.is_clear() {
            self.pen
        } else {
            Pen::PLAIN
        };
        let mut pens = vec![self.pen];
        let mut ordered: Vec<(usize, Pen, Run<'_>)> = Vec::with_capacity(runs.len());
        for run in runs {
            let wanted = run.pen.unwrap_or(clear);
            let at = pens
                .iter()
                .position(|pen| *pen == wanted)
                .unwrap_or(pens.len());
            if at == pens.len() {
                pens.push(wanted);
            }
            ordered.push((at, wanted, run));
        }
        ordered.sort_shared_by_key(|(order, ..)| *order);
        let mut cursor = None;
        for (_, pen, run) in ordered {
            match cursor {
                Some((x, y)) if y == run.y && x == run.x => {}
                Some((x, y)) if y == run.y && x < run.x => match run.x - x {
                    1 => self.out.extend_from_slice(b"\x1b[C"),
                    cells => write!(self.out, "\x1b[{cells}C")?,
                },
                _ => self.move_to(run.x, run.y)?,
            }
            self.set_pen(pen)?;
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

    fn set_pen(&mut self, pen: Pen) -> io::Result<()> {
        if pen == self.pen {
            return Ok(());
        }
        let mut codes = Vec::with_capacity(8);
        if pen == Pen::PLAIN {
            codes.push(String::new());
        } else {
            let mut from = self.pen;
            if !(from.modifier - pen.modifier).is_empty() {
                codes.push("0".to_owned());
                from = Pen::PLAIN;
            }
            codes.extend(modifier_codes(pen.modifier - from.modifier).map(ToOwned::to_owned));
            if pen.fg != from.fg {
                codes.push(color_code(pen.fg, 30));
            }
            if pen.bg != from.bg {
                codes.push(color_code(pen.bg, 40));
            }
        }
        self.pen = pen;
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
    cell.symbol() == " " && Pen::of(cell).is_clear()
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
        // The pen of the cells up to `end`, and with the gap behind them.
        let (mut pen, mut with_gap) = (None, None);
        let (mut end, mut ahead) = (at, at);
        while ahead < new.len() && ahead - end <= BRIDGE {
            // A symbol of several bytes costs as much as the move over it.
            let worth_it = changed(ahead) || new[ahead].symbol().is_ascii();
            let Some(next) = pen_with(with_gap, &new[ahead], ahead == at).filter(|_| worth_it)
            else {
                break;
            };
            ahead += 1;
            with_gap = next;
            if changed(ahead - 1) {
                (pen, end) = (with_gap, ahead);
            }
        }
        runs.push(Run {
            x: u16::try_from(at).unwrap_or(u16::MAX),
            y,
            pen,
            cells: &new[at..end],
        });
        at = end;
    }
}

/// The pen of a run of `pen` with `cell` behind it; `None` when they do not go together.
fn pen_with(pen: Option<Pen>, cell: &Cell, first: bool) -> Option<Option<Pen>> {
    match pen {
        _ if is_blank(cell) => pen.is_none_or(Pen::is_clear).then_some(pen),
        // Blanks may stand before it.
        None => (first || Pen::of(cell).is_clear()).then(|| Some(Pen::of(cell))),
        Some(pen) => (Pen::of(cell) == pen).then_some(Some(pen)),
    }
}

fn modifier_codes(modifier: Modifier) -> impl Iterator<Item = &'static str> {
    [
        (Modifier::BOLD, "1"),
        (Modifier::DIM, "2"),
        (Modifier::ITALIC, "3"),
        (Modifier::UNDERLINED, "4"),
        (Modifier::REVERSED, "7"),
        (Modifier::CROSSED_OUT, "9"),
    ]
    .into_iter()
    .filter_map(move |(each, code)| modifier.contains(each).then_some(code))
}

/// The SGR parameter of a colour; `base` is 30 for the foreground and 40 for the background.
fn color_code(color: Color, base: u8) -> String {
    let named = |offset: u8| (base + offset).to_string();
    match color {
        Color::Reset => named(9),
        Color::Black => named(0),
        Color::Red => named(1),
        Color::Green => named(2),
        Color::Yellow => named(3),
        Color::Blue => named(4),
        Color::Magenta => named(5),
        Color::Cyan => named(6),
        Color::Gray => named(7),
        Color::DarkGray => named(60),
        Color::LightRed => named(61),
        Color::LightGreen => named(62),
        Color::LightYellow => named(63),
        Color::LightBlue => named(64),
        Color::LightMagenta => named(65),
        Color::LightCyan => named(66),
        Color::White => named(67),
        Color::Indexed(index) => format!("{};5;{index}", base + 8),
        Color::Rgb(r, g, b) => format!("{};2;{r};{g};{b}", base + 8),
    }
}

#[cfg(test)]
mod tests;
