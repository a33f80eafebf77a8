//! Healthchecks that send more than a path, and variables in them.

use super::super::healthcheck;
use super::show;

/// Requests that are more than a path, as far as they can be sent from outside.
const REQUESTS: &[(&str, &str)] = &[
    (
        "curl -f -H 'Host: app.example' http://localhost:8080/",
        "http 8080 / host=app.example",
    ),
    (
        "curl -fsS -HHost:app.example localhost/up",
        "http 80 /up host=app.example",
    ),
    (
        "curl -f --header 'X-Probe: 1' --header \"Accept: text/plain\" http://localhost/",
        "http 80 / [X-Probe: 1] [Accept: text/plain]",
    ),
    ("curl -fI http://localhost:8000/", "http 8000 / HEAD"),
    (
        "curl --head --fail http://localhost:8000/",
        "http 8000 / HEAD",
    ),
    (
        "curl -f --request OPTIONS http://localhost:8000/",
        "http 8000 / OPTIONS",
    ),
    ("curl -fXPUT http://localhost:8000/", "http 8000 / PUT"),
    ("curl -f -X PURGE http://localhost:8000/", "tcp 8000"),
    (
        "curl -f -d a=1 -d b=2 http://localhost:8000/q",
        "http 8000 /q POST [Content-Type: application/x-www-form-urlencoded] body=a=1&b=2",
    ),
    (
        r#"curl -sf -X POST -H 'Content-Type: application/json' --data '{"query":"{health}"}' http://localhost:8000/graphql"#,
        r#"http 8000 /graphql POST [Content-Type: application/json] body={"query":"{health}"}"#,
    ),
    (
        "curl -f --data-raw @x http://localhost:8000/",
        "http 8000 / POST [Content-Type: application/x-www-form-urlencoded] body=@x",
    ),
    ("curl -f --data @/tmp/x http://localhost:8000/", "tcp 8000"),
    ("curl -f -F file=@x http://localhost:8000/", "tcp 8000"),
    (
        "curl -f -G -d q=1 http://localhost:8000/find",
        "http 8000 /find?q=1",
    ),
    (
        "curl -f -A healthcheck/1 http://localhost:8000/",
        "http 8000 / [User-Agent: healthcheck/1]",
    ),
    (
        "curl -f http://ann:secret@localhost:8000/",
        "http 8000 / [Authorization: Basic YW5uOnNlY3JldA==]",
    ),
    (
        "curl -f -u ann:$NOBODY_KNOWS http://localhost:8000/",
        "tcp 8000",
    ),
    (
        "curl -f -H \"Authorization: Bearer $(cat /run/secrets/token)\" http://localhost:8000/",
        "tcp 8000",
    ),
    (
        "curl -f --oauth2-bearer t0ken http://localhost:8000/",
        "http 8000 / [Authorization: Bearer t0ken]",
    ),
    (
        "curl -f --resolve app.example:443:127.0.0.1 https://app.example/up",
        "https 443 /up host=app.example sni=app.example",
    ),
    (
        "curl -f --resolve app.example:8443:10.0.0.1 https://app.example:8443/up",
        "-",
    ),
    (
        "curl -f --connect-to app.example:443:localhost:8443 https://app.example/",
        "https 443 / host=app.example sni=app.example",
    ),
    (
        "curl -fk https://127.0.0.1:8443/",
        "https 8443 / host=127.0.0.1:8443 sni=",
    ),
    ("curl --http2 -fk https://localhost:8443/", "https 8443 /"),
    (
        "curl --http2-prior-knowledge -f http://localhost:8000/",
        "tcp 8000",
    ),
    (
        "curl -f --proxy http://proxy:3128 http://localhost:8000/",
        "-",
    ),
    (
        "curl -f -m 5 --retry 3 --max-time 2 -o /dev/null http://localhost:8000/",
        "http 8000 /",
    ),
    (
        "curl --some-new-flag http://backend/ -f http://localhost:8000/",
        "http 8000 /",
    ),
    ("curl --cert c.pem -fk https://localhost:8443/", "tcps 8443"),
    (
        "wget -qO- --header='Host: app.example' http://localhost:8080/",
        "http 8080 / host=app.example",
    ),
    (
        "wget -q --header 'X-A: b' -O - http://localhost:8080/",
        "http 8080 / [X-A: b]",
    ),
    (
        "wget -qO- --post-data='{\"a\":1}' --header='Content-Type: application/json' http://localhost:8080/rpc",
        "http 8080 /rpc POST [Content-Type: application/json] body={\"a\":1}",
    ),
    (
        "wget -q --method=HEAD http://localhost:8080/",
        "http 8080 / HEAD",
    ),
    (
        "wget -q --user-agent=x --no-check-certificate https://localhost:8443/",
        "https 8443 / [User-Agent: x]",
    ),
    (
        "wget -q --user=ann --password=pw http://localhost:8080/",
        "http 8080 / [Authorization: Basic YW5uOnB3]",
    ),
    ("wget -q --post-file=/x http://localhost:8080/", "tcp 8080"),
    (
        "wget -T 5 -t 1 -Y off --spider http://localhost:8080/x",
        "http 8080 /x",
    ),
    (
        "timeout 5 sh -c \"curl -f -H 'Host: a.example' http://localhost:81/\"",
        "http 81 / host=a.example",
    ),
    ("gosu app curl -f http://localhost:81/", "http 81 /"),
    (
        "su-exec postgres pg_isready -U app -d shop",
        "postgres 5432 shop user=app",
    ),
    (
        "sudo -u postgres pg_isready -Uapp --dbname=shop",
        "postgres 5432 shop user=app",
    ),
    (
        "pg_isready -d 'host=localhost dbname=shop user=app'",
        "postgres 5432 shop user=app",
    ),
    (
        "PGUSER=app PGDATABASE=shop pg_isready",
        "postgres 5432 shop user=app",
    ),
    (
        "pg_isready -U ${POSTGRES_USER:-app} -d $NOBODY_KNOWS",
        "postgres 5432 user=app",
    ),
    (
        "psql -h localhost -U app -d shop -tAc 'select 1'",
        "postgres 5432 shop user=app",
    ),
    (
        "python -c \"import requests; requests.get('http://localhost:8000/up', headers={'Host': 'app.example', 'X-A': 'b'}).raise_for_status()\"",
        "http 8000 /up host=app.example [X-A: b]",
    ),
    (
        "python3 -c \"import urllib.request as r; r.urlopen(r.Request('http://localhost:8000/up', method='HEAD'))\"",
        "http 8000 /up HEAD",
    ),
    (
        "python -c \"import requests; requests.post('http://localhost:8000/rpc', json={})\"",
        "tcp 8000",
    ),
    (
        "python -c \"import socket; socket.create_connection(('localhost', 5000), 3)\"",
        "tcp 5000",
    ),
    (
        "python -c \"import http.client as h; c = h.HTTPConnection('127.0.0.1', 8000); c.request('GET', '/up')\"",
        "http 8000 /up",
    ),
    (
        "node -e \"fetch('http://localhost:3000/up', {headers: {Host: 'app.example'}})\"",
        "http 3000 /up host=app.example",
    ),
    (
        "node -e \"require('http').get({host: 'localhost', port: 3000, path: '/up'}, r => 0)\"",
        "http 3000 /up",
    ),
    (
        "node -e \"require('http').get({host: 'backend', port: 3000, path: '/up'}, r => 0)\"",
        "-",
    ),
    (
        "php -r \"exit(@fsockopen('127.0.0.1', 9000) ? 0 : 1);\"",
        "tcp 9000",
    ),
    (
        "php -r \"file_get_contents('http://localhost:8080/up');\"",
        "http 8080 /up",
    ),
    (
        "ruby -rnet/http -e \"Net::HTTP.get(URI('http://localhost:3000/up'))\"",
        "http 3000 /up",
    ),
];

