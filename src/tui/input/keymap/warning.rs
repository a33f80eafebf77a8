//! What bindings of the operator cost: shown, since a key that does something else than before is
//! found out at a bad moment.

use std::fmt;

use crate::tui::input::key::KeyPress;

/// One thing that a binding in `[keys]` costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyWarning {
    /// An action has lost a key to one that the operator bound.
    Taken {
        /// The key.
        key: KeyPress,
        /// Id of the action that has it now.
        by: &'static str,
        /// Id of the action that had it.
        from: &'static str,
        /// The preset that the latter had it from.
        preset: &'static str,
        /// The keys that the latter still has.
        left: Vec<KeyPress>,
    },
    /// Terminals send the same byte for this key as for another one.
    Undeliverable {
        /// The key.
        key: KeyPress,
        /// Id of the action.
        action: &'static str,
        /// The key that hubdeck sees.
        arrives_as: KeyPress,
    },
}

impl KeyWarning {
    /// Id of the action whose binding this is about.
    #[must_use]
    pub const fn action(&self) -> &'static str {
        match self {
            Self::Taken { by, .. } => by,
            Self::Undeliverable { action, .. } => action,
        }
    }
}

impl fmt::Display for KeyWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taken {
                key,
                by,
                from,
                preset,
                left,
            } => {
                write!(
                    f,
                    "{key} is now bound to {by}, no longer to {from} (preset {preset}), which "
                )?;
                if left.is_empty() {
                    let advice = format!("bind one with {from} = [\"…\"] in [keys]");
                    return write!(f, "has no key left: {advice}");
                }
                let left: Vec<String> = left.iter().map(ToString::to_string).collect();
                write!(f, "keeps {}", left.join(", "))
            }
            Self::Undeliverable {
                key,
                action,
                arrives_as,
            } => write!(
                f,
                "{key} does not reach {action}: terminals send the same for {key} and {arrives_as}; bind another key"
            ),
        }
    }
}
