//! A call of the Docker API, as a policy for it is written.

/// What hubdeck makes a call for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallPurpose {
    /// Watching: it changes nothing.
    Watch,
    /// Operating on services, and running commands in containers.
    Act,
}

/// A call of the Docker API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EngineRoute {
    /// Its method.
    pub method: &'static str,
    /// Its path without version: `{id}` stands for one segment, `{name}` for the name of an image,
    /// which may have slashes.
    pub path: &'static str,
    /// What for.
    pub purpose: CallPurpose,
    /// What for, in words.
    pub what: &'static str,
}

impl EngineRoute {
    /// Whether a request with `method` for `path`, without version and query, has the form of this
    /// call, whatever characters its ids have.
    #[must_use]
    pub fn takes(&self, method: &str, path: &str) -> bool {
        if method != self.method {
            return false;
        }
        let Some((before, after)) = self.path.split_once("{name}") else {
            let (own, given) = (self.path.split('/'), path.split('/'));
            let mut pairs = own.clone().zip(given.clone());
            return own.count() == given.count()
                && pairs.all(|(own, given)| own == given || (own == "{id}" && !given.is_empty()));
        };
        let name = path
            .strip_prefix(before)
            .and_then(|rest| rest.strip_suffix(after));
        name.is_some_and(|name| !name.is_empty())
    }

    /// Its path as a regular expression, with any version of the API before it.
    #[must_use]
    pub fn pattern(&self) -> String {
        let path = self.path.replace("{id}", ID).replace("{name}", NAME);
        format!("^(/v1\\.[0-9]+)?{path}$")
    }
}

/// The characters of an id, and of the name of an image, as hubdeck sends them.
const ID: &str = "[A-Za-z0-9][A-Za-z0-9_.-]*";
const NAME: &str = "[A-Za-z0-9][A-Za-z0-9_.:@%/-]*";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_takes_its_own_path_alone() {
        let route = |path| EngineRoute {
            method: "GET",
            path,
            purpose: CallPurpose::Watch,
            what: "test",
        };
        let inspect = route("/containers/{id}/json");
        let image = route("/images/{name}/json");
        for (route, path, taken, passed) in [
            (inspect, "/containers/abc/json", true, true),
            (inspect, "/containers/hub-db_1.x/json", true, true),
            (inspect, "/containers/../json", true, false),
            (inspect, "/containers/a%2Fb/json", true, false),
            (inspect, "/containers/json", false, false),
            (inspect, "/containers//json", false, false),
            (inspect, "/containers/a/b/json", false, false),
            (inspect, "/containers/a/json/", false, false),
            (inspect, "/containers/a/start", false, false),
            (image, "/images/team/app:1/json", true, true),
            (image, "/images/app%40sha256:0/json", true, true),
            (image, "/images//json", false, false),
            (image, "/images/a b/json", true, false),
        ] {
            assert_eq!(route.takes("GET", path), taken, "{path}");
            assert!(!route.takes("POST", path));
            let pattern = regex::Regex::new(&route.pattern()).expect("a pattern");
            assert_eq!(pattern.is_match(path), passed, "{path} by {pattern}");
            assert_eq!(pattern.is_match(&format!("/v1.45{path}")), passed);
        }
    }
}
