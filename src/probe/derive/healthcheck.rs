//! Reads a Docker healthcheck's test: the request its authors chose, or the protocol and port.

mod arguments;
mod clients;
mod curl;
mod draft;
mod script;
mod shell;

use super::{Found, is_own_host};

/// Variables of the container, by which a shell in it writes out `$NAME`.
pub(super) type Environment = [(String, String)];

/// Shells within shells that are looked into.
const DEPTH: usize = 3;

/// The check that `test` makes, when it can be made from outside the container.
///
/// A port that nobody knows, another host, or a check of a file or process give `None`.
pub(super) fn parse(test: &[String], environment: &Environment) -> Option<Found> {
    let (form, arguments) = test.split_first()?;
    match form.as_str() {
        "CMD" => from_command(arguments, environment, DEPTH),
        "CMD-SHELL" => from_script(arguments.first()?, environment, DEPTH),
        _ => None,
    }
}

/// The first check among the commands of `script`.
fn from_script(script: &str, environment: &Environment, depth: usize) -> Option<Found> {
    let commands = shell::commands(script, environment);
    commands
        .iter()
        .find_map(|command| from_command(command, environment, depth))
}

fn is_shell(program: &str) -> bool {
    matches!(program, "sh" | "bash" | "ash" | "dash")
}

fn base_name(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

/// The check that one command makes.
fn from_command(words: &[String], environment: &Environment, depth: usize) -> Option<Found> {
    let at = program_at(words)?;
    let (before, rest) = words.split_at(at);
    let (program, arguments) = rest.split_first()?;
    let program = base_name(program);
    if is_shell(program)
        && depth > 0
        && let [flag, script, ..] = arguments
        && flag.starts_with('-')
        && flag.ends_with('c')
    {
        return from_script(script, environment, depth - 1);
    }
    match program {
        "curl" => curl::curl(arguments),
        "wget" => curl::wget(arguments),
        "nc" | "ncat" | "netcat" => from_netcat(arguments),
        _ if script::is_interpreter(program) => script::read(arguments),
        _ => match clients::read(program, arguments, before) {
            Some(found) => found,
            None => words.iter().find_map(|word| script::embedded(word)),
        },
    }
}

/// Where the program stands, behind assignments, wrappers and what those take.
fn program_at(words: &[String]) -> Option<usize> {
    let mut at = 0;
    while is_prefix(words.get(at)?) {
        at += match words[at].as_str() {
            // The user that the program runs as.
            "gosu" | "su-exec" => 2,
            "sudo" if words.get(at + 1).is_some_and(|word| word == "-u") => 3,
            _ => 1,
        };
    }
    Some(at)
}

/// Words before the program: assignments, wrappers and their numbers.
fn is_prefix(word: &str) -> bool {
    let wrapper = matches!(
        word,
        "exec" | "env" | "sudo" | "timeout" | "gosu" | "su-exec" | "if" | "!" | "test" | "["
    );
    wrapper || assignment(word).is_some() || word.trim_end_matches('s').parse::<f32>().is_ok()
}

/// Name and value of `NAME=value`.
fn assignment(word: &str) -> Option<(&str, &str)> {
    word.split_once('=').filter(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

/// `nc -z localhost 1234`.
fn from_netcat(arguments: &[String]) -> Option<Found> {
    if arguments
        .iter()
        .any(|word| word.starts_with('-') && !word.starts_with("--") && word.contains('u'))
    {
        return None; // UDP
    }
    let at = arguments.iter().position(|word| is_own_host(word))?;
    let port = arguments
        .get(at + 1)?
        .parse()
        .ok()
        .filter(|port| *port != 0)?;
    Some(Found::tcp(port))
}

/// The value of the first of `names`: `-p 1`, `-p1`, `--port 1`, `--port=1`.
fn flag(arguments: &[String], names: &[&str]) -> Option<String> {
    for (index, word) in arguments.iter().enumerate() {
        for name in names {
            match word.strip_prefix(name) {
                Some("") => return arguments.get(index + 1).cloned(),
                Some(rest) if rest.starts_with('=') => return Some(rest[1..].to_owned()),
                Some(rest) if name.len() == 2 && rest.starts_with(|c: char| c.is_ascii_digit()) => {
                    return Some(rest.to_owned());
                }
                _ => {}
            }
        }
    }
    None
}
