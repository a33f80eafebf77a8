//! Why a service is in its state, in a few cells: for chips, cards and columns where nothing longer
//! fits, so that nothing has to be cut.

use crate::model::{
    DockerStatus, Finding, FindingCode, HealthState, HttpSaid, Overlay, PausedTrial,
    PressureWarning, ProbeKind, ProcessEnd, Reason, Service, SignedDuration, Statement,
    SwarmReason, Timestamp, Uncounted, checks,
};

/// Most cells that [`short_reason`] and [`short_overlay`] take; each character of them takes one.
pub const SHORT_REASON_CELLS: usize = 8;

/// Why `service` is in its state, in at most [`SHORT_REASON_CELLS`]: `exit 137`, `HTTP 503`, `no net`;
/// `healthy` where no problem is known. At `now`, what depends on the time.
#[must_use]
pub fn short_reason(service: &Service, now: Timestamp) -> String {
    let health = &service.health;
    match health.state {
        state if state.is_up() => {
            let remark = health.overlays.iter().find(|each| is_news(**each));
            let word = remark.map_or(state.id(), |each| short_overlay(*each));
            word.to_owned()
        }
        _ if health.has(Overlay::Paused) => short_overlay(Overlay::Paused).to_owned(),
        state => {
            let until = health.probe.as_ref().and_then(|it| it.certificate_until);
            let left = until.map(|until| until.duration_since(now));
            of(health.reason.innermost(), state, left)
        }
    }
}

/// The word for an overlay, in at most [`SHORT_REASON_CELLS`].
#[must_use]
pub const fn short_overlay(overlay: Overlay) -> &'static str {
    match overlay {
        Overlay::Flapping => "flapping",
        Overlay::Paused => "paused",
        Overlay::Restarting => "loop",
        Overlay::Maintenance => "muted",
        Overlay::Stale => "stale",
        Overlay::Blocked => "blocked",
    }
}

/// Whether an overlay says more of a service that works than its state does.
const fn is_news(overlay: Overlay) -> bool {
    matches!(
        overlay,
        Overlay::Flapping | Overlay::Paused | Overlay::Restarting
    )
}

/// `reason` of a service in `state`, whose certificate holds for `left`.
pub(super) fn of(reason: &Reason, state: HealthState, left: Option<SignedDuration>) -> String {
    let word = match reason {
        Reason::Probe { finding: None, .. } => state_word(state),
        Reason::Probe {
            finding: Some(found),
            ..
        }
        | Reason::StartPeriod {
            finding: Some(found),
        } => return of_finding(found, left),
        Reason::Works { probe, docker } => match (docker, probe) {
            (DockerStatus::Starting, _) => STARTING,
            (_, Some(probe)) if state.is_problem() => return of(probe, state, left),
            _ => HealthState::Healthy.id(),
        },
        Reason::Recovering { successes, of } => {
            return first_that_fits([format!("ok {successes}/{of}"), "ok again".to_owned()]);
        }
        Reason::Docker { output, .. } => return of_check(output, "check".to_owned()),
        Reason::DockerFailing {
            output,
            streak,
            retries,
        } => return of_check(output, format!("chk {streak}/{retries}")),
        Reason::Exit { end, .. } => return of_end(*end),
        Reason::Restarting { restarts, .. } => return of_restarts(*restarts),
        Reason::Pressure(warning) => return of_pressure(*warning),
        Reason::Swarm(swarm) => return of_swarm(*swarm),
        Reason::WithUnread { reason, .. }
        | Reason::NamedInstances { reason, .. }
        | Reason::Instances { reason, .. } => return of(reason, state, left),
        other => plain(other),
    };
    word.to_owned()
}

const STARTING: &str = "start…";

