//! TLS to an engine as docker speaks it: every combination of files against real TLS servers before
//! a simulated engine.

mod contexts;
mod environment;

use crate::support::pem::pem;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use hubdeck::engine::{ConnectRequest, ExecChannels, ExecStart};
use hubdeck::model::{ExecEnd, InstanceId, TerminalSize, Timestamp};
use hubdeck::sim::{Control, Listen, Scenario, serve};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use tokio::net::{TcpListener, UnixStream};
use tokio::sync::{mpsc, watch};
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

const SCENARIO: &str = r#"
name = "tls"
[[container]]
name = "greeter"
image = "busybox"
[container.commands]
greet = { output = "hello" }
"#;

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
        let scenario = Scenario::parse(SCENARIO).unwrap();
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
            // A connection that is made over to a command is encrypted, too.
            assert_eq!(greeting(&engine).await, b"hello");
            assert!(info.endpoint.starts_with("https://127.0.0.1:"), "{info:?}");
            "connected".into()
        }
        Err(attempts) => {
            assert_eq!(attempts.len(), 1, "{attempts:?}");
            attempts[0].error.clone()
        }
    }
}

/// What a command writes to its terminal.
async fn greeting(engine: &hubdeck::engine::Engine) -> Vec<u8> {
    let size = TerminalSize {
        columns: 80,
        rows: 24,
    };
    let greeter = InstanceId::new("greeter");
    let command = ["greet".to_owned()];
    let started = engine
        .exec((&greeter, "greeter"), &command, Some(size), false)
        .await;
    let ExecStart::Attached(attached) = started.unwrap() else {
        panic!("it does not run");
    };
    let (_keys, input) = mpsc::channel(1);
    let (output, mut written) = mpsc::channel(8);
    let (_size, sizes) = watch::channel(size);
    let channels = ExecChannels {
        input,
        output,
        sizes,
    };
    assert_eq!(attached.run(channels).await.unwrap(), ExecEnd::Exited(0));
    let mut bytes = Vec::new();
    while let Some((_, piece)) = written.recv().await {
        bytes.extend(piece);
    }
    bytes
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
