//! Addresses of `hubdeck check`.

use super::*;

#[test]
fn addresses_are_read_as_people_write_them() {
    for (url, expected) in [
        ("http://127.0.0.1:5003", Some(("127.0.0.1", 5003, ""))),
        ("127.0.0.1:5003", Some(("127.0.0.1", 5003, ""))),
        ("http://hub", Some(("hub", 80, ""))),
        ("http://hub:81/api/hub/", Some(("hub", 81, "/api/hub"))),
        ("http://[::1]:5003/", Some(("::1", 5003, ""))),
        ("https://hub", None),
        ("http://", None),
        ("http://hub:port", None),
        ("http://u:p@hub", None),
        ("http://hub/a b", None),
        ("http://hub\r\nX: y", None),
    ] {
        let target = Target::parse(url);
        let target = target
            .as_ref()
            .map(|each| (each.host.as_str(), each.port, each.prefix.as_str()));
        assert_eq!(target, expected, "{url}");
    }
}

#[test]
fn without_an_address_the_environment_of_serve_tells() {
    for (variables, expected) in [
        (&[][..], "127.0.0.1:5003"),
        (&[("HUB_API_PORT", "8080")], "127.0.0.1:8080"),
        (
            &[("HUB_API_PORT", "8080"), ("HUBDECK_SERVE_PORT", "9090")],
            "127.0.0.1:9090",
        ),
        (&[("HUB_API_HOST", "0.0.0.0")], "127.0.0.1:5003"),
        (&[("HUB_API_HOST", "::")], "[::1]:5003"),
        (&[("HUBDECK_SERVE_HOST", "10.1.2.3")], "10.1.2.3:5003"),
        (
            &[("HUB_API_PORT", "tcp://10.43.0.1:8000")],
            "127.0.0.1:5003",
        ),
        (
            &[
                ("HUBDECK_SERVE_PORT", "tcp://10.43.0.1:8000"),
                ("HUB_API_PORT", "80"),
            ],
            "127.0.0.1:80",
        ),
    ] {
        let pairs = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let target = Target::of_environment(ProcessEnvironment::new(pairs));
        assert_eq!(
            target.map(|target| target.authority).as_deref(),
            Ok(expected),
            "{variables:?}"
        );
    }
}

#[test]
fn a_bare_command_line_is_the_command_and_an_address_at_most() {
    let bare_of = |words: &[&str]| {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        bare(&words).map(|url| url.map(str::to_owned))
    };
    assert_eq!(bare_of(&["check"]), Some(None));
    assert_eq!(
        bare_of(&["check", "hub:5003"]),
        Some(Some("hub:5003".to_owned()))
    );
    for others in [
        &[][..],
        &["status"],
        &["check", "--help"],
        &["check", ""],
        &["check", "a", "b"],
        &["--config", "check"],
    ] {
        assert_eq!(bare_of(others), None, "{others:?}");
    }
}
