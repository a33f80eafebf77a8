//! Servers that behave badly, against the real program: each gives one clear reason, in bounded
//! time and memory.
#![allow(clippy::print_stdout, reason = "the reasons are for people")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::Value;

use crate::support::hubdeck::{Background, Home, eventually, free_port, get, pause};

/// What one probe may take, by the config of the test.
const TIMEOUT: &str = "1500ms";
/// Most memory the program may ever have had, in KiB, while several servers send without end.
const MOST_KIB: u64 = 96 * 1024;

/// A server on a port of its own that gives each connection to `serve`; it lives as long as the
/// test's process.
fn server(serve: impl Fn(TcpStream) + Send + Clone + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("its address").port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = serve.clone();
            std::thread::spawn(move || serve(stream));
        }
    });
    port
}

/// Reads the begin of a request; a probe that speaks no HTTP may send nothing.
fn hear(stream: &mut TcpStream) {
    let _ = stream.set_read_timeout(Some(Duration::from_millis(200)));
    let _ = stream.read(&mut [0; 4096]);
}

/// Answers every request with `answer`.
fn says(answer: String) -> u16 {
    server(move |mut stream| {
        hear(&mut stream);
        let _ = stream.write_all(answer.as_bytes());
    })
}

/// Sends `head`, then `more` for as long as somebody reads.
fn without_end(head: &'static str, more: &'static [u8]) -> u16 {
    server(move |mut stream| {
        hear(&mut stream);
        let block = more.repeat(64 * 1024 / more.len());
        let _ = stream.write_all(head.as_bytes());
        while stream.write_all(&block).is_ok() {}
    })
}

/// Accepts and never answers.
fn silent() -> u16 {
    server(|_stream| pause(Duration::from_secs(600)))
}

/// Redirects every request to itself.
fn redirects() -> u16 {
    server(|mut stream| {
        hear(&mut stream);
        let port = stream.local_addr().map_or(0, |address| address.port());
        let head = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nConnection: close\r\n";
        let _ = write!(
            stream,
            "{head}Location: http://127.0.0.1:{port}/again\r\n\r\n"
        );
    })
}

/// Speaks TLS with a certificate that nobody vouches for.
fn self_signed() -> u16 {
    let pem = include_bytes!("../support/self-signed.pem");
    let certificate = CertificateDer::from_pem_slice(pem).expect("a certificate");
    let key = PrivateKeyDer::from_pem_slice(pem).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("a server");
    let config = Arc::new(config);
    server(move |stream| {
        let connection = rustls::ServerConnection::new(Arc::clone(&config)).expect("a connection");
        let mut stream = rustls::StreamOwned::new(connection, stream);
        // A client that does not accept the certificate hangs up: that is the case.
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    })
}

/// A probe that meets a bad server.
struct Case {
    name: &'static str,
    /// Its keys in the config file.
    probe: String,
    /// The state that follows.
    state: &'static str,
    /// What must be said of it.
    told: &'static str,
}

/// An HTTP probe of `url`.
fn http(name: &'static str, url: &str, state: &'static str, told: &'static str) -> Case {
    Case {
        name,
        probe: format!("kind = \"http\", url = \"{url}\""),
        state,
        told,
    }
}

