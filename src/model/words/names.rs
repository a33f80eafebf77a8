//! Short names of images and services.

use crate::model::{ServiceId, StackName};

/// An image without registry, namespace and digest: `postgres:16-alpine`.
#[must_use]
pub fn image(name: &str) -> &str {
    let name = name.split_once('@').map_or(name, |(name, _)| name);
    name.rsplit('/').next().unwrap_or(name)
}

/// A service's name as people of its stack say it: without the stack where that is the same.
#[must_use]
pub fn near<'a>(id: &'a ServiceId, stack: Option<&StackName>) -> &'a str {
    let text = id.as_str();
    stack
        .and_then(|stack| text.strip_prefix(stack.as_str())?.strip_prefix('/'))
        .filter(|rest| !rest.is_empty())
        .unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_lose_registry_namespace_and_digest() {
        for (name, expected) in [
            ("postgres:16-alpine", "postgres:16-alpine"),
            ("registry.example:5000/team/api:1.4", "api:1.4"),
            ("ghcr.io/team/api@sha256:feed", "api"),
            ("sha256:feed", "sha256:feed"),
            ("", ""),
        ] {
            assert_eq!(image(name), expected);
        }
    }

    #[test]
    fn the_own_stack_goes_without_saying() {
        let hub = StackName::new("hub");
        for (id, stack, expected) in [
            ("hub/db", Some(&hub), "db"),
            ("exchange/db", Some(&hub), "exchange/db"),
            ("hubble/db", Some(&hub), "hubble/db"),
            ("hub/db", None, "hub/db"),
            ("db", Some(&hub), "db"),
        ] {
            assert_eq!(near(&ServiceId::from(id), stack), expected, "{id}");
        }
    }
}
