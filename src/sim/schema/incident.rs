//! What goes wrong in a scenario, and when.

use serde::{Deserialize, Serialize};

use crate::sim::template::Template;

/// Something that goes wrong now and then.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sim) struct IncidentSpec {
    /// Seconds after the start of the simulation.
    pub(in crate::sim) first: f64,
    /// Seconds from one beginning to the next; once when absent.
    #[serde(default)]
    pub(in crate::sim) every: Option<f64>,
    /// Seconds until it is over (for `fails`).
    #[serde(default = "thirty")]
    pub(in crate::sim) lasts: f64,
    #[serde(default)]
    pub(in crate::sim) kind: IncidentKind,
    /// Exit code of a crash.
    #[serde(default = "one")]
    pub(in crate::sim) exit_code: i64,
    /// Whom it hits, the root first.
    pub(in crate::sim) effect: Vec<EffectSpec>,
}

fn one() -> i64 {
    1
}

fn thirty() -> f64 {
    30.0
}

/// Kind of an incident.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::sim) enum IncidentKind {
    /// Its healthcheck and listeners fail for a while.
    #[default]
    Fails,
    /// Its process ends; the restart policy applies.
    Crashes,
}

/// What an incident does to one service.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sim) struct EffectSpec {
    /// `stack/service` or a container's name: all its containers.
    pub(in crate::sim) service: String,
    /// Only this replica.
    #[serde(default)]
    pub(in crate::sim) replica: Option<u32>,
    /// Seconds after the beginning; it clears as late after the end.
    #[serde(default)]
    pub(in crate::sim) after: f64,
    /// Output of the failing healthcheck, and of its `/health`.
    #[serde(default)]
    pub(in crate::sim) output: String,
    /// Nothing fails; only its log lines are others.
    #[serde(default)]
    pub(in crate::sim) logs_only: bool,
    /// Log lines instead of the usual ones.
    #[serde(default)]
    pub(in crate::sim) logs: Vec<Template>,
}
