//! Every key: its name, what is allowed, its aliases in the environment, and how it is set.

use std::path::PathBuf;
use std::time::Duration;

use super::settings::{ColorMode, LogFormat, LogLevel, Settings, Token};
use super::value::Raw;

/// One key of the file and of the environment.
#[derive(Debug)]
pub struct Entry {
    /// `section.key`.
    pub key: &'static str,
    /// What is allowed, worded to follow "allowed is".
    pub allowed: &'static str,
    /// Other environment variables that set it, weaker than its own.
    pub aliases: &'static [&'static str],
    /// Sets it; `None` when the value is not allowed.
    pub(super) set: fn(&mut Settings, &Raw) -> Option<()>,
}

impl Entry {
    /// Its own environment variable: `HUBDECK_SECTION_KEY`.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("HUBDECK_{}", self.key.replace('.', "_").to_ascii_uppercase())
    }

    /// Section and key inside it.
    #[must_use]
    pub fn parts(&self) -> (&'static str, &'static str) {
        self.key.split_once('.').unwrap_or(("", self.key))
    }
}

const BOOL: &str = "true or false";
const NAMES: &str = "a list of names, such as [\"one\", \"two\"]";
const INTERVAL: &str = "a time from 1s to 1h, such as \"30s\"";

const fn entry(
    key: &'static str,
    allowed: &'static str,
    aliases: &'static [&'static str],
    set: fn(&mut Settings, &Raw) -> Option<()>,
) -> Entry {
    Entry { key, allowed, aliases, set }
}

/// Every key, in the order of the example file.
pub const ENTRIES: &[Entry] = &[
    entry("engine.host", "an address such as \"unix:///var/run/docker.sock\"", &[], |s, raw| {
        put(&mut s.engine.host, optional(raw, |text| text.contains("://").then(|| text.to_owned())))
    }),
    entry("engine.context", "the name of a Docker context", &[], |s, raw| {
        put(&mut s.engine.context, optional_text(raw))
    }),
    entry("engine.projects", NAMES, &[], |s, raw| put(&mut s.engine.projects, raw.list())),
    entry("engine.read_only", BOOL, &[], |s, raw| put(&mut s.engine.read_only, raw.bool())),
    entry("engine.enable_discovery", BOOL, &["HUB_ENABLE_SERVICE_DISCOVERY"], |s, raw| {
        put(&mut s.engine.enable_discovery, raw.bool())
    }),
    entry("engine.read_configuration", BOOL, &[], |s, raw| put(&mut s.engine.read_configuration, raw.bool())),
    entry("engine.observe_connections", BOOL, &[], |s, raw| {
        put(&mut s.engine.observe_connections, raw.bool())
    }),
    entry("poll.interval", INTERVAL, &[], |s, raw| put(&mut s.poll.interval, interval(raw))),
    entry("metrics.focused_interval", INTERVAL, &[], |s, raw| {
        put(&mut s.metrics.focused_interval, interval(raw))
    }),
    entry("metrics.background_interval", INTERVAL, &[], |s, raw| {
        put(&mut s.metrics.background_interval, interval(raw))
    }),
    entry("probes.enabled", BOOL, &[], |s, raw| put(&mut s.probes.enabled, raw.bool())),
    entry("probes.interval", INTERVAL, &[], |s, raw| put(&mut s.probes.interval, interval(raw))),
    entry("probes.timeout", "a time from 100ms to 1m, such as \"5s\"", &[], |s, raw| {
        put(&mut s.probes.timeout, probe_timeout(raw))
    }),
    entry("probes.concurrency", "a number from 1 to 1000", &[], |s, raw| {
        put(&mut s.probes.concurrency, raw.count(1, 1_000))
    }),
    entry("probes.per_host", "a number from 1 to 1000", &[], |s, raw| {
        put(&mut s.probes.per_host, raw.count(1, 1_000))
    }),
    entry("probes.failure_threshold", "a number from 1 to 100", &[], |s, raw| {
        put(&mut s.probes.failure_threshold, raw.count(1, 100))
    }),
    entry("probes.success_threshold", "a number from 1 to 100", &[], |s, raw| {
        put(&mut s.probes.success_threshold, raw.count(1, 100))
    }),
    entry("probes.start_period", "a time from 0s to 1h, such as \"60s\"", &[], |s, raw| {
        put(&mut s.probes.start_period, raw.duration_in(Duration::ZERO, HOUR))
    }),
    entry("probes.slow_after", SLOW, &[], |s, raw| put(&mut s.probes.slow_after, slow_after(raw))),
    entry("health.memory_warning", "a number from 1 to 100", &[], |s, raw| {
        put(&mut s.health.memory_warning, raw.count(1, 100))
    }),
    entry("health.cpu_warning", "a number from 1 to 100", &[], |s, raw| {
        put(&mut s.health.cpu_warning, raw.count(1, 100))
    }),
    entry("health.restart_warning", "a number from 1 to 16", &[], |s, raw| {
        put(&mut s.health.restart_warning, raw.count(1, 16))
    }),
    entry("health.disk_warning", "a number from 1 to 100", &[], |s, raw| {
        put(&mut s.health.disk_warning, raw.count(1, 100))
    }),
    entry("serve.host", "an IP address, such as \"127.0.0.1\"", &["HUB_API_HOST"], |s, raw| {
        put(&mut s.serve.host, raw.text().and_then(|text| text.trim().parse().ok()))
    }),
    entry("serve.port", "a number from 0 to 65535 (0 takes any free port)", &["HUB_API_PORT"], |s, raw| {
        put(&mut s.serve.port, raw.count(0, 65_535))
    }),
    entry("serve.allow_hosts", "a list of host names, such as [\"hub.example.org\"]", &[], |s, raw| {
        put(&mut s.serve.allow_hosts, raw.list())
    }),
    entry(
        "serve.token",
        "at least 43 visible ASCII characters (256 bit), such as `openssl rand -hex 32` prints",
        &["HUB_SECRET_KEY"],
        |s, raw| put(&mut s.serve.token, optional(raw, Token::parse)),
    ),
    entry("serve.token_file", "the path of a file", &[], |s, raw| {
        put(&mut s.serve.token_file, optional_path(raw))
    }),
    entry("serve.behind_proxy", BOOL, &[], |s, raw| put(&mut s.serve.behind_proxy, raw.bool())),
    entry("cache.ttl", INTERVAL, &["HUB_CACHE_TTL"], |s, raw| put(&mut s.cache.ttl, interval(raw))),
    entry("ui.theme", "the name of a theme", &[], |s, raw| put(&mut s.ui.theme, name(raw))),
    entry("ui.ascii", BOOL, &[], |s, raw| put(&mut s.ui.ascii, raw.bool())),
    entry("ui.color", "\"auto\", \"always\" or \"never\"", &[], |s, raw| {
        put(&mut s.ui.color, choice(raw, COLORS))
    }),
    entry("ui.mouse", BOOL, &[], |s, raw| put(&mut s.ui.mouse, raw.bool())),
    entry("ui.keymap", "\"default\", \"lazydocker\" or \"k9s\"", &[], |s, raw| {
        put(&mut s.ui.keymap, choice(raw, KEYMAPS).map(str::to_owned))
    }),
    entry("ui.columns", "a list of column names", &[], |s, raw| put(&mut s.ui.columns, raw.list())),
    entry("ui.stack", "the name of a stack", &[], |s, raw| put(&mut s.ui.stack, optional_text(raw))),
    entry("logs.tail", "a number from 0 to 100000", &[], |s, raw| {
        put(&mut s.logs.tail, raw.count(0, 100_000))
    }),
    entry("logs.max_lines", "a number from 100 to 1000000", &[], |s, raw| {
        put(&mut s.logs.max_lines, raw.count(100, 1_000_000))
    }),
    entry("logs.max_bytes", "a number of bytes from 65536 to 1073741824", &[], |s, raw| {
        put(&mut s.logs.max_bytes, raw.count(65_536, 1_073_741_824))
    }),
    entry("timeline.max_events", "a number from 10 to 100000", &[], |s, raw| {
        put(&mut s.timeline.max_events, raw.count(10, 100_000))
    }),
    entry(
        "log.level",
        "\"error\", \"warn\", \"info\", \"debug\" or \"trace\"",
        &["HUB_LOG_LEVEL"],
        |s, raw| put(&mut s.log.level, choice(raw, LEVELS)),
    ),
    entry("log.format", "\"simple\" or \"json\"", &["HUB_LOG_FORMAT"], |s, raw| {
        put(&mut s.log.format, choice(raw, FORMATS))
    }),
    entry("log.file", "the path of a file", &[], |s, raw| put(&mut s.log.file, optional_path(raw))),
];

