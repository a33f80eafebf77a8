//! Reads a Docker healthcheck's test: the protocol, port and path its authors chose.

mod clients;
mod shell;

use super::{Found, is_own_host, split_authority};

/// The check that `test` makes, when it can be made from outside the container.
///
/// A port that only a variable knows, another host, or a check of a file or process give `None`.
pub(super) fn parse(test: &[String]) -> Option<Found> {
    let (form, arguments) = test.split_first()?;
    let commands = match form.as_str() {
        "CMD" => match arguments {
            [shell, flag, script, ..] if is_shell(shell) && flag.starts_with('-') && flag.ends_with('c') => {
                shell::commands(script)
            }
            _ => vec![arguments.to_vec()],
        },
        "CMD-SHELL" => shell::commands(arguments.first()?),
        _ => return None,
    };
    commands.iter().find_map(|command| from_command(command))
}

fn is_shell(program: &str) -> bool {
    matches!(base_name(program), "sh" | "bash" | "ash" | "dash")
}

fn base_name(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

/// The check that one command makes.
fn from_command(words: &[String]) -> Option<Found> {
    let at = words.iter().position(|word| !is_prefix(word))?;
    let (program, arguments) = words[at..].split_first()?;
    let program = base_name(program);
    match program {
        "curl" => from_curl(arguments),
        "wget" => arguments.iter().find_map(|word| bare_url(word)),
        "nc" | "ncat" | "netcat" => from_netcat(arguments),
        _ => match clients::read(program, arguments) {
            Some(found) => found,
            None => words.iter().find_map(|word| embedded(word)),
        },
    }
}

/// Words before the program: assignments, wrappers and their numbers.
fn is_prefix(word: &str) -> bool {
    let wrapper =
        matches!(word, "exec" | "env" | "sudo" | "timeout" | "gosu" | "su-exec" | "if" | "!" | "test" | "[");
    let assignment = word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    });
    wrapper || assignment || word.trim_end_matches('s').parse::<f32>().is_ok()
}

/// `curl`: with credentials, a body or a socket the answer to our plain request would differ.
fn from_curl(arguments: &[String]) -> Option<Found> {
    let found = arguments.iter().find_map(|word| bare_url(word))?;
    let has = |names: &[&str]| arguments.iter().any(|word| names.contains(&word.as_str()));
    if has(&["--unix-socket", "--abstract-unix-socket"]) {
        return None;
    }
    let header = arguments.iter().any(|word| word.to_ascii_lowercase().starts_with("authorization:"));
    let method =
        flag(arguments, &["-X", "--request"]).is_some_and(|method| method != "GET" && method != "HEAD");
    if header || method || has(&["-u", "--user", "-d", "--data", "--data-raw", "--cert", "-E"]) {
        return Some(Found { tls: found.tls, ..Found::tcp(found.port) });
    }
    let fails = has(&["--fail", "--fail-with-body"])
        || arguments
            .iter()
            .any(|word| word.starts_with('-') && !word.starts_with("--") && word.contains('f'));
    // Without `-f` any answer at all is good to curl.
    Some(if fails { found } else { Found { status: super::ALIVE, ..found } })
}

/// `http://localhost:8000/x` or curl's and wget's short `localhost:8000/x`.
fn bare_url(word: &str) -> Option<Found> {
    embedded(word).or_else(|| {
        let (host, port, path) = split_authority(word, 80)?;
        is_own_host(host).then(|| Found::http(port, &path))
    })
}

/// A URL or a `/dev/tcp` device anywhere inside `word`: the argument itself, or a script.
fn embedded(word: &str) -> Option<Found> {
    for (scheme, default_port) in [("http://", 80), ("https://", 443)] {
        for (at, _) in word.match_indices(scheme) {
            let rest = &word[at + scheme.len()..];
            let end =
                rest.find(|c: char| c.is_whitespace() || "\"'`,;)|<>\\".contains(c)).unwrap_or(rest.len());
            let Some((host, port, path)) = split_authority(&rest[..end], default_port) else { continue };
            if is_own_host(host) && !path.contains('$') {
                return Some(Found { tls: default_port == 443, ..Found::http(port, &path) });
            }
        }
    }
    let device = word.split_once("/dev/tcp/")?.1;
    let (host, rest) = device.split_once('/')?;
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let port = rest[..digits].parse().ok().filter(|port| *port != 0)?;
    is_own_host(host).then(|| Found::tcp(port))
}

/// `nc -z localhost 1234`.
fn from_netcat(arguments: &[String]) -> Option<Found> {
    if arguments.iter().any(|word| word.starts_with('-') && !word.starts_with("--") && word.contains('u')) {
        return None; // UDP
    }
    let at = arguments.iter().position(|word| is_own_host(word))?;
    let port = arguments.get(at + 1)?.parse().ok().filter(|port| *port != 0)?;
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
