//! What one probe found, before anybody puts a time on it.

use std::time::Duration;

use crate::model::{
    Contact, Finding, HandshakeRefusal, NotAsked, OutOfReach, ProbeKind, ProbeOrigin, ProbeOutcome,
    ProbePhases, ProbeResult, ProbeSpec, Shortage, Timestamp, secrets, text,
};

use super::answer::Answer;
use super::certificate;

/// Longest text of a service in characters.
const TEXT: usize = 200;
/// Longest version in characters.
const VERSION: usize = 40;

/// What answers, but not in the protocol that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// Something listens that speaks another protocol.
    OtherProtocol,
    /// A server that wants TLS.
    NeedsTls,
}

/// The outcome of one probe.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// How it ended.
    pub outcome: ProbeOutcome,
    /// How far it came.
    pub contact: Contact,
    /// What ran.
    pub kind: ProbeKind,
    /// Where the specification came from.
    pub origin: ProbeOrigin,
    /// What was probed, secrets masked.
    pub target: String,
    /// The address (`host:port`) that was probed; `None` for a URL from config.
    pub address: Option<String>,
    /// Time until the verdict; `None` when nothing answered.
    pub latency: Option<Duration>,
    /// The time of each part, where it was measured.
    pub phases: Option<ProbePhases>,
    /// End of the certificate that was shown.
    pub certificate_until: Option<Timestamp>,
    /// What it found.
    pub finding: Finding,
    /// Version that the service reported.
    pub version: Option<String>,
    /// Set when the other side speaks another protocol.
    pub mismatch: Option<Mismatch>,
    /// Whether the service wrote a line into its log about this probe and would do so again: from
    /// now on it is to be asked less.
    pub writes_log_line: bool,
    /// Whether the port whose certificate is looked at beside shows none.
    pub shows_no_certificate: bool,
    /// The resource hubdeck ran out of.
    pub shortage: Option<Shortage>,
}

impl Report {
    /// A report of `spec` at `target`; the texts of the service are cleaned, masked and cut.
    #[must_use]
    pub fn new(
        spec: &ProbeSpec,
        target: &str,
        outcome: ProbeOutcome,
        mut finding: Finding,
    ) -> Self {
        finding.texts_mut(&mut |text| *text = text::one_line(&secrets::mask_text(text), TEXT));
        let contact = match outcome {
            ProbeOutcome::Inconclusive => Contact::NotAsked,
            _ => Contact::Answered,
        };
        Self {
            outcome,
            contact,
            kind: spec.kind,
            origin: spec.origin,
            target: text::one_line(&secrets::mask_text(target), TEXT),
            address: None,
            latency: None,
            phases: None,
            certificate_until: None,
            finding,
            version: None,
            mismatch: None,
            writes_log_line: false,
            shows_no_certificate: false,
            shortage: None,
        }
    }

    /// The report of a probe that got no answer within its time.
    #[must_use]
    pub fn silent(spec: &ProbeSpec, target: &str) -> Self {
        let within = spec.timeout;
        Self::failed(spec, target, Finding::NoAnswer { within })
    }

    /// The report of a probe that nothing leads to.
    #[must_use]
    pub fn out_of_reach(spec: &ProbeSpec, why: OutOfReach) -> Self {
        let secure = if spec.tls { "s" } else { "" };
        let path = if spec.kind.is_http() {
            spec.path.as_str()
        } else {
            ""
        };
        let scheme = if spec.kind.is_http() {
            "http"
        } else {
            spec.kind.id()
        };
        let target = format!("{scheme}{secure}://:{}{path}", spec.port);
        Self::failed(spec, &target, Finding::OutOfReach(why))
    }

    /// The report of a probe that could not be made, by hubdeck's own fault or by its settings.
    #[must_use]
    pub fn not_asked(spec: &ProbeSpec, target: &str, why: NotAsked) -> Self {
        Self::failed(spec, target, Finding::NotAsked(why))
    }

    /// The same with another verdict.
    #[must_use]
    pub fn judged(self, outcome: ProbeOutcome, finding: Finding) -> Self {
        Self {
            outcome,
            finding,
            ..self
        }
    }

