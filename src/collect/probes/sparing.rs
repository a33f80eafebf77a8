//! What an expensive probe is spared while it fails, and what is told meanwhile.

use std::time::Duration;

use crate::model::text::one_line;
use crate::model::{ProbeKind, ProbeOutcome, ProbeSpec};
use crate::probe::Report;

use super::breaker::{Breaker, End, Pause, Way};

/// Characters of a message that leave room for what is said of the breaker.
const MESSAGE: usize = 120;

/// The breaker of a target with its last failure.
#[derive(Debug, Default)]
pub(super) struct Sparing {
    breaker: Breaker,
    failure: Option<Report>,
}

impl Sparing {
    /// How to ask at `now`.
    pub fn begin(&mut self, now: Duration) -> Way {
        self.breaker.begin(now)
    }

    /// Makes the next trial due now.
    pub fn hasten(&mut self, now: Duration) {
        self.breaker.hasten(now);
    }

    /// The whole way gave `report`.
    pub fn asked(&mut self, report: &Report, now: Duration) {
        match report.outcome {
            ProbeOutcome::Success | ProbeOutcome::Warning => self.breaker.ended(End::Success, now),
            ProbeOutcome::Failure => {
                let end = if report.is_answer() {
                    End::Refusal
                } else {
                    End::Silence
                };
                self.breaker.ended(end, now);
                self.failure = Some(report.clone());
            }
            // It says that it starts, or hubdeck could not ask.
            ProbeOutcome::Starting | ProbeOutcome::Inconclusive => {}
        }
    }

    /// What to tell after the cheap way gave `look` (`None` where there is no cheap way), and
    /// whether a trial is due at once. It is a failure whatever the look: only a trial tells that
    /// `spec` works.
    pub fn looked(
        &mut self,
        spec: &ProbeSpec,
        look: Option<Report>,
        now: Duration,
    ) -> (Option<Report>, bool) {
        let answers = look.as_ref().map(|look| look.outcome.works());
        let trial = answers.is_some_and(|answers| self.breaker.looked(answers, now));
        // A breaker that is not open any more has nothing to say: a trial runs.
        let Some(pause) = self.breaker.pause(now) else {
            return (None, trial);
        };
        let told = match (look, answers) {
            (Some(look), Some(true)) => {
                Some(look.saying(ProbeOutcome::Failure, &accepting(spec.kind, pause)))
            }
            (Some(look), _) => Some(untried(look, pause)),
            (None, _) => self.failure.clone().map(|failure| untried(failure, pause)),
        };
        (
            told.map(|told| Report {
                latency: None,
                ..told
            }),
            trial,
        )
    }
}

/// What an expensive probe of `kind` does.
const fn deed(kind: ProbeKind) -> &'static str {
    match kind {
        ProbeKind::Exec => "command",
        ProbeKind::Kafka => "request",
        _ => "login",
    }
}

/// `connection refused (login not tried: it failed 5 times, next in 28 s)`.
fn untried(report: Report, pause: Pause) -> Report {
    let message = one_line(&report.message, MESSAGE);
    let (deed, failures) = (deed(report.kind), pause.failures);
    let text = format!(
        "{message} ({deed} not tried: it failed {failures} times, next {})",
        when(pause)
    );
    report.saying(ProbeOutcome::Failure, &text)
}

/// `accepts connections, but the last 5 logins failed; next try in 28 s`.
fn accepting(kind: ProbeKind, pause: Pause) -> String {
    let (deed, failures) = (deed(kind), pause.failures);
    format!(
        "accepts connections, but the last {failures} {deed}s failed; next try {}",
        when(pause)
    )
}

fn when(pause: Pause) -> String {
    match pause.left.as_millis().div_ceil(1_000) {
        0 => "now".to_owned(),
        seconds => format!("in {seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ProbeOrigin;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn what_is_told_while_a_login_is_spared() {
        let spec = ProbeSpec::new(ProbeKind::Postgres, 5432, ProbeOrigin::Config);
        let report =
            |outcome, message: &str| Report::new(&spec, "postgres://db:5432", outcome, message);
        let failure = report(ProbeOutcome::Failure, "login refused").timed(&spec, s(1));
        let mut sparing = Sparing::default();
        for _ in 0..5 {
            assert_eq!(sparing.begin(s(0)), Way::Whole);
            sparing.asked(&failure, s(0));
        }
        assert_eq!(sparing.begin(s(2)), Way::Cheap);
        for (look, outcome, seconds, message, trial) in [
            (
                "accepts",
                ProbeOutcome::Success,
                2,
                "accepts connections, but the last 5 logins failed; next try in 28 s",
                false,
            ),
            (
                "connection refused",
                ProbeOutcome::Failure,
                7,
                "connection refused (login not tried: it failed 5 times, next in 23 s)",
                false,
            ),
            (
                "accepts",
                ProbeOutcome::Success,
                12,
                "accepts connections, but the last 5 logins failed; next try now",
                true,
            ),
        ] {
            let (told, due) = sparing.looked(&spec, Some(report(outcome, look)), s(seconds));
            let told = told.expect("a report");
            assert_eq!(
                (told.outcome, told.message.as_str(), due),
                (ProbeOutcome::Failure, message, trial)
            );
            assert_eq!((told.kind, told.is_answer()), (ProbeKind::Postgres, false));
        }
        assert_eq!(sparing.begin(s(12)), Way::Whole);
        sparing.asked(&report(ProbeOutcome::Success, "accepts connections"), s(12));
        assert_eq!(sparing.begin(s(13)), Way::Whole);
    }

    #[test]
    fn a_spared_command_keeps_its_failure() {
        let spec = ProbeSpec::new(ProbeKind::Exec, 0, ProbeOrigin::Config);
        let failure = Report::new(&spec, "exec: check", ProbeOutcome::Failure, "exit code 2")
            .timed(&spec, s(1));
        let mut sparing = Sparing::default();
        for _ in 0..5 {
            sparing.asked(&failure, s(0));
        }
        let (told, trial) = sparing.looked(&spec, None, s(1));
        let told = told.expect("a report");
        assert_eq!(
            told.message,
            "exit code 2 (command not tried: it failed 5 times, next in 29 s)"
        );
        assert_eq!(
            (told.outcome, told.target.as_str(), trial),
            (ProbeOutcome::Failure, "exec: check", false)
        );
    }
}
