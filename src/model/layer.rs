//! The five bands of the architecture map and how a service got into one.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A band of the map, top to bottom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// Entry points: proxies, load balancers, tunnels.
    Edge,
    /// What people look at: front ends, consoles.
    Ui,
    /// The stack's own logic: APIs, workers.
    App,
    /// Databases, caches, brokers, object stores.
    Data,
    /// Operations: monitoring, jobs, backups, helpers.
    Infra,
}

impl Layer {
    /// Every layer, top to bottom.
    pub const ALL: [Self; 5] = [Self::Edge, Self::Ui, Self::App, Self::Data, Self::Infra];

    /// The id used in JSON, labels and config: `edge, ui, app, data, infra`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Edge => "edge",
            Self::Ui => "ui",
            Self::App => "app",
            Self::Data => "data",
            Self::Infra => "infra",
        }
    }

    /// The title drawn on the map.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Edge => "Edge",
            Self::Ui => "Interfaces",
            Self::App => "Services",
            Self::Data => "Data",
            Self::Infra => "Operations",
        }
    }

    /// Reads an id or a title, any case; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|layer| layer.id().eq_ignore_ascii_case(text) || layer.title().eq_ignore_ascii_case(text))
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.title())
    }
}

/// Where a layer assignment comes from, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LayerOrigin {
    /// A `[[service]]` rule of the config file.
    Config,
    /// The container's `hubdeck.layer` label.
    Label,
    /// The image catalog.
    Catalog,
    /// The service's place in the dependency graph.
    Graph,
    /// Nothing better was known.
    Default,
}

/// The layer of a service with the reason a person can check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerAssignment {
    /// The band.
    pub layer: Layer,
    /// What decided it.
    pub origin: LayerOrigin,
    /// One clause, such as "image postgres" or "depended on by nothing, publishes 443".
    pub reason: String,
}
