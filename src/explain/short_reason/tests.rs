//! Short forms of every reason.

use std::collections::BTreeMap;
use std::time::Duration;

use unicode_width::UnicodeWidthStr as _;

use super::*;
use crate::model::text::ascii;
use crate::model::{
    CertificateRejection, HandshakeRefusal, HttpAnswer, InstanceId, LostNetwork, NetworkEnd,
    NetworkOwner, NotAsked, NotStarted, OutOfReach, ReasonCode, ServiceName, Unmet, Unread,
};

const SECONDS: Duration = Duration::from_secs(5);

fn service(state: HealthState, reason: Reason) -> Service {
    let mut service = Service::unknown(None, ServiceName::new("db"), Timestamp::UNIX_EPOCH);
    service.health.state = state;
    service.health.reason = reason;
    service
}

fn shown(state: HealthState, reason: Reason) -> String {
    let text = short_reason(&service(state, reason), Timestamp::UNIX_EPOCH);
    assert!(!text.is_empty());
    assert!(text.width() <= SHORT_REASON_CELLS, "{text}");
    let plain: String = text.chars().map(ascii).collect();
    assert!(plain.is_ascii() && !plain.contains('?'), "{plain}");
    text
}

fn probe(finding: Finding) -> Reason {
    Reason::Probe {
        finding: Some(finding),
        state: HealthState::Unhealthy,
        streak: 3,
    }
}

fn end(code: Option<i64>, out_of_memory: bool) -> ProcessEnd {
    ProcessEnd {
        code,
        out_of_memory,
    }
}

/// Every reason that has no finding of a probe, and its short form.
#[allow(clippy::too_many_lines)] // a table
fn reasons() -> Vec<(Reason, &'static str)> {
    let exit = |code, out_of_memory| Reason::Exit {
        end: end(code, out_of_memory),
        error: "boom".to_owned(),
    };
    let loops = |restarts| Reason::Restarting {
        end: end(Some(1), false),
        restarts,
        is_loop: restarts > 2,
    };
    let docker = |output: &str| Reason::Docker {
        output: output.to_owned(),
        streak: 3,
    };
    let failing = |streak, retries| Reason::DockerFailing {
        output: String::new(),
        streak,
        retries,
    };
    let uncounted = |why| Reason::Uncounted {
        finding: Finding::Refused,
        why,
    };
    let few = |running, desired| Reason::Swarm(SwarmReason::TooFew { running, desired });
    let interrupted = |works| Reason::DockerInterrupted {
        works,
        interval: SECONDS,
    };
    vec![
        (interrupted(Some(Finding::Refused)), "answers"),
        (interrupted(None), "recheck"),
        (exit(Some(137), false), "exit 137"),
        (exit(Some(-1), false), "exit -1"),
        (exit(Some(3_221_225_786), false), "exited"),
        (exit(None, false), "exited"),
        (exit(Some(137), true), "OOM"),
        (loops(0), "loop"),
        (loops(4), "loop ×4"),
        (loops(123), "loop×123"),
        (loops(4_567), "loop×4k"),
        (loops(u64::MAX), "loop"),
        (
            docker("curl: (22) The requested URL returned error: 503"),
            "HTTP 503",
        ),
        (docker("Health check exceeded timeout (5s)"), "timeout"),
        (docker("connect: Connection refused"), "refused"),
        (docker("boom"), "check"),
        (failing(1, 3), "chk 1/3"),
        (failing(10, 300), "check"),
        (Reason::DockerStarting, "start…"),
        (Reason::StartPeriod { finding: None }, "start…"),
        (
            Reason::Recovering {
                successes: 1,
                of: 2,
            },
            "ok 1/2",
        ),
        (
            Reason::Recovering {
                successes: 100,
                of: 200,
            },
            "ok again",
        ),
        (Reason::NoResult { seconds: 90 }, "no data"),
        (uncounted(Uncounted::Inconclusive), "untested"),
        (uncounted(Uncounted::OutOfReach), "no path"),
        (uncounted(Uncounted::Guessed), "guessed"),
        (Reason::NoCheck, "no check"),
        (Reason::NotChecked, "pending"),
        (
            Reason::Completed {
                out_of_memory: false,
            },
            "exit 0",
        ),
        (Reason::Stopped { code: Some(0) }, "stopped"),
        (Reason::StoppedWhileNeeded { code: Some(0) }, "stopped"),
        (
            Reason::CannotStart {
                error: "x".to_owned(),
            },
            "no start",
        ),
        (Reason::NotStarted(NotStarted::Never), "created"),
        (Reason::EndUnread, "ended"),
        (Reason::Paused, "paused"),
        (Reason::Removing, "removing"),
        (Reason::Dead, "dead"),
        (Reason::CutOff, "no net"),
        (Reason::LostNetwork(lost_network()), "lost net"),
        (Reason::Pressure(PressureWarning::Killed), "OOM kill"),
        (
            Reason::Pressure(PressureWarning::Memory { percent: 255 }),
            "mem 255%",
        ),
        (
            Reason::Pressure(PressureWarning::Cpu { percent: 99 }),
            "cpu 99%",
        ),
        (Reason::Missing(Vec::new()), "missing"),
        (Reason::NeedsDown { roots: Vec::new() }, "blocked"),
        (Reason::Unread(Unread::default()), "unread"),
        (Reason::NoInstances, "empty"),
        (Reason::Swarm(SwarmReason::Elsewhere), "no task"),
        (Reason::Swarm(SwarmReason::ScaledToZero), "scaled 0"),
        (
            Reason::Swarm(SwarmReason::OnOtherNodes {
                running: 1,
                desired: 1,
            }),
            "remote",
        ),
        (few(1, 3), "1/3 up"),
        (few(1_000, 3_000), "too few"),
    ]
}

