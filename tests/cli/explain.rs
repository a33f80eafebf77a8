//! `hubdeck explain`: names, text and JSON.

use hubdeck::cli::explain::{find, write_json, write_text};
use hubdeck::explain::explain;
use jiff::tz::TimeZone;

use crate::support::snapshots::hub;

#[test]
fn services_are_found_by_id_and_by_a_name_of_their_own() {
    let snapshot = hub(7);
    for (name, expected) in [
        ("hub/backend", Ok("hub/backend")),
        ("backend", Ok("hub/backend")),
        (
            "bakend",
            Err("there is no service bakend; did you mean hub/backend?"),
        ),
        (
            "hub/backen",
            Err("there is no service hub/backen; did you mean hub/backend"),
        ),
        (
            "BACKEND",
            Err("there is no service BACKEND; did you mean hub/backend?"),
        ),
        ("dB", Err("there is no service dB; did you mean hub/db?")),
        ("bd", Err("there is no service bd; did you mean hub/db?")),
        ("", Err("there is no service ; `hubdeck status` lists all")),
        (
            "zzzzzzzzzz",
            Err("there is no service zzzzzzzzzz; `hubdeck status` lists all"),
        ),
    ] {
        match (find(&snapshot, name), expected) {
            (Ok(service), Ok(id)) => assert_eq!(service.id.as_str(), id),
            (Err(error), Err(text)) => assert!(error.starts_with(text), "{error}"),
            (found, _) => panic!("{name}: {:?}", found.map(|service| service.id.clone())),
        }
    }
}

#[test]
fn the_text_and_the_json_tell_the_same_without_secrets() {
    let snapshot = hub(7);
    let service = find(&snapshot, "backend").unwrap();
    let explanation = explain(service, &snapshot, &TimeZone::UTC);
    let mut text = Vec::new();
    write_text(&explanation, &TimeZone::UTC, &mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    assert!(!text.contains("hunter2@") && !text.contains('\u{1b}'));
    insta::assert_snapshot!(text);
    let mut json = Vec::new();
    write_json(&explanation, &mut json).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["sentence"], explanation.sentence);
    assert_eq!(
        json["evidence"].as_array().unwrap().len(),
        explanation.evidence.len()
    );
}
