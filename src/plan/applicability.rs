//! What can be done to a container in which state.

use crate::model::{InstanceState, OperationKind};

/// Whether the state is one that stopping ends.
pub(super) const fn runs(state: InstanceState) -> bool {
    state.can_be_stopped()
}

/// Whether `kind` does anything to a container in `state`.
pub(super) const fn applies(kind: OperationKind, state: InstanceState) -> bool {
    use InstanceState::{Created, Dead, Exited, Paused, Removing, Running};
    match kind {
        OperationKind::Start => matches!(state, Created | Exited),
        OperationKind::Stop => runs(state),
        OperationKind::Restart | OperationKind::Recreate | OperationKind::Update { .. } => {
            !matches!(state, Dead | Removing)
        }
        OperationKind::Pause => matches!(state, Running),
        OperationKind::Unpause => matches!(state, Paused),
        // One that waits for its next start has no process.
        OperationKind::Kill { .. } => matches!(state, Running | Paused),
        OperationKind::Remove { force } => !matches!(state, Removing) && (force || !runs(state)),
        OperationKind::Silence { .. } | OperationKind::Lift | OperationKind::Compose(_) => false,
    }
}
