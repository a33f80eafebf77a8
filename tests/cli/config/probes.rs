//! `probe = { … }` of `[[service]]` rules: what each kind takes.

mod mistakes;

use std::path::{Path, PathBuf};

use hubdeck::config::arguments::Globals;
use hubdeck::config::{Loaded, ProcessEnvironment, Request};
use hubdeck::model::{Credentials, ProbeKind, ProbeOrigin, ProbeSpec, SecretSource};

/// The example file.
const EXAMPLE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/config.example.toml"));

fn load(probe: &str, environment: &[(&str, &str)]) -> Result<Loaded, String> {
    let pairs = environment
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let request = Request {
        globals: Globals::default(),
        environment: ProcessEnvironment::new(pairs),
        default_file: None,
        default_tokens_file: None,
    };
    let text = format!("[[service]]\nmatch = \"a\"\nprobe = {{ {probe} }}");
    request
        .load_text(Some((Path::new("c.toml"), &text)))
        .map_err(|error| error.to_string())
}

fn spec(probe: &str) -> ProbeSpec {
    let loaded = load(probe, &[]).unwrap_or_else(|told| panic!("{probe}: {told}"));
    loaded.settings.services[0].probe.clone().unwrap()
}

/// `kind port path tls url subject`, as far as they are set.
fn shown(probe: &str) -> String {
    let spec = spec(probe);
    assert_eq!(spec.origin, ProbeOrigin::Config);
    let mut words = vec![spec.kind.id().to_owned()];
    words.extend((spec.port != 0).then(|| spec.port.to_string()));
    words.extend(spec.tls.then(|| "tls".to_owned()));
    words.extend(spec.url.clone());
    words.extend(Some(spec.path).filter(|path| !path.is_empty() && spec.url.is_none()));
    words.extend(Some(spec.subject).filter(|subject| !subject.is_empty()));
    words.join(" ")
}

#[test]
fn every_kind_is_set_by_its_word_with_its_usual_port() {
    for kind in ProbeKind::ALL {
        let own = match kind {
            ProbeKind::Http | ProbeKind::Tcp | ProbeKind::Grpc => "port = 7",
            ProbeKind::Exec => "command = [\"true\"]",
            _ => "timeout = 1",
        };
        let spec = spec(&format!("kind = \"{}\", {own}", kind.id()));
        let port = kind
            .default_port()
            .unwrap_or(if own == "port = 7" { 7 } else { 0 });
        assert_eq!((spec.kind, spec.port), (kind, port));
        let path = if kind == ProbeKind::Http {
            "/"
        } else {
            kind.health_path().unwrap_or_default()
        };
        assert_eq!(spec.path, path, "{kind:?}");
    }
}

#[test]
fn every_kind_with_an_address_takes_a_url() {
    for kind in ProbeKind::ALL.into_iter().filter(|kind| kind.has_address()) {
        let by_scheme = spec(&format!("url = \"{}://host.example:99\"", kind.id()));
        assert_eq!((by_scheme.kind, by_scheme.port), (kind, 0));
        let scheme = if kind.is_http() { "http" } else { kind.id() };
        let url = format!(
            "{scheme}://host.example:99{}",
            kind.health_path().unwrap_or_default()
        );
        assert_eq!(by_scheme.url.as_deref(), Some(url.as_str()));
        if kind.is_http() {
            let by_kind = spec(&format!(
                "kind = \"{}\", url = \"http://host.example:99\"",
                kind.id()
            ));
            assert_eq!(by_kind, by_scheme);
        }
    }
}

/// Keys of a probe, and what [`shown`] says of it.
const FITTING: &[(&str, &str)] = &[
    ("port = 8000", "http 8000 /"),
    (
        "kind = \"https\", port = 8443, path = \"/up\"",
        "http 8443 tls /up",
    ),
    ("kind = \"mariadb\", port = 3307", "mysql 3307"),
    ("kind = \"valkey\", tls = true", "redis 6379 tls"),
    ("kind = \"amqp\", tls = true", "amqp 5671 tls"),
    ("kind = \"mqtt\", tls = true", "mqtt 8883 tls"),
    (
        "kind = \"postgres\", database = \"app\"",
        "postgres 5432 app",
    ),
    (
        "kind = \"grpc\", port = 50051, service = \"my.Grpc\"",
        "grpc 50051 my.Grpc",
    ),
    (
        "kind = \"dns\", name = \"example.org\"",
        "dns 53 example.org",
    ),
    (
        "kind = \"grafana\", path = \"/grafana/api/health\"",
        "grafana 3000 /grafana/api/health",
    ),
    (
        "url = \"https://example.org/health?full=1\"",
        "http tls https://example.org/health?full=1",
    ),
    (
        "url = \"redis://cache.example:6379\", tls = true",
        "redis tls redis://cache.example:6379",
    ),
    (
        "url = \"rediss://cache.example\"",
        "redis tls redis://cache.example:6379",
    ),
    (
        "url = \"postgres://db.example/app\"",
        "postgres postgres://db.example:5432 app",
    ),
    (
        "url = \"grpc://api.example:443/my.Grpc\", tls = true",
        "grpc tls grpc://api.example:443 my.Grpc",
    ),
    (
        "url = \"dns://9.9.9.9/example.org\"",
        "dns dns://9.9.9.9:53 example.org",
    ),
    (
        "kind = \"vault\", url = \"https://v.example\"",
        "vault tls https://v.example/v1/sys/health",
    ),
    (
        "kind = \"exec\", command = [\"pg_isready\", \"-U\", \"app\"]",
        "exec",
    ),
    ("kind = \"docker\"", "docker"),
];

