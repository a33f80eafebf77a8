//! What to try next: a sentence, and the command in it that can be run as it is.

/// One thing to try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextStep {
    /// A sentence without a capital and a full stop.
    pub text: String,
    /// The command in it; `None` where it holds none that is whole.
    pub command: Option<String>,
}

impl NextStep {
    /// What to try without a command.
    #[must_use]
    pub const fn plain(text: String) -> Self {
        Self {
            text,
            command: None,
        }
    }

    /// What to try with `command` at the end of the sentence.
    #[must_use]
    pub fn with_command(text: &str, command: String) -> Self {
        Self {
            text: format!("{text} `{command}`"),
            command: Some(command),
        }
    }
}
