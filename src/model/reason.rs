//! Why a service is in its state, and what a probe found, as facts: the words for them are made by
//! `explain`.

use serde::{Deserialize, Serialize};

mod answer;
mod code;
mod finding;
mod not_asked;
mod swarm;
mod tls;
mod unmet;

use std::time::Duration;

use super::{DockerStatus, HealthState, LostNetwork, MissingNeed, ServiceId, Unread};

pub use answer::{ClusterColour, HttpAnswer, HttpSaid, ReplicaRole, Statement, VaultState};
pub use code::ReasonCode;
pub use finding::{Finding, FindingCode, HungPhase, PausedTrial};
pub use not_asked::{FailedRequest, NotAsked, OutOfReach, SecretFileError};
pub use swarm::SwarmReason;
pub use tls::{CertificateRejection, HandshakeRefusal};
pub use unmet::Unmet;

/// Why a service is in its state.
///
/// What misses the service is no part of it: that is in [`super::Health::missed_by`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// The latest result of our probe.
    Probe {
        /// What it found; `None` where results were forgotten and only the state is left.
        finding: Option<Finding>,
        /// The state that the results in a row leave.
        state: HealthState,
        /// Failures in a row.
        streak: u32,
    },
    /// Our probe succeeds again, not yet often enough.
    Recovering {
        /// Successes in a row.
        successes: u32,
        /// Successes that it takes.
        of: u32,
    },
    /// No result of our probe for a time.
    NoResult {
        /// That time in seconds.
        seconds: u64,
    },
    /// A result of our probe that does not count, and no other check.
    Uncounted {
        /// What it found.
        finding: Finding,
        /// Why it does not count.
        why: Uncounted,
    },
    /// Docker's healthcheck reports unhealthy.
    Docker {
        /// Output of the check as the engine has it, of the first program that wrote something.
        output: String,
        /// Failed checks in a row.
        streak: u32,
    },
    /// Docker's healthcheck fails, not yet often enough to be unhealthy.
    DockerFailing {
        /// Output of the check as the engine has it, of the first program that wrote something.
        output: String,
        /// Failed checks in a row.
        streak: u32,
        /// Failed checks that it takes.
        retries: u32,
    },
    /// Docker reports unhealthy although no check failed: it does so when its checks were interrupted, as
    /// by a pause, until the next one.
    DockerInterrupted {
        /// What our probe finds; `None` where it does not succeed.
        works: Option<Finding>,
        /// The time between two checks.
        interval: Duration,
    },
    /// Docker's healthcheck has not succeeded yet.
    DockerStarting,
    /// Our probe works, while Docker's healthcheck reports this.
    Works {
        /// The result of our probe; `None` where it has none.
        probe: Option<Box<Reason>>,
        /// Docker's verdict: starting or healthy.
        docker: DockerStatus,
    },
    /// It runs, and nothing checks it.
    NoCheck,
    /// A check is to come.
    NotChecked,
    /// Inside its start period.
    StartPeriod {
        /// What our probe found; `None` before its first result.
        finding: Option<Finding>,
    },
    /// The process ended by itself.
    Exit {
        /// How.
        end: ProcessEnd,
        /// The engine's error; empty when there is none.
        error: String,
    },
    /// It exited, and its restart policy restarts it.
    Restarting {
        /// How its process ended last.
        end: ProcessEnd,
        /// Restarts that the engine counts.
        restarts: u64,
        /// Whether it exited so often lately that it is in a crash loop.
        is_loop: bool,
    },
    /// A one-shot ended with exit code 0.
    Completed {
        /// Whether a process in it was OOM-killed.
        out_of_memory: bool,
    },
    /// It was stopped.
    Stopped {
        /// Its exit code, where nobody saw the stop and the code is not one that a stop leaves.
        code: Option<i64>,
    },
    /// It was stopped although something needs it.
    StoppedWhileNeeded {
        /// Its exit code.
        code: Option<i64>,
    },
    /// The engine cannot start it.
    CannotStart {
        /// The engine's error.
        error: String,
    },
    /// It was created, and runs not yet.
    NotStarted(NotStarted),
    /// It ended, and how is not read yet.
    EndUnread,
    /// Frozen by the engine.
    Paused,
    /// The engine removes it.
    Removing,
    /// The engine could neither stop nor remove it.
    Dead,
    /// It is not attached to any network.
    CutOff,
    /// The network ended that it uses of another container.
    LostNetwork(LostNetwork),
    /// It works, but its resources run out.
    Pressure(PressureWarning),
    /// It works, but what it needs has no container.
    Missing(Vec<MissingNeed>),
    /// Its verdict is older than the end of what it needs.
    NeedsDown {
        /// What it needs and is down, sorted.
        roots: Vec<ServiceId>,
    },
    /// Not everything of it could be read; empty where nothing was inspected yet.
    Unread(Unread),
    /// A reason, with what could not be read.
    WithUnread {
        /// The reason.
        reason: Box<Reason>,
        /// What could not be read.
        unread: Unread,
    },
    /// Some of its instances, by their names.
    NamedInstances {
        /// The first of their names.
        names: Vec<String>,
        /// How many there are.
        count: usize,
        /// The state of each of them.
        state: HealthState,
        /// The reason of the first.
        reason: Box<Reason>,
    },
    /// So many of its instances.
    Instances {
        /// How many are in this state.
        count: usize,
        /// How many there are.
        of: usize,
        /// The state of each of them.
        state: HealthState,
        /// The reason of the first.
        reason: Box<Reason>,
    },
    /// It has no instances.
    NoInstances,
    /// What the Swarm wants of it.
    Swarm(SwarmReason),
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessEnd {
    /// Its exit code; `None` where the engine does not have it.
    pub code: Option<i64>,
    /// Whether a process in the container was OOM-killed.
    pub out_of_memory: bool,
}

