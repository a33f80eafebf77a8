//! Which services are production: operations on them ask for their name.

use serde::{Deserialize, Serialize};

use super::Service;
use super::service_rule::fits;

/// Patterns over stacks and services (`production` of the config file).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductionPatterns(Vec<String>);

impl ProductionPatterns {
    /// A pattern with a slash is compared with `stack/name`, one without with the name of the
    /// stack, of a service without a stack with its own; `*` stands for any run of characters.
    #[must_use]
    pub const fn new(patterns: Vec<String>) -> Self {
        Self(patterns)
    }

    /// Whether `service` is production.
    #[must_use]
    pub fn matches(&self, service: &Service) -> bool {
        let stack = service.stack.as_ref();
        let name = stack.map_or(service.name.as_str(), |stack| stack.as_str());
        let mut patterns = self.0.iter();
        patterns.any(|pattern| fits(pattern, service.id.as_str(), name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ServiceName, StackName, Timestamp};

    #[test]
    fn a_pattern_without_a_slash_is_about_the_stack() {
        let service = |stack: Option<&str>, name: &str| {
            let stack = stack.map(StackName::new);
            Service::unknown(stack, ServiceName::new(name), Timestamp::UNIX_EPOCH)
        };
        for (pattern, stack, name, expected) in [
            ("prod-*", Some("prod-shop"), "db", true),
            ("prod-*", Some("dev"), "prod-db", false),
            ("prod-*", None, "prod-db", true),
            ("shop/db", Some("shop"), "db", true),
            ("shop/d*", Some("shop"), "web", false),
            ("", Some("shop"), "db", false),
        ] {
            let patterns = ProductionPatterns::new(vec!["none".to_owned(), pattern.to_owned()]);
            let service = service(stack, name);
            assert_eq!(
                patterns.matches(&service),
                expected,
                "{pattern} {}",
                service.id
            );
        }
        let service = service(None, "db");
        assert!(!ProductionPatterns::default().matches(&service));
    }
}
