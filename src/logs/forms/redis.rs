//! Redis and Valkey: `1:M 28 Mar 2026 14:02:11.000 * Ready`.

use crate::logs::head::Head;
use crate::logs::own_time;
use crate::model::LineLevel;

/// The head of a line of Redis: process, role (`X` sentinel, `C` child, `S` replica, `M` master),
/// time, one mark for the level (`serverLogRaw` in `server.c`).
pub(in crate::logs) fn head(line: &str) -> Option<Head<'_>> {
    let (pid, rest) = line.split_at_checked(line.bytes().take(8).position(|it| it == b':')?)?;
    let (role, rest) = rest.get(1..)?.split_at_checked(1)?;
    let known = pid.bytes().all(|byte| byte.is_ascii_digit()) && "XCSM".contains(role);
    let rest = rest.strip_prefix(' ').filter(|_| known)?;
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
    head.add("pid", pid);
    head.add("role", role);
    Some(head)
}
