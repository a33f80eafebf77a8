//! What a probe teaches of a target whose specification was guessed.

use crate::model::{ProbeKind, ProbeOrigin, ProbeSpec, ProbeTarget};
use crate::probe::{Mismatch, Report};

use super::ask::{Asker, Errand};

/// Protocols tried in one go: the guess, and what each lesson makes of it.
const LESSONS: usize = 2;

/// What a probe taught of a target whose specification was guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Learned {
    /// No HTTP there: TCP it is.
    Tcp,
    /// HTTP over TLS.
    Tls,
}

impl Learned {
    /// What `report` teaches about `spec`; only guesses are corrected.
    pub fn from_report(spec: &ProbeSpec, report: &Report) -> Option<Self> {
        let derived = spec.url.is_none() && spec.origin.is_guess();
        match report.mismatch? {
            Mismatch::NeedsTls if derived && !spec.tls => Some(Self::Tls),
            Mismatch::OtherProtocol if spec.origin == ProbeOrigin::Port => Some(Self::Tcp),
            _ => None,
        }
    }

    /// `spec` as it is after the lesson.
    pub fn apply(self, spec: &ProbeSpec) -> ProbeSpec {
        match self {
            Self::Tcp => ProbeSpec { kind: ProbeKind::Tcp, path: String::new(), tls: false, ..spec.clone() },
            Self::Tls => ProbeSpec { tls: true, ..spec.clone() },
        }
    }
}

/// Asks the whole way; where a guess meets another protocol, it is corrected and tried again at once.
pub(super) async fn examine<A: Asker>(asker: &A, errand: &Errand) -> (Option<Report>, Option<Learned>) {
    let mut target: ProbeTarget = errand.target.clone();
    let mut learned = None;
    let mut report = asker.check(&target, errand.facts.as_deref()).await;
    for _ in 0..LESSONS {
        let Some(lesson) = report
            .as_ref()
            .filter(|_| errand.may_learn)
            .and_then(|it| Learned::from_report(&target.spec, it))
        else {
            break;
        };
        target.spec = lesson.apply(&target.spec);
        let again = asker.check(&target, errand.facts.as_deref()).await;
        // Neither protocol: the lesson was none, and the first report stands.
        if target.spec.kind == ProbeKind::Tcp && !again.as_ref().is_some_and(Report::is_answer) {
            break;
        }
        learned = Some(lesson);
        report = again;
    }
    (report, learned)
}
