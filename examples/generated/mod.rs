//! What is made from the declaration of the command line: completions and the manual page.

use std::io;

use clap::{Arg, Command, CommandFactory as _};
use clap_complete::{Shell, generate};
use clap_mangen::Man;
use hubdeck::config::arguments::Cli;

/// Where completions of a shell stand in the repository.
const COMPLETIONS: [(Shell, &str); 3] = [
    (Shell::Bash, "completions/hubdeck.bash"),
    (Shell::Zsh, "completions/_hubdeck"),
    (Shell::Fish, "completions/hubdeck.fish"),
];

/// Every such file: its path in the repository, and its text.
///
/// # Errors
/// When the manual page cannot be written into memory.
pub fn files() -> io::Result<Vec<(&'static str, String)>> {
    let mut files = vec![("docs/hubdeck.1", manual()?)];
    for (shell, path) in COMPLETIONS {
        let mut text = Vec::new();
        generate(shell, &mut Cli::command(), "hubdeck", &mut text);
        files.push((path, without_blanks(&text)));
    }
    Ok(files)
}

/// One page: the program, then each of its commands as a section.
fn manual() -> io::Result<String> {
    let mut command = Cli::command();
    command.build();
    let mut text = Vec::new();
    let page = Man::new(command.clone()).section("1");
    page.render_title(&mut text)?;
    page.render_name_section(&mut text)?;
    page.render_synopsis_section(&mut text)?;
    page.render_description_section(&mut text)?;
    page.render_options_section(&mut text)?;
    let shown = |command: &&Command| !command.is_hide_set() && command.get_name() != "help";
    for each in command.get_subcommands().filter(shown) {
        section(each, &mut text)?;
    }
    Ok(without_blanks(&text))
}

/// What a command is and takes, its own commands below it. Flags that every command takes stand at
/// the top.
fn section(command: &Command, text: &mut Vec<u8>) -> io::Result<()> {
    let mut part = Vec::new();
    let of_its_own = |arg: Arg| {
        let is_general = arg.is_global_set() || arg.get_id() == "help";
        arg.hide(is_general)
    };
    let command = &command.clone().mut_args(of_its_own);
    let name = command.get_bin_name().unwrap_or(command.get_name());
    let page = Man::new(command.clone());
    page.render_synopsis_section(&mut part)?;
    page.render_description_section(&mut part)?;
    page.render_options_section(&mut part)?;
    let part = String::from_utf8_lossy(&part).replace("\n.SH ", "\n.SS ");
    let part = part
        .strip_prefix(".SH ")
        .map_or(part.clone(), |rest| format!(".SS {rest}"));
    let title = name.to_uppercase();
    text.extend_from_slice(format!(".SH \"{title}\"\n{part}").as_bytes());
    for each in command
        .get_subcommands()
        .filter(|each| each.get_name() != "help")
    {
        section(each, text)?;
    }
    Ok(())
}

/// The same without blanks at the ends of lines, and with one line end at its own.
fn without_blanks(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let lines: Vec<&str> = text.trim_end().lines().map(str::trim_end).collect();
    lines.join("\n") + "\n"
}
