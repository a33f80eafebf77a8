//! How large the terminal is, and what is assumed where it does not report it.

use std::io;

use ratatui::layout::Size;
use rustix::termios::{Winsize, tcgetwinsize};

use crate::model::TerminalSize;

/// What a terminal has that reports nothing, as terminals have had since the VT100.
const USUAL: Size = Size::new(80, 24);

/// A size in cells, never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// Columns and rows.
    pub size: Size,
    /// Whether the terminal reported both; what is assumed must be asked for again.
    pub reported: bool,
}

impl Measured {
    /// Asks the terminal on standard output, then the one on standard input.
    #[must_use]
    pub fn now() -> Self {
        let reported = tcgetwinsize(io::stdout()).or_else(|_| tcgetwinsize(io::stdin()));
        Self::of(reported.ok(), &|name| std::env::var(name).ok())
    }

    /// The size for a command that is given a terminal of its own.
    #[must_use]
    pub const fn cells(self) -> TerminalSize {
        TerminalSize {
            columns: self.size.width,
            rows: self.size.height,
        }
    }

    /// The size that was `reported`; where that is unknown or zero, that of `COLUMNS` and `LINES`,
    /// else 80 × 24.
    fn of(reported: Option<Winsize>, variable: &dyn Fn(&str) -> Option<String>) -> Self {
        let (columns, rows) = reported.map_or((0, 0), |size| (size.ws_col, size.ws_row));
        let assumed = |name: &str, usual: u16| {
            let number = variable(name).and_then(|text| text.trim().parse().ok());
            number.filter(|cells| *cells > 0).unwrap_or(usual)
        };
        let width = if columns > 0 {
            columns
        } else {
            assumed("COLUMNS", USUAL.width)
        };
        let height = if rows > 0 {
            rows
        } else {
            assumed("LINES", USUAL.height)
        };
        Self {
            size: Size::new(width, height),
            reported: columns > 0 && rows > 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Row = (
        Option<(u16, u16)>,
        &'static str,
        &'static str,
        (u16, u16),
        bool,
    );

    #[test]
    fn what_the_terminal_does_not_tell_is_assumed() {
        #[rustfmt::skip]
        let table: &[Row] = &[
            // columns and rows reported, COLUMNS, LINES, the size, whether it was reported
            (Some((120, 40)), "",      "",    (120, 40), true),
            (Some((120, 40)), "100",   "30",  (120, 40), true),
            (Some((1, 1)),    "100",   "30",  (1, 1),    true),
            (Some((0, 0)),    "",      "",    (80, 24),  false),
            (Some((0, 0)),    "100",   "30",  (100, 30), false),
            (Some((0, 0)),    "100",   "",    (100, 24), false),
            (Some((0, 50)),   "",      "30",  (80, 50),  false),
            (Some((132, 0)),  "100",   "",    (132, 24), false),
            (None,            "",      "",    (80, 24),  false),
            (None,            "100",   "30",  (100, 30), false),
            (None,            "0",     "-1",  (80, 24),  false),
            (None,            "70000", "a",   (80, 24),  false),
        ];
        for (reported, columns, lines, (width, height), known) in table {
            let reported = reported.map(|(ws_col, ws_row)| Winsize {
                ws_row,
                ws_col,
                ws_xpixel: 0,
                ws_ypixel: 0,
            });
            let variable = |name: &str| {
                let value = if name == "COLUMNS" { columns } else { lines };
                (!value.is_empty()).then(|| (*value).to_owned())
            };
            let expected = Measured {
                size: Size::new(*width, *height),
                reported: *known,
            };
            assert_eq!(
                Measured::of(reported, &variable),
                expected,
                "{reported:?} {columns:?} {lines:?}"
            );
        }
    }
}
