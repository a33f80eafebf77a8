//! What is known of public images: a data file, parsed once.

mod probe;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::model::SortShared as _;
use crate::model::{ImageHint, Layer};

/// `catalog.toml` as `build.rs` made it JSON.
const BUILTIN: &str = include_str!(concat!(env!("OUT_DIR"), "/catalog.json"));

/// Why a catalog file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// Not JSON, or not of this shape.
    #[error("the image catalog cannot be read: {0}")]
    Parse(#[from] serde_json::Error),
    /// A band that does not exist.
    #[error("the image catalog names a band {0:?}; there are edge, ui, app, data and infra")]
    Layer(String),
    /// A probe that is none.
    #[error(
        "the image catalog checks {image:?} by {probe:?}, which is no KIND:PORT/REST such as \"redis\" or \"http:8080/health\""
    )]
    Probe {
        /// The technology, or its first image.
        image: String,
        /// What stands there.
        probe: String,
    },
    /// The same name twice.
    #[error("the image catalog names the image {0:?} twice")]
    Twice(String),
}

/// One line of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    kind: Option<String>,
    images: Vec<String>,
    probe: Option<String>,
    reads: Option<Vec<String>>,
    ignores: Option<Ignored>,
}

/// Variables that a program reads in some of its roles alone.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ignored {
    /// Begins of their names.
    variables: Vec<String>,
    /// Words of the command of those that read them.
    unless: Vec<String>,
}

impl Line {
    fn bad_probe(&self, probe: &str) -> CatalogError {
        let image = self
            .kind
            .as_ref()
            .or_else(|| self.images.first())
            .cloned()
            .unwrap_or_default();
        CatalogError::Probe {
            image,
            probe: probe.to_owned(),
        }
    }
}

/// Known images.
#[derive(Debug, Default)]
pub struct Catalog {
    /// Exact names: `redis`, `temporalio/ui`.
    exact: HashMap<String, Arc<ImageHint>>,
    /// Names with `*`, in the order of the file.
    wild: Vec<(String, Arc<ImageHint>)>,
    /// Begins of the variables that tell a program of others, by its kind.
    reads: HashMap<String, Vec<String>>,
    /// Variables that only some roles of a program read, by its kind.
    ignores: HashMap<String, Ignored>,
}

