//! The parts of an image reference.

/// A reference such as `registry:5000/team/app:1.2@sha256:…`, in its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageReference<'a> {
    /// Registry and path: what stands before tag and digest.
    pub repository: &'a str,
    /// The tag.
    pub tag: Option<&'a str>,
    /// The digest, `sha256:…`.
    pub digest: Option<&'a str>,
}

impl<'a> ImageReference<'a> {
    /// The parts of `reference`; `None` for an image's id, which names no repository.
    #[must_use]
    pub fn of(reference: &'a str) -> Option<Self> {
        if reference.is_empty() || is_id(reference) {
            return None;
        }
        let (rest, digest) = match reference.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (reference, None),
        };
        // A colon before the last slash belongs to the port of a registry.
        let name = rest.rfind('/').map_or(0, |at| at + 1);
        let colon = rest.get(name..).and_then(|name| name.find(':'));
        let (repository, tag) = match colon.and_then(|at| rest.split_at_checked(name + at)) {
            Some((repository, tag)) => (repository, tag.get(1..)),
            None => (rest, None),
        };
        Some(Self {
            repository,
            tag,
            digest,
        })
    }

    /// What is pulled: the digest where there is one, else the tag, `latest` without one.
    #[must_use]
    pub fn version(&self) -> &'a str {
        self.digest.or(self.tag).unwrap_or("latest")
    }

    /// The registry's host and port; `None` for Docker Hub.
    #[must_use]
    pub fn registry(&self) -> Option<&'a str> {
        let (first, _) = self.repository.split_once('/')?;
        let is_host = first.contains(['.', ':']) || first == "localhost";
        (is_host && first != "docker.io" && first != "index.docker.io").then_some(first)
    }

    /// Whether both name the same repository of the same registry.
    #[must_use]
    pub fn is_same_repository(&self, other: &ImageReference<'_>) -> bool {
        fn path<'p>(of: &ImageReference<'p>) -> &'p str {
            let path = of.repository;
            let path = path.strip_prefix("index.").unwrap_or(path);
            let path = path.strip_prefix("docker.io/").unwrap_or(path);
            path.strip_prefix("library/").unwrap_or(path)
        }
        self.registry() == other.registry() && path(self) == path(other)
    }
}

/// Whether `reference` is an image's id.
fn is_id(reference: &str) -> bool {
    let hex = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    reference.strip_prefix("sha256:").is_some() || hex(reference)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_have_repository_tag_and_digest() {
        for (reference, repository, version, registry) in [
            ("nginx", "nginx", "latest", None),
            ("nginx:1.25", "nginx", "1.25", None),
            (
                "docker.io/library/nginx:1",
                "docker.io/library/nginx",
                "1",
                None,
            ),
            (
                "localhost/app",
                "localhost/app",
                "latest",
                Some("localhost"),
            ),
            (
                "reg:5000/team/app",
                "reg:5000/team/app",
                "latest",
                Some("reg:5000"),
            ),
            (
                "reg:5000/team/app:2",
                "reg:5000/team/app",
                "2",
                Some("reg:5000"),
            ),
            (
                "quay.io/app:2@sha256:ab",
                "quay.io/app",
                "sha256:ab",
                Some("quay.io"),
            ),
        ] {
            let parts = ImageReference::of(reference).expect(reference);
            assert_eq!(parts.repository, repository, "{reference}");
            assert_eq!(parts.version(), version, "{reference}");
            assert_eq!(parts.registry(), registry, "{reference}");
        }
        assert_eq!(ImageReference::of("sha256:abc"), None);
        assert_eq!(ImageReference::of(&"a".repeat(64)), None);
        assert_eq!(ImageReference::of(""), None);
    }

    #[test]
    fn docker_hub_has_several_names() {
        let same = |one, other| {
            let parts = |text| ImageReference::of(text).expect(text);
            parts(one).is_same_repository(&parts(other))
        };
        assert!(same("nginx:1", "docker.io/library/nginx@sha256:ab"));
        assert!(same("reg:5000/app:1", "reg:5000/app"));
        assert!(!same("reg:5000/app:1", "app"));
        assert!(!same("nginx", "redis"));
    }
}
