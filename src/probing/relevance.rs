//! Whether a probe result says something of the service: the only place where that is decided.
//!
//! | result | counts |
//! |---|---|
//! | of Docker's own healthcheck | no: the engine reports it |
//! | inconclusive | no: hubdeck could not probe |
//! | success, warning | yes, and proves the specification |
//! | anything else while the engine is lost, but of a service without containers | no |
//! | anything else of a specification that is proven | yes |
//! | … of one from the config file | yes |
//! | … of one from a label | yes, but where Docker finds the container healthy and nothing came back from it |
//! | … of one from a healthcheck | where anything answered, as its authors ask the same |
//! | … of one from the image catalog or a port | where it answered and reported its state |
//!
//! A service whose last result does not count keeps its state: [`IgnoreReason`] is the reason why it is
//! still healthy.

use crate::model::{Contact, DockerStatus, ProbeKind, ProbeOrigin, ProbeOutcome, ProbeResult};
use crate::probe::Report;

/// What a result says of its service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relevance {
    /// It works.
    Works,
    /// It does not work.
    Counts(Grounds),
    /// Nothing.
    Ignored(IgnoreReason),
}

/// Why a bad result counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grounds {
    /// The same specification succeeded before.
    Proven,
    /// The config file or a label asks for this probe.
    Authored,
    /// The specification is a guess, and the service answered.
    Answered,
}

/// Why a result does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IgnoreReason {
    /// The engine reports its healthcheck itself.
    DockerVerdict,
    /// hubdeck itself could not probe.
    Inconclusive,
    /// While the engine is lost, its containers may work as well as ever.
    EngineLost,
    /// The specification is a guess that never succeeded.
    UnprovenGuess,
    /// Docker finds the container healthy from inside; only hubdeck gets no answer.
    OnlyUnreachable,
}

/// What is known of a target beside its result.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances {
    /// Whether the specification ever succeeded.
    pub proven: bool,
    /// What Docker reports of the container.
    pub docker: DockerStatus,
    /// Whether the engine that runs it is lost.
    pub engine_lost: bool,
}

/// The parts of a result that decide.
#[derive(Clone, Copy, Debug)]
pub struct FinishedProbe {
    /// What was probed.
    pub kind: ProbeKind,
    /// Where the specification comes from.
    pub origin: ProbeOrigin,
    /// How it ended.
    pub outcome: ProbeOutcome,
    /// How far it came.
    pub contact: Contact,
}

impl From<&ProbeResult> for FinishedProbe {
    fn from(result: &ProbeResult) -> Self {
        Self {
            kind: result.kind,
            origin: result.origin,
            outcome: result.outcome,
            contact: result.contact,
        }
    }
}

impl From<&Report> for FinishedProbe {
    fn from(report: &Report) -> Self {
        Self {
            kind: report.kind,
            origin: report.origin,
            outcome: report.outcome,
            contact: report.contact,
        }
    }
}

impl Relevance {
    /// What `result` says of the service under these circumstances.
    pub fn of(result: impl Into<FinishedProbe>, about: &Circumstances) -> Self {
        let result = result.into();
        if result.kind == ProbeKind::Docker {
            Self::Ignored(IgnoreReason::DockerVerdict)
        } else if result.outcome == ProbeOutcome::Inconclusive {
            Self::Ignored(IgnoreReason::Inconclusive)
        } else if result.outcome.works() {
            Self::Works
        } else if about.engine_lost {
            Self::Ignored(IgnoreReason::EngineLost)
        } else if about.proven {
            Self::Counts(Grounds::Proven)
        } else {
            unproven(result, about.docker)
        }
    }

    /// Whether it moves the state of the service.
    #[must_use]
    pub const fn counts(self) -> bool {
        !matches!(self, Self::Ignored(_))
    }

    /// Whether it is the next failure or success in a row that [`super::result_ordering`] goes by;
    /// `None` where it is neither. A failing guess that never succeeded is not held back, though
    /// its answer may count.
    pub(super) fn in_order(self, outcome: ProbeOutcome) -> Option<bool> {
        match self {
            Self::Works => Some(false),
            Self::Counts(Grounds::Proven | Grounds::Authored) => {
                (outcome == ProbeOutcome::Failure).then_some(true)
            }
            Self::Counts(Grounds::Answered) | Self::Ignored(_) => None,
        }
    }
}

