//! Every setting arrives: who reads it at the start, and who takes a change while hubdeck runs.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::*;
use crate::app::heartbeat::HeartbeatOptions;
use crate::app::{console, headless, logging};
use crate::config::{Changes, ENTRIES, Request, RunMode, SettingSpec, TakesEffect};

/// What reads a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reader {
    /// Finding containers.
    Discovery,
    /// Resource samples.
    Sampling,
    /// Figures from logs.
    LogSampling,
    /// Figures of another program.
    External,
    /// Heartbeats of `--serve`.
    Heartbeat,
    /// Newer images.
    Images,
    /// Probes.
    Probing,
    /// Reading configuration files.
    Reading,
    /// Observing connections.
    Observing,
    /// Whether operations are refused.
    Operations,
    /// What is restarted when it fails.
    AutoHeal,
    /// The store's rules and thresholds.
    Rules,
    /// What else the store has to know.
    Store,
    /// The console.
    Console,
    /// Answers over HTTP, and the token they demand.
    Http,
    /// Whether a server that others reach may run as it is set.
    Demand,
    /// The lines of the hubdeck log.
    Log,
    /// Which engine to connect to, at the start only.
    Engine,
    /// Where `--serve` listens, at the start only.
    Listener,
    /// The certificate of `--serve`.
    Tls,
}

use Reader::{
    AutoHeal, Console, Demand, Discovery, Engine, External, Heartbeat, Http, Images, Listener, Log,
    LogSampling, Observing, Operations, Probing, Reading, Rules, Sampling, Store, Tls,
};

/// Settings that more than one reader takes; every other one has exactly one.
const SHARED: &[(&str, &[Reader])] = &[
    ("engine.projects", &[Discovery, Store, Console]),
    ("engine.read_only", &[Operations, Probing]),
    ("engine.enable_discovery", &[Discovery, Store]),
    ("images.check_newer", &[Images, Console]),
    ("poll.interval", &[Discovery, Observing, External, Http]),
    ("probes.enabled", &[Probing, Rules]),
    ("probes.interval", &[Probing, Rules]),
    ("serve.token", &[Http, Demand]),
    ("serve.token_file", &[Http, Demand]),
    ("serve.tokens_file", &[Http, Demand]),
    ("serve.behind_proxy", &[Http, Demand]),
];

/// The sections that are no keys, as one line each.
const SECTIONS: &[(&str, &str, &[Reader])] = &[
    ("keys", "keys.quit = \"x\"", &[Console]),
    (
        "logs.filters",
        "logs.filters.slow = \"took>1s\"",
        &[Console],
    ),
    ("logs.fields", "logs.fields.db = [\"user\"]", &[Console]),
    ("layer", "layer = [{ id = \"batch\" }]", &[Rules]),
    (
        "service",
        "service = [{ match = \"db\", hide = true }]",
        &[Rules, Probing],
    ),
];

const TOKEN: &str = "0123456789012345678901234567890123456789abc";

fn load(text: &str) -> Settings {
    let loaded = Request::default().load_text(Some((Path::new("c.toml"), text)));
    loaded.unwrap_or_else(|error| panic!("{error}")).settings
}

/// The files that settings name, in a directory of their own.
struct Files {
    directory: tempfile::TempDir,
}

