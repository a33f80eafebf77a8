//! What an action does outside the screen state; carried out by the frame loop.

use crate::model::{
    CommandRequest, ComposeInvocation, ExecRequest, InstanceId, LogQuery, OperationId, Plan,
    SkipReason,
};
use crate::tui::input::action::ExportRequest;
use crate::tui::state::kept::KeptChange;
use crate::tui::update::logs::find::FindRequest;
use crate::tui::update::logs::patterns::MineRequest;

/// Something for the frame loop to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Leave the program.
    Quit,
    /// Leave for the embedded demo stack.
    OpenDemo,
    /// Back to the shell until `fg`.
    Suspend,
    /// Run a plan that was confirmed, or that needs no confirmation.
    Submit(Box<Plan>),
    /// Cancel operations.
    Cancel {
        /// Which.
        operations: Vec<OperationId>,
        /// Why.
        reason: SkipReason,
    },
    /// Open a log tail.
    FollowLogs {
        /// What to follow.
        queries: Vec<LogQuery>,
        /// Whether tails that are open are closed first.
        replace: bool,
    },
    /// Close every log tail.
    CloseLogs,
    /// Look for log lines beside the drawing.
    FindLines(FindRequest),
    /// Group log lines beside the drawing.
    MinePatterns(MineRequest),
    /// Show what is shown in `$PAGER`.
    Page,
    /// List the processes of a container.
    Processes(InstanceId),
    /// Open a shell in a container.
    Shell(Box<ExecRequest>),
    /// Run a command of the operator's own.
    Run(Box<CommandRequest>),
    /// Ask Compose what it would do, to make the plan of it.
    PlanCompose(Box<ComposeInvocation>),
    /// Fetch the raw inspection of a container.
    Inspect(InstanceId),
    /// Put text into the clipboard.
    Copy(String),
    /// Write what is shown to a file.
    Export(ExportRequest),
    /// Keep this for the next run.
    Keep(KeptChange),
    /// Poll and probe now.
    Refresh,
    /// Capture or release the mouse.
    SetMouse(bool),
    /// Next theme.
    NextTheme,
    /// The theme with this name.
    SetTheme(String),
}
