//! What an observation changed, and what therefore has to be derived anew.

use std::collections::BTreeSet;

use crate::model::ServiceId;

/// Whether the state differs since the last snapshot.
#[must_use]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Changed {
    /// Nothing visible changed.
    #[default]
    No,
    /// A figure was measured again: a new snapshot is worth publishing, with others of its kind.
    Measured,
    /// A new snapshot is worth publishing at once.
    Yes,
}

impl Changed {
    /// Whether a new snapshot is worth publishing.
    #[must_use]
    pub const fn is_yes(self) -> bool {
        !matches!(self, Self::No)
    }
}

impl From<bool> for Changed {
    fn from(changed: bool) -> Self {
        if changed { Self::Yes } else { Self::No }
    }
}

/// What changed and has to be derived anew.
#[must_use]
#[derive(Debug, Default)]
pub(super) struct Dirty {
    /// Services whose health follows from something that changed; it is judged before the next
    /// observation, as every change of it is an event.
    pub services: BTreeSet<ServiceId>,
    /// Those of them that Docker's healthcheck was run of: their state counts for flapping.
    pub checked: BTreeSet<ServiceId>,
    /// Those that a probe gave a result of, and whether it counts.
    pub probed: Vec<(ServiceId, bool)>,
    /// Whether every container was listed: layers and edges then come before health.
    pub listed: bool,
    /// Whether containers, rules or connections changed that layers and edges follow from.
    pub topology: bool,
    /// Whether edges, states or evidence changed that the roots of trouble follow from.
    pub roots: bool,
    /// Whether a new snapshot is worth publishing.
    pub snapshot: Changed,
}

impl Dirty {
    /// Something that layers and edges follow from, and that is shown.
    pub fn topology() -> Self {
        Self {
            topology: true,
            ..Changed::Yes.into()
        }
    }

    /// Services that changed, which is shown where there are any.
    pub fn services(services: impl IntoIterator<Item = ServiceId>) -> Self {
        let services: BTreeSet<ServiceId> = services.into_iter().collect();
        Self {
            snapshot: (!services.is_empty()).into(),
            services,
            ..Self::default()
        }
    }

    /// Adds what else changed.
    pub fn absorb(&mut self, other: Self) {
        self.services.extend(other.services);
        self.checked.extend(other.checked);
        self.probed.extend(other.probed);
        self.listed |= other.listed;
        self.topology |= other.topology;
        self.roots |= other.roots;
        self.changed(other.snapshot);
    }

    /// Adds that a snapshot differs.
    pub fn changed(&mut self, changed: impl Into<Changed>) {
        self.snapshot = self.snapshot.max(changed.into());
    }
}

impl From<Changed> for Dirty {
    fn from(snapshot: Changed) -> Self {
        Self {
            snapshot,
            ..Self::default()
        }
    }
}

impl From<bool> for Dirty {
    fn from(changed: bool) -> Self {
        Changed::from(changed).into()
    }
}