impl Files {
    fn new() -> Self {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().expect("a directory");
        let files = Self { directory };
        let token = files.path("token");
        std::fs::write(&token, TOKEN).expect("a file");
        std::fs::set_permissions(&token, std::fs::Permissions::from_mode(0o600)).expect("its mode");
        let tokens = crate::config::TokensFile::at(&files.path("tokens.json"));
        let blank = crate::config::tokens::blank("ci", crate::model::Timestamp::UNIX_EPOCH);
        tokens.add(blank).expect("a token");
        files
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The defaults with a small log file, without which the log's other settings do nothing.
    fn defaults(&self) -> Settings {
        let mut settings = Settings::default();
        settings.log.file = Some(self.path("log"));
        settings.log.max_bytes = 4_096;
        settings
    }

    /// The same with the other value of `entry`.
    fn changed(&self, entry: &SettingSpec) -> Settings {
        let file = |name| format!("{:?}", self.path(name));
        let value = match entry.key {
            "serve.token_file" => file("token"),
            "serve.tokens_file" => file("tokens.json"),
            "log.file" => file("other log"),
            _ => entry.another.to_owned(),
        };
        let (section, name) = entry.parts();
        let mut settings = load(&format!("[{section}]\n{name} = {value}"));
        let log = &mut settings.log.file;
        *log = log.take().or(Some(self.path("log")));
        if entry.key != "log.max_bytes" {
            settings.log.max_bytes = 4_096;
        }
        settings
    }

    /// The lines of the hubdeck log and their form, file by file, with how many files were renamed,
    /// when it is started with `first` and `then` comes into force.
    fn logged(&self, first: &Settings, then: &Settings) -> [Option<(usize, bool, usize)>; 2] {
        let files = ["log", "other log"].map(|name| self.path(name));
        let (log, own) = logging::in_file(&first.log).expect("a log file");
        tracing::dispatcher::with_default(&log, || {
            own.set_level(then.log.level);
            (0..8).for_each(|_| tracing::error!("{}", "long ".repeat(700)));
            tracing::info!("info");
            tracing::debug!("debug");
        });
        files.map(|file| {
            let text = std::fs::read_to_string(&file).ok()?;
            std::fs::remove_file(&file).expect("a file to remove");
            let renamed = (1..20).map(|number| file.with_extension(number.to_string()));
            let renamed = renamed
                .filter(|file| std::fs::remove_file(file).is_ok())
                .count();
            Some((text.lines().count(), text.starts_with('{'), renamed))
        })
    }
}

/// What a server that others reach would answer to being started with `settings`.
fn may_be_reached(settings: &Settings) -> bool {
    let mut serve = settings.serve.clone();
    serve.host = "0.0.0.0".parse().expect("an address");
    serve.listen.clear();
    serve.demanded_tokens().is_ok()
}

/// Whether the certificate of `settings`, or that there is none, can be used.
fn has_tls(settings: &Settings) -> bool {
    headless::listening::tls(settings).is_ok()
}

/// Sets running tasks from `before` to `after` and gives those of them that see a change.
fn tasks(before: &Settings, after: &Settings) -> BTreeSet<Reader> {
    let senders = SettingSenders::new(before, Lifetime::Continuous);
    let (discovery, sampling, probing) = (
        senders.discovery.subscribe(),
        senders.sampling.subscribe(),
        senders.probing.subscribe(),
    );
    let auto_heal = senders.auto_heal.subscribe();
    let image_checks = senders.image_checks.subscribe();
    let external = senders.external.subscribe();
    let (reading, observing, read_only, log_sampling) = (
        senders.reading.subscribe(),
        senders.observing.subscribe(),
        senders.read_only.subscribe(),
        senders.log_sampling.subscribe(),
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
            (AutoHeal, format!("{:?}", *auto_heal.borrow())),
            (External, format!("{:?}", *external.borrow())),
            (Images, format!("{:?}", *image_checks.borrow())),
            (LogSampling, format!("{:?}", *log_sampling.borrow())),
        ]
    };
    let was = read();
    senders.set(after);
    let changed = was.into_iter().zip(read()).filter(|(was, now)| was != now);
    changed.map(|((reader, _), _)| reader).collect()
}

/// What answers over HTTP, but for its clock.
fn http(settings: &Settings) -> impl PartialEq + use<> {
    let tokens = settings.serve.demanded_tokens().expect("tokens or none");
    let options = headless::options(settings, tokens, false);
    (
        options.allow_hosts,
        options.tokens,
        options.actions,
        options.behind_proxy,
        options.base_path,
        options.allow_origins,
        options.ttl,
        options.poll_interval,
    )
}

