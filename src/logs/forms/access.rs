//! Access logs: the common and combined formats of nginx, Apache and others, with what is usually
//! appended to them; uvicorn's, Gin's and HAProxy's lines.

use crate::logs::own_time::{self, OwnTime};

/// Where the time of an access log begins at the latest.
const TIME_BY: usize = 160;

/// One request.
#[derive(Debug, Default, PartialEq)]
pub(in crate::logs) struct Access<'a> {
    /// The address that asked.
    pub client: &'a str,
    /// The user, where one logged in.
    pub user: Option<&'a str>,
    /// When.
    pub time: Option<OwnTime>,
    /// The request line: `GET /path HTTP/1.1`, or whatever arrived.
    pub request: &'a str,
    /// The HTTP status of the answer.
    pub status: u16,
    /// Its size.
    pub bytes: Option<&'a str>,
    /// The page that led there.
    pub referer: Option<&'a str>,
    /// The client's program.
    pub user_agent: Option<&'a str>,
    /// How long it took.
    pub duration_ms: Option<f64>,
    /// What else is appended as `name=value`.
    pub more: Vec<(&'a str, &'a str)>,
}

impl<'a> Access<'a> {
    /// A line of an access log; without `whole`, only up to its status.
    pub(in crate::logs) fn read(line: &'a str, whole: bool) -> Option<Self> {
        if line.starts_with("[GIN] ") {
            return gin(line);
        }
        let (before, time, rest) = split_at_time(line)?;
        if !before.contains(' ') {
            return haproxy(before, time, rest);
        }
        let mut names = before.rsplitn(4, ' ');
        let user = names.next()?;
        let _identity = names.next()?;
        let client = names.next()?;
        let mut access = Self {
            client,
            user: Some(user).filter(|user| *user != "-"),
            time: Some(time),
            ..Self::default()
        };
        let rest = access.take_answer(rest)?;
        if whole {
            access.take_appended(rest);
        }
        Some(access)
    }

    /// A request behind a head: what uvicorn writes behind a level, HAProxy behind one of syslog.
    pub(in crate::logs) fn behind_head(message: &'a str) -> Option<Self> {
        Self::of_uvicorn(message).or_else(|| {
            if !message.ends_with('"') {
                return None;
            }
            let (before, time, rest) = split_at_time(message)?;
            haproxy(before, time, rest)
        })
    }

    /// `172.17.0.1:5000 - "GET / HTTP/1.1" 200 OK`.
    fn of_uvicorn(message: &'a str) -> Option<Self> {
        let (client, rest) = message.split_at_checked(memchr::memchr(b' ', message.as_bytes())?)?;
        let rest = rest
            .strip_prefix(" - ")
            .filter(|rest| rest.starts_with('"'))?;
        let mut access = Self {
            client: client.rsplit_once(':').map_or(client, |(host, _)| host),
            ..Self::default()
        };
        access.take_answer(rest)?;
        // What follows is the phrase of the status.
        access.bytes = None;
        Some(access)
    }

    /// Method and path of the request.
    pub(in crate::logs) fn target(&self) -> Option<(&'a str, &'a str)> {
        let (method, rest) = self.request.split_once(' ')?;
        let path = rest.trim_start().split(' ').next()?.trim_matches('"');
        let is_method = !method.is_empty() && method.bytes().all(|it| it.is_ascii_uppercase());
        is_method.then_some((method, path))
    }

