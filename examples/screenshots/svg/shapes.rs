//! Lines, blocks and braille as parts of SVG paths.

use std::fmt::Write as _;

use super::{CELL_HEIGHT, CELL_WIDTH, MARGIN};

/// Width of a light and of a heavy line, and of a dot of braille.
const LIGHT: &str = "1";
const HEAVY: &str = "2.4";
const DOT: &str = "2.1";

/// A part of a path.
pub struct Shape {
    pub path: String,
    /// Width of its stroke; `None` when it is filled.
    pub stroke: Option<&'static str>,
    /// Whether the same character in the next cell makes it longer.
    pub goes_on: bool,
}

/// The shapes of `contents` in the cell at `x`, `y`; none for what the font draws.
pub fn of(contents: &str, x: f64, y: f64) -> Vec<Shape> {
    let mut characters = contents.chars();
    let (Some(character), None) = (characters.next(), characters.next()) else {
        return Vec::new();
    };
    let part = |count: u32| f64::from(count) / 8.0;
    let path = match character {
        '▁'..='█' => {
            let high = part(u32::from(character) - 0x2580);
            rectangle(x, y + 1.0 - high, 1.0, high)
        }
        '▉'..='▏' => rectangle(x, y, part(0x2590 - u32::from(character)), 1.0),
        '▀' => rectangle(x, y, 1.0, 0.5),
        '▐' => rectangle(x + 0.5, y, 0.5, 1.0),
        '\u{2801}'..='\u{28ff}' => return vec![stroke(braille(character, x, y), DOT)],
        '╭' | '╮' | '╯' | '╰' => return vec![stroke(corner(character, x, y), LIGHT)],
        _ if is_line(character) => return vec![line(character, x, y, 1.0)],
        _ => return joints(character, x, y),
    };
    vec![Shape {
        path,
        stroke: None,
        goes_on: false,
    }]
}

/// A rectangle in cells.
pub fn rectangle(x: f64, y: f64, width: f64, height: f64) -> String {
    let (x, y) = place(x, y);
    let (width, height) = (width * CELL_WIDTH, height * CELL_HEIGHT);
    format!("M{x:.1} {y:.1}h{width:.1}v{height:.1}h-{width:.1}z")
}

/// Whether `character` is a line across its cell.
pub fn is_line(character: char) -> bool {
    matches!(character, '─' | '━' | '╌' | '┄' | '┈')
}

/// The line that `count` of `character` make.
pub fn line(character: char, x: f64, y: f64, count: f64) -> Shape {
    let (x, y) = place(x, y + 0.5);
    let path = match character {
        '─' | '━' => format!("M{x:.1} {y:.1}h{:.1}", count * CELL_WIDTH),
        _ => {
            let mut dashes = String::new();
            let half = CELL_WIDTH / 2.0;
            let mut at = x + half / 2.0;
            while at < x + count * CELL_WIDTH {
                let _ = write!(dashes, "M{at:.1} {y:.1}h{half:.1}");
                at += CELL_WIDTH;
            }
            dashes
        }
    };
    Shape {
        goes_on: true,
        ..stroke(path, if character == '━' { HEAVY } else { LIGHT })
    }
}

fn stroke(path: String, width: &'static str) -> Shape {
    Shape {
        path,
        stroke: Some(width),
        goes_on: false,
    }
}

fn place(x: f64, y: f64) -> (f64, f64) {
    (MARGIN + x * CELL_WIDTH, MARGIN + y * CELL_HEIGHT)
}

/// The lines of a character that joins some: light ones, heavy ones.
fn joints(character: char, x: f64, y: f64) -> Vec<Shape> {
    let Some(sides) = sides(character) else {
        return Vec::new();
    };
    let light = ['u', 'r', 'd', 'l'].map(|side| sides.contains(side));
    let heavy = ['U', 'R', 'D', 'L'].map(|side| sides.contains(side));
    [(light, LIGHT), (heavy, HEAVY)]
        .into_iter()
        .filter(|(sides, _)| sides.contains(&true))
        .map(|(sides, width)| stroke(joint(sides, x, y), width))
        .collect()
}

