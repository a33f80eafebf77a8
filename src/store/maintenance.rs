//! Maintenance: services silenced by an operator or by their label open no incident meanwhile.

use crate::model::{OperationId, OperationKind, OperationProgress, StepState, Timestamp};

use super::health::later;
use super::service::ServiceState;
use super::{Changed, Store};

/// The label that silences: `true`, or a time until when (RFC 3339).
const LABEL: &str = "hubdeck.maintenance";

impl Store {
    /// Takes in a step of an operation.
    pub(super) fn fold_operation(
        &mut self,
        id: OperationId,
        at: Timestamp,
        progress: OperationProgress,
        now: Timestamp,
    ) -> Changed {
        let silenced = self.fold_silence(id, at, &progress, now);
        (self.operations.fold(id, at, progress, &mut self.timeline) | silenced).into()
    }

    /// Takes over what a step of an operation silenced or lifted; tells whether it did.
    fn fold_silence(
        &mut self,
        id: OperationId,
        at: Timestamp,
        progress: &OperationProgress,
        now: Timestamp,
    ) -> bool {
        let OperationProgress::Step {
            index,
            state: StepState::Succeeded,
        } = progress
        else {
            return false;
        };
        let Some(step) = self.operations.step(id, *index) else {
            return false;
        };
        let service = step.service.clone();
        match step.kind {
            OperationKind::Silence { minutes } => {
                let until = minutes.map_or(Timestamp::MAX, |minutes| {
                    later(at, std::time::Duration::from_secs(u64::from(minutes) * 60))
                });
                self.context.silenced.insert(service.clone(), until);
            }
            OperationKind::Lift => {
                self.context.silenced.remove(&service);
            }
            _ => return false,
        }
        self.refresh(&service, now);
        true
    }
}

impl ServiceState {
    /// Until when the service is in maintenance by its own label; `None` when it is not.
    fn labelled_until(&self) -> Option<Timestamp> {
        let labels = self
            .service
            .instances
            .iter()
            .filter_map(|each| each.facts.labels.reveal().get(LABEL));
        labels.filter_map(|value| until(value)).max()
    }

    /// Until when the service is silenced, by an operator or its label; `None` when it is not now.
    pub(super) fn silenced_until(
        &self,
        by_operator: Option<Timestamp>,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let until = by_operator.into_iter().chain(self.labelled_until()).max();
        until.filter(|until| *until > now)
    }
}

/// Reads a label's value; anything but a time and words for "yes" silences nothing.
fn until(value: &str) -> Option<Timestamp> {
    let value = value.trim();
    if ["true", "yes", "on", "1"]
        .iter()
        .any(|yes| value.eq_ignore_ascii_case(yes))
    {
        return Some(Timestamp::MAX);
    }
    value.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_silence_for_good_or_until_a_time() {
        let noon: Timestamp = "2026-03-28T12:00:00Z".parse().unwrap();
        for (value, expected) in [
            ("true", Some(Timestamp::MAX)),
            (" YES ", Some(Timestamp::MAX)),
            ("2026-03-28T12:00:00Z", Some(noon)),
            ("2026-03-28T13:00:00+01:00", Some(noon)),
            ("false", None),
            ("tomorrow", None),
            ("", None),
        ] {
            assert_eq!(until(value), expected, "{value}");
        }
    }
}
