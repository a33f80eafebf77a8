//! Everything a key, a click or the palette can ask for: one documented enum.

use std::sync::Arc;

use crate::model::{
    ComposeVerb, CustomCommand, InstanceId, LineLevel, OperationKind, Plan, ServiceId,
    SignedDuration, StackName, Timestamp,
};

use crate::tui::input::column::Column;
use crate::tui::input::later::Later;
use crate::tui::input::page::{DetailsTab, PreviewKind, View};

/// A direction of movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Up.
    Up,
    /// Down.
    Down,
    /// Left.
    Left,
    /// Right.
    Right,
}

/// A change to the open text field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Insert text at the cursor: a typed letter, or what was pasted.
    Insert(String),
    /// Delete the character before the cursor.
    Backspace,
    /// Delete the character under the cursor.
    Delete,
    /// Delete the word before the cursor.
    DeleteWord,
    /// Empty the field.
    Clear,
    /// Move the cursor by characters.
    Move(i32),
    /// Cursor to the start.
    Start,
    /// Cursor to the end.
    End,
}

/// Which log lines are written to a file, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportRequest {
    /// As JSON lines instead of text.
    pub json: bool,
    /// The file; `None` for one of its own in the export directory.
    pub file: Option<String>,
    /// Only lines at or after this time.
    pub since: Option<Timestamp>,
    /// Only lines before this time.
    pub until: Option<Timestamp>,
}

/// How to leave while an operation runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// When it has ended.
    Wait,
    /// After the current step; the rest is skipped.
    Abort,
    /// Not at all.
    Stay,
}

impl Leaving {
    /// Every answer, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::Wait, Self::Abort, Self::Stay];
}

/// A change in the list in which columns are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnEdit {
    /// Show or hide the chosen one.
    Toggle,
    /// Move the chosen one; negative is towards the first.
    Shift(isize),
    /// Sort by the chosen one; where that is so already, reverse the order.
    Sort,
    /// Take the columns that config names, and the order of the start.
    Reset,
}

/// What is run in a container, or for it.
#[derive(Clone, Debug, PartialEq)]
pub enum ContainerUse {
    /// A shell.
    Shell,
    /// A command of the operator's own.
    Command(Arc<CustomCommand>),
}

/// What is asked of Compose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComposeAction {
    /// What.
    pub verb: ComposeVerb,
    /// Of which services, by ids or by their names in the files; none for the whole stack of the
    /// selection.
    pub services: Vec<String>,
}

impl ComposeAction {
    /// Of the whole stack of the selection.
    #[must_use]
    pub const fn of_stack(verb: ComposeVerb) -> Self {
        Self {
            verb,
            services: Vec::new(),
        }
    }
}

