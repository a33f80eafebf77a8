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
    let tokens = loaded.serve_tokens().unwrap().unwrap();
    let digest = hubdeck::model::TokenDigest::of(secret.as_bytes());
    assert_eq!(tokens[0].sha256, digest);
    assert!(
        !format!("{settings:?}").contains(secret),
        "a token is never printed"
    );
    let warnings = told(&loaded);
    let external = settings.external.url.as_ref().map(|url| url.reveal());
    assert_eq!(external, Some("http://x"));
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
            if !name.starts_with("HUB") {
                // Other programs use the name too.
                let ignored = told(&load("", &[(&name, "abc")]).unwrap());
                assert!(
                    ignored.contains(&format!("{name} is \"abc\" and is ignored")),
                    "{ignored}"
                );
                continue;
            }
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
    assert!(load("", &[("HUBDECK_LOG_LEVEL", address)]).is_err());
    // Listening without the token that was meant would be worse than not to start.
    assert!(load("", &[("HUB_SECRET_KEY", address)]).is_err());
}

/// A variable that sets a key beside hubdeck's own, a value, and what the key is then; `Err` holds a
/// word of the warning where it sets nothing.
type Row = (
    &'static str,
    &'static str,
    Result<&'static str, &'static str>,
);

/// Every other name with every value that deployments give it.
const ALIASES: &[(&str, &[Row])] = &[
    (
        "serve.host",
        &[
            ("HUB_API_HOST", "0.0.0.0", Ok("\"0.0.0.0\"")),
            ("HUB_API_HOST", "::", Ok("\"::\"")),
            (
                "HUB_API_HOST",
                "tcp://10.43.0.1:80",
                Err("HUBDECK_SERVE_HOST"),
            ),
        ],
    ),
    (
        "serve.port",
        &[
            ("HUB_API_PORT", "5003", Ok("5003")),
            ("HUB_API_PORT", "8080", Ok("8080")),
            (
                "HUB_API_PORT",
                "tcp://10.43.0.1:80",
                Err("HUBDECK_SERVE_PORT"),
            ),
        ],
    ),
    (
        "serve.token",
        &[(
            "HUB_SECRET_KEY",
            "0123456789012345678901234567890123456789abc",
            Ok("\"***\""),
        )],
    ),
    (
        "cache.ttl",
        &[
            ("HUB_CACHE_TTL", "30", Ok("\"30s\"")),
            ("HUB_CACHE_TTL", "45", Ok("\"45s\"")),
            (
                "HUB_CACHE_TTL",
                "tcp://10.43.0.1:80",
                Err("HUBDECK_CACHE_TTL"),
            ),
        ],
    ),
    (
        "engine.enable_discovery",
        &[
            ("HUB_ENABLE_SERVICE_DISCOVERY", "true", Ok("true")),
            ("HUB_ENABLE_SERVICE_DISCOVERY", "False", Ok("false")),
            ("HUB_ENABLE_SERVICE_DISCOVERY", "0", Ok("false")),
            (
                "HUB_ENABLE_SERVICE_DISCOVERY",
                "tcp://10.43.0.1:80",
                Err("HUBDECK_ENGINE_ENABLE_DISCOVERY"),
            ),
        ],
    ),
    (
        "log.level",
        &[
            ("HUB_LOG_LEVEL", "INFO", Ok("\"info\"")),
            ("HUB_LOG_LEVEL", "WARNING", Ok("\"warn\"")),
            ("HUB_LOG_LEVEL", "CRITICAL", Ok("\"error\"")),
            (
                "HUB_LOG_LEVEL",
                "tcp://10.43.0.1:80",
                Err("HUBDECK_LOG_LEVEL"),
            ),
            ("LOG_LEVEL", "DEBUG", Ok("\"debug\"")),
            ("LOG_LEVEL", "error", Ok("\"error\"")),
            (
                "LOG_LEVEL",
                "notice",
                Err("other programs use the name too"),
            ),
            ("LOG_LEVEL", "tcp://10.43.0.1:80", Err("HUBDECK_LOG_LEVEL")),
            ("HUB_DEBUG_MODE", "true", Ok("\"debug\"")),
            ("HUB_DEBUG_MODE", "false", Ok("\"info\"")),
            (
                "HUB_DEBUG_MODE",
                "tcp://10.43.0.1:80",
                Err("HUBDECK_LOG_LEVEL"),
            ),
        ],
    ),
    (
        "log.format",
        &[
            ("HUB_LOG_FORMAT", "simple", Ok("\"simple\"")),
            ("HUB_LOG_FORMAT", "json", Ok("\"json\"")),
            (
                "HUB_LOG_FORMAT",
                "tcp://10.43.0.1:80",
                Err("HUBDECK_LOG_FORMAT"),
            ),
            ("LOG_FORMAT", "json", Ok("\"json\"")),
            ("LOG_FORMAT", "console", Ok("\"simple\"")),
            (
                "LOG_FORMAT",
                "logfmt",
                Err("allowed is \"simple\" or \"json\""),
            ),
        ],
    ),
    (
        "probes.enabled",
        &[
            ("HEALTH_CHECK_ENABLED", "true", Ok("true")),
            ("HEALTH_CHECK_ENABLED", "false", Ok("false")),
            (
                "HEALTH_CHECK_ENABLED",
                "maybe",
                Err("HUBDECK_PROBES_ENABLED"),
            ),
        ],
    ),
    (
        "probes.interval",
        &[
            ("HEALTH_CHECK_INTERVAL_SECONDS", "30", Ok("\"30s\"")),
            ("HEALTH_CHECK_INTERVAL_SECONDS", "15", Ok("\"15s\"")),
            (
                "HEALTH_CHECK_INTERVAL_SECONDS",
                "0",
                Err("HUBDECK_PROBES_INTERVAL"),
            ),
        ],
    ),
    (
        "probes.timeout",
        &[
            ("HEALTH_CHECK_TIMEOUT_SECONDS", "5.0", Ok("\"5s\"")),
            ("HEALTH_CHECK_TIMEOUT_SECONDS", "2.5", Ok("\"2500ms\"")),
            (
                "HEALTH_CHECK_TIMEOUT_SECONDS",
                "tcp://10.43.0.1:80",
                Err("HUBDECK_PROBES_TIMEOUT"),
            ),
        ],
    ),
    (
        "probes.concurrency",
        &[
            ("HEALTH_CHECK_MAX_CONCURRENT", "20", Ok("20")),
            ("HEALTH_CHECK_MAX_CONCURRENT", "5", Ok("5")),
            (
                "HEALTH_CHECK_MAX_CONCURRENT",
                "many",
                Err("HUBDECK_PROBES_CONCURRENCY"),
            ),
        ],
    ),
];

