//! Flags, environment and file: precedence, wording of errors, the example, reload.

mod probes;
mod watch;

use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use clap::{CommandFactory, Parser};
use hubdeck::config::cli::{Cli, Globals};
use hubdeck::config::{
    Allowed, AsciiMode, ColorMode, ConfigError, ENTRIES, Environment, Loaded, LogLevel, Place,
    Request, Settings, Warning,
};
use hubdeck::model::{Layer, ProbeKind, ProbeOrigin};

/// The example file.
const EXAMPLE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/config.example.toml"));

fn request(environment: &[(&str, &str)]) -> Request {
    let pairs = environment
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Request {
        globals: Globals::default(),
        environment: Environment::new(pairs),
        default_file: None,
    }
}

fn load(text: &str, environment: &[(&str, &str)]) -> Result<Loaded, ConfigError> {
    request(environment).load_text(Some((Path::new("c.toml"), text)))
}

fn errors(text: &str) -> String {
    load(text, &[])
        .err()
        .map_or_else(String::new, |error| error.to_string())
}

/// The warnings, one a line.
fn told(loaded: &Loaded) -> String {
    loaded
        .warnings
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

fn uncommented() -> String {
    let uncomment = |line: &str| match line.strip_prefix('#') {
        Some(rest) if !rest.starts_with(' ') => rest.to_owned(),
        _ => line.to_owned(),
    };
    EXAMPLE
        .lines()
        .map(uncomment)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn the_example_parses_and_uncommented_equals_the_defaults() {
    assert_eq!(load(EXAMPLE, &[]).unwrap().settings, Settings::default());
    let loaded = load(&uncommented(), &[]).unwrap();
    assert_eq!(loaded.settings, Settings::default());
    for entry in ENTRIES {
        assert_ne!(
            loaded.place(entry.key),
            Place::Default,
            "{} is not in the example",
            entry.key
        );
    }
    assert!(
        EXAMPLE
            .lines()
            .all(|line| line.is_empty() || line.starts_with('#'))
    );
}

#[test]
fn the_examples_of_rules_and_keys_are_right() {
    let text: String = EXAMPLE
        .lines()
        .skip_while(|line| !line.starts_with("# [[layer]]"))
        .take_while(|line| !line.starts_with("# Other"))
        .filter(|line| !line.starts_with("# Rules"))
        .map(|line| format!("{}\n", line.trim_start_matches("# ")))
        .collect();
    let settings = load(&text, &[]).unwrap().settings;
    assert_eq!(
        settings.layers.position(Layer::Added(0)),
        3,
        "below the services"
    );
    let rules = settings.services;
    let probe = rules[0].probe.as_ref().unwrap();
    assert_eq!(
        (rules[0].pattern.as_str(), rules[0].layer),
        ("hub/api-*", Some(Layer::App))
    );
    assert_eq!(
        (probe.kind, probe.port, probe.path.as_str()),
        (ProbeKind::Http, 8000, "/health")
    );
    assert_eq!(
        (probe.status, probe.origin),
        ((200, 399), ProbeOrigin::Config)
    );
    let loaded = load(
        "[keys]\nrestart = [\"r\"]\nquit = \"q\"",
        &[("HUBDECK_KEYS_QUIT", "x ctrl-q")],
    )
    .unwrap();
    assert_eq!(loaded.settings.keys["restart"], ["r"]);
    assert_eq!(loaded.settings.keys["quit"], ["x", "ctrl-q"]);
    assert_eq!(loaded.place("keys.restart").to_string(), "c.toml, line 2");
}

#[test]
fn every_mistake_is_told_with_file_line_key_and_what_is_allowed() {
    for (text, expected) in [
        (
            "[probes]\nintervl = 3",
            "c.toml, line 2: unknown key probes.intervl; did you mean probes.interval? (allowed here: enabled,",
        ),
        (
            "\n[pobes]\n",
            "c.toml, line 2: unknown key pobes; did you mean probes? (allowed here: engine,",
        ),
        (
            "colour = 1",
            "c.toml, line 1: unknown key colour (allowed here: engine,",
        ),
        (
            "[poll]\ninterval = \"0s\"",
            "c.toml, line 2: poll.interval is \"0s\"; allowed is a time from 1s to 1h",
        ),
        (
            "[probes]\n\nenabled = \"true\"",
            "c.toml, line 3: probes.enabled is \"true\"; allowed is true or false",
        ),
        (
            "[serve]\nport = 70000",
            "c.toml, line 2: serve.port is 70000; allowed is a number from 0 to 65535",
        ),
        (
            "[serve]\nhost = \"localhost\"",
            "serve.host is \"localhost\"; allowed is an IP address",
        ),
        (
            "[serve]\ntoken = \"hunter2\"",
            "serve.token is too short or no text; allowed is at least 43",
        ),
        (
            "[log]\nlevel = 2020-01-01",
            "log.level is a date; allowed is \"error\", \"warn\"",
        ),
        (
            "[ui]\ncolumns = [1]",
            "ui.columns is [1]; allowed is a list of column names",
        ),
        ("[ui.theme]\nx = 1", "unknown key ui.theme"),
        (
            "poll = 3",
            "c.toml, line 1: poll is a section, written as [poll]",
        ),
        (
            "[service]\nmatch = 1",
            "service rules are written as [[service]]",
        ),
        (
            "[keys]\nquit = 3",
            "keys.quit is 3; allowed is a key or a list of keys",
        ),
        (
            "[[service]]\nlayer = \"app\"",
            "c.toml, line 1: this [[service]] rule has no match",
        ),
        (
            "[[service]]\nmatch = \"a\"\nlayer = \"top\"",
            "c.toml, line 3: service.layer is \"top\"; allowed is \"edge\"",
        ),
        (
            "[[service]]\nmatch = \"a\"\nlayr = \"app\"",
            "unknown key service.layr; did you mean service.layer?",
        ),
        (
            "[[service]]\nmatch = \"a\"\nprobe = 5",
            "service.probe is 5; allowed is a table",
        ),
        (
            "[[service]]\nmatch = \"a\"\nprobe = { kind = \"tcp\" }",
            "c.toml, line 3: this probe has no target; give url or port",
        ),
        (
            "[[service]]\nmatch = \"a\"\n[service.probe]\nkind = \"ftp\"",
            "c.toml, line 4: service.probe.kind is \"ftp\"",
        ),
        (
            "[[service]]\nmatch = \"a\"\nprobe = { url = \"ftp://x\" }",
            "service.probe.url is \"ftp://x\"; allowed is an address",
        ),
        (
            "[[service]]\nmatch = \"a\"\nprobe = { port = 1, status = \"9-3\" }",
            "service.probe.status is \"9-3\"; allowed is a status",
        ),
        ("[poll\ninterval = 3", "c.toml, line 1: not TOML:"),
        ("[poll]\ninterval = ", "c.toml, line 2: not TOML:"),
    ] {
        let told = errors(text);
        assert!(told.contains(expected), "{text:?} told:\n{told}");
        assert!(!told.contains("hunter2"));
    }
}

/// Ids of the layers, top to bottom.
fn layer_ids(text: &str) -> String {
    let layers = load(text, &[]).map(|loaded| loaded.settings.layers);
    let ids = layers
        .iter()
        .flat_map(|layers| layers.iter())
        .map(|name| name.id.as_str());
    ids.collect::<Vec<_>>().join(" ")
}

#[test]
fn layers_are_renamed_moved_and_added() {
    for (text, expected) in [
        ("", "edge ui app data infra"),
        ("[[layer]]\nid = \"batch\"", "edge ui app data infra batch"),
        (
            "[[layer]]\nid = \"batch\"\nafter = \"\"",
            "batch edge ui app data infra",
        ),
        (
            "[[layer]]\nid = \"batch\"\nafter = \"app\"",
            "edge ui app batch data infra",
        ),
        (
            "[[layer]]\nid = \"data\"\nafter = \"infra\"",
            "edge ui app infra data",
        ),
        (
            "[[layer]]\nid = \"infra\"\nafter = \"\"\n[[layer]]\nid = \"ui\"\nafter = \"data\"",
            "infra edge app data ui",
        ),
        // A layer may stand below one that comes later in the file.
        (
            "[[layer]]\nid = \"a\"\nafter = \"b\"\n[[layer]]\nid = \"b\"\nafter = \"ui\"",
            "edge ui b app data infra a",
        ),
    ] {
        assert_eq!(layer_ids(text), expected, "{text}");
    }
    let layers = load(
        "[[layer]]\nid = \"data\"\ntitle = \"Storage\"\n[[layer]]\nid = \"x\"",
        &[],
    )
    .unwrap();
    let layers = layers.settings.layers;
    assert_eq!(
        (layers.title(Layer::Data), layers.title(Layer::Added(0))),
        ("Storage", "x")
    );
    let many: String = (0..16)
        .map(|number| format!("[[layer]]\nid = \"l{number}\"\n"))
        .collect();
    assert!(
        errors(&many).contains("the layer \"l15\" is one too many; allowed are 20"),
        "{}",
        errors(&many)
    );
}

#[test]
fn rules_name_layers_of_the_file_wherever_those_stand() {
    let text = "[[service]]\nmatch = \"a\"\nlayer = \"Nightly work\"\nname = \" The job \"\n\
                [[layer]]\nid = \"batch\"\ntitle = \"Nightly work\"";
    let rules = load(text, &[]).unwrap().settings.services;
    assert_eq!(
        (rules[0].layer, rules[0].name.as_deref()),
        (Some(Layer::Added(0)), Some("The job"))
    );
}

#[test]
fn mistakes_of_layers_are_told_too() {
    for (text, expected) in [
        (
            "[layer]\nid = \"x\"",
            "c.toml, line 1: layers are written as [[layer]], with two brackets",
        ),
        (
            "[[layer]]\ntitle = \"X\"",
            "c.toml, line 1: this [[layer]] has no id",
        ),
        (
            "[[layer]]\nid = \"Top Layer\"",
            "c.toml, line 2: layer.id is \"Top Layer\"; allowed is lower-case letters, digits and -",
        ),
        (
            "[[layer]]\nid = \"\"",
            "layer.id is \"\"; allowed is lower-case",
        ),
        (
            "[[layer]]\nid = \"x\"\ntitle = \" \"",
            "c.toml, line 3: layer.title is \" \"; allowed is text of 1 to",
        ),
        (
            "[[layer]]\nid = \"x\"\nafter = \"y\"",
            "c.toml, line 3: layer.after is \"y\"; allowed is \"\" for the top, or one of edge, ui, app, data, infra",
        ),
        (
            "[[layer]]\nid = \"x\"\nafter = \"x\"",
            "layer.after is \"x\"; allowed is",
        ),
        (
            "[[layer]]\nid = \"x\"\n[[layer]]\nid = \"x\"",
            "c.toml, line 3: the layer \"x\" is defined twice",
        ),
        (
            "[[layer]]\nid = \"x\"\ntitl = \"X\"",
            "unknown key layer.titl; did you mean layer.title?",
        ),
        ("[[layer]]\nid = \"x\"\n[layer.y]\n", "unknown key layer.y"),
        (
            "[[service]]\nmatch = \"a\"\nlayer = \"top\"\n[[layer]]\nid = \"batch\"",
            "allowed is \"edge\", \"ui\", \"app\", \"data\", \"infra\" or \"batch\"",
        ),
        (
            "[[service]]\nmatch = \"a\"\nname = \"\"",
            "service.name is \"\"; allowed is text that is not empty",
        ),
    ] {
        let told = errors(text);
        assert!(told.contains(expected), "{text:?} told:\n{told}");
    }
}

#[test]
fn several_mistakes_are_all_told() {
    let told = errors("[poll]\ninterval = 0\n[probes]\ntimeout = 0\n[[service]]\nhide = 1");
    assert_eq!(told.lines().count(), 4, "{told}");
}

#[test]
fn flags_beat_environment_beats_file_beats_defaults() {
    let file = "[ui]\ntheme = \"file\"\nkeymap = \"k9s\"\n[probes]\ninterval = \"11s\"\n[engine]\ncontext = \"c\"";
    let mut request = request(&[
        ("HUBDECK_UI_THEME", "env"),
        ("HUBDECK_PROBES_INTERVAL", "10s"),
    ]);
    request.globals = Cli::parse_from([
        "hubdeck",
        "status",
        "--theme",
        "flag",
        "--host",
        "unix:///x",
        "--project",
        "a",
    ])
    .globals;
    let loaded = request
        .load_text(Some((Path::new("c.toml"), file)))
        .unwrap();
    assert_eq!(loaded.settings.ui.theme, "flag");
    assert_eq!(loaded.settings.ui.keymap, "k9s");
    assert_eq!(loaded.settings.probes.interval, Duration::from_secs(10));
    assert_eq!(loaded.settings.probes.timeout, Duration::from_secs(5));
    assert_eq!(loaded.settings.engine.host.as_deref(), Some("unix:///x"));
    assert_eq!(
        loaded.settings.engine.context, None,
        "--host silences the file's context"
    );
    assert_eq!(loaded.settings.engine.projects, ["a"]);
    assert_eq!(loaded.place("ui.theme"), Place::Flag("--theme"));
    assert_eq!(
        loaded.place("probes.interval").to_string(),
        "environment variable HUBDECK_PROBES_INTERVAL"
    );
    assert_eq!(loaded.place("ui.keymap").to_string(), "c.toml, line 3");
    assert_eq!(
        loaded.problem("ui.keymap", "k9s", "x").to_string(),
        "c.toml, line 3: ui.keymap is \"k9s\"; allowed is x"
    );
}

#[test]
fn of_address_and_context_the_stronger_place_counts() {
    let engine =
        |file: &str, variables: &[(&str, &str)]| load(file, variables).unwrap().settings.engine;
    let by_context = engine(
        "[engine]\nhost = \"tcp://a:1\"",
        &[("HUBDECK_ENGINE_CONTEXT", "prod")],
    );
    assert_eq!(
        (by_context.host, by_context.context.as_deref()),
        (None, Some("prod"))
    );
    let by_address = engine(
        "[engine]\ncontext = \"prod\"",
        &[("HUBDECK_ENGINE_HOST", "tcp://a:1")],
    );
    assert_eq!(
        (by_address.host.as_deref(), by_address.context),
        (Some("tcp://a:1"), None)
    );
    let both = errors("[engine]\nhost = \"tcp://a:1\"\ncontext = \"prod\"");
    assert!(
        both.contains("engine.host and engine.context name two engines; keep one of them"),
        "{both}"
    );
}

#[test]
fn every_key_can_be_set_by_its_variable() {
    for entry in ENTRIES {
        let told = request(&[(&entry.variable(), "\u{1}")]).load_text(None);
        let refused = told
            .as_ref()
            .is_err_and(|error| error.to_string().contains(&entry.variable()));
        let placed =
            told.is_ok_and(|loaded| loaded.place(entry.key) == Place::Variable(entry.variable()));
        assert!(
            refused || placed,
            "{} ignores {}",
            entry.key,
            entry.variable()
        );
    }
}

#[test]
fn the_hub_services_own_variables_are_aliases() {
    let secret = "0123456789012345678901234567890123456789abc";
    let loaded = load(
        "",
        &[
            ("HUB_API_HOST", "0.0.0.0"),
            ("HUB_API_PORT", "8080"),
            ("HUB_LOG_LEVEL", "WARNING"),
            ("HUB_LOG_FORMAT", "json"),
            ("HUB_CACHE_TTL", "45"),
            ("HUB_ENABLE_SERVICE_DISCOVERY", "False"),
            ("HUB_SECRET_KEY", secret),
            ("HUB_DASHBOARD_API_URL", "http://x"),
            ("HUBDECK_SERVE_PORT", "9090"),
            ("HUBDECK_PROBES_INTERVL", "1s"),
        ],
    )
    .unwrap();
    let settings = &loaded.settings;
    assert_eq!(settings.serve.host, IpAddr::from([0, 0, 0, 0]));
    assert_eq!(
        settings.serve.port, 9090,
        "the own variable is stronger than the alias"
    );
    assert_eq!(settings.log.level, LogLevel::Warn);
    assert_eq!(settings.cache.ttl, Duration::from_secs(45));
    assert!(!settings.engine.enable_discovery);
    assert_eq!(loaded.serve_token().unwrap().unwrap().secret(), secret);
    assert!(
        !format!("{settings:?}").contains(secret),
        "a token is never printed"
    );
    let warnings = told(&loaded);
    assert!(
        warnings.contains("HUB_DASHBOARD_API_URL is accepted but has no effect"),
        "{warnings}"
    );
    assert!(
        warnings.contains("did you mean HUBDECK_PROBES_INTERVAL?"),
        "{warnings}"
    );
    let quiet = [
        ("HUBDECK_ENGINE_READ_CONFIGURATION", "no"),
        ("HUBDECK_ENGINE_OBSERVE_CONNECTIONS", "false"),
    ];
    let quiet = load("[engine]\nread_configuration = true", &quiet)
        .unwrap()
        .settings
        .engine;
    assert!(!quiet.read_configuration && !quiet.observe_connections && quiet.enable_discovery);
    let debug = load("", &[("HUB_DEBUG_MODE", "true")]).unwrap();
    assert_eq!(debug.settings.log.level, LogLevel::Debug);
}

#[test]
fn addresses_that_kubernetes_sets_for_numbers_are_ignored_and_named() {
    let address = "tcp://10.43.0.1:8000";
    for entry in ENTRIES
        .iter()
        .filter(|entry| matches!(entry.allowed, Allowed::Number(_)))
    {
        for name in entry
            .aliases
            .iter()
            .map(|alias| (*alias).to_owned())
            .chain([entry.variable()])
        {
            let loaded = load("", &[(&name, address)]).unwrap();
            assert_eq!(loaded.settings, Settings::default(), "{name}");
            assert_eq!(loaded.warnings.len(), 1, "{name}: {:?}", loaded.warnings);
            let Warning::ServiceLink {
                variable, value, ..
            } = &loaded.warnings[0]
            else {
                panic!("{:?}", loaded.warnings)
            };
            assert_eq!((variable, value.as_str()), (&name, address));
            // What is merely wrong is refused, whoever set it.
            let refused = load("", &[(&name, "abc")]).unwrap_err().to_string();
            assert!(
                refused.contains(&format!("variable {name}: {} is \"abc\"", entry.key)),
                "{refused}"
            );
        }
    }
    let own_is_an_address = [("HUBDECK_SERVE_PORT", address), ("HUB_API_PORT", "8080")];
    assert_eq!(
        load("", &own_is_an_address).unwrap().settings.serve.port,
        8080
    );
    assert_eq!(
        told(&load("", &[("HUB_API_PORT", address)]).unwrap()),
        "environment variable HUB_API_PORT is \"tcp://10.43.0.1:8000\" and is ignored: Kubernetes and Docker links \
         set it for a service of that name; set HUBDECK_SERVE_PORT, or switch service links off \
         (enableServiceLinks: false)"
    );
    // An address is an address where one is asked for, and no secret, no switch and no address of
    // ours is one.
    let host = load("", &[("HUBDECK_ENGINE_HOST", address)]).unwrap();
    assert_eq!(
        (host.settings.engine.host.as_deref(), host.warnings.len()),
        (Some(address), 0)
    );
    for name in [
        "HUB_SECRET_KEY",
        "HUB_API_HOST",
        "HUB_ENABLE_SERVICE_DISCOVERY",
        "HUB_LOG_LEVEL",
    ] {
        assert!(load("", &[(name, address)]).is_err(), "{name}");
    }
}

#[test]
fn the_other_variables_of_a_service_called_hubdeck_are_no_mistake() {
    let of_service = [
        ("HUBDECK_SERVICE_HOST", "10.43.0.1"),
        ("HUBDECK_SERVICE_PORT", "5003"),
        ("HUBDECK_SERVICE_PORT_HTTP", "5003"),
        ("HUBDECK_PORT", "tcp://10.43.0.1:5003"),
        ("HUBDECK_PORT_5003_TCP", "tcp://10.43.0.1:5003"),
        ("HUBDECK_PORT_5003_TCP_ADDR", "10.43.0.1"),
        ("HUBDECK_KEYS_SERVICE_HOST", "10.43.0.2"),
        ("HUBDECK_KEYS_PORT_1_UDP_PROTO", "udp"),
    ];
    assert_eq!(load("", &of_service).unwrap().warnings, []);
    // Alone they are misspelt settings.
    assert_eq!(
        told(&load("", &[("HUBDECK_SERVICE_PORT", "1")]).unwrap())
            .lines()
            .count(),
        1
    );
}

#[test]
fn wrong_words_of_the_hub_services_variables_are_refused() {
    let refused = load("", &[("HUB_DEBUG_MODE", "abc")])
        .unwrap_err()
        .to_string();
    assert_eq!(
        refused,
        "environment variable HUB_DEBUG_MODE: HUB_DEBUG_MODE is \"abc\"; allowed is true or false"
    );
    assert_eq!(
        load("", &[("HUB_DEBUG_MODE", "0")])
            .unwrap()
            .settings
            .log
            .level,
        LogLevel::Info
    );
    // An empty variable counts as unset, also for keys; an action's dashes are underscores.
    let keys = load(
        "",
        &[
            ("HUBDECK_KEYS_STOP", ""),
            ("HUBDECK_KEYS_RESTART_DEPENDENTS", "f9"),
        ],
    )
    .unwrap();
    let keys = keys.settings.keys;
    assert_eq!(
        (keys.get("stop"), keys["restart-dependents"].as_slice()),
        (None, &["f9".to_owned()][..])
    );
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_file_and_other_encodings_are_named() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("c.toml");
    let globals = Globals {
        config: Some(file.clone()),
        ..Globals::default()
    };
    let request = Request {
        globals,
        ..Request::default()
    };
    std::fs::write(&file, b"\xef\xbb\xbf[poll]\r\ninterval = 7\r\nx = 1").unwrap();
    let refused = request.load().unwrap_err().to_string();
    assert!(
        refused.contains("c.toml, line 3: unknown key poll.x"),
        "{refused}"
    );
    std::fs::write(&file, b"\xef\xbb\xbfpoll.interval = 7").unwrap();
    assert_eq!(
        request.load().unwrap().settings.poll.interval,
        Duration::from_secs(7)
    );
    let wide: Vec<u8> = "\u{feff}[poll]"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for (bytes, reason) in [
        (wide.as_slice(), "it is encoded as UTF-16; save it as UTF-8"),
        (
            b"[poll]\ninterval = \"\xe9\"",
            "line 2 is not UTF-8; save the file as UTF-8",
        ),
    ] {
        std::fs::write(&file, bytes).unwrap();
        let refused = request.load().unwrap_err().to_string();
        assert_eq!(
            refused,
            format!("cannot read the config file {}: {reason}", file.display())
        );
    }
}

#[test]
fn ascii_is_left_to_the_locale_unless_set() {
    let ascii = |file: &str, environment: &[(&str, &str)]| {
        load(file, environment).unwrap().settings.ui.ascii
    };
    assert_eq!(ascii("", &[]), AsciiMode::Auto);
    for (value, mode) in [
        ("true", AsciiMode::Always),
        ("false", AsciiMode::Never),
        ("\"auto\"", AsciiMode::Auto),
    ] {
        assert_eq!(
            ascii(&format!("[ui]\nascii = {value}"), &[]),
            mode,
            "{value}"
        );
    }
    for (word, mode) in [
        ("1", AsciiMode::Always),
        ("off", AsciiMode::Never),
        ("auto", AsciiMode::Auto),
    ] {
        assert_eq!(
            ascii("[ui]\nascii = true", &[("HUBDECK_UI_ASCII", word)]),
            mode,
            "{word}"
        );
    }
    let refused = load("[ui]\nascii = \"sometimes\"", &[])
        .unwrap_err()
        .to_string();
    assert!(refused.contains("\"auto\", true or false"), "{refused}");
}

#[test]
fn colours_are_off_with_no_color_unless_asked_for() {
    let color = |file: &str, environment: &[(&str, &str)]| {
        load(file, environment).unwrap().settings.ui.color
    };
    assert_eq!(color("", &[("NO_COLOR", "1")]), ColorMode::Never);
    assert_eq!(color("", &[("NO_COLOR", "")]), ColorMode::Auto);
    assert_eq!(
        color("[ui]\ncolor = \"always\"", &[("NO_COLOR", "1")]),
        ColorMode::Always
    );
}

#[test]
fn others_may_not_reach_an_open_server() {
    let demand = |environment: &[(&str, &str)]| load("", environment).unwrap().serve_token();
    assert_eq!(demand(&[]), Ok(None));
    assert_eq!(demand(&[("HUB_API_HOST", "127.0.0.9")]), Ok(None));
    assert_eq!(demand(&[("HUB_API_HOST", "::1")]), Ok(None));
    let refusal = demand(&[("HUB_API_HOST", "0.0.0.0")])
        .unwrap_err()
        .to_string();
    assert!(
        refusal.contains("HUBDECK_SERVE_TOKEN") && refusal.contains("--behind-proxy"),
        "{refusal}"
    );
    assert_eq!(
        demand(&[
            ("HUB_API_HOST", "0.0.0.0"),
            ("HUBDECK_SERVE_BEHIND_PROXY", "1")
        ]),
        Ok(None)
    );
}

#[cfg(unix)]
#[test]
fn a_token_file_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("token");
    std::fs::write(&file, "0123456789012345678901234567890123456789abc\n").unwrap();
    let demand = || {
        load("", &[("HUBDECK_SERVE_TOKEN_FILE", file.to_str().unwrap())])
            .unwrap()
            .serve_token()
    };
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(demand().unwrap_err().to_string().contains("chmod 600"));
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(demand().unwrap().unwrap().secret().len(), 43);
    std::fs::write(&file, "short").unwrap();
    assert!(demand().unwrap_err().to_string().contains("openssl rand"));
    let text = "0123456789012345678901234567890123456789abc\r\n";
    std::fs::write(&file, format!("\u{feff}{text}")).unwrap();
    assert_eq!(demand().unwrap().unwrap().secret(), text.trim());
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(&file, [b"\xff\xfe", wide.as_slice()].concat()).unwrap();
    let refused = demand().unwrap_err().to_string();
    assert!(
        refused.ends_with("it is encoded as UTF-16; save it as UTF-8"),
        "{refused}"
    );
}

#[test]
fn a_named_file_must_exist_and_the_default_one_need_not() {
    let directory = tempfile::tempdir().unwrap();
    let absent = directory.path().join("absent.toml");
    let mut request = Request {
        default_file: Some(absent.clone()),
        ..Request::default()
    };
    assert_eq!(request.load().unwrap().file, None);
    request.globals.config = Some(absent);
    assert!(matches!(
        request.load(),
        Err(ConfigError::Unreadable { .. })
    ));
}

#[test]
fn the_command_line_is_consistent() {
    Cli::command().debug_assert();
    for line in [
        &["hubdeck"][..],
        &["hubdeck", "--serve", "--behind-proxy", "--read-only"],
        &[
            "hubdeck",
            "status",
            "--json",
            "--strict",
            "--project",
            "a",
            "--project",
            "b",
        ],
        &["hubdeck", "check", "http://127.0.0.1:1"],
        &["hubdeck", "config", "check", "--color", "never"],
        &[
            "hubdeck",
            "sim",
            "--listen",
            "unix:/x",
            "--containers",
            "5",
            "--stopped",
            "2",
            "--log-rate",
            "0.5",
        ],
        &["hubdeck", "demo", "--ascii"],
    ] {
        assert!(Cli::try_parse_from(line).is_ok(), "{line:?}");
    }
    for line in [
        &["hubdeck", "--host", "a", "--context", "b"][..],
        &["hubdeck", "staus"],
        &["hubdeck", "--color", "x"],
    ] {
        assert!(Cli::try_parse_from(line).is_err(), "{line:?}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_panics(text in "(\\[?[a-z]{0,8}\\]?[\\.= \"\\n0-9\\[\\]{}é]{0,6}){0,12}") {
        let _outcome = load(&text, &[]);
    }
}
