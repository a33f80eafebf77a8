//! What the members of a JSON record mean: level, time, message, and fields.

use std::borrow::Cow;

use super::own_keys::{LEVEL, MESSAGE, OwnKeys, TIME};
use super::text::unescaped;
use super::{JsonMember, JsonMembers, JsonText};
use crate::logs::field::Field;
use crate::logs::own_time::{self, OwnTime};
use crate::logs::words;
use crate::model::LineLevel;

/// Fields of access logs by the names of Caddy, Traefik and usual formats of nginx, with ours, and
/// the factor to our unit.
const REQUESTS: [(&str, &str, f64); 18] = [
    ("request.method", "method", 1.0),
    ("request.uri", "path", 1.0),
    ("request.remote_ip", "client", 1.0),
    ("request.client_ip", "client", 1.0),
    ("RequestMethod", "method", 1.0),
    ("RequestPath", "path", 1.0),
    ("DownstreamStatus", "status", 1.0),
    ("DownstreamContentSize", "bytes", 1.0),
    ("ClientHost", "client", 1.0),
    ("Duration", "duration_ms", 1e-6),
    ("request_method", "method", 1.0),
    ("request_uri", "path", 1.0),
    ("uri", "path", 1.0),
    ("remote_addr", "client", 1.0),
    ("body_bytes_sent", "bytes", 1.0),
    ("http_user_agent", "user_agent", 1.0),
    ("http_referer", "referer", 1.0),
    ("request_time", "duration_ms", 1e3),
];
/// The unit of `duration` is seconds in Caddy's logs alone.
const CADDY: (&str, &str, f64) = ("duration", "duration_ms", 1e3);
/// Deeper objects are one value.
const MOST_LEVELS: usize = 8;
/// Members of a usual record.
const USUAL: usize = 16;
/// Fields of one record.
const MOST_FIELDS: usize = 500;

/// What a JSON object says.
#[derive(Debug, Default)]
pub(in crate::logs) struct Meaning<'a> {
    /// Its level.
    pub level: Option<LineLevel>,
    /// Its time.
    pub time: Option<OwnTime>,
    /// Its message.
    pub message: Option<Cow<'a, str>>,
    /// The rest.
    pub fields: Vec<Field<'a>>,
}

/// The level of the object that `text` begins with.
pub(in crate::logs) fn level(text: &str) -> Option<LineLevel> {
    level_of(JsonMembers::of(text)).0
}

/// The level, and which member names it.
fn level_of<'a>(
    members: impl Iterator<Item = JsonMember<'a>>,
) -> (Option<LineLevel>, Option<usize>) {
    let (mut best, mut found, mut named) = (LEVEL.count(), None, None);
    let (mut status, mut is_request, mut is_serilog) = (None, false, false);
    for (index, member) in members.enumerate() {
        if let Some((rank, level)) = named_level(member)
            && rank < best
        {
            (best, found, named) = (rank, Some(level), Some(index));
        }
        match member.key {
            "status" | "DownstreamStatus" => status = integer(member.value),
            "method" | "request" | "request_method" | "RequestMethod" => is_request = true,
            "@mt" => is_serilog = true,
            _ => {}
        }
    }
    let of_status = status
        .filter(|status| is_request && (100..600).contains(status))
        .and_then(|status| u16::try_from(status).ok())
        .map(words::of_status);
    // Serilog leaves the level out where it is "Information".
    let usual = is_serilog.then_some(LineLevel::Info);
    // Caddy reports every request below 500 as "info".
    let found = found.max(of_status.filter(|it| found.is_none() || *it > LineLevel::Info));
    (found.or(usual), named)
}

/// The level that a member names, and how strong its key is.
fn named_level(member: JsonMember<'_>) -> Option<(usize, LineLevel)> {
    let key = member.key;
    if key == "log" && member.value.text.starts_with('{') {
        let inner = JsonMembers::of(member.value.text).find(|inner| inner.key == "level")?;
        return value_level("level", inner.value).map(|level| (3, level));
    }
    // MongoDB: `"s":"I"`.
    if key == "s" && member.value.text.len() == 3 {
        return value_level(key, member.value).map(|level| (LEVEL.count() - 1, level));
    }
    let rank = LEVEL.rank(key)?;
    value_level(key, member.value).map(|level| (rank, level))
}

fn value_level(key: &str, value: JsonText<'_>) -> Option<LineLevel> {
    if let Some(number) = integer(value) {
        return Some(match key {
            // A number here is that of a queue as often as that of syslog; PRIORITY is that of the
            // journal of systemd.
            "priority" => return None,
            _ if key.eq_ignore_ascii_case("levelno") => words::of_python(number),
            _ if is_of_telemetry(key) => words::of_telemetry(number),
            _ => words::numbered(number),
        });
    }
    words::level(string(value)?.trim())
}

fn is_of_telemetry(key: &str) -> bool {
    let names = ["severity_number", "severitynumber"];
    names.iter().any(|name| name.eq_ignore_ascii_case(key))
}

/// A whole number, with or without quotes.
fn integer(value: JsonText<'_>) -> Option<u64> {
    let text = value.text.trim_matches('"');
    let digits = !text.is_empty() && text.len() < 19 && text.bytes().all(|it| it.is_ascii_digit());
    (digits && value.complete)
        .then(|| text.parse().ok())
        .flatten()
}

/// What stands between the quotes of a string.
fn string(value: JsonText<'_>) -> Option<&str> {
    let inner = value.text.strip_prefix('"')?;
    if value.complete {
        inner.strip_suffix('"')
    } else {
        Some(inner)
    }
}

