//! `DOCKER_TLS_VERIFY` and `DOCKER_CERT_PATH`, and certificates of the system.

use std::fs;
use std::path::Path;

use hubdeck::engine::ConnectRequest;

use super::{Authority, CONNECTED, Engine, WANTS_CLIENT, Wants, context, lone, outcome, write};
use crate::support::hubdeck::Home;

#[tokio::test]
async fn the_environment_asks_for_tls_as_with_docker() {
    let engine = Engine::start().await;
    let ours = Authority::new("ours");
    let (server, client) = (ours.signs("127.0.0.1", 30), ours.signs("operator", 30));
    let closed = engine.behind(&server, Wants::ClientOf(&ours)).await;
    let alone = lone(false);
    let lonely = engine.behind(&alone, Wants::Nothing).await;
    let dir = tempfile::tempdir().unwrap();
    let request = |address: &str, tls, tls_verify| ConnectRequest {
        docker_host: Some(address.to_owned()),
        cert_path: Some(dir.path().to_owned()),
        tls,
        tls_verify,
        ..ConnectRequest::default()
    };
    let missing = format!(
        "cannot read {}: No such file or directory",
        dir.path().join("ca.pem").display()
    );
    assert_eq!(outcome(&request(&closed, false, true)).await, missing);
    write(&dir.path().join("ca.pem"), &ours.made.certificate_pem);
    assert_eq!(outcome(&request(&closed, false, true)).await, WANTS_CLIENT);
    write(&dir.path().join("cert.pem"), &client.certificate_pem);
    write(&dir.path().join("key.pem"), &client.key_pem);
    assert_eq!(outcome(&request(&closed, false, true)).await, CONNECTED);
    assert_eq!(outcome(&request(&closed, true, true)).await, CONNECTED);
    assert_eq!(
        outcome(&request(&lonely, true, false)).await,
        CONNECTED,
        "no certificate is looked at"
    );
    assert!(
        outcome(&request(&lonely, true, true))
            .await
            .contains("not trusted")
    );
    let https = closed.replace("tcp://", "https://");
    assert_eq!(
        outcome(&request(&https, false, false)).await,
        CONNECTED,
        "https asks for TLS by itself"
    );
}

#[tokio::test]
async fn with_a_ca_nothing_of_the_system_is_loaded_and_without_one_the_system_decides() {
    let engine = Engine::start().await;
    let ours = Authority::new("ours");
    let (server, client) = (ours.signs("127.0.0.1", 30), ours.signs("operator", 30));
    let closed = engine.behind(&server, Wants::ClientOf(&ours)).await;
    let ca = ("ca.pem", ours.made.certificate_pem.as_str());
    let mine = [
        ("cert.pem", client.certificate_pem.as_str()),
        ("key.pem", client.key_pem.as_str()),
    ];
    let system = tempfile::NamedTempFile::new().unwrap();
    fs::write(system.path(), &ours.made.certificate_pem).unwrap();
    let home = Home::new();
    let run = async |files: &[(&str, &str)], authorities: &Path| {
        let dir = context(&closed, false, files);
        let mut command = home.piped(&["status"]);
        command
            .env("DOCKER_CONFIG", dir.path())
            .env("SSL_CERT_FILE", authorities);
        let ended = tokio::task::spawn_blocking(move || command.output().unwrap())
            .await
            .unwrap();
        (
            ended.status.code(),
            String::from_utf8_lossy(&ended.stdout).into_owned(),
        )
    };
    let with_ca = run(&[ca, mine[0], mine[1]], Path::new("/nonexistent")).await;
    assert_eq!(with_ca.0, Some(0), "{}", with_ca.1);
    let without = run(&mine, system.path()).await;
    assert_eq!(without.0, Some(0), "{}", without.1);
    let neither = run(&mine, Path::new("/nonexistent")).await;
    assert_eq!(neither.0, Some(3), "{}", neither.1);
    assert!(
        neither.1.contains("https://127.0.0.1:"),
        "the address that was tried: {}",
        neither.1
    );
}
