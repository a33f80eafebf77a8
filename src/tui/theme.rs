//! Themes name meanings; every colour on screen goes through a [`Role`].

use std::collections::BTreeMap;

use ratatui::style::Style;

use crate::model::HealthState;

/// A meaning that a theme gives a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Ordinary text.
    Text,
    /// Secondary text: labels, units, ages.
    Muted,
    /// What is pushed back: cards that the selection does not concern.
    Dim,
    /// Titles.
    Title,
    /// Borders and lines.
    Border,
    /// Border of what is selected or focused.
    BorderFocus,
    /// The selected row or card.
    Selection,
    /// Marked rows.
    Marked,
    /// Search hits.
    Hit,
    /// Key names in footer and help.
    Key,
    /// Header bar.
    Header,
    /// Footer bar.
    Footer,
    /// Names of links and of what the selection needs.
    Needs,
    /// What needs the selection.
    NeededBy,
    /// State: healthy.
    Healthy,
    /// State: completed.
    Completed,
    /// State: stopped.
    Stopped,
    /// State: starting.
    Starting,
    /// State: unknown.
    Unknown,
    /// State: degraded; warnings.
    Degraded,
    /// State: unhealthy; errors.
    Unhealthy,
    /// Stale data and a lost engine.
    Stale,
    /// Chart line: CPU.
    Cpu,
    /// Chart line: memory.
    Memory,
    /// Chart line: network.
    Network,
    /// Chart line: block I/O.
    Block,
    /// Chart line: latency.
    Latency,
    /// The mark of a demonstration.
    Demo,
}

impl Role {
    /// The role of a state.
    #[must_use]
    pub const fn of(state: HealthState) -> Self {
        match state {
            HealthState::Healthy => Self::Healthy,
            HealthState::Completed => Self::Completed,
            HealthState::Stopped => Self::Stopped,
            HealthState::Starting => Self::Starting,
            HealthState::Unknown => Self::Unknown,
            HealthState::Degraded => Self::Degraded,
            HealthState::Unhealthy => Self::Unhealthy,
        }
    }
}

/// A look for every meaning.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Theme {
    /// Name, as `--theme` takes it.
    pub name: String,
    /// Styles; a missing role is the terminal's own look.
    pub styles: BTreeMap<Role, Style>,
}

impl Theme {
    /// The style of `role`.
    #[must_use]
    pub fn style(&self, role: Role) -> Style {
        self.styles.get(&role).copied().unwrap_or_default()
    }
}
