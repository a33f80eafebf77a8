//! The files of the repository are what the table makes.

use super::*;

const DOCUMENTATION: &str = include_str!("../../../docs/configuration.md");
const EXAMPLE_FILE: &str = include_str!("../../../config.example.toml");

#[test]
fn the_example_file_is_what_the_table_makes() {
    assert_eq!(
        EXAMPLE_FILE,
        example(),
        "config.example.toml is not what the table of settings makes; write it anew with `just settings`"
    );
}

#[test]
fn the_tables_of_the_documentation_are_what_the_table_makes() {
    assert_eq!(
        Ok(DOCUMENTATION),
        with_tables(DOCUMENTATION).as_deref(),
        "docs/configuration.md is not what the table of settings makes; write it anew with `just settings`"
    );
}

#[test]
fn a_table_stands_between_its_marks_and_nothing_else_changes() {
    let text = "before\n<!-- settings: made -->\nold\n<!-- end of settings -->\nafter\n";
    assert_eq!(
        replaced(text, "settings", "| new |\n").as_deref(),
        Ok("before\n<!-- settings: made -->\n\n| new |\n\n<!-- end of settings -->\nafter\n")
    );
    assert_eq!(with_tables("no marks"), Err("settings"));
    assert_eq!(with_tables(text), Err("variables"));
}
