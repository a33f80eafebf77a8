//! The list in which the columns of the services table are chosen.

use crate::tui::input::column::Column;
use crate::tui::state::TableState;
use crate::tui::state::table::TableChoice;

/// The open list. What is chosen shows in the table at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnChooser {
    /// Every column, those shown at first before the others; a row stays where it is when its column
    /// is hidden.
    pub rows: Vec<ColumnRow>,
    /// Chosen row.
    pub selected: usize,
    /// How the table was when the list was opened.
    pub before: TableChoice,
}

/// One row of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColumnRow {
    /// The column.
    pub column: Column,
    /// Whether the table shows it.
    pub shown: bool,
}

impl ColumnChooser {
    /// The list for `table`.
    #[must_use]
    pub fn of(table: &TableState) -> Self {
        Self {
            rows: rows(&table.columns),
            selected: 0,
            before: table.choice(),
        }
    }

    /// The columns that are shown, in order.
    #[must_use]
    pub fn columns(&self) -> Vec<Column> {
        let shown = self.rows.iter().filter(|row| row.shown);
        shown.map(|row| row.column).collect()
    }

    /// Shows other columns.
    pub fn show(&mut self, columns: &[Column]) {
        self.rows = rows(columns);
    }
}

/// `columns`, then the others.
fn rows(columns: &[Column]) -> Vec<ColumnRow> {
    let shown = columns.iter().map(|column| (*column, true));
    let hidden = Column::ALL.into_iter().map(|column| (column, false));
    let mut rows: Vec<ColumnRow> = Vec::new();
    for (column, shown) in shown.chain(hidden) {
        if rows.iter().all(|row| row.column != column) {
            rows.push(ColumnRow { column, shown });
        }
    }
    rows
}
