//! What is said of a certificate.

use rustls::CertificateError;

use super::Fault;
use crate::model::SignedDuration;

/// Names of a certificate that are told.
const NAMES: usize = 3;

/// `certificate expired 3 days ago`.
pub fn expired(ago: SignedDuration) -> String {
    format!("certificate expired {} ago", span(ago))
}

/// `certificate ends in 9 days`.
pub fn ends_in(left: SignedDuration) -> String {
    format!("certificate ends in {}", span(left))
}

/// Why a certificate is not accepted.
pub fn fault(reason: &CertificateError) -> Fault {
    use CertificateError::{
        ExpiredContext, NotValidForName, NotValidForNameContext, NotValidYet, NotValidYetContext,
        UnknownIssuer,
    };
    let words = match reason {
        ExpiredContext { time, not_after } => {
            let ago = time.as_secs().saturating_sub(not_after.as_secs());
            return Fault::Expired(SignedDuration::from_secs(i64::try_from(ago).unwrap_or(i64::MAX)));
        }
        UnknownIssuer => "self-signed or of an unknown issuer".to_owned(),
        // An issuer's certificate that a server shows for itself: what `openssl req -x509` makes.
        CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
            "self-signed or of an unknown issuer".to_owned()
        }
        NotValidYet | NotValidYetContext { .. } => "not valid yet".to_owned(),
        NotValidForName => "made out to another name".to_owned(),
        NotValidForNameContext { expected, presented } => other_names(&expected.to_str(), presented),
        other => other.to_string(),
    };
    Fault::Certificate(words)
}

/// `made out to db.example and 2 others, not to localhost`.
fn other_names(expected: &str, presented: &[String]) -> String {
    // rustls tells the kind of each name as well: `DnsName("db.example")`.
    let name = |text: &String| {
        let inner = text.split_once('(').map_or(text.as_str(), |(_, inner)| inner.trim_end_matches(')'));
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

fn span(duration: SignedDuration) -> String {
    let minutes = duration.as_mins().max(0);
    match minutes {
        0..1 => format!("{} s", duration.as_secs().max(0)),
        1..120 => format!("{minutes} min"),
        120..2_880 => format!("{} h", minutes / 60),
        _ => format!("{} days", minutes / 1_440),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_told_in_the_largest_unit_that_tells_something() {
        for (seconds, expected) in [
            (-5, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (7_199, "119 min"),
            (7_200, "2 h"),
            (172_799, "47 h"),
            (172_800, "2 days"),
            (259_200, "3 days"),
        ] {
            assert_eq!(span(SignedDuration::from_secs(seconds)), expected, "{seconds}");
        }
    }

    #[test]
    fn names_are_told_as_people_write_them() {
        let presented = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        for (names, expected) in [
            (presented(&["DnsName(\"db.example\")"]), "made out to db.example, not to api"),
            (presented(&["IpAddress(192.0.2.7)"]), "made out to 192.0.2.7, not to api"),
            (presented(&["a", "b", "c", "d", "e"]), "made out to a, b, c and 2 more, not to api"),
            (presented(&[]), "made out to nobody, not to api"),
        ] {
            assert_eq!(other_names("api", &names), expected);
        }
    }
}