/// What a bad result says under a specification that never succeeded, which may be a wrong guess or
/// out of hubdeck's reach.
fn unproven(result: FinishedProbe, docker: DockerStatus) -> Relevance {
    let guess_counts = match result.origin {
        ProbeOrigin::Config => return Relevance::Counts(Grounds::Authored),
        ProbeOrigin::Label => {
            let is_silent = matches!(result.contact, Contact::Unreachable | Contact::NoAnswer);
            return if is_silent && docker == DockerStatus::Healthy {
                Relevance::Ignored(IgnoreReason::OnlyUnreachable)
            } else {
                Relevance::Counts(Grounds::Authored)
            };
        }
        ProbeOrigin::Healthcheck => result.contact.is_answer(),
        ProbeOrigin::Catalog | ProbeOrigin::Port => result.contact == Contact::Answered,
    };
    if guess_counts {
        Relevance::Counts(Grounds::Answered)
    } else {
        Relevance::Ignored(IgnoreReason::UnprovenGuess)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Contact::{Answered, NoAnswer, Refused, WrongAnswer};
    use ProbeOrigin::{Catalog, Config, Healthcheck, Label, Port};
    use ProbeOutcome::{Failure, Inconclusive, Starting, Success, Warning};

    const UNPROVEN: Circumstances = Circumstances {
        proven: false,
        docker: DockerStatus::None,
        engine_lost: false,
    };

    const fn finished(
        origin: ProbeOrigin,
        outcome: ProbeOutcome,
        contact: Contact,
    ) -> FinishedProbe {
        FinishedProbe {
            kind: ProbeKind::Http,
            origin,
            outcome,
            contact,
        }
    }

    #[test]
    fn what_counts_of_a_specification_that_never_succeeded() {
        let authored = Relevance::Counts(Grounds::Authored);
        let answered = Relevance::Counts(Grounds::Answered);
        let guess = Relevance::Ignored(IgnoreReason::UnprovenGuess);
        for (origin, contact, expected, in_order) in [
            (Config, NoAnswer, authored, Some(true)),
            (Label, NoAnswer, authored, Some(true)),
            (Healthcheck, WrongAnswer, answered, None),
            (Healthcheck, Refused, guess, None),
            (Catalog, Answered, answered, None),
            (Catalog, WrongAnswer, guess, None),
            (Port, Answered, answered, None),
            (Port, Refused, guess, None),
        ] {
            let found = Relevance::of(finished(origin, Failure, contact), &UNPROVEN);
            assert_eq!(found, expected, "{origin:?} {contact:?}");
            assert_eq!(found.in_order(Failure), in_order, "{origin:?} {contact:?}");
            assert_eq!(found.in_order(Starting), None, "{origin:?} {contact:?}");
        }
    }

    #[test]
    fn why_a_failing_service_is_still_healthy() {
        let proven = Circumstances {
            proven: true,
            ..UNPROVEN
        };
        let lost = Circumstances {
            engine_lost: true,
            ..proven
        };
        let docker = Circumstances {
            docker: DockerStatus::Healthy,
            ..UNPROVEN
        };
        let of = |result, about| Relevance::of(result, about);
        let refused = finished(Port, Failure, Refused);
        assert_eq!(of(refused, &proven), Relevance::Counts(Grounds::Proven));
        assert_eq!(
            of(refused, &lost),
            Relevance::Ignored(IgnoreReason::EngineLost)
        );
        let silent = finished(Label, Failure, NoAnswer);
        assert_eq!(
            of(silent, &docker),
            Relevance::Ignored(IgnoreReason::OnlyUnreachable)
        );
        let unasked = finished(Config, Inconclusive, Contact::NotAsked);
        assert_eq!(
            of(unasked, &proven),
            Relevance::Ignored(IgnoreReason::Inconclusive)
        );
        let own = FinishedProbe {
            kind: ProbeKind::Docker,
            ..refused
        };
        assert_eq!(
            of(own, &proven),
            Relevance::Ignored(IgnoreReason::DockerVerdict)
        );
    }

    #[test]
    fn a_success_counts_whatever_else_is_known() {
        for outcome in [Success, Warning] {
            for engine_lost in [false, true] {
                let about = Circumstances {
                    engine_lost,
                    ..UNPROVEN
                };
                let found = Relevance::of(finished(Port, outcome, Answered), &about);
                assert_eq!((found, found.counts()), (Relevance::Works, true));
                assert_eq!(found.in_order(outcome), Some(false));
            }
        }
    }
}
