//! Every setting changes something: where a change while hubdeck runs goes to, key by key.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::*;
use crate::app::{console, headless};
use crate::config::{Changes, ENTRIES, Face, Request, TakesEffect};

/// What takes a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Taker {
    /// Finding containers.
    Discovery,
    /// Resource samples.
    Sampling,
    /// Probes.
    Probing,
    /// Reading configuration files.
    Reading,
    /// Looking at connections.
    Observing,
    /// Whether operations are refused.
    Operations,
    /// The store's rules and thresholds.
    Rules,
    /// What else the store is told.
    Store,
    /// The console.
    Console,
    /// Answers over HTTP, and the token they demand.
    Http,
    /// Whether a server that others reach may run as it is set.
    Demand,
    /// Which lines hubdeck's own log has.
    Log,
}

use Taker::{
    Console, Demand, Discovery, Http, Log, Observing, Operations, Probing, Reading, Rules,
    Sampling, Store,
};

/// Each key with a value other than its default, and who takes it at once; nobody does of what
/// needs a restart.
const TABLE: &[(&str, &str, &[Taker])] = &[
    ("engine.host", "\"tcp://10.0.0.1:2375\"", &[]),
    ("engine.context", "\"other\"", &[]),
    ("engine.projects", "[\"hub\"]", &[Discovery, Store, Console]),
    ("engine.read_only", "true", &[Operations, Probing]),
    ("engine.enable_discovery", "false", &[Discovery, Store]),
    ("engine.read_configuration", "false", &[Reading]),
    ("engine.observe_connections", "false", &[Observing]),
    ("poll.interval", "\"7s\"", &[Discovery, Observing, Http]),
    ("metrics.focused_interval", "\"7s\"", &[Sampling]),
    ("metrics.background_interval", "\"7s\"", &[Sampling]),
    ("probes.enabled", "false", &[Probing, Rules]),
    ("probes.interval", "\"7s\"", &[Probing, Rules]),
    ("probes.timeout", "\"7s\"", &[Probing]),
    ("probes.concurrency", "7", &[Probing]),
    ("probes.per_host", "7", &[Probing]),
    ("probes.failure_threshold", "7", &[Rules]),
    ("probes.success_threshold", "7", &[Rules]),
    ("probes.start_period", "\"7s\"", &[Rules]),
    ("probes.slow_after", "\"off\"", &[Probing]),
    ("health.memory_warning", "7", &[Rules]),
    ("health.cpu_warning", "7", &[Rules]),
    ("health.restart_warning", "7", &[Rules]),
    ("health.disk_warning", "7", &[Rules]),
    ("serve.host", "\"127.0.0.7\"", &[]),
    ("serve.port", "7", &[]),
    ("serve.allow_hosts", "[\"hub.example\"]", &[Http]),
    (
        "serve.token",
        "\"0123456789012345678901234567890123456789abc\"",
        &[Http, Demand],
    ),
    ("serve.token_file", "TOKEN_FILE", &[Http, Demand]),
    ("serve.behind_proxy", "true", &[Demand]),
    ("cache.ttl", "\"7s\"", &[Http]),
    ("ui.theme", "\"light\"", &[Console]),
    ("ui.ascii", "true", &[Console]),
    ("ui.color", "\"never\"", &[Console]),
    ("ui.mouse", "false", &[Console]),
    ("ui.keymap", "\"k9s\"", &[Console]),
    ("ui.columns", "[\"state\", \"name\"]", &[Console]),
    ("ui.stack", "\"hub\"", &[Console]),
    ("logs.tail", "7", &[Console]),
    ("logs.max_lines", "700", &[Console]),
    ("logs.max_bytes", "70000", &[Console]),
    ("logs.mask", "true", &[Console]),
    ("timeline.max_events", "70", &[Store]),
    ("log.level", "\"debug\"", &[Log]),
    ("log.format", "\"json\"", &[]),
    ("log.file", "\"/tmp/hubdeck.log\"", &[]),
];

/// The sections that are no keys, as one line each.
const SECTIONS: &[(&str, &str, &[Taker])] = &[
    ("keys", "keys.quit = \"x\"", &[Console]),
    ("layer", "layer = [{ id = \"batch\" }]", &[Rules]),
    (
        "service",
        "service = [{ match = \"db\", hide = true }]",
        &[Rules, Probing],
    ),
];

fn load(text: &str) -> Settings {
    let loaded = Request::default().load_text(Some((Path::new("c.toml"), text)));
    loaded.unwrap_or_else(|error| panic!("{error}")).settings
}

/// A token file that a test may read.
fn token_file() -> (tempfile::TempDir, PathBuf) {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("token");
    std::fs::write(&file, "0123456789012345678901234567890123456789abc").expect("a file");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).expect("its mode");
    (directory, file)
}

/// What a server that others reach would answer to being started with `settings`.
fn may_be_reached(settings: &Settings) -> bool {
    let mut serve = settings.serve.clone();
    serve.host = "0.0.0.0".parse().expect("an address");
    serve.demanded_token().is_ok()
}

