//! Which services are work that ends, by what is known of their definition.

use super::Service;

/// Begins of words in the names of jobs.
const JOBS: &[&str] = &[
    "migrat",
    "init",
    "setup",
    "seed",
    "bootstrap",
    "provision",
    "install",
    "import",
    "fixture",
    "createbucket",
    "keygen",
    "genkey",
    "certs",
    "prepare",
    "permission",
    "generat",
    "secret",
    "download",
    "restore",
    "chown",
];

impl Service {
    /// Whether it may end, offers nothing and is named like a job.
    #[must_use]
    pub fn looks_like_job(&self) -> bool {
        is_named_like_job(self.name.as_str())
            && self.primary().is_some_and(|primary| {
                let facts = &primary.facts;
                facts.restart_policy.lets_it_end() && facts.ports.is_empty()
            })
    }
}

/// Whether a service is named like work that ends, such as `db-migrate`.
fn is_named_like_job(name: &str) -> bool {
    let mut words = name.split(|c: char| !c.is_alphanumeric());
    words.any(|word| {
        JOBS.iter().any(|job| {
            word.get(..job.len())
                .is_some_and(|begin| begin.eq_ignore_ascii_case(job))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_by_name() {
        for (name, expected) in [
            ("db-migrate", true),
            ("Init_Keys", true),
            ("secrets", true),
            ("generate-config", true),
            ("exporter", false),
            ("é", false),
            ("", false),
        ] {
            assert_eq!(is_named_like_job(name), expected, "{name}");
        }
    }
}
