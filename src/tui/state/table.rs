//! The services table: its columns, its order, its rows.

mod order;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::{HealthState, Service, ServiceId, Snapshot};
use crate::tui::input::column::Column;
use crate::tui::state::{UiState, scope};

/// State of the services table.
#[derive(Clone, Debug, PartialEq)]
pub struct TableState {
    /// Columns shown, in order.
    pub columns: Vec<Column>,
    /// Columns that config names, or the usual ones.
    pub configured: Vec<Column>,
    /// Column sorted by.
    pub sort: Column,
    /// Whether the order is turned round.
    pub reverse: bool,
    /// First row shown.
    pub top: usize,
}

impl TableState {
    /// The columns shown where nobody chose others, in order.
    pub const COLUMNS: [Column; 18] = [
        Column::State,
        Column::Name,
        Column::Replicas,
        Column::Uptime,
        Column::Restarts,
        Column::Cpu,
        Column::Memory,
        Column::Network,
        Column::Latency,
        Column::Lines,
        Column::Errors,
        Column::Requests,
        Column::ServerErrors,
        Column::P95,
        Column::Ports,
        Column::Image,
        Column::Layer,
        Column::Note,
    ];

    /// The same, with that for newer images after the image where they are looked for.
    #[must_use]
    pub fn usual_columns(checks_images: bool) -> Vec<Column> {
        let with_newer = |column| match column {
            Column::Image if checks_images => vec![Column::Image, Column::Newer],
            column => vec![column],
        };
        Self::COLUMNS.into_iter().flat_map(with_newer).collect()
    }

    /// Whether other columns were chosen than config names.
    #[must_use]
    pub fn has_own_columns(&self) -> bool {
        self.columns != self.configured
    }

    /// Takes the columns that config names; those that were chosen stay.
    pub fn configure(&mut self, columns: &[Column]) {
        if !self.has_own_columns() {
            self.columns = columns.to_vec();
        }
        self.configured = columns.to_vec();
    }

    /// How it is set.
    #[must_use]
    pub fn choice(&self) -> TableChoice {
        TableChoice {
            columns: self.has_own_columns().then(|| self.columns.clone()),
            sort: self.sort,
            reverse: self.reverse,
        }
    }

    /// Sets it so.
    pub fn choose(&mut self, choice: TableChoice) {
        let columns = choice.columns.filter(|columns| !columns.is_empty());
        self.columns = columns.unwrap_or_else(|| self.configured.clone());
        (self.sort, self.reverse) = (choice.sort, choice.reverse);
    }
}

impl Default for TableState {
    fn default() -> Self {
        Self {
            columns: Self::COLUMNS.to_vec(),
            configured: Self::COLUMNS.to_vec(),
            sort: Column::State,
            reverse: false,
            top: 0,
        }
    }
}

/// How the table was set, as far as that is kept for the next run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TableChoice {
    /// Columns shown, in order; `None` for those that config names.
    pub columns: Option<Vec<Column>>,
    /// Column sorted by.
    pub sort: Column,
    /// Whether the order is reversed.
    pub reverse: bool,
}

impl Default for TableChoice {
    fn default() -> Self {
        Self {
            columns: None,
            sort: Column::State,
            reverse: false,
        }
    }
}

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TableRow<'a> {
    /// A service.
    Service(&'a Arc<Service>),
    /// The line between the services and so many jobs.
    Jobs(usize),
}

/// The rows of the table: services in its order, then, below a line, the jobs that have finished.
#[derive(Clone, Debug)]
pub struct TableRows<'a> {
    services: Vec<&'a Arc<Service>>,
    /// Place of the first job among them, where services stand before it.
    jobs: Option<usize>,
}

impl<'a> TableRows<'a> {
    /// The services, top to bottom.
    #[must_use]
    pub fn services(&self) -> &[&'a Arc<Service>] {
        &self.services
    }

    /// How many rows there are, with the line above the jobs.
    #[must_use]
    pub fn count(&self) -> usize {
        self.services.len() + usize::from(self.jobs.is_some())
    }

    /// The row of the service at `index`.
    #[must_use]
    pub fn row_of(&self, index: usize) -> usize {
        index + usize::from(self.jobs.is_some_and(|first| index >= first))
    }

    /// The place of the service in `row`, or of the one below the line.
    #[must_use]
    pub fn index_at(&self, row: usize) -> usize {
        row - usize::from(self.jobs.is_some_and(|first| row > first))
    }

    /// What stands in `row`; `None` below the last one.
    #[must_use]
    pub fn at(&self, row: usize) -> Option<TableRow<'a>> {
        if let Some(first) = self.jobs.filter(|first| *first == row) {
            return Some(TableRow::Jobs(self.services.len() - first));
        }
        let service = self.services.get(self.index_at(row));
        service.map(|service| TableRow::Service(service))
    }

    /// The place of the service with `id`.
    #[must_use]
    pub fn index_of(&self, id: &ServiceId) -> Option<usize> {
        self.services.iter().position(|each| each.id == *id)
    }
}

/// Whether `service` is a job that has done its work: a one-shot that ended with exit code 0. One
/// that failed is trouble, and stands where trouble stands.
#[must_use]
pub fn is_finished_job(service: &Service) -> bool {
    service.health.state == HealthState::Completed
}

/// The services shown, in the table's order.
#[must_use]
pub fn rows<'a>(ui: &UiState, snapshot: &'a Snapshot) -> TableRows<'a> {
    let mut services = scope::visible_services(snapshot, ui);
    order::sort(&mut services, snapshot, ui.table.sort, ui.table.reverse);
    scope::names_first(&mut services, ui, &snapshot.layers);
    let (mut services, jobs): (Vec<_>, Vec<_>) = services
        .into_iter()
        .partition(|service| !is_finished_job(service));
    let first = services.len();
    let apart = first > 0 && !jobs.is_empty();
    services.extend(jobs);
    TableRows {
        services,
        jobs: apart.then_some(first),
    }
}
