//! Completions and manual page are what the command line is, and shells take them.

use std::fs;
use std::path::Path;
use std::process::Command;

use hubdeck::cli::completions::text;
use hubdeck::config::arguments::CompletionShell;

use crate::generated_files::files;
use crate::support::hubdeck::Home;

#[test]
fn the_files_are_what_the_command_line_makes() {
    for (path, expected) in files().unwrap() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        let there = fs::read_to_string(file).unwrap();
        assert!(
            there == expected,
            "{path} is old; write it anew with `just settings`"
        );
    }
}

#[test]
fn the_program_prints_the_files() {
    let home = Home::new();
    for (word, shell, path) in [
        ("bash", CompletionShell::Bash, "completions/hubdeck.bash"),
        ("zsh", CompletionShell::Zsh, "completions/_hubdeck"),
        ("fish", CompletionShell::Fish, "completions/hubdeck.fish"),
    ] {
        let file = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
        assert!(text(shell).unwrap() == file, "{word}");
        let output = home.run(&["completions", word]);
        assert_eq!(
            (output.code, output.stderr.as_str()),
            (Some(0), ""),
            "{word}"
        );
        assert!(output.stdout == file, "{word}");
    }
    let unknown = home.run(&["completions", "tcsh"]);
    assert_eq!(unknown.code, Some(2), "{unknown:?}");
}

#[test]
fn bash_completes_commands_and_their_flags() {
    let script = "eval \"$($HUBDECK completions bash)\"; complete -p hubdeck >/dev/null
        try() { COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); COMPREPLY=();
            _hubdeck hubdeck \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD-1]}\"; echo \"${COMPREPLY[*]}\"; }
        try hubdeck exp; try hubdeck wait --state co; try hubdeck status --str";
    let output = Command::new("bash")
        .args(["--norc", "-c", script])
        .env("HUBDECK", crate::support::hubdeck::PROGRAM)
        .output()
        .unwrap();
    let completed = String::from_utf8_lossy(&output.stdout);
    assert_eq!(completed, "explain\ncompleted\n--strict\n", "{output:?}");
}
