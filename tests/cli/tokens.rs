//! `hubdeck token`, and what a running server makes of it; operations with such a token.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;

use serde_json::Value;

use crate::support::hubdeck::{Home, eventually, get};
use crate::support::pem::pem;
use crate::support::server::{Engine, LIMIT, Server, write_config};

fn make(home: &Home, arguments: &[&str]) -> String {
    let made = home.run(&[&["token", "new"], arguments].concat());
    assert_eq!(made.code, Some(0), "{made:?}");
    made.stdout.trim().to_owned()
}

/// Status, head and body of a request with a token.
fn ask(mut stream: impl Read + Write, request: &str, token: &str) -> (u16, String, Value) {
    write!(
        stream,
        "{request} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nX-Correlation-ID: night-shift\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (
        status,
        head.to_owned(),
        serde_json::from_str(body).unwrap_or(Value::Null),
    )
}

fn at(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    stream
}

#[test]
fn tokens_are_made_listed_and_revoked() {
    let home = Home::new();
    let none = home.run(&["token", "list"]);
    assert!(none.stderr.contains("there is no token"), "{none:?}");
    let made = home.run(&[
        "token",
        "new",
        "--name",
        "ci",
        "--scope",
        "act",
        "--expires",
        "30d",
    ]);
    let token = made.stdout.trim();
    assert!(
        token.starts_with("hubdeck_") && token.len() == 51,
        "{made:?}"
    );
    assert!(
        made.stderr.contains("made the token ci (act)") && !made.stderr.contains(token),
        "{made:?}"
    );
    make(&home, &["--scope", "read,config"]);
    let listed = home.run(&["token", "list", "--json"]);
    let list: Value = serde_json::from_str(&listed.stdout).unwrap();
    assert_eq!(
        (list[0]["name"].as_str(), list[1]["name"].as_str()),
        (Some("ci"), Some("token-1"))
    );
    assert_eq!(list[1]["scopes"], serde_json::json!(["read", "config"]));
    assert_eq!(
        (
            list[0]["expired"].as_bool(),
            list[1]["expires_at"].is_null()
        ),
        (Some(false), true)
    );
    assert!(!listed.stdout.contains(token));
    assert_eq!(home.run(&["token", "revoke", "ci"]).code, Some(0));
    assert!(!home.run(&["token", "list"]).stdout.contains("ci "));
}

#[test]
fn what_cannot_be_done_with_tokens_is_said() {
    let home = Home::new();
    make(&home, &["--name", "ci"]);
    make(&home, &[]);
    for (arguments, why) in [
        (
            &["token", "new", "--name", "ci"][..],
            "there is a token called ci already",
        ),
        (&["token", "new", "--name", "a b"], "cannot be the name"),
        (
            &["token", "new", "--expires", "2020-01-01"],
            "--expires has to be a time to come",
        ),
        (
            &["token", "new", "--expires", "soon"],
            "neither a time from now",
        ),
        (&["token", "new", "--scope", "root"], "invalid value 'root'"),
        (
            &["token", "revoke", "cd"],
            "there is no token called cd; there are: ci, token-1",
        ),
    ] {
        let refused = home.run(arguments);
        assert!(
            refused.code == Some(2) && refused.stderr.contains(why),
            "{refused:?}"
        );
        assert_eq!(refused.stdout, "");
    }
}

#[test]
fn a_running_server_takes_new_tokens_and_refuses_revoked_ones_at_once() {
    let engine = Engine::calm("10");
    let home = engine.home();
    let server = Server::start(&home, &[]);
    server.line("listens on");
    assert_eq!(
        get(server.port, "/api/services").unwrap().0,
        200,
        "none is demanded"
    );
    let token = make(&home, &["--name", "ci"]);
    let read = |token: &str| ask(at(&server), "GET /api/services", token).0;
    eventually("a token is demanded", LIMIT, || {
        (get(server.port, "/api/services")?.0 == 401).then_some(())
    });
    assert_eq!(read(&token), 200);
    assert_eq!(home.run(&["token", "revoke", "ci"]).code, Some(0));
    eventually("it is refused", LIMIT, || {
        (read(&token) != 200).then_some(())
    });
    assert_eq!(get(server.port, "/livez").unwrap().0, 200);
    let file = home.path().join("config/hubdeck/tokens.json");
    fs::remove_file(&file).unwrap();
    let gone = server.line("config not applied");
    assert!(
        gone.contains("it is gone; the last tokens stay in force"),
        "{gone}"
    );
    assert_eq!(get(server.port, "/api/services").unwrap().0, 401);
}