/// A reason that has no figures.
const fn plain(reason: &Reason) -> &'static str {
    match reason {
        Reason::NoResult { .. } => "no data",
        Reason::Uncounted { why, .. } => match why {
            Uncounted::Inconclusive => "untested",
            Uncounted::OutOfReach => "no path",
            Uncounted::Guessed => "guessed",
        },
        Reason::DockerInterrupted { works, .. } => {
            if works.is_some() {
                "answers"
            } else {
                "recheck"
            }
        }
        Reason::DockerStarting | Reason::StartPeriod { .. } => STARTING,
        Reason::NoCheck => "no check",
        Reason::NotChecked => "pending",
        Reason::Completed { .. } => "exit 0",
        Reason::Stopped { .. } | Reason::StoppedWhileNeeded { .. } => "stopped",
        Reason::CannotStart { .. } => "no start",
        Reason::NotStarted(_) => "created",
        Reason::EndUnread => "ended",
        Reason::Paused => "paused",
        Reason::Removing => "removing",
        Reason::Dead => "dead",
        Reason::CutOff => "no net",
        Reason::LostNetwork(_) => "lost net",
        Reason::Missing(_) => "missing",
        Reason::NeedsDown { .. } => "blocked",
        Reason::Unread(_) => "unread",
        // `of` has written the others.
        _ => "empty",
    }
}

/// A state of which nothing else is known.
const fn state_word(state: HealthState) -> &'static str {
    match state {
        HealthState::Unhealthy => "failing",
        HealthState::Completed => "exit 0",
        HealthState::Starting => STARTING,
        other => other.id(),
    }
}

/// The first of these, the last one as it is.
fn first_that_fits<const N: usize>(forms: [String; N]) -> String {
    let fits = |form: &String| form.chars().count() <= SHORT_REASON_CELLS;
    let found = forms.iter().find(|form| fits(form)).or(forms.last());
    found.cloned().unwrap_or_default()
}

/// What a failed healthcheck wrote, where it is of a known kind; else `otherwise`.
fn of_check(output: &str, otherwise: String) -> String {
    if let Some(status) = checks::http_error(output) {
        return http_status(status);
    }
    let lower = output.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if says(&["exceeded timeout", "timed out", "timeout"]) {
        "timeout".to_owned()
    } else if says(&["connection refused"]) {
        "refused".to_owned()
    } else {
        first_that_fits([otherwise, "check".to_owned()])
    }
}

fn of_end(end: ProcessEnd) -> String {
    match end.code {
        _ if end.is_out_of_memory() => "OOM".to_owned(),
        Some(code) => first_that_fits([format!("exit {code}"), "exited".to_owned()]),
        None => "exited".to_owned(),
    }
}

/// `loop ×4`.
fn of_restarts(restarts: u64) -> String {
    if restarts == 0 {
        return "loop".to_owned();
    }
    first_that_fits([
        format!("loop ×{restarts}"),
        format!("loop×{restarts}"),
        format!("loop×{}k", restarts / 1_000),
        "loop".to_owned(),
    ])
}

fn of_pressure(warning: PressureWarning) -> String {
    match warning {
        PressureWarning::Killed => "OOM kill".to_owned(),
        PressureWarning::Memory { percent } => format!("mem {percent}%"),
        PressureWarning::Cpu { percent } => format!("cpu {percent}%"),
    }
}

fn of_swarm(reason: SwarmReason) -> String {
    match reason {
        SwarmReason::Elsewhere => "no task".to_owned(),
        SwarmReason::ScaledToZero => "scaled 0".to_owned(),
        SwarmReason::OnOtherNodes { .. } => "remote".to_owned(),
        SwarmReason::TooFew { running, desired } => first_that_fits([
            format!("{running}/{desired} up"),
            format!("{running}/{desired}"),
            "too few".to_owned(),
        ]),
    }
}

