//! The usual forms of text lines, one file a family.

pub(super) mod access;
pub(super) mod console;
pub(super) mod failure;
pub(super) mod java;
pub(super) mod proxy_error;
pub(super) mod redis;
pub(super) mod syslog;

use super::head::Head;

/// The head of a text line in any known form; `None` where nothing is known of it.
pub(super) fn head(line: &str) -> Option<Head<'_>> {
    let special = match line.as_bytes().first()? {
        b'0'..=b'9' => redis::head(line).or_else(|| syslog::with_year(line)),
        b'<' => syslog::with_priority(line),
        b'A'..=b'Z' => console::head(line)
            .or_else(|| syslog::head(line))
            .or_else(|| java::head(line)),
        b'a'..=b'z' => console::dotnet(line),
        _ => None,
    };
    special
        .or_else(|| Head::read(line))
        .or_else(|| failure::head(line))
}
