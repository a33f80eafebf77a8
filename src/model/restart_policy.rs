//! Whether the engine starts a container again when it ends.

use std::fmt;

use serde::{Deserialize, Serialize};

/// `HostConfig.RestartPolicy.Name`, read; in JSON the engine's own word.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum RestartPolicy {
    /// Not known: a list does not contain it, and Podman leaves it empty.
    #[default]
    Unknown,
    /// `no`: never.
    No,
    /// `always`: whenever it ends, and when the engine starts.
    Always,
    /// `unless-stopped`: as `always`, unless somebody stopped it.
    UnlessStopped,
    /// `on-failure`: when its exit code is not 0.
    OnFailure,
    /// A word that is not known.
    Other(Box<str>),
}

impl RestartPolicy {
    /// The engine's word; empty where none is known.
    #[must_use]
    pub fn word(&self) -> &str {
        match self {
            Self::Unknown => "",
            Self::No => "no",
            Self::Always => "always",
            Self::UnlessStopped => "unless-stopped",
            Self::OnFailure => "on-failure",
            Self::Other(word) => word,
        }
    }

    /// Whether the engine starts the container again whenever it ends by itself.
    #[must_use]
    pub const fn restarts_always(&self) -> bool {
        matches!(self, Self::Always | Self::UnlessStopped)
    }

    /// Whether the engine starts the container again when it has ended with another exit code
    /// than 0.
    #[must_use]
    pub const fn restarts_after_failure(&self) -> bool {
        matches!(self, Self::Always | Self::UnlessStopped | Self::OnFailure)
    }

    /// Whether nothing starts the container again when it has ended well, as far as is known.
    #[must_use]
    pub const fn lets_it_end(&self) -> bool {
        matches!(self, Self::Unknown | Self::No | Self::OnFailure)
    }
}

impl From<&str> for RestartPolicy {
    fn from(word: &str) -> Self {
        match word {
            "" => Self::Unknown,
            "no" => Self::No,
            "always" => Self::Always,
            "unless-stopped" => Self::UnlessStopped,
            "on-failure" => Self::OnFailure,
            other => Self::Other(other.into()),
        }
    }
}

impl From<String> for RestartPolicy {
    fn from(word: String) -> Self {
        word.as_str().into()
    }
}

impl From<RestartPolicy> for String {
    fn from(policy: RestartPolicy) -> Self {
        policy.word().to_owned()
    }
}

impl fmt::Display for RestartPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_as_itself_and_says_who_starts_again() {
        for (word, always, after_failure, ends) in [
            ("", false, false, true),
            ("no", false, false, true),
            ("always", true, true, false),
            ("unless-stopped", true, true, false),
            ("on-failure", false, true, true),
            ("Always", false, false, false),
        ] {
            let policy = RestartPolicy::from(word);
            assert_eq!(policy.to_string(), word);
            assert_eq!(
                (
                    policy.restarts_always(),
                    policy.restarts_after_failure(),
                    policy.lets_it_end()
                ),
                (always, after_failure, ends),
                "{word}"
            );
            let json = serde_json::to_string(&policy).expect("JSON");
            assert_eq!(json, format!("\"{word}\""));
            assert_eq!(
                serde_json::from_str::<RestartPolicy>(&json).expect("a policy"),
                policy
            );
        }
    }
}