#[test]
fn every_other_name_means_what_it_meant() {
    for (key, rows) in ALIASES {
        let entry = ENTRIES.iter().find(|entry| entry.key == *key).unwrap();
        for (name, value, expected) in *rows {
            let loaded = load("", &[(name, value)]).unwrap();
            let (now, warnings) = (entry.value(&loaded.settings), told(&loaded));
            match expected {
                Ok(written) => {
                    assert_eq!(
                        (now.as_str(), warnings.as_str()),
                        (*written, ""),
                        "{name}={value}"
                    );
                }
                Err(word) => {
                    let default = entry.value(&Settings::default());
                    assert_eq!(now, default, "{name}={value}");
                    assert_eq!(warnings.lines().count(), 1, "{name}={value}: {warnings}");
                    assert!(
                        warnings.contains(name) && warnings.contains(word),
                        "{warnings}"
                    );
                }
            }
        }
    }
    let tried: Vec<&str> = ALIASES
        .iter()
        .flat_map(|(_, rows)| *rows)
        .map(|row| row.0)
        .collect();
    // An address, which has tests of its own.
    for alias in ENTRIES.iter().flat_map(|entry| entry.aliases) {
        assert!(
            *alias == "HUB_DASHBOARD_API_URL" || tried.contains(alias),
            "{alias} is not tried"
        );
    }
}

#[test]
fn of_several_names_the_own_one_counts_then_debug_mode_then_the_hubs() {
    for (variables, level) in [
        (
            &[("HUB_LOG_LEVEL", "error"), ("LOG_LEVEL", "warn")][..],
            LogLevel::Error,
        ),
        (
            &[("HUB_LOG_LEVEL", "error"), ("HUB_DEBUG_MODE", "true")],
            LogLevel::Debug,
        ),
        (
            &[("HUB_LOG_LEVEL", "error"), ("HUB_DEBUG_MODE", "false")],
            LogLevel::Error,
        ),
        (
            &[("LOG_LEVEL", "error"), ("HUB_DEBUG_MODE", "1")],
            LogLevel::Debug,
        ),
        (
            &[("HUBDECK_LOG_LEVEL", "warn"), ("HUB_DEBUG_MODE", "true")],
            LogLevel::Warn,
        ),
        (
            &[
                ("HUB_LOG_LEVEL", "tcp://10.43.0.1:80"),
                ("LOG_LEVEL", "warn"),
            ],
            LogLevel::Warn,
        ),
    ] {
        let loaded = load("[log]\nlevel = \"trace\"", variables).unwrap();
        assert_eq!(loaded.settings.log.level, level, "{variables:?}");
    }
}

#[test]
fn the_environment_file_of_the_hub_service_is_refused_for_its_secret_alone() {
    let file = [
        ("HUB_API_HOST", "0.0.0.0"),
        ("HUB_API_PORT", "5003"),
        ("HUB_DEBUG_MODE", "false"),
        ("HUB_LOG_LEVEL", "INFO"),
        ("HUB_LOG_FORMAT", "simple"),
        ("HUB_CACHE_TTL", "30"),
        ("HUB_ENABLE_SERVICE_DISCOVERY", "true"),
        ("HUB_SECRET_KEY", "your-production-secret-key-here"),
    ];
    assert_eq!(
        load("", &file).unwrap_err().to_string(),
        "environment variable HUB_SECRET_KEY: serve.token is too short or no text; allowed is at least 43 visible \
         ASCII characters (256 bit), such as `openssl rand -hex 32` prints; docs/migration.md shows what to set in its \
         place"
    );
    assert_eq!(told(&load("", &file[..7]).unwrap()), "");
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
