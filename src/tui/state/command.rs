//! Commands that are typed into the palette, with their arguments.

mod arguments;
mod compose;
mod parse;
mod table;

pub use arguments::{CommandArgument, arguments};
pub use parse::parse;
pub use table::{COMMANDS, ConsoleCommand, Takes, named};
