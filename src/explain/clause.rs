//! What is wrong with a service, as the rest of a sentence that begins with its name.

use crate::explain::{finding, missing, reason};
use crate::model::secrets::mask_urls;
use crate::model::text::middle;
use crate::model::{
    Finding, HealthState, LostNetwork, NetworkEnd, Reason, Service, ServiceId, StackName,
    Statement, VaultState,
};

/// Longest clause, in characters.
const CLAUSE: usize = 200;

/// A service as far as clauses are about it.
#[derive(Clone, Copy)]
pub(super) struct ClauseSubject<'a> {
    pub id: &'a ServiceId,
    pub stack: Option<&'a StackName>,
    pub state: HealthState,
    pub reason: &'a Reason,
    pub missed_by: &'a [ServiceId],
}

/// Which word stands before the moment since when a service is in its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tense {
    /// It is so since then.
    Since,
    /// It happened then.
    At,
    /// None: the clause contains the time.
    Told,
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
        let innermost = self.reason.innermost();
        let not_started = matches!(innermost, Reason::NotStarted(_));
        match self.state {
            HealthState::Healthy => "works".to_owned(),
            HealthState::Running => "is running, and nothing checks it".to_owned(),
            HealthState::Completed => "has finished".to_owned(),
            HealthState::Stopped if *innermost == Reason::Paused => "is paused".to_owned(),
            HealthState::Stopped if not_started => "was never started".to_owned(),
            HealthState::Stopped => match self.reason.readable() {
                Reason::Stopped { .. } => format!("is {}", self.words()),
                _ => "is stopped".to_owned(),
            },
            HealthState::Starting if not_started => "is not started yet".to_owned(),
            HealthState::Starting => "is still starting".to_owned(),
            HealthState::Unknown => format!("is unknown: {}", cut(&self.words())),
            HealthState::Unhealthy | HealthState::Degraded => match self.lost_network() {
                Some(lost) => cut(&missing::lost_clause(lost)),
                None => cut(&self.trouble(self.reason)),
            },
        }
    }

    /// The word before the moment since when [`Self::fact`] holds.
    pub fn tense(self) -> Tense {
        if self.state != HealthState::Unhealthy && self.state != HealthState::Degraded {
            return Tense::Since;
        }
        match self.reason.readable() {
            Reason::Probe {
                finding: Some(Finding::CertificateExpired { .. }),
                ..
            } => Tense::Told,
            Reason::Exit { .. }
            | Reason::Stopped { .. }
            | Reason::StoppedWhileNeeded { .. }
            | Reason::Probe {
                finding: Some(Finding::Says(Statement::Vault(VaultState::RemovedFromCluster))),
                ..
            } => Tense::At,
            _ if self
                .lost_network()
                .is_some_and(|lost| lost.cause == NetworkEnd::OwnerRestarted) =>
            {
                Tense::At
            }
            _ => Tense::Since,
        }
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
    fn trouble(self, reason: &Reason) -> String {
        let words = || reason::of(reason, self.stack);
        match reason {
            Reason::WithUnread { reason, unread } => {
                let unread = reason::unread_words(unread);
                format!("{}; {unread}", self.trouble(reason))
            }
            Reason::Restarting { end, restarts } => {
                let end = reason::process_end(*end);
                match restarts {
                    0 => format!("is in a crash loop: {end}"),
                    1 => format!("is in a crash loop: {end}, 1 restart"),
                    more => format!("is in a crash loop: {end}, {more} restarts"),
                }
            }
            Reason::Exit { end, .. } if end.is_out_of_memory() => format!("was {}", words()),
            Reason::Docker { output, .. } | Reason::DockerFailing { output, .. } => {
                match reason::output_words(output) {
                    output if output.is_empty() => "fails its healthcheck".to_owned(),
                    output => format!("fails its healthcheck: {output}"),
                }
            }
            Reason::Probe {
                finding: Some(found),
                ..
            } if !found.is_empty() => finding::clause(found),
            Reason::Probe { state, .. } => format!("fails its probe: {state}"),
            Reason::Recovering { .. } => "has just begun to work again".to_owned(),
            Reason::Instances {
                count,
                of,
                state: HealthState::Unhealthy,
                reason,
            } if *count > 1 => format!(
                "fails in {count} of {of} replicas: {}",
                reason::of(reason, self.stack)
            ),
            Reason::CutOff | Reason::Paused | Reason::Dead => format!("is {}", words()),
            Reason::Exit { .. } | Reason::CannotStart { .. } => words(),
            Reason::Missing(_) if self.state == HealthState::Degraded => words(),
            Reason::Stopped { .. } | Reason::StoppedWhileNeeded { .. } => {
                format!("was {}", words())
            }
            Reason::NotStarted(_) => "was never started".to_owned(),
            _ => match words() {
                words if words.is_empty() => format!("is {}", self.state),
                words => format!("is {}: {words}", self.state),
            },
        }
    }
}

fn cut(text: &str) -> String {
    mask_urls(&middle(text, CLAUSE))
}
