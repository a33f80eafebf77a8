//! One request followed through the hub, and a service of it that is killed and replaced.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use hubdeck::model::Timestamp;
use serde_json::Value;

use super::{Followed, PATIENCE, stack};
use crate::support::docker::{Example, docker, live, unique};
use crate::support::hubdeck::{Home, eventually};
use crate::support::pty::{Terminal, key};

/// The services that a request for the summary passes through.
const PATH: [&str; 3] = ["aggregator", "backend", "proxy"];

/// What is asked for meanwhile.
const URLS: [&str; 2] = [
    "http://127.0.0.1/api/summary?[1-9999]",
    "http://127.0.0.1/mcp/tools?[1-9999]",
];

#[test]
fn a_request_is_followed_and_a_replaced_service_keeps_its_last_words() {
    if !live() {
        return;
    }
    let hub = Example::hub();
    let home = Home::with_live_engine();
    let mut terminal = home.open(&["--project", hub.project()], 160, 50);
    terminal.wait_for("aggregator");
    terminal.send("3");
    terminal.wait_for("following");
    let id = unique("look-for-me");
    thread::scope(|scope| {
        scope.spawn(|| stack::load(&hub, "proxy", &URLS));
        terminal.run_for(Duration::from_secs(1));
        ask_for_summary(hub.port(), &id);
        followed_by_command(&home, &hub, &id);
        followed_in_console(&mut terminal, &id);
    });
    killed_and_replaced(&home, &hub);
    last_words_in_console(&mut terminal);
}

/// `GET /api/summary` at the proxy with the correlation id `id`.
fn ask_for_summary(port: u16, id: &str) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(
        stream,
        "GET /api/summary HTTP/1.1\r\nHost: localhost\r\nX-Correlation-ID: {id}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

fn followed_by_command(home: &Home, hub: &Example, id: &str) {
    let condition = format!("correlation_id={id}");
    let wanted = ["--json", "--since", "1m", "--field", &condition];
    let lines = eventually("lines of all three services", PATIENCE, || {
        let arguments = [&["--project", hub.project(), "logs"], &wanted[..]].concat();
        let output = home.run(&arguments);
        assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""));
        let lines = output.stdout.lines();
        let lines = lines.map(|line| serde_json::from_str(line).unwrap());
        let lines: Vec<Value> = lines.collect();
        let services = lines.iter().map(|line| line["service"].as_str().unwrap());
        let services: BTreeSet<&str> = services.collect();
        let expected = PATH.map(|name| format!("{}/{name}", hub.project()));
        (services.iter().eq(expected.iter())).then_some(lines)
    });
    let times = lines
        .iter()
        .map(|line| line["time"].as_str().unwrap().parse().unwrap());
    let times: Vec<Timestamp> = times.collect();
    assert!(times.is_sorted(), "{lines:#?}");
    assert!(
        lines.iter().all(|it| it["fields"]["correlation_id"] == id),
        "{lines:#?}"
    );
}

/// The rows of the log on screen: service and text.
fn rows(text: &str) -> Vec<(&str, &str)> {
    let rows = text.lines().filter_map(|row| row.split_once(" │ "));
    rows.map(|(name, text)| (name.trim_matches(['▌', '▎', ' ']), text))
        .collect()
}

fn followed_in_console(terminal: &mut Terminal, id: &str) {
    terminal.send("/");
    terminal.send(id);
    terminal.send(key::ENTER);
    // The lines arrive one by one while the search stands.
    let newest = format!("search \"{id}\" 3/3");
    eventually("the newest line with it", PATIENCE, || {
        terminal.send("n");
        terminal.run_for(Duration::from_millis(300));
        let found = terminal.screen().contents().contains(&newest);
        found.then_some(())
    });
    terminal.send("c");
    terminal.wait_until("the request through all services", |screen| {
        let text = screen.contents();
        let rows = rows(&text);
        let services: BTreeSet<&str> = rows.iter().map(|(name, _)| *name).collect();
        text.contains(&format!(r"filter /\b{id}\b/"))
            && services.iter().eq(PATH.iter())
            && rows.iter().all(|(_, text)| text.contains(id))
    });
}

/// `hubdeck logs -f` goes on when the service is killed and started, and when another container
/// takes its place; no line is there twice.
fn killed_and_replaced(home: &Home, hub: &Example) {
    let since = Timestamp::now().to_string();
    let wanted = ["--project", hub.project(), "--since", &since, "mcp"];
    let followed = Followed::start(home, &wanted);
    let listens = |line: &str| line.contains("listening on port");
    let container = hub.container("mcp");
    docker(&["kill", &container]);
    docker(&["start", &container]);
    followed.until_line("of the run after the kill", listens);
    hub.compose(&[
        "up",
        "-d",
        "--force-recreate",
        "--no-deps",
        "--pull",
        "never",
        "mcp",
    ]);
    let lines = followed.until_line("of the new container", listens);
    let at = |text: &str| lines.iter().position(|line| line.contains(text));
    let last_words = (at("SIGTERM: stopping"), at("\"stopped\""));
    assert!(
        last_words.0.is_some() && last_words.0 < last_words.1,
        "{lines:#?}"
    );
    let once: BTreeSet<&String> = lines.iter().collect();
    assert_eq!(once.len(), lines.len(), "{lines:#?}");
}

/// `l` on the service shows what hubdeck kept of the container before, and then the new one.
fn last_words_in_console(terminal: &mut Terminal) {
    for _ in 0..4 {
        terminal.send(key::ESC);
        terminal.run_for(Duration::from_millis(150));
    }
    terminal.send("2");
    terminal.wait_for("[2 Services]");
    terminal.send("/");
    terminal.send("mcp");
    terminal.send(key::ENTER);
    terminal.run_for(Duration::from_millis(300));
    terminal.send("l");
    let order = [
        "SIGTERM: stopping",
        "stopped",
        "new container",
        "listening on port 8002",
    ];
    terminal.wait_until("the last words and the new container", |screen| {
        let text = screen.contents();
        let mut rest = text.as_str();
        order.iter().all(|words| {
            let found = rest.split_once(words);
            rest = found.map_or("", |(_, behind)| behind);
            found.is_some()
        })
    });
    terminal.send("g");
    terminal.wait_for("mcp: the container is gone; its last lines, kept by hubdeck");
}
