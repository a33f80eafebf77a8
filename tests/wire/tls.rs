//! TLS to an engine as docker speaks it: every combination of files against real TLS servers before
//! a simulated engine.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::support::hubdeck::Home;
use base64::Engine as _;
use hubdeck::engine::ConnectRequest;
use hubdeck::model::Timestamp;
use hubdeck::sim::{Control, Listen, Scenario, serve};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use tokio::net::{TcpListener, UnixStream};
use tokio_rustls::TlsAcceptor;

/// A certificate with its key, also as files hold them.
struct Made {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
    certificate_pem: String,
    key_pem: String,
}

/// Who signs.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    made: Made,
}

fn made(certificate: &rcgen::Certificate, key: &KeyPair) -> Made {
    Made {
        certificate: certificate.der().clone(),
        key: PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        certificate_pem: pem("CERTIFICATE", certificate.der()),
        key_pem: pem("PRIVATE KEY", &key.serialize_der()),
    }
}

fn pem(kind: &str, der: &[u8]) -> String {
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    format!(
        "-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n",
        lines.join("\n")
    )
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let made = made(&certificate, &key);
        Self {
            issuer: Issuer::new(params, key),
            made,
        }
    }

    fn signs(&self, name: &str, days: i64) -> Made {
        let (params, key) = leaf(name, days);
        made(&params.signed_by(&key, &self.issuer).unwrap(), &key)
    }
}

fn leaf(name: &str, days: i64) -> (CertificateParams, KeyPair) {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    let now = SystemTime::from(Timestamp::now());
    let day = Duration::from_secs(86_400);
    params.not_before = (now - day * 100).into();
    let span = day * u32::try_from(days.abs()).unwrap();
    params.not_after = if days < 0 { now - span } else { now + span }.into();
    (params, KeyPair::generate().unwrap())
}

/// A certificate that signs itself.
fn lone(authority: bool) -> Made {
    let (mut params, key) = leaf("127.0.0.1", 30);
    if authority {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    }
    made(&params.self_signed(&key).unwrap(), &key)
}

/// What a server demands of those that come.
#[derive(Clone, Copy)]
enum Wants<'a> {
    Nothing,
    ClientOf(&'a Authority),
    ClientOfOverTls12(&'a Authority),
}

/// A simulated engine; servers with TLS before it end with the test's runtime.
struct Engine {
    control: Control,
    socket: PathBuf,
    _folder: tempfile::TempDir,
}

impl Engine {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("engine.sock");
        let control = Control::new(Timestamp::now);
        let scenario = Scenario::parse("name = \"tls\"").unwrap();
        tokio::spawn(serve(
            scenario,
            Listen::Unix(socket.clone()),
            control.clone(),
        ));
        control.ready().await;
        Self {
            control,
            socket,
            _folder: folder,
        }
    }

    /// A TLS server before it; its address.
    async fn behind(&self, shows: &Made, wants: Wants<'_>) -> String {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = rustls::ServerConfig::builder_with_provider(Arc::clone(&provider));
        let builder = match wants {
            Wants::ClientOfOverTls12(_) => builder
                .with_protocol_versions(&[&rustls::version::TLS12])
                .unwrap(),
            _ => builder.with_safe_default_protocol_versions().unwrap(),
        };
        let builder = match wants {
            Wants::Nothing => builder.with_no_client_auth(),
            Wants::ClientOf(authority) | Wants::ClientOfOverTls12(authority) => {
                let mut roots = rustls::RootCertStore::empty();
                roots.add(authority.made.certificate.clone()).unwrap();
                let verifier =
                    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
                builder.with_client_cert_verifier(verifier.unwrap())
            }
        };
        let chain = vec![shows.certificate.clone()];
        let config = builder
            .with_single_cert(chain, shows.key.clone_key())
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("tcp://{}", listener.local_addr().unwrap());
        let socket = self.socket.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, socket) = (acceptor.clone(), socket.clone());
                tokio::spawn(async move {
                    // Who is turned away is the client's test.
                    let Ok(mut stream) = acceptor.accept(stream).await else {
                        return;
                    };
                    let mut engine = UnixStream::connect(socket).await.unwrap();
                    let _ = tokio::io::copy_bidirectional(&mut stream, &mut engine).await;
                });
            }
        });
        address
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.control.shutdown();
    }
}

