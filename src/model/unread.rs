//! What of a container the engine did not tell, or told in a way that could not be read.

use serde::{Deserialize, Serialize};

use super::{DockerStatus, InstanceFacts};

/// Parts of an inspection without which nobody knows whether there is a healthcheck, and what it
/// says.
const OF_HEALTHCHECK: [&str; 7] = [
    "Config",
    "Config.Healthcheck",
    "Config.Healthcheck.Test",
    "State",
    // A state that does not even say whether it runs tells nothing by what else is not in it.
    "State.Status",
    "State.Health",
    "State.Health.Status",
];

/// What of a container could not be read. Nothing is asserted of what is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// Why the latest inspection was refused or failed, one clause; what is known is older, or only
    /// from the list. `None` when it succeeded, and before it.
    pub inspection: Option<String>,
    /// Fields of the engine's answer whose values are not what its API describes, such as
    /// `RestartCount`.
    pub fields: Vec<String>,
}

impl Unread {
    /// Whether everything was read.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.inspection.is_none() && self.fields.is_empty()
    }

    /// Whether `path` is unread, alone or with all it is part of.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        let is_part = |of: &String| {
            path.strip_prefix(of.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.fields.iter().any(is_part)
    }

    /// Whether something of `path` is unread: all of it, or a part.
    #[must_use]
    pub fn touches(&self, path: &str) -> bool {
        let is_below = |field: &String| {
            field
                .strip_prefix(path)
                .is_some_and(|rest| rest.starts_with('.'))
        };
        self.has(path) || self.fields.iter().any(is_below)
    }

    /// "details could not be read: RestartCount, Config.Env"; `None` when everything was read.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        let fields = Some(self.fields.join(", ")).filter(|fields| !fields.is_empty());
        let parts: Vec<String> = self.inspection.iter().cloned().chain(fields).collect();
        (!parts.is_empty()).then(|| format!("details could not be read: {}", parts.join("; ")))
    }
}

impl InstanceFacts {
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

    /// What is said where something of it is not known: what could not be read, or that nothing was
    /// yet.
    #[must_use]
    pub fn unread_words(&self) -> String {
        self.unread
            .words()
            .unwrap_or_else(|| "not inspected yet".to_owned())
    }

    /// Whether the kernel killed it for memory; `None` where the engine did not tell.
    #[must_use]
    pub fn known_oom_killed(&self) -> Option<bool> {
        Some(self.oom_killed)
            .filter(|killed| *killed || (self.inspected && !self.unread.has("State.OOMKilled")))
    }

    /// How often the restart policy started it again; `None` where the engine did not tell.
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
    fn what_is_unread_is_named() {
        let mut unread = Unread::default();
        assert_eq!((unread.words(), unread.is_empty()), (None, true));
        unread.fields = vec!["RestartCount".into(), "Config.Env".into()];
        assert_eq!(
            unread.words().as_deref(),
            Some("details could not be read: RestartCount, Config.Env")
        );
        unread.inspection = Some("not permitted".into());
        assert_eq!(
            unread.words().as_deref(),
            Some("details could not be read: not permitted; RestartCount, Config.Env")
        );
        assert!(unread.has("Config.Env") && unread.has("Config.Env.x"));
        assert!(!unread.has("Config") && !unread.has("Config.Environment"));
        assert!(
            unread.touches("Config") && unread.touches("Config.Env") && !unread.touches("Conf")
        );
    }

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
        assert!(told.knows_healthcheck(), "the list tells it");
    }
}
