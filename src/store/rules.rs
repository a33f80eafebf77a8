//! The settings of the store: thresholds, rules of services, layers.

use std::sync::Arc;

use crate::model::{HealthPolicy, Layers, ProductionPatterns, ServiceRule};

/// The settings in force, as far as the state follows from them.
#[derive(Debug, Default)]
pub(super) struct Rules {
    /// Thresholds.
    pub policy: HealthPolicy,
    /// Rules of services, the first that matches first.
    pub services: Arc<[ServiceRule]>,
    /// Layers of the map.
    pub layers: Arc<Layers>,
    /// Which services are production.
    pub production: Arc<ProductionPatterns>,
    /// What is wrong with the config file now, one sentence.
    pub problem: Option<String>,
    /// Keys of the config file whose new value takes effect after a restart.
    pub waiting: Vec<&'static str>,
}
