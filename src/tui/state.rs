//! Screen state: selection, scroll, open dialogs. It never leaves the tui.

mod details;
mod guard;
mod map;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use ratatui::layout::Size;

use crate::model::{InstanceId, LogLine, OperationId, Plan, ServiceId, StackName, Timestamp};

use super::action::Leaving;
use super::scene::HitMap;

pub use details::{DetailsState, DetailsTab};
pub use guard::Guard;
pub use map::{Level, MapState, Zoom};

/// A view of the main region.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum View {
    /// The architecture map.
    #[default]
    Map,
    /// The table of services.
    Services,
    /// Log tail.
    Logs,
    /// What happened.
    Timeline,
    /// hubdeck's own log.
    OwnLog,
}

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
    /// Running and all instances.
    Replicas,
    /// Published ports.
    Ports,
    /// CPU percent.
    Cpu,
    /// Memory.
    Memory,
    /// Network rate, both ways.
    Network,
    /// Block I/O rate, both ways.
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

/// Bounded ring of log lines with what was dropped from it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogRing {
    /// Lines, oldest first.
    pub lines: VecDeque<LogLine>,
    /// Bytes of text in `lines`.
    pub bytes: usize,
    /// Lines that were pushed out of the ring (they can be asked for again).
    pub forgotten: u64,
    /// Lines that never came because the follower was slow.
    pub dropped: u64,
}

/// State of a log tail.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogsState {
    /// Services whose logs are shown; empty: none chosen yet.
    pub services: Vec<ServiceId>,
    /// Containers whose stream is open now, with the name to show.
    pub sources: Vec<(InstanceId, String)>,
    /// Where the tail begins: at this moment instead of a few lines from the end.
    pub from: Option<Timestamp>,
    /// What arrived.
    pub ring: LogRing,
    /// Lines scrolled up from the end; 0 follows.
    pub back: usize,
    /// Rows of the lowest line that are hidden below the view (a wrapped line is high).
    pub below: usize,
    /// Whether the end is followed.
    pub follow: bool,
    /// Whether timestamps are shown.
    pub timestamps: bool,
    /// Whether long lines wrap.
    pub wrap: bool,
    /// The search text; empty for none.
    pub search: String,
    /// Index in the ring of the current hit.
    pub hit: Option<usize>,
    /// What the tail says of itself: "ended: container stopped", an error; empty when fine.
    pub notice: String,
    /// Containers whose stream ended, and when: it is opened again after a later start.
    pub ended: Vec<(InstanceId, Timestamp)>,
}

/// State of the timeline.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TimelineState {
    /// Selected event's number; `None` selects the newest.
    pub selected: Option<u64>,
    /// First row shown.
    pub top: usize,
}

/// A text field: accepts every letter while open.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TextField {
    /// The text.
    pub text: String,
    /// Cursor as a count of characters.
    pub cursor: usize,
}

/// What lies over the view and takes the keys.
#[derive(Clone, Debug, PartialEq)]
pub enum Dialog {
    /// Asks before a plan runs. `yes` is what Enter does; it starts on "no".
    Confirm {
        /// The plan.
        plan: Box<Plan>,
        /// Whether "yes" is chosen.
        yes: bool,
        /// First line shown.
        top: usize,
        /// What keys count.
        guard: Guard,
    },
    /// Asks how to leave while an operation runs.
    Leave {
        /// Chosen answer, by its place in `Leaving::ALL`; it starts on the last, to stay.
        selected: usize,
        /// What keys count.
        guard: Guard,
    },
    /// The steps of an operation and how they stand.
    Operation {
        /// Which; `None` for the latest.
        id: Option<OperationId>,
        /// First line shown.
        top: usize,
    },
    /// Keys and their meaning.
    Help {
        /// First line shown.
        top: usize,
    },
    /// Signs, colours and lines of the map.
    Legend {
        /// First line shown.
        top: usize,
    },
    /// Type to find a service, a view or an action.
    Palette {
        /// What was typed.
        field: TextField,
        /// Chosen row.
        selected: usize,
    },
    /// How long the selection or its stack is silenced.
    Maintenance {
        /// Chosen row.
        selected: usize,
        /// What keys count.
        guard: Guard,
    },
    /// All actions on the selection, disabled ones with the reason.
    Actions {
        /// Chosen row.
        selected: usize,
    },
}

impl Dialog {
    /// What keys count, where it is a question.
    pub fn guard(&mut self) -> Option<&mut Guard> {
        match self {
            Self::Confirm { guard, .. }
            | Self::Leave { guard, .. }
            | Self::Maintenance { guard, .. } => Some(guard),
            _ => None,
        }
    }
}

/// A short message that goes by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Toast {
    /// The message.
    pub text: String,
    /// Whether it is bad news.
    pub error: bool,
    /// When it goes.
    pub until: Timestamp,
}

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
    /// picture, whose operations are old news.
    pub announced: Option<BTreeMap<OperationId, bool>>,
    /// Operations that were submitted and are in no picture yet.
    pub submitted: BTreeSet<OperationId>,
    /// How the program is left once no operation runs.
    pub leaving: Option<Leaving>,
    /// When the last key was read, as the time since the console was opened.
    pub last_key: Option<Duration>,
    /// Pages hubdeck's own log is scrolled back; 0 follows.
    pub own_log_back: usize,
    /// Whether the mouse is captured.
    pub mouse: bool,
    /// The last frame's hit areas and viewport.
    pub drawn: HitMap,
}

impl UiState {
    /// A fresh screen of `size`.
    #[must_use]
    pub fn new(size: Size) -> Self {
        use Column::{
            Cpu, Image, Latency, Layer, Memory, Name, Ports, Reason, Replicas, Stack, State,
        };
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
            table: TableState {
                columns: vec![
                    State, Stack, Name, Layer, Replicas, Cpu, Memory, Latency, Ports, Image, Reason,
                ],
                sort: State,
                reverse: false,
                top: 0,
            },
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
            own_log_back: 0,
            mouse: true,
            drawn: HitMap::default(),
        }
    }
}
