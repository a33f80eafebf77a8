//! A line that is written over: what a terminal shows of it in the end.

use super::{Canvas, LINE_LIMIT, TAB, columns};

/// Different colours of one line, and bytes of one.
const MOST_COLOURS: usize = 256;
const COLOUR: usize = 64;

/// The cells of one line, a cursor among them, and the colour of what is written next.
#[derive(Default)]
pub(super) struct LineCells {
    cells: Vec<Cell>,
    cursor: usize,
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
            }
            "1" => {
                let end = self.cells.len().min(self.cursor + 1);
                self.split_at(end);
                self.cells.iter_mut().take(end).for_each(|it| *it = BLANK);
            }
            "2" => self.cells.iter_mut().for_each(|it| *it = BLANK),
            _ => {}
        }
    }
}

impl LineCells {
    /// Puts a mark on the character before the cursor.
    fn mark(&mut self, mark: char) {
        let before = self.cells.get_mut(..self.cursor).unwrap_or_default();
        if let Some(cell) = before.iter_mut().rev().find(|it| it.c != SECOND) {
            cell.marks.push(mark);
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