/// Who sees a change from `before` to `after` while hubdeck runs.
fn running(files: &Files, before: &Settings, after: &Settings) -> BTreeSet<Reader> {
    let shown = |observation: &Observation| format!("{observation:?}");
    let rules_of = |settings: &Settings| shown(&rules(settings, None));
    let store_of = |settings: &Settings| shown(&store_settings(settings, &[]));
    let beats_of = |settings: &Settings| HeartbeatOptions::of(settings);
    let console_of = |settings: &Settings| console::options(settings, false);
    let others = [
        (Rules, rules_of(before) != rules_of(after)),
        (Store, store_of(before) != store_of(after)),
        (Console, console_of(before) != console_of(after)),
        (Heartbeat, beats_of(before) != beats_of(after)),
        (Http, http(before) != http(after)),
        (Tls, has_tls(before) != has_tls(after)),
        (Demand, may_be_reached(before) != may_be_reached(after)),
        (
            Log,
            files.logged(before, before) != files.logged(before, after),
        ),
    ];
    let others = others.iter().filter(|(_, changed)| *changed);
    tasks(before, after)
        .into_iter()
        .chain(others.map(|(reader, _)| *reader))
        .collect()
}

/// Who reads something else of `after` than of `before` when hubdeck is started.
fn starting(files: &Files, before: &Settings, after: &Settings) -> BTreeSet<Reader> {
    let at_start = [
        (Engine, connect_request(before) != connect_request(after)),
        (
            Listener,
            before.serve.addresses() != after.serve.addresses(),
        ),
        (
            Log,
            files.logged(before, before) != files.logged(after, after),
        ),
    ];
    let at_start = at_start.iter().filter(|(_, changed)| *changed);
    let mut readers = running(files, before, after);
    readers.extend(at_start.map(|(reader, _)| *reader));
    readers
}

#[test]
fn every_setting_arrives_where_it_is_read() {
    let files = Files::new();
    for entry in ENTRIES {
        let key = entry.key;
        let readers = starting(&files, &files.defaults(), &files.changed(entry));
        assert!(
            !readers.is_empty(),
            "{key} arrives nowhere: nothing that is started with {} differs",
            entry.another
        );
        match SHARED.iter().find(|(shared, _)| *shared == key) {
            Some((_, expected)) => {
                assert_eq!(readers, expected.iter().copied().collect(), "{key}");
            }
            None => assert_eq!(readers.len(), 1, "{key} is read by {readers:?}"),
        }
    }
}

#[test]
fn every_change_while_running_is_taken_at_once_or_said_to_wait() {
    let files = Files::new();
    for entry in ENTRIES {
        let (key, (section, _)) = (entry.key, entry.parts());
        let (before, new) = (files.defaults(), files.changed(entry));
        for mode in [RunMode::Console, RunMode::Serve] {
            let mut in_force = before.clone();
            let changes = in_force.take_over(new.clone(), mode);
            let named = Vec::from_iter(mode.uses(section).then_some(key));
            let seen = running(&files, &before, &in_force);
            let expected = match entry.takes_effect {
                TakesEffect::AtOnce => {
                    assert!(!seen.is_empty(), "{key} is in force and nobody takes it");
                    assert_eq!(seen, starting(&files, &before, &new), "{key}, {mode:?}");
                    Changes {
                        in_force: named,
                        after_restart: Vec::new(),
                    }
                }
                TakesEffect::AfterRestart => {
                    assert_eq!(in_force, before, "{key} keeps its value");
                    assert_eq!(seen, BTreeSet::new(), "{key} needs a restart");
                    Changes {
                        in_force: Vec::new(),
                        after_restart: named,
                    }
                }
            };
            assert_eq!(changes, expected, "{key}, {mode:?}");
        }
    }
}

#[test]
fn sections_without_keys_are_taken_at_once_too() {
    let files = Files::new();
    for (section, text, expected) in SECTIONS {
        let mut in_force = Settings::default();
        let changes = in_force.take_over(load(text), RunMode::Console);
        assert_eq!(
            changes,
            Changes {
                in_force: vec![*section],
                after_restart: Vec::new()
            },
            "{section}"
        );
        let seen = running(&files, &Settings::default(), &in_force);
        assert_eq!(seen, expected.iter().copied().collect(), "{section}");
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
