use std::fs;
use std::path::Path;

use super::*;

fn sources(request: &ConnectRequest) -> Vec<(String, String)> {
    request
        .candidates()
        .into_iter()
        .map(|each| (each.source, each.shown))
        .collect()
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a parent")).expect("directories");
    fs::write(path, text).expect("a file");
}

/// A configuration directory with contexts `prod` (TLS), `far` (SSH) and `odd`, whose file is none.
fn config_dir(current: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    write(
        &dir.path().join("config.json"),
        &format!(r#"{{"auths":{{}},"currentContext":"{current}"}}"#),
    );
    let meta = |name: &str, text: &str| {
        write(
            &context_dir(dir.path(), "meta", name).join("meta.json"),
            text,
        )
    };
    meta(
        "prod",
        r#"{"Name":"prod","Metadata":{},"Endpoints":{"docker":{"Host":"tcp://10.1.2.3:2376","SkipTLSVerify":false}}}"#,
    );
    write(
        &context_dir(dir.path(), "tls", "prod").join("docker/ca.pem"),
        "",
    );
    meta(
        "far",
        r#"{"Name":"far","Endpoints":{"docker":{"Host":"ssh://ops@far.example"}}}"#,
    );
    meta("odd", "not json");
    dir
}

fn context_dir(dir: &Path, kind: &str, name: &str) -> PathBuf {
    let id = ring::digest::digest(&ring::digest::SHA256, name.as_bytes());
    let id: String = id
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    dir.join("contexts").join(kind).join(id)
}

/// A request with everything set that names an engine in the environment, and sockets.
fn everything(dir: &Path) -> ConnectRequest {
    ConnectRequest {
        docker_host: Some("tcp://a:1".into()),
        docker_context: Some("prod".into()),
        docker_config: Some(dir.to_owned()),
        sockets: default_sockets(Some(Path::new("/run/user/7"))),
        ..ConnectRequest::default()
    }
}

#[test]
fn what_is_named_is_the_only_candidate_in_the_order_of_docker() {
    let dir = config_dir("far");
    let all = everything(dir.path());
    let only = |request: &ConnectRequest, source: &str, shown: &str| {
        assert_eq!(sources(request), [(source.to_owned(), shown.to_owned())]);
    };
    only(
        &ConnectRequest {
            host: Some("unix:///x".into()),
            ..all.clone()
        },
        "--host",
        "unix:///x",
    );
    let context = |name: &str| ConnectRequest {
        context: Some(name.into()),
        ..all.clone()
    };
    only(&context("far"), "context far", "ssh://ops@far.example");
    // For docker the context "default" is what DOCKER_HOST says, else the default socket.
    only(&context("default"), "DOCKER_HOST", "tcp://a:1");
    only(
        &ConnectRequest {
            docker_host: None,
            ..context("default")
        },
        "context default",
        "unix:///var/run/docker.sock",
    );
    only(&all, "DOCKER_HOST", "tcp://a:1");
    let without_host = ConnectRequest {
        docker_host: None,
        ..all
    };
    only(&without_host, "context prod", "https://10.1.2.3:2376");
    let default = ConnectRequest {
        docker_context: Some("default".into()),
        ..without_host.clone()
    };
    only(&default, "context default", "unix:///var/run/docker.sock");
    let current = ConnectRequest {
        docker_context: None,
        ..without_host
    };
    only(&current, "context far", "ssh://ops@far.example");
}

#[test]
fn sockets_are_tried_only_where_nothing_is_named() {
    let dir = config_dir("default");
    let bare = tempfile::tempdir().expect("a directory");
    let expected = [
        ("default socket", "unix:///var/run/docker.sock"),
        ("rootless socket", "unix:///run/user/7/docker.sock"),
        ("Podman socket", "unix:///run/user/7/podman/podman.sock"),
        ("Podman socket", "unix:///run/podman/podman.sock"),
    ];
    let expected: Vec<_> = expected.map(|(a, b)| (a.to_owned(), b.to_owned())).into();
    for docker_config in [Some(dir.path()), Some(bare.path()), None] {
        let request = ConnectRequest {
            docker_config: docker_config.map(Path::to_owned),
            sockets: default_sockets(Some(Path::new("/run/user/7"))),
            ..ConnectRequest::default()
        };
        assert_eq!(sources(&request), expected, "{docker_config:?}");
    }
}

/// A request with the configuration directory `dir` and a socket that is not there.
fn with_config(dir: &Path) -> ConnectRequest {
    ConnectRequest {
        docker_config: Some(dir.to_owned()),
        sockets: vec![("default socket".into(), dir.join("none.sock"))],
        ..ConnectRequest::default()
    }
}

/// The only attempt of `request` is this one.
async fn assert_fails(request: ConnectRequest, source: &str, endpoint: &str, error: &str) {
    let attempts = request
        .connect()
        .await
        .map(|_| ())
        .expect_err("nothing there");
    let expected = ConnectAttempt {
        source: source.to_owned(),
        endpoint: endpoint.to_owned(),
        error: error.to_owned(),
    };
    assert_eq!(attempts, [expected], "{error}");
}

#[tokio::test]
async fn a_named_host_that_cannot_be_had_is_all_that_is_told() {
    let dir = config_dir("odd");
    for (host, error) in [
        (
            "bogus://x",
            "unknown scheme bogus://; use unix, tcp, http, https or ssh",
        ),
        (
            "tcp://127.0.0.1:1",
            "connection refused; is the engine running?",
        ),
    ] {
        let request = ConnectRequest {
            docker_host: Some(host.into()),
            ..with_config(dir.path())
        };
        assert_fails(request, "DOCKER_HOST", host, error).await;
    }
}

#[tokio::test]
async fn a_context_that_cannot_be_had_is_all_that_is_told() {
    let dir = config_dir("odd");
    let place = dir.path().display();
    let named = |name: &str| ConnectRequest {
        docker_context: Some(name.into()),
        ..with_config(dir.path())
    };
    let error = format!("there is no context nowhere in {place}; see `docker context ls`");
    assert_fails(
        named("nowhere"),
        "DOCKER_CONTEXT",
        "context nowhere",
        &error,
    )
    .await;
    let authority = context_dir(dir.path(), "tls", "prod").join("docker/ca.pem");
    let error = format!(
        "{} cannot be used: it holds no certificate",
        authority.display()
    );
    assert_fails(
        named("prod"),
        "context prod",
        "https://10.1.2.3:2376",
        &error,
    )
    .await;
    let odd = context_dir(dir.path(), "meta", "odd").join("meta.json");
    let error = format!(
        "cannot read {}: expected ident at line 1 column 2",
        odd.display()
    );
    let current = with_config(dir.path());
    assert_fails(current, "current context", "context odd", &error).await;
}

#[tokio::test]
async fn a_config_file_that_cannot_be_read_may_name_an_engine() {
    let dir = tempfile::tempdir().expect("a directory");
    let config = dir.path().join("config.json");
    let request = ConnectRequest {
        docker_config: Some(dir.path().to_owned()),
        sockets: vec![("default socket".into(), dir.path().join("none.sock"))],
        ..ConnectRequest::default()
    };
    write(&config, "{");
    let attempts = request
        .connect()
        .await
        .map(|_| ())
        .expect_err("nothing there");
    assert_eq!(attempts.len(), 1);
    assert_eq!(attempts[0].endpoint, "the current context");
    assert_eq!(
        attempts[0].error,
        format!(
            "cannot read {}: EOF while parsing an object at line 1 column 1; name the engine with --host, --context \
             or DOCKER_HOST",
            config.display()
        )
    );
    // A byte order mark is read over, in both files.
    write(&config, "\u{feff}{\"currentContext\":\"prod\"}");
    let meta = context_dir(dir.path(), "meta", "prod").join("meta.json");
    write(
        &meta,
        "\u{feff}{\"Endpoints\":{\"docker\":{\"Host\":\"tcp://10.1.2.3:99\"}}}",
    );
    assert_eq!(
        sources(&request),
        [("context prod".to_owned(), "tcp://10.1.2.3:99".to_owned())]
    );
}

#[tokio::test]
async fn where_nothing_is_named_each_socket_tells_why() {
    let dir = config_dir("default");
    let request = ConnectRequest {
        docker_config: Some(dir.path().to_owned()),
        sockets: vec![
            ("default socket".into(), dir.path().join("none.sock")),
            ("Podman socket".into(), dir.path().join("config.json")),
        ],
        ..ConnectRequest::default()
    };
    let attempts = request
        .connect()
        .await
        .map(|_| ())
        .expect_err("nothing there");
    let words: Vec<_> = attempts
        .iter()
        .map(|each| (each.source.as_str(), each.error.as_str()))
        .collect();
    assert_eq!(words[0], ("default socket", "no such file"));
    assert!(words[1].1.contains("refused"), "{words:?}");
}

#[tokio::test]
async fn something_else_that_listens_is_not_taken_for_an_engine() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("other.sock");
    let listener = tokio::net::UnixListener::bind(&path).expect("a socket");
    let server = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.expect("a client");
            assert!(stream.read(&mut [0; 1024]).await.expect("a request") > 0);
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\nhello, world";
            stream.write_all(answer).await.expect("an answer");
        }
    });
    let attempts = ConnectRequest::to_host(format!("unix://{}", path.display()))
        .connect()
        .await
        .map(|_| ())
        .expect_err("not an engine");
    assert!(
        attempts[0].error.starts_with("not a Docker API"),
        "{attempts:?}"
    );
    server.abort();
}
