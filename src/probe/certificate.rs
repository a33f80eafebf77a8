//! Until when the certificates hold that services show.

use rustls::ClientConnection;
use x509_cert::Certificate;
use x509_cert::der::Decode;

use crate::model::{CERTIFICATE_ENDS_SOON, ProbeOutcome, Timestamp, certificate_words};

/// When the certificate that the other side of `connection` showed ends.
pub(super) fn end_of(connection: &ClientConnection) -> Option<Timestamp> {
    end_of_der(connection.peer_certificates()?.first()?)
}

/// When the certificate in `der` ends; `None` when it is none.
pub(super) fn end_of_der(der: &[u8]) -> Option<Timestamp> {
    let certificate = Certificate::from_der(der).ok()?;
    let end = certificate
        .tbs_certificate()
        .validity()
        .not_after
        .to_unix_duration();
    Timestamp::from_second(i64::try_from(end.as_secs()).ok()?).ok()
}

/// What a certificate that ends at `end` means at `now`; `None` while it holds for long.
pub(super) fn judge(end: Timestamp, now: Timestamp) -> Option<(ProbeOutcome, String)> {
    let left = end.duration_since(now);
    let outcome = if left.is_positive() {
        ProbeOutcome::Warning
    } else {
        ProbeOutcome::Failure
    };
    (left < CERTIFICATE_ENDS_SOON).then(|| (outcome, certificate_words(left)))
}
