//! What is wrong with a service, as a clause that begins with its name.

use super::clause::Clause;
use crate::explain::{finding, missing, reason};
use crate::model::{
    HealthState, LostNetwork, ProcessEnd, Reason, Service, ServiceId, StackName, checks,
};

/// A service as far as clauses are about it.
#[derive(Clone, Copy)]
pub(super) struct ClauseSubject<'a> {
    pub id: &'a ServiceId,
    pub stack: Option<&'a StackName>,
    pub state: HealthState,
    pub reason: &'a Reason,
    pub missed_by: &'a [ServiceId],
}

impl<'a> From<&'a Service> for ClauseSubject<'a> {
    fn from(service: &'a Service) -> Self {
        let health = &service.health;
        Self {
            id: &service.id,
            stack: service.stack.as_ref(),
            state: health.state,
            reason: &health.reason,
            missed_by: &health.missed_by,
        }
    }
}

impl ClauseSubject<'_> {
    /// "refuses connections", "exited with code 1", "is stopped"; without what misses it.
    pub fn fact(self) -> String {
        self.parts().now()
    }

    /// What was wrong: "had refused connections", "exited with code 1"; without what misses it.
    pub fn past(self) -> String {
        self.parts().past()
    }

    /// What is wrong, in its parts.
    pub fn parts(self) -> Clause {
        let innermost = self.reason.innermost();
        let not_started = matches!(innermost, Reason::NotStarted(_));
        match self.state {
            HealthState::Healthy => Clause::since("is healthy", "been healthy"),
            HealthState::Running => {
                Clause::since("is running", "been running").added("not checked")
            }
            HealthState::Completed => Clause::at("finished").added("exit 0"),
            HealthState::Stopped if *innermost == Reason::Paused => paused(),
            HealthState::Stopped if not_started => never_started(),
            HealthState::Stopped => self.stopped(),
            HealthState::Starting if not_started => {
                Clause::since("is not started yet", "not been started")
            }
            HealthState::Starting => Clause::since("is still starting", "been starting"),
            HealthState::Unknown => {
                Clause::since("is unknown", "been unknown").explained(self.words())
            }
            HealthState::Unhealthy | HealthState::Degraded => match self.lost_network() {
                Some(lost) => missing::lost_clause(lost),
                None => self.trouble(self.reason),
            },
        }
    }

    /// It was stopped on purpose.
    fn stopped(self) -> Clause {
        let code = match self.reason.readable() {
            Reason::Stopped { code } | Reason::StoppedWhileNeeded { code } => *code,
            _ => None,
        };
        Clause::at("was stopped")
            .now_called("is stopped")
            .added(exit(code))
    }

    fn words(self) -> String {
        reason::of(self.reason, self.stack)
    }

    /// The network that ended under every instance.
    fn lost_network(&self) -> Option<&LostNetwork> {
        let every = match self.reason {
            Reason::LostNetwork(_) | Reason::WithUnread { .. } => true,
            Reason::Instances { count, of, .. } => count == of,
            _ => false,
        };
        match self.reason.innermost() {
            Reason::LostNetwork(lost) if every => Some(lost),
            _ => None,
        }
    }

    /// The reason of a service in trouble as a clause.
    fn trouble(self, reason: &Reason) -> Clause {
        match reason {
            Reason::WithUnread { reason, unread } => {
                self.trouble(reason).beside(reason::unread_words(unread))
            }
            Reason::Docker { output, .. } | Reason::DockerFailing { output, .. } => {
                failed_check(output)
            }
            Reason::Probe {
                finding: Some(found),
                ..
            } if !found.is_empty() => finding::clause(found),
            Reason::Probe { state, .. } => finding::failed_probe(state.id().to_owned()),
            Reason::Recovering { successes, of } => {
                Clause::since("is recovering", "been recovering")
                    .added(format!("{successes} of {of} good probes"))
            }
            Reason::Paused => paused(),
            Reason::NotStarted(_) => never_started(),
            Reason::Stopped { code } | Reason::StoppedWhileNeeded { code } => {
                Clause::at("was stopped").added(exit(*code))
            }
            other => match process(other) {
                Some(clause) => clause,
                None => self.condition(other),
            },
        }
    }

    /// A condition of a service, its replicas or its network.
    fn condition(self, reason: &Reason) -> Clause {
        let words = || reason::of(reason, self.stack);
        match reason {
            Reason::Instances {
                count,
                of,
                state: HealthState::Unhealthy,
                reason,
            } if *count > 1 => Clause::since(
                format!("fails in {count} of {of} replicas"),
                format!("failed in {count} of {of} replicas"),
            )
            .explained(reason::of(reason, self.stack)),
            Reason::CutOff => Clause::since(
                format!("is {}", words()),
                "not been attached to any network",
            ),
            Reason::Dead => Clause::since("is dead", "been dead").explained(reason::DEAD),
            _ => Clause::since(format!("is {}", self.state), format!("been {}", self.state))
                .explained(words()),
        }
    }
}

/// How a process ended, or why it does not begin.
fn process(reason: &Reason) -> Option<Clause> {
    Some(match reason {
        Reason::Restarting {
            end,
            restarts,
            is_loop,
        } => {
            let restarted = reason::restarted(*restarts, *is_loop);
            if *is_loop {
                let parts = [Some(reason::process_end(*end)), restarted];
                let detail = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
                Clause::since("is in a crash loop", "been in a crash loop").explained(detail)
            } else {
                ended(*end).added(restarted.unwrap_or_default())
            }
        }
        Reason::Exit { end, error } => ended(*end).explained(reason::engine_words(error)),
        Reason::CannotStart { error } => {
            Clause::since("cannot start", "failed to start").explained(reason::engine_words(error))
        }
        _ => return None,
    })
}

fn ended(end: ProcessEnd) -> Clause {
    let was = if end.is_out_of_memory() { "was " } else { "" };
    Clause::at(format!("{was}{}", reason::process_end(end)))
}

fn paused() -> Clause {
    Clause::since("is paused", "been paused")
}

fn never_started() -> Clause {
    Clause::since("was never started", "not been started")
}

/// `exit 137`; empty without a code.
fn exit(code: Option<i64>) -> String {
    code.map_or_else(String::new, |code| format!("exit {code}"))
}

/// Docker's healthcheck fails; an HTTP status stands for all that a client writes about it.
fn failed_check(output: &str) -> Clause {
    let clause = Clause::since("fails its healthcheck", "failed its healthcheck");
    match checks::http_error(output) {
        Some(status) => clause.added(format!("HTTP {status}")),
        None => clause.explained(reason::output_words(output)),
    }
}
