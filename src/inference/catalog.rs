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
    /// Begins of the variables from which a program knows others, by its kind.
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
        // Bands come in no order from the file: the longest pattern is the most specific one.
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

    /// Begins of the names of those variables from which a program of this `kind` knows others;
    /// `None` where that is not known.
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
mod tests;
