//! The error log of nginx: what stands behind the message.

/// Names that nginx appends to the message (`ngx_http_log_error_handler`), with ours.
const NAMES: [(&str, &str); 7] = [
    ("client", "client"),
    ("server", "server"),
    ("request", "request"),
    ("subrequest", "subrequest"),
    ("upstream", "upstream"),
    ("host", "host"),
    ("referrer", "referer"),
];

/// The process that wrote a message (`1#1: *5 …`), the message, and what is appended to it.
pub(in crate::logs) struct ProxyError<'a> {
    /// Its process.
    pub pid: &'a str,
    /// The message alone.
    pub message: &'a str,
    /// What it is about.
    pub fields: Vec<(&'static str, &'a str)>,
}

/// Reads the message of a line that nginx wrote; `None` where it is of another program.
pub(in crate::logs) fn read(message: &str) -> Option<ProxyError<'_>> {
    let (process, rest) = message.split_once(": ")?;
    let (pid, thread) = process.split_once('#')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(pid) || !digits(thread) {
        return None;
    }
    let Some((message, mut appended)) = rest.split_once(", client: ") else {
        return Some(ProxyError {
            pid,
            message: rest,
            fields: Vec::new(),
        });
    };
    let mut fields = Vec::new();
    let mut name = "client";
    loop {
        let (value, next) = value(appended);
        fields.push((name, value));
        let Some((following, after)) = next.and_then(|next| next.split_once(": ")) else {
            break;
        };
        let Some((_, ours)) = NAMES.iter().find(|(theirs, _)| *theirs == following) else {
            break;
        };
        (name, appended) = (ours, after);
    }
    Some(ProxyError {
        pid,
        message,
        fields,
    })
}

/// One value, in quotes or up to the next comma, and what follows.
fn value(text: &str) -> (&str, Option<&str>) {
    if let Some((value, rest)) = text.strip_prefix('"').and_then(|text| text.split_once('"')) {
        return (value, rest.strip_prefix(", "));
    }
    match text.split_once(", ") {
        Some((value, rest)) => (value, Some(rest)),
        None => (text, None),
    }
}