#[test]
fn an_operation_over_http_runs_and_its_record_names_token_and_request() {
    let engine = Engine::calm("10");
    let home = engine.home();
    let socket = home.path().join("hubdeck.sock");
    write_config(&home, "[serve]\nactions = true\n");
    let token = make(&home, &["--name", "deploy", "--scope", "act"]);
    let listen = format!("unix:{}", socket.display());
    let server = Server::start(&home, &["--listen", "127.0.0.1:0", "--listen", &listen]);
    server.line("listens on http://127.0.0.1:");
    server.line(&format!("listens on {listen}"));
    let on_socket = |request: &str| ask(UnixStream::connect(&socket).unwrap(), request, &token);
    let service = eventually("services are there", LIMIT, || {
        let (_, _, body) = on_socket("GET /api/services");
        Some(body["services"].get(0)?["id"].as_str()?.to_owned())
    });
    let (status, head, body) = on_socket(&format!("POST /api/services/{service}/restart"));
    assert_eq!(status, 202, "{body}");
    assert!(head.contains("location: ../../../operations/"), "{head}");
    assert!(head.contains("x-correlation-id: night-shift"), "{head}");
    let done = eventually("it is recorded", LIMIT, || {
        let audit = home.run(&["audit", "--json"]).stdout;
        audit.contains("\"event\":\"ended\"").then_some(audit)
    });
    let first: Value = serde_json::from_str(done.lines().next().unwrap()).unwrap();
    assert_eq!(
        (
            &first["source"],
            &first["principal"],
            &first["request"],
            &first["operation"]
        ),
        (
            &"http".into(),
            &"token:deploy".into(),
            &"night-shift".into(),
            &"restart".into()
        )
    );
    assert_eq!(first["plan"], body["plan"]["hash"]);
    assert!(!done.contains(&token) && !server.stop().1.join("\n").contains(&token));
    assert!(!socket.exists());
}

#[test]
fn the_settings_of_an_older_hub_end_with_one_sentence_that_says_what_to_do() {
    let home = Home::new();
    for (secret, said) in [
        ("change-me", "HUB_SECRET_KEY"),
        ("", "refusing to listen on 0.0.0.0:5003 without a token"),
    ] {
        let mut command = home.piped(&["--serve"]);
        command
            .env("HUB_API_HOST", "0.0.0.0")
            .env("HUB_SECRET_KEY", secret);
        let output = command.output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(
            error.contains(said) && error.contains("docs/migration.md"),
            "{error}"
        );
        assert!(
            error.contains("openssl rand -hex 32") && !error.contains("change-me"),
            "{error}"
        );
        assert_eq!(error.lines().count(), 1, "{error}");
    }
}

#[test]
fn a_certificate_that_cannot_be_used_is_refused_and_the_old_one_stays() {
    let engine = Engine::calm("10");
    let home = engine.home();
    let (file, key_file) = (home.path().join("hub.crt"), home.path().join("hub.key"));
    let key = rcgen::KeyPair::generate().unwrap();
    let write = |until: (i32, u8)| {
        let mut params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(until.0, until.1, 1);
        fs::write(
            &file,
            pem("CERTIFICATE", params.self_signed(&key).unwrap().der()),
        )
        .unwrap();
        fs::write(&key_file, pem("PRIVATE KEY", &key.serialize_der())).unwrap();
    };
    write((2021, 1));
    let files = format!(
        "tls_cert = {:?}\ntls_key = {:?}\n",
        file.display(),
        key_file.display()
    );
    write_config(&home, &format!("[serve]\n{files}"));
    let refused = home.run(&["--serve"]);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(
        refused.stderr.contains("hub.crt expired at 2021-01-01"),
        "{refused:?}"
    );
    write((2999, 1));
    let server = Server::start(&home, &[]);
    server.line("listens on https://127.0.0.1:");
    write((2021, 1));
    let said = server.line("config not applied");
    assert!(
        said.contains("hub.crt expired at 2021-01-01T00:00:00Z; renew it"),
        "{said}"
    );
    fs::write(&key_file, "nothing").unwrap();
    assert!(server.line("config not applied").contains("hub."));
    write((2998, 1));
    server.line("config reloaded");
}
