//! How written values become settings, and which are allowed.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::config::choices::{AsciiMode, ColorMode, LinkMode, LogFormat, LogLevel};
use crate::config::value::Raw;
use crate::model::Hidden;
use crate::model::ListenAddress;
use crate::model::authority::{split_port, split_url};

const HOUR: Duration = Duration::from_secs(3_600);
pub(super) const COLORS: &[(&str, ColorMode)] = &[
    ("auto", ColorMode::Auto),
    ("always", ColorMode::Always),
    ("never", ColorMode::Never),
];
pub(super) const LINKS: &[(&str, LinkMode)] = &[
    ("auto", LinkMode::Auto),
    ("always", LinkMode::Always),
    ("never", LinkMode::Never),
];
pub(super) const KEYMAPS: &[(&str, &str)] = &[
    ("default", "default"),
    ("lazydocker", "lazydocker"),
    ("k9s", "k9s"),
];
pub(super) const LEVELS: &[(&str, LogLevel)] = &[
    ("error", LogLevel::Error),
    ("critical", LogLevel::Error),
    ("warn", LogLevel::Warn),
    ("warning", LogLevel::Warn),
    ("info", LogLevel::Info),
    ("debug", LogLevel::Debug),
    ("trace", LogLevel::Trace),
];
pub(super) const FORMATS: &[(&str, LogFormat)] = &[
    ("simple", LogFormat::Simple),
    ("console", LogFormat::Simple),
    ("json", LogFormat::Json),
];

/// Puts a value that is allowed in its place.
pub(super) fn put<T>(slot: &mut T, value: Option<T>) -> Option<()> {
    *slot = value?;
    Some(())
}

/// Reads text that may be empty for "unset".
#[allow(clippy::option_option)] // outer: allowed at all; inner: set
pub(super) fn optional<T>(raw: &Raw, parse: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    let text = raw.text()?.trim();
    if text.is_empty() {
        Some(None)
    } else {
        parse(text).map(Some)
    }
}

#[allow(clippy::option_option)]
pub(super) fn optional_text(raw: &Raw) -> Option<Option<String>> {
    optional(raw, |text| Some(text.to_owned()))
}

#[allow(clippy::option_option)]
pub(super) fn optional_path(raw: &Raw) -> Option<Option<PathBuf>> {
    optional(raw, |text| Some(PathBuf::from(text)))
}

#[allow(clippy::option_option)]
pub(super) fn address(raw: &Raw) -> Option<Option<String>> {
    optional(raw, |text| text.contains("://").then(|| text.to_owned()))
}

/// Reads a URL of a web server.
#[allow(clippy::option_option)]
pub(super) fn web_url(raw: &Raw) -> Option<Option<Hidden>> {
    optional(raw, |text| {
        let (scheme, authority, rest) = split_url(text);
        let is_web = matches!(scheme, Some("http" | "https"));
        let (host, port) = split_port(authority.rsplit('@').next().unwrap_or_default());
        let is_port = port.is_none_or(|port| port.parse::<u16>().is_ok());
        let clean = !text.contains(|c: char| c.is_whitespace() || c.is_control());
        let fits = is_web && !host.is_empty() && is_port && clean && !rest.contains('#');
        fits.then(|| Hidden::new(text))
    })
}

/// A path without a slash at its end; the API's own is none, as nothing could be told apart then.
#[allow(clippy::option_option)]
pub(super) fn base_path(raw: &Raw) -> Option<Option<String>> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/-._~".contains(c);
    optional(raw, |text| {
        let path = text.trim_end_matches('/');
        let fits = path.starts_with('/')
            && !path.contains("//")
            && path.chars().all(is_plain)
            && path != "/api"
            && !path.starts_with("/api/");
        fits.then(|| path.to_owned())
    })
}

/// Origins: scheme and authority, nothing behind.
pub(super) fn origins(raw: &Raw) -> Option<Vec<String>> {
    let is_origin = |text: &String| {
        text.split_once("://").is_some_and(|(scheme, authority)| {
            matches!(scheme, "http" | "https")
                && !authority.is_empty()
                && !authority.contains(['/', '?', '#', '@', '*', ' '])
        })
    };
    raw.list().filter(|all| all.iter().all(is_origin))
}

pub(super) fn ip_address(raw: &Raw) -> Option<IpAddr> {
    raw.text()?.trim().parse().ok()
}

pub(super) fn listen_addresses(raw: &Raw) -> Option<Vec<ListenAddress>> {
    let texts = raw.list()?.into_iter();
    texts.map(|text| text.parse().ok()).collect()
}

pub(super) fn start_period(raw: &Raw) -> Option<Duration> {
    raw.duration_in(Duration::ZERO, HOUR)
}

pub(super) fn name(raw: &Raw) -> Option<String> {
    raw.text()
        .map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
}

pub(super) fn interval(raw: &Raw) -> Option<Duration> {
    raw.duration_in(Duration::from_secs(1), HOUR)
}

/// Time one probe may take.
pub(in crate::config) fn probe_timeout(raw: &Raw) -> Option<Duration> {
    raw.duration_in(Duration::from_millis(100), Duration::from_secs(60))
}

/// Time after which an answer is slow; "off" is never.
#[allow(clippy::option_option)]
pub(in crate::config) fn slow_after(raw: &Raw) -> Option<Option<Duration>> {
    duration_or_off(raw, Duration::from_millis(1), Duration::from_secs(60))
}

/// Time between two readings of a log; "off" and 0 are never.
#[allow(clippy::option_option)]
pub(super) fn sample_interval(raw: &Raw) -> Option<Option<Duration>> {
    let never = raw.duration_in(Duration::ZERO, Duration::ZERO);
    never
        .map(|_zero| None)
        .or_else(|| duration_or_off(raw, Duration::from_secs(5), HOUR))
}

#[allow(clippy::option_option)]
fn duration_or_off(raw: &Raw, least: Duration, most: Duration) -> Option<Option<Duration>> {
    if raw
        .text()
        .is_some_and(|text| text.trim().eq_ignore_ascii_case("off"))
    {
        return Some(None);
    }
    raw.duration_in(least, most).map(Some)
}

pub(super) fn ascii(raw: &Raw) -> Option<AsciiMode> {
    match raw.bool() {
        Some(true) => Some(AsciiMode::Always),
        Some(false) => Some(AsciiMode::Never),
        None => choice(raw, &[("auto", AsciiMode::Auto)]),
    }
}

pub(super) fn choice<T: Copy>(raw: &Raw, choices: &[(&str, T)]) -> Option<T> {
    let text = raw.text()?.trim();
    choices
        .iter()
        .find(|(word, _)| word.eq_ignore_ascii_case(text))
        .map(|(_, value)| *value)
}
