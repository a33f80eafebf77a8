//! What a probe whose specification was guessed learns of the other side.

use crate::model::{ProbeKind, ProbeOrigin, ProbeSpec, ProbeTarget};
use crate::probe::{Mismatch, Report};

use super::ask::{Asker, Errand};

/// What a probe taught of a target whose specification was guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Learned {
    /// Another protocol is spoken there: TCP it is.
    Tcp,
    /// The same protocol over TLS.
    Tls,
}

/// What a report makes worth trying.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lesson {
    /// The server said that it wants TLS.
    WantsTls,
    /// Something else is spoken there: perhaps TLS, where `over_tls` is worth a try, else unknown.
    Other {
        /// Whether the kind may stand behind TLS and was asked without.
        over_tls: bool,
    },
}

impl Lesson {
    /// What `report` teaches about `spec`; only guesses are corrected, and never what a healthcheck
    /// itself asks over HTTP.
    ///
    /// Silence and a refused connection teach nothing: nobody said anything.
    pub fn of(spec: &ProbeSpec, report: &Report) -> Option<Self> {
        let guessed = spec.url.is_none() && spec.origin.is_guess();
        let authored = spec.origin == ProbeOrigin::Healthcheck && spec.kind == ProbeKind::Http;
        match report.mismatch.filter(|_| guessed)? {
            Mismatch::NeedsTls => (!spec.tls).then_some(Self::WantsTls),
            // TCP would go to another port than a DNS question.
            Mismatch::OtherProtocol
                if authored || matches!(spec.kind, ProbeKind::Tcp | ProbeKind::Dns) =>
            {
                None
            }
            Mismatch::OtherProtocol => Some(Self::Other {
                over_tls: spec.kind.takes_tls() && !spec.tls,
            }),
        }
    }
}

impl Learned {
    /// `spec` as it is after the lesson.
    pub fn apply(self, spec: &ProbeSpec) -> ProbeSpec {
        match self {
            Self::Tcp => {
                let (path, subject) = Default::default();
                ProbeSpec {
                    kind: ProbeKind::Tcp,
                    path,
                    subject,
                    tls: false,
                    ..spec.clone()
                }
            }
            Self::Tls => ProbeSpec {
                tls: true,
                ..spec.clone()
            },
        }
    }
}

/// Asks the whole way; where a guess meets another protocol, it is corrected and tried again at
/// once.
pub(super) async fn examine<A: Asker>(
    asker: &A,
    errand: &Errand,
) -> (Option<Report>, Option<Learned>) {
    let spec = &errand.target.spec;
    let report = asker.check(&errand.target).await;
    let lesson = report
        .as_ref()
        .filter(|_| errand.may_learn)
        .and_then(|report| Lesson::of(spec, report));
    let better = match lesson {
        None => None,
        Some(lesson) => correct(asker, errand, lesson).await,
    };
    match better {
        Some((learned, report)) => (Some(report), Some(learned)),
        // Neither protocol: the lesson was none, and the first report stands.
        None => (report, None),
    }
}

/// The first correction of the target that gets an answer.
///
/// A server that hangs up at once does so for TCP as well, like a port proxy before a container
/// that does not listen yet: it teaches nothing, and TLS is not tried in vain each time.
async fn correct<A: Asker>(
    asker: &A,
    errand: &Errand,
    lesson: Lesson,
) -> Option<(Learned, Report)> {
    match lesson {
        Lesson::WantsTls => answered(asker, errand, Learned::Tls).await,
        Lesson::Other { over_tls } => {
            let as_tcp = answered(asker, errand, Learned::Tcp).await?;
            let over_tls = if over_tls {
                answered(asker, errand, Learned::Tls).await
            } else {
                None
            };
            Some(over_tls.unwrap_or(as_tcp))
        }
    }
}

async fn answered<A: Asker>(
    asker: &A,
    errand: &Errand,
    learned: Learned,
) -> Option<(Learned, Report)> {
    let target = ProbeTarget {
        spec: learned.apply(&errand.target.spec),
        ..errand.target.clone()
    };
    let report = asker.check(&target).await?;
    report.is_answer().then_some((learned, report))
}
