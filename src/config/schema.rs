//! Every key: its name, what is allowed, its aliases in the environment, and how it is set.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::choices::{AsciiMode, ColorMode, LogFormat, LogLevel};
use super::settings::Settings;
use super::token::Token;
use super::value::Raw;

use Allowed::{Number, Other};

/// When a change of a key takes effect in a hubdeck that is running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakesEffect {
    /// With the reload.
    AtOnce,
    /// When hubdeck is started again: until then the old value stays in force.
    AfterRestart,
}

/// What a key takes, worded to follow "allowed is".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// A number or a time, which never holds `://`.
    Number(&'static str),
    /// Anything else.
    Other(&'static str),
}

impl Allowed {
    /// The words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Number(words) | Self::Other(words) => words,
        }
    }
}

/// One key of the file and of the environment.
#[derive(Debug)]
pub struct Entry {
    /// `section.key`.
    pub key: &'static str,
    /// When a change takes effect.
    pub takes_effect: TakesEffect,
    /// What is allowed.
    pub allowed: Allowed,
    /// Other environment variables that set it, weaker than its own; the strongest first.
    pub aliases: &'static [&'static str],
    /// Sets it; `None` when the value is not allowed.
    pub(super) set: fn(&mut Settings, &Raw) -> Option<()>,
    /// Whether both have the same value.
    pub(super) same: fn(&Settings, &Settings) -> bool,
    /// Gives the first the value of the second.
    pub(super) keep: fn(&mut Settings, &Settings),
}

impl Entry {
    /// Its own environment variable: `HUBDECK_SECTION_KEY`.
    #[must_use]
    pub fn variable(&self) -> String {
        format!(
            "HUBDECK_{}",
            self.key.replace('.', "_").to_ascii_uppercase()
        )
    }

    /// Section and key inside it.
    #[must_use]
    pub fn parts(&self) -> (&'static str, &'static str) {
        self.key.split_once('.').unwrap_or(("", self.key))
    }
}

const BOOL: Allowed = Other("true or false");
const NAMES: Allowed = Other("a list of names, such as [\"one\", \"two\"]");
const PATH: Allowed = Other("the path of a file");
const INTERVAL: Allowed = Number("a time from 1s to 1h, such as \"30s\"");
const PERCENT: Allowed = Number("a number from 1 to 100");
const THOUSAND: Allowed = Number("a number from 1 to 1000");

/// The entry of a field of [`Settings`], which is called as its key is.
macro_rules! entry {
    ($section:ident . $field:ident, $takes_effect:ident, $allowed:expr, [$($alias:literal),*], $read:expr) => {
        Entry {
            key: concat!(stringify!($section), ".", stringify!($field)),
            takes_effect: TakesEffect::$takes_effect,
            allowed: $allowed,
            aliases: &[$($alias),*],
            set: |settings, raw| put(&mut settings.$section.$field, ($read)(raw)),
            same: |one, other| one.$section.$field == other.$section.$field,
            keep: |to, from| to.$section.$field.clone_from(&from.$section.$field),
        }
    };
}

