//! Frames to bytes: only cells that changed, in as few bytes as the terminal needs.

use std::io::{self, Write};

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

/// What the terminal's pen was last set to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pen {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl Pen {
    const PLAIN: Self = Self { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty() };

    const fn of(cell: &Cell) -> Self {
        Self { fg: cell.fg, bg: cell.bg, modifier: cell.modifier }
    }
}

/// The screen as the terminal shows it, and the way to change it.
pub struct Canvas<W: Write> {
    writer: W,
    /// The frame on screen; `None` when the screen's content is not known.
    shown: Option<Buffer>,
    pen: Pen,
}

impl<W: Write> Canvas<W> {
    /// A canvas on `writer`, whose content is not known.
    pub const fn new(writer: W) -> Self {
        Self { writer, shown: None, pen: Pen::PLAIN }
    }

    /// The writer, for commands that do not draw.
    pub const fn writer(&mut self) -> &mut W {
        &mut self.writer
    }

    /// Forgets what is on screen: the next frame is drawn in full.
    pub fn forget(&mut self) {
        self.shown = None;
    }

    /// Shows `frame`; writes nothing when nothing changed.
    ///
    /// # Errors
    /// When the writer fails; the next frame is then drawn in full.
    pub fn show(&mut self, frame: Buffer) -> io::Result<()> {
        let before = match self.shown.take() {
            Some(before) if before.area == frame.area => before,
            _ => {
                self.pen = Pen::PLAIN;
                self.writer.write_all(b"\x1b[0m\x1b[2J")?;
                Buffer::empty(frame.area)
            }
        };
        let width = usize::from(frame.area.width).max(1);
        let rows = before.content.chunks(width).zip(frame.content.chunks(width));
        for (y, (old, new)) in (0..).zip(rows) {
            if old != new {
                self.row(y, old, new)?;
            }
        }
        self.writer.flush()?;
        self.shown = Some(frame);
        Ok(())
    }

    /// Writes the cells of a row that differ; all of them where wide symbols stand or stood, because
    /// terminals disagree on what is left when half of one is written over.
    fn row(&mut self, y: u16, old: &[Cell], new: &[Cell]) -> io::Result<()> {
        let wide =
            |cells: &[Cell]| cells.iter().any(|cell| cell.symbol().len() > 1 && cell.symbol().width() > 1);
        let whole = wide(old) || wide(new);
        let width = u16::try_from(new.len()).unwrap_or(u16::MAX);
        let mut cursor = None;
        let mut covered = 0;
        for (x, (old, new)) in (0..).zip(old.iter().zip(new)) {
            if covered > 0 {
                covered -= 1;
            } else if whole || old != new {
                self.cell(x, y, new, &mut cursor, width)?;
                covered = new.symbol().width().saturating_sub(1);
            }
        }
        Ok(())
    }

    fn cell(
        &mut self,
        x: u16,
        y: u16,
        cell: &Cell,
        cursor: &mut Option<(u16, u16)>,
        width: u16,
    ) -> io::Result<()> {
        match *cursor {
            Some(at) if at == (x, y) => {}
            Some((column, row)) if row == y && column < x => match x - column {
                1 => self.writer.write_all(b"\x1b[C")?,
                cells => write!(self.writer, "\x1b[{cells}C")?,
            },
            _ if x == 0 => write!(self.writer, "\x1b[{}H", y.saturating_add(1))?,
            _ => write!(self.writer, "\x1b[{};{}H", y.saturating_add(1), x.saturating_add(1))?,
        }
        self.set_pen(Pen::of(cell))?;
        let symbol = cell.symbol();
        self.writer.write_all(symbol.as_bytes())?;
        // Terminals disagree on the width of wide symbols, and on where the cursor is behind the
        // last column: an absolute move follows there.
        let next = x.saturating_add(1);
        *cursor = (symbol.width() == 1 && next < width).then_some((next, y));
        Ok(())
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
        write!(self.writer, "\x1b[{}m", codes.join(";"))
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
mod tests {
    use proptest::prelude::*;
    use ratatui::layout::{Position, Rect};
    use ratatui::style::Style;

    use super::*;

    fn frame(lines: &[&str]) -> Buffer {
        Buffer::with_lines(lines.iter().copied())
    }

    fn written(canvas: &mut Canvas<Vec<u8>>, frame: Buffer) -> String {
        canvas.writer.clear();
        canvas.show(frame).unwrap();
        String::from_utf8(canvas.writer.clone()).unwrap()
    }

    #[test]
    fn an_unchanged_frame_costs_nothing_and_a_change_only_itself() {
        let mut canvas = Canvas::new(Vec::new());
        assert_eq!(written(&mut canvas, frame(&["abc", "def"])), "\x1b[0m\x1b[2J\x1b[1Habc\x1b[2Hdef");
        assert_eq!(written(&mut canvas, frame(&["abc", "def"])), "");
        assert_eq!(written(&mut canvas, frame(&["abc", "dXf"])), "\x1b[2;2HX");
        canvas.forget();
        assert!(written(&mut canvas, frame(&["abc", "dXf"])).starts_with("\x1b[0m\x1b[2J"));
        assert!(written(&mut canvas, frame(&["ab"])).starts_with("\x1b[0m\x1b[2J"), "another size");
    }

    fn cell() -> impl Strategy<Value = (u16, u16, &'static str, Style)> {
        let symbol = prop::sample::select(vec!["a", " ", "é", "日", "🦀", "●", "█"]);
        let color =
            prop::sample::select(vec![Color::Reset, Color::Red, Color::Indexed(99), Color::Rgb(1, 2, 3)]);
        let modifier = prop::sample::select(vec![Modifier::empty(), Modifier::BOLD, Modifier::REVERSED]);
        (0..20_u16, 0..6_u16, symbol, color.clone(), color, modifier).prop_map(
            |(x, y, symbol, fg, bg, modifier)| {
                (x, y, symbol, Style::new().fg(fg).bg(bg).add_modifier(modifier))
            },
        )
    }

    proptest! {
        /// Whatever frames follow one another, the terminal shows the last one.
        #[test]
        fn the_terminal_shows_the_last_frame(frames in prop::collection::vec(prop::collection::vec(cell(), 0..40), 1..5)) {
            let area = Rect::new(0, 0, 20, 6);
            let mut parser = vt100::Parser::new(6, 20, 0);
            let mut canvas = Canvas::new(Vec::new());
            let mut last = Buffer::empty(area);
            for cells in frames {
                let mut next = Buffer::empty(area);
                for (x, y, symbol, style) in cells {
                    next.set_string(x, y, symbol, style);
                }
                canvas.writer.clear();
                canvas.show(next.clone()).unwrap();
                parser.process(&canvas.writer);
                last = next;
            }
            for position in area.positions() {
                let Position { x, y } = position;
                let wanted = &last[position];
                let shown = parser.screen().cell(y, x).unwrap();
                if shown.is_wide_continuation() {
                    continue;
                }
                let text = if shown.has_contents() { shown.contents().to_owned() } else { " ".to_owned() };
                prop_assert_eq!(text, wanted.symbol(), "at {:?}", position);
                prop_assert_eq!(shown.bold(), wanted.modifier.contains(Modifier::BOLD));
                prop_assert_eq!(shown.inverse(), wanted.modifier.contains(Modifier::REVERSED));
            }
        }
    }
}
