//! Product and version of an engine, from the headers of every response.
//!
//! `GET /version` reports the same, but Docker starts two programs for each answer to it (`runc
//! --version`, `docker-init --version`), which holds the first list back by about ten milliseconds.

use http::HeaderMap;
use http::header::SERVER;

use crate::model::EngineFlavour;

/// The product of the simulator's `Server` header.
const SIMULATOR: &str = "hubdeck-sim";

/// Product, version and newest API version of an engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct EngineIdentity {
    /// The product that answers.
    pub flavour: EngineFlavour,
    /// Its version, such as `26.1.5`.
    pub version: String,
    /// The newest API version it speaks, such as `1.45`.
    pub api_version: String,
}

impl EngineIdentity {
    /// Reads `Server` (`Docker/26.1.5 (linux)`, `Libpod/4.9.3 (linux)`) and `Api-Version`; `None`
    /// where one of them is missing or names another product, as behind some proxies.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let (product, rest) = headers.get(SERVER)?.to_str().ok()?.split_once('/')?;
        let flavour = match product {
            "Docker" => EngineFlavour::Docker,
            "Libpod" => EngineFlavour::Podman,
            SIMULATOR => EngineFlavour::Simulated,
            _ => return None,
        };
        let version = rest.split_whitespace().next()?.to_owned();
        let api_version = headers.get("api-version")?.to_str().ok()?.to_owned();
        Some(Self {
            flavour,
            version,
            api_version,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(
        headers: &[(&'static str, &'static str)],
    ) -> Option<(EngineFlavour, String, String)> {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                (
                    name.parse().expect("a name"),
                    value.parse().expect("a value"),
                )
            })
            .collect();
        EngineIdentity::of(&headers)
            .map(|identity| (identity.flavour, identity.version, identity.api_version))
    }

    #[test]
    fn engines_name_themselves_in_headers() {
        let docker = identity(&[
            ("Server", "Docker/26.1.5+dfsg1 (linux)"),
            ("Api-Version", "1.45"),
        ]);
        assert_eq!(
            docker,
            Some((EngineFlavour::Docker, "26.1.5+dfsg1".into(), "1.45".into()))
        );
        let podman = identity(&[("Server", "Libpod/4.9.3 (linux)"), ("Api-Version", "1.41")]);
        assert_eq!(
            podman,
            Some((EngineFlavour::Podman, "4.9.3".into(), "1.41".into()))
        );
        for other in [
            &[("Api-Version", "1.45")][..],
            &[("Server", "nginx/1.25.3"), ("Api-Version", "1.45")],
            &[("Server", "nginx"), ("Api-Version", "1.45")],
            &[("Server", "Docker/26.1.5 (linux)")],
            &[("Server", "Docker/"), ("Api-Version", "1.45")],
        ] {
            assert_eq!(identity(other), None, "{other:?}");
        }
    }
}
