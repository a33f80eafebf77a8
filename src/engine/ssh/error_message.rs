//! What ssh and docker say on the way, in one clause that names host and port.

use super::target::Target;

/// The clause for what was written to standard error; `code` is the exit code of ssh.
pub(super) fn clause(output: &str, code: Option<i32>, target: &Target) -> String {
    let lines = || {
        output
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
    };
    let has = |words: &str| lines().find(|line| line.contains(words));
    let place = target.place();
    if let Some(clause) = of_connection(has, &place).or_else(|| of_login(has, target)) {
        return clause;
    }
    let program = target.program();
    let not_found = format!("{program}: not found");
    if has("command not found").is_some() || has(&not_found).is_some() || code == Some(127) {
        return format!("there is no {program} command for the user that logs in to {place}");
    }
    // What docker puts before the cause.
    let last = lines()
        .next_back()
        .map(|line| line.trim_start_matches("failed to open the raw stream connection: "));
    match last {
        Some(line) => format!("{place}: {}", crate::model::text::one_line(line, 200)),
        None => format!("ssh to {place} ended without an answer{}", exit(code)),
    }
}

/// The clause where ssh did not get as far as a login.
fn of_connection<'a>(has: impl Fn(&str) -> Option<&'a str>, place: &str) -> Option<String> {
    if let Some(line) = has("Could not resolve hostname") {
        let cause = line.rsplit_once(": ").map_or(line, |(_, cause)| cause);
        return Some(format!("ssh cannot resolve the name in {place} ({cause})"));
    }
    let line = has("ssh: connect to host")?.trim_start_matches("ssh: ");
    Some(line.replacen("connect", "ssh cannot connect", 1))
}

/// The clause where the login was refused, by either side.
fn of_login<'a>(has: impl Fn(&str) -> Option<&'a str>, target: &Target) -> Option<String> {
    let (place, login) = (target.place(), target.login());
    if let Some(line) = has("Permission denied") {
        let behind = line.split_once('(').map(|(_, rest)| rest);
        let methods = behind
            .and_then(|rest| rest.split_once(')'))
            .map_or("", |(methods, _)| methods);
        return Some(format!(
            "{place} refuses the login ({methods}); hubdeck asks for no password, so a key that `{login}` takes \
             without one has to be there"
        ));
    }
    if has("Host key verification failed").is_some() || has("host key").is_some() {
        return Some(format!(
            "the host key of {place} is unknown or has changed; check it with `{login}`"
        ));
    }
    let dropped = has("Connection closed by remote host").is_some()
        || has("kex_exchange_identification").is_some();
    dropped.then(|| {
        format!(
            "{place} drops the login before it begins (too many at once, or it blocks this address)"
        )
    })
}

fn exit(code: Option<i32>) -> String {
    code.map_or_else(String::new, |code| format!(" (exit code {code})"))
}

/// The clause for `first` bytes that are no answer over HTTP: a shell that greets, or an account
/// without one.
pub(super) fn non_http_answer(first: &[u8], target: &Target) -> Option<String> {
    let begin = b"HTTP/";
    let length = first.len().min(begin.len());
    if first.get(..length) == begin.get(..length) {
        return None;
    }
    let text =
        String::from_utf8_lossy(first.get(..first.len().min(200)).unwrap_or_default()).into_owned();
    let line = crate::model::text::one_line(text.lines().next().unwrap_or(""), 100);
    Some(format!(
        "the login says \"{line}\" where {} should answer; its shell must print nothing",
        target.program()
    ))
}

/// Whether the server refused one more session on a connection.
pub(super) fn is_full(line: &str) -> bool {
    line.contains("session request failed") || line.contains("Session open refused")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_prints_is_no_answer() {
        let target = Target::parse("hub").expect("an address");
        assert_eq!(non_http_answer(b"HTTP/1.1 200 OK\r\n", &target), None);
        assert_eq!(non_http_answer(b"HT", &target), None);
        assert_eq!(
            non_http_answer(b"Welcome!\nHTTP/1.1 200 OK\r\n", &target).as_deref(),
            Some(
                "the login says \"Welcome!\" where docker should answer; its shell must print nothing"
            )
        );
    }

    #[test]
    fn what_ssh_says_becomes_a_clause_that_names_host_and_port() {
        let target = Target::parse("root@127.0.0.1:5922").expect("an address");
        for (output, code, expected) in [
            (
                "ssh: connect to host 127.0.0.1 port 5922: Connection refused\n",
                255,
                "ssh cannot connect to host 127.0.0.1 port 5922: Connection refused",
            ),
            (
                "ssh: Could not resolve hostname hub: Name or service not known\r\n",
                255,
                "ssh cannot resolve the name in root@127.0.0.1:5922 (Name or service not known)",
            ),
            (
                "Welcome\nroot@127.0.0.1: Permission denied (publickey,password).\n",
                255,
                "root@127.0.0.1:5922 refuses the login (publickey,password); hubdeck asks for no password, so a key \
                 that `ssh -p 5922 root@127.0.0.1` takes without one has to be there",
            ),
            (
                "Host key verification failed.\n",
                255,
                "the host key of root@127.0.0.1:5922 is unknown or has changed; check it with \
                 `ssh -p 5922 root@127.0.0.1`",
            ),
            (
                "kex_exchange_identification: Connection closed by remote host\n",
                255,
                "root@127.0.0.1:5922 drops the login before it begins (too many at once, or it blocks this address)",
            ),
            (
                "bash: line 1: docker: command not found\n",
                127,
                "there is no docker command for the user that logs in to root@127.0.0.1:5922",
            ),
            (
                "Cannot connect to the Docker daemon at unix:///x.sock. Is the docker daemon running?\n",
                1,
                "root@127.0.0.1:5922: Cannot connect to the Docker daemon at unix:///x.sock. Is the docker daemon \
                 running?",
            ),
            (
                "failed to open the raw stream connection: dial unix /x.sock: connect: no such file or directory\n",
                1,
                "root@127.0.0.1:5922: dial unix /x.sock: connect: no such file or directory",
            ),
            (
                "",
                255,
                "ssh to root@127.0.0.1:5922 ended without an answer (exit code 255)",
            ),
        ] {
            assert_eq!(clause(output, Some(code), &target), expected);
        }
    }
}
