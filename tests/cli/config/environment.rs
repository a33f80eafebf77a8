//! Environment variables: precedence, aliases of the hub service, and what Kubernetes sets.

use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use clap::Parser;
use hubdeck::config::arguments::Cli;
use hubdeck::config::{Allowed, ENTRIES, LogLevel, SettingPlace, Settings, Warning};

use super::{errors, load, request, told};

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
    assert_eq!(loaded.place("ui.theme"), SettingPlace::Flag("--theme"));
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
        let placed = told.is_ok_and(|loaded| {
            loaded.place(entry.key) == SettingPlace::Variable(entry.variable())
        });
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
