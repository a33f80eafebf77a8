//! Searching everything that the program can put out for secrets that were planted.

use std::path::{Path, PathBuf};
use std::time::Duration;

use hubdeck::model::{MapFormat, Timestamp};
use hubdeck::sim::{Control, Listen, Scenario, serve};
use hubdeck::tui::input::page::DetailsTab;

use crate::support::hubdeck::{Home, eventually};
use crate::support::pty::{Terminal, key};

/// The image of a service that every planted stack has: it is on screen where the table shows all
/// services.
const EVERYWHERE: &str = "nginx:1.25";

/// Secrets, each with the place it stands in.
#[derive(Clone, Copy)]
pub struct Planted(pub &'static [(&'static str, &'static str)]);

impl Planted {
    /// Fails where `text` holds one of them, or a control character.
    pub fn assert_absent(self, what: &str, text: &str) {
        for (secret, place) in self.0 {
            assert!(
                !text.contains(secret),
                "{what} shows the secret of {place}:\n{text}"
            );
        }
        let raw = text
            .chars()
            .find(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
        assert_eq!(raw, None, "{what} holds a control character:\n{text:?}");
    }

    /// The same for what is on screen a moment later.
    pub fn look(self, terminal: &mut Terminal, what: &str) {
        terminal.run_for(Duration::from_millis(250));
        self.assert_absent(what, &terminal.text());
        // A row may end in the middle of one.
        let joined = terminal.text().replace([' ', '\n', '│'], "");
        self.assert_absent(&format!("{what}, its rows joined,"), &joined);
    }

    /// The same for the files that `folder` has from exports; tells how many there are.
    pub fn assert_absent_in_exports(self, folder: &Path) -> usize {
        let exports = exports(folder);
        for (name, text) in &exports {
            self.assert_absent(name, text);
        }
        exports.len()
    }

    /// Looks at every view of the console.
    pub fn look_at_views(self, terminal: &mut Terminal) {
        for keys in ["1", "2", "4", "3", "0"] {
            terminal.send(keys);
            self.look(terminal, &format!("view {keys}"));
        }
    }

    /// Looks at every tab of the details of `service`, and exports each.
    pub fn look_at_details(self, terminal: &mut Terminal, stack: &str, service: &str) {
        open_details(terminal, stack, service);
        for tab in 0..DetailsTab::ALL.len() {
            self.look(terminal, &format!("tab {tab} of {service}"));
            terminal.send("G");
            self.look(terminal, &format!("the end of tab {tab} of {service}"));
            terminal.send("\x13");
            self.look(terminal, "the export");
            // Names of exports go by the second.
            terminal.run_for(Duration::from_millis(800));
            terminal.send(key::TAB);
        }
        terminal.send(key::ESC);
        terminal.run_for(Duration::from_millis(100));
        terminal.send(key::ESC);
        terminal.wait_for(EVERYWHERE);
    }

    /// Asks every route of a `--serve` for every one of `services` and every form it has.
    pub fn assert_absent_in_routes(self, port: u16, token: &str, services: &[String]) {
        let routes = routes();
        assert!(routes.len() >= 13, "{routes:?}");
        for (path, method) in routes {
            let paths: Vec<String> = if path.contains("{id}") {
                let ids = services.iter().map(String::as_str).chain(["nobody"]);
                ids.map(|id| path.replace("{id}", id)).collect()
            } else if path == "/api/architecture" {
                MapFormat::ALL
                    .iter()
                    .map(|format| format!("{path}?format={}", format.id()))
                    .collect()
            } else {
                assert!(!path.contains('{'), "{path} needs a value here");
                vec![path.to_owned()]
            };
            for path in paths {
                for accept in ["application/json", "text/html"] {
                    let answer = ask(port, token, method, &path, accept);
                    assert!(answer.starts_with("HTTP/1.1 "), "{path}: {answer}");
                    assert!(
                        path.contains("nobody")
                            || path.ends_with("/logs")
                            || !answer.starts_with("HTTP/1.1 4"),
                        "{path}: {answer}"
                    );
                    self.assert_absent(&format!("{method} {path}"), &answer);
                }
            }
        }
    }
}

/// Opens the details of `service`.
pub fn open_details(terminal: &mut Terminal, stack: &str, service: &str) {
    select(terminal, service);
    terminal.send(key::ENTER);
    terminal.wait_for("Inspect");
    terminal.wait_for(&format!("{stack}/{service}  "));
}

/// Selects `service` in the table.
pub fn select(terminal: &mut Terminal, service: &str) {
    terminal.send("2");
    terminal.wait_for("[2 Services]");
    terminal.wait_for(EVERYWHERE);
    terminal.send("/");
    terminal.send(service);
    terminal.send(key::ENTER);
    // Of the other rows none is left.
    terminal.wait_gone(EVERYWHERE);
}

/// A server that refuses every request and repeats it; gives its port.
pub fn echo() -> u16 {
    use std::io::{Read as _, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            stream
                .set_read_timeout(Some(Duration::from_millis(100)))
                .unwrap();
            let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
            // Ends at the end of what is sent, or when nothing comes for a while.
            while let Ok(count @ 1..) = stream.read(&mut buffer) {
                request.extend_from_slice(&buffer[..count]);
            }
            let lines = String::from_utf8_lossy(&request).replace("\r\n", " ");
            let body = serde_json::json!({ "error": format!("refused: {lines}") }).to_string();
            let length = body.len();
            let head = "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json";
            // Whoever asked may be gone.
            let _ = write!(
                stream,
                "{head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            );
        }
    });
    port
}

/// Names and texts of the exports in `folder`.
pub fn exports(folder: &Path) -> Vec<(String, String)> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let exports = entries.filter(|path| path.extension().is_some_and(|end| end == "txt"));
    exports
        .map(|path| {
            (
                path.display().to_string(),
                std::fs::read_to_string(&path).unwrap(),
            )
        })
        .collect()
}