/// Every key, in the order of the example file.
#[rustfmt::skip] // a table: one key a line reads best
pub const ENTRIES: &[Entry] = &[
    entry!(engine.host, AfterRestart, Other("an address such as \"unix:///var/run/docker.sock\""), [], address),
    entry!(engine.context, AfterRestart, Other("the name of a Docker context"), [], optional_text),
    entry!(engine.projects, AtOnce, NAMES, [], Raw::list),
    entry!(engine.read_only, AtOnce, BOOL, [], Raw::bool),
    entry!(engine.enable_discovery, AtOnce, BOOL, ["HUB_ENABLE_SERVICE_DISCOVERY"], Raw::bool),
    entry!(engine.read_configuration, AtOnce, BOOL, [], Raw::bool),
    entry!(engine.observe_connections, AtOnce, BOOL, [], Raw::bool),
    entry!(poll.interval, AtOnce, INTERVAL, [], interval),
    entry!(metrics.focused_interval, AtOnce, INTERVAL, [], interval),
    entry!(metrics.background_interval, AtOnce, INTERVAL, [], interval),
    entry!(probes.enabled, AtOnce, BOOL, [], Raw::bool),
    entry!(probes.interval, AtOnce, INTERVAL, [], interval),
    entry!(probes.timeout, AtOnce, Number("a time from 100ms to 1m, such as \"5s\""), [], probe_timeout),
    entry!(probes.concurrency, AtOnce, THOUSAND, [], |raw: &Raw| raw.count(1, 1_000)),
    entry!(probes.per_host, AtOnce, THOUSAND, [], |raw: &Raw| raw.count(1, 1_000)),
    entry!(probes.failure_threshold, AtOnce, PERCENT, [], |raw: &Raw| raw.count(1, 100)),
    entry!(probes.success_threshold, AtOnce, PERCENT, [], |raw: &Raw| raw.count(1, 100)),
    entry!(probes.start_period, AtOnce, Number("a time from 0s to 1h, such as \"60s\""), [], start_period),
    entry!(probes.slow_after, AtOnce, Number(SLOW), [], slow_after),
    entry!(health.memory_warning, AtOnce, PERCENT, [], |raw: &Raw| raw.count(1, 100)),
    entry!(health.cpu_warning, AtOnce, PERCENT, [], |raw: &Raw| raw.count(1, 100)),
    entry!(health.restart_warning, AtOnce, Number("a number from 1 to 16"), [], |raw: &Raw| raw.count(1, 16)),
    entry!(health.disk_warning, AtOnce, PERCENT, [], |raw: &Raw| raw.count(1, 100)),
    entry!(serve.host, AfterRestart, Other("an IP address, such as \"127.0.0.1\""), ["HUB_API_HOST"], ip_address),
    entry!(serve.port, AfterRestart, Number("a number from 0 to 65535 (0 takes any free port)"), ["HUB_API_PORT"], |raw: &Raw| raw.count(0, 65_535)),
    entry!(serve.allow_hosts, AtOnce, Other("a list of host names, such as [\"hub.example.org\"]"), [], Raw::list),
    entry!(serve.token, AtOnce, Other(TOKEN), ["HUB_SECRET_KEY"], |raw| optional(raw, Token::parse)),
    entry!(serve.token_file, AtOnce, PATH, [], optional_path),
    entry!(serve.behind_proxy, AtOnce, BOOL, [], Raw::bool),
    entry!(cache.ttl, AtOnce, INTERVAL, ["HUB_CACHE_TTL"], interval),
    entry!(ui.theme, AtOnce, Other("the name of a theme"), [], name),
    entry!(ui.ascii, AtOnce, Other("\"auto\", true or false"), [], ascii),
    entry!(ui.color, AtOnce, Other("\"auto\", \"always\" or \"never\""), [], |raw| choice(raw, COLORS)),
    entry!(ui.mouse, AtOnce, BOOL, [], Raw::bool),
    entry!(ui.keymap, AtOnce, Other("\"default\", \"lazydocker\" or \"k9s\""), [], |raw| choice(raw, KEYMAPS).map(str::to_owned)),
    entry!(ui.columns, AtOnce, Other("a list of column names"), [], Raw::list),
    entry!(ui.stack, AtOnce, Other("the name of a stack"), [], optional_text),
    entry!(logs.tail, AtOnce, Number("a number from 0 to 100000"), [], |raw: &Raw| raw.count(0, 100_000)),
    entry!(logs.max_lines, AtOnce, Number("a number from 100 to 1000000"), [], |raw: &Raw| raw.count(100, 1_000_000)),
    entry!(logs.mask, AtOnce, BOOL, [], Raw::bool),
    entry!(logs.max_bytes, AtOnce, Number("a number of bytes from 65536 to 1073741824"), [], |raw: &Raw| raw.count(65_536, 1_073_741_824)),
    entry!(timeline.max_events, AtOnce, Number("a number from 10 to 100000"), [], |raw: &Raw| raw.count(10, 100_000)),
    entry!(log.level, AtOnce, Other("\"error\", \"warn\", \"info\", \"debug\" or \"trace\""), ["HUB_LOG_LEVEL"], |raw| choice(raw, LEVELS)),
    entry!(log.format, AfterRestart, Other("\"simple\" or \"json\""), ["HUB_LOG_FORMAT"], |raw| choice(raw, FORMATS)),
    entry!(log.file, AfterRestart, PATH, [], optional_path),
];

const TOKEN: &str =
    "at least 43 visible ASCII characters (256 bit), such as `openssl rand -hex 32` prints";
const HOUR: Duration = Duration::from_secs(3_600);
/// What `slow_after` takes, here and in rules.
pub(super) const SLOW: &str = "a time from 1ms to 1m, such as \"2s\", or \"off\"";
const COLORS: &[(&str, ColorMode)] = &[
    ("auto", ColorMode::Auto),
    ("always", ColorMode::Always),
    ("never", ColorMode::Never),
];
const KEYMAPS: &[(&str, &str)] = &[
    ("default", "default"),
    ("lazydocker", "lazydocker"),
    ("k9s", "k9s"),
];
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
    if text.is_empty() {
        Some(None)
    } else {
        parse(text).map(Some)
    }
}

#[allow(clippy::option_option)]
fn optional_text(raw: &Raw) -> Option<Option<String>> {
    optional(raw, |text| Some(text.to_owned()))
}

#[allow(clippy::option_option)]
fn optional_path(raw: &Raw) -> Option<Option<PathBuf>> {
    optional(raw, |text| Some(PathBuf::from(text)))
}

#[allow(clippy::option_option)]
fn address(raw: &Raw) -> Option<Option<String>> {
    optional(raw, |text| text.contains("://").then(|| text.to_owned()))
}

fn ip_address(raw: &Raw) -> Option<IpAddr> {
    raw.text()?.trim().parse().ok()
}

fn start_period(raw: &Raw) -> Option<Duration> {
    raw.duration_in(Duration::ZERO, HOUR)
}

fn name(raw: &Raw) -> Option<String> {
    raw.text()
        .map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
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
    if raw
        .text()
        .is_some_and(|text| text.trim().eq_ignore_ascii_case("off"))
    {
        return Some(None);
    }
    raw.duration_in(Duration::from_millis(1), Duration::from_secs(60))
        .map(Some)
}

fn ascii(raw: &Raw) -> Option<AsciiMode> {
    match raw.bool() {
        Some(true) => Some(AsciiMode::Always),
        Some(false) => Some(AsciiMode::Never),
        None => choice(raw, &[("auto", AsciiMode::Auto)]),
    }
}

fn choice<T: Copy>(raw: &Raw, choices: &[(&str, T)]) -> Option<T> {
    let text = raw.text()?.trim();
    choices
        .iter()
        .find(|(word, _)| word.eq_ignore_ascii_case(text))
        .map(|(_, value)| *value)
}
