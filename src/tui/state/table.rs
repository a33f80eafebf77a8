//! The services table: its columns, its order.

mod order;

use std::sync::Arc;

use crate::model::{Service, Snapshot};
use crate::tui::state::{UiState, scope};

/// A column of the services table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// State with its sign; sorts worst first.
    State,
    /// Stack.
    Stack,
    /// Name.
    Name,
    /// Layer.
    Layer,
    /// Image.
    Image,
    /// Running and all replicas.
    Replicas,
    /// Published ports.
    Ports,
    /// CPU percent.
    Cpu,
    /// Memory.
    Memory,
    /// Network rate, both ways.
    Network,
    /// Disk I/O rate, both ways.
    Block,
    /// Probe latency.
    Latency,
    /// Restarts.
    Restarts,
    /// Time since start.
    Uptime,
    /// Why.
    Reason,
}

impl Column {
    /// Every column.
    pub const ALL: [Self; 15] = [
        Self::State,
        Self::Stack,
        Self::Name,
        Self::Layer,
        Self::Image,
        Self::Replicas,
        Self::Ports,
        Self::Cpu,
        Self::Memory,
        Self::Network,
        Self::Block,
        Self::Latency,
        Self::Restarts,
        Self::Uptime,
        Self::Reason,
    ];

    /// The word used in config.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Stack => "stack",
            Self::Name => "name",
            Self::Layer => "layer",
            Self::Image => "image",
            Self::Replicas => "replicas",
            Self::Ports => "ports",
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::Network => "network",
            Self::Block => "block",
            Self::Latency => "latency",
            Self::Restarts => "restarts",
            Self::Uptime => "uptime",
            Self::Reason => "reason",
        }
    }

    /// Reads an id; `None` for anything else.
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.id() == id)
    }
}

/// State of the services table.
#[derive(Clone, Debug, PartialEq)]
pub struct TableState {
    /// Columns shown, in order.
    pub columns: Vec<Column>,
    /// Column sorted by.
    pub sort: Column,
    /// Whether the order is turned round.
    pub reverse: bool,
    /// First row shown.
    pub top: usize,
}

impl Default for TableState {
    fn default() -> Self {
        use Column::{
            Cpu, Image, Latency, Layer, Memory, Name, Ports, Reason, Replicas, Stack, State,
        };
        Self {
            columns: vec![
                State, Stack, Name, Layer, Replicas, Cpu, Memory, Latency, Ports, Image, Reason,
            ],
            sort: State,
            reverse: false,
            top: 0,
        }
    }
}

/// The services shown, in the table's order.
#[must_use]
pub fn rows<'a>(ui: &UiState, snapshot: &'a Snapshot) -> Vec<&'a Arc<Service>> {
    let mut services = scope::visible_services(snapshot, ui);
    order::sort(
        &mut services,
        &snapshot.layers,
        ui.table.sort,
        ui.table.reverse,
    );
    scope::names_first(&mut services, ui, &snapshot.layers);
    services
}
