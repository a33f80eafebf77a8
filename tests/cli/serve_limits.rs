//! The built program with `--serve`: connections that do not go on, and addresses beyond loopback.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::support::hubdeck::{eventually, get};
use crate::support::server::{Engine, LIMIT, Server};

#[test]
fn a_server_with_clients_that_do_not_go_on_ends_within_two_seconds_and_logs_no_warning() {
    let engine = Engine::start();
    let home = engine.home();
    let server = Server::start(&home, &[]);
    server.line("connected to");
    let post = "POST /api/cache/clear HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                Content-Length: 100\r\n\r\n{";
    let mut open = Vec::new();
    for bytes in [post, "GET /livez HT", ""] {
        for _ in 0..20 {
            let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
            stream.write_all(bytes.as_bytes()).unwrap();
            open.push(stream);
        }
    }
    assert_eq!(
        get(server.port, "/livez").map(|(status, _)| status),
        Some(200)
    );
    let begun = Instant::now();
    let (code, rest) = server.stop();
    assert!(
        begun.elapsed() < Duration::from_secs(2),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(code, Some(0));
    assert!(
        !rest
            .iter()
            .any(|line| line.contains("ERROR") || line.contains("WARN")),
        "{rest:#?}"
    );
}

/// The answer to `request`.
fn exchange(port: u16, request: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn beyond_loopback_addresses_are_hosts_and_probes_need_none() {
    const TOKEN: &str = "0123456789012345678901234567890123456789abc";
    let engine = Engine::start();
    let home = engine.home();
    let mut command = home.piped(&["--serve"]);
    command
        .env("HUBDECK_SERVE_HOST", "0.0.0.0")
        .env("HUBDECK_SERVE_TOKEN", TOKEN);
    let server = Server::of(command);
    server.line("listens on");
    let port = server.port;
    for (request, expected) in [
        ("GET /livez HTTP/1.0\r\n\r\n".to_owned(), "HTTP/1.0 200"),
        (
            format!("GET /livez HTTP/1.1\r\nHost: 10.244.0.5:{port}\r\nConnection: close\r\n\r\n"),
            "HTTP/1.1 200",
        ),
        (
            format!(
                "OPTIONS /livez HTTP/1.1\r\nHost: 10.244.0.5:{port}\r\nConnection: close\r\n\r\n"
            ),
            "HTTP/1.1 204",
        ),
        (
            format!(
                "GET / HTTP/1.1\r\nHost: 10.244.0.5:{port}\r\nAuthorization: Bearer {TOKEN}\r\nConnection: close\r\n\r\n"
            ),
            "HTTP/1.1 200",
        ),
        (
            format!(
                "GET / HTTP/1.1\r\nHost: evil.example\r\nAuthorization: Bearer {TOKEN}\r\nConnection: close\r\n\r\n"
            ),
            "HTTP/1.1 421",
        ),
        (
            format!("GET / HTTP/1.1\r\nHost: 10.244.0.5:{port}\r\nConnection: close\r\n\r\n"),
            "HTTP/1.1 401",
        ),
    ] {
        let answer = exchange(port, &request);
        assert!(answer.starts_with(expected), "{request}{answer}");
    }
    // The address that this machine is reached at from outside, where it has one; else any of its
    // own.
    let outside = std::net::UdpSocket::bind("0.0.0.0:0").unwrap();
    let address = outside
        .connect("192.0.2.1:9")
        .and_then(|()| outside.local_addr());
    let address = address.map_or_else(
        |_| "127.0.0.1".to_owned(),
        |address| address.ip().to_string(),
    );
    eventually("ready", LIMIT, || {
        let check = home.run(&["check", &format!("http://{address}:{port}")]);
        (check.code == Some(0)).then_some(())
    });
}
