//! Redis and Valkey: `1:M 28 Mar 2026 14:02:11.000 * Ready`.

use crate::logs::head::Head;
use crate::logs::own_time;
use crate::model::LineLevel;

/// The head of a line of Redis, also of one that a signal handler writes.
pub(in crate::logs) fn head(line: &str) -> Option<Head<'_>> {
    let (pid, rest) = line.split_at_checked(line.bytes().take(8).position(|it| it == b':')?)?;
    let rest = rest
        .get(1..)
        .filter(|_| pid.bytes().all(|byte| byte.is_ascii_digit()))?;
    let mut head = written(rest).or_else(|| handled(rest))?;
    head.add("pid", pid);
    Some(head)
}

/// What is behind the process: role (`X` sentinel, `C` child, `S` replica, `M` master),
/// time, one mark for the level (`serverLogRaw` in `server.c`).
fn written(text: &str) -> Option<Head<'_>> {
    let (role, rest) = text.split_at_checked(1)?;
    let rest = rest.strip_prefix(' ').filter(|_| "XCSM".contains(role))?;
    let (time, length) = own_time::at_begin(rest)?;
    let (mark, message) = rest.get(length..)?.strip_prefix(' ')?.split_at_checked(1)?;
    let level = match mark {
        "." | "-" => LineLevel::Debug,
        "*" => LineLevel::Info,
        "#" => LineLevel::Warning,
        _ => return None,
    };
    let mut head = Head {
        level: Some(level),
        time: Some(time),
        message: message.trim_start(),
        ..Head::default()
    };
    head.add("role", role);
    Some(head)
}

/// `signal-handler (1774706531) Received SIGTERM`, with seconds since the epoch.
fn handled(text: &str) -> Option<Head<'_>> {
    let (time, message) = text.strip_prefix("signal-handler (")?.split_once(") ")?;
    Some(Head {
        time: Some(own_time::whole(time)?),
        message,
        ..Head::default()
    })
}