/// Why a container does not run that was created.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NotStarted {
    /// It is young: it may be about to start.
    Yet,
    /// It is not inspected yet.
    Unread,
    /// It never was.
    Never,
}

/// Which resource of a container runs out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PressureWarning {
    /// A process in it was OOM-killed.
    Killed,
    /// Memory.
    Memory {
        /// Percent of its limit.
        percent: u8,
    },
    /// CPU, for a minute and more.
    Cpu {
        /// Percent of its limit.
        percent: u8,
    },
}

/// Why a result of our probe does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Uncounted {
    /// hubdeck itself could not ask.
    Inconclusive,
    /// Nothing leads there from here, as far as a guess shows.
    OutOfReach,
    /// The target is a guess that never worked.
    Guessed,
}

impl Reason {
    /// The reason of the instance that stands for all, without what could not be read.
    #[must_use]
    pub fn innermost(&self) -> &Self {
        match self {
            Self::WithUnread { reason, .. }
            | Self::NamedInstances { reason, .. }
            | Self::Instances { reason, .. } => reason.innermost(),
            other => other,
        }
    }

    /// The reason without what could not be read.
    #[must_use]
    pub fn readable(&self) -> &Self {
        match self {
            Self::WithUnread { reason, .. } => reason,
            other => other,
        }
    }

    /// Whether it is a state of the process as the engine reports it, and no result of a check.
    #[must_use]
    pub fn is_of_process(&self) -> bool {
        matches!(
            self.innermost(),
            Self::Exit { .. }
                | Self::Restarting { .. }
                | Self::CannotStart { .. }
                | Self::Stopped { .. }
                | Self::StoppedWhileNeeded { .. }
                | Self::Paused
                | Self::Dead
        )
    }

    /// What our probe found, where that is the reason or stands in it.
    #[must_use]
    pub fn finding(&self) -> Option<&Finding> {
        match self.innermost() {
            Self::Probe { finding, .. } | Self::StartPeriod { finding } => finding.as_ref(),
            Self::Uncounted { finding, .. } => Some(finding),
            Self::Works { probe, .. } => probe.as_ref()?.finding(),
            _ => None,
        }
    }
}

impl ProcessEnd {
    /// Whether the process itself was OOM-killed.
    #[must_use]
    pub const fn is_out_of_memory(self) -> bool {
        self.out_of_memory && matches!(self.code, None | Some(137))
    }
}

impl Reason {
    /// Visits every foreign text in it.
    pub fn texts_mut(&mut self, visit: &mut dyn FnMut(&mut String)) {
        match self {
            Self::Probe {
                finding: Some(finding),
                ..
            }
            | Self::StartPeriod {
                finding: Some(finding),
            }
            | Self::DockerInterrupted {
                works: Some(finding),
                ..
            }
            | Self::Uncounted { finding, .. } => finding.texts_mut(visit),
            Self::Works {
                probe: Some(reason),
                ..
            }
            | Self::NamedInstances { reason, .. }
            | Self::Instances { reason, .. } => reason.texts_mut(visit),
            Self::Docker { output: text, .. }
            | Self::DockerFailing { output: text, .. }
            | Self::Exit { error: text, .. }
            | Self::CannotStart { error: text } => visit(text),
            Self::Unread(unread) => unread.inspection.iter_mut().for_each(visit),
            Self::WithUnread { reason, unread } => {
                reason.texts_mut(visit);
                unread.inspection.iter_mut().for_each(visit);
            }
            // Figures, names and times.
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_texts_are_found_wherever_they_stand() {
        let mut reason = Reason::Instances {
            count: 2,
            of: 2,
            state: HealthState::Unhealthy,
            reason: Box::new(Reason::WithUnread {
                reason: Box::new(Reason::Probe {
                    finding: Some(Finding::Slow {
                        took: Duration::from_secs(3),
                        limit: Duration::from_secs(2),
                        answer: Box::new(Finding::Http(HttpAnswer {
                            version: Some("b".to_owned()),
                            detail: Some("c".to_owned()),
                            ..HttpAnswer::of(503, "a".to_owned())
                        })),
                    }),
                    state: HealthState::Unhealthy,
                    streak: 1,
                }),
                unread: Unread {
                    inspection: Some("d".to_owned()),
                    fields: vec!["RestartCount".to_owned()],
                },
            }),
        };
        let mut found = String::new();
        reason.texts_mut(&mut |text| found.push_str(&std::mem::take(text)));
        assert_eq!(found, "abcd");
        assert_eq!(reason.finding().and_then(Finding::http_status), Some(503));
        assert_eq!(reason.code(), ReasonCode::Instances);
    }

    #[test]
    fn codes_are_words_of_json() {
        let code = |reason: &Reason| serde_json::to_value(reason.code()).expect("JSON");
        let end = |code, out_of_memory| Reason::Exit {
            end: ProcessEnd {
                code,
                out_of_memory,
            },
            error: String::new(),
        };
        assert_eq!(code(&end(Some(1), false)), "exit");
        assert_eq!(code(&end(Some(137), true)), "out_of_memory");
        assert_eq!(code(&end(Some(1), true)), "exit");
        assert_eq!(code(&Reason::CutOff), "cut_off");
        let sealed = Finding::Says(Statement::Vault(VaultState::Sealed));
        assert_eq!(serde_json::to_value(sealed.code()).expect("JSON"), "sealed");
    }
}
