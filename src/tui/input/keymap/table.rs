//! The one table of everything a key can do: id for config, title, description, group, default
//! keys.

use crate::model::{ComposeVerb, KillSignal, LineLevel, OperationKind};
use crate::tui::input::action::{Action, ComposeAction, Direction};
use crate::tui::input::column::Column;
use crate::tui::input::later::Later;
use crate::tui::input::page::{DetailsTab, View};

/// Where an action stands in the help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Moving about.
    Navigation,
    /// Choosing what is shown.
    Views,
    /// Finding things.
    Find,
    /// Acting on services.
    Act,
    /// Logs.
    Logs,
    /// The program itself.
    Program,
}

impl Group {
    /// Every group, in the order of the help.
    pub const ALL: [Self; 6] = [
        Self::Navigation,
        Self::Views,
        Self::Find,
        Self::Act,
        Self::Logs,
        Self::Program,
    ];

    /// Its title.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Navigation => "Move",
            Self::Views => "Views",
            Self::Find => "Find",
            Self::Act => "Act",
            Self::Logs => "Logs",
            Self::Program => "Program",
        }
    }
}

/// One bindable action.
#[derive(Debug)]
pub struct KeymapEntry {
    /// What config calls it.
    pub id: &'static str,
    /// One or two words for footer and palette.
    pub title: &'static str,
    /// One line for the help.
    pub description: &'static str,
    /// Where it stands in the help.
    pub group: Group,
    /// What it does.
    pub action: Action,
    /// Keys of the default preset.
    pub keys: &'static [&'static str],
}

const fn entry(
    id: &'static str,
    title: &'static str,
    description: &'static str,
    group: Group,
    action: Action,
    keys: &'static [&'static str],
) -> KeymapEntry {
    KeymapEntry {
        id,
        title,
        description,
        group,
        action,
        keys,
    }
}

const fn request(kind: OperationKind, with_dependents: bool) -> Action {
    Action::Request {
        kind,
        with_dependents,
    }
}

const fn compose(verb: ComposeVerb) -> Action {
    Action::Compose(ComposeAction::of_stack(verb))
}

const RECREATE: ComposeVerb = ComposeVerb::Up {
    force_recreate: true,
    wait: false,
};
const KILL: OperationKind = OperationKind::Kill {
    signal: KillSignal::KILL,
};
const UPDATE: OperationKind = OperationKind::Update {
    with_volumes: false,
};
const REMOVE: OperationKind = OperationKind::Remove { force: false };
const FORCE_REMOVE: OperationKind = OperationKind::Remove { force: true };

use Group::{Act, Find, Logs, Navigation, Program, Views};

