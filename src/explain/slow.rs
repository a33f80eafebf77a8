//! A slow service that waits for a slow one.

use crate::explain::sentence;
use crate::model::Service;
use crate::model::words::seconds;

use super::View;
use super::next_step::NextStep;

impl<'a> View<'a> {
    /// What it needs that is slow as well, where it is slow or gives no answer in time and nothing
    /// blocks it.
    pub(super) fn slow_needs(&self) -> Vec<&'a Service> {
        if !self.service.health.blocked_by.is_empty() || !is_late(self.service) {
            return Vec::new();
        }
        let needs = self.snapshot.needs(&self.service.id);
        let needs = needs
            .filter_map(|edge| self.snapshot.service(&edge.to))
            .map(AsRef::as_ref);
        needs
            .filter(|other| other.id != self.service.id && is_late(other))
            .collect()
    }

    /// "cause: aggregator, which is slow as well".
    pub(super) fn waits(&self) -> Option<String> {
        let slow = self.slow_needs();
        let ids: Vec<_> = slow.iter().map(|other| other.id.clone()).collect();
        let names = sentence::names(&ids, self.service.stack.as_ref());
        let late = |other: &&Service| sentence::slowness(&other.health).is_none();
        match slow.as_slice() {
            [] => None,
            [one] if late(one) => Some(format!("cause: {names}, which {}", sentence::clause(one))),
            [_] => Some(format!("cause: {names}, which is slow as well")),
            _ => Some(format!("causes: {names}, which are slow as well")),
        }
    }

    /// "proxy is slow (2.5 s) because backend is (2.5 s)": it and every root are slow.
    pub(super) fn slow_because(&self) -> Option<String> {
        let slow = |service: &Service| Some(seconds(sentence::slowness(&service.health)?));
        let own = slow(self.service)?;
        let named = |root: &'a Service| Some((self.near(&root.id), slow(root)?));
        let roots: Option<Vec<(&str, String)>> = self.roots().map(named).collect();
        let name = self.near(&self.service.id);
        let because = match roots?.as_slice() {
            [] => return None,
            [(root, took)] => format!("{root} is ({took})"),
            many => {
                let many: Vec<String> = many
                    .iter()
                    .map(|(root, took)| format!("{root} ({took})"))
                    .collect();
                format!("{} are", many.join(" and "))
            }
        };
        Some(format!("{name} is slow ({own}) because {because}"))
    }

    /// Advice to fix the slow ones below first.
    pub(super) fn slow_first(&self) -> Vec<NextStep> {
        let look = |other: &'a Service| {
            NextStep::plain(format!(
                "fix {} first: see `hubdeck explain {}`",
                self.near(&other.id),
                other.id
            ))
        };
        self.slow_needs().into_iter().map(look).collect()
    }
}

/// Whether it answers slowly or not in time.
fn is_late(service: &Service) -> bool {
    let health = &service.health;
    health.state.is_problem()
        && (sentence::slowness(health).is_some() || sentence::is_silent(health))
}
