//! How many colours there are, and the nearest ones to those that are not.

use ratatui::style::{Color, Style};

/// Colours a terminal can show, from fewest to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColorDepth {
    /// None: shapes, bold, underline and reverse only.
    None,
    /// The eight colours of ECMA-48.
    Eight,
    /// The sixteen named colours.
    Sixteen,
    /// The 256-colour palette.
    Indexed,
    /// 24-bit colours.
    True,
}

impl ColorDepth {
    /// `style` in the colours of this depth.
    #[must_use]
    pub fn fit(self, style: Style) -> Style {
        Style {
            fg: style.fg.and_then(|color| self.color(color)),
            bg: style.bg.and_then(|color| self.color(color)),
            ..style
        }
    }

    fn color(self, color: Color) -> Option<Color> {
        match (self, color) {
            (Self::None, _) => None,
            (Self::True, color) => Some(color),
            (Self::Indexed, Color::Rgb(r, g, b)) => Some(Color::Indexed(to_indexed(r, g, b))),
            (Self::Sixteen, Color::Rgb(r, g, b)) => Some(to_sixteen(r, g, b)),
            (Self::Sixteen, Color::Indexed(index)) => {
                let (r, g, b) = from_indexed(index);
                Some(to_sixteen(r, g, b))
            }
            (Self::Eight, color) => Some(match color {
                Color::Rgb(r, g, b) => to_eight(to_sixteen(r, g, b)),
                Color::Indexed(index) => {
                    let (r, g, b) = from_indexed(index);
                    to_eight(to_sixteen(r, g, b))
                }
                named => to_eight(named),
            }),
            (_, color) => Some(color),
        }
    }
}

/// Levels of the 6×6×6 cube of the 256-colour palette.
const CUBE: [u8; 6] = [0, 95, 135, 175, 215, 255];

fn distance(a: (u8, u8, u8), b: (u8, u8, u8)) -> u32 {
    let square = |x: u8, y: u8| u32::from(x.abs_diff(y)).pow(2);
    square(a.0, b.0) * 3 + square(a.1, b.1) * 4 + square(a.2, b.2) * 2
}

fn to_indexed(r: u8, g: u8, b: u8) -> u8 {
    (16..=255)
        .min_by_key(|index| distance(from_indexed(*index), (r, g, b)))
        .unwrap_or(16)
}

fn from_indexed(index: u8) -> (u8, u8, u8) {
    match index {
        0..=15 => SIXTEEN[usize::from(index)].1,
        16..=231 => {
            let at = index - 16;
            let level = |value: u8| CUBE[usize::from(value % 6)];
            (level(at / 36), level(at / 6), level(at))
        }
        232..=255 => {
            let level = 8 + (index - 232) * 10;
            (level, level, level)
        }
    }
}

const SIXTEEN: [(Color, (u8, u8, u8)); 16] = [
    (Color::Black, (0, 0, 0)),
    (Color::Red, (170, 0, 0)),
    (Color::Green, (0, 150, 0)),
    (Color::Yellow, (190, 140, 0)),
    (Color::Blue, (40, 70, 190)),
    (Color::Magenta, (160, 0, 160)),
    (Color::Cyan, (0, 150, 160)),
    (Color::Gray, (180, 180, 180)),
    (Color::DarkGray, (95, 95, 95)),
    (Color::LightRed, (250, 95, 95)),
    (Color::LightGreen, (110, 220, 110)),
    (Color::LightYellow, (245, 215, 95)),
    (Color::LightBlue, (110, 160, 255)),
    (Color::LightMagenta, (240, 120, 240)),
    (Color::LightCyan, (100, 220, 230)),
    (Color::White, (255, 255, 255)),
];

fn to_sixteen(r: u8, g: u8, b: u8) -> Color {
    SIXTEEN
        .iter()
        .min_by_key(|(_, rgb)| distance(*rgb, (r, g, b)))
        .map_or(Color::Reset, |(color, _)| *color)
}

/// The one of the eight colours that is closest in hue.
const fn to_eight(color: Color) -> Color {
    match color {
        Color::DarkGray | Color::White => Color::Gray,
        Color::LightRed => Color::Red,
        Color::LightGreen => Color::Green,
        Color::LightYellow => Color::Yellow,
        Color::LightBlue => Color::Blue,
        Color::LightMagenta => Color::Magenta,
        Color::LightCyan => Color::Cyan,
        color => color,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_come_down_to_the_nearest_that_exists() {
        let red = Style::new()
            .fg(Color::Rgb(255, 90, 90))
            .bg(Color::Rgb(0, 0, 0));
        assert_eq!(ColorDepth::True.fit(red), red);
        assert_eq!(ColorDepth::Indexed.fit(red).fg, Some(Color::Indexed(203)));
        assert_eq!(ColorDepth::Sixteen.fit(red).fg, Some(Color::LightRed));
        assert_eq!(
            ColorDepth::Sixteen
                .fit(Style::new().fg(Color::Indexed(231)))
                .fg,
            Some(Color::White)
        );
        assert_eq!(ColorDepth::Eight.fit(red).fg, Some(Color::Red));
        assert_eq!(
            ColorDepth::Eight
                .fit(Style::new().fg(Color::Indexed(231)))
                .fg,
            Some(Color::Gray)
        );
        let none = ColorDepth::None.fit(red.bold());
        assert_eq!((none.fg, none.bg), (None, None));
        assert!(none.add_modifier.contains(ratatui::style::Modifier::BOLD));
        assert_eq!(
            ColorDepth::Indexed.fit(Style::new().fg(Color::Cyan)).fg,
            Some(Color::Cyan)
        );
    }
}
