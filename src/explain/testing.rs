//! Findings and reasons from their words, for tests that are about something else.

use std::time::Duration;

use super::model::{
    Finding, HealthState, HttpAnswer, NotStarted, ProcessEnd, Reason, SignedDuration, Statement,
    Uncounted,
};

/// The finding with these words, where it is one of the common ones; else an answer that says them.
pub fn finding(words: &str) -> Finding {
    let time = |text: &str| {
        let number = text.trim_end_matches(" s").parse().ok()?;
        Some(Duration::from_secs_f64(number))
    };
    if let Some((answer, late)) = words.rsplit_once(", slow: ") {
        let (took, limit) = late.split_once(", limit ").unwrap_or((late, "2 s"));
        return Finding::Slow {
            took: time(took).unwrap_or_default(),
            limit: time(limit).unwrap_or_default(),
            answer: Box::new(finding(answer)),
        };
    }
    let within = |begin: &str| time(words.strip_prefix(begin)?.strip_prefix(" within ")?);
    match words {
        "connection refused" => return Finding::Refused,
        "host unreachable" => return Finding::Unreachable,
        "name not resolved" => return Finding::NotResolved { within: None },
        "connection closed without an answer" => return Finding::Closed,
        "accepts connections" => return Finding::Says(Statement::AcceptsConnections),
        _ => {}
    }
    if let Some(days) = words
        .strip_prefix("certificate expired ")
        .and_then(|rest| rest.strip_suffix(" days ago")?.parse::<i64>().ok())
    {
        let ago = SignedDuration::from_hours(24 * days);
        return Finding::CertificateExpired { ago };
    }
    if let Some(within) = within("no answer") {
        return Finding::NoAnswer { within };
    }
    if let Some(within) = within("no complete answer") {
        return Finding::Incomplete { within };
    }
    if let Some(time) = within("name not resolved") {
        return Finding::NotResolved { within: Some(time) };
    }
    if let Some(said) = words.strip_prefix("login refused: ") {
        let said = said.to_owned();
        return Finding::Login { said };
    }
    let (code, rest) = words.split_once(' ').unwrap_or((words, ""));
    match code.parse() {
        Ok(status) if code.len() == 3 => Finding::Http(HttpAnswer::of(status, rest.to_owned())),
        _ => Finding::Answered {
            text: words.to_owned(),
        },
    }
}

/// The reason with these words, where it is one of the common ones; else one that says them.
pub fn reason(state: HealthState, words: &str) -> Reason {
    of_probe(state, words)
        .or_else(|| of_docker(words))
        .or_else(|| of_process(words))
        .or_else(|| of_instances(words))
        .unwrap_or_else(|| verbatim(words))
}

/// A reason that says `words` as they are.
pub fn verbatim(words: &str) -> Reason {
    Reason::Uncounted {
        finding: Finding::Answered {
            text: words.to_owned(),
        },
        why: Uncounted::Inconclusive,
    }
}

fn of_probe(state: HealthState, words: &str) -> Option<Reason> {
    let rest = words.strip_prefix("probe: ")?;
    if let Some(counts) = rest.strip_prefix("recovering (") {
        let (successes, of) = counts.strip_suffix(" good probes)")?.split_once(" of ")?;
        return Some(Reason::Recovering {
            successes: successes.parse().ok()?,
            of: of.parse().ok()?,
        });
    }
    let counted = rest
        .strip_suffix(" failures in a row")
        .and_then(|rest| rest.rsplit_once(", "));
    let (found, streak) = match counted {
        Some((found, streak)) => (found, streak.parse().ok()?),
        None => (rest, 1),
    };
    Some(Reason::Probe {
        finding: Some(finding(found)),
        state,
        streak,
    })
}

fn of_docker(words: &str) -> Option<Reason> {
    let rest = words.strip_prefix("docker: ")?;
    if let Some(output) = rest.strip_prefix("unhealthy, ") {
        let streak = output.strip_suffix(" failed checks in a row");
        return Some(match streak.and_then(|streak| streak.parse().ok()) {
            Some(streak) => Reason::Docker {
                output: String::new(),
                streak,
            },
            None => Reason::Docker {
                output: output.to_owned(),
                streak: 3,
            },
        });
    }
    let (counts, output) = rest.split_once(" failed checks in a row, ")?;
    let (streak, retries) = counts.split_once(" of ")?;
    Some(Reason::DockerFailing {
        output: output.to_owned(),
        streak: streak.parse().ok()?,
        retries: retries.parse().ok()?,
    })
}

fn of_process(words: &str) -> Option<Reason> {
    if let Some(rest) = words.strip_prefix("crash loop: ") {
        let (end, restarts) = match rest.rsplit_once(", ") {
            Some((end, count)) => (end, count.split(' ').next()?.parse().ok()?),
            None => (rest, 0),
        };
        return Some(Reason::Restarting {
            end: process_end(end)?,
            restarts,
            is_loop: true,
        });
    }
    if let Some(error) = words.strip_prefix("cannot start: ") {
        let error = error.to_owned();
        return Some(Reason::CannotStart { error });
    }
    let code = |begin: &str, end: &str| {
        let code = words.strip_prefix(begin)?.strip_suffix(end)?;
        code.parse().ok()
    };
    Some(match words {
        "stopped" => Reason::Stopped { code: None },
        "paused" => Reason::Paused,
        "being removed" => Reason::Removing,
        "no check" => Reason::NoCheck,
        "not checked yet" => Reason::NotChecked,
        "starting; not checked yet" => Reason::StartPeriod { finding: None },
        "created, never started" => Reason::NotStarted(NotStarted::Never),
        "not attached to any network" => Reason::CutOff,
        _ => {
            if let Some(code) = code("stopped (exit code ", ")") {
                return Some(Reason::Stopped { code: Some(code) });
            }
            if let Some(code) = code("stopped with exit code ", "") {
                return Some(Reason::StoppedWhileNeeded { code: Some(code) });
            }
            let (end, error) = words.split_once(": ").unwrap_or((words, ""));
            Reason::Exit {
                end: process_end(end)?,
                error: error.to_owned(),
            }
        }
    })
}

fn process_end(words: &str) -> Option<ProcessEnd> {
    let killed = words.strip_prefix("OOM-killed (exit code ");
    let (code, out_of_memory) = match killed {
        Some(rest) => (rest.strip_suffix(')')?, true),
        None => {
            let rest = words.strip_prefix("exited with code ")?;
            (rest.split(' ').next()?, false)
        }
    };
    Some(ProcessEnd {
        code: Some(code.parse().ok()?),
        out_of_memory,
    })
}

fn of_instances(words: &str) -> Option<Reason> {
    let (head, inner) = words.split_once(" replicas fail: ")?;
    let (count, of) = head.split_once(" of ")?;
    Some(Reason::Instances {
        count: count.parse().ok()?,
        of: of.parse().ok()?,
        state: HealthState::Unhealthy,
        reason: Box::new(reason(HealthState::Unhealthy, inner)),
    })
}
