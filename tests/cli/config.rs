//! Settings: the example, defaults, the terminal and the command line.

mod commands;
mod environment;
mod layers;
mod mistakes;
mod probes;
mod token;
mod watch;

use std::path::Path;

use clap::{CommandFactory, Parser};
use hubdeck::config::arguments::{Cli, Globals};
use hubdeck::config::{
    AsciiMode, ColorMode, ConfigError, ENTRIES, Loaded, ProcessEnvironment, Request, SettingPlace,
    Settings,
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
        environment: ProcessEnvironment::new(pairs),
        default_file: None,
        default_tokens_file: None,
    }
}

pub fn load(text: &str, environment: &[(&str, &str)]) -> Result<Loaded, ConfigError> {
    request(environment).load_text(Some((Path::new("c.toml"), text)))
}

pub fn errors(text: &str) -> String {
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
            SettingPlace::Default,
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