/// Every bindable action.
#[rustfmt::skip] // a table: one action a line reads best
pub static ENTRIES: &[KeymapEntry] = &[
    entry("up", "Up", "Move up", Navigation, Action::Move(Direction::Up), &["up", "k"]),
    entry("down", "Down", "Move down", Navigation, Action::Move(Direction::Down), &["down", "j"]),
    entry("left", "Left", "Move left; on the map to the nearest card", Navigation, Action::Move(Direction::Left), &["left"]),
    entry("right", "Right", "Move right; on the map to the nearest card", Navigation, Action::Move(Direction::Right), &["right"]),
    entry("first", "First", "First row", Navigation, Action::First, &["g", "home"]),
    entry("last", "Last", "Last row", Navigation, Action::Last, &["G", "end"]),
    entry("page-up", "Page up", "Scroll a page up; changes nothing else", Navigation, Action::Page(-1), &["pgup"]),
    entry("page-down", "Page down", "Scroll a page down; changes nothing else", Navigation, Action::Page(1), &["pgdn"]),
    entry("half-page-up", "Half page up", "Scroll half a page up", Navigation, Action::HalfPage(-1), &["ctrl-u"]),
    entry("half-page-down", "Half page down", "Scroll half a page down", Navigation, Action::HalfPage(1), &["ctrl-d"]),
    entry("scroll-up", "Scroll up", "Scroll a line up", Navigation, Action::Scroll(-1), &["ctrl-y"]),
    entry("scroll-down", "Scroll down", "Scroll a line down", Navigation, Action::Scroll(1), &["ctrl-e"]),
    entry("pan-left", "Pan left", "Scroll the map to the left", Navigation, Action::Pan(-1), &["shift-left", "{"]),
    entry("pan-right", "Pan right", "Scroll the map to the right", Navigation, Action::Pan(1), &["shift-right", "}"]),
    entry("details", "Details", "Open the details of the selection", Navigation, Action::Enter, &["enter"]),
    entry("back", "Back", "Clear what was set here, else back to the place before", Navigation, Action::Back, &["esc"]),
    entry("next-pane", "Next pane", "Next tab; on the map and in the table the next preview", Navigation, Action::Pane(1), &["tab"]),
    entry("previous-pane", "Previous pane", "Previous tab; on the map and in the table the previous preview", Navigation, Action::Pane(-1), &["shift-tab"]),

    entry("map", "Map", "The architecture map", Views, Action::Show(View::Map), &["1"]),
    entry("services", "Services", "The table of services", Views, Action::Show(View::Services), &["2"]),
    entry("log-view", "Logs", "The logs of everything in view, merged", Views, Action::Show(View::Logs), &["3"]),
    entry("timeline", "Timeline", "Timeline of events", Views, Action::Show(View::Timeline), &["4"]),
    entry("incidents", "Incidents", "Open and closed incidents: root, what each blocks, its timeline", Views, Action::Show(View::Incidents), &["5"]),
    entry("own-log", "hubdeck log", "The hubdeck log", Views, Action::Show(View::HubdeckLog), &["0"]),
    entry("why", "Why", "Details: likely cause, what to try next, evidence", Views, Action::Details(DetailsTab::Why), &[]),
    entry("overview", "Overview", "Details: state, why, checks, ports, limits", Views, Action::Details(DetailsTab::Overview), &[]),
    entry("charts", "Charts", "Details: CPU, memory, network, disk I/O, latency", Views, Action::Details(DetailsTab::Charts), &[]),
    entry("processes", "Processes", "Details: processes of the container", Views, Action::Details(DetailsTab::Processes), &[]),
    entry("probes", "Probes", "Details: probe history", Views, Action::Details(DetailsTab::Probes), &[]),
    entry("dependencies", "Dependencies", "Details: dependencies and dependents", Views, Action::Details(DetailsTab::Dependencies), &[]),
    entry("environment", "Environment", "Details: environment, mounts, networks, labels", Views, Action::Details(DetailsTab::Environment), &[]),
    entry("inspect", "Inspect", "Details: the engine's raw inspection", Views, Action::Inspect, &["i"]),
    entry("preview", "Preview", "Log, metrics or Why of the selection beside the view", Views, Action::Preview, &["v"]),
    entry("zoom-in", "Zoom in", "Map: bigger cards (wraps to auto)", Views, Action::Zoom(1), &["+", "="]),
    entry("zoom-out", "Zoom out", "Map: smaller cards (wraps to auto)", Views, Action::Zoom(-1), &["-"]),
    entry("legend", "Legend", "Map: what its signs, colours and lines mean", Views, Action::Legend, &["L"]),
    entry("next-stack", "Stack", "Cycle stack filter", Views, Action::NextStack, &["c"]),
    entry("sort-next", "Sort", "Sort the table by the next column", Views, Action::Sort(1), &[">"]),
    entry("sort-previous", "Sort back", "Sort the table by the previous column", Views, Action::Sort(-1), &["<"]),
    entry("reverse", "Reverse", "Reverse sort order", Views, Action::Reverse, &["o"]),
    entry("columns", "Columns", "Choose the columns of the services table and their order", Views, Action::Columns, &["|", "f2"]),
    entry("sort-state", "Sort by state", "Sort the table by state, worst first; again reverses", Views, Action::SortBy(Column::State), &["alt-s"]),
    entry("sort-name", "Sort by name", "Sort the table by name; again reverses", Views, Action::SortBy(Column::Name), &["alt-n"]),
    entry("sort-uptime", "Sort by age", "Sort the table by time since the start; again reverses", Views, Action::SortBy(Column::Uptime), &["alt-a"]),
    entry("sort-restarts", "Sort by restarts", "Sort the table by restarts; again reverses", Views, Action::SortBy(Column::Restarts), &["alt-t"]),
    entry("sort-cpu", "Sort by CPU", "Sort the table by CPU; again reverses", Views, Action::SortBy(Column::Cpu), &["alt-c"]),
    entry("sort-memory", "Sort by memory", "Sort the table by memory; again reverses", Views, Action::SortBy(Column::Memory), &["alt-m"]),
    entry("sort-latency", "Sort by latency", "Sort the table by probe latency; again reverses", Views, Action::SortBy(Column::Latency), &["alt-l"]),

    entry("filter", "Filter", "Filter services and events; in logs and details: search", Find, Action::Filter, &["/"]),
    entry("next-hit", "Next hit", "Next search hit", Find, Action::Hit(1), &["n"]),
    entry("previous-hit", "Previous hit", "Previous search hit", Find, Action::Hit(-1), &["N"]),
    entry("next-problem", "Next problem", "Go to the next problem: roots of incidents first, worst first", Find, Action::NextProblem, &["!"]),
    entry("palette", "Palette", "Type a command, or find a service, a view or an action", Find, Action::Palette, &[":", "ctrl-p"]),

    entry("mark", "Mark", "Mark or unmark the selection; in logs the chosen line", Act, Action::Mark, &["space"]),
    entry("restart", "Restart", "Restart; shows the plan and asks", Act, request(OperationKind::Restart, false), &["r"]),
    entry("restart-dependents", "Restart with dependents", "Restart with its dependents, in order; shows the plan and asks", Act, request(OperationKind::Restart, true), &["R"]),
    entry("stop", "Stop", "Stop; shows the plan and asks", Act, request(OperationKind::Stop, false), &["s"]),
    entry("start", "Start", "Start", Act, request(OperationKind::Start, false), &["S"]),
    entry("pause", "Pause", "Pause (asks) or unpause", Act, request(OperationKind::Pause, false), &["p"]),
    entry("update", "Update", "Pull the image, recreate, roll back what fails; asks", Act, request(UPDATE, false), &["u"]),
    entry("recreate", "Recreate", "Create the containers again, with the same definition; shows the plan and asks", Act, request(OperationKind::Recreate, false), &[]),
    entry("kill", "Kill", "Kill with SIGKILL; shows the plan and asks", Act, request(KILL, false), &[]),
    entry("remove-container", "Remove", "Remove the containers that do not run, not their volumes; shows the plan and asks", Act, request(REMOVE, false), &[]),
    entry("force-remove", "Force remove", "Kill and remove the containers, not their volumes; shows the plan and asks", Act, request(FORCE_REMOVE, false), &[]),
    entry("compose-up", "Compose up", "Create, start and recreate what the files of the stack define; shows the plan and asks", Act, compose(ComposeVerb::UP), &[]),
    entry("compose-recreate", "Compose recreate", "Recreate every container of the stack; shows the plan and asks", Act, compose(RECREATE), &[]),
    entry("compose-pull", "Compose pull", "Pull the images of the stack; shows the plan and asks", Act, compose(ComposeVerb::Pull), &[]),
    entry("compose-build", "Compose build", "Build the images of the stack; shows the plan and asks", Act, compose(ComposeVerb::Build), &[]),
    entry("compose-down", "Compose down", "Remove the containers and networks of the stack, not its volumes; shows the plan and asks", Act, compose(ComposeVerb::Down), &[]),
    entry("maintenance", "Maintenance", "Mute incidents of the selection or its stack for a time", Act, Action::Maintenance, &["M"]),
    entry("shell", "Shell", "Open a shell in the container: bash, ash or sh", Act, Action::Shell, &["e"]),
    entry("actions", "Actions", "All actions on the selection", Act, Action::Actions, &["x"]),
    entry("operation", "Operation", "Steps of the running or last operation", Act, Action::Operation, &["O"]),
    entry("cancel", "Cancel", "Cancel the running operation after the current step", Act, Action::Cancel, &["C"]),
    entry("copy", "Copy", "Copy name, id, URL, docker command of the selection; in logs the line", Act, Action::Copy, &["y"]),

    entry("remove", "Remove", "Says how to remove a container; removes nothing", Act, Action::Later(Later::Remove), &[]),
    entry("attach", "Attach", "Says how to attach to a container", Act, Action::Later(Later::Attach), &[]),
    entry("edit", "Edit", "Says how to change a service", Act, Action::Later(Later::Edit), &[]),
    entry("port-forward", "Ports", "Says where the published ports are listed", Act, Action::Later(Later::PortForward), &[]),
    entry("browser", "Browser", "Says where the published ports are listed", Act, Action::Later(Later::Browser), &[]),
    entry("custom-command", "Custom command", "Says what there is instead", Act, Action::Later(Later::CustomCommand), &[]),
    entry("bulk", "Bulk", "Says how an action is applied to many services", Act, Action::Later(Later::Bulk), &[]),
    entry("hide-stopped", "Hide stopped", "Says how to show one state only", Act, Action::Later(Later::HideStopped), &[]),

    entry("logs", "Logs", "Logs of the marks or the selection, else of everything in view", Logs, Action::Logs, &["l"]),
    entry("previous-logs", "Previous logs", "Logs from a minute before the last start on: the end of the run before", Logs, Action::PreviousLogs, &[]),
    entry("timestamps", "Timestamps", "Show or hide timestamps", Logs, Action::ToggleTimestamps, &["t"]),
    entry("wrap", "Wrap", "Wrap or cut long lines", Logs, Action::ToggleWrap, &["w"]),
    entry("follow", "Follow", "Follow the end, or stay", Logs, Action::ToggleFollow, &["f"]),
    entry("filter-lines", "Filter lines", "Show only log lines that match: text, /regex/, level>=warning, status>=500", Logs, Action::FilterLines, &["&", "f3"]),
    entry("errors", "Errors", "Show only errors, or all lines", Logs, Action::LeastLevel(LineLevel::Error), &["E", "alt-e"]),
    entry("warnings", "Warnings", "Show only warnings and errors, or all lines", Logs, Action::LeastLevel(LineLevel::Warning), &["W", "alt-w"]),
    entry("context", "Context", "Show 3, 10 or no lines around each match of the filter", Logs, Action::NextContext, &["X", "alt-x"]),
    entry("follow-id", "Follow id", "Follow the correlation or trace id of the chosen line through the stack", Logs, Action::FollowId, &["I"]),
    entry("around", "Around", "Logs around the last change of the selection, or around the event", Logs, Action::Around, &["a", "alt-o"]),
    entry("since", "Since", "Begin further back: 1m, 5m, 15m, 1h, 6h, 24h, all", Logs, Action::Since(1), &["b", "alt-b"]),
    entry("since-less", "Since less", "Begin later", Logs, Action::Since(-1), &["B", "alt-v"]),
    entry("jump-to-time", "Go to time", "Go to a time that is typed: 14:02, 14:02:11, 10m", Logs, Action::JumpToTime, &["@"]),
    entry("earlier", "Earlier", "Go to the bar before in the histogram", Logs, Action::Bucket(-1), &["[", "alt-left"]),
    entry("later", "Later", "Go to the next bar of the histogram", Logs, Action::Bucket(1), &["]", "alt-right"]),
    entry("histogram", "Histogram", "Show or hide the histogram above the lines", Logs, Action::ToggleHistogram, &["H", "alt-h"]),
    entry("next-mark", "Next mark", "Go to the next marked line", Logs, Action::NextMark, &["'"]),
    entry("traces", "Stack traces", "Unfold or fold stack traces", Logs, Action::ToggleTraces, &["Z", "alt-z"]),
    entry("patterns", "Patterns", "Patterns of the lines: how often, since when, an example", Logs, Action::Patterns, &["P", "alt-p"]),
    entry("pager", "Pager", "Open what is shown in $PAGER", Logs, Action::Pager, &["V", "f4"]),

    entry("help", "Help", "Keys and what they do now", Program, Action::Help, &["?", "f1"]),
    entry("refresh", "Refresh", "Poll and probe now", Program, Action::Refresh, &["ctrl-r", "f5"]),
    entry("export", "Export", "Write what is shown to a file", Program, Action::Export, &["ctrl-s"]),
    entry("mouse", "Mouse", "Mouse off, to select text with the terminal, or on", Program, Action::ToggleMouse, &["m"]),
    entry("theme", "Theme", "Next theme", Program, Action::NextTheme, &["T"]),
    entry("suspend", "Suspend", "Back to the shell until `fg`", Program, Action::Suspend, &["ctrl-z"]),
    entry("quit", "Quit", "Quit at once; asks while an operation runs", Program, Action::Quit, &["q", "ctrl-c"]),
    entry("retry", "Retry", "No engine: look for one again", Program, Action::Refresh, &[]),
    entry("demo", "Demo", "No engine: open the embedded demo stack", Program, Action::OpenDemo, &[]),
];

/// Keys of the page that is shown where no engine was ever reached; elsewhere they mean something
/// else.
pub const WITHOUT_ENGINE: [(&str, &[&str]); 3] =
    [("retry", &["r"]), ("demo", &["d"]), ("quit", &["q"])];
