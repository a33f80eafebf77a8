//! Mistakes in the file: one clear problem for each, and files that cannot be read.

use std::time::Duration;

use hubdeck::config::arguments::Globals;
use hubdeck::config::{ConfigError, Request};

use super::{errors, load};

/// Text of the file, and what its problem must contain.
const MISTAKES: &[(&str, &str)] = &[
    (
        "[probes]\nintervl = 3",
        "c.toml, line 2: unknown key probes.intervl; did you mean probes.interval? (allowed here: enabled,",
    ),
    (
        "\n[pobes]\n",
        "c.toml, line 2: unknown key pobes; did you mean probes? (allowed here: engine,",
    ),
    (
        "colour = 1",
        "c.toml, line 1: unknown key colour (allowed here: engine,",
    ),
    (
        "[poll]\ninterval = \"0s\"",
        "c.toml, line 2: poll.interval is \"0s\"; allowed is a time from 1s to 1h",
    ),
    (
        "[probes]\n\nenabled = \"true\"",
        "c.toml, line 3: probes.enabled is \"true\"; allowed is true or false",
    ),
    (
        "[serve]\nport = 70000",
        "c.toml, line 2: serve.port is 70000; allowed is a number from 0 to 65535",
    ),
    (
        "[serve]\nhost = \"localhost\"",
        "serve.host is \"localhost\"; allowed is an IP address",
    ),
    (
        "[serve]\ntoken = \"hunter2\"",
        "serve.token is too short or no text; allowed is at least 43",
    ),
    (
        "[log]\nlevel = 2020-01-01",
        "log.level is a date; allowed is \"error\", \"warn\"",
    ),
    (
        "[ui]\ncolumns = [1]",
        "ui.columns is [1]; allowed is a list of column names",
    ),
    ("[ui.theme]\nx = 1", "unknown key ui.theme"),
    (
        "poll = 3",
        "c.toml, line 1: poll is a section, written as [poll]",
    ),
    (
        "[service]\nmatch = 1",
        "service rules are written as [[service]]",
    ),
    (
        "[keys]\nquit = 3",
        "keys.quit is 3; allowed is a key or a list of keys",
    ),
    (
        "[[service]]\nlayer = \"app\"",
        "c.toml, line 1: this [[service]] rule has no match",
    ),
    (
        "[[service]]\nmatch = \"a\"\nlayer = \"top\"",
        "c.toml, line 3: service.layer is \"top\"; allowed is \"edge\"",
    ),
    (
        "[[service]]\nmatch = \"a\"\nlayr = \"app\"",
        "unknown key service.layr; did you mean service.layer?",
    ),
    (
        "[[service]]\nmatch = \"a\"\nprobe = 5",
        "service.probe is 5; allowed is a table",
    ),
    (
        "[[service]]\nmatch = \"a\"\nprobe = { kind = \"tcp\" }",
        "c.toml, line 3: this probe has no target; give url or port",
    ),
    (
        "[[service]]\nmatch = \"a\"\n[service.probe]\nkind = \"ftp\"",
        "c.toml, line 4: service.probe.kind is \"ftp\"",
    ),
    (
        "[[service]]\nmatch = \"a\"\nprobe = { url = \"ftp://x\" }",
        "service.probe.url is \"ftp://x\"; allowed is an address",
    ),
    (
        "[[service]]\nmatch = \"a\"\nprobe = { port = 1, status = \"9-3\" }",
        "service.probe.status is \"9-3\"; allowed is a status",
    ),
    ("[poll\ninterval = 3", "c.toml, line 1: not TOML:"),
    ("[poll]\ninterval = ", "c.toml, line 2: not TOML:"),
];

#[test]
fn every_mistake_is_told_with_file_line_key_and_what_is_allowed() {
    for (text, expected) in MISTAKES {
        let told = errors(text);
        assert!(told.contains(expected), "{text:?} told:\n{told}");
        assert!(!told.contains("hunter2"));
    }
}

#[test]
fn several_mistakes_are_all_told() {
    let told = errors("[poll]\ninterval = 0\n[probes]\ntimeout = 0\n[[service]]\nhide = 1");
    assert_eq!(told.lines().count(), 4, "{told}");
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_file_and_other_encodings_are_named() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("c.toml");
    let globals = Globals {
        config: Some(file.clone()),
        ..Globals::default()
    };
    let request = Request {
        globals,
        ..Request::default()
    };
    std::fs::write(&file, b"\xef\xbb\xbf[poll]\r\ninterval = 7\r\nx = 1").unwrap();
    let refused = request.load().unwrap_err().to_string();
    assert!(
        refused.contains("c.toml, line 3: unknown key poll.x"),
        "{refused}"
    );
    std::fs::write(&file, b"\xef\xbb\xbfpoll.interval = 7").unwrap();
    assert_eq!(
        request.load().unwrap().settings.poll.interval,
        Duration::from_secs(7)
    );
    let wide: Vec<u8> = "\u{feff}[poll]"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for (bytes, reason) in [
        (wide.as_slice(), "it is encoded as UTF-16; save it as UTF-8"),
        (
            b"[poll]\ninterval = \"\xe9\"",
            "line 2 is not UTF-8; save the file as UTF-8",
        ),
    ] {
        std::fs::write(&file, bytes).unwrap();
        let refused = request.load().unwrap_err().to_string();
        assert_eq!(
            refused,
            format!("cannot read the config file {}: {reason}", file.display())
        );
    }
}

#[test]
fn a_named_file_must_exist_and_the_default_one_need_not() {
    let directory = tempfile::tempdir().unwrap();
    let absent = directory.path().join("absent.toml");
    let mut request = Request {
        default_file: Some(absent.clone()),
        ..Request::default()
    };
    assert_eq!(request.load().unwrap().file, None);
    request.globals.config = Some(absent);
    assert!(matches!(
        request.load(),
        Err(ConfigError::Unreadable { .. })
    ));
}

proptest::proptest! {
    #[test]
    fn no_text_panics(text in "(\\[?[a-z]{0,8}\\]?[\\.= \"\\n0-9\\[\\]{}é]{0,6}){0,12}") {
        let _outcome = load(&text, &[]);
    }
}
