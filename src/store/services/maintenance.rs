//! Maintenance: services muted by an operator or by their label open no incident.

use crate::model::Timestamp;

use super::ServiceState;

/// The label that silences: `true`, or a time until when (RFC 3339).
const LABEL: &str = "hubdeck.maintenance";

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
