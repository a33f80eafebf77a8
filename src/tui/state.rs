//! Every value that lives between two frames, and what follows from it alone.
//! Knows: model, topology, drawing, input.
//! Never: changes anything; `update` does.

pub mod availability;
mod column_chooser;
pub mod command;
pub mod compose;
mod console_memory;
pub mod copies;
mod details;
mod dialog;
mod drawn;
mod facts;
pub mod filter;
mod guard;
pub mod history;
pub mod incidents;
pub mod inside;
pub mod inspect;
pub mod kept;
pub mod later;
pub mod logs;
pub mod map;
mod on_screen;
pub mod operations;
pub mod options;
pub mod palette;
mod past;
pub mod preview;
pub mod problems;
pub mod processes;
pub mod scope;
pub mod selection;
pub mod table;
pub mod text;
pub mod timeline;

use std::time::Duration;

use ratatui::layout::Size;

use crate::tui::input::column::Column;
use crate::tui::input::page::View;

pub use column_chooser::{ColumnChooser, ColumnRow};
pub use console_memory::{ConsoleMemory, LogTables, Zone};
pub use details::{DetailsState, TextHit, TextSearch};
pub use dialog::{ConfirmStep, Dialog, FOLLOWED, FieldKind, PaletteInput, TextField, Toast};
pub use drawn::{Drawn, DrawnLog, Hit, Legibility, Link, Viewport, scroll_to};
pub use facts::Facts;
pub use guard::{Guard, SHOWN_FOR};
pub use incidents::IncidentsState;
pub use logs::{LogRing, LogsState};
pub use map::{MapState, Zoom, ZoomLevel};
pub use on_screen::{OnScreen, key_page, no_engine};
pub use operations::OperationsState;
pub use options::{
    ColorChoice, ConsoleOptions, KeyOptions, LinkChoice, LogOptions, Notice, NotifyOptions,
    StartOptions, TerminalOptions,
};
pub use past::PastState;
pub use scope::Scope;
pub use selection::Selection;
pub use table::TableState;
pub use timeline::TimelineState;

/// Pages the hubdeck log can be scrolled back; tui-logger keeps about as much.
pub const HUBDECK_LOG_PAGES: usize = 40;

/// The terminal as far as the screen follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TerminalState {
    /// Columns and rows.
    pub size: Size,
    /// Whether the mouse is captured.
    pub mouse: bool,
    /// When the last key was read, as the time since the console was opened.
    pub last_key: Option<Duration>,
}

/// All screen state.
#[derive(Clone, Debug, PartialEq)]
pub struct UiState {
    /// The terminal.
    pub terminal: TerminalState,
    /// The view.
    pub view: View,
    /// Details over the view.
    pub details: Option<DetailsState>,
    /// Which services an action is about.
    pub selection: Selection,
    /// Which services are shown.
    pub scope: Scope,
    /// The open filter or search field.
    pub field: Option<TextField>,
    /// Map.
    pub map: MapState,
    /// Services table.
    pub table: TableState,
    /// Logs view and the logs tab of the details.
    pub logs: LogsState,
    /// Timeline and incidents.
    pub past: PastState,
    /// Dialog on top.
    pub dialog: Option<Dialog>,
    /// Messages, oldest first.
    pub toasts: Vec<Toast>,
    /// Which operations the operator knows of.
    pub operations: OperationsState,
    /// What is remembered beyond what is on screen.
    pub session: ConsoleMemory,
    /// The last frame's hit areas and viewport.
    pub drawn: Drawn,
}

impl UiState {
    /// The first screen with `options`, of no size yet; `columns` and `view` are those that they
    /// name, `themes` those there are.
    #[must_use]
    pub fn with_options(
        options: &ConsoleOptions,
        columns: &[Column],
        view: View,
        themes: Vec<String>,
    ) -> Self {
        let fresh = Self::new(Size::ZERO);
        let scope = Scope {
            projects: options.projects.clone(),
            stack: options.start.stack.clone(),
            filter: String::new(),
        };
        Self {
            logs: LogsState {
                // What is in view is not known yet.
                in_view: (view == View::Logs).then(|| logs::InView {
                    scope: scope.clone(),
                    services: 0,
                }),
                ..fresh.logs
            },
            view,
            scope,
            session: ConsoleMemory {
                themes,
                commands: options.keys.commands.clone(),
                home_stack: options.start.stack.clone(),
                log_tables: LogTables {
                    filters: options.logs.filters.clone(),
                    fields: options.logs.fields.clone(),
                },
                ..fresh.session
            },
            terminal: TerminalState {
                mouse: options.terminal.mouse,
                ..fresh.terminal
            },
            table: TableState {
                columns: columns.to_vec(),
                configured: columns.to_vec(),
                ..fresh.table
            },
            ..fresh
        }
    }

    /// A fresh screen of `size`.
    #[must_use]
    pub fn new(size: Size) -> Self {
        Self {
            terminal: TerminalState {
                size,
                mouse: true,
                last_key: None,
            },
            view: View::Map,
            details: None,
            selection: Selection::default(),
            scope: Scope::default(),
            field: None,
            map: MapState::default(),
            table: TableState::default(),
            logs: LogsState {
                follow: true,
                ..LogsState::default()
            },
            past: PastState::default(),
            dialog: None,
            toasts: Vec::new(),
            operations: OperationsState::default(),
            session: ConsoleMemory::default(),
            drawn: Drawn::default(),
        }
    }
}
