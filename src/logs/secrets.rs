//! Secrets in the text of a line.

use super::without_colours;
use crate::model::secrets::KnownSecrets;

/// The text of a line with its secrets masked; `None` where it has none. It has no colours then:
/// within a secret they would keep it from being found.
#[must_use]
pub fn without_secrets(text: &str, secrets: &KnownSecrets) -> Option<String> {
    let plain = without_colours(text);
    let masked = secrets.mask(&plain);
    (masked != plain).then_some(masked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_do_not_keep_a_secret_from_being_found() {
        let known = KnownSecrets::default();
        let masked = |text| without_secrets(text, &known);
        for text in [
            "PASSWORD=hunter2",
            "\x1b[31mPASSWORD\x1b[0m=hunter2",
            "PASSWORD=\x1b[1mhun\x1b[0mter2",
        ] {
            let masked = masked(text).unwrap_or_default();
            assert!(
                masked.starts_with("PASSWORD=") && !masked.contains("hun"),
                "{masked}"
            );
        }
        assert_eq!(masked("\x1b[31mready\x1b[0m"), None);
    }
}
