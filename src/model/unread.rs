//! What of a container the engine did not report, or reported in a way that could not be read.

use serde::{Deserialize, Serialize};

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
}