/// A string as it reads.
fn readable(value: JsonText<'_>) -> Option<Cow<'_, str>> {
    let raw = string(value)?;
    Some(if value.is_escaped {
        unescaped(raw)
    } else {
        Cow::Borrowed(raw)
    })
}

/// What the object that `text` begins with says, and what follows it.
pub(in crate::logs) fn read(text: &str) -> (Meaning<'_>, &str) {
    let mut reading = JsonMembers::of(text);
    let mut members: Vec<JsonMember<'_>> = Vec::with_capacity(USUAL);
    members.extend(reading.by_ref());
    let (level, level_at) = level_of(members.iter().copied());
    let message_at = strongest(&MESSAGE, &members, |value| string(value).is_some());
    // What cannot be read as a time (`"time":"morning"`) stays a field.
    let time_at = strongest(&TIME, &members, |value| time(value).is_some());
    let mut meaning = Meaning {
        level,
        fields: Vec::with_capacity(members.len()),
        ..Meaning::default()
    };
    for (index, member) in members.iter().enumerate() {
        let at = Some(index);
        if at == message_at {
            meaning.message = readable(member.value).map(without_end);
        } else if at == time_at {
            meaning.time = time(member.value);
        } else if at != level_at || member.key == "log" {
            flatten(Cow::Borrowed(""), *member, 1, &mut meaning.fields);
        }
    }
    name_request(&mut meaning.fields);
    split_request(&mut meaning);
    (meaning, reading.after().unwrap_or_default())
}

/// The message without the line end that Docker's own files keep.
fn without_end(message: Cow<'_, str>) -> Cow<'_, str> {
    match message {
        Cow::Borrowed(message) => Cow::Borrowed(message.trim_end()),
        Cow::Owned(message) => Cow::Owned(message.trim_end().to_owned()),
    }
}

/// Which member has the strongest of `keys`, with a value that fits.
fn strongest<const N: usize>(
    keys: &OwnKeys<N>,
    members: &[JsonMember<'_>],
    fits: impl Fn(JsonText<'_>) -> bool,
) -> Option<usize> {
    members
        .iter()
        .enumerate()
        .filter_map(|(index, member)| Some((keys.rank(member.key)?, index, member)))
        .filter(|(.., member)| fits(member.value))
        .map(|(rank, index, _)| (rank, index))
        .min()
        .map(|(_, index)| index)
}

/// A time as text, as a number, or as MongoDB's `{"$date":…}`.
fn time(value: JsonText<'_>) -> Option<OwnTime> {
    match value.text.as_bytes().first()? {
        b'"' => {
            let text = string(value)?;
            own_time::whole(text).or_else(|| own_time::number(text.parse().ok()?))
        }
        b'{' => JsonMembers::of(value.text)
            .find(|inner| inner.key == "$date")
            .and_then(|inner| own_time::whole(string(inner.value)?)),
        _ => own_time::number(value.text.parse().ok()?),
    }
}

fn flatten<'a>(
    prefix: Cow<'a, str>,
    member: JsonMember<'a>,
    depth: usize,
    out: &mut Vec<Field<'a>>,
) {
    let key = if member.key_is_escaped {
        unescaped(member.key)
    } else {
        Cow::Borrowed(member.key)
    };
    let key = if prefix.is_empty() {
        key
    } else {
        Cow::Owned([&*prefix, ".", &*key].concat())
    };
    let text = member.value.text;
    if out.len() >= MOST_FIELDS || (depth > 1 && key == "log.level") {
        return;
    }
    if text.starts_with('{') && depth < MOST_LEVELS && text != "{}" {
        for inner in JsonMembers::of(text) {
            flatten(key.clone(), inner, depth + 1, out);
        }
    } else {
        let value = readable(member.value).unwrap_or(Cow::Borrowed(text));
        out.push(Field::of(key, value));
    }
}

/// Reads the request line where it is one field (`"request":"GET / HTTP/1.1"`), which is the message
/// where there is no other.
fn split_request(meaning: &mut Meaning<'_>) {
    let at = meaning
        .fields
        .iter()
        .position(|field| field.key == "request");
    let Some(request) = at.and_then(|at| meaning.fields.get(at)) else {
        return;
    };
    let line = request.value.clone();
    let mut words = line.split(' ');
    let (Some(method), Some(path), Some(_)) = (words.next(), words.next(), words.next()) else {
        return;
    };
    for (name, value) in [("method", method), ("path", path)] {
        if !meaning.fields.iter().any(|field| field.key == name) {
            meaning.fields.push(Field::of(name, value.to_owned()));
        }
    }
    meaning.message.get_or_insert(line);
}

/// Gives the fields of a request the names that they have in every access log.
fn name_request(fields: &mut [Field<'_>]) {
    let is_request = |field: &Field<'_>| {
        let key = field.key.as_ref();
        match key.len() {
            11 => key == "remote_addr",
            13 => key == "RequestMethod",
            14 => matches!(key, "request.method" | "request_method"),
            _ => false,
        }
    };
    if !fields.iter().any(is_request) {
        return;
    }
    let is_caddy = fields.iter().any(|field| field.key == "request.method");
    let caddy = is_caddy.then_some(CADDY);
    for (theirs, ours, factor) in REQUESTS.into_iter().chain(caddy) {
        if fields.iter().any(|field| field.key == ours) {
            continue;
        }
        if let Some(field) = fields.iter_mut().find(|field| field.key == theirs) {
            field.key = Cow::Borrowed(ours);
            if let Some(number) = field.number.filter(|_| factor != 1.0) {
                *field = Field::measured(ours, (number * factor * 1e6).round() / 1e6);
            }
        }
    }
}
