//! Usual causes that fit, and what to try next.

use std::borrow::Cow;

use crate::explain::diagnosis::{Candidate, Diagnoses};
use crate::explain::{missing, reason};
use crate::model::{Diagnosis, EvidenceSource, HealthState, InstanceState, Service};

use super::names::{Names, meant};
use super::next_step::NextStep;
use super::{View, evidence, symptoms};

/// Pieces of advice for each of several causes.
const ADVICE: usize = 2;

/// The usual causes that fit, and whose trouble they are.
pub(super) struct Causes<'a> {
    pub of: &'a Service,
    pub all: Vec<Candidate<'a>>,
}

impl<'a> View<'a> {
    /// The usual causes that fit: those of the root when something blocks this one.
    pub(super) fn causes(&self) -> Causes<'a> {
        let found = |service: &'a Service| {
            let symptoms = symptoms::symptoms(service, self.snapshot)?;
            Some(Causes {
                of: service,
                all: Diagnoses::builtin().find(&symptoms),
            })
        };
        let mut found = self.roots().chain([self.service]).filter_map(found);
        found
            .find(|causes| !causes.all.is_empty())
            .unwrap_or(Causes {
                of: self.service,
                all: Vec::new(),
            })
    }

    pub(super) fn diagnosis(&self, found: &Candidate<'_>, of: &Service) -> Diagnosis {
        let cause = found.cause;
        let mut words = cause.words.clone();
        if of.id != self.service.id {
            words = format!("{}: {words}", self.near(&of.id));
        }
        if let Some(other) = meant(&found.foreign, of, self.snapshot) {
            words = format!("{words} ({})", self.near(&other.id));
        }
        let evidence = match found.source {
            _ if found.line.is_empty() => Cow::Owned(reason::end(of)),
            EvidenceSource::Log => Cow::Owned(evidence::readable_log(&found.line)),
            _ => Cow::Borrowed(&*found.line),
        };
        Diagnosis {
            id: cause.id.clone(),
            words,
            hint: cause.hint.clone(),
            evidence: evidence::line(&evidence),
            source: found.source,
            at: found.at,
            context: found
                .context
                .map(|line| evidence::line(&evidence::readable_log(line))),
        }
    }

    pub(super) fn try_next(&self, causes: &Causes<'_>) -> Vec<NextStep> {
        let mut all = Vec::new();
        for root in self.roots() {
            all.push(NextStep::plain(format!(
                "fix {} first: see `hubdeck explain {}`",
                self.near(&root.id),
                root.id
            )));
        }
        all.extend(missing::advice(self.service, self.snapshot));
        all.extend(self.slow_first());
        all.extend(self.advice(causes));
        if let Some(image) = evidence::image_before(self) {
            all.push(NextStep::plain(format!(
                "it began after a deploy: roll back to {image} if nothing else explains it"
            )));
        }
        all.extend(self.start_again());
        if all.is_empty() && self.service.health.state.is_problem() {
            all.push(self.read_log());
        }
        all
    }

    /// To start what does not run.
    fn start_again(&self) -> Option<NextStep> {
        let health = &self.service.health;
        let created = self
            .service
            .primary()
            .is_some_and(|each| each.facts.state == InstanceState::Created);
        let text = match health.state {
            _ if health.is_paused() => "unpause it",
            HealthState::Stopped if created && !health.blocked_by.is_empty() => {
                "start it once what it waits for is healthy"
            }
            HealthState::Stopped => "start it",
            HealthState::Unhealthy
                if self.service.replicas().0 == 0 && self.service.primary().is_some() =>
            {
                "start it again once the cause is gone"
            }
            _ => return None,
        };
        Some(NextStep::plain(text.to_owned()))
    }

    /// The advice of the causes, with the names at hand.
    fn advice(&self, causes: &Causes<'_>) -> Vec<NextStep> {
        let most = if causes.all.len() > 1 {
            ADVICE
        } else {
            usize::MAX
        };
        let mut all: Vec<NextStep> = Vec::new();
        for candidate in &causes.all {
            let names = Names {
                service: causes.of,
                snapshot: self.snapshot,
                candidate: Some(candidate),
            };
            let advice = candidate.cause.advice.iter();
            let filled = advice.filter_map(|advice| advice.fill(&|name| names.get(name)));
            for step in filled.take(most) {
                if !all.contains(&step) {
                    all.push(step);
                }
            }
        }
        all
    }

    /// Where nothing else is known: the log at the change.
    fn read_log(&self) -> NextStep {
        use crate::explain::diagnosis::Name;
        const READ: &str = "read its log around the moment of the change";
        let names = Names {
            service: self.service,
            snapshot: self.snapshot,
            candidate: None,
        };
        match (names.get(Name::Container), names.get(Name::Since)) {
            (Some(container), Some(since)) => NextStep::with_command(
                &format!("{READ}:"),
                format!("docker logs {container} --since {since}"),
            ),
            _ => NextStep::plain(READ.to_owned()),
        }
    }
}
