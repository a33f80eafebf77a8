//! Every value that lives between two frames, and what follows from it alone.
//! Knows: model, topology, drawing, input.
//! Never: changes anything; `update` does.

pub mod availability;
mod details;
mod dialog;
mod drawn;
mod facts;
pub mod filter;
mod guard;
pub mod logs;
pub mod map;
mod on_screen;
pub mod operations;
pub mod options;
pub mod palette;
pub mod scope;
pub mod selection;
pub mod table;
pub mod text;
pub mod timeline;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use ratatui::layout::Size;

use crate::model::{OperationId, ServiceId, StackName};
use crate::tui::input::action::Leaving;
use crate::tui::input::page::View;

pub use details::DetailsState;
pub use dialog::{Dialog, TextField, Toast};
pub use drawn::{Drawn, Hit, Legibility, Viewport, scroll_to};
pub use facts::Facts;
pub use guard::Guard;
pub use logs::{LogRing, LogsState};
pub use map::{MapState, Zoom, ZoomLevel};
pub use on_screen::{OnScreen, no_engine};
pub use options::{ColorChoice, ConsoleOptions, LogOptions, Notice};
pub use table::{Column, TableState};
pub use timeline::TimelineState;

/// Pages the hubdeck log can be scrolled back; tui-logger keeps about as much.
pub const HUBDECK_LOG_PAGES: usize = 40;

/// All screen state.
#[derive(Clone, Debug, PartialEq)]
pub struct UiState {
    /// Terminal size.
    pub size: Size,
    /// The view.
    pub view: View,
    /// Details over the view.
    pub details: Option<DetailsState>,
    /// The selected service, shared by map, table and details.
    pub selected: Option<ServiceId>,
    /// Marked services.
    pub marked: BTreeSet<ServiceId>,
    /// Projects named on the command line; empty shows all.
    pub projects: Vec<StackName>,
    /// Only this stack is shown.
    pub stack: Option<StackName>,
    /// Only services whose id, image, state or layer contains this (any case).
    pub filter: String,
    /// The open filter or search field.
    pub field: Option<TextField>,
    /// Map.
    pub map: MapState,
    /// Services table.
    pub table: TableState,
    /// Logs view and the logs tab of the details.
    pub logs: LogsState,
    /// Timeline.
    pub timeline: TimelineState,
    /// Dialog on top.
    pub dialog: Option<Dialog>,
    /// Messages, oldest first.
    pub toasts: Vec<Toast>,
    /// Operations whose start (`false`) or end (`true`) was announced; `None` before the first
    /// snapshot, whose operations are old news.
    pub announced: Option<BTreeMap<OperationId, bool>>,
    /// Operations that were submitted and are in no snapshot yet.
    pub submitted: BTreeSet<OperationId>,
    /// How the program is left once no operation runs.
    pub leaving: Option<Leaving>,
    /// When the last key was read, as the time since the console was opened.
    pub last_key: Option<Duration>,
    /// Pages the hubdeck log is scrolled back; 0 follows.
    pub hubdeck_log_back: usize,
    /// Whether the mouse is captured.
    pub mouse: bool,
    /// The last frame's hit areas and viewport.
    pub drawn: Drawn,
}

impl UiState {
    /// The first screen with `options`, of no size yet; `columns` are those that they name.
    #[must_use]
    pub fn with_options(options: &ConsoleOptions, columns: &[Column]) -> Self {
        let fresh = Self::new(Size::ZERO);
        Self {
            projects: options.projects.clone(),
            stack: options.stack.clone(),
            mouse: options.mouse,
            table: TableState {
                columns: columns.to_vec(),
                ..fresh.table
            },
            ..fresh
        }
    }

    /// A fresh screen of `size`.
    #[must_use]
    pub fn new(size: Size) -> Self {
        Self {
            size,
            view: View::Map,
            details: None,
            selected: None,
            marked: BTreeSet::new(),
            projects: Vec::new(),
            stack: None,
            filter: String::new(),
            field: None,
            map: MapState::default(),
            table: TableState::default(),
            logs: LogsState {
                follow: true,
                ..LogsState::default()
            },
            timeline: TimelineState::default(),
            dialog: None,
            toasts: Vec::new(),
            announced: None,
            submitted: BTreeSet::new(),
            leaving: None,
            last_key: None,
            hubdeck_log_back: 0,
            mouse: true,
            drawn: Drawn::default(),
        }
    }
}
