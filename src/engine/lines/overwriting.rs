//! A line that is written over: what a terminal shows of it in the end.

use std::ops::Range;

use super::{Canvas, LINE_LIMIT, TAB, columns};
use crate::model::invisible::MOST_MARKS;

/// Different colours of one line, and bytes of one.
const MOST_COLOURS: usize = 256;
const COLOUR: usize = 64;

/// The cells of one line, a cursor among them, and the colour of what is written next.
#[derive(Default)]
pub(super) struct LineCells {
    cells: Vec<Cell>,
    cursor: usize,
    /// Cells outside it are blank: a line that is erased again and again costs nothing.
    written: Range<usize>,
    /// The colours of the line, each as the sequences since the last reset; the first is none.
    colours: Vec<String>,
    colour: usize,
}

/// A character with the marks on it, and its colour. One that is two columns wide has [`SECOND`] behind
/// it.
#[derive(Clone)]
struct Cell {
    c: char,
    marks: String,
    colour: usize,
}

/// The second column of a character.
const SECOND: char = '\0';
const BLANK: Cell = Cell {
    c: ' ',
    marks: String::new(),
    colour: 0,
};

impl Canvas for LineCells {
    fn put(&mut self, c: char) {
        let width = columns(c);
        if width == 0 && self.cursor > 0 {
            self.mark(c);
            return;
        }
        self.set(c);
        if width > 1 {
            self.set(SECOND);
        }
    }

    fn tab(&mut self) {
        self.cursor = (self.cursor + TAB - self.cursor % TAB).min(LINE_LIMIT);
        if self.cells.len() < self.cursor {
            self.cells.resize(self.cursor, BLANK);
        }
    }

    fn colour(&mut self, parameters: &str) {
        let resets = matches!(parameters, "" | "0");
        let mut colour = match self.colours.get(self.colour) {
            Some(current) if !resets && current.len() < COLOUR => current.clone(),
            _ => String::new(),
        };
        if !resets {
            colour.push_str(&format!("\x1b[{parameters}m"));
        }
        if self.colours.is_empty() {
            self.colours.push(String::new());
        }
        let known = self.colours.iter().rposition(|it| *it == colour);
        self.colour = known.unwrap_or_else(|| {
            if self.colours.len() >= MOST_COLOURS || parameters.len() > COLOUR {
                return 0;
            }
            self.colours.push(colour);
            self.colours.len() - 1
        });
    }

    fn carriage_return(&mut self) {
        self.cursor = 0;
    }

    fn backspace(&mut self) {
        self.cursor = self.cursor.saturating_sub(1);
    }

    fn erase(&mut self, parameters: &str) {
        match parameters {
            "" | "0" => {
                self.split_at(self.cursor);
                self.cells.truncate(self.cursor);
                self.written.end = self.written.end.min(self.cursor);
            }
            "1" => {
                let end = self.cells.len().min(self.cursor + 1);
                self.split_at(end);
                self.blank_to(end);
            }
            "2" => self.blank_to(self.cells.len()),
            _ => {}
        }
    }
}

impl LineCells {
    /// Erases what was written before column `end`.
    fn blank_to(&mut self, end: usize) {
        let written = self.written.start..self.written.end.min(end);
        let cells = self.cells.get_mut(written).unwrap_or_default();
        cells.iter_mut().for_each(|it| *it = BLANK);
        self.written.start = self.written.start.max(end);
        if self.written.is_empty() {
            self.written = 0..0;
        }
    }

    /// Takes the cell at `column` for written.
    fn wrote(&mut self, column: usize) {
        let before = std::mem::take(&mut self.written);
        self.written = if before.is_empty() {
            column..column + 1
        } else {
            before.start.min(column)..before.end.max(column + 1)
        };
    }

    /// Puts a mark on the character before the cursor.
    fn mark(&mut self, mark: char) {
        let before = self.cells.get_mut(..self.cursor).unwrap_or_default();
        let Some((column, cell)) = before
            .iter_mut()
            .enumerate()
            .rev()
            .find(|it| it.1.c != SECOND)
        else {
            return;
        };
        // A cursor that moves back may bring more marks than a line may have at one place.
        if cell.marks.chars().count() < MOST_MARKS {
            cell.marks.push(mark);
            self.wrote(column);
        }
    }

    /// Writes one column and moves behind it.
    fn set(&mut self, c: char) {
        if c != SECOND {
            self.split_at(self.cursor);
        }
        self.split_at(self.cursor + 1);
        let cell = Cell {
            c,
            marks: String::new(),
            colour: self.colour,
        };
        match self.cells.get_mut(self.cursor) {
            Some(place) => *place = cell,
            None => self.cells.push(cell),
        }
        self.wrote(self.cursor);
        self.cursor += 1;
    }

    /// Takes away the character whose first column is before `column` and whose second is there: half
    /// of one is none.
    fn split_at(&mut self, column: usize) {
        if self.cells.get(column).is_some_and(|it| it.c == SECOND) {
            let halves = self.cells.iter_mut().skip(column.saturating_sub(1));
            halves.take(2).for_each(|it| *it = BLANK);
        }
    }

    /// What is to be seen, with the sequences of its colours.
    pub fn text(&self) -> String {
        let mut out = String::with_capacity(self.cells.len());
        let mut before = 0;
        let blank = |cell: &Cell| cell.c == ' ' && cell.colour == 0;
        // What was erased at the end is not there.
        let shown = self.cells.iter().rposition(|it| !blank(it));
        for cell in self.cells.iter().take(shown.map_or(0, |last| last + 1)) {
            if cell.colour != before {
                if before != 0 {
                    out.push_str("\x1b[0m");
                }
                out.push_str(self.colours.get(cell.colour).map_or("", String::as_str));
                before = cell.colour;
            }
            if cell.c != SECOND {
                out.push(cell.c);
            }
            out.push_str(&cell.marks);
        }
        if before != 0 {
            out.push_str("\x1b[0m");
        }
        out
    }
}
