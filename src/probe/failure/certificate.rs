//! Why a certificate is not accepted, in plain words.

use rustls::CertificateError;

use super::Fault;
use crate::model::SignedDuration;

/// Names of a certificate that are told.
const NAMES: usize = 3;

/// Why a certificate is not accepted.
pub fn fault(reason: &CertificateError) -> Fault {
    use CertificateError::{
        ExpiredContext, NotValidForName, NotValidForNameContext, NotValidYet, NotValidYetContext,
        UnknownIssuer,
    };
    let words = match reason {
        ExpiredContext { time, not_after } => {
            let ago = time.as_secs().saturating_sub(not_after.as_secs());
            return Fault::Expired(SignedDuration::from_secs(
                i64::try_from(ago).unwrap_or(i64::MAX),
            ));
        }
        UnknownIssuer => "self-signed or of an unknown issuer".to_owned(),
        // An issuer's certificate that a server shows for itself: what `openssl req -x509` makes.
        CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
            "self-signed or of an unknown issuer".to_owned()
        }
        NotValidYet | NotValidYetContext { .. } => "not valid yet".to_owned(),
        NotValidForName => "made out to another name".to_owned(),
        NotValidForNameContext {
            expected,
            presented,
        } => other_names(&expected.to_str(), presented),
        other => other.to_string(),
    };
    Fault::Certificate(words)
}

/// `made out to db.example and 2 others, not to localhost`.
fn other_names(expected: &str, presented: &[String]) -> String {
    // rustls tells the kind of each name as well: `DnsName("db.example")`.
    let name = |text: &String| {
        let inner = text
            .split_once('(')
            .map_or(text.as_str(), |(_, inner)| inner.trim_end_matches(')'));
        inner.trim_matches('"').to_owned()
    };
    let told: Vec<String> = presented.iter().take(NAMES).map(name).collect();
    let others = presented.len().saturating_sub(NAMES);
    match (told.join(", "), others) {
        (told, _) if told.is_empty() => format!("made out to nobody, not to {expected}"),
        (told, 0) => format!("made out to {told}, not to {expected}"),
        (told, others) => format!("made out to {told} and {others} more, not to {expected}"),
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
                "made out to db.example, not to api",
            ),
            (
                presented(&["IpAddress(192.0.2.7)"]),
                "made out to 192.0.2.7, not to api",
            ),
            (
                presented(&["a", "b", "c", "d", "e"]),
                "made out to a, b, c and 2 more, not to api",
            ),
            (presented(&[]), "made out to nobody, not to api"),
        ] {
            assert_eq!(other_names("api", &names), expected);
        }
    }
}
