//! The token of `--serve`: when one is needed, and the file it is read from.

use super::load;

#[test]
fn others_may_not_reach_an_open_server() {
    let demand = |environment: &[(&str, &str)]| load("", environment).unwrap().serve_token();
    assert_eq!(demand(&[]), Ok(None));
    assert_eq!(demand(&[("HUB_API_HOST", "127.0.0.9")]), Ok(None));
    assert_eq!(demand(&[("HUB_API_HOST", "::1")]), Ok(None));
    let refusal = demand(&[("HUB_API_HOST", "0.0.0.0")])
        .unwrap_err()
        .to_string();
    assert!(
        refusal.contains("HUBDECK_SERVE_TOKEN") && refusal.contains("--behind-proxy"),
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
            .serve_token()
    };
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(demand().unwrap_err().to_string().contains("chmod 600"));
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(demand().unwrap().unwrap().secret().len(), 43);
    std::fs::write(&file, "short").unwrap();
    assert!(demand().unwrap_err().to_string().contains("openssl rand"));
    let text = "0123456789012345678901234567890123456789abc\r\n";
    std::fs::write(&file, format!("\u{feff}{text}")).unwrap();
    assert_eq!(demand().unwrap().unwrap().secret(), text.trim());
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(&file, [b"\xff\xfe", wide.as_slice()].concat()).unwrap();
    let refused = demand().unwrap_err().to_string();
    assert!(
        refused.ends_with("it is encoded as UTF-16; save it as UTF-8"),
        "{refused}"
    );
}