/// Every path and method of the API that may be asked without a body and ends its answer, from the
/// table that a test compares with the list of routes.
fn routes() -> Vec<(&'static str, &'static str)> {
    // Streams, files without data, what needs a body or a query, and what acts.
    const LEFT_OUT: [&str; 7] = [
        "/api/events",
        "/api/attach/",
        "/assets/",
        "/api/plans",
        "/api/operations/{id}",
        "/api/health/stack",
        "/readyz",
    ];
    let documentation = include_str!("../../docs/http-api.md");
    let rows = documentation.lines().filter_map(|line| {
        let (request, rest) = line.strip_prefix("| `")?.split_once("` | ")?;
        let (scope, _) = rest.split_once(" | ")?;
        let (method, path) = request.split_once(' ')?;
        let path = path.split('?').next()?;
        matches!(scope, "read" | "admin" | "public").then_some((path, method))
    });
    rows.filter(|(path, _)| !LEFT_OUT.iter().any(|each| path.starts_with(each)))
        .collect()
}

/// The whole answer to a request.
pub fn ask(port: u16, token: &str, method: &str, path: &str, accept: &str) -> String {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(5)))
        .unwrap();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nAccept: {accept}\r\n\
         Content-Type: application/json\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// A simulated engine in a thread of its own.
pub struct World {
    pub home: Home,
    pub control: Control,
    pub config: PathBuf,
    _folder: tempfile::TempDir,
}

impl World {
    /// One that plays `scenario`, and a home whose config file says `config`.
    pub fn start(scenario: &str, config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("engine.sock");
        let control = Control::new(Timestamp::now);
        let (run, listen) = (control.clone(), Listen::Unix(socket.clone()));
        let scenario = Scenario::parse(scenario).unwrap();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(serve(scenario, listen, run)).unwrap();
        });
        eventually("the simulated engine", Duration::from_secs(10), || {
            socket.exists().then_some(())
        });
        let home = Home::with_engine(&format!("unix://{}", socket.display()));
        let path = home.path().join("config.toml");
        std::fs::write(&path, config).unwrap();
        Self {
            home,
            control,
            config: path,
            _folder: folder,
        }
    }

    /// The console of that size.
    pub fn open(&self, arguments: &[&str], columns: u16, rows: u16) -> Terminal {
        let config = self.config.display().to_string();
        self.home.open(
            &[&["--config", config.as_str()], arguments].concat(),
            columns,
            rows,
        )
    }

    /// The file of the hubdeck log (`log.file = "own.log"`).
    pub fn own_log(&self) -> String {
        std::fs::read_to_string(self.home.path().join("own.log")).unwrap_or_default()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.control.shutdown();
    }
}
