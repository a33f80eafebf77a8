//! Choosing the columns of the table, and what is kept for the next run.

use super::*;
use crate::tui::state::kept::{KeptChange, KeptState};
use crate::tui::state::table::TableChoice;
use crate::tui::state::{ColumnChooser, TableState};
use crate::tui::update::take_kept;

fn chooser(console: &TestConsole) -> &ColumnChooser {
    match &console.ui.dialog {
        Some(Dialog::Columns(chooser)) => chooser,
        other => panic!("{other:?}"),
    }
}

fn shows(console: &TestConsole, column: Column) -> bool {
    console.ui.table.columns.contains(&column)
}

#[test]
fn a_column_is_hidden_at_once_and_kept_with_enter() {
    let mut console = console();
    console.press("2 |");
    assert!(console.screen().contains("[x] cpu"), "{}", console.screen());
    console.press("down down down down down space");
    assert!(!shows(&console, Column::Cpu));
    assert!(console.screen().contains("[ ] cpu"), "its row stays");
    assert_eq!(console.kept, [], "Esc may still undo it");
    console.press("enter");
    assert_eq!(console.ui.dialog, None);
    let columns = console.ui.table.columns.clone();
    let choice = TableChoice {
        columns: Some(columns),
        ..TableChoice::default()
    };
    assert_eq!(console.kept, [KeptChange::Table(choice)]);
}

#[test]
fn esc_puts_columns_and_order_back() {
    let mut console = console();
    console.press("2 alt-c");
    let before = console.ui.table.clone();
    console.kept.clear();
    console.press("f2 space down right s");
    assert_ne!(console.ui.table, before);
    console.press("esc");
    assert_eq!(console.ui.table, before);
    assert_eq!(console.kept, []);
}

#[test]
fn columns_move_sort_and_go_back_to_those_of_config() {
    let mut console = console();
    console.press("2 | right");
    assert_eq!(console.ui.table.columns[..2], [Column::Name, Column::State]);
    assert_eq!(chooser(&console).selected, 1);
    console.press("left down s s");
    assert_eq!(console.ui.table.columns, TableState::COLUMNS);
    assert_eq!(console.ui.table.sort, Column::Name);
    assert!(console.ui.table.reverse);
    assert!(console.screen().contains("sorted, reversed"));
    console.press("space r enter");
    assert_eq!(console.ui.table.choice(), TableChoice::default());
    assert_eq!(console.kept, []);
}

#[test]
fn the_last_column_stays() {
    let mut console = console();
    console.ui.table.columns = vec![Column::Name];
    console.press("2 | space");
    assert_eq!(console.ui.table.columns, [Column::Name]);
    assert_eq!(console.toasts(), ["the table needs at least one column"]);
}

#[test]
fn the_list_is_typed_and_clicked_too() {
    let mut console = console();
    console.press(": c o l u m n s enter");
    assert_eq!(console.ui.view, View::Services);
    console.act(Action::Row(3));
    assert!(!shows(&console, Column::Uptime));
}

#[test]
fn what_was_kept_holds_until_config_is_asked_for_again() {
    let mut console = console();
    let kept = KeptState {
        table: TableChoice {
            columns: Some(vec![Column::Name, Column::Cpu]),
            sort: Column::Cpu,
            reverse: true,
        },
        commands: vec!["map".to_owned()],
    };
    take_kept(&mut console.ui, kept);
    console.settle();
    assert_eq!(console.kept, [], "it is kept already");
    console.press("2");
    assert!(console.ui.table.sort == Column::Cpu && console.ui.table.reverse);
    let config = [Column::Name, Column::Image];
    console.ui.table.configure(&config);
    assert!(shows(&console, Column::Cpu) && !shows(&console, Column::Image));
    console.press("| r enter");
    assert_eq!(console.ui.table.columns, config);
    console.press("1 : up");
    let Some(Dialog::Palette(input)) = &console.ui.dialog else {
        panic!("{:?}", console.ui.dialog)
    };
    assert_eq!(input.field.text, "map");
}

#[test]
fn sorting_with_a_key_is_kept() {
    let mut console = console();
    console.press("2 alt-m");
    let Some(KeptChange::Table(choice)) = console.kept.last() else {
        panic!("{:?}", console.kept)
    };
    assert_eq!((choice.sort, &choice.columns), (Column::Memory, &None));
}

#[test]
fn a_typed_line_is_kept_unless_it_has_a_secret() {
    let mut console = console();
    let type_line = |console: &mut TestConsole, line: &str| {
        console.press(":");
        console.act(Action::Edit(Edit::Insert(line.to_owned())));
        console.press("enter");
    };
    type_line(&mut console, "sort cpu");
    let command = KeptChange::Command("sort cpu".to_owned());
    assert!(console.kept.contains(&command), "{:?}", console.kept);
    console.kept.clear();
    type_line(&mut console, "filter PASSWORD=hunter2");
    assert_eq!(console.kept, []);
    assert_eq!(console.ui.session.typed.len(), 2, "this run remembers it");
}
