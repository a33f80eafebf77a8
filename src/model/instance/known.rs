//! What is known of a container of which not everything could be read.

use crate::model::{DockerStatus, InstanceFacts, LogSource};

/// Parts of an inspection without which nobody knows whether there is a healthcheck, and what it
/// says.
const OF_HEALTHCHECK: [&str; 7] = [
    "Config",
    "Config.Healthcheck",
    "Config.Healthcheck.Test",
    "State",
    // A state that lacks even whether it runs proves nothing by what else it lacks.
    "State.Status",
    "State.Health",
    "State.Health.Status",
];

impl InstanceFacts {
    /// Its log; whether that comes raw is not known before an inspection, or where that was refused.
    #[must_use]
    pub fn log_source(&self) -> LogSource {
        let known = self.inspected && !self.unread.has("Config.Tty");
        LogSource {
            instance: self.id.clone(),
            tty: known.then_some(self.tty),
        }
    }

    /// Whether it is known if Docker checks the container, and what that gave.
    #[must_use]
    pub fn knows_healthcheck(&self) -> bool {
        let is_missing = || {
            OF_HEALTHCHECK
                .iter()
                .any(|path| self.unread.fields.iter().any(|field| field == path))
        };
        self.docker.status != DockerStatus::None || (self.inspected && !is_missing())
    }

    /// The words where something of it is not known: what could not be read, or that nothing was
    /// yet.
    #[must_use]
    pub fn unread_words(&self) -> String {
        self.unread
            .words()
            .unwrap_or_else(|| "not inspected yet".to_owned())
    }

    /// Whether it was OOM-killed; `None` where the engine did not report it.
    #[must_use]
    pub fn known_oom_killed(&self) -> Option<bool> {
        Some(self.oom_killed)
            .filter(|killed| *killed || (self.inspected && !self.unread.has("State.OOMKilled")))
    }

    /// How often the restart policy started it again; `None` where the engine did not report it.
    #[must_use]
    pub fn known_restarts(&self) -> Option<u64> {
        Some(self.restarts).filter(|restarts| {
            *restarts > 0 || (self.inspected && !self.unread.has("RestartCount"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_read_is_asserted() {
        let of = |inspected: bool, fields: &[&str]| {
            let mut facts = InstanceFacts::unknown("a".into(), "a", None, "a".into());
            facts.inspected = inspected;
            facts.unread.fields = fields.iter().map(|field| (*field).to_owned()).collect();
            facts
        };
        for (inspected, fields, knows, restarts) in [
            (false, &[][..], false, None),
            (true, &[], true, Some(0)),
            (true, &["RestartCount"], true, None),
            (
                true,
                &["Config.Healthcheck.Interval", "Config.Env"],
                true,
                Some(0),
            ),
            (true, &["Config.Healthcheck.Test"], false, Some(0)),
            (true, &["State.Health"], false, Some(0)),
        ] {
            let facts = of(inspected, fields);
            assert_eq!(
                (facts.knows_healthcheck(), facts.known_restarts()),
                (knows, restarts),
                "{fields:?}"
            );
        }
        let mut told = of(false, &[]);
        told.docker.status = DockerStatus::Healthy;
        assert!(told.knows_healthcheck(), "the list contains it");
    }
}
