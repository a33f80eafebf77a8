//! When a certificate's end becomes a warning.

use jiff::SignedDuration;

/// A certificate that expires sooner than this is a warning.
pub const CERTIFICATE_ENDS_SOON: SignedDuration = SignedDuration::from_hours(14 * 24);
