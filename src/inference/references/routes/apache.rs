//! Apache: `ProxyPass`, `ProxyPassMatch`, `RewriteRule … [P]`, `BalancerMember`, `SetHandler
//! proxy:…`.

use super::{plain_path, reference};
use crate::inference::references::Reference;

/// Every route in one file.
pub(super) fn routes(text: &str) -> Vec<Reference> {
    let mut found = Vec::new();
    let mut location = "";
    for line in text
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'))
    {
        let words: Vec<&str> = line
            .split_whitespace()
            .map(|word| word.trim_matches(['"', '\'', '>']))
            .take(16)
            .collect();
        let (path, target) = match words.as_slice() {
            ["<Location" | "<LocationMatch", path, ..] => {
                location = plain_path(path);
                continue;
            }
            ["</Location" | "</LocationMatch", ..] => {
                location = "";
                continue;
            }
            ["ProxyPass" | "ProxyPassMatch", target] => (location, *target),
            ["ProxyPass" | "ProxyPassMatch", path, target, ..] if !target.contains('=') => {
                (plain_path(path), *target)
            }
            ["RewriteRule", path, target, flags, ..] if flags.contains('P') => {
                (plain_path(path), *target)
            }
            ["BalancerMember", target, ..] => (location, *target),
            ["SetHandler", target, ..] => (location, target.trim_start_matches("proxy:")),
            _ => continue,
        };
        if target.contains("://") && !target.starts_with("unix:") {
            found.extend(reference(path, target));
        }
    }
    found
}
