//! What goes wrong in a scenario, and when.

use serde::{Deserialize, Serialize};

use crate::sim::template::Template;
use crate::sim::trace::Ailment;

/// Something that happens now and then.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sim) struct IncidentSpec {
    /// Seconds after the start of the simulation.
    pub(in crate::sim) first: f64,
    /// Seconds from one beginning to the next; once when absent.
    #[serde(default)]
    pub(in crate::sim) every: Option<f64>,
    /// Seconds until it is over.
    #[serde(default = "thirty")]
    pub(in crate::sim) lasts: f64,
    /// Whom it hits, the root first.
    pub(in crate::sim) effect: Vec<EffectSpec>,
}

fn one() -> i64 {
    1
}

fn thirty() -> f64 {
    30.0
}

/// What happens to a service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::sim) enum EffectKind {
    /// Its healthcheck and its listeners fail for a while.
    #[default]
    Fails,
    /// Its checks succeed; it is slow, needs memory or writes other log lines for a while.
    Degrades,
    /// Its process ends; the restart policy applies. What it leaves down starts at the end of the
    /// incident.
    Crashes,
    /// A job that has ended runs again.
    Runs,
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
    #[serde(default)]
    pub(in crate::sim) kind: EffectKind,
    /// Seconds after the beginning; it clears as late after the end.
    #[serde(default)]
    pub(in crate::sim) after: f64,
    /// Output of the failing healthcheck, and of its `/health`.
    #[serde(default)]
    pub(in crate::sim) output: String,
    /// Exit code of a crash.
    #[serde(default = "one")]
    pub(in crate::sim) exit_code: i64,
    /// The kernel killed the process that crashes, because its memory was at its limit.
    #[serde(default)]
    pub(in crate::sim) oom: bool,
    /// Milliseconds its listeners take longer to answer.
    #[serde(default)]
    pub(in crate::sim) delay: f64,
    /// Memory that it needs, in MiB.
    #[serde(default)]
    pub(in crate::sim) memory: Option<f64>,
    /// Log lines that are written at once.
    #[serde(default)]
    pub(in crate::sim) first_logs: Vec<Template>,
    /// Log lines instead of the usual ones.
    #[serde(default)]
    pub(in crate::sim) logs: Vec<Template>,
}

impl EffectSpec {
    /// How the service differs from a working one while this lasts.
    pub(in crate::sim) fn ailment(&self) -> Ailment {
        Ailment {
            output: (self.kind == EffectKind::Fails).then(|| self.output.as_str().into()),
            logs: self.logs.as_slice().into(),
            delay: self.delay,
            memory: self.memory,
        }
    }
}
