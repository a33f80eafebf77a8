//! Where HTTP is answered: Unix sockets and TLS.

use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use hubdeck::model::{ListenAddress, Timestamp};
use hubdeck::serve::{ConnectionLimits, Listener, ServerTls, bind, run};
use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio::sync::watch;
use tokio_rustls::TlsConnector;
use tokio_util::sync::CancellationToken;

use crate::support::pem::pem;

const LIMITS: ConnectionLimits = ConnectionLimits {
    head: Duration::from_millis(300),
    body: Duration::from_millis(300),
    write: Duration::from_millis(300),
    connections: 8,
    grace: Duration::from_millis(300),
};
const PATIENCE: Duration = Duration::from_secs(10);

fn serve(listener: Listener) -> CancellationToken {
    let shutdown = CancellationToken::new();
    let router = Router::new().route("/", get(|| async { "hello" }));
    tokio::spawn(run(listener, router, LIMITS, shutdown.clone(), drop));
    shutdown
}

async fn ask(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> std::io::Result<String> {
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

/// A certificate for localhost and its files in `folder`.
fn certificate(folder: &std::path::Path, name: &str) -> (CertificateDer<'static>, ServerTls) {
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let (file, key_file) = (
        folder.join(name).with_extension("crt"),
        folder.join(name).with_extension("key"),
    );
    std::fs::write(&file, pem("CERTIFICATE", certificate.der())).unwrap();
    std::fs::write(&key_file, pem("PRIVATE KEY", &key.serialize_der())).unwrap();
    let now: Timestamp = "2026-06-01T00:00:00Z".parse().unwrap();
    let tls = ServerTls::load(Some(&file), Some(&key_file), now)
        .unwrap()
        .unwrap();
    (certificate.der().clone(), tls)
}

/// The answer over TLS to a client that trusts `root` alone.
async fn ask_tls(
    address: &ListenAddress,
    root: &CertificateDer<'static>,
) -> std::io::Result<String> {
    let ListenAddress::Tcp(address) = address else {
        panic!("{address}");
    };
    let mut roots = RootCertStore::empty();
    roots.add(root.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(address).await?;
    let name = ServerName::try_from("localhost").unwrap();
    let connected = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await?;
    ask(connected).await
}

#[tokio::test]
async fn a_unix_socket_is_for_owner_and_group_and_a_stale_one_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hubdeck.sock");
    let address = ListenAddress::Unix(path.clone());
    // One that was left by a program that was killed.
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    assert!(path.exists());
    let shutdown = serve(bind(&address).await.unwrap());
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o660);
    let answer = ask(UnixStream::connect(&path).await.unwrap())
        .await
        .unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("hello"),
        "{answer}"
    );
    let taken = bind(&address).await.map(drop).unwrap_err().to_string();
    assert!(taken.contains("another program listens there"), "{taken}");
    shutdown.cancel();
    let gone = async {
        while path.exists() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, gone)
        .await
        .expect("it is removed at the end");
    std::fs::write(&path, "precious").unwrap();
    let refused = bind(&address).await.map(drop).unwrap_err().to_string();
    assert!(
        refused.contains("something else than a socket"),
        "{refused}"
    );
    assert_eq!(std::fs::read(&path).unwrap(), b"precious");
}

#[tokio::test]
async fn a_certificate_is_exchanged_while_connections_are_answered() {
    let folder = tempfile::tempdir().unwrap();
    let (old_root, old) = certificate(folder.path(), "old");
    let (new_root, new) = certificate(folder.path(), "new");
    let (set, in_force) = watch::channel(Some(old));
    let listener = bind(&"127.0.0.1:0".parse().unwrap())
        .await
        .unwrap()
        .with_tls(in_force);
    assert_eq!(listener.scheme(), "https://");
    let address = listener.address().unwrap();
    let _shutdown = serve(listener);
    assert!(
        ask_tls(&address, &old_root)
            .await
            .unwrap()
            .ends_with("hello")
    );
    assert!(ask_tls(&address, &new_root).await.is_err());
    set.send_replace(Some(new));
    assert!(
        ask_tls(&address, &new_root)
            .await
            .unwrap()
            .ends_with("hello")
    );
    assert!(ask_tls(&address, &old_root).await.is_err());
    set.send_replace(None);
    let ListenAddress::Tcp(plain) = address else {
        panic!("{address}");
    };
    let answer = ask(TcpStream::connect(plain).await.unwrap()).await.unwrap();
    assert!(answer.ends_with("hello"), "{answer}");
}

#[tokio::test]
async fn handshakes_that_do_not_come_to_an_end_cost_themselves_only() {
    let folder = tempfile::tempdir().unwrap();
    let (root, tls) = certificate(folder.path(), "hub");
    let (_set, in_force) = watch::channel(Some(tls));
    let listener = bind(&"127.0.0.1:0".parse().unwrap())
        .await
        .unwrap()
        .with_tls(in_force);
    let address = listener.address().unwrap();
    let _shutdown = serve(listener);
    let ListenAddress::Tcp(plain) = address else {
        panic!("{address}");
    };
    let mut waiting = Vec::new();
    for sent in [&b""[..], b"\x16\x03\x01\x02", b"\x16"] {
        let mut stream = TcpStream::connect(plain).await.unwrap();
        stream.write_all(sent).await.unwrap();
        waiting.push(stream);
    }
    assert!(ask_tls(&address, &root).await.unwrap().ends_with("hello"));
    for mut stream in waiting {
        let mut rest = Vec::new();
        let closed = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut rest)).await;
        // Closed with a reset or in order, but closed.
        drop(closed.expect("the handshake has a limit"));
    }
    // Who speaks no TLS is left.
    let mut stream = TcpStream::connect(plain).await.unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await
        .unwrap();
    let mut rest = Vec::new();
    let closed = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut rest)).await;
    drop(closed.expect("it is left"));
    assert!(!rest.starts_with(b"HTTP"));
    assert!(ask_tls(&address, &root).await.is_ok());
}