/// Sets running tasks from `before` to `after` and gives those of them that see a change.
fn tasks(before: &Settings, after: &Settings) -> BTreeSet<Taker> {
    let knobs = Knobs::new(before, Lifetime::Continuous);
    let (discovery, sampling, probing) = (
        knobs.discovery.subscribe(),
        knobs.sampling.subscribe(),
        knobs.probing.subscribe(),
    );
    let (reading, observing, read_only) = (
        knobs.reading.subscribe(),
        knobs.observing.subscribe(),
        knobs.read_only.subscribe(),
    );
    // What each running task reads.
    let read = || {
        [
            (Discovery, format!("{:?}", *discovery.borrow())),
            (Sampling, format!("{:?}", *sampling.borrow())),
            (Probing, format!("{:?}", *probing.borrow())),
            (Reading, format!("{:?}", *reading.borrow())),
            (Observing, format!("{:?}", *observing.borrow())),
            (Operations, format!("{:?}", *read_only.borrow())),
        ]
    };
    let was = read();
    knobs.set(after);
    let changed = was.into_iter().zip(read()).filter(|(was, now)| was != now);
    changed.map(|((taker, _), _)| taker).collect()
}

/// What answers over HTTP, but for its clock.
fn http(settings: &Settings) -> impl PartialEq + use<> {
    let token = settings.serve.demanded_token().expect("a token or none");
    let options = headless::options(settings, token, false);
    (
        options.allow_hosts,
        options.token,
        options.ttl,
        options.poll_interval,
    )
}

/// What sees a change from `before` to `after` while hubdeck runs.
fn takers(before: &Settings, after: &Settings) -> BTreeSet<Taker> {
    let shown = |observation: &Observation| format!("{observation:?}");
    let rules_of = |settings: &Settings| shown(&rules(settings, None));
    let store_of = |settings: &Settings| shown(&store_settings(settings, &[]));
    let console_of = |settings: &Settings| console::options(settings, false);
    let others = [
        (Rules, rules_of(before) != rules_of(after)),
        (Store, store_of(before) != store_of(after)),
        (Console, console_of(before) != console_of(after)),
        (Http, http(before) != http(after)),
        (Demand, may_be_reached(before) != may_be_reached(after)),
        (Log, before.log.level != after.log.level),
    ];
    let others = others.iter().filter(|(_, changed)| *changed);
    tasks(before, after)
        .into_iter()
        .chain(others.map(|(taker, _)| *taker))
        .collect()
}

#[test]
fn every_key_is_in_the_table_in_the_order_of_the_schema() {
    let listed: Vec<&str> = TABLE.iter().map(|(key, ..)| *key).collect();
    let there: Vec<&str> = ENTRIES.iter().map(|entry| entry.key).collect();
    assert_eq!(
        listed, there,
        "a new key needs a row that says who takes a change while hubdeck runs"
    );
}

#[test]
fn every_change_while_running_is_taken_at_once_or_said_to_wait() {
    let (_directory, file) = token_file();
    for ((key, value, expected), entry) in TABLE.iter().zip(ENTRIES) {
        let (section, name) = entry.parts();
        let value = value.replace("TOKEN_FILE", &format!("{:?}", file.display().to_string()));
        let new = load(&format!("[{section}]\n{name} = {value}"));
        assert_ne!(
            new,
            Settings::default(),
            "{key} = {value} changes nothing at all"
        );
        for face in [Face::Console, Face::Serve] {
            let mut running = Settings::default();
            let changes = running.take_over(new.clone(), face);
            let told = if face.uses(section) {
                vec![*key]
            } else {
                Vec::new()
            };
            let seen = takers(&Settings::default(), &running);
            match entry.takes_effect {
                TakesEffect::AtOnce => {
                    assert_eq!(
                        changes,
                        Changes {
                            in_force: told,
                            after_restart: Vec::new()
                        },
                        "{key}"
                    );
                    assert!(
                        !seen.is_empty(),
                        "{key} is said to be in force and nobody takes it"
                    );
                    assert_eq!(seen, expected.iter().copied().collect(), "{key}, {face:?}");
                }
                TakesEffect::AfterRestart => {
                    assert_eq!(
                        changes,
                        Changes {
                            in_force: Vec::new(),
                            after_restart: told
                        },
                        "{key}"
                    );
                    assert_eq!(running, Settings::default(), "{key} keeps its value");
                    assert_eq!(expected, &[], "{key} needs a restart");
                }
            }
        }
    }
}

#[test]
fn sections_without_keys_are_taken_at_once_too() {
    for (section, text, expected) in SECTIONS {
        let mut running = Settings::default();
        let changes = running.take_over(load(text), Face::Console);
        assert_eq!(
            changes,
            Changes {
                in_force: vec![*section],
                after_restart: Vec::new()
            },
            "{section}"
        );
        assert_eq!(
            takers(&Settings::default(), &running),
            expected.iter().copied().collect(),
            "{section}"
        );
    }
}

#[test]
fn where_nothing_is_probed_no_verdict_of_a_probe_stays() {
    let settings =
        load("probes.enabled = false\nservice = [{ match = \"db\", name = \"Orders\" }]");
    let Observation::Rules { rules, .. } = rules(&settings, None) else {
        panic!("rules")
    };
    for (id, name) in [("hub/db", "db"), ("lone", "lone")] {
        assert!(
            rules
                .iter()
                .any(|rule| rule.no_probe && rule.matches(id, name)),
            "{id}"
        );
    }
    assert_eq!(rules[1], settings.services[0], "the file's own rules stay");
}