fn lost_network() -> LostNetwork {
    LostNetwork {
        instance: InstanceId::new("b"),
        owner: NetworkOwner {
            container: InstanceId::new("a"),
            name: None,
            service: None,
        },
        cause: NetworkEnd::OwnerGone,
        at: None,
    }
}

#[test]
fn every_reason_has_a_short_form() {
    let mut codes: BTreeMap<String, Vec<ReasonCode>> = BTreeMap::new();
    for (reason, expected) in reasons() {
        let text = shown(HealthState::Unhealthy, reason.clone());
        assert_eq!(text, expected);
        let same = codes.entry(text).or_default();
        if same.last() != Some(&reason.code()) {
            same.push(reason.code());
        }
    }
    // Both mean that it has not worked yet.
    codes.remove("start…");
    let shared: Vec<_> = codes.iter().filter(|(_, codes)| codes.len() > 1).collect();
    assert!(
        shared.is_empty(),
        "different kinds look the same: {shared:?}"
    );
}

#[test]
#[allow(clippy::too_many_lines)] // a table
fn every_finding_has_a_short_form() {
    let http = |status| Finding::Http(HttpAnswer::of(status, "x".to_owned()));
    let says = Finding::Says;
    let paused = |kind| PausedTrial {
        kind,
        failures: 5,
        left: SECONDS,
    };
    let expired = |hours| Finding::CertificateExpired {
        ago: SignedDuration::from_hours(hours),
    };
    let text = || "x".to_owned();
    for (finding, expected) in [
        (Finding::Refused, "refused"),
        (Finding::Unreachable, "no route"),
        (Finding::OutOfReach(OutOfReach::NoAddress), "no path"),
        (Finding::NotResolved { within: None }, "DNS"),
        (Finding::NoAnswer { within: SECONDS }, "timeout"),
        (Finding::Incomplete { within: SECONDS }, "partial"),
        (Finding::Closed, "closed"),
        (
            Finding::Protocol {
                wanted: ProbeKind::Http,
            },
            "protocol",
        ),
        (Finding::TooMuch, "too long"),
        (Finding::HeadTooLarge, "too long"),
        (Finding::TooMuchOutput, "too long"),
        (Finding::Redirects { limit: 5 }, "redirect"),
        (expired(24), "cert −1d"),
        (expired(5), "cert −5h"),
        (expired(24 * 12), "cert−12d"),
        (expired(24 * 400), "cert old"),
        (
            Finding::CertificateEnds {
                left: SignedDuration::from_hours(24 * 9),
                answer: Box::new(http(200)),
            },
            "cert 9d",
        ),
        (
            Finding::CertificateRejected(CertificateRejection::UnknownIssuer),
            "bad cert",
        ),
        (Finding::Handshake(HandshakeRefusal::Version), "TLS"),
        (Finding::Login { said: text() }, "auth"),
        (Finding::Unmet(Unmet::NotJson), "mismatch"),
        (Finding::Error { said: text() }, "error"),
        (http(503), "HTTP 503"),
        (http(65_535), "HTTP"),
        (Finding::Answered { text: text() }, "failing"),
        (
            Finding::Exited {
                code: 127,
                line: text(),
            },
            "exec 127",
        ),
        (Finding::NotAsked(NotAsked::Bug), "untested"),
        (
            Finding::Slow {
                took: SECONDS,
                limit: SECONDS,
                answer: Box::new(http(200)),
            },
            "slow",
        ),
        (
            Finding::NotTried {
                found: Box::new(Finding::Refused),
                paused: paused(ProbeKind::Mysql),
            },
            "refused",
        ),
        (
            Finding::AcceptsOnly {
                paused: paused(ProbeKind::Mysql),
            },
            "auth",
        ),
        (
            says(Statement::GrpcError {
                code: 14,
                said: text(),
            }),
            "gRPC 14",
        ),
        (says(Statement::NotServing), "not ok"),
        (
            says(Statement::DnsError {
                code: 3,
                name: text(),
            }),
            "DNS",
        ),
        (says(Statement::NoLeader), "no lead"),
        (says(Statement::WantsPassword), "auth"),
        (says(Statement::NoMaster), "unready"),
    ] {
        assert_eq!(shown(HealthState::Unhealthy, probe(finding)), expected);
    }
}

