//! What a console on another hubdeck leaves to that machine.

use crate::model::Snapshot;
use crate::tui::input::action::Action;

/// Why `action` is not there where the snapshot comes from another hubdeck; `None` where it is, or
/// the snapshot is one of this process.
pub(super) fn reason(action: &Action, snapshot: &Snapshot) -> Option<Option<String>> {
    let leaves = snapshot.attached.is_some() && is_of_engine(action);
    leaves.then(|| Some("not over --attach".to_owned()))
}

/// Whether `action` asks the engine or changes something, which an attached console does not.
const fn is_of_engine(action: &Action) -> bool {
    matches!(
        action,
        Action::Request { .. }
            | Action::RequestOn { .. }
            | Action::RequestStack(_)
            | Action::Maintenance
            | Action::Cancel
            | Action::Inspect
            | Action::Refresh
            | Action::Shell
            | Action::Custom(_)
            | Action::RunIn(..)
            | Action::Compose(_)
    )
}
