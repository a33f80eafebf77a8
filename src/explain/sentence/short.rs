//! A reason for places that are too narrow for all of it.

/// Who says so: what matters less than what is said.
const SPEAKERS: [&str; 5] = [
    "cannot start: ",
    "docker: unhealthy, ",
    "docker: ",
    "probe: ",
    "restarting: ",
];
/// How counts end that stand behind a reason.
const COUNTS: [&str; 3] = ["failures in a row", "failed checks in a row", "restarts"];

/// Ever shorter forms of `reason`, from the whole: without counts at its end, without who says so.
/// The cause stays.
pub fn shorter(reason: &str) -> impl Iterator<Item = &str> {
    let plain = without_count(reason);
    let spoken = SPEAKERS
        .iter()
        .find_map(|speaker| plain.strip_prefix(speaker))
        .unwrap_or(plain);
    let bare = match spoken.split_once(": ") {
        // "exited with code 1: …"
        Some((begin, cause)) if begin.starts_with("exited with code") && !cause.is_empty() => cause,
        _ => spoken,
    };
    [reason, plain, spoken, bare].into_iter()
}

fn without_count(reason: &str) -> &str {
    match reason.rsplit_once(", ") {
        Some((rest, count))
            if COUNTS.iter().any(|end| count.ends_with(end)) && !rest.is_empty() =>
        {
            rest
        }
        _ => reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_reason_keeps_the_cause() {
        for (reason, expected) in [
            (
                "cannot start: port 18200 is already allocated",
                "port 18200 is already allocated",
            ),
            (
                "probe: connection refused, 3 failures in a row",
                "connection refused",
            ),
            (
                "docker: unhealthy, curl: (22) error: 503",
                "curl: (22) error: 503",
            ),
            ("docker: unhealthy, 4 failed checks in a row", "unhealthy"),
            (
                "restarting: exited with code 1, 7 restarts",
                "exited with code 1",
            ),
            (
                "exited with code 255: exec /x: exec format error",
                "exec /x: exec format error",
            ),
            (
                "exited with code 137 (killed)",
                "exited with code 137 (killed)",
            ),
            ("stopped", "stopped"),
            ("", ""),
        ] {
            assert_eq!(shorter(reason).last(), Some(expected), "{reason}");
            assert_eq!(shorter(reason).next(), Some(reason));
        }
    }
}
