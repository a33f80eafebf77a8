//! The cause in an engine's error, without the layers of programs that hand it on.

use std::sync::OnceLock;

use regex::Regex;

/// How the layers begin that name only the program that hands the error on; each ends at the next `: `.
const LAYERS: [&str; 24] = [
    "Error response from daemon",
    "driver failed programming external connectivity",
    "failed to set up container networking",
    "failed to create task for container",
    "failed to create shim task",
    "failed to start shim",
    "failed to create endpoint",
    "OCI runtime",
    "runc",
    "crun",
    "unable to start container",
    "error during container init",
    "Error starting userland proxy",
    "invalid mount config for type",
    "exec failed",
    "container create failed",
    "creating container",
    "starting container",
    "preparing container",
    "setting up container",
    "cannot listen on the",
    "netavark",
    "rootlessport cannot expose",
    "setup network",
];
/// What layers append.
const ENDINGS: [&str; 6] = [
    ": unknown",
    ": OCI runtime attempted to invoke a command that was not found",
    ": OCI permission denied",
    ": OCI runtime error",
    ": OCI not found",
    ": exit status 1",
];
/// Advice that Docker appends to errors of mounts.
const ADVICE: &str = ": Are you trying to mount a directory onto a file";

/// The cause in an engine's error: `port 80 is already allocated`, `exec: "x": executable file not
/// found in $PATH`, `cannot mount /srv/x at /etc/x: not a directory`.
#[must_use]
pub fn engine_error(error: &str) -> String {
    let mut rest = error.trim();
    rest = rest.split_once(ADVICE).map_or(rest, |(before, _)| before);
    while let Some(inner) = LAYERS.iter().find_map(|layer| inner(rest, layer)) {
        rest = inner;
    }
    while let Some(before) = ENDINGS.iter().find_map(|ending| rest.strip_suffix(ending)) {
        rest = before;
    }
    port(rest)
        .or_else(|| mount(rest))
        .unwrap_or_else(|| without_ids(rest))
}

/// What stands behind a layer.
fn inner<'a>(text: &'a str, layer: &str) -> Option<&'a str> {
    let begin = text.get(..layer.len())?;
    let after = text.get(layer.len()..)?;
    let is_whole = after.starts_with([':', ' ']);
    let (_, inner) = after
        .split_once(": ")
        .filter(|_| is_whole && begin.eq_ignore_ascii_case(layer))?;
    (!inner.trim().is_empty()).then_some(inner)
}

/// `port 80 is already allocated`.
fn port(text: &str) -> Option<String> {
    static PORT: OnceLock<Option<Regex>> = OnceLock::new();
    const ADDRESS: &str = r"(?:Bind for|listen (?:tcp|udp|sctp)[46]?|failed to bind (?:host )?port(?: for)?) (?:\[[^\]]*\]|[^\s:]*):(\d+)";
    // A test matches it, so that a pattern that is none cannot go unnoticed.
    let found = PORT
        .get_or_init(|| Regex::new(ADDRESS).ok())
        .as_ref()?
        .captures(text)?;
    let port = found.get(1)?.as_str();
    let words = [
        ("port is already allocated", "is already allocated"),
        ("address already in use", "is already in use"),
        ("permission denied", "may not be opened: permission denied"),
        (
            "cannot assign requested address",
            "cannot be opened: the host does not have this address",
        ),
    ];
    words
        .iter()
        .find(|(told, _)| text.contains(told))
        .map(|(_, words)| format!("port {port} {words}"))
}

/// `cannot mount /srv/x at /etc/x: not a directory`.
fn mount(text: &str) -> Option<String> {
    let rest = text.strip_prefix("error mounting \"")?;
    let (source, rest) = rest.split_once("\" to rootfs at \"")?;
    let (target, rest) = rest.split_once('"')?;
    let cause = rest.rsplit(": ").next().filter(|cause| !cause.is_empty())?;
    Some(format!("cannot mount {source} at {target}: {cause}"))
}

