//! Corrections of a guessed specification: the other side speaks another protocol.

use crate::model::{ProbeKind, ProbeOrigin, ProbeSpec};
use crate::probe::{Mismatch, Report};

/// How a guessed specification differs from what is spoken there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProtocolCorrection {
    /// Another protocol is spoken there: only TCP is probed.
    Tcp,
    /// The same protocol over TLS.
    Tls,
}

impl ProtocolCorrection {
    /// The corrections of `spec` that its `report` makes worth a trial.
    ///
    /// They are tried in this order until one gets no answer; the last one that got an answer is
    /// right. Only guesses are corrected, and never the HTTP request of a healthcheck. Silence and
    /// a refused connection suggest nothing.
    ///
    /// A server that closes every connection at once does so for TCP as well, like a port proxy
    /// before a container that does not listen yet: then nothing is corrected, and TLS is not tried
    /// in vain with every probe.
    #[must_use]
    pub fn suggested_by(spec: &ProbeSpec, report: &Report) -> &'static [Self] {
        let guessed = spec.url.is_none() && spec.origin.is_guess();
        let authored = spec.origin == ProbeOrigin::Healthcheck && spec.kind == ProbeKind::Http;
        match report.mismatch.filter(|_| guessed) {
            Some(Mismatch::NeedsTls) if !spec.tls => &[Self::Tls],
            // TCP would go to another port than a DNS question.
            Some(Mismatch::OtherProtocol)
                if authored || matches!(spec.kind, ProbeKind::Tcp | ProbeKind::Dns) =>
            {
                &[]
            }
            Some(Mismatch::OtherProtocol) if spec.kind.takes_tls() && !spec.tls => {
                &[Self::Tcp, Self::Tls]
            }
            Some(Mismatch::OtherProtocol) => &[Self::Tcp],
            Some(Mismatch::NeedsTls) | None => &[],
        }
    }

    /// The corrected `spec`.
    #[must_use]
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
