//! The layers (bands) of the architecture map and how a service got into one.

use serde::{Deserialize, Serialize};

/// A layer of the map. Titles, order and layers added by config stand in [`Layers`].
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
    /// Infrastructure: monitoring, jobs, backups, helpers.
    Infra,
    /// A layer that the config file adds, by its place among those.
    Added(u8),
}

impl Layer {
    /// The five layers that are always there, in their usual order from top to bottom.
    pub const BUILT_IN: [Self; 5] = [Self::Edge, Self::Ui, Self::App, Self::Data, Self::Infra];

    /// Id and usual title of a built-in layer; `None` for an added one.
    #[must_use]
    pub const fn built_in(self) -> Option<(&'static str, &'static str)> {
        Some(match self {
            Self::Edge => ("edge", "Edge"),
            Self::Ui => ("ui", "Interfaces"),
            Self::App => ("app", "Services"),
            Self::Data => ("data", "Data"),
            Self::Infra => ("infra", "Operations"),
            Self::Added(_) => return None,
        })
    }

    /// Reads the id or the usual title of a built-in layer, any case; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let named = |(id, title): (&str, &str)| {
            id.eq_ignore_ascii_case(text) || title.eq_ignore_ascii_case(text)
        };
        Self::BUILT_IN
            .into_iter()
            .find(|layer| layer.built_in().is_some_and(named))
    }
}

/// A layer as people and JSON name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerName {
    /// Which.
    pub layer: Layer,
    /// Used in JSON, labels and config: `edge, ui, app, data, infra`, or what config adds.
    pub id: String,
    /// Drawn on the map.
    pub title: String,
}

/// Every layer, top to bottom. The five built-in ones are always among them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layers {
    names: Vec<LayerName>,
}

impl Default for Layers {
    fn default() -> Self {
        let name = |layer: Layer| {
            let (id, title) = layer.built_in()?;
            Some(LayerName {
                layer,
                id: id.to_owned(),
                title: title.to_owned(),
            })
        };
        Self {
            names: Layer::BUILT_IN.into_iter().filter_map(name).collect(),
        }
    }
}

impl Layers {
    /// Layers in the order of `names`; built-in ones that are missing come last.
    #[must_use]
    pub fn new(mut names: Vec<LayerName>) -> Self {
        for name in Self::default().names {
            if names.iter().all(|each| each.layer != name.layer) {
                names.push(name);
            }
        }
        Self { names }
    }

    /// Every layer, top to bottom.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &LayerName> + Clone {
        self.names.iter()
    }

    /// How many layers there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are none, which is never so.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Place from the top, 0 first; the number of layers for one that is unknown.
    #[must_use]
    pub fn position(&self, layer: Layer) -> usize {
        self.names
            .iter()
            .position(|name| name.layer == layer)
            .unwrap_or(self.names.len())
    }

    /// The id of `layer`.
    #[must_use]
    pub fn id(&self, layer: Layer) -> &str {
        self.names
            .iter()
            .find(|name| name.layer == layer)
            .map_or("unknown", |name| &name.id)
    }

    /// The title of `layer`.
    #[must_use]
    pub fn title(&self, layer: Layer) -> &str {
        self.names
            .iter()
            .find(|name| name.layer == layer)
            .map_or("unknown", |name| &name.title)
    }

    /// Reads an id or a title, any case; ids go first. `None` for anything else.
    #[must_use]
    pub fn parse(&self, text: &str) -> Option<Layer> {
        let by = |pick: fn(&LayerName) -> &str| {
            self.names
                .iter()
                .find(|name| pick(name).eq_ignore_ascii_case(text))
                .map(|name| name.layer)
        };
        by(|name| &name.id)
            .or_else(|| by(|name| &name.title))
            .or_else(|| Layer::parse(text))
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
    /// The service's name, ports, labels, command or place in the dependency graph.
    Graph,
    /// Nothing better was known.
    Default,
}

/// One piece of evidence for a layer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerEvidence {
    /// The layer it speaks for.
    pub layer: Layer,
    /// How sure it is by itself, in percent.
    pub confidence: u8,
    /// One clause, such as "image postgres".
    pub reason: String,
}

/// The layer of a service with the reason a person can check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerAssignment {
    /// The layer.
    pub layer: Layer,
    /// What decided it.
    pub origin: LayerOrigin,
    /// How sure it is, in percent: 100 when an operator declared it.
    pub confidence: u8,
    /// One clause, such as "image postgres" or "depended on by nothing, publishes 443".
    pub reason: String,
    /// The evidence with its scores, what decided first.
    pub evidence: Vec<LayerEvidence>,
}

impl LayerAssignment {
    /// An assignment that rests on one reason alone.
    #[must_use]
    pub fn of(
        layer: Layer,
        origin: LayerOrigin,
        confidence: u8,
        reason: impl Into<String>,
    ) -> Self {
        let reason = reason.into();
        let evidence = vec![LayerEvidence {
            layer,
            confidence,
            reason: reason.clone(),
        }];
        Self {
            layer,
            origin,
            confidence,
            reason,
            evidence,
        }
    }
}
