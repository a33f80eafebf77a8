//! Forms that begin with their level: klog and glog, Ruby's `Logger`, the console of .NET, Python's
//! `LEVEL:name:message`, PHP.

use crate::logs::head::Head;
use crate::logs::{own_time, words};
use crate::model::LineLevel;

/// The head of a line that begins with a capital letter.
pub(in crate::logs) fn head(line: &str) -> Option<Head<'_>> {
    klog(line)
        .or_else(|| ruby(line))
        .or_else(|| python(line))
        .or_else(|| php(line))
}

/// `I0102 15:04:05.678901    1234 file.go:12] message` (klog `formatHeader`): no year, no zone.
fn klog(line: &str) -> Option<Head<'_>> {
    let (letter, rest) = line.split_at_checked(1)?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits != 4 || !"IWEFD".contains(letter) {
        return None;
    }
    let (_, clock) = rest.split_at_checked(5)?;
    let (time, length) = own_time::at_begin(clock)?;
    let (before, message) = clock.get(length..)?.split_once("] ")?;
    let mut fields = before.split_ascii_whitespace();
    let (pid, caller) = (fields.next()?, fields.next()?);
    let mut head = Head {
        level: words::level(letter),
        time: Some(time),
        message,
        ..Head::default()
    };
    head.add("pid", pid);
    head.add("caller", caller);
    Some(head)
}

/// `E, [2026-03-28T14:02:11.123456 #1] ERROR -- program: message` (Ruby's `Logger::Formatter`).
fn ruby(line: &str) -> Option<Head<'_>> {
    let inner = line.get(1..)?.strip_prefix(", [")?;
    let (time, length) = own_time::at_begin(inner)?;
    let (pid, rest) = inner.get(length..)?.strip_prefix(" #")?.split_once(']')?;
    let (word, rest) = rest.trim_start().split_once(" -- ")?;
    let (program, message) = rest.split_once(':')?;
    let mut head = Head {
        level: words::level(word),
        time: Some(time),
        message: message.trim_start(),
        ..Head::default()
    };
    head.add("pid", pid);
    if !program.trim().is_empty() {
        head.add("logger", program.trim());
    }
    Some(head)
}

/// `ERROR:root:message` (`logging.BASIC_FORMAT`).
fn python(line: &str) -> Option<Head<'_>> {
    let end = line.bytes().position(|byte| !byte.is_ascii_uppercase())?;
    let (word, rest) = line.split_at_checked(end)?;
    let rest = rest.strip_prefix(':')?;
    let level = words::in_capitals(word)?;
    let (name, message) = rest.split_once(':')?;
    let is_name = !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '/');
    let mut head = Head {
        level: Some(level),
        message,
        ..Head::default()
    };
    head.add("logger", name);
    is_name.then_some(head)
}

/// `PHP Fatal error:  message`.
fn php(line: &str) -> Option<Head<'_>> {
    let (kind, message) = line.strip_prefix("PHP ")?.split_once(": ")?;
    let level = match kind {
        "Fatal error" | "Parse error" | "Recoverable fatal error" => LineLevel::Error,
        "Warning" => LineLevel::Warning,
        "Notice" | "Deprecated" => LineLevel::Info,
        _ => return None,
    };
    Some(Head {
        level: Some(level),
        message: message.trim_start(),
        ..Head::default()
    })
}

/// `info: Microsoft.Hosting.Lifetime[14]`: the message stands in the next line.
pub(in crate::logs) fn dotnet(line: &str) -> Option<Head<'_>> {
    let (word, rest) = line.split_at_checked(4)?;
    let rest = rest.strip_prefix(": ")?;
    if !matches!(word, "trce" | "dbug" | "info" | "warn" | "fail" | "crit") {
        return None;
    }
    let (category, event) = rest.strip_suffix(']')?.split_once('[')?;
    if category.contains(' ') {
        return None;
    }
    let mut head = Head {
        level: words::level(word),
        message: "",
        ..Head::default()
    };
    head.add("logger", category);
    head.add("event_id", event);
    Some(head)
}
