//! Words of reasons.

use super::*;
use crate::explain::testing;
use crate::model::{
    HealthState, PressureWarning, ServiceId, ServiceName, Statement, SwarmReason, Timestamp,
};

fn service(reason: Reason) -> Service {
    let stack = Some(StackName::new("hub"));
    let mut service = Service::unknown(stack, ServiceName::new("db"), Timestamp::UNIX_EPOCH);
    service.health.reason = reason;
    service
}

#[test]
#[allow(clippy::too_many_lines)] // a table
fn reasons_in_words() {
    let probe = |streak| Reason::Probe {
        finding: Some(Finding::Refused),
        state: HealthState::Unhealthy,
        streak,
    };
    let unread = Unread {
        inspection: None,
        fields: vec!["RestartCount".to_owned()],
    };
    let instances = |count, state, reason| Reason::Instances {
        count,
        of: 3,
        state,
        reason: Box::new(reason),
    };
    let interrupted = |works: Option<Statement>| Reason::DockerInterrupted {
        works: works.map(Finding::Says),
        interval: Duration::from_secs(10),
    };
    let named = |names: &[&str], count| Reason::NamedInstances {
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        count,
        state: HealthState::Unhealthy,
        reason: Box::new(Reason::Paused),
    };
    for (reason, expected) in [
        (
            Reason::Probe {
                finding: None,
                state: HealthState::Degraded,
                streak: 2,
            },
            "probe: degraded, 2 failures in a row",
        ),
        (
            interrupted(Some(Statement::Pong)),
            "answers again (PONG); Docker's healthcheck says unhealthy, next check within 10 s",
        ),
        (
            interrupted(None),
            "docker: unhealthy after an interruption, next check within 10 s",
        ),
        (
            Reason::Works {
                probe: Some(Box::new(probe(1))),
                docker: DockerStatus::Starting,
            },
            "probe: connection refused; docker: starting",
        ),
        (
            Reason::Works {
                probe: Some(Box::new(Reason::NoResult { seconds: 90 })),
                docker: DockerStatus::Healthy,
            },
            "docker: healthy; probe: no result for 90 s",
        ),
        (
            Reason::Works {
                probe: None,
                docker: DockerStatus::Healthy,
            },
            "docker: healthy",
        ),
        (
            Reason::DockerFailing {
                output: String::new(),
                streak: 1,
                retries: 3,
            },
            "docker: 1 of 3 failed checks in a row",
        ),
        (
            Reason::Uncounted {
                finding: Finding::Refused,
                why: Uncounted::OutOfReach,
            },
            "cannot be reached from here: connection refused",
        ),
        (
            Reason::Uncounted {
                finding: Finding::Refused,
                why: Uncounted::Guessed,
            },
            "our probe gets connection refused (ignored: guessed)",
        ),
        (
            Reason::Exit {
                end: ProcessEnd {
                    code: Some(1),
                    out_of_memory: true,
                },
                error: String::new(),
            },
            "exited with code 1; a process inside was OOM-killed",
        ),
        (
            Reason::Restarting {
                end: ProcessEnd {
                    code: Some(139),
                    out_of_memory: false,
                },
                restarts: 1,
                is_loop: true,
            },
            "crash loop: exited with code 139 (segmentation fault), 1 restart",
        ),
        (
            Reason::Restarting {
                end: ProcessEnd {
                    code: Some(1),
                    out_of_memory: false,
                },
                restarts: 2,
                is_loop: false,
            },
            "exited with code 1, restarted 2 times by the restart policy",
        ),
        (
            Reason::Pressure(PressureWarning::Cpu { percent: 99 }),
            "CPU at 99 % of its limit for a minute and more",
        ),
        (
            Reason::NeedsDown {
                roots: vec![ServiceId::new("hub/a"), ServiceId::new("shop/b")],
            },
            "depends on a and shop/b, which are down",
        ),
        (Reason::Unread(Unread::default()), "not inspected yet"),
        (
            Reason::WithUnread {
                reason: Box::new(probe(3)),
                unread,
            },
            "probe: connection refused, 3 failures in a row; details could not be read: RestartCount",
        ),
        (
            instances(3, HealthState::Unhealthy, probe(3)),
            "3 of 3 replicas fail: probe: connection refused, 3 failures in a row",
        ),
        (
            instances(1, HealthState::Completed, Reason::Paused),
            "1 of 3 replicas has finished: paused",
        ),
        (named(&["a"], 1), "a fails: paused"),
        (named(&["a", "b"], 2), "a and b fail: paused"),
        (named(&["a", "b", "c"], 3), "a, b and c fail: paused"),
        (named(&["a", "b", "c"], 5), "a and 4 more fail: paused"),
        (Reason::NoInstances, "no replicas"),
        (
            Reason::Swarm(SwarmReason::TooFew {
                running: 1,
                desired: 3,
            }),
            "1 of 3 tasks are running",
        ),
    ] {
        assert_eq!(short(&service(reason)), expected);
    }
}

#[test]
fn a_short_reason_keeps_the_cause() {
    for (words, expected) in [
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
            "crash loop: exited with code 1, 7 restarts",
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
        let service = service(testing::reason(HealthState::Unhealthy, words));
        let forms = shorter(&service);
        assert_eq!(forms.last().map(String::as_str), Some(expected), "{words}");
        assert_eq!(forms.first().map(String::as_str), Some(words));
    }
}
