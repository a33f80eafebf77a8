//! A terminal's screen as SVG. Lines, blocks and braille are shapes, so they join whatever the
//! viewer's font.

use std::fmt::Write as _;

const CELL_WIDTH: f64 = 8.43;
const CELL_HEIGHT: f64 = 17.0;
const BASELINE: f64 = 13.0;
const MARGIN: f64 = 12.0;

/// The terminal's own colours.
pub struct Paper {
    foreground: &'static str,
    background: &'static str,
}

/// A dark terminal.
pub const DARK: Paper = Paper {
    foreground: "#d4d7dd",
    background: "#14171c",
};
/// A light terminal.
pub const LIGHT: Paper = Paper {
    foreground: "#24292f",
    background: "#ffffff",
};

/// The sixteen colours as xterm has them, but for a readable blue.
const SIXTEEN: [&str; 16] = [
    "#000000", "#cd3131", "#0dbc79", "#e5e510", "#3b8eea", "#bc3fbc", "#11a8cd", "#e5e5e5",
    "#666666", "#f14c4c", "#23d18b", "#f5f543", "#5ca7f8", "#d670d6", "#29b8db", "#ffffff",
];

/// Draw `screen` on `paper`.
pub fn draw(screen: &vt100::Screen, paper: &Paper) -> String {
    let (rows, columns) = screen.size();
    let width = f64::from(columns) * CELL_WIDTH + 2.0 * MARGIN;
    let height = f64::from(rows) * CELL_HEIGHT + 2.0 * MARGIN;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
         height=\"{height:.0}\" font-family=\"'DejaVu Sans Mono','Menlo','Consolas',monospace\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{}\"/>\n",
        paper.background
    );
    let mut drawing = Drawing {
        out: &mut out,
        paper,
    };
    for row in 0..rows {
        drawing.backgrounds(screen, row, columns);
        drawing.text(screen, row, columns);
    }
    out.push_str("</svg>\n");
    out
}

/// Characters side by side that look the same, from column `start` to before `end`.
struct Word {
    look: Look,
    start: u16,
    end: u16,
    plain: bool,
    text: String,
}

/// How the characters of one word look.
#[derive(PartialEq)]
struct Look {
    color: String,
    bold: bool,
    italic: bool,
    underline: bool,
    dim: bool,
}

struct Drawing<'a> {
    out: &'a mut String,
    paper: &'a Paper,
}

