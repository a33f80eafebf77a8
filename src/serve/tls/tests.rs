//! Which certificates are used, and what is said of the others.

use std::fs;
use std::path::PathBuf;

use rcgen::{CertificateParams, KeyPair};

use super::*;
use crate::model::SignedDuration;

struct Pair {
    _folder: tempfile::TempDir,
    certificate: PathBuf,
    key: PathBuf,
}

fn pem(label: &str, der: &[u8]) -> String {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n")
}

fn now() -> Timestamp {
    "2026-06-01T00:00:00Z".parse().expect("a time")
}

/// A certificate that holds from so many days after now until so many.
fn pair(from: i64, until: i64) -> Pair {
    let folder = tempfile::tempdir().expect("a folder");
    let day = |days: i64| {
        let at = now()
            .checked_add(SignedDuration::from_hours(days * 24))
            .expect("a time");
        std::time::SystemTime::from(at).into()
    };
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
    (params.not_before, params.not_after) = (day(from), day(until));
    let key = KeyPair::generate().expect("a key");
    let certificate = params.self_signed(&key).expect("a certificate");
    let (at, key_at) = (folder.path().join("hub.crt"), folder.path().join("hub.key"));
    fs::write(&at, pem("CERTIFICATE", certificate.der())).expect("it is written");
    fs::write(&key_at, pem("PRIVATE KEY", &key.serialize_der())).expect("it is written");
    Pair {
        _folder: folder,
        certificate: at,
        key: key_at,
    }
}

fn load(pair: &Pair) -> Result<Option<ServerTls>, String> {
    let loaded = ServerTls::load(Some(&pair.certificate), Some(&pair.key), now());
    loaded.map_err(|refusal| refusal.to_string())
}

fn refusal(pair: &Pair) -> String {
    load(pair).map(drop).expect_err("it is refused")
}

#[test]
fn a_certificate_is_used_while_it_holds_and_warned_about_before_its_end() {
    let long = load(&pair(-1, 90)).expect("it holds").expect("TLS");
    assert_eq!(long.warning(now()), None);
    let soon = load(&pair(-1, 5)).expect("it holds").expect("TLS");
    let warning = soon.warning(now()).expect("it ends soon");
    assert!(
        warning.ends_with("hub.crt expires in 5 days; renew it"),
        "{warning}"
    );
    let later = now()
        .checked_add(SignedDuration::from_hours(10 * 24))
        .expect("a time");
    assert!(
        soon.warning(later)
            .is_some_and(|text| text.contains("expired at 2026-06-06"))
    );
    let over = refusal(&pair(-9, -1));
    assert!(
        over.ends_with("hub.crt expired at 2026-05-31T00:00:00Z; renew it"),
        "{over}"
    );
    let early = refusal(&pair(1, 9));
    assert!(
        early.contains("holds only from 2026-06-02T00:00:00Z on"),
        "{early}"
    );
}

#[test]
fn files_that_do_not_fit_are_refused_by_name() {
    let good = pair(-1, 90);
    let stranger = pair(-1, 90);
    let mixed = ServerTls::load(Some(&good.certificate), Some(&stranger.key), now());
    let mixed = mixed.map(drop).expect_err("they differ").to_string();
    assert!(
        mixed.contains("does not belong to the certificate"),
        "{mixed}"
    );
    let half = ServerTls::load(Some(&good.certificate), None, now());
    let half = half.map(drop).expect_err("half a pair").to_string();
    assert!(half.contains("set both or none"), "{half}");
    assert!(ServerTls::load(None, None, now()).is_ok_and(|tls| tls.is_none()));
    fs::write(&good.certificate, "nothing").expect("it is written");
    assert!(refusal(&good).ends_with("hub.crt: it holds no certificate"));
    fs::write(&stranger.key, "nothing").expect("it is written");
    assert!(refusal(&stranger).contains("it holds no private key"));
    fs::remove_file(&stranger.key).expect("it is there");
    assert!(refusal(&stranger).starts_with("cannot read "));
}
