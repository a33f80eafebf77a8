//! Where cards stood, so that they stay there when others come and go.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::drawing::{Dimensions, Memory};
use crate::model::SortShared as _;
use crate::model::{Layer, Service, ServiceId, StackName};
use crate::tui::state::UiState;

/// Places kept; beyond that those of services that are gone are forgotten.
const LIMIT: usize = 4096;

/// Row inside the band and order inside that row, by service.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Places {
    /// The stack that was shown alone, and how wide cards and canvas were: places mean nothing
    /// elsewhere.
    scope: Option<(Option<StackName>, u32, u32)>,
    at: HashMap<ServiceId, (usize, usize)>,
}

impl Places {
    /// What to remember of `services`, in their order; `None` where places mean something else now.
    #[must_use]
    pub fn memory(
        &self,
        services: &[&Arc<Service>],
        metrics: Dimensions,
        ui: &UiState,
    ) -> Option<Memory> {
        let places = || {
            services
                .iter()
                .map(|service| self.at.get(&service.id).copied())
                .collect()
        };
        (self.scope == scope(metrics, ui)).then(|| Memory { places: places() })
    }

    /// Keeps where `services` stand now. A filter changes nothing: it is over soon.
    pub fn keep(
        &mut self,
        services: &[&Arc<Service>],
        metrics: Dimensions,
        places: &[(usize, usize)],
        ui: &UiState,
    ) {
        if !ui.scope.filter.is_empty() {
            return;
        }
        let scope = scope(metrics, ui);
        if self.scope != scope || self.at.len() > LIMIT {
            self.at.clear();
        }
        self.scope = scope;
        let mut blocks: BTreeMap<(Layer, Option<&StackName>), Rows<'_>> = BTreeMap::new();
        for (service, (row, order)) in services.iter().zip(places) {
            let key = (service.layer.layer, service.stack.as_ref());
            let block = blocks.entry(key).or_default();
            block.entry(*row).or_default().push((*order, &service.id));
        }
        for rows in blocks.into_values() {
            self.keep_block(rows);
        }
    }

    /// Rows and orders are numbered as before where that fits: the place that one left stays free
    /// for it.
    fn keep_block(&mut self, rows: Rows<'_>) {
        let mut next_row = 0;
        for mut members in rows.into_values() {
            let before = members
                .iter()
                .filter_map(|(_, id)| self.at.get(*id))
                .map(|(row, _)| *row);
            let row = before.max().unwrap_or(0).max(next_row);
            next_row = row + 1;
            members.sort_shared();
            let mut next = 0;
            for (_, id) in members {
                let before = self
                    .at
                    .get(id)
                    .filter(|(at, _)| *at == row)
                    .map_or(0, |(_, order)| *order);
                let order = before.max(next);
                next = order + 1;
                self.at.insert(id.clone(), (row, order));
            }
        }
    }
}

/// The services of one layer and stack by row, each with its order inside the row.
type Rows<'a> = BTreeMap<usize, Vec<(usize, &'a ServiceId)>>;

fn scope(metrics: Dimensions, ui: &UiState) -> Option<(Option<StackName>, u32, u32)> {
    Some((ui.scope.stack.clone(), metrics.card.0, metrics.width))
}