fn cases() -> Vec<Case> {
    let at = |port: u16| format!("http://127.0.0.1:{port}/health");
    let ok = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n";
    let garbage = "\u{1}\u{2}\u{3} nothing like it \u{7f}\r\n\r\n";
    let no_http = "the answer is not HTTP";
    let too_large = "the head of the answer is too large";
    let unhealthy = "unhealthy";
    vec![
        http("silent", &at(silent()), unhealthy, "no first byte within 1.5 s"),
        http("garbage", &at(says(garbage.to_owned())), unhealthy, no_http),
        http("refused", &at(free_port()), unhealthy, "connection refused"),
        http("endless-body", &at(without_end(ok, b"{\"a\":1,")), "healthy", "200"),
        http("endless-head", &at(without_end("HTTP/1.1 200 OK\r\nX-Long: ", b"x")), unhealthy, too_large),
        http(
            "endless-headers",
            &at(without_end("HTTP/1.1 200 OK\r\n", b"X-Many: y\r\n")),
            unhealthy,
            too_large,
        ),
        http("redirect-loop", &at(redirects()), unhealthy, "redirected more than"),
        http("unresolved", "http://no-such-host.invalid/health", unhealthy, "name not resolved"),
        http("self-signed", &format!("https://localhost:{}/", self_signed()), unhealthy, "certificate"),
        http("plain-where-tls", &format!("https://127.0.0.1:{}/", says(ok.to_owned())), unhealthy, "not TLS"),
        Case {
            name: "no-secret",
            probe: "kind = \"redis\", url = \"redis://127.0.0.1:6379\", password_env = \"NO_SUCH_VARIABLE\""
                .to_owned(),
            state: "unknown",
            told: "the variable NO_SUCH_VARIABLE is not set",
        },
    ]
}

/// A figure of the process in KiB, such as its highest resident memory.
fn status_kib(process: u32, figure: &str) -> u64 {
    let status =
        std::fs::read_to_string(format!("/proc/{process}/status")).expect("a running process");
    let line = status
        .lines()
        .find(|line| line.starts_with(figure))
        .expect("the figure");
    line.split_whitespace()
        .nth(1)
        .and_then(|number| number.parse().ok())
        .expect("a number")
}

/// A simulated engine without much on it.
fn engine(home: &Home) -> Background {
    let socket = home.path().join("engine.sock");
    let listen = format!("--listen=unix:{}", socket.display());
    let sim = Background(
        home.piped(&["sim", &listen, "--containers=1"])
            .spawn()
            .expect("the program starts"),
    );
    eventually("the engine's socket", Duration::from_secs(10), || {
        socket.exists().then_some(())
    });
    sim
}

#[test]
fn each_bad_server_has_one_clear_reason_and_memory_stays_bounded() {
    let cases = cases();
    let home = Home::new();
    let _engine = engine(&home);
    let mut config = format!("[probes]\ntimeout = \"{TIMEOUT}\"\ninterval = \"5s\"\n");
    for Case { name, probe, .. } in &cases {
        config += &format!(
            "[[service]]\nmatch = \"{name}\"\nprobe = {{ {probe}, timeout = \"{TIMEOUT}\" }}\n"
        );
    }
    let file = home.path().join("bad.toml");
    std::fs::write(&file, config).expect("a config file");
    let host = format!(
        "--host=unix://{}",
        home.path().join("engine.sock").display()
    );
    let port = free_port();
    let mut command = home.piped(&["--serve", &host, &format!("--config={}", file.display())]);
    command.env("HUBDECK_SERVE_PORT", port.to_string());
    let server = Background(command.spawn().expect("the program starts"));
    let service = |name: &str| -> Option<Value> {
        let (code, body) = get(port, &format!("/api/services/{name}"))?;
        (code == 200).then(|| serde_json::from_str(&body).expect("JSON"))
    };
    let mut wrong = Vec::new();
    for Case {
        name, state, told, ..
    } in &cases
    {
        let message = eventually(
            &format!("{name} to be {state}"),
            Duration::from_secs(40),
            || {
                let service = service(name)?;
                let message = service["health"]["probe"]["message"].as_str()?.to_owned();
                (service["health"]["state"] == *state).then_some(message)
            },
        );
        println!("{name}: {message}");
        let clear = message.chars().count() <= 200 && !message.contains(char::is_control);
        if !clear || !message.contains(told) {
            wrong.push(format!("{name}: {message:?} without {told:?}"));
        }
    }
    let most = status_kib(server.0.id(), "VmHWM");
    println!("VmHWM: {most} KiB");
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(most < MOST_KIB, "{most} KiB");
}