/// What our probe found; the certificate that it saw holds for `left`.
fn of_finding(found: &Finding, left: Option<SignedDuration>) -> String {
    let word = match found {
        Finding::CertificateExpired { ago } => return certificate(left.unwrap_or(-*ago)),
        Finding::CertificateEnds { left: then, .. } => return certificate(left.unwrap_or(*then)),
        Finding::Http(answer) => return of_http(answer.status, &answer.said),
        Finding::Says(statement) => return of_statement(statement),
        Finding::Exited { code, .. } => {
            return first_that_fits([format!("exec {code}"), "exec".to_owned()]);
        }
        Finding::NotTried { found, .. } => return of_finding(found, left),
        Finding::Refused => "refused",
        Finding::Unreachable => "no route",
        Finding::OutOfReach(_) => "no path",
        Finding::NotResolved { .. } => "DNS",
        Finding::NoAnswer { .. } | Finding::Hung { .. } => "timeout",
        Finding::Incomplete { .. } => "partial",
        Finding::Closed => "closed",
        Finding::Protocol { .. } => "protocol",
        Finding::TooMuch | Finding::HeadTooLarge | Finding::TooMuchOutput => "too long",
        Finding::Redirects { .. } => "redirect",
        Finding::CertificateRejected(_) => "bad cert",
        Finding::Handshake(_) => "TLS",
        Finding::Login { .. } => "auth",
        Finding::Unmet(_) => "mismatch",
        Finding::Error { .. } => "error",
        Finding::Answered { .. } => "failing",
        Finding::NotAsked(_) | Finding::NotMeasured(_) => "untested",
        Finding::Failed(_) => "failed",
        Finding::Slow { .. } => "slow",
        Finding::AcceptsOnly { paused } => of_paused(paused),
    };
    word.to_owned()
}

const fn of_paused(paused: &PausedTrial) -> &'static str {
    match paused.kind {
        ProbeKind::Exec => "exec",
        ProbeKind::Kafka => "request",
        _ => "auth",
    }
}

fn of_http(status: u16, said: &HttpSaid) -> String {
    match said {
        HttpSaid::Contradiction { .. } => NOT_OK.to_owned(),
        HttpSaid::Redirect { .. } | HttpSaid::Word(_) => http_status(status),
    }
}

fn http_status(status: u16) -> String {
    first_that_fits([format!("HTTP {status}"), "HTTP".to_owned()])
}

/// It answers, and says that it is not healthy.
const NOT_OK: &str = "not ok";

fn of_statement(statement: &Statement) -> String {
    let word = match statement {
        Statement::GrpcError { code, .. } => {
            return first_that_fits([format!("gRPC {code}"), "gRPC".to_owned()]);
        }
        Statement::DnsError { .. } | Statement::NoAddress { .. } => "DNS",
        Statement::WantsPassword
        | Statement::WantsCredentials
        | Statement::HostNotAllowed
        | Statement::MayNotPing
        | Statement::ProtectedMode => "auth",
        Statement::NoTls => "no TLS",
        Statement::ServerUnavailable => "unavail",
        Statement::NoBrokers => "0 broker",
        Statement::LacksHealthService | Statement::UnknownService { .. } => "no check",
        Statement::HealthUnknown => "unknown",
        Statement::ReadOnly => "readonly",
        Statement::NotInitiated => "no init",
        other => of_code(Finding::Says(other.clone()).code()),
    };
    word.to_owned()
}

/// What the protocol of a product calls trouble.
const fn of_code(code: FindingCode) -> &'static str {
    match code {
        FindingCode::NotReady => "unready",
        FindingCode::Unhealthy => NOT_OK,
        FindingCode::NoLeader => "no lead",
        FindingCode::NotInitialised => "no init",
        FindingCode::Sealed => "sealed",
        FindingCode::RemovedFromCluster => "removed",
        FindingCode::ClusterYellow => "yellow",
        FindingCode::ClusterRed => "red",
        FindingCode::Alarm => "alarm",
        FindingCode::Error => "error",
        _ => "failing",
    }
}

/// How long a certificate still holds, or since when no longer: `cert 9d`, `cert −1d`.
fn certificate(left: SignedDuration) -> String {
    let hours = left.abs().as_hours();
    let (count, unit) = if hours < 24 {
        (hours, 'h')
    } else {
        (hours / 24, 'd')
    };
    let sign = if left.is_positive() { "" } else { "−" };
    let ended = if left.is_positive() {
        "cert"
    } else {
        "cert old"
    };
    first_that_fits([
        format!("cert {sign}{count}{unit}"),
        format!("cert{sign}{count}{unit}"),
        ended.to_owned(),
    ])
}

#[cfg(test)]
mod tests;
