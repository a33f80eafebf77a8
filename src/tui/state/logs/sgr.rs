//! SGR colour sequences in a line, as styles.

use ratatui::style::{Color, Modifier, Style};

/// A line cut at its SGR sequences: each piece with the style that the sequences before it set.
/// Other escape sequences vanish.
pub struct Pieces<'a> {
    rest: &'a str,
    style: Style,
}

impl<'a> Pieces<'a> {
    /// The pieces of `text`.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self {
            rest: text,
            style: Style::new(),
        }
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = (&'a str, Style);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            let Some(sequence) = self.rest.strip_prefix('\x1b') else {
                let end = self.rest.find('\x1b').unwrap_or(self.rest.len());
                let (piece, rest) = self.rest.split_at(end);
                self.rest = rest;
                return Some((piece, self.style));
            };
            let Some(parameters) = sequence.strip_prefix('[') else {
                self.rest = sequence;
                continue;
            };
            let end = parameters.find(|c: char| !matches!(c, '0'..='9' | ';' | ':'));
            let (codes, rest) = parameters.split_at(end.unwrap_or(parameters.len()));
            if let Some(after) = rest.strip_prefix('m') {
                self.style = apply(self.style, codes);
                self.rest = after;
            } else {
                // Not a colour: only the sequence's final character goes with it.
                let mut chars = rest.chars();
                chars.next();
                self.rest = chars.as_str();
            }
        }
    }
}

fn apply(style: Style, codes: &str) -> Style {
    let mut codes = codes
        .split([';', ':'])
        .map(|code| code.parse::<u16>().unwrap_or(0));
    let mut style = style;
    while let Some(code) = codes.next() {
        style = match code {
            0 => Style::new(),
            1 => style.add_modifier(Modifier::BOLD),
            2 => style.add_modifier(Modifier::DIM),
            3 => style.add_modifier(Modifier::ITALIC),
            4 => style.add_modifier(Modifier::UNDERLINED),
            7 => style.add_modifier(Modifier::REVERSED),
            9 => style.add_modifier(Modifier::CROSSED_OUT),
            22 => style.remove_modifier(Modifier::BOLD | Modifier::DIM),
            23 => style.remove_modifier(Modifier::ITALIC),
            24 => style.remove_modifier(Modifier::UNDERLINED),
            27 => style.remove_modifier(Modifier::REVERSED),
            29 => style.remove_modifier(Modifier::CROSSED_OUT),
            30..=37 => style.fg(indexed(code - 30)),
            38 => extended(&mut codes).map_or(style, |color| style.fg(color)),
            39 => Style { fg: None, ..style },
            40..=47 => style.bg(indexed(code - 40)),
            48 => extended(&mut codes).map_or(style, |color| style.bg(color)),
            49 => Style { bg: None, ..style },
            90..=97 => style.fg(indexed(code - 90 + 8)),
            100..=107 => style.bg(indexed(code - 100 + 8)),
            _ => style,
        };
    }
    style
}

/// One of the sixteen colours that every terminal has a palette for.
fn indexed(index: u16) -> Color {
    const COLORS: [Color; 16] = [
        Color::Black,
        Color::Red,
        Color::Green,
        Color::Yellow,
        Color::Blue,
        Color::Magenta,
        Color::Cyan,
        Color::Gray,
        Color::DarkGray,
        Color::LightRed,
        Color::LightGreen,
        Color::LightYellow,
        Color::LightBlue,
        Color::LightMagenta,
        Color::LightCyan,
        Color::White,
    ];
    COLORS
        .get(usize::from(index))
        .copied()
        .unwrap_or(Color::Reset)
}

/// The colour after 38 or 48: `5;N` or `2;R;G;B`.
fn extended(codes: &mut impl Iterator<Item = u16>) -> Option<Color> {
    let byte = |code: Option<u16>| code.and_then(|code| u8::try_from(code).ok());
    match codes.next()? {
        5 => byte(codes.next()).map(Color::Indexed),
        2 => Some(Color::Rgb(
            byte(codes.next())?,
            byte(codes.next())?,
            byte(codes.next())?,
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::logs::without_colours;

    fn plain(text: &str) -> String {
        Pieces::new(text).map(|(piece, _)| piece).collect()
    }

    fn pieces(text: &str) -> Vec<(&str, Style)> {
        Pieces::new(text).collect()
    }

    #[test]
    fn colours_become_styles() {
        let plain = Style::new();
        assert_eq!(
            pieces("a\x1b[31mb\x1b[0mc"),
            [("a", plain), ("b", plain.fg(Color::Red)), ("c", plain)]
        );
        let bold_bright = plain.add_modifier(Modifier::BOLD).fg(Color::LightCyan);
        assert_eq!(pieces("\x1b[1;96mx"), [("x", bold_bright)]);
        assert_eq!(
            pieces("\x1b[38;5;208mx"),
            [("x", plain.fg(Color::Indexed(208)))]
        );
        assert_eq!(
            pieces("\x1b[48;2;1;2;3mx"),
            [("x", plain.bg(Color::Rgb(1, 2, 3)))]
        );
        assert_eq!(pieces("\x1b[31m\x1b[39mx"), [("x", plain)]);
        assert_eq!(pieces("\x1b[mx"), [("x", plain)]);
    }

    #[test]
    fn other_sequences_vanish() {
        assert_eq!(plain("a\x1b[2Jb\x1b[Kc\x1b(d\x1b[31"), "abc(d");
    }

    proptest! {
        #[test]
        fn pieces_are_the_text_without_colours(text in "[\\PC\x1b\\[;0-9m]{0,60}") {
            prop_assert_eq!(plain(&text), without_colours(&text));
        }
    }
}
