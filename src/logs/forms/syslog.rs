//! Syslog: RFC 3164 and 5424 with their priority, the prefix of systemd (`<6>`), and lines of
//! `/var/log/messages` without one.

use crate::logs::head::Head;
use crate::logs::own_time::{self, OwnTime};
use crate::logs::words;

/// Where the process of an application stands at the latest.
const TAG_BY: usize = 160;

/// The head of a line that begins with `<priority>`.
pub(in crate::logs) fn with_priority(line: &str) -> Option<Head<'_>> {
    let (priority, rest) = line.strip_prefix('<')?.split_once('>')?;
    let number: u64 = priority.parse().ok().filter(|it| *it < 192)?;
    let severity = Some(words::numbered(number % 8));
    let mut head = rest
        .strip_prefix("1 ")
        .and_then(modern)
        .or_else(|| head(rest))
        .unwrap_or_else(|| Head {
            message: rest,
            ..Head::default()
        });
    head.level = severity;
    Some(head)
}

/// RFC 5424 behind its version: time, host, application, process, message id, structured data.
fn modern(text: &str) -> Option<Head<'_>> {
    let mut parts = text.splitn(6, ' ');
    let mut next = || parts.next();
    let time = own_time::whole(next()?);
    let names = ["host", "app", "pid", "message_id"];
    let mut head = Head {
        time,
        ..Head::default()
    };
    for name in names {
        let value = next()?;
        if value != "-" {
            head.add(name, value);
        }
    }
    let rest = next()?;
    head.message = without_structured_data(rest)
        .trim_start()
        .trim_start_matches('\u{feff}');
    Some(head)
}

/// The text behind `-` or `[id name="value"]…`.
fn without_structured_data(text: &str) -> &str {
    if let Some(rest) = text.strip_prefix('-') {
        return rest;
    }
    let mut quoted = false;
    let mut depth = 0usize;
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            b'[' if !quoted => depth += 1,
            b']' if !quoted => depth = depth.saturating_sub(1),
            _ if depth == 0 => return text.get(at..).unwrap_or_default(),
            _ => {}
        }
    }
    ""
}

/// The same with a time that has its year, as rsyslog and `journalctl -o short-iso` write it:
/// `2026-03-28T14:02:11+01:00 host app[pid]: message`.
pub(in crate::logs) fn with_year(line: &str) -> Option<Head<'_>> {
    // Any other text may stand behind such a time: only a process makes it certain.
    let begin = line.as_bytes().get(..line.len().min(TAG_BY))?;
    let at = memchr::memchr(b']', begin)?;
    let is_tag = line.get(at..)?.starts_with("]: ") && begin.get(at - 1)?.is_ascii_digit();
    if !is_tag {
        return None;
    }
    let (time, length) = own_time::at_begin(line)?;
    let head = behind_time(time, line.get(length..)?)?;
    let has_process = head.fields.iter().flatten().any(|field| field.0 == "pid");
    has_process.then_some(head)
}

/// RFC 3164 without its priority: `Mar 28 14:02:11 host app[pid]: message`.
pub(in crate::logs) fn head(line: &str) -> Option<Head<'_>> {
    let (time, length) = own_time::at_begin(line)?;
    if !matches!(time, OwnTime::WithoutYear(_)) {
        return None;
    }
    behind_time(time, line.get(length..)?)
}

/// Host, application and process, and the message.
fn behind_time(time: OwnTime, text: &str) -> Option<Head<'_>> {
    let text = text.trim_start();
    let (first, rest) = text.split_once(' ')?;
    // Without a host, as HAProxy writes it, the process makes it certain.
    let (host, rest) = if first.ends_with("]:") {
        (None, text)
    } else {
        (Some(first), rest)
    };
    let (tag, message) = rest.split_once(": ")?;
    let (app, pid) = match tag.split_once('[') {
        Some((app, pid)) => (app, pid.strip_suffix(']')),
        None => (tag, None),
    };
    let is_name = |text: &str| !text.is_empty() && !text.contains(|c: char| c.is_whitespace());
    if !is_name(app) || host.is_some_and(|host| !is_name(host) || host.ends_with(':')) {
        return None;
    }
    // What the application writes may have a head of its own.
    let inner = Head::read(message).filter(|inner| inner.level.is_some());
    let mut head = Head {
        level: inner.as_ref().and_then(|inner| inner.level),
        time: Some(time),
        message: inner.as_ref().map_or(message, |inner| inner.message),
        ..Head::default()
    };
    if let Some(host) = host {
        head.add("host", host);
    }
    head.add("app", app);
    if let Some(pid) = pid {
        head.add("pid", pid);
    }
    Some(head)
}
