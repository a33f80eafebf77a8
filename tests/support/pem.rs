//! Certificates and keys as files hold them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// `der` as PEM.
pub fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n")
}
