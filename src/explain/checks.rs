//! What the output of a failed healthcheck says: whose error counts, which HTTP status was
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

/// The error that tells why a check failed: of `curl … || wget …` in an image without wget that is
/// what curl said.
///
/// Lines about programs that are not in the image are left out when another program said something,
/// and so is what later programs of the chain said. `test` is `Config.Healthcheck.Test`, empty when
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
        // `/bin/sh: 1: wget: not found`, `bash: line 1: curl: command not found`
        let (shell, name) = before.trim_end_matches([' ', ':']).split_once(": ")?;
        let shell = base(shell).trim_start_matches('-');
        let name = name.rsplit(": ").next()?;
        Some(name).filter(|_| SHELLS.contains(&shell))?
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
mod tests {
    use super::*;

    fn shell(script: &str) -> Vec<String> {
        vec!["CMD-SHELL".into(), script.into()]
    }

    const CHAIN: &str =
        "curl -fsS http://127.0.0.1:8000/health || wget -qO- http://127.0.0.1:8000/health";

    #[test]
    fn the_programs_of_a_test_are_found() {
        for (script, expected) in [
            (CHAIN, "curl wget"),
            ("curl -f 'http://localhost/a?b=1&c=2' || exit 1", "curl"),
            ("pg_isready -U app -d $${DB}", "pg_isready"),
            (
                "test -f /tmp/ok && [ $(redis-cli ping) = PONG ]",
                "redis-cli",
            ),
            ("/opt/kafka/bin/kafka-topics.sh --list", "kafka-topics.sh"),
            (
                "PGPASSWORD=x timeout 5 psql -c 'select 1' | grep -q 1",
                "psql grep",
            ),
            ("if ! nc -z localhost 80; then exit 1; fi", "nc"),
            ("exit 0", ""),
            ("", ""),
        ] {
            assert_eq!(tools(&shell(script)).join(" "), expected, "{script}");
        }
        let words = |words: &str| words.split(',').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(tools(&words("CMD,/usr/bin/curl,-f,http://x/")), ["curl"]);
        assert_eq!(
            tools(&words("CMD,sh,-c,wget -q x || curl y")),
            ["wget", "curl"]
        );
        assert_eq!(tools(&[]), Vec::<String>::new());
    }

    #[test]
    fn the_first_program_that_is_there_says_the_error() {
        let curl = "curl: (22) The requested URL returned error: 503";
        for (output, test, expected) in [
            (
                "curl: (22) The requested URL returned error: 503\n/bin/sh: 1: wget: not found\n",
                CHAIN,
                curl,
            ),
            (
                "/bin/sh: wget: not found\ncurl: (22) The requested URL returned error: 503",
                "wget x || curl y",
                curl,
            ),
            (
                "curl: (22) The requested URL returned error: 503\nwget: server returned error: HTTP/1.1 503",
                CHAIN,
                curl,
            ),
            // Nothing but missing programs: that is what is said.
            (
                "/bin/sh: curl: not found\n/bin/sh: wget: not found",
                CHAIN,
                "/bin/sh: curl: not found /bin/sh: wget: not found",
            ),
            // Whoever speaks is not known: everything but the missing programs.
            (
                "no response\nbash: line 1: x: command not found",
                "pg_isready",
                "no response",
            ),
            ("first line\nsecond line", "", "first line second line"),
            ("", CHAIN, ""),
        ] {
            assert_eq!(first_error(output, &shell(test)), expected, "{output}");
        }
    }

    #[test]
    fn tools_are_missing_only_when_all_of_them_are() {
        let exec = "OCI runtime exec failed: exec failed: unable to start container process: exec: \"curl\": \
                    executable file not found in $PATH: unknown";
        for (output, test, expected) in [
            (
                "/bin/sh: curl: not found",
                "curl -f http://x/ || exit 1",
                "curl",
            ),
            (
                "/bin/sh: 1: curl: not found\n/bin/sh: 1: wget: not found",
                CHAIN,
                "curl wget",
            ),
            ("/bin/sh: line 1: curl: command not found", "curl x", "curl"),
            (
                "env: 'curl': No such file or directory",
                "env curl x",
                "curl",
            ),
            (exec, "curl", "curl"),
            (
                "executable file `curl` not found in $PATH: No such file or directory: OCI runtime attempted to invoke \
                 a command that was not found",
                "curl",
                "curl",
            ),
            // One of the two is there.
            (
                "curl: (22) The requested URL returned error: 503\n/bin/sh: wget: not found",
                CHAIN,
                "",
            ),
            ("/bin/sh: wget: not found", "wget x || curl -sf y", ""),
            // A page that was not found is no program.
            (
                "wget: server returned error: HTTP/1.1 404 Not Found",
                "wget x",
                "",
            ),
            ("curl: /health: not found", "curl x", ""),
            ("", "curl x", ""),
        ] {
            assert_eq!(
                missing_tools(output, &shell(test)).join(" "),
                expected,
                "{output}"
            );
        }
    }

    #[test]
    fn the_status_of_an_answer_is_read_from_what_clients_say() {
        for (output, expected) in [
            (
                "curl: (22) The requested URL returned error: 503",
                Some(503),
            ),
            (
                "curl: (22) The requested URL returned error: 404 Not Found",
                Some(404),
            ),
            (
                "wget: server returned error: HTTP/1.1 500 Internal Server Error",
                Some(500),
            ),
            ("ERROR 502: Bad Gateway.", Some(502)),
            (
                "urllib.error.HTTPError: HTTP Error 503: Service Unavailable",
                Some(503),
            ),
            ("curl: (7) Failed to connect to 127.0.0.1 port 503", None),
            ("error 111 connecting to redis:6379", None),
            ("", None),
        ] {
            assert_eq!(http_error(output), expected, "{output}");
        }
    }
}
