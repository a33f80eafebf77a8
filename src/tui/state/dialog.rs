//! What lies over the view: dialogs, text fields, messages.

use crate::model::{Confirmation, OperationId, Plan, Timestamp};
use crate::tui::input::action::ContainerUse;
use crate::tui::state::logs::record::RecordView;
use crate::tui::state::{ColumnChooser, Guard};

/// A text field: accepts every letter while open.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TextField {
    /// The text.
    pub text: String,
    /// Cursor as a count of characters.
    pub cursor: usize,
    /// What is typed.
    pub kind: FieldKind,
    /// Whether all of the text is selected: what is typed next replaces it.
    pub is_selected: bool,
}

/// What is typed into a text field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FieldKind {
    /// The filter of services and events; in logs and details what is searched.
    #[default]
    Find,
    /// The filter of log lines.
    FilterLines,
    /// A time to go to in a log.
    Time,
}

/// What is typed into the palette.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PaletteInput {
    /// The field.
    pub field: TextField,
    /// Chosen row.
    pub selected: usize,
    /// Whether the row was chosen with a key; else Enter carries out what is typed.
    pub moved: bool,
    /// Which earlier line stands in the field, counted from the latest.
    pub recalled: Option<usize>,
    /// What is wrong with what was typed.
    pub error: Option<String>,
}

/// The first line shown of a text whose end is followed: the last one that can be the first.
pub const FOLLOWED: usize = usize::MAX;

/// What is asked before a plan runs, where it asks.
#[derive(Clone, Debug, PartialEq)]
pub enum ConfirmStep {
    /// Yes or no.
    First,
    /// The same once more, with another key: several services are asked for.
    Second,
    /// The name of what is production.
    Name(TextField),
}

impl ConfirmStep {
    /// What is asked first about `plan`.
    #[must_use]
    pub fn first(plan: &Plan) -> Self {
        match plan.confirmation() {
            Confirmation::Name(_) => Self::Name(TextField::default()),
            Confirmation::None | Confirmation::Once | Confirmation::Twice => Self::First,
        }
    }
}

/// What lies over the view and takes the keys.
#[derive(Clone, Debug, PartialEq)]
pub enum Dialog {
    /// Asks before a plan runs. `yes` is what Enter does; it starts on "no".
    Confirm {
        /// The plan.
        plan: Box<Plan>,
        /// What is asked now.
        step: ConfirmStep,
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
    /// The steps of an operation and how they stand, and what its program writes.
    Operation {
        /// Which; `None` for the latest.
        id: Option<OperationId>,
        /// Whether the commands and the engine's answers are shown as well.
        record: bool,
        /// First line shown; [`FOLLOWED`] follows the end.
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
    /// Type a command, or to find a service, a view or an action.
    Palette(PaletteInput),
    /// How long the selection or its stack is muted.
    Maintenance {
        /// Chosen row.
        selected: usize,
        /// What keys count.
        guard: Guard,
    },
    /// Which columns the services table shows.
    Columns(ColumnChooser),
    /// One log record as a tree.
    Record(RecordView),
    /// What is copied.
    Copy {
        /// Chosen row.
        selected: usize,
    },
    /// In which container something is run.
    Containers {
        /// What is run.
        what: ContainerUse,
        /// Chosen row.
        selected: usize,
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
    /// Whether it is about the key before: the next one takes it away.
    pub is_refusal: bool,
    /// When it goes.
    pub until: Timestamp,
}