#[test]
fn a_request_is_read_as_its_client_sends_it() {
    for (script, expected) in REQUESTS {
        let test = ["CMD-SHELL".to_owned(), (*script).to_owned()];
        assert_eq!(
            show(healthcheck::parse(&test, &[]).as_ref()),
            *expected,
            "{script}"
        );
    }
}

#[test]
fn variables_of_the_container_are_written_out_as_its_shell_does() {
    let set = [
        ("PORT", "8001"),
        ("API_KEY", "k3y"),
        ("POSTGRES_USER", "app"),
        ("EMPTY", ""),
        ("HOSTNAME", "web"),
    ];
    let set = set.map(|(name, value)| (name.to_owned(), value.to_owned()));
    for (script, expected) in [
        ("curl -f http://localhost:$PORT/health", "http 8001 /health"),
        (
            "curl -f http://localhost:${PORT}/health",
            "http 8001 /health",
        ),
        (
            "curl -f http://localhost:${PORT:-80}/health",
            "http 8001 /health",
        ),
        (
            "curl -f http://localhost:${EMPTY:-81}/health",
            "http 81 /health",
        ),
        (
            "curl -f http://localhost:${UNSET-82}/health",
            "http 82 /health",
        ),
        ("curl -f http://localhost:$UNSET/health", "-"),
        ("curl -f 'http://localhost:$PORT/health'", "-"),
        (
            "curl -f \"http://localhost:$PORT/health\"",
            "http 8001 /health",
        ),
        ("curl -f http://$HOSTNAME:8000/health", "http 8000 /health"),
        (
            "curl -f -H \"X-Key: $API_KEY\" http://localhost/",
            "http 80 / [X-Key: k3y]",
        ),
        (
            "sh -c 'pg_isready -U $POSTGRES_USER'",
            "postgres 5432 user=app",
        ),
        (
            "echo $ $? $1 ${ && curl -f http://localhost:8000/",
            "http 8000 /",
        ),
        ("curl -f http://localhost:${PORT", "-"),
    ] {
        let test = ["CMD-SHELL".to_owned(), script.to_owned()];
        assert_eq!(
            show(healthcheck::parse(&test, &set).as_ref()),
            expected,
            "{script}"
        );
    }
    // Without a shell nothing is written out.
    let test = ["CMD", "curl", "-f", "http://localhost:$PORT/"].map(str::to_owned);
    assert_eq!(healthcheck::parse(&test, &set), None);
}