    /// `"request" status bytes`, and what is left.
    fn take_answer(&mut self, text: &'a str) -> Option<&'a str> {
        let (request, rest) = quoted(text)?;
        self.request = request;
        let rest = rest.strip_prefix(' ')?;
        let (status, rest) = rest.split_at_checked(3)?;
        self.status = status.parse().ok().filter(|it| (100..600).contains(it))?;
        let rest = match rest.strip_prefix(' ') {
            Some(rest) => rest,
            None if rest.is_empty() => rest,
            None => return None,
        };
        let end = rest.find(' ').unwrap_or(rest.len());
        let (bytes, rest) = rest.split_at_checked(end)?;
        self.bytes = Some(bytes).filter(|it| it.bytes().all(|byte| byte.is_ascii_digit()));
        self.bytes = self.bytes.filter(|it| !it.is_empty());
        Some(rest)
    }

    /// `"referer" "agent"` and what a format of one's own adds.
    fn take_appended(&mut self, text: &'a str) {
        let mut rest = text.trim_start();
        let mut quotes = 0;
        while !rest.is_empty() {
            let after = if let Some((value, after)) = quoted(rest) {
                quotes += 1;
                let value = Some(value).filter(|value| !matches!(*value, "-" | ""));
                match quotes {
                    1 => self.referer = value,
                    2 => self.user_agent = value,
                    _ => {}
                }
                after
            } else {
                self.take_token(rest)
            };
            rest = after.trim_start();
        }
    }

    /// `rt=0.005`, `uct="0.001"`, `0.005`, `12ms`; gives what follows.
    fn take_token(&mut self, text: &'a str) -> &'a str {
        let end = text.find([' ', '"']).unwrap_or(text.len());
        let (token, rest) = text.split_at_checked(end).unwrap_or((text, ""));
        if let Some((name, value)) = token.split_once('=') {
            let (value, rest) = match quoted(rest) {
                Some(inner) if value.is_empty() => inner,
                _ => (value, rest),
            };
            if matches!(name, "rt" | "request_time" | "duration" | "took") {
                self.duration_ms = self.duration_ms.or_else(|| duration_ms(value));
            } else {
                self.more.push((name, value));
            }
            return rest;
        }
        // Seconds have a point, in `$request_time`; a number without a unit could be anything.
        self.duration_ms = self.duration_ms.or_else(|| duration_ms(token));
        if token.is_empty() {
            return rest.get(1..).unwrap_or_default();
        }
        rest
    }
}

/// A duration in milliseconds: seconds with a point, or a number with its unit.
pub(in crate::logs) fn duration_ms(text: &str) -> Option<f64> {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let number = text.get(..text.len() - unit.len())?;
    let factor = match unit {
        "" if number.contains('.') => 1_000.0,
        "s" => 1_000.0,
        "ms" => 1.0,
        "us" | "µs" | "μs" => 1e-3,
        "ns" => 1e-6,
        _ => return None,
    };
    let value: f64 = number.parse().ok()?;
    // Six digits: what a factor adds behind them is no measurement.
    Some((value * factor * 1e6).round() / 1e6)
}

/// What stands before the time in brackets, the time, and what follows.
fn split_at_time(line: &str) -> Option<(&str, OwnTime, &str)> {
    let begin = line.as_bytes();
    let at = memchr::memchr(b'[', begin.get(..begin.len().min(TIME_BY))?)?;
    let before = line.get(..at)?.strip_suffix(' ')?;
    let inside = line.get(at + 1..)?;
    // `dd/Mon/yyyy`: nothing else is worth a closer look.
    if inside.as_bytes().get(2) != Some(&b'/') || inside.as_bytes().get(6) != Some(&b'/') {
        return None;
    }
    let (time, length) = own_time::at_begin(inside)?;
    let rest = inside.get(length..)?.strip_prefix("] ")?;
    Some((before, time, rest))
}

/// The text in quotes at the begin of `text`, and what follows.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('"')?;
    let bytes = inner.as_bytes();
    let mut at = 0;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes.get(at) == Some(&b'"') {
            return Some((inner.get(..at)?, inner.get(at + 1..)?));
        }
        at += 2;
    }
}

/// `10.0.1.2:33317 [28/Mar/2026:14:02:11.655] http-in static/srv1 10/0/30/69/109 200 2750 - - ----
/// 1/1/1/1/0 0/0 "GET /index.html HTTP/1.1"`: `option httplog` (section 8.2.3 of HAProxy's manual).
fn haproxy<'a>(client: &'a str, time: OwnTime, text: &'a str) -> Option<Access<'a>> {
    let mut words = text.split(' ');
    let (frontend, backend) = (words.next()?, words.next()?);
    let (timers, status, bytes) = (words.next()?, words.next()?, words.next()?);
    let status = status.parse().ok().filter(|it| (100..600).contains(it))?;
    let (backend, server) = backend.split_once('/')?;
    let request = text.get(text.find(" \"")? + 2..)?;
    let request = request.strip_suffix('"')?;
    // The last timer is the whole time in milliseconds; `+` means that it went on.
    let (_, total) = timers.rsplit_once('/')?;
    Some(Access {
        client: client.rsplit_once(':').map_or(client, |(host, _)| host),
        time: Some(time),
        request,
        status,
        bytes: Some(bytes.trim_start_matches('+')),
        duration_ms: total.trim_start_matches('+').parse().ok(),
        more: vec![
            ("frontend", frontend.trim_end_matches('~')),
            ("backend", backend),
            ("server", server),
        ],
        ..Access::default()
    })
}

/// `[GIN] 2026/03/28 - 14:02:11 | 200 |      13.2µs |  127.0.0.1 | GET      "/ping"`.
fn gin(line: &str) -> Option<Access<'_>> {
    let mut columns = line.strip_prefix("[GIN] ")?.split('|').map(str::trim);
    let time = own_time::at_begin(columns.next()?)?.0;
    let status = columns.next()?.parse().ok()?;
    let duration_ms = duration_ms(columns.next()?);
    let client = columns.next()?;
    let request = columns.next()?;
    Some(Access {
        client,
        time: Some(time),
        request,
        status,
        duration_ms,
        ..Access::default()
    })
}