impl Catalog {
    /// The catalog that is part of the program.
    #[must_use]
    pub fn builtin() -> &'static Self {
        static BUILT: OnceLock<Catalog> = OnceLock::new();
        // A test parses the file, so that the fallback to "knows nothing" cannot happen unnoticed.
        BUILT.get_or_init(|| Self::parse(BUILTIN).unwrap_or_default())
    }

    /// Reads a catalog from JSON.
    ///
    /// # Errors
    /// When the text is not of the shape that the head of `catalog.toml` describes.
    pub fn parse(text: &str) -> Result<Self, CatalogError> {
        // Line by line, so that never more than one of them is in memory beside the catalog.
        let file: HashMap<String, Vec<&RawValue>> = serde_json::from_str(text)?;
        let mut catalog = Self::default();
        for (key, lines) in file {
            let layer = Layer::parse(&key).ok_or(CatalogError::Layer(key))?;
            for line in lines {
                catalog.add(layer, serde_json::from_str(line.get())?)?;
            }
        }
        // Bands come in no order from the file: the longest pattern is the most telling one.
        catalog
            .wild
            .sort_shared_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        Ok(catalog)
    }

    fn add(&mut self, layer: Layer, line: Line) -> Result<(), CatalogError> {
        let probe = line
            .probe
            .as_deref()
            .map(|text| probe::parse(text).ok_or_else(|| line.bad_probe(text)));
        let probe = probe.transpose()?;
        let hint = |kind: &str| {
            Arc::new(ImageHint {
                kind: kind.to_owned(),
                layer,
                probe: probe.clone(),
            })
        };
        let shared = line.kind.as_deref().map(hint);
        let kind = line
            .kind
            .clone()
            .or_else(|| line.images.first().map(|image| own_kind(image).into()));
        if let Some(reads) = line.reads {
            self.reads
                .entry(kind.clone().unwrap_or_default())
                .or_default()
                .extend(reads);
        }
        if let Some(ignored) = line.ignores {
            self.ignores.insert(kind.unwrap_or_default(), ignored);
        }
        for image in line.images {
            let hint = shared.clone().unwrap_or_else(|| hint(own_kind(&image)));
            if image.contains('*') {
                self.wild.push((image, hint));
            } else if self.exact.insert(image.clone(), hint).is_some() {
                return Err(CatalogError::Twice(image));
            }
        }
        Ok(())
    }

    /// What is known of `image`, a reference as a container names it; registry, tag and digest are
    /// ignored.
    #[must_use]
    pub fn lookup(&self, image: &str) -> Option<Arc<ImageHint>> {
        let path = repository(image).to_ascii_lowercase();
        let (owner, last) = last_two(&path);
        let wild = |text: &str, slash: bool| {
            self.wild
                .iter()
                .find(|(pattern, _)| pattern.contains('/') == slash && wild_match(pattern, text))
        };
        self.exact
            .get(owner)
            .or_else(|| wild(owner, true).map(|(_, hint)| hint))
            .or_else(|| self.exact.get(last))
            .or_else(|| wild(last, false).map(|(_, hint)| hint))
            .cloned()
    }

    /// Begins of the names of those variables that tell a program of this `kind` of others; `None`
    /// where that is not known.
    #[must_use]
    pub fn reads(&self, kind: &str) -> Option<&[String]> {
        self.reads.get(kind).map(Vec::as_slice)
    }

    /// Whether a program of this `kind` that runs `command` is in a role in which it does not read
    /// the `variable`.
    #[must_use]
    pub fn ignores(&self, kind: &str, command: &[String], variable: &str) -> bool {
        let has_word = |word: &String| {
            command.iter().any(|part| {
                part.split_whitespace()
                    .any(|each| each.eq_ignore_ascii_case(word))
            })
        };
        self.ignores.get(kind).is_some_and(|ignored| {
            ignored
                .variables
                .iter()
                .any(|begin| begins_with(variable, begin))
                && !ignored.unless.iter().any(has_word)
        })
    }

    /// The last part of the path of `image`, a reference as a container names it.
    #[must_use]
    pub fn last_part(image: &str) -> &str {
        last_two(repository(image)).1
    }

    /// How many names are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.exact.len() + self.wild.len()
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.exact.is_empty() && self.wild.is_empty()
    }
}

/// Whether the name of a variable begins so, whatever the case of both.
pub(super) fn begins_with(variable: &str, begin: &str) -> bool {
    variable
        .get(..begin.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(begin))
}

/// The kind of an image that stands in a line without one.
fn own_kind(image: &str) -> &str {
    let name = image.trim_matches('*').trim_end_matches(['/', '-']);
    last_two(name).1
}

/// The path of an image reference: without registry, tag and digest.
fn repository(image: &str) -> &str {
    let image = image.split_once('@').map_or(image, |(name, _)| name);
    let path = match image.split_once('/') {
        // Docker's rule: the first part is a host when it has a dot or a port, or is `localhost`.
        Some((host, path)) if host.contains(['.', ':']) || host == "localhost" => path,
        _ => image,
    };
    match path.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => name,
        _ => path,
    }
}

/// The last two parts of a path, and the last one.
fn last_two(path: &str) -> (&str, &str) {
    let Some((rest, last)) = path.rsplit_once('/') else {
        return (path, path);
    };
    let owner = rest
        .rsplit_once('/')
        .map_or(0, |(before, _)| before.len() + 1);
    (&path[owner..], last)
}

