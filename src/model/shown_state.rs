//! The state of a service as people read it: a paused one is paused, whatever that means for those
//! that need it.

use std::fmt;

use serde::{Serialize, Serializer};

use super::{Health, HealthState, Overlay};

/// The state that a face shows and counts. In JSON it is its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ShownState {
    /// The engine paused every process of it; something may need it or nothing.
    Paused,
    /// Its base state.
    Base(HealthState),
}

impl ShownState {
    /// Every state, the worst first.
    pub const WORST_FIRST: [Self; 9] = [
        Self::Base(HealthState::Unhealthy),
        Self::Base(HealthState::Degraded),
        Self::Paused,
        Self::Base(HealthState::Unknown),
        Self::Base(HealthState::Starting),
        Self::Base(HealthState::Stopped),
        Self::Base(HealthState::Completed),
        Self::Base(HealthState::Running),
        Self::Base(HealthState::Healthy),
    ];

    /// The word used in JSON and text.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Paused => "paused",
            Self::Base(state) => state.id(),
        }
    }

    /// Its sign, one cell wide.
    #[must_use]
    pub const fn sign(self, ascii: bool) -> &'static str {
        match (self, ascii) {
            (Self::Paused, false) => "‖",
            (Self::Paused, true) => "=",
            (Self::Base(state), ascii) => state.sign(ascii),
        }
    }
}

impl From<HealthState> for ShownState {
    fn from(state: HealthState) -> Self {
        Self::Base(state)
    }
}

impl fmt::Display for ShownState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

impl Serialize for ShownState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

impl Health {
    /// Whether it does not run because the engine paused it. Of several instances some may be
    /// paused while others run: that is [`HealthState::Degraded`].
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.state.is_broken() && self.has(Overlay::Paused)
    }

    /// The state as people read it.
    #[must_use]
    pub fn shown_state(&self) -> ShownState {
        if self.is_paused() {
            ShownState::Paused
        } else {
            ShownState::Base(self.state)
        }
    }

    /// The overlays that the shown state does not already contain.
    pub fn shown_overlays(&self) -> impl Iterator<Item = Overlay> {
        let paused = self.is_paused();
        let overlays = self.overlays.iter().copied();
        overlays.filter(move |overlay| !(paused && *overlay == Overlay::Paused))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Timestamp, Totals};

    fn health(state: HealthState, paused: bool) -> Health {
        Health {
            state,
            overlays: paused.then_some(Overlay::Paused).into_iter().collect(),
            ..Health::unknown(Timestamp::UNIX_EPOCH)
        }
    }

    #[test]
    fn a_paused_service_is_shown_and_counted_as_paused_alone() {
        use HealthState::{Degraded, Healthy, Stopped, Unhealthy};
        let all = [
            health(Unhealthy, true),
            health(Unhealthy, false),
            health(Stopped, true),
            // One of two replicas is paused.
            health(Degraded, true),
            health(Healthy, false),
        ];
        let words: Vec<&str> = all.iter().map(|each| each.shown_state().id()).collect();
        assert_eq!(
            words,
            ["paused", "unhealthy", "paused", "degraded", "healthy"]
        );
        assert_eq!(all[0].shown_overlays().count(), 0);
        assert_eq!(all[3].shown_overlays().count(), 1);
        let totals = Totals::count(all.iter().map(Health::shown_state));
        assert_eq!(totals.all(), all.len());
        assert_eq!(totals.get(ShownState::Paused), 2);
        assert_eq!((totals.unhealthy, totals.stopped), (1, 0));
    }
}
