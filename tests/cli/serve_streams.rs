//! What `--serve` sends by itself and what goes on: heartbeats, figures of another program, metrics,
//! events and logs, and the end of all of them.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::support::hubdeck::{eventually, free_port, get};
use crate::support::server::{Engine, LIMIT, Server};

/// A server that answers every request with `body`; its port, and the paths that were asked for.
fn listener(body: &'static str) -> (u16, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, paths) = mpsc::channel();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut head = [0; 4096];
            let count = stream.read(&mut head).unwrap_or_default();
            let head = String::from_utf8_lossy(&head[..count]);
            let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
            // The client, or the test, may be gone.
            let _ = stream.write_all(answer.as_bytes());
            let _ = sender.send(path);
        }
    });
    (port, paths)
}

/// Reads from `stream` until there is `text`; what was read.
fn read_until(stream: &mut TcpStream, text: &str) -> String {
    let (mut seen, mut buffer) = (String::new(), [0; 4096]);
    while !seen.contains(text) {
        let count = stream.read(&mut buffer).unwrap();
        assert!(count > 0, "closed after {seen}");
        seen.push_str(&String::from_utf8_lossy(&buffer[..count]));
    }
    seen
}

fn open(port: u16, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    stream
}

#[test]
fn a_server_reports_fetches_streams_and_ends_at_once() {
    let engine = Engine::start();
    let (beats_port, beats) = listener("OK");
    let (figures_port, _asked) = listener(r#"{"chats":42}"#);
    let home = engine.home();
    let mut command = home.piped(&["--serve"]);
    let port = free_port();
    command.env("HUBDECK_SERVE_PORT", port.to_string());
    let beat = format!("http://127.0.0.1:{beats_port}/ping/secret");
    command.env("HUBDECK_HEARTBEAT_URL", beat);
    command.env("HUBDECK_HEARTBEAT_INTERVAL", "1s");
    let figures = format!("http://127.0.0.1:{figures_port}/api/stats");
    command.env("HUB_DASHBOARD_API_URL", figures);
    let server = Server::at(command, port);
    for _ in 0..2 {
        assert_eq!(beats.recv_timeout(LIMIT).unwrap(), "/ping/secret");
    }
    let body = |path: &str| get(port, path).filter(|(status, _)| *status == 200);
    eventually("the figures are there", LIMIT, || {
        let (_, text) = body("/api/metrics")?;
        text.contains(r#""external":{"chats":42}"#).then_some(())
    });
    eventually("the engine is there", LIMIT, || {
        let (_, text) = body("/metrics")?;
        text.contains("\nhubdeck_engine_up 1\n").then_some(())
    });
    let mut events = open(port, "/api/events");
    read_until(&mut events, "event: revision");
    // The demo writes lines all the time.
    eventually("its containers are inspected", LIMIT, || {
        body("/api/services/hub/backend/logs?tail=1")
    });
    let mut log = open(port, "/api/services/hub/backend/logs?follow=true&tail=1");
    let line = read_until(&mut log, "event: line");
    assert!(line.contains("HTTP/1.1 200 OK"), "{line}");
    let asked = Instant::now();
    let (code, lines) = server.stop();
    let took = asked.elapsed();
    assert_eq!(code, Some(0), "{lines:?}");
    // A second, and as much again as a busy machine takes.
    assert!(took < Duration::from_secs(6), "{took:?}");
    for mut stream in [events, log] {
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).unwrap();
        assert!(rest.ends_with(b"0\r\n\r\n"), "it is ended, not cut off");
    }
    assert!(
        !lines.iter().any(|line| line.contains("secret")),
        "{lines:?}"
    );
}
