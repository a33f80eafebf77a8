//! Why a certificate is not accepted.

use rustls::CertificateError;

use crate::model::{CertificateRejection, Finding, SignedDuration};

/// Most names of a certificate that are reported.
const NAMES: usize = 3;

/// Why a certificate is not accepted.
pub fn finding(reason: &CertificateError) -> Finding {
    use CertificateError::{
        ExpiredContext, NotValidForName, NotValidForNameContext, NotValidYet, NotValidYetContext,
        UnknownIssuer,
    };
    Finding::CertificateRejected(match reason {
        ExpiredContext { time, not_after } => {
            let ago = time.as_secs().saturating_sub(not_after.as_secs());
            return Finding::CertificateExpired {
                ago: SignedDuration::from_secs(i64::try_from(ago).unwrap_or(i64::MAX)),
            };
        }
        UnknownIssuer => CertificateRejection::UnknownIssuer,
        // An issuer's certificate that a server shows for itself: what `openssl req -x509` makes.
        CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
            CertificateRejection::UnknownIssuer
        }
        NotValidYet | NotValidYetContext { .. } => CertificateRejection::NotYetValid,
        NotValidForName => CertificateRejection::OtherName {
            names: None,
            more: 0,
            wanted: String::new(),
        },
        NotValidForNameContext {
            expected,
            presented,
        } => other_names(&expected.to_str(), presented),
        other => CertificateRejection::Other {
            said: other.to_string(),
        },
    })
}

/// The names that a certificate is for instead of `expected`.
fn other_names(expected: &str, presented: &[String]) -> CertificateRejection {
    // rustls writes the kind of each name as well: `DnsName("db.example")`.
    let name = |text: &String| {
        let inner = text
            .split_once('(')
            .map_or(text.as_str(), |(_, inner)| inner.trim_end_matches(')'));
        inner.trim_matches('"').to_owned()
    };
    CertificateRejection::OtherName {
        names: Some(presented.iter().take(NAMES).map(name).collect()),
        more: presented.len().saturating_sub(NAMES),
        wanted: expected.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_as_people_write_them() {
        let presented = |names: &[&str]| {
            names
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>()
        };
        for (names, expected) in [
            (
                presented(&["DnsName(\"db.example\")"]),
                "it is for db.example (expected api)",
            ),
            (
                presented(&["IpAddress(192.0.2.7)"]),
                "it is for 192.0.2.7 (expected api)",
            ),
            (
                presented(&["a", "b", "c", "d", "e"]),
                "it is for a, b, c and 2 more (expected api)",
            ),
            (presented(&[]), "it has no names (expected api)"),
        ] {
            let found = Finding::CertificateRejected(other_names("api", &names));
            assert_eq!(
                crate::explain::finding(&found),
                format!("certificate not accepted: {expected}")
            );
        }
    }
}