const HOUR: Duration = Duration::from_secs(3_600);
/// What `slow_after` takes, here and in rules.
pub(super) const SLOW: &str = "a time from 1ms to 1m, such as \"2s\", or \"off\"";
const COLORS: &[(&str, ColorMode)] =
    &[("auto", ColorMode::Auto), ("always", ColorMode::Always), ("never", ColorMode::Never)];
const KEYMAPS: &[(&str, &str)] = &[("default", "default"), ("lazydocker", "lazydocker"), ("k9s", "k9s")];
const LEVELS: &[(&str, LogLevel)] = &[
    ("error", LogLevel::Error),
    ("critical", LogLevel::Error),
    ("warn", LogLevel::Warn),
    ("warning", LogLevel::Warn),
    ("info", LogLevel::Info),
    ("debug", LogLevel::Debug),
    ("trace", LogLevel::Trace),
];
const FORMATS: &[(&str, LogFormat)] = &[("simple", LogFormat::Simple), ("json", LogFormat::Json)];

fn put<T>(slot: &mut T, value: Option<T>) -> Option<()> {
    *slot = value?;
    Some(())
}

/// Reads text that may be empty for "unset".
#[allow(clippy::option_option)] // outer: allowed at all; inner: set
fn optional<T>(raw: &Raw, parse: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    let text = raw.text()?.trim();
    if text.is_empty() { Some(None) } else { parse(text).map(Some) }
}

#[allow(clippy::option_option)]
fn optional_text(raw: &Raw) -> Option<Option<String>> {
    optional(raw, |text| Some(text.to_owned()))
}

#[allow(clippy::option_option)]
fn optional_path(raw: &Raw) -> Option<Option<PathBuf>> {
    optional(raw, |text| Some(PathBuf::from(text)))
}

fn name(raw: &Raw) -> Option<String> {
    raw.text().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn interval(raw: &Raw) -> Option<Duration> {
    raw.duration_in(Duration::from_secs(1), HOUR)
}

/// Time one probe may take.
pub(super) fn probe_timeout(raw: &Raw) -> Option<Duration> {
    raw.duration_in(Duration::from_millis(100), Duration::from_secs(60))
}

/// Time after which an answer is slow; "off" is never.
#[allow(clippy::option_option)]
pub(super) fn slow_after(raw: &Raw) -> Option<Option<Duration>> {
    if raw.text().is_some_and(|text| text.trim().eq_ignore_ascii_case("off")) {
        return Some(None);
    }
    raw.duration_in(Duration::from_millis(1), Duration::from_secs(60)).map(Some)
}

fn choice<T: Copy>(raw: &Raw, choices: &[(&str, T)]) -> Option<T> {
    let text = raw.text()?.trim();
    choices.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)).map(|(_, value)| *value)
}
