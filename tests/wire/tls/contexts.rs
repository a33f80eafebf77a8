//! Files of a Docker context.

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

use super::{Authority, CONNECTED, Engine, UNTRUSTED, WANTS_CLIENT, Wants, check, lone, pem};

/// The address of a server that answers in plain HTTP.
async fn without_tls() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("tcp://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    address
}

#[tokio::test]
async fn a_context_believes_whom_docker_believes() {
    let engine = Engine::start().await;
    let (ours, theirs) = (Authority::new("ours"), Authority::new("theirs"));
    let (alone, alone_ca) = (lone(false), lone(true));
    let open = engine
        .behind(&ours.signs("127.0.0.1", 30), Wants::Nothing)
        .await;
    let late = engine
        .behind(&ours.signs("127.0.0.1", -1), Wants::Nothing)
        .await;
    let elsewhere = engine
        .behind(&ours.signs("hub.example", 30), Wants::Nothing)
        .await;
    let lonely = engine.behind(&alone, Wants::Nothing).await;
    let lonely_ca = engine.behind(&alone_ca, Wants::Nothing).await;
    let ca = ("ca.pem", ours.made.certificate_pem.as_str());
    let other_name =
        "the engine's certificate was issued for another name than the one in the address";
    check(&[
        ("unverified, no files", &lonely, true, &[], CONNECTED),
        ("unverified, another's CA", &lonely, true, &[ca], CONNECTED),
        ("a CA", &open, false, &[ca], CONNECTED),
        (
            "another's CA",
            &open,
            false,
            &[("ca.pem", &theirs.made.certificate_pem)],
            UNTRUSTED,
        ),
        (
            "itself as CA",
            &lonely,
            false,
            &[("ca.pem", &alone.certificate_pem)],
            CONNECTED,
        ),
        (
            "itself, as openssl makes it",
            &lonely_ca,
            false,
            &[("ca.pem", &alone_ca.certificate_pem)],
            CONNECTED,
        ),
        (
            "over",
            &late,
            false,
            &[ca],
            "the engine's certificate has expired",
        ),
        ("for another name", &elsewhere, false, &[ca], other_name),
    ])
    .await;

    check(&[(
        "no TLS",
        &without_tls().await,
        false,
        &[ca],
        "the engine does not speak TLS there",
    )])
    .await;
}

#[tokio::test]
async fn a_context_shows_the_client_that_docker_shows() {
    let engine = Engine::start().await;
    let (ours, theirs) = (Authority::new("ours"), Authority::new("theirs"));
    let (server, operator) = (ours.signs("127.0.0.1", 30), ours.signs("operator", 30));
    let stranger = theirs.signs("operator", 30);
    let ca = ("ca.pem", ours.made.certificate_pem.as_str());
    let certificate = ("cert.pem", operator.certificate_pem.as_str());
    let key = ("key.pem", operator.key_pem.as_str());
    let client = [certificate, key];
    let whole = [ca, certificate, key];
    let open = engine.behind(&server, Wants::Nothing).await;
    let closed = engine.behind(&server, Wants::ClientOf(&ours)).await;
    let closed12 = engine
        .behind(&server, Wants::ClientOfOverTls12(&ours))
        .await;
    check(&[
        ("unverified, a client", &closed, true, &client, CONNECTED),
        ("unverified, no client", &closed, true, &[], WANTS_CLIENT),
        ("a CA and a client", &closed, false, &whole, CONNECTED),
        ("the same over TLS 1.2", &closed12, false, &whole, CONNECTED),
        ("a client, not asked for", &open, false, &whole, CONNECTED),
        (
            "no client, one is wanted",
            &closed,
            false,
            &[ca],
            WANTS_CLIENT,
        ),
        (
            "the same over TLS 1.2",
            &closed12,
            false,
            &[ca],
            WANTS_CLIENT,
        ),
        (
            "half a client",
            &closed,
            false,
            &[ca, certificate],
            WANTS_CLIENT,
        ),
        ("a client without a CA", &closed, false, &client, UNTRUSTED),
        (
            "a client of somebody else",
            &closed,
            false,
            &[
                ca,
                ("cert.pem", &stranger.certificate_pem),
                ("key.pem", &stranger.key_pem),
            ],
            "the engine does not accept the client certificate DIR/contexts/tls/ID/docker/cert.pem",
        ),
    ])
    .await;
}

#[tokio::test]
async fn a_file_that_cannot_be_used_is_named() {
    let engine = Engine::start().await;
    let ours = Authority::new("ours");
    let (server, operator) = (ours.signs("127.0.0.1", 30), ours.signs("operator", 30));
    let stranger = Authority::new("theirs").signs("operator", 30);
    let encrypted = pem("ENCRYPTED PRIVATE KEY", b"x");
    let ca = ("ca.pem", ours.made.certificate_pem.as_str());
    let certificate = ("cert.pem", operator.certificate_pem.as_str());
    let closed = engine.behind(&server, Wants::ClientOf(&ours)).await;
    check(&[
        (
            "a CA that is none",
            &closed,
            false,
            &[("ca.pem", "hello")],
            "DIR/contexts/tls/ID/docker/ca.pem cannot be used: it holds no certificate",
        ),
        (
            "the key of another certificate",
            &closed,
            false,
            &[ca, certificate, ("key.pem", &stranger.key_pem)],
            "DIR/contexts/tls/ID/docker/key.pem cannot be used: it belongs to another certificate",
        ),
        (
            "an encrypted key",
            &closed,
            false,
            &[ca, certificate, ("key.pem", &encrypted)],
            "DIR/contexts/tls/ID/docker/key.pem cannot be used: it holds no private key; an encrypted one cannot be \
             used",
        ),
    ])
    .await;
}