/// A Docker configuration directory whose current context `far` has these files.
fn context(address: &str, skips: bool, files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let id: String = ring::digest::digest(&ring::digest::SHA256, b"far")
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    write(
        &dir.path().join("config.json"),
        r#"{"currentContext":"far"}"#,
    );
    write(
        &dir.path().join("contexts/meta").join(&id).join("meta.json"),
        &format!(
            r#"{{"Name":"far","Metadata":{{}},"Endpoints":{{"docker":{{"Host":"{address}","SkipTLSVerify":{skips}}}}}}}"#
        ),
    );
    for (name, text) in files {
        write(
            &dir.path()
                .join("contexts/tls")
                .join(&id)
                .join("docker")
                .join(name),
            text,
        );
    }
    dir
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// "connected", or why not.
async fn outcome(request: &ConnectRequest) -> String {
    match request.connect().await {
        Ok((engine, info)) => {
            engine.list().await.expect("it goes on to answer");
            assert!(info.endpoint.starts_with("https://127.0.0.1:"), "{info:?}");
            "connected".into()
        }
        Err(attempts) => {
            assert_eq!(attempts.len(), 1, "{attempts:?}");
            attempts[0].error.clone()
        }
    }
}

async fn by_context(address: &str, skips: bool, files: &[(&str, &str)]) -> String {
    let dir = context(address, skips, files);
    let request = ConnectRequest {
        docker_config: Some(dir.path().to_owned()),
        ..ConnectRequest::default()
    };
    outcome(&request)
        .await
        .replace(&dir.path().display().to_string(), "DIR")
}

const CONNECTED: &str = "connected";
const WANTS_CLIENT: &str =
    "the engine wants a client certificate; put cert.pem and key.pem beside ca.pem";

const UNTRUSTED: &str = "the engine's certificate is signed by an authority that is not trusted; put that authority into ca.pem";

/// One row: what it is about, the server, whether it is believed unseen, the files, what comes of
/// it.
type Row<'a> = (&'a str, &'a str, bool, &'a [(&'a str, &'a str)], &'a str);

async fn check(rows: &[Row<'_>]) {
    for (what, address, skips, files, expected) in rows {
        let told = by_context(address, *skips, files).await;
        let parts: Vec<_> = told
            .split('/')
            .map(|part| if part.len() == 64 { "ID" } else { part })
            .collect();
        let told = parts.join("/");
        assert_eq!(told, *expected, "{what}");
        assert!(
            !told.contains("http"),
            "{what}: no links to a library: {told}"
        );
    }
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
        ("nothing looked at, no files", &lonely, true, &[], CONNECTED),
        (
            "nothing looked at, another's CA",
            &lonely,
            true,
            &[ca],
            CONNECTED,
        ),
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

    let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("tcp://{}", plain.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = plain.accept().await {
            use tokio::io::AsyncWriteExt as _;
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    check(&[(
        "no TLS",
        &address,
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
    let (server, client) = (ours.signs("127.0.0.1", 30), ours.signs("operator", 30));
    let stranger = theirs.signs("operator", 30);
    let ca = ("ca.pem", ours.made.certificate_pem.as_str());
    let certificate = ("cert.pem", client.certificate_pem.as_str());
    let key = ("key.pem", client.key_pem.as_str());
    let open = engine.behind(&server, Wants::Nothing).await;
    let closed = engine.behind(&server, Wants::ClientOf(&ours)).await;
    let closed12 = engine
        .behind(&server, Wants::ClientOfOverTls12(&ours))
        .await;
    check(&[
        (
            "nothing looked at, a client",
            &closed,
            true,
            &[certificate, key],
            CONNECTED,
        ),
        (
            "nothing looked at, no client",
            &closed,
            true,
            &[],
            WANTS_CLIENT,
        ),
        (
            "a CA and a client",
            &closed,
            false,
            &[ca, certificate, key],
            CONNECTED,
        ),
        (
            "the same over TLS 1.2",
            &closed12,
            false,
            &[ca, certificate, key],
            CONNECTED,
        ),
        (
            "a client that nobody asks for",
            &open,
            false,
            &[ca, certificate, key],
            CONNECTED,
        ),
        (
            "a CA, and a client is wanted",
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
            "half a client counts as none",
            &closed,
            false,
            &[ca, certificate],
            WANTS_CLIENT,
        ),
        (
            "a client without a CA",
            &closed,
            false,
            &[certificate, key],
            UNTRUSTED,
        ),
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
    let (server, client) = (ours.signs("127.0.0.1", 30), ours.signs("operator", 30));
    let stranger = Authority::new("theirs").signs("operator", 30);
    let encrypted = pem("ENCRYPTED PRIVATE KEY", b"x");
    let ca = ("ca.pem", ours.made.certificate_pem.as_str());
    let certificate = ("cert.pem", client.certificate_pem.as_str());
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
