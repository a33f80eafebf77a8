//! Where cards stood, so that they stay there when others come and go.

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::{Service, ServiceId, StackName};
use crate::topology::drawing::{Memory, Metrics};
use crate::tui::state::UiState;

/// Places kept; beyond that those of services that are gone are forgotten.
const LIMIT: usize = 4096;

/// Row inside the band and order inside that row, by service.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Places {
    /// The stack that was shown alone, and how wide cards and canvas were: places mean nothing elsewhere.
    scope: Option<(Option<StackName>, u32, u32)>,
    at: HashMap<ServiceId, (usize, usize)>,
}

impl Places {
    /// What to remember of `services`, in their order; `None` where places mean something else now.
    #[must_use]
    pub fn memory(&self, services: &[&Arc<Service>], metrics: Metrics, ui: &UiState) -> Option<Memory> {
        let places = || services.iter().map(|service| self.at.get(&service.id).copied()).collect();
        (self.scope == scope(metrics, ui)).then(|| Memory { places: places() })
    }

    /// Keeps where `services` stand now. A filter changes nothing: it is over soon.
    pub fn keep(
        &mut self,
        services: &[&Arc<Service>],
        metrics: Metrics,
        places: &[(usize, usize)],
        ui: &UiState,
    ) {
        if !ui.filter.is_empty() {
            return;
        }
        let scope = scope(metrics, ui);
        if self.scope != scope || self.at.len() > LIMIT {
            self.at.clear();
        }
        self.scope = scope;
        self.at.extend(services.iter().zip(places).map(|(service, place)| (service.id.clone(), *place)));
    }
}

fn scope(metrics: Metrics, ui: &UiState) -> Option<(Option<StackName>, u32, u32)> {
    Some((ui.stack.clone(), metrics.card.0, metrics.width))
}