impl Drawing<'_> {
    /// One rectangle per stretch of equal background.
    fn backgrounds(&mut self, screen: &vt100::Screen, row: u16, columns: u16) {
        let mut start = 0;
        while start < columns {
            let color = screen.cell(row, start).map(|cell| self.background(cell));
            let same =
                |column: &u16| screen.cell(row, *column).map(|cell| self.background(cell)) == color;
            let end = (start..columns).take_while(same).last().unwrap_or(start) + 1;
            if let Some(color) = color.filter(|color| color != self.paper.background) {
                self.rectangle(
                    f64::from(start),
                    f64::from(row),
                    f64::from(end - start),
                    1.0,
                    &color,
                );
            }
            start = end;
        }
    }

    /// One `<text>` per word of equal look, stretched to its cells; what is not ASCII stands alone,
    /// because another font may draw it at another width.
    fn text(&mut self, screen: &vt100::Screen, row: u16, columns: u16) {
        let mut word: Option<Word> = None;
        for column in 0..columns {
            let Some(cell) = screen
                .cell(row, column)
                .filter(|cell| !cell.contents().trim().is_empty())
            else {
                continue;
            };
            let look = self.look(cell);
            if self.shape(cell.contents(), column, row, &look.color) {
                continue;
            }
            let plain = cell.contents().is_ascii();
            match &mut word {
                Some(open) if plain && open.plain && open.end == column && open.look == look => {
                    open.text.push_str(cell.contents());
                    open.end += 1;
                }
                _ => {
                    self.flush(word.take(), row);
                    let end = column + 1 + u16::from(cell.is_wide());
                    word = Some(Word {
                        look,
                        start: column,
                        end,
                        plain,
                        text: cell.contents().to_owned(),
                    });
                }
            }
        }
        self.flush(word, row);
    }

    fn flush(&mut self, word: Option<Word>, row: u16) {
        let Some(Word {
            look,
            start,
            end,
            plain,
            text,
        }) = word
        else {
            return;
        };
        let x = MARGIN + f64::from(start) * CELL_WIDTH;
        let y = MARGIN + f64::from(row) * CELL_HEIGHT + BASELINE;
        let mut style = format!("fill=\"{}\"", look.color);
        if plain && end - start > 1 {
            let _ = write!(
                style,
                " textLength=\"{:.2}\"",
                f64::from(end - start) * CELL_WIDTH
            );
        }
        for (wanted, attribute) in [
            (look.bold, " font-weight=\"bold\""),
            (look.italic, " font-style=\"italic\""),
            (look.underline, " text-decoration=\"underline\""),
            (look.dim, " opacity=\"0.6\""),
        ] {
            style.push_str(if wanted { attribute } else { "" });
        }
        let text = text
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        let _ = writeln!(
            self.out,
            "<text x=\"{x:.2}\" y=\"{y:.1}\" {style}>{text}</text>"
        );
    }

    /// Draw lines, blocks and braille; whether `contents` was one of them.
    fn shape(&mut self, contents: &str, column: u16, row: u16, color: &str) -> bool {
        let (x, y) = (f64::from(column), f64::from(row));
        let mut characters = contents.chars();
        let (Some(character), None) = (characters.next(), characters.next()) else {
            return false;
        };
        match character {
            '▁'..='█' => {
                let part = f64::from(u32::from(character) - 0x2580) / 8.0;
                self.rectangle(x, y + 1.0 - part, 1.0, part, color);
            }
            '▉'..='▏' => {
                let part = f64::from(0x2590 - u32::from(character)) / 8.0;
                self.rectangle(x, y, part, 1.0, color);
            }
            '▀' => self.rectangle(x, y, 1.0, 0.5, color),
            '▐' => self.rectangle(x + 0.5, y, 0.5, 1.0, color),
            '\u{2801}'..='\u{28ff}' => self.braille(u32::from(character) - 0x2800, x, y, color),
            '╭' | '╮' | '╯' | '╰' => self.corner(character, x, y, color),
            _ => match arms(character) {
                Some((sides, thickness)) => self.lines(sides, thickness, x, y, color),
                None => return false,
            },
        }
        true
    }

    fn lines(
        &mut self,
        [up, right, down, left]: [bool; 4],
        thickness: f64,
        x: f64,
        y: f64,
        color: &str,
    ) {
        let (across, along) = (thickness / CELL_WIDTH, thickness / CELL_HEIGHT);
        if left || right {
            let from = if left { 0.0 } else { 0.5 - across / 2.0 };
            let to = if right { 1.0 } else { 0.5 + across / 2.0 };
            self.rectangle(x + from, y + 0.5 - along / 2.0, to - from, along, color);
        }
        if up || down {
            let from = if up { 0.0 } else { 0.5 };
            let to = if down { 1.0 } else { 0.5 };
            self.rectangle(x + 0.5 - across / 2.0, y + from, across, to - from, color);
        }
    }

    fn corner(&mut self, character: char, x: f64, y: f64, color: &str) {
        let right = matches!(character, '╭' | '╰');
        let down = matches!(character, '╭' | '╮');
        let (middle_x, middle_y) = (
            MARGIN + (x + 0.5) * CELL_WIDTH,
            MARGIN + (y + 0.5) * CELL_HEIGHT,
        );
        let end_x = middle_x + CELL_WIDTH / if right { 2.0 } else { -2.0 };
        let end_y = middle_y + CELL_HEIGHT / if down { 2.0 } else { -2.0 };
        let _ = writeln!(
            self.out,
            "<path d=\"M{end_x:.2} {middle_y:.2}Q{middle_x:.2} {middle_y:.2} {middle_x:.2} {end_y:.2}\" fill=\"none\" \
             stroke=\"{color}\"/>"
        );
    }

    fn braille(&mut self, bits: u32, x: f64, y: f64, color: &str) {
        const PLACES: [(f64, f64); 8] = [
            (0.0, 0.0),
            (0.0, 1.0),
            (0.0, 2.0),
            (1.0, 0.0),
            (1.0, 1.0),
            (1.0, 2.0),
            (0.0, 3.0),
            (1.0, 3.0),
        ];
        for (bit, (across, down)) in PLACES.iter().enumerate() {
            if bits & (1 << bit) != 0 {
                self.rectangle(
                    x + 0.15 + across * 0.5,
                    y + 0.07 + down * 0.25,
                    0.26,
                    0.13,
                    color,
                );
            }
        }
    }

    /// A rectangle in cells.
    fn rectangle(&mut self, x: f64, y: f64, width: f64, height: f64, color: &str) {
        let (x, y) = (MARGIN + x * CELL_WIDTH, MARGIN + y * CELL_HEIGHT);
        let (width, height) = (width * CELL_WIDTH, height * CELL_HEIGHT);
        let _ = writeln!(
            self.out,
            "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{width:.2}\" height=\"{height:.2}\" fill=\"{color}\"/>"
        );
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

/// Which sides a line character reaches (up, right, down, left) and how thick it is.
fn arms(character: char) -> Option<([bool; 4], f64)> {
    let (sides, thickness) = match character {
        '─' | '╌' | '┄' | '┈' => ("rl", 1.0),
        '│' | '╎' | '┆' | '┊' => ("ud", 1.0),
        '┌' => ("rd", 1.0),
        '┐' => ("dl", 1.0),
        '└' => ("ur", 1.0),
        '┘' => ("ul", 1.0),
        '├' => ("urd", 1.0),
        '┤' => ("udl", 1.0),
        '┬' => ("rdl", 1.0),
        '┴' => ("url", 1.0),
        '┼' => ("urdl", 1.0),
        '╴' => ("l", 1.0),
        '╵' => ("u", 1.0),
        '╶' => ("r", 1.0),
        '╷' => ("d", 1.0),
        '━' => ("rl", 2.4),
        '┃' => ("ud", 2.4),
        '┏' => ("rd", 2.4),
        '┓' => ("dl", 2.4),
        '┗' => ("ur", 2.4),
        '┛' => ("ul", 2.4),
        _ => return None,
    };
    Some((
        ['u', 'r', 'd', 'l'].map(|side| sides.contains(side)),
        thickness,
    ))
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