    /// The report of a probe that got no proper answer.
    pub(super) fn failed(spec: &ProbeSpec, target: &str, finding: Finding) -> Self {
        let mismatch = finding.is_mismatch().then_some(Mismatch::OtherProtocol);
        let outcome = if is_inconclusive(spec, &finding) {
            ProbeOutcome::Inconclusive
        } else {
            ProbeOutcome::Failure
        };
        let contact = match finding.contact() {
            Contact::OtherProtocol if outcome == ProbeOutcome::Inconclusive => Contact::NotAsked,
            contact => contact,
        };
        let shortage = match &finding {
            Finding::NotMeasured(shortage) => Some(*shortage),
            _ => None,
        };
        Self {
            mismatch,
            writes_log_line: matches!(finding, Finding::Handshake(_)),
            contact,
            shortage,
            ..Self::new(spec, target, outcome, finding)
        }
    }

    /// The same with the time it took where the service answered, though badly.
    pub(super) fn answered(self, latency: Duration) -> Self {
        Self {
            latency: self.finding.is_reply().then_some(latency),
            ..self
        }
    }

    /// The report of an answer that took `latency`.
    pub(super) fn answer(
        spec: &ProbeSpec,
        target: &str,
        answer: Answer,
        latency: Duration,
    ) -> Self {
        let report = Self::new(spec, target, answer.outcome, answer.finding).timed(spec, latency);
        let report = Self {
            writes_log_line: answer.writes_log_line,
            ..report
        };
        let version = answer
            .version
            .map(|version| text::one_line(&version, VERSION));
        Self {
            version: version.filter(|version| !version.is_empty()),
            ..report
        }
    }

    /// The same of the address that was probed.
    pub(super) fn at(mut self, address: &str) -> Self {
        self.address = Some(address.to_owned());
        self
    }

    /// The same with what its parts took.
    pub(super) fn phased(mut self, phases: ProbePhases) -> Self {
        self.phases = Some(phases);
        self
    }

    /// The same with the certificate that ends at `end`: one that has ended is a failure, one that
    /// ends soon turns a success into a warning.
    pub(super) fn certified(mut self, end: Option<Timestamp>, now: Timestamp) -> Self {
        self.certificate_until = end;
        let Some(left) = end.and_then(|end| certificate::left_soon(end, now)) else {
            return self;
        };
        if !left.is_positive() {
            if self.outcome.works() {
                self.outcome = ProbeOutcome::Failure;
                self.finding = Finding::CertificateExpired { ago: -left };
            }
        } else if self.outcome == ProbeOutcome::Success {
            self.outcome = ProbeOutcome::Warning;
            let answer = Box::new(self.finding);
            self.finding = Finding::CertificateEnds { left, answer };
        }
        self
    }

    /// The same with the time it took; slower than `spec` allows turns a success into a warning.
    #[must_use]
    pub fn timed(mut self, spec: &ProbeSpec, latency: Duration) -> Self {
        self.latency = Some(latency);
        let exceeded = spec.slow_after.filter(|limit| latency > *limit);
        if let Some(limit) = exceeded.filter(|_| self.outcome == ProbeOutcome::Success) {
            self.outcome = ProbeOutcome::Warning;
            let answer = Box::new(self.finding);
            self.finding = Finding::Slow {
                took: latency,
                limit,
                answer,
            };
        }
        self
    }

    /// Whether the service answered at all, well or badly.
    #[must_use]
    pub const fn is_answer(&self) -> bool {
        self.latency.is_some()
    }

    /// The result for the store, with the time the probe ended.
    #[must_use]
    pub fn into_result(self, checked_at: Timestamp) -> ProbeResult {
        ProbeResult {
            outcome: self.outcome,
            contact: self.contact,
            kind: self.kind,
            origin: self.origin,
            target: self.target,
            checked_at,
            latency_ms: self.latency.map(|latency| latency.as_secs_f64() * 1_000.0),
            phases: self.phases,
            certificate_until: self.certificate_until,
            finding: self.finding,
            version: self.version,
        }
    }
}

#[cfg(test)]
impl Report {
    /// What it found, in words.
    pub fn message(&self) -> String {
        crate::explain::finding(&self.finding)
    }
}

/// Whether `finding` says nothing of the service.
fn is_inconclusive(spec: &ProbeSpec, finding: &Finding) -> bool {
    match finding {
        Finding::NotAsked(_)
        | Finding::NotMeasured(_)
        | Finding::OutOfReach(_)
        | Finding::Handshake(HandshakeRefusal::WantsClientCertificate) => true,
        // What nobody has set says nothing of the service.
        Finding::Handshake(why) => {
            why.may_want_server_name() && spec.url.is_none() && spec.server_name.is_none()
        }
        _ => false,
    }
}
