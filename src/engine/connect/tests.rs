use std::fs;
use std::path::Path;

use super::*;

fn sources(request: &ConnectRequest) -> Vec<(String, String)> {
    request.candidates().into_iter().map(|each| (each.source, each.shown)).collect()
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a parent")).expect("directories");
    fs::write(path, text).expect("a file");
}

fn config_dir(current: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    write(&dir.path().join("config.json"), &format!(r#"{{"auths":{{}},"currentContext":"{current}"}}"#));
    write(
        &dir.path().join("contexts/meta/aa/meta.json"),
        r#"{"Name":"prod","Metadata":{},"Endpoints":{"docker":{"Host":"tcp://10.1.2.3:2376","SkipTLSVerify":false}}}"#,
    );
    write(&dir.path().join("contexts/tls/aa/docker/ca.pem"), "");
    write(
        &dir.path().join("contexts/meta/bb/meta.json"),
        r#"{"Name":"far","Endpoints":{"docker":{"Host":"ssh://ops@far.example"}}}"#,
    );
    write(&dir.path().join("contexts/meta/cc/meta.json"), "not json");
    dir
}

#[test]
fn the_search_goes_from_the_explicit_to_the_usual() {
    let dir = config_dir("far");
    let request = ConnectRequest {
        docker_host: Some("tcp://a:1".into()),
        docker_config: Some(dir.path().to_owned()),
        sockets: default_sockets(Some(Path::new("/run/user/7"))),
        ..ConnectRequest::default()
    };
    let expected = [
        ("DOCKER_HOST", "tcp://a:1"),
        ("context far", "ssh://ops@far.example"),
        ("default socket", "unix:///var/run/docker.sock"),
        ("rootless socket", "unix:///run/user/7/docker.sock"),
        ("Podman socket", "unix:///run/user/7/podman/podman.sock"),
        ("Podman socket", "unix:///run/podman/podman.sock"),
    ];
    let expected: Vec<_> = expected.map(|(a, b)| (a.to_owned(), b.to_owned())).into();
    assert_eq!(sources(&request), expected);
}

#[test]
fn an_explicit_choice_is_the_only_candidate() {
    let dir = config_dir("far");
    let base = ConnectRequest {
        docker_host: Some("tcp://a:1".into()),
        docker_config: Some(dir.path().to_owned()),
        sockets: default_sockets(None),
        ..ConnectRequest::default()
    };
    let host = ConnectRequest { host: Some("unix:///x".into()), ..base.clone() };
    assert_eq!(sources(&host), [("--host".to_owned(), "unix:///x".to_owned())]);
    let context = ConnectRequest { context: Some("prod".into()), ..base.clone() };
    assert_eq!(sources(&context), [("context prod".to_owned(), "https://10.1.2.3:2376".to_owned())]);
    let usual = ConnectRequest { context: Some("default".into()), ..base };
    assert_eq!(sources(&usual), [("context default".to_owned(), "unix:///var/run/docker.sock".to_owned())]);
}

#[tokio::test]
async fn what_failed_is_told_address_by_address() {
    let dir = config_dir("gone");
    let text_file = dir.path().join("config.json");
    let request = ConnectRequest {
        docker_host: Some("bogus://x".into()),
        docker_config: Some(dir.path().to_owned()),
        sockets: vec![
            ("default socket".into(), dir.path().join("none.sock")),
            ("Podman socket".into(), text_file),
        ],
        ..ConnectRequest::default()
    };
    let attempts = request.connect().await.map(|_| ()).expect_err("nothing there");
    let words: Vec<_> = attempts.iter().map(|each| (each.source.as_str(), each.error.as_str())).collect();
    assert!(words[0].1.contains("unknown scheme bogus://"), "{words:?}");
    assert!(words[1].1.contains("no context gone"), "{words:?}");
    assert_eq!(words[2], ("default socket", "no such file"));
    assert!(words[3].1.contains("refused"), "{words:?}");
}

#[tokio::test]
async fn something_else_that_listens_is_not_taken_for_an_engine() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("other.sock");
    let listener = tokio::net::UnixListener::bind(&path).expect("a socket");
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a client");
        assert!(stream.read(&mut [0; 1024]).await.expect("a request") > 0);
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\nhello, world";
        stream.write_all(answer).await.expect("an answer");
        stream
    });
    let attempts = ConnectRequest::to_host(format!("unix://{}", path.display()))
        .connect()
        .await
        .map(|_| ())
        .expect_err("not an engine");
    assert!(attempts[0].error.starts_with("not a Docker API"), "{attempts:?}");
    server.abort();
}

#[test]
fn versions_are_agreed_on_and_never_pinned() {
    for (newest, oldest, expected) in [
        (Some("1.45"), Some("1.24"), Some("1.45")),
        (Some("1.99"), Some("1.44"), Some("1.53")),
        (Some("1.41"), None, Some("1.41")),
        (Some("2.1"), Some("2.0"), None),
        (Some("1.12"), None, None),
        (Some("x"), None, None),
        (None, None, None),
    ] {
        assert_eq!(agree(newest, oldest).ok().as_deref(), expected, "{newest:?} {oldest:?}");
    }
}

#[test]
fn flavours_are_told_by_platform_or_components() {
    let version = |json: &str| serde_json::from_str::<wire::Version>(json).expect("a version");
    for (json, expected) in [
        (r#"{"Platform":{"Name":"Docker Engine - Community"}}"#, EngineFlavour::Docker),
        (r#"{"Components":[{"Name":"Podman Engine","Version":"4.9.3"}]}"#, EngineFlavour::Podman),
        (r#"{"Platform":{"Name":"hubdeck sim"}}"#, EngineFlavour::Simulated),
        ("{}", EngineFlavour::Docker),
    ] {
        assert_eq!(flavour(&version(json)), expected, "{json}");
    }
}
