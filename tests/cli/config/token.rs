//! The token of `--serve`: when one is needed, and the file it is read from.

use super::load;

#[test]
fn others_may_not_reach_an_open_server() {
    let demand = |environment: &[(&str, &str)]| load("", environment).unwrap().serve_tokens();
    assert_eq!(demand(&[]), Ok(None));
    assert_eq!(demand(&[("HUB_API_HOST", "127.0.0.9")]), Ok(None));
    assert_eq!(demand(&[("HUB_API_HOST", "::1")]), Ok(None));
    let refusal = demand(&[("HUB_API_HOST", "0.0.0.0")])
        .unwrap_err()
        .to_string();
    assert!(
        refusal.contains("hubdeck token new")
            && refusal.contains("HUBDECK_SERVE_TOKEN")
            && refusal.contains("--behind-proxy")
            && refusal.contains("docs/migration.md")
            && refusal.lines().count() == 1,
        "{refusal}"
    );
    assert_eq!(
        demand(&[
            ("HUB_API_HOST", "0.0.0.0"),
            ("HUBDECK_SERVE_BEHIND_PROXY", "1")
        ]),
        Ok(None)
    );
}

#[cfg(unix)]
#[test]
fn a_token_file_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("token");
    std::fs::write(&file, "0123456789012345678901234567890123456789abc\n").unwrap();
    let demand = || {
        load("", &[("HUBDECK_SERVE_TOKEN_FILE", file.to_str().unwrap())])
            .unwrap()
            .serve_tokens()
    };
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(demand().unwrap_err().to_string().contains("chmod 600"));
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let digest = hubdeck::model::TokenDigest::of(b"0123456789012345678901234567890123456789abc");
    assert_eq!(demand().unwrap().unwrap()[0].sha256, digest);
    std::fs::write(&file, "short").unwrap();
    assert!(demand().unwrap_err().to_string().contains("openssl rand"));
    let text = "0123456789012345678901234567890123456789abc\r\n";
    std::fs::write(&file, format!("\u{feff}{text}")).unwrap();
    assert_eq!(demand().unwrap().unwrap()[0].sha256, digest);
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(&file, [b"\xff\xfe", wide.as_slice()].concat()).unwrap();
    let refused = demand().unwrap_err().to_string();
    assert!(
        refused.ends_with("it is encoded as UTF-16; save it as UTF-8"),
        "{refused}"
    );
}

#[test]
fn a_token_is_demanded_once_there_is_a_file_of_tokens() {
    use hubdeck::config::TokensFile;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("tokens.json");
    let variable = path.display().to_string();
    let demand = |host: &str| {
        let environment = [
            ("HUBDECK_SERVE_TOKENS_FILE", variable.as_str()),
            ("HUB_API_HOST", host),
        ];
        load("", &environment).unwrap().serve_tokens()
    };
    assert_eq!(demand("127.0.0.1"), Ok(None));
    assert!(demand("0.0.0.0").is_err());
    let file = TokensFile::at(&path);
    let blank = hubdeck::config::tokens::blank("ci", hubdeck::model::Timestamp::UNIX_EPOCH);
    file.add(blank).unwrap();
    assert_eq!(demand("0.0.0.0").unwrap().unwrap()[0].name, "ci");
    file.revoke("ci").unwrap();
    // Where the last one was revoked nobody is let in, and no address is open.
    assert_eq!(demand("127.0.0.1"), Ok(Some(Vec::new())));
    assert_eq!(demand("0.0.0.0"), Ok(Some(Vec::new())));
}
