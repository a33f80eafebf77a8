//! Until when the certificates hold that services show.

use rustls::ClientConnection;
use x509_cert::Certificate;
use x509_cert::der::Decode;

use crate::model::{CERTIFICATE_ENDS_SOON, SignedDuration, Timestamp};

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

/// The time that is left at `now` of a certificate that ends at `end`; `None` while it holds for
/// long.
pub(super) fn left_soon(end: Timestamp, now: Timestamp) -> Option<SignedDuration> {
    Some(end.duration_since(now)).filter(|left| *left < CERTIFICATE_ENDS_SOON)
}
