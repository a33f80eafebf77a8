//! What is seen on one screen: words, lines and blocks, each comparable with those of another screen.

use std::collections::BTreeSet;

use super::shapes::{self, Shape};
use super::{CELL_HEIGHT, CELL_WIDTH, MARGIN, Paper};

const BASELINE: f64 = 13.0;
/// Words of so many cells are stretched to them: a font may be narrower.
const STRETCHED: u16 = 4;

/// The sixteen colours as xterm has them, but for a readable blue.
const SIXTEEN: [&str; 16] = [
    "#000000", "#cd3131", "#0dbc79", "#e5e510", "#3b8eea", "#bc3fbc", "#11a8cd", "#e5e5e5",
    "#666666", "#f14c4c", "#23d18b", "#f5f543", "#5ca7f8", "#d670d6", "#29b8db", "#ffffff",
];

/// How a mark is written, and what lies above what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    Background,
    Fill,
    Stroke,
    Text,
}

/// One thing that is seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    pub form: Form,
    /// Style of the class that it needs.
    pub style: String,
    /// Part of a path, or attributes and content of a text.
    pub body: String,
}

/// Everything on `screen`.
pub fn of_screen(screen: &vt100::Screen, paper: &Paper) -> BTreeSet<Mark> {
    let (rows, columns) = screen.size();
    let mut marks = BTreeSet::new();
    for row in 0..rows {
        let line = Row {
            screen,
            paper,
            row,
            columns,
        };
        line.backgrounds(&mut marks);
        line.characters(&mut marks);
    }
    marks
}

/// How the characters of one word look.
#[derive(Clone, PartialEq)]
struct Look {
    color: String,
    bold: bool,
    italic: bool,
    underline: bool,
    dim: bool,
}

impl Look {
    fn style(&self) -> String {
        let mut style = format!("fill:{}", self.color);
        for (wanted, rule) in [
            (self.bold, ";font-weight:bold"),
            (self.italic, ";font-style:italic"),
            (self.underline, ";text-decoration:underline"),
            (self.dim, ";opacity:.6"),
        ] {
            style.push_str(if wanted { rule } else { "" });
        }
        style
    }
}

/// Characters side by side that look the same, or one line across several cells.
struct Word {
    look: Look,
    start: u16,
    end: u16,
    text: String,
}

struct Row<'a> {
    screen: &'a vt100::Screen,
    paper: &'a Paper,
    row: u16,
    columns: u16,
}