#[test]
fn the_reason_of_one_instance_stands_for_all() {
    let reason = Reason::Instances {
        count: 1,
        of: 3,
        state: HealthState::Unhealthy,
        reason: Box::new(Reason::WithUnread {
            reason: Box::new(probe(Finding::Refused)),
            unread: Unread::default(),
        }),
    };
    assert_eq!(shown(HealthState::Degraded, reason), "refused");
    let slow = Reason::Works {
        probe: Some(Box::new(probe(Finding::Slow {
            took: SECONDS,
            limit: SECONDS,
            answer: Box::default(),
        }))),
        docker: DockerStatus::Healthy,
    };
    assert_eq!(shown(HealthState::Degraded, slow.clone()), "slow");
    assert_eq!(shown(HealthState::Healthy, slow), "healthy");
}

#[test]
fn overlays_show_where_they_say_more_than_the_state() {
    let with = |state, overlay| {
        let mut service = service(state, probe(Finding::Refused));
        service.health.overlays = vec![overlay];
        assert!(short_overlay(overlay).width() <= SHORT_REASON_CELLS);
        short_reason(&service, Timestamp::UNIX_EPOCH)
    };
    for (state, overlay, expected) in [
        (HealthState::Healthy, Overlay::Flapping, "flapping"),
        (HealthState::Healthy, Overlay::Maintenance, "healthy"),
        (HealthState::Running, Overlay::Stale, "running"),
        (HealthState::Stopped, Overlay::Paused, "paused"),
        (HealthState::Unhealthy, Overlay::Blocked, "refused"),
        (HealthState::Unhealthy, Overlay::Flapping, "refused"),
    ] {
        assert_eq!(with(state, overlay), expected);
    }
}

#[test]
fn a_certificate_is_told_as_of_now() {
    let mut service = service(
        HealthState::Unhealthy,
        probe(Finding::CertificateExpired {
            ago: SignedDuration::from_hours(1),
        }),
    );
    service.health.probe = Some(crate::model::ProbeVerdict {
        kind: ProbeKind::Http,
        target: String::new(),
        success: false,
        contact: crate::model::Contact::Answered,
        latency_ms: None,
        phases: None,
        certificate_until: Some(Timestamp::UNIX_EPOCH),
        checked_at: Timestamp::UNIX_EPOCH,
        finding: Finding::default(),
        counts: true,
    });
    let now = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(26);
    assert_eq!(short_reason(&service, now), "cert −1d");
}
