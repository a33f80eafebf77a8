//! What the output of a failed healthcheck contains: whose error counts, which HTTP status was
//! answered, and which programs the image lacks. Pure.

/// Longest test that is looked at, in bytes.
const MAX_BYTES: usize = 4_096;
/// Words before a program that are not the program.
const PREFIXES: [&str; 13] = [
    "exec", "env", "sudo", "then", "do", "else", "if", "while", "until", "!", "{", "(", "time",
];
/// Programs before a program, with one word of their own.
const PREFIXES_WITH_WORD: [&str; 4] = ["timeout", "gosu", "su-exec", "nice"];
/// What every shell brings along: it cannot be missing and says nothing of its own.
const BUILTINS: [&str; 15] = [
    "exit", "true", "false", "echo", "test", "[", "[[", "fi", "done", "cd", "set", "export",
    "return", ":", "printf",
];
/// Shells that run the next word that holds blanks.
const SHELLS: [&str; 4] = ["sh", "bash", "ash", "dash"];

/// The error that explains why a check failed: of `curl … || wget …` in an image without wget that is
/// what curl wrote.
///
/// Lines about programs that are not in the image are left out when another program wrote something,
/// and so is what later programs of the chain wrote. `test` is `Config.Healthcheck.Test`, empty when
/// it is not known.
#[must_use]
pub fn first_error(output: &str, test: &[String]) -> String {
    lines(output, test).join(" ")
}

/// The lines of [`first_error`].
#[must_use]
pub fn lines<'a>(output: &'a str, test: &[String]) -> Vec<&'a str> {
    let all = || {
        output
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
    };
    let said: Vec<&str> = all().filter(|line| not_found(line).is_none()).collect();
    if said.is_empty() {
        return all().collect();
    }
    let tools = tools(test);
    let speaker = |line: &str| tools.iter().position(|tool| says(line, tool));
    let Some(first) = said.iter().find_map(|line| speaker(line)) else {
        return said;
    };
    said.into_iter()
        .take_while(|line| speaker(line).is_none_or(|tool| tool == first))
        .collect()
}

/// The programs of `test`, when the output says of each that the image does not have it; else none.
#[must_use]
pub fn missing_tools(output: &str, test: &[String]) -> Vec<String> {
    let missing: Vec<&str> = output.lines().filter_map(not_found).collect();
    let tools = tools(test);
    let lacks = |tool: &String| missing.contains(&tool.as_str());
    if tools.iter().all(lacks) {
        tools
    } else {
        Vec::new()
    }
}

/// The HTTP status that `curl` or `wget` met, from 400 on.
#[must_use]
pub fn http_error(output: &str) -> Option<u16> {
    const BEGINS: [&str; 3] = [
        "returned error: ",
        "server returned error: http/1.1 ",
        "error ",
    ];
    let lower = output.to_ascii_lowercase();
    let status = |begin: &str| {
        lower.match_indices(begin).find_map(|(at, _)| {
            let rest = lower.get(at + begin.len()..)?;
            let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
            let after = rest.get(digits.len()..)?;
            let plain = begin != "error " || after.starts_with(':') || after.starts_with("!!");
            digits
                .parse()
                .ok()
                .filter(|status| plain && digits.len() == 3 && (400..600).contains(status))
        })
    };
    BEGINS.into_iter().find_map(status)
}

/// The program that a line of a shell or of the engine calls missing.
fn not_found(line: &str) -> Option<&str> {
    let line = line.trim();
    let lower = line.to_ascii_lowercase();
    let name = if lower.contains("executable file") && lower.contains("not found in $path") {
        // `exec: "curl": executable file not found in $PATH`; crun quotes with backticks.
        let quote = if line.contains('`') { '`' } else { '"' };
        line.split(quote).nth(1)?
    } else if let Some(before) = line
        .strip_suffix("command not found")
        .or_else(|| line.strip_suffix("not found"))
    {
        not_found_by_shell(before)?
    } else if let Some(before) = line.strip_suffix(": No such file or directory") {
        before
            .strip_prefix("env: ")?
            .trim_matches(['\'', '"', '‘', '’'])
    } else {
        return None;
    };
    let name = base(name.trim_matches(['\'', '"', '`']));
    (!name.is_empty() && !name.contains(char::is_whitespace)).then_some(name)
}

/// `/bin/sh: 1: wget: not found`, `bash: line 1: curl: command not found`: what stands before.
fn not_found_by_shell(before: &str) -> Option<&str> {
    let (shell, name) = before.trim_end_matches([' ', ':']).split_once(": ")?;
    let shell = base(shell).trim_start_matches('-');
    let name = name.rsplit(": ").next()?;
    Some(name).filter(|_| SHELLS.contains(&shell))
}

/// Whether `line` is of `tool`: `curl: (22) …`, `/usr/bin/wget: …`.
fn says(line: &str, tool: &str) -> bool {
    line.split_once(": ")
        .is_some_and(|(name, _)| base(name) == tool)
}

/// The programs that `test` runs, in order, each once; without what a shell brings along.
#[must_use]
pub fn tools(test: &[String]) -> Vec<String> {
    let words: Vec<&str> = match test.split_first() {
        Some((kind, rest)) if kind == "CMD" || kind == "CMD-SHELL" => {
            rest.iter().map(String::as_str).collect()
        }
        _ => test.iter().map(String::as_str).collect(),
    };
    let script = match words.as_slice() {
        [script] => script,
        [shell, rest @ ..] if SHELLS.contains(&base(shell)) => {
            match rest.iter().find(|word| word.contains(' ')) {
                Some(script) => script,
                None => return vec![base(shell).to_owned()],
            }
        }
        [program, ..] => return vec![base(program).to_owned()],
        [] => return Vec::new(),
    };
    of_script(script)
}

/// The programs that `script` runs, each once.
fn of_script(script: &str) -> Vec<String> {
    let mut end = script.len().min(MAX_BYTES);
    while !script.is_char_boundary(end) {
        end -= 1;
    }
    let commands = script[..end].split(['\n', ';', '|', '&', '`']);
    let mut tools: Vec<String> = Vec::new();
    for tool in commands
        .flat_map(|command| command.split("$("))
        .filter_map(program)
    {
        if !BUILTINS.contains(&tool) && !tools.iter().any(|known| known == tool) {
            tools.push(tool.to_owned());
        }
    }
    tools
}

/// The program of one command.
fn program(command: &str) -> Option<&str> {
    let mut words = command
        .split_whitespace()
        .map(|word| word.trim_matches(['"', '\'', '(']));
    while let Some(word) = words.next() {
        let name = base(word);
        if PREFIXES_WITH_WORD.contains(&name) {
            words.next();
        } else if !(name.is_empty() || PREFIXES.contains(&name) || word.contains('=')) {
            let plain = name
                .chars()
                .all(|c| c.is_alphanumeric() || "-_.[:".contains(c));
            return plain.then_some(name);
        }
    }
    None
}

fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests;
