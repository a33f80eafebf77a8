//! The contract of protocols that begin TLS on an open connection: what hung is named by what was
//! read over TLS.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::certificates::{acceptor, made};
use super::{probe, spec};
use crate::model::ProbeKind;

/// Greets as a NATS server that requires TLS, writes `text` over TLS, and stays silent.
async fn behave(mut plain: TcpStream, acceptor: TlsAcceptor, text: &str) -> std::io::Result<()> {
    plain.write_all(b"INFO {\"tls_required\":true}\r\n").await?;
    let mut stream = acceptor.accept(plain).await?;
    stream.write_all(text.as_bytes()).await?;
    stream.flush().await?;
    while stream.read(&mut [0; 4096]).await? > 0 {}
    Ok(())
}

#[tokio::test]
async fn the_first_byte_over_tls_ends_the_wait_for_one() {
    for (text, message) in [
        ("", "no first byte within 1 s"),
        ("PING\r\n", "no answer within 1 s"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
        let address = listener.local_addr().expect("an address").to_string();
        let acceptor = acceptor(made("nats.example", (-1, 61), None));
        tokio::spawn(async move {
            let (plain, _) = listener.accept().await?;
            behave(plain, acceptor, text).await
        });
        let report = probe(spec(ProbeKind::Nats), vec![address])
            .await
            .expect("a report");
        assert_eq!(report.message(), message, "after {text:?} over TLS");
    }
}
