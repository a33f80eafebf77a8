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
