//! What `--serve` writes of requests in its own log.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::support::server::{Engine, LIMIT, Server};

fn send(port: u16, request: &str, id: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    let request = format!(
        "{request} HTTP/1.1\r\nHost: localhost\r\nX-Correlation-ID: {id}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn what_changes_something_is_logged_with_its_correlation_id_and_what_reads_only_at_debug() {
    let engine = Engine::calm("3");
    for (level, reads) in [("info", false), ("debug", true)] {
        let home = engine.home();
        let mut command = home.piped(&["--serve"]);
        command.env("HUBDECK_LOG_LEVEL", level);
        let server = Server::of(command);
        server.line("listens on");
        let read = send(server.port, "GET /api/layers", "read-1");
        assert!(read.contains("x-correlation-id: read-1"), "{read}");
        let changed = send(server.port, "POST /api/cache/clear", "change-1");
        assert!(changed.starts_with("HTTP/1.1 200"), "{changed}");
        let (_, mut lines) = server.stop();
        lines.retain(|line| line.contains("-1"));
        let of = |id: &str| lines.iter().filter(|line| line.contains(id)).count();
        assert_eq!(
            (of("change-1"), of("read-1")),
            (1, usize::from(reads)),
            "{lines:#?}"
        );
        let change = lines.iter().find(|line| line.contains("change-1")).unwrap();
        for word in ["POST", "/api/cache/clear", "200"] {
            assert!(change.contains(word), "{change}");
        }
    }
}
