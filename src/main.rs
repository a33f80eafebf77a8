//! The `hubdeck` program.

fn main() {}
