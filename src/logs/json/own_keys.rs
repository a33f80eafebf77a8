//! Keys of the members that are the level, the message or the time of a record.

/// Keys of the level in any case, strongest first: of most loggers; ECS; Python; OpenTelemetry;
/// .NET, Serilog; the journal of systemd; numbers of Python and of OpenTelemetry.
pub(super) const LEVEL: OwnKeys<13> = OwnKeys::of([
    "level",
    "lvl",
    "severity",
    "log.level",
    "levelname",
    "severity_text",
    "severitytext",
    "loglevel",
    "@l",
    "priority",
    "levelno",
    "severity_number",
    "severitynumber",
]);
/// Keys of the message: of most loggers; structlog; GELF; OpenTelemetry; Serilog; Docker's files.
pub(super) const MESSAGE: OwnKeys<11> = OwnKeys::of([
    "message",
    "msg",
    "event",
    "text",
    "short_message",
    "body",
    "@m",
    "renderedmessage",
    "@mt",
    "messagetemplate",
    "log",
]);
/// Keys of the time.
pub(super) const TIME: OwnKeys<10> = OwnKeys::of([
    "time",
    "timestamp",
    "ts",
    "@timestamp",
    "@t",
    "t",
    "asctime",
    "datetime",
    "__realtime_timestamp",
    "starttime",
]);
/// Keys with one meaning, strongest first. Most keys of a record are none of them, so that they are
/// told apart by their length before they are compared.
pub(super) struct OwnKeys<const N: usize> {
    keys: [&'static str; N],
    /// A bit for each length that one of them has.
    lengths: u32,
}

impl<const N: usize> OwnKeys<N> {
    const fn of(keys: [&'static str; N]) -> Self {
        let (mut lengths, mut rest) = (0, keys.as_slice());
        while let [key, after @ ..] = rest {
            lengths |= 1 << key.len();
            rest = after;
        }
        Self { keys, lengths }
    }

    /// How many there are.
    pub(super) const fn count(&self) -> usize {
        N
    }

    /// The place of `key` among them, in any case.
    pub(super) fn rank(&self, key: &str) -> Option<usize> {
        if key.len() >= 32 || self.lengths >> key.len() & 1 == 0 {
            return None;
        }
        // The comparison is a call.
        let is_it = |it: &str| it.len() == key.len() && it.eq_ignore_ascii_case(key);
        self.keys.iter().position(|it| is_it(it))
    }
}

/// Whether a member with this key may be the record's level, message or time.
pub(super) fn is_own(key: &str) -> bool {
    let ranks = [LEVEL.rank(key), MESSAGE.rank(key), TIME.rank(key)];
    key == "s" || ranks.iter().any(Option::is_some)
}
