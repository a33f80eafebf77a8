//! Which hosts and tokens pass.

use super::*;

#[test]
fn only_our_own_names_are_served() {
    for (host, ours) in [
        ("localhost", true),
        ("LOCALHOST:5003", true),
        ("localhost.:1", true),
        ("127.0.0.1:99", true),
        ("127.9.9.9", true),
        ("[::1]:5003", true),
        ("[::1]", true),
        ("[::ffff:127.0.0.1]:1", true),
        ("hub.example.org:443", true),
        ("Hub.Example.org", true),
        ("10.0.0.5:8080", true),
        ("10.0.0.5:80", false),
        ("evil.example.org", false),
        ("localhost.evil.org", false),
        ("evil.org:localhost", false),
        ("192.168.0.1:5003", false),
        ("[::2]", false),
        ("", false),
    ] {
        assert_eq!(is_our_name(host, &options(false)), ours, "{host}");
    }
}

#[test]
fn beyond_loopback_every_address_is_served_and_names_are_not() {
    for (host, ours) in [
        ("10.244.0.5:5003", true),
        ("10.244.0.5", true),
        ("[fd00::1]:5003", true),
        ("[fd00::1]", true),
        ("localhost:5003", true),
        ("hub.example.org", true),
        ("10.244.0.5.evil.org:5003", false),
        ("evil.org:10.244.0.5", false),
        ("0x0af40005", false),
        ("[evil.org]", false),
        ("hubdeck", false),
        ("", false),
    ] {
        assert_eq!(is_our_name(host, &options(true)), ours, "{host}");
    }
}

fn options(allow_addresses: bool) -> RouterOptions {
    RouterOptions {
        allow_hosts: vec!["hub.example.org".to_owned(), "10.0.0.5:8080".to_owned()],
        allow_addresses,
        tokens: None,
        actions: false,
        behind_proxy: false,
        allow_origins: Vec::new(),
        base_path: None,
        body_limit: Duration::from_secs(1),
        ttl: Duration::from_secs(1),
        poll_interval: Duration::from_secs(1),
        clock: || crate::model::Timestamp::UNIX_EPOCH,
    }
}
