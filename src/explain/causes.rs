//! Usual causes that fit, and what to try next.

use std::borrow::Cow;

use crate::explain::diagnosis::{Candidate, Diagnoses};
use crate::explain::{missing, reason};
use crate::model::secrets::mask_text;
use crate::model::{Diagnosis, HealthState, InstanceState, Service};

use super::names::{Names, meant};
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
        let evidence = if found.line.is_empty() {
            Cow::Owned(reason::end(of))
        } else {
            Cow::Borrowed(&*found.line)
        };
        Diagnosis {
            id: cause.id.clone(),
            words,
            hint: cause.hint.clone(),
            evidence: mask_text(&evidence),
            source: found.source,
            at: found.at,
            context: found.context.map(mask_text),
        }
    }

    pub(super) fn try_next(&self, causes: &Causes<'_>) -> Vec<String> {
        let health = &self.service.health;
        let mut all = Vec::new();
        for root in self.roots() {
            all.push(format!(
                "fix {} first: see `hubdeck explain {}`",
                self.near(&root.id),
                root.id
            ));
        }
        all.extend(missing::advice(self.service));
        all.extend(self.slow_first());
        all.extend(self.advice(causes));
        if let Some(image) = evidence::image_before(self) {
            all.push(format!(
                "it began after a deploy: go back to {image} if nothing else explains it"
            ));
        }
        let created = self
            .service
            .primary()
            .is_some_and(|each| each.facts.state == InstanceState::Created);
        match health.state {
            _ if health.is_paused() => all.push("unpause it".to_owned()),
            HealthState::Stopped if created && !health.blocked_by.is_empty() => {
                all.push("start it once what it waits for is healthy".to_owned());
            }
            HealthState::Stopped => all.push("start it".to_owned()),
            HealthState::Unhealthy
                if self.service.replicas().0 == 0 && self.service.primary().is_some() =>
            {
                all.push("start it again once the cause is gone".to_owned());
            }
            _ => {}
        }
        if all.is_empty() && health.state.is_problem() {
            all.push(self.read_log());
        }
        all
    }

    /// The advice of the causes, with the names at hand.
    fn advice(&self, causes: &Causes<'_>) -> Vec<String> {
        let most = if causes.all.len() > 1 {
            ADVICE
        } else {
            usize::MAX
        };
        let mut all: Vec<String> = Vec::new();
        for candidate in &causes.all {
            let names = Names {
                service: causes.of,
                snapshot: self.snapshot,
                candidate: Some(candidate),
            };
            let advice = candidate.cause.advice.iter();
            let filled = advice.filter_map(|advice| advice.fill(&|name| names.get(name)));
            for text in filled.take(most) {
                if !all.contains(&text) {
                    all.push(text);
                }
            }
        }
        all
    }

    /// Where nothing else is known: the log at the change.
    fn read_log(&self) -> String {
        use crate::explain::diagnosis::Name;
        let names = Names {
            service: self.service,
            snapshot: self.snapshot,
            candidate: None,
        };
        match (names.get(Name::Container), names.get(Name::Since)) {
            (Some(container), Some(since)) => {
                format!(
                    "read its log around the moment of the change: `docker logs {container} --since {since}`"
                )
            }
            _ => "read its log around the moment of the change".to_owned(),
        }
    }
}
