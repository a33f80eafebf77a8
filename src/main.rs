//! The `hubdeck` program: everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    hubdeck::app::main()
}