impl Row<'_> {
    fn cell(&self, column: u16) -> Option<&vt100::Cell> {
        self.screen.cell(self.row, column)
    }

    /// One rectangle per stretch of equal background.
    fn backgrounds(&self, marks: &mut BTreeSet<Mark>) {
        let color = |column: u16| self.cell(column).map(|cell| self.background(cell));
        let mut start = 0;
        while start < self.columns {
            let own = color(start);
            let same = |column: &u16| color(*column) == own;
            let end = (start..self.columns).take_while(same).last();
            let end = end.unwrap_or(start) + 1;
            if let Some(own) = own.filter(|own| own != self.paper.background) {
                let wide = f64::from(end - start);
                let body = shapes::rectangle(f64::from(start), f64::from(self.row), wide, 1.0);
                marks.insert(Mark {
                    form: Form::Background,
                    style: format!("fill:{own}"),
                    body,
                });
            }
            start = end;
        }
    }

    /// Words, and the shapes between them. What is not ASCII stands alone, because another font may
    /// draw it at another width; lines go on from cell to cell.
    fn characters(&self, marks: &mut BTreeSet<Mark>) {
        let mut word: Option<Word> = None;
        for column in 0..self.columns {
            let Some(cell) = self
                .cell(column)
                .filter(|cell| !cell.contents().trim().is_empty())
            else {
                continue;
            };
            let look = self.look(cell);
            let text = cell.contents();
            let shapes = shapes::of(text, f64::from(column), f64::from(self.row));
            if shapes.iter().any(|shape| !shape.goes_on) {
                marks.extend(shapes.into_iter().map(|shape| mark_of(shape, &look)));
                continue;
            }
            let joins = |open: &Word| {
                let alike = match open.text.chars().next() {
                    Some(first) if first.is_ascii() => text.is_ascii(),
                    Some(first) => shapes::is_line(first) && text.starts_with(first),
                    None => false,
                };
                alike && open.end == column && open.look == look
            };
            match &mut word {
                Some(open) if joins(open) => {
                    open.text.push_str(text);
                    open.end += 1;
                }
                _ => {
                    marks.extend(word.take().map(|word| self.mark(&word)));
                    word = Some(Word {
                        look,
                        start: column,
                        end: column + 1 + u16::from(cell.is_wide()),
                        text: text.to_owned(),
                    });
                }
            }
        }
        marks.extend(word.map(|word| self.mark(&word)));
    }

    fn mark(&self, word: &Word) -> Mark {
        let first = word.text.chars().next().unwrap_or(' ');
        if shapes::is_line(first) {
            let (start, row) = (f64::from(word.start), f64::from(self.row));
            let shape = shapes::line(first, start, row, f64::from(word.end - word.start));
            return mark_of(shape, &word.look);
        }
        let x = MARGIN + f64::from(word.start) * CELL_WIDTH;
        let y = MARGIN + f64::from(self.row) * CELL_HEIGHT + BASELINE;
        let text = word.text.replace('&', "&amp;");
        let text = text.replace('<', "&lt;").replace('>', "&gt;");
        let cells = word.end - word.start;
        let stretch = if first.is_ascii() && cells >= STRETCHED {
            format!(" textLength=\"{:.1}\"", f64::from(cells) * CELL_WIDTH)
        } else {
            String::new()
        };
        Mark {
            form: Form::Text,
            style: word.look.style(),
            body: format!("x=\"{x:.1}\" y=\"{y:.0}\"{stretch}>{text}"),
        }
    }

    fn look(&self, cell: &vt100::Cell) -> Look {
        Look {
            color: self.foreground(cell),
            bold: cell.bold(),
            italic: cell.italic(),
            underline: cell.underline(),
            dim: cell.dim(),
        }
    }

    fn foreground(&self, cell: &vt100::Cell) -> String {
        if cell.inverse() {
            color(cell.bgcolor(), self.paper.background)
        } else {
            color(cell.fgcolor(), self.paper.foreground)
        }
    }

    fn background(&self, cell: &vt100::Cell) -> String {
        if cell.inverse() {
            color(cell.fgcolor(), self.paper.foreground)
        } else {
            color(cell.bgcolor(), self.paper.background)
        }
    }
}

fn mark_of(shape: Shape, look: &Look) -> Mark {
    let color = &look.color;
    let (form, style) = match shape.stroke {
        None => (Form::Fill, format!("fill:{color}")),
        Some(width) => (
            Form::Stroke,
            format!("fill:none;stroke:{color};stroke-width:{width}"),
        ),
    };
    let dim = if look.dim { ";opacity:.6" } else { "" };
    Mark {
        form,
        style: style + dim,
        body: shape.path,
    }
}

/// A terminal colour as SVG has it.
fn color(color: vt100::Color, default: &str) -> String {
    match color {
        vt100::Color::Default => default.to_owned(),
        vt100::Color::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
        vt100::Color::Idx(index @ 0..16) => SIXTEEN[usize::from(index)].to_owned(),
        vt100::Color::Idx(index @ 16..232) => {
            let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
            let index = index - 16;
            format!(
                "#{:02x}{:02x}{:02x}",
                level(index / 36),
                level(index / 6 % 6),
                level(index % 6)
            )
        }
        vt100::Color::Idx(index) => {
            let grey = 8 + 10 * (index - 232);
            format!("#{grey:02x}{grey:02x}{grey:02x}")
        }
    }
}