/// Something to do. The keymap makes actions from keys; `update` carries them out.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Leave the program.
    Quit,
    /// Close what is on top: dialog, search, details, marks, filter.
    Back,
    /// Open what is selected; confirm in a dialog.
    Enter,
    /// Move the selection (on the map: to the nearest card that way; in text: scroll).
    Move(Direction),
    /// First row or line.
    First,
    /// Last row or line.
    Last,
    /// Scroll a page without changing anything else: negative is up.
    Page(i32),
    /// Scroll half a page.
    HalfPage(i32),
    /// Scroll the map sideways by half its width: negative is to the left.
    Pan(i32),
    /// Scroll the map sideways by columns (wheel): negative is to the left.
    Slide(i32),
    /// Next pane or tab; negative is the previous one.
    Pane(i32),
    /// Go to the next problem: the root of the next open incident, then services in trouble.
    NextProblem,
    /// Show a view.
    Show(View),
    /// Show a tab of the details of the selected service.
    Details(DetailsTab),
    /// Show what the preview shows next, or close it.
    Preview,
    /// Show this in the preview.
    ShowPreview(PreviewKind),
    /// Start typing a filter (in logs: a search).
    Filter,
    /// Next hit; negative is the previous one.
    Hit(i32),
    /// Open the palette.
    Palette,
    /// Complete what is typed in the palette.
    Complete,
    /// Open the help.
    Help,
    /// Explain the signs, colours and lines of the map.
    Legend,
    /// Open the list of all actions on the selection.
    Actions,
    /// Mark or unmark the selection.
    Mark,
    /// Sort by the next column; negative is the previous one.
    Sort(i32),
    /// Sort by this column; where that is so already, reverse the order.
    SortBy(Column),
    /// Show the services table, sorted by this column.
    SortTable(Column),
    /// Reverse the sort order.
    Reverse,
    /// Open the list in which the columns of the services table are chosen.
    Columns,
    /// Change something in that list.
    Column(ColumnEdit),
    /// Show the logs of the selection.
    Logs,
    /// Ask for an operation on the marks or the selection: makes a plan, may open a confirmation.
    Request {
        /// The verb.
        kind: OperationKind,
        /// Whether dependents follow.
        with_dependents: bool,
    },
    /// The same on services that were named.
    RequestOn {
        /// The verb.
        kind: OperationKind,
        /// Whether dependents follow.
        with_dependents: bool,
        /// The services.
        services: Vec<ServiceId>,
    },
    /// Show the logs of the named services, of the selection where none is named.
    LogsOf {
        /// The services.
        services: Vec<ServiceId>,
        /// How long ago they begin; `None` for the end.
        since: Option<SignedDuration>,
    },
    /// Show the logs from shortly before the selection was started last.
    PreviousLogs,
    /// Show a tab of the details of a service that was named.
    DetailsOf(ServiceId, DetailsTab),
    /// Take a theme.
    SetTheme(String),
    /// Show only this stack, or all.
    SetStack(Option<StackName>),
    /// Show only what contains this.
    SetFilter(String),
    /// Say what to use for what hubdeck does not do.
    Later(Later),
    /// Open the choice of maintenance for the selection or its stack.
    Maintenance,
    /// Ask for an operation on every service of the selection's stack.
    RequestStack(OperationKind),
    /// Ask Compose what it would do to a stack: makes a plan, and asks.
    Compose(ComposeAction),
    /// Look at the steps of the running or last operation.
    Operation,
    /// Cancel the running operation, or the one whose steps are shown.
    Cancel,
    /// Answer whether to leave while an operation runs.
    Leave(Leaving),
    /// Run a plan that was shown and confirmed.
    Confirmed(Box<Plan>),
    /// Open a shell in a container of the selection.
    Shell,
    /// Run a command of the operator's own for a container of the selection.
    Custom(Arc<CustomCommand>),
    /// Run this in the container of this id.
    RunIn(ContainerUse, InstanceId),
    /// Show the raw inspection.
    Inspect,
    /// Copy the log line or the command of Why to the clipboard (OSC 52), or choose what is copied of
    /// the selection.
    Copy,
    /// Copy this text to the clipboard.
    CopyText(String),
    /// Show or hide timestamps in logs.
    ToggleTimestamps,
    /// Wrap or cut long lines in logs.
    ToggleWrap,
    /// Show or fold the lines of stack traces in logs.
    ToggleTraces,
    /// Show or hide the histogram above the lines of a log.
    ToggleHistogram,
    /// Start typing a filter of log lines.
    FilterLines,
    /// Show only log lines of at least this level; where that is so already, all of them.
    LeastLevel(LineLevel),
    /// Show more or fewer lines around each match of the filter.
    NextContext,
    /// Go to the next marked log line.
    NextMark,
    /// Begin the log further back; negative is later.
    Since(i32),
    /// Start typing a time to go to.
    JumpToTime,
    /// Go to the first log line at or after this time.
    GoToTime(Timestamp),
    /// Move in the histogram above the lines; negative is earlier.
    Bucket(i32),
    /// Show the log around the last change of the selection, event or incident.
    Around,
    /// Follow the correlation or trace id of the chosen line through every service of the stack.
    FollowId,
    /// Show the patterns of the lines, or the lines again.
    Patterns,
    /// Open what is shown in `$PAGER`.
    Pager,
    /// Follow the end of the logs or stay.
    ToggleFollow,
    /// Write what is shown to a file.
    Export,
    /// Write log lines to a file, as they are asked for.
    ExportLines(ExportRequest),
    /// Show only log lines that this filter lets through.
    SetLineFilter(String),
    /// Poll and probe now.
    Refresh,
    /// Bigger or smaller cards.
    Zoom(i32),
    /// Show only the next stack, or all.
    NextStack,
    /// Capture or release the mouse.
    ToggleMouse,
    /// Next theme.
    NextTheme,
    /// Suspend to the shell (ctrl-z).
    Suspend,
    /// Select a service (mouse, palette, jump from the timeline).
    Select(ServiceId),
    /// Choose row `0` of the list in view or of the open dialog (mouse).
    Row(usize),
    /// Scroll lines without changing anything else (wheel): negative is up.
    Scroll(i32),
    /// Change the open text field.
    Edit(Edit),
    /// Answer the open confirmation.
    Answer(bool),
    /// Open the embedded demo stack (only where no engine was found).
    OpenDemo,
}

impl Action {
    /// Pauses the selection; unpauses what is paused.
    pub const PAUSE: Self = Self::Request {
        kind: OperationKind::Pause,
        with_dependents: false,
    };
}
