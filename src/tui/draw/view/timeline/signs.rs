//! The signs of what happened.

use crate::model::{Change, ErrorBurstChange, IncidentChange, ProcessEnd};
use crate::tui::draw::glyphs::Glyphs;
use crate::tui::draw::theme::Role;

/// UTF-8 and ASCII sign of an operation.
const OPERATION: (&str, &str, Role) = ("»", "@", Role::Key);

/// Sign and role of an operation.
#[must_use]
pub const fn operation(glyphs: Glyphs) -> (&'static str, Role) {
    let (utf8, plain, role) = OPERATION;
    (if glyphs.ascii { plain } else { utf8 }, role)
}

/// That the last lines of the run that ended are kept.
#[must_use]
pub const fn kept(glyphs: Glyphs) -> &'static str {
    if glyphs.ascii { "L" } else { "≡" }
}

/// Sign and role of a change; one cell wide.
#[must_use]
pub const fn of(change: &Change, glyphs: Glyphs) -> (&'static str, Role) {
    const GOES_ON: (&str, &str, Role) = ("▶", "^", Role::Healthy);
    const DIED: (&str, &str, Role) = ("✖", "X", Role::Unhealthy);
    let (utf8, plain, role) = match change {
        Change::Health { to, .. } => {
            return (glyphs.state(*to), Role::of(*to));
        }
        Change::Started { .. } | Change::Unpaused => GOES_ON,
        Change::Finished | Change::Ended(ProcessEnd { code: Some(0), .. }) => {
            ("■", "-", Role::Completed)
        }
        Change::Ended(_) | Change::Restarted | Change::OutOfMemory => DIED,
        Change::Stopped { .. } => ("■", "-", Role::Stopped),
        Change::NetworkJoined { .. } | Change::NetworkLeft { .. } => ("≈", "~", Role::Starting),
        Change::Paused => ("‖", "=", Role::Starting),
        Change::Created { .. }
        | Change::Recreated { .. }
        | Change::Scaled { .. }
        | Change::Deployed(_) => ("+", "+", Role::Muted),
        Change::Removed { .. } => ("−", "-", Role::Muted),
        Change::Incident {
            change: IncidentChange::Closed,
            ..
        } => ("✓", "+", Role::Healthy),
        Change::Incident { .. } => ("⚑", "!", Role::Unhealthy),
        Change::ErrorBurst(ErrorBurstChange::Began { .. }) => ("≋", "%", Role::Unhealthy),
        Change::ErrorBurst(ErrorBurstChange::Ended { .. }) => ("≋", "%", Role::Muted),
        Change::EngineLost { .. } => ("◌", "*", Role::Stale),
        Change::EngineBack => ("●", "o", Role::Healthy),
        Change::EngineGap(_) => ("?", "?", Role::Degraded),
        Change::Operation(_) => OPERATION,
        Change::Own(_) => ("·", ".", Role::Muted),
    };
    (if glyphs.ascii { plain } else { utf8 }, role)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{IncidentFact, IncidentId, IncidentRoot, Overlay};

    #[test]
    fn maintenance_and_incidents_have_signs_of_their_own() {
        let incident = Change::Incident {
            id: IncidentId(1),
            change: IncidentChange::Opened,
            root: IncidentRoot::Engine,
            fact: Box::new(IncidentFact::EngineLost),
        };
        for ascii in [false, true] {
            let glyphs = Glyphs { ascii };
            let (sign, _) = of(&incident, glyphs);
            assert_ne!(sign, glyphs.overlay(Overlay::Maintenance));
        }
    }
}
