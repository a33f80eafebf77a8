//! A breaker with what is reported while it is open, instead of what the full probe would find.

use std::time::Duration;

use crate::model::{Finding, PausedTrial, ProbeKind, ProbeOutcome, ProbeSpec};
use crate::probe::Report;

use super::breaker::{Breaker, Depth, FullProbe, Pause};

/// The breaker of a target with its last failure.
#[derive(Debug, Default)]
pub(super) struct BreakerGate {
    breaker: Breaker,
    failure: Option<Report>,
}

impl BreakerGate {
    /// The depth of a probe that starts at `now`.
    pub fn begin(&mut self, now: Duration) -> Depth {
        self.breaker.begin(now)
    }

    /// Makes the next trial due now.
    pub fn run_soon(&mut self, now: Duration) {
        self.breaker.run_soon(now);
    }

    /// Takes in the `report` of a full probe.
    pub fn finished(&mut self, report: &Report, now: Duration) {
        match report.outcome {
            ProbeOutcome::Success | ProbeOutcome::Warning => {
                self.breaker.finished(FullProbe::Succeeded, now)
            }
            ProbeOutcome::Failure => {
                let end = if report.is_answer() {
                    FullProbe::Refused
                } else {
                    FullProbe::NoAnswer
                };
                self.breaker.finished(end, now);
                self.failure = Some(report.clone());
            }
            // The service says that it starts, or hubdeck could not ask.
            ProbeOutcome::Starting | ProbeOutcome::Inconclusive => {}
        }
    }

    /// What to report where connecting gave `look` (`None` where there is no port), and
    /// whether a trial is due at once. It is a failure whatever `look` says: only a trial shows that
    /// `spec` works.
    pub fn connected(
        &mut self,
        spec: &ProbeSpec,
        look: Option<Report>,
        now: Duration,
    ) -> (Option<Report>, bool) {
        let answers = look.as_ref().map(|look| look.outcome.works());
        let trial = answers.is_some_and(|answers| self.breaker.connected(answers, now));
        // A breaker that is not open any more reports nothing: a trial runs.
        let Some(pause) = self.breaker.pause(now) else {
            return (None, trial);
        };
        let reported = match (look, answers) {
            (Some(look), Some(true)) => {
                let paused = paused(spec.kind, pause);
                Some(look.judged(ProbeOutcome::Failure, Finding::AcceptsOnly { paused }))
            }
            (Some(look), _) => Some(untried(look, pause)),
            (None, _) => self.failure.clone().map(|failure| untried(failure, pause)),
        };
        (
            reported.map(|reported| Report {
                latency: None,
                ..reported
            }),
            trial,
        )
    }
}

/// What was found, with that the expensive probe was not tried.
fn untried(report: Report, pause: Pause) -> Report {
    let finding = Finding::NotTried {
        found: Box::new(report.finding.clone()),
        paused: paused(report.kind, pause),
    };
    report.judged(ProbeOutcome::Failure, finding)
}

const fn paused(kind: ProbeKind, pause: Pause) -> PausedTrial {
    PausedTrial {
        kind,
        failures: pause.failures,
        left: pause.left,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain;
    use crate::model::{ProbeOrigin, Statement};

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn what_is_reported_while_a_login_is_spared() {
        let spec = ProbeSpec::new(ProbeKind::Postgres, 5432, ProbeOrigin::Config);
        let report = |outcome, finding| Report::new(&spec, "postgres://db:5432", outcome, finding);
        let accepts = || Finding::Says(Statement::AcceptsConnections);
        let failure = report(ProbeOutcome::Failure, Finding::Refused).timed(&spec, s(1));
        let mut gate = BreakerGate::default();
        for _ in 0..5 {
            assert_eq!(gate.begin(s(0)), Depth::Full);
            gate.finished(&failure, s(0));
        }
        assert_eq!(gate.begin(s(2)), Depth::ConnectOnly);
        for (look, outcome, seconds, message, trial) in [
            (
                accepts(),
                ProbeOutcome::Success,
                2,
                "accepts connections, but the last 5 logins failed; next try in 28 s",
                false,
            ),
            (
                Finding::Refused,
                ProbeOutcome::Failure,
                7,
                "connection refused (login not tried: it failed 5 times, next in 23 s)",
                false,
            ),
            (
                accepts(),
                ProbeOutcome::Success,
                12,
                "accepts connections, but the last 5 logins failed; next try now",
                true,
            ),
        ] {
            let (reported, due) = gate.connected(&spec, Some(report(outcome, look)), s(seconds));
            let reported = reported.expect("a report");
            assert_eq!(
                (
                    reported.outcome,
                    explain::finding(&reported.finding).as_str(),
                    due
                ),
                (ProbeOutcome::Failure, message, trial)
            );
            assert_eq!(
                (reported.kind, reported.is_answer()),
                (ProbeKind::Postgres, false)
            );
        }
        assert_eq!(gate.begin(s(12)), Depth::Full);
        gate.finished(&report(ProbeOutcome::Success, accepts()), s(12));
        assert_eq!(gate.begin(s(13)), Depth::Full);
    }

    #[test]
    fn a_spared_command_keeps_its_failure() {
        let spec = ProbeSpec::new(ProbeKind::Exec, 0, ProbeOrigin::Config);
        let failure = Report::new(
            &spec,
            "exec: check",
            ProbeOutcome::Failure,
            Finding::Exited {
                code: 2,
                line: String::new(),
            },
        )
        .timed(&spec, s(1));
        let mut gate = BreakerGate::default();
        for _ in 0..5 {
            gate.finished(&failure, s(0));
        }
        let (reported, trial) = gate.connected(&spec, None, s(1));
        let reported = reported.expect("a report");
        assert_eq!(
            explain::finding(&reported.finding),
            "exit code 2 (command not tried: it failed 5 times, next in 29 s)"
        );
        assert_eq!(
            (reported.outcome, reported.target.as_str(), trial),
            (ProbeOutcome::Failure, "exec: check", false)
        );
    }
}