#[test]
fn keys_that_fit_are_taken() {
    for (probe, expected) in FITTING {
        assert_eq!(shown(probe), *expected, "{probe}");
    }
    assert_eq!(
        spec("kind = \"exec\", command = [\"a\", \"b c\"]")
            .command
            .reveal()
            .as_slice(),
        ["a", "b c"]
    );
    assert_eq!(
        spec("kind = \"tcp\", port = 25, expect = \"220 \"")
            .expect
            .text
            .as_deref(),
        Some("220 ")
    );
    let expect = spec("port = 80, body = \"ok\", json = \"checks.0\", json_equals = true").expect;
    let json = expect.json.unwrap();
    assert_eq!(
        (expect.text.as_deref(), json.pointer.as_str()),
        (Some("ok"), "/checks/0")
    );
    assert_eq!(json.equals.as_deref(), Some("true"));
}

#[test]
fn a_request_is_set_with_all_its_parts() {
    let spec = spec(
        "port = 8443, tls = true, method = \"post\", host = \"app.example\", server_name = \"tls.example\", \
         headers = { X-Probe = \"1\", Accept = \"text/plain\" }, request_body = \"{}\"",
    );
    let request = &spec.request;
    assert_eq!(
        (request.method.as_str(), request.host.as_str()),
        ("POST", "app.example")
    );
    assert_eq!(
        (request.header("x-probe"), request.header("accept")),
        (Some("1"), Some("text/plain"))
    );
    assert_eq!(
        request.body.as_ref().map(hubdeck::model::Hidden::reveal),
        Some("{}")
    );
    assert_eq!(spec.server_name.as_deref(), Some("tls.example"));
    assert_eq!(
        self::spec("port = 80, method = \"GET\"").request,
        hubdeck::model::HttpRequest::default()
    );
    let postgres = self::spec("kind = \"postgres\", user = \"app\"");
    assert_eq!(
        (postgres.user.as_str(), postgres.credentials),
        ("app", None)
    );
}

#[test]
fn the_probes_of_the_example_are_right() {
    let lines = EXAMPLE
        .lines()
        .filter_map(|line| line.strip_prefix("#   { ")?.strip_suffix(" }"));
    let kinds: Vec<&str> = lines.map(|line| spec(line).kind.id()).collect();
    let expected = [
        "postgres", "redis", "http", "http", "tcp", "grpc", "dns", "exec", "docker", "http",
        "redis",
    ];
    assert_eq!(kinds, expected);
}

#[test]
fn credentials_are_references() {
    let password = |user: &str, password| {
        Some(Credentials::Password {
            user: user.into(),
            password,
        })
    };
    let variable = SecretSource::Environment("DB_PASSWORD".into());
    let file = SecretSource::File(PathBuf::from("/run/secrets/db"));
    for (probe, expected) in [
        (
            "kind = \"postgres\", user = \"monitor\", password_env = \"DB_PASSWORD\"",
            password("monitor", variable.clone()),
        ),
        (
            "kind = \"redis\", password_file = \"/run/secrets/db\"",
            password("", file.clone()),
        ),
        (
            "kind = \"amqp\", user = \"m\", password_file = \"/run/secrets/db\"",
            password("m", file.clone()),
        ),
        (
            "port = 80, token_env = \"DB_PASSWORD\"",
            Some(Credentials::Token(variable)),
        ),
        (
            "kind = \"nats\", token_file = \"/run/secrets/db\"",
            Some(Credentials::Token(file)),
        ),
        ("kind = \"postgres\"", None),
    ] {
        assert_eq!(spec(probe).credentials, expected, "{probe}");
    }
}

#[test]
fn a_secret_that_is_not_there_is_a_warning_only() {
    let warnings = |probe: &str, environment: &[(&str, &str)]| -> Vec<String> {
        load(probe, environment)
            .unwrap()
            .warnings
            .iter()
            .map(ToString::to_string)
            .collect()
    };
    let rule = "kind = \"redis\", password_env = \"CACHE_PASSWORD\"";
    assert_eq!(
        warnings(rule, &[]),
        [
            "c.toml, line 3: service.probe.password_env names CACHE_PASSWORD, which is not set: this probe cannot run"
        ]
    );
    assert_eq!(
        warnings(rule, &[("CACHE_PASSWORD", "")]).len(),
        1,
        "an empty one is no password"
    );
    assert_eq!(warnings(rule, &[("CACHE_PASSWORD", "x")]), [""; 0]);
    let ours = "kind = \"redis\", password_env = \"HUBDECK_CACHE_PASSWORD\"";
    assert_eq!(
        warnings(ours, &[("HUBDECK_CACHE_PASSWORD", "x")]),
        [""; 0],
        "it sets something"
    );
    let file = warnings("kind = \"nats\", token_file = \"/nowhere/token\"", &[]);
    assert_eq!(file.len(), 1);
    assert!(
        file[0].contains("names /nowhere/token, which is no file that can be read"),
        "{file:?}"
    );
}
