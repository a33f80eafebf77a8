//! One clear problem for each mistake in a probe.

use super::load;

const MISTAKES: &[(&str, &str)] = &[
    (
        "kind = \"ftp\"",
        "service.probe.kind is \"ftp\" (allowed: http, tls, tcp, dns, postgres,",
    ),
    (
        "kind = \"postgers\"",
        "service.probe.kind is \"postgers\"; did you mean \"postgres\"? (allowed:",
    ),
    ("kind = \"mariabd\"", "did you mean \"mariadb\"?"),
    ("kind = 5", "service.probe.kind is 5 (allowed:"),
    (
        "prt = 5",
        "unknown key service.probe.prt; did you mean service.probe.port?",
    ),
    ("inner = { x = 1 }", "unknown key service.probe.inner"),
    (
        "kind = \"tcp\"",
        "this probe has no target; give url or port",
    ),
    (
        "kind = \"grpc\"",
        "this probe has no target; give url or port",
    ),
    (
        "kind = \"http\"",
        "this probe has no target; give url or port",
    ),
    (
        "kind = \"exec\"",
        "this probe has no command; give command = [",
    ),
    (
        "kind = \"exec\", command = \"true\"",
        "service.probe.command is \"true\"; allowed is a list of words",
    ),
    (
        "kind = \"exec\", command = []",
        "service.probe.command is []; allowed is a list of words",
    ),
    (
        "kind = \"redis\", port = 0",
        "service.probe.port is 0; allowed is a number from 1 to 65535",
    ),
    (
        "kind = \"redis\", path = \"/x\"",
        "service.probe.path does not go with kind = \"redis\"",
    ),
    (
        "kind = \"redis\", database = \"0\"",
        "service.probe.database does not go with kind = \"redis\", only with postgres, mysql",
    ),
    (
        "port = 80, command = [\"x\"]",
        "service.probe.command does not go with kind = \"http\", only with exec",
    ),
    (
        "port = 80, expect = \"220\"",
        "service.probe.expect does not go with kind = \"http\", only with tcp",
    ),
    (
        "kind = \"tcp\", port = 1, body = \"x\"",
        "service.probe.body does not go with kind = \"tcp\", only with http",
    ),
    (
        "kind = \"postgres\", tls = true",
        "service.probe.tls does not go with kind = \"postgres\"",
    ),
    (
        "kind = \"docker\", port = 1",
        "service.probe.port does not go with kind = \"docker\"",
    ),
    (
        "kind = \"exec\", url = \"http://x\"",
        "service.probe.url does not go with kind = \"exec\"",
    ),
    (
        "kind = \"memcached\", user = \"u\", password_env = \"P\"",
        "service.probe.user does not go with kind = \"memcached\"",
    ),
    (
        "kind = \"redis\", token_env = \"T\"",
        "service.probe.token_env does not go with kind = \"redis\"",
    ),
    (
        "kind = \"postgres\", password = \"hunter2\"",
        "service.probe.password would stand here in the clear; name an environment variable with password_env",
    ),
    (
        "port = 80, token = \"hunter2\"",
        "service.probe.token would stand here in the clear",
    ),
    // PostgreSQL is asked as somebody also where nobody has to prove anything.
    (
        "kind = \"mysql\", user = \"u\"",
        "service.probe.user needs password_env or password_file beside it",
    ),
    (
        "port = 80, method = \"TRACE\"",
        "service.probe.method is \"TRACE\"; allowed is GET, HEAD, POST",
    ),
    (
        "port = 80, host = \"a b\"",
        "service.probe.host is \"a b\"; allowed is a host name",
    ),
    (
        "port = 80, headers = \"X: 1\"",
        "service.probe.headers is \"X: 1\"; allowed is a table, such as",
    ),
    (
        "port = 80, headers = { Host = \"x\" }",
        "holds Host, which has a key of its own; write host = ",
    ),
    (
        "port = 80, headers = { Authorization = \"hunter2\" }",
        "service.probe.headers holds Authorization, which",
    ),
    (
        "port = 80, headers = { Cookie = \"hunter2\" }",
        "service.probe.headers holds Cookie, which",
    ),
    (
        "port = 80, headers = { X-Api-Key = \"hunter2\" }",
        "holds X-Api-Key: a secret never stands in the file",
    ),
    (
        "port = 80, headers = { Content-Length = \"0\" }",
        "holds Content-Length: the client sets it",
    ),
    (
        "port = 80, headers = { \"a b\" = \"1\" }",
        "holds \"a b\", which is no name of a header",
    ),
    (
        "port = 80, headers = { X = 1 }",
        "service.probe.headers holds X, whose value is no line of text",
    ),
    (
        "port = 80, headers = { X = { y = 1 } }",
        "service.probe.headers holds another table",
    ),
    (
        "port = 80, request_body = \"\"",
        "service.probe.request_body is \"\"; allowed is text that is not empty",
    ),
    (
        "kind = \"redis\", host = \"x\"",
        "service.probe.host does not go with kind = \"redis\"",
    ),
    (
        "kind = \"redis\", headers = { X = \"1\" }",
        "service.probe.headers does not go with kind = \"redis\"",
    ),
    (
        "kind = \"dns\", server_name = \"x\"",
        "service.probe.server_name does not go with kind = \"dns\"",
    ),
    (
        "port = 80, server_name = \"\"",
        "service.probe.server_name is \"\"; allowed is a host name",
    ),
    (
        "kind = \"postgres\", password_env = \"P\"",
        "service.probe.password_env needs user = \"…\" beside it",
    ),
    (
        "kind = \"redis\", password_env = \"P\", password_file = \"/x\"",
        "service.probe.password_file is a second secret beside password_env; give one of them",
    ),
    (
        "port = 80, token_env = \"T\", user = \"u\"",
        "service.probe.user goes with a password, not with a token",
    ),
    (
        "kind = \"redis\", password_env = \"$hunter2\"",
        "service.probe.password_env names no variable; allowed is",
    ),
    (
        "kind = \"redis\", password_env = \"\"",
        "service.probe.password_env names no variable",
    ),
    (
        "kind = \"redis\", password_file = \"\"",
        "service.probe.password_file is no path",
    ),
    (
        "url = \"redis://:hunter2@cache\"",
        "service.probe.url holds a user; write user = \"…\" with password_env",
    ),
    (
        "url = \"https://me@example.org\"",
        "service.probe.url holds a user",
    ),
    (
        "url = \"example.org\"",
        "service.probe.url is \"example.org\"; allowed is an address that begins with",
    ),
    (
        "url = \"http://x:99999/\"",
        "service.probe.url is \"http://x:99999/\", which has no proper host and port",
    ),
    ("url = \"http:///x\"", "which has no proper host and port"),
    ("url = 5", "service.probe.url is 5; allowed is an address"),
    (
        "url = \"tcp://x\"",
        "service.probe.url names no port, and its kind has no usual one",
    ),
    (
        "url = \"redis://x/0\"",
        "service.probe.url has a path too many for kind = \"redis\"",
    ),
    (
        "url = \"postgres://x/a\", database = \"b\"",
        "service.probe.url has a path too many for kind = \"postgres\"",
    ),
    (
        "kind = \"redis\", url = \"nats://x\"",
        "service.probe.url means nats, but kind is \"redis\"",
    ),
    (
        "url = \"http://x/\", port = 80",
        "service.probe.port is said by url already; leave one of them out",
    ),
    (
        "url = \"http://x/\", tls = true",
        "service.probe.url is a plain one, but tls is true; write https://",
    ),
    (
        "port = 80, json = \"a b\"",
        "service.probe.json is \"a b\"; allowed is a JSON pointer",
    ),
    (
        "port = 80, json_equals = \"ok\"",
        "service.probe.json_equals needs json = \"/…\" beside it",
    ),
    (
        "port = 80, body = \"\"",
        "service.probe.body is \"\"; allowed is text that is not empty",
    ),
    (
        "port = 80, path = \"x\"",
        "service.probe.path is \"x\"; allowed is a path beginning with /",
    ),
    (
        "kind = \"dns\", name = \"a b\"",
        "service.probe.name is \"a b\"; allowed is a name without blanks",
    ),
];

#[test]
fn each_mistake_is_one_problem_with_its_line() {
    for (probe, expected) in MISTAKES {
        let told = load(probe, &[]).err().unwrap_or_default();
        assert!(
            told.starts_with("c.toml, line 3: ") && told.contains(expected),
            "{probe} told:\n{told}"
        );
        assert!(!told.contains("hunter2"), "{told}");
        // A user that goes with nothing has a password that goes with nothing.
        let most = if probe.contains("memcached") { 2 } else { 1 };
        assert!(told.lines().count() <= most, "{probe} told:\n{told}");
    }
}

proptest::proptest! {
    #[test]
    fn no_table_panics(key in "[a-z_]{1,10}|url|json|command|kind", value in "\"[^\"\\\\\\PC]{0,30}\"|[0-9]{1,6}|true|\\[\\]") {
        let _outcome = load(&format!("{key} = {value}"), &[]);
        let _outcome = load(&format!("kind = \"redis\", {key} = {value}"), &[]);
    }
}
