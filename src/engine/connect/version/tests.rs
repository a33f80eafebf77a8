use super::*;

#[test]
fn versions_are_agreed_on_and_never_pinned() {
    for (newest, oldest, expected) in [
        (Some("1.45"), Some("1.24"), Some("1.45")),
        (Some("1.99"), Some("1.44"), Some("1.53")),
        (Some("1.41"), None, Some("1.41")),
        (Some("2.1"), Some("2.0"), None),
        (Some("1.12"), None, None),
        (Some("x"), None, None),
        (None, None, None),
    ] {
        assert_eq!(
            agree(newest, oldest).ok().as_deref(),
            expected,
            "{newest:?} {oldest:?}"
        );
    }
}

#[test]
fn flavours_are_told_by_platform_or_components() {
    let version = |json: &str| serde_json::from_str::<wire::WireVersion>(json).expect("a version");
    for (json, expected) in [
        (
            r#"{"Platform":{"Name":"Docker Engine - Community"}}"#,
            EngineFlavour::Docker,
        ),
        (
            r#"{"Components":[{"Name":"Podman Engine","Version":"4.9.3"}]}"#,
            EngineFlavour::Podman,
        ),
        (
            r#"{"Platform":{"Name":"hubdeck sim"}}"#,
            EngineFlavour::Simulated,
        ),
        ("{}", EngineFlavour::Docker),
    ] {
        assert_eq!(flavour(&version(json)), expected, "{json}");
    }
}
