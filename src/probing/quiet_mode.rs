//! Quiet requests: a request about which the service writes a log line is not repeated with every
//! probe.

use crate::model::ProbeOutcome;
use crate::probe::Report;

/// What is known of one run of a container; the next run begins anew.
#[derive(Debug, Default)]
pub(super) struct QuietMode {
    /// Whether the service works, but wrote a line about the request.
    wrote_log_line: bool,
    /// The report of a service that refused every request.
    refusal: Option<Box<Report>>,
    /// The latest version that a report had.
    version: Option<String>,
    /// Whether the port beside shows no certificate.
    shows_no_certificate: bool,
}

impl QuietMode {
    /// Whether to send only requests that leave no line.
    pub const fn use_quiet_requests(&self) -> bool {
        self.wrote_log_line
    }

    /// Whether to test only whether it accepts connections.
    pub const fn connect_only(&self) -> bool {
        self.refusal.is_some()
    }

    /// The `addresses` where a look at the certificate is still worth it.
    pub fn certificate_addresses(&self, addresses: &[String]) -> Vec<String> {
        if self.shows_no_certificate {
            Vec::new()
        } else {
            addresses.to_vec()
        }
    }

    /// Takes in the `report` of a full probe; gives the report to publish.
    pub fn finished(&mut self, mut report: Report) -> Report {
        self.shows_no_certificate |= report.shows_no_certificate;
        match report.outcome {
            outcome if outcome.works() => {
                self.wrote_log_line |= report.writes_log_line;
                report.version = report.version.or_else(|| self.version.clone());
                self.version.clone_from(&report.version);
            }
            ProbeOutcome::Inconclusive if report.writes_log_line => {
                self.refusal = Some(Box::new(report.clone()))
            }
            ProbeOutcome::Inconclusive => {}
            // Full requests again: one line more in the log of what fails says when.
            _ => self.wrote_log_line = false,
        }
        report
    }

    /// Takes in the report of a connection test; gives the report to publish.
    pub fn connected(&mut self, connection: Option<Report>) -> Option<Report> {
        let accepts = connection
            .as_ref()
            .is_some_and(|connection| connection.outcome.works());
        match self.refusal.take() {
            Some(refusal) if accepts => {
                let report = (*refusal).clone();
                self.refusal = Some(refusal);
                Some(report)
            }
            _ => connection,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ProbeKind, ProbeOrigin, ProbeSpec};
    use ProbeOutcome::{Failure, Inconclusive, Success};

    fn report(outcome: ProbeOutcome, writes_log_line: bool) -> Report {
        let spec = ProbeSpec::new(ProbeKind::Amqp, 5672, ProbeOrigin::Catalog);
        Report {
            writes_log_line,
            ..Report::new(&spec, "amqp://x", outcome, crate::model::Finding::default())
        }
    }

    #[test]
    fn a_service_that_logs_requests_gets_quiet_ones_until_it_fails() {
        let mut log = QuietMode::default();
        log.finished(report(Success, false));
        assert!(!log.use_quiet_requests());
        log.finished(Report {
            version: Some("3.13".to_owned()),
            ..report(Success, true)
        });
        assert!(log.use_quiet_requests() && !log.connect_only());
        let published = log.finished(report(Success, false));
        assert_eq!(
            (published.version.as_deref(), log.use_quiet_requests()),
            (Some("3.13"), true),
            "the version is kept"
        );
        log.finished(report(Failure, false));
        assert!(!log.use_quiet_requests());
    }

    #[test]
    fn a_service_that_refuses_is_only_looked_at_until_it_is_gone() {
        let mut log = QuietMode::default();
        log.finished(report(Inconclusive, false));
        assert!(!log.connect_only(), "hubdeck itself could not ask");
        log.finished(report(Inconclusive, true));
        assert!(log.connect_only());
        assert_eq!(
            log.connected(Some(report(Success, false)))
                .map(|published| published.outcome),
            Some(Inconclusive)
        );
        assert!(log.connect_only());
        assert_eq!(
            log.connected(Some(report(Failure, false)))
                .map(|published| published.outcome),
            Some(Failure)
        );
        assert!(!log.connect_only(), "a full probe again");
    }

    #[test]
    fn a_port_without_a_certificate_is_looked_at_once() {
        let mut log = QuietMode::default();
        let at = ["192.0.2.7:443".to_owned()];
        assert_eq!(log.certificate_addresses(&at), at);
        log.finished(Report {
            shows_no_certificate: true,
            ..report(Success, false)
        });
        assert_eq!(log.certificate_addresses(&at), [""; 0]);
    }
}