/// Ids of 64 digits as they are usually shown: the first 12.
fn without_ids(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_hexdigit()) {
        let end = rest[at..]
            .find(|c: char| !c.is_ascii_hexdigit())
            .map_or(rest.len(), |end| at + end);
        out.push_str(&rest[..if end - at == 64 { at + 12 } else { end }]);
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "8c3bb06d1d0f3ba36c4e0dcea5fb3b6dfc4cbcbf1b3b2b31b5a2b0e8b0a7c6d5";

    #[test]
    #[allow(clippy::too_many_lines)] // a table
    fn errors_of_docker_are_told_by_their_cause() {
        for (error, expected) in [
            (
                "failed to create task for container: failed to create shim task: OCI runtime create failed: \
                 runc create failed: unable to start container process: exec: \"x\": executable file not found \
                 in $PATH: unknown",
                "exec: \"x\": executable file not found in $PATH",
            ),
            (
                "driver failed programming external connectivity on endpoint shop-web-1 (ID): Bind for \
                 0.0.0.0:18200 failed: port is already allocated",
                "port 18200 is already allocated",
            ),
            (
                "failed to set up container networking: driver failed programming external connectivity on \
                 endpoint web (ID): Bind for 127.0.0.1:80 failed: port is already allocated",
                "port 80 is already allocated",
            ),
            (
                "driver failed programming external connectivity on endpoint web (ID): Error starting userland \
                 proxy: listen tcp4 0.0.0.0:18731: bind: address already in use",
                "port 18731 is already in use",
            ),
            (
                "driver failed programming external connectivity on endpoint web (ID): failed to bind host port for \
                 0.0.0.0:8080:172.18.0.2:80/tcp: address already in use",
                "port 8080 is already in use",
            ),
            (
                "failed to bind host port [::1]:8080/tcp: address already in use",
                "port 8080 is already in use",
            ),
            (
                "driver failed programming external connectivity on endpoint web (ID): Error starting userland \
                 proxy: listen tcp4 10.9.9.9:80: bind: cannot assign requested address",
                "port 80 cannot be opened: the host does not have this address",
            ),
            (
                "failed to create task for container: failed to create shim task: OCI runtime create failed: runc \
                 create failed: unable to start container process: error during container init: error mounting \
                 \"/srv/shop/nginx.conf\" to rootfs at \"/etc/nginx/nginx.conf\": mount \
                 /srv/shop/nginx.conf:/etc/nginx/nginx.conf (via /proc/self/fd/6), flags: 0x5001: not a directory: \
                 unknown: Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified \
                 host path exists and is the expected type",
                "cannot mount /srv/shop/nginx.conf at /etc/nginx/nginx.conf: not a directory",
            ),
            (
                "invalid mount config for type \"bind\": bind source path does not exist: /srv/x",
                "bind source path does not exist: /srv/x",
            ),
            ("network hub_data not found", "network hub_data not found"),
            (
                "cannot join network namespace of a non running container: ID",
                "cannot join network namespace of a non running container: 8c3bb06d1d0f",
            ),
            (
                "Error response from daemon: No such container: ID",
                "No such container: 8c3bb06d1d0f",
            ),
            ("runcible: broken", "runcible: broken"),
            (
                "failed to create task for container: ",
                "failed to create task for container:",
            ),
            ("", ""),
        ] {
            assert_eq!(engine_error(&error.replace("ID", ID)), expected);
        }
    }

    #[test]
    fn errors_of_podman_are_told_by_their_cause() {
        for (error, expected) in [
            (
                "unable to start container \"ID\": crun: executable file `x` not found in $PATH: No such file or \
                 directory: OCI runtime attempted to invoke a command that was not found",
                "executable file `x` not found in $PATH: No such file or directory",
            ),
            (
                "unable to start container ID: cannot listen on the TCP port: listen tcp4 :18200: bind: address \
                 already in use",
                "port 18200 is already in use",
            ),
            (
                "rootlessport listen tcp 0.0.0.0:8080: bind: address already in use",
                "port 8080 is already in use",
            ),
            (
                "starting container ID: statfs /srv/x: no such file or directory",
                "statfs /srv/x: no such file or directory",
            ),
            (
                "preparing container ID for attach: crun: open executable: Permission denied: OCI permission denied",
                "open executable: Permission denied",
            ),
            (
                "OCI runtime error: runc: runc create failed: unable to start container process: exec: \"/x\": \
                 permission denied",
                "exec: \"/x\": permission denied",
            ),
        ] {
            assert_eq!(engine_error(&error.replace("ID", ID)), expected);
        }
    }
}