/// `*` only at the begin or the end of `pattern`.
fn wild_match(pattern: &str, text: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(tail), None) => text.ends_with(tail),
        (None, Some(head)) => text.starts_with(head),
        _ => pattern == text,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashSet};

    use super::*;
    use crate::model::{HintProbe, ProbeKind};

    #[test]
    fn the_built_in_file_is_sound_and_large() {
        let catalog = Catalog::parse(BUILTIN).expect("catalog.toml");
        assert!(catalog.len() >= 1_500, "{} names", catalog.len());
        assert_eq!(Catalog::builtin().len(), catalog.len());
        for (pattern, _) in &catalog.wild {
            let inner = pattern.trim_start_matches('*').trim_end_matches('*');
            assert!(
                !inner.contains('*') && wild_match(pattern, &pattern.replace('*', "x")),
                "{pattern}"
            );
        }
        let all = catalog
            .exact
            .keys()
            .chain(catalog.wild.iter().map(|(pattern, _)| pattern));
        for pattern in all {
            assert!(
                pattern.matches('/').count() <= 1 && *pattern == pattern.to_lowercase(),
                "{pattern}"
            );
        }
    }

    #[test]
    fn registry_owner_tag_and_digest_do_not_matter() {
        for (image, expected) in [
            ("postgres", Some(("postgres", Layer::Data))),
            ("postgres:16-alpine", Some(("postgres", Layer::Data))),
            ("library/postgres:16", Some(("postgres", Layer::Data))),
            (
                "docker.io/library/postgres:16@sha256:0123",
                Some(("postgres", Layer::Data)),
            ),
            ("bitnami/postgresql:latest", Some(("postgres", Layer::Data))),
            (
                "localhost:5000/mirror/redis:7",
                Some(("redis", Layer::Data)),
            ),
            ("localhost/redis", Some(("redis", Layer::Data))),
            (
                "REGISTRY.example.com:443/a/b/c/Redis",
                Some(("redis", Layer::Data)),
            ),
            (
                "quay.io/prometheus/node-exporter:v1",
                Some(("node-exporter", Layer::Infra)),
            ),
            ("oliver006/redis_exporter", Some(("exporter", Layer::Infra))),
            (
                "otel/opentelemetry-collector-contrib:0.1",
                Some(("otel-collector", Layer::Infra)),
            ),
            (
                "ghcr.io/open-webui/open-webui:main",
                Some(("open-webui", Layer::Ui)),
            ),
            // The owner decides where the last part alone says little or something else.
            ("temporalio/ui:2", Some(("temporal-ui", Layer::Ui))),
            ("someone/ui:2", None),
            ("someone/server", None),
            ("minio/minio", Some(("minio", Layer::Data))),
            ("minio/mc", Some(("minio-client", Layer::Infra))),
            (
                "mcr.microsoft.com/mssql/server:2022-latest",
                Some(("mssql", Layer::Data)),
            ),
            (
                "prodrigestivill/postgres-backup-local",
                Some(("backup", Layer::Infra)),
            ),
            // Own builds, ids and junk are unknown.
            ("hub-backend:latest", None),
            ("sha256:0123456789abcdef", None),
            ("0123456789ab", None),
            ("", None),
            ("/", None),
            (":@/:", None),
            ("мой/образ:тег", None),
        ] {
            let found = Catalog::builtin().lookup(image);
            assert_eq!(
                found.as_ref().map(|hint| (hint.kind.as_str(), hint.layer)),
                expected,
                "{image}"
            );
        }
    }

    #[test]
    fn probes_are_read() {
        let probe = |image| {
            Catalog::builtin()
                .lookup(image)
                .and_then(|hint| hint.probe.clone())
        };
        let hint = |kind, port, path: &str| {
            Some(HintProbe {
                kind,
                port,
                path: path.into(),
                tls: false,
            })
        };
        for (image, expected) in [
            ("minio/minio", hint(ProbeKind::Minio, 9000, "")),
            ("postgres", hint(ProbeKind::Postgres, 5432, "")),
            (
                "cockroachdb/cockroach",
                hint(ProbeKind::Http, 8080, "/health?ready=1"),
            ),
            ("bitnami/redis-sentinel", hint(ProbeKind::Redis, 26379, "")),
            ("pihole/pihole", hint(ProbeKind::Dns, 53, "")),
            (
                "nginxinc/nginx-unprivileged",
                hint(ProbeKind::Http, 8080, ""),
            ),
        ] {
            assert_eq!(probe(image), expected, "{image}");
        }
        assert_eq!(probe("containrrr/watchtower"), None);
    }

    #[test]
    fn the_variables_that_a_program_reads_belong_to_its_kind() {
        let catalog = Catalog::builtin();
        assert_eq!(catalog.reads("grafana"), Some(&["GF_".to_owned()][..]));
        assert_eq!(catalog.reads("cadvisor"), Some(&[][..]));
        assert_eq!(catalog.reads("n8n"), None);
        let kinds: HashSet<&str> = (catalog
            .exact
            .values()
            .chain(catalog.wild.iter().map(|(_, hint)| hint)))
        .map(|hint| hint.kind.as_str())
        .collect();
        assert!(catalog.reads.len() >= 90, "{} kinds", catalog.reads.len());
        for (kind, begins) in &catalog.reads {
            assert!(
                kinds.contains(kind.as_str()) && begins.iter().all(|begin| begin.len() >= 2),
                "{kind}"
            );
        }
    }

    #[test]
    fn some_roles_of_a_program_do_not_read_all() {
        let ignores = |kind: &str, command: &str, variable: &str| {
            Catalog::builtin().ignores(kind, &[command.to_owned()], variable)
        };
        assert!(ignores(
            "druid",
            "broker",
            "druid_metadata_storage_connector_connectURI"
        ));
        assert!(ignores(
            "druid",
            "/druid.sh middleManager",
            "druid_metadata_storage_connector_connectURI"
        ));
        assert!(!ignores(
            "druid",
            "/druid.sh Coordinator",
            "druid_metadata_storage_connector_connectURI"
        ));
        assert!(!ignores("druid", "broker", "druid_zk_service_host"));
        assert!(!ignores("postgres", "", "druid_metadata_x"));
    }

    #[test]
    fn every_native_kind_is_known_by_an_image() {
        let catalog = Catalog::builtin();
        let hints = catalog
            .exact
            .values()
            .chain(catalog.wild.iter().map(|(_, hint)| hint));
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for hint in hints {
            *counts
                .entry(hint.probe.as_ref().map_or("none", |probe| probe.kind.id()))
                .or_default() += 1;
        }
        println!("names by probe: {counts:?}");
        for kind in ProbeKind::ALL {
            let absent = !kind.has_address() || kind == ProbeKind::Tls;
            assert_eq!(counts.contains_key(kind.id()), !absent, "{kind:?}");
        }
    }

    #[test]
    fn a_bad_file_says_what_is_wrong() {
        for (text, expected) in [
            (r#"{"edge": 1}"#, "cannot be read"),
            (r#"{"middle": []}"#, "names a band \"middle\""),
            (
                r#"{"data": [{"kind": "x", "images": [], "probe": "http"}]}"#,
                "checks \"x\" by \"http\", which",
            ),
            (
                r#"{"data": [{"images": ["y"], "probe": "ftp:21"}]}"#,
                "checks \"y\" by \"ftp:21\", which",
            ),
            (
                r#"{"data": [{"kind": "x", "images": [], "tcp": 1}]}"#,
                "unknown field",
            ),
            (
                r#"{"data": [{"kind": "x", "images": ["y", "y"]}]}"#,
                "\"y\" twice",
            ),
            (
                r#"{"data": [{"kind": "x", "images": [], "port": 1}]}"#,
                "unknown field",
            ),
        ] {
            let error = Catalog::parse(text).expect_err(text).to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
