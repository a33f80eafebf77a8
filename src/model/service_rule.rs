//! What the configuration file says of some services.

use super::{Layer, ProbeSpec};

/// One `[[service]]` rule of the config file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceRule {
    /// `stack/name` or a bare name; `*` stands for any run of characters.
    pub pattern: String,
    /// Name to show instead of its own.
    pub name: Option<String>,
    /// Layer to use.
    pub layer: Option<Layer>,
    /// Probe to use instead of a derived one.
    pub probe: Option<ProbeSpec>,
    /// Whether to leave the service out of probing.
    pub no_probe: bool,
    /// Whether to leave the service out altogether.
    pub hide: bool,
    /// Services it needs (`stack/name` or a bare name of the same stack).
    pub depends_on: Vec<String>,
    /// The command that is run for a shell; empty for the first of bash, ash and sh.
    pub shell: Vec<String>,
}

impl ServiceRule {
    /// A rule for `pattern` that sets nothing.
    #[must_use]
    pub fn of(pattern: &str) -> Self {
        Self {
            pattern: pattern.to_owned(),
            name: None,
            layer: None,
            probe: None,
            no_probe: false,
            hide: false,
            depends_on: Vec::new(),
            shell: Vec::new(),
        }
    }

    /// Whether the rule speaks of the service with id `id` and name `name`.
    #[must_use]
    pub fn matches(&self, id: &str, name: &str) -> bool {
        fits(&self.pattern, id, name)
    }
}

/// The command that the first of `rules` that has one for the service with id `id` and name `name`
/// runs for a shell; empty where none has.
#[must_use]
pub fn shell_of(rules: &[ServiceRule], id: &str, name: &str) -> Vec<String> {
    let mut rules = rules.iter().filter(|rule| !rule.shell.is_empty());
    let rule = rules.find(|rule| rule.matches(id, name));
    rule.map_or_else(Vec::new, |rule| rule.shell.clone())
}

/// Whether `pattern` (`stack/name` or a bare name; `*` stands for any run of characters) means the
/// service with id `id` and name `name`.
pub(super) fn fits(pattern: &str, id: &str, name: &str) -> bool {
    let subject = if pattern.contains('/') { id } else { name };
    glob(pattern.as_bytes(), subject.as_bytes())
}

/// Matches `*` wildcards in linear space without recursion on text.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if p < pattern.len() && pattern[p] == b'*' {
            star = Some((p, t));
            p += 1;
        } else if p < pattern.len() && pattern[p] == text[t] {
            p += 1;
            t += 1;
        } else if let Some((star_p, star_t)) = star {
            p = star_p + 1;
            t = star_t + 1;
            star = Some((star_p, star_t + 1));
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(pattern: &str) -> ServiceRule {
        ServiceRule::of(pattern)
    }

    #[test]
    fn patterns_match_ids_with_a_slash_and_names_without() {
        for (pattern, id, name, expected) in [
            ("db", "hub/db", "db", true),
            ("db", "hub/db2", "db2", false),
            ("hub/db", "hub/db", "db", true),
            ("other/db", "hub/db", "db", false),
            ("*", "hub/db", "db", true),
            ("hub/*", "hub/db", "db", true),
            ("*-worker*", "hub/mail-worker-2", "mail-worker-2", true),
            ("a*b*c", "aXbYc", "aXbYc", true),
            ("a*b*c", "aXbY", "aXbY", false),
            ("", "hub/db", "db", false),
        ] {
            assert_eq!(
                rule(pattern).matches(id, name),
                expected,
                "{pattern} on {id}"
            );
        }
    }
}