/// Lines from the middle of a cell to these of its sides: up, right, down, left.
fn joint([up, right, down, left]: [bool; 4], x: f64, y: f64) -> String {
    let mut path = String::new();
    if left || right {
        let from = if left { 0.0 } else { 0.5 };
        let to = if right { 1.0 } else { 0.5 };
        let (start, middle) = place(x + from, y + 0.5);
        let _ = write!(
            path,
            "M{start:.1} {middle:.1}h{:.1}",
            (to - from) * CELL_WIDTH
        );
    }
    if up || down {
        let from = if up { 0.0 } else { 0.5 };
        let to = if down { 1.0 } else { 0.5 };
        let (middle, start) = place(x + 0.5, y + from);
        let _ = write!(
            path,
            "M{middle:.1} {start:.1}v{:.1}",
            (to - from) * CELL_HEIGHT
        );
    }
    path
}

fn corner(character: char, x: f64, y: f64) -> String {
    let right = matches!(character, '╭' | '╰');
    let down = matches!(character, '╭' | '╮');
    let (middle_x, middle_y) = place(x + 0.5, y + 0.5);
    let end_x = middle_x + CELL_WIDTH / if right { 2.0 } else { -2.0 };
    let end_y = middle_y + CELL_HEIGHT / if down { 2.0 } else { -2.0 };
    format!("M{end_x:.1} {middle_y:.1}Q{middle_x:.1} {middle_y:.1} {middle_x:.1} {end_y:.1}")
}

fn braille(character: char, x: f64, y: f64) -> String {
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
    let bits = u32::from(character) - 0x2800;
    let mut path = String::new();
    for (bit, (across, down)) in PLACES.iter().enumerate() {
        if bits & (1 << bit) != 0 {
            let (left, middle) = place(x + 0.15 + across * 0.5, y + 0.135 + down * 0.25);
            let _ = write!(path, "M{left:.1} {middle:.1}h2.2");
        }
    }
    path
}

/// Which sides the characters from `┌` to `╋` reach, in their order: up, right, down, left; a
/// capital is a heavy line.
const JOINTS: [&str; 64] = [
    "rd", "Rd", "rD", "RD", "ld", "Ld", "lD", "LD", "ur", "uR", "Ur", "UR", "ul", "uL", "Ul", "UL",
    "udr", "udR", "Udr", "uDr", "UDr", "UdR", "uDR", "UDR", "udl", "udL", "Udl", "uDl", "UDl",
    "UdL", "uDL", "UDL", "lrd", "Lrd", "lRd", "LRd", "lrD", "LrD", "lRD", "LRD", "lru", "Lru",
    "lRu", "LRu", "lrU", "LrU", "lRU", "LRU", "lrud", "Lrud", "lRud", "LRud", "lrUd", "lruD",
    "lrUD", "LrUd", "lRUd", "LruD", "lRuD", "LRUd", "LRuD", "LrUD", "lRUD", "LRUD",
];

/// The same of any line character.
fn sides(character: char) -> Option<&'static str> {
    Some(match character {
        '┌'..='╋' => {
            let number = u32::from(character) - u32::from('┌');
            JOINTS.get(usize::try_from(number).ok()?)?
        }
        '│' | '╎' | '┆' | '┊' => "ud",
        '┃' | '╏' | '┇' | '┋' => "UD",
        '╴' => "l",
        '╵' => "u",
        '╶' => "r",
        '╷' => "d",
        '╸' => "L",
        '╹' => "U",
        '╺' => "R",
        '╻' => "D",
        '╼' => "lR",
        '╽' => "uD",
        '╾' => "Lr",
        '╿' => "Ud",
        _ => return None,
    })
}
